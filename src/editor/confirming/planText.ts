import type { QuotaState } from '../../cleanup/quota/quota.ts';
import { hostOf, titleOf, type Integration } from '../app/integration.ts';
import { quotaLine } from '../text/quotaText.ts';
import { dateText, timeText } from '../text/timeText.ts';
import { visibleText } from '../text/visibleText.ts';

/** One session of a plan. */
export interface PlannedSession {
  readonly sessionId: string;
  /** In how many ms it is sent; undefined if nothing is being sent. */
  readonly inMs: number | undefined;
  /** The source in words; empty if it is not known. */
  readonly source: string;
  /** What the last look-up says about its deletion; undefined if there was none. */
  readonly setsOff?: string;
}

/** What the head of a plan is made of. */
export interface PlanFacts {
  readonly integration: Integration;
  readonly quota: QuotaState;
  /** How many confirmed sessions are sent before them. */
  readonly queued: number;
  readonly total: number;
  /** In how many ms the last one is sent; undefined if nothing is being sent or planned. */
  readonly lastInMs: number | undefined;
  /** Why nothing is sent now; undefined if something is. */
  readonly standstill: 'paused' | 'stopped' | undefined;
  /** Epoch ms. */
  readonly now: number;
}

/** The head of a plan: what is deleted at which host, how many, from when to when, and what it triggers. */
export function planHead(facts: PlanFacts): readonly string[] {
  const { integration, quota, queued, total, now } = facts;
  return [
    `Plan: delete ${total === 1 ? 'one session' : `${total} sessions`} at Veriff`,
    '',
    'This is a plan and nothing more: it confirms nothing. “Veriff: Delete Listed Sessions…” asks before anything is sent.',
    '',
    row('Integration', titleOf(integration)),
    row('Host', hostOf(integration)),
    row('As of', `${dateText(now, now)} ${timeText(now, now)}`),
    row('Sessions', String(total)),
    ...(queued === 0 ? [] : [row('Go before', `${queued} confirmed already`)]),
    row('The last one', lastText(facts)),
    row('Rate limit', quotaLine(quota, now).replace(/^rate limit /, '')),
    '',
    'What each of them sets off: the session leaves the Veriff portal and API as soon as it is deleted, its data is',
    'erased within 12 hours, and this cannot be undone. A session that is created, started or waiting for a',
    'resubmission also fires a decision webhook (expired/abandoned). If the status is not known, “Look Up Status”',
    'asks Veriff for it without spending a slot.',
    '',
    line('#', 'expected', 'session id', 'source', 'sets off'),
  ];
}

/** One session's line; `number` counts from 1, `now` is epoch ms. */
export function planLine(
  { sessionId, inMs, source, setsOff }: PlannedSession,
  number: number,
  now: number,
): string {
  return line(
    String(number),
    inMs === undefined ? '–' : inMs <= 0 ? 'now' : timeText(now + inMs, now),
    sessionId,
    source === '' ? '–' : visibleText(source, 80),
    setsOff ?? 'a webhook, if it is not completed',
  );
}

function lastText({ lastInMs, standstill, now }: PlanFacts): string {
  if (standstill === 'paused') return 'not before you resume the cleanup, which is paused';
  if (standstill === 'stopped')
    return 'not before you resume the cleanup, which an answer of Veriff has stopped';
  if (lastInMs === undefined) return 'nothing is planned';
  return lastInMs <= 0 ? 'now' : `${dateText(now + lastInMs, now)} ${clockText(now + lastInMs)}`;
}

function clockText(at: number): string {
  return timeText(at, at);
}

function row(name: string, value: string): string {
  return `${name.padEnd(14)}${value}`;
}

function line(number: string, expected: string, sessionId: string, source: string, effect: string): string {
  return [number.padStart(6), expected.padEnd(17), sessionId.padEnd(36), source.padEnd(32), effect].join(
    '  ',
  );
}
