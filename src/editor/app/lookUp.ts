import type { Entry, EntryRef, LastRequest } from '../../cleanup/list/entry.ts';
import { lookUpSession } from '../../veriff/client.ts';
import type { LookUpOutcome } from '../../veriff/outcome.ts';
import { randomSessionId, type SessionId } from '../../veriff/sessionId.ts';
import type { App } from './app.ts';
import type { Integration } from './integration.ts';

/** A look-up's outcome, when it was known (epoch ms), and the last reservation before the request. */
export interface LookUp {
  readonly outcome: LookUpOutcome;
  readonly at: number;
  readonly after: LastRequest;
}

/**
 * Looks up one session at the pace of all look-ups, which uses no deletion quota, and logs it under its purpose. Network
 * failures are part of the outcome; throws `DatabaseUnusable`.
 */
export function lookUp(
  app: App,
  integration: Integration,
  sessionId: SessionId,
  purpose: string,
  signal?: AbortSignal,
): Promise<LookUpOutcome> {
  return app.pace.ask(
    questionOf(app, integration, sessionId),
    () => send(app, integration, sessionId, purpose, signal),
    signal,
  );
}

/** Whether this session was looked up less than a minute ago, and nothing was deleted since. */
export function hasFreshAnswer(app: App, integration: Integration, sessionId: SessionId): boolean {
  return app.pace.hasAnswer(questionOf(app, integration, sessionId));
}

function questionOf(app: App, { id }: Integration, sessionId: SessionId): string {
  const { list, attempt } = app.records().book.lastRequest();
  return [id, sessionId, list, attempt].join(' ');
}

async function send(
  app: App,
  integration: Integration,
  sessionId: SessionId,
  purpose: string,
  signal: AbortSignal | undefined,
): Promise<LookUpOutcome> {
  // The credentials may have been erased since they were read, and must not be used then.
  if (!app.records().integrations.isCurrent(integration)) return { kind: 'notSent', reason: 'cancelled' };
  const askedMs = app.clock().monotonicMs;
  const outcome = await lookUpSession(integration, sessionId, app.client, signal);
  const durationMs = app.clock().monotonicMs - askedMs;
  const quota = app.shownQuota(integration.id);
  app.log.lookUp(purpose, { integration, sessionId, outcome, durationMs, quota });
  return outcome;
}

/** Looks up an id that does not exist, to learn whether the credentials are accepted and what time the server has. */
export async function lookUpRandomId(
  app: App,
  integration: Integration,
  purpose: string,
  signal: AbortSignal,
): Promise<LookUpOutcome> {
  const outcome = await lookUp(app, integration, randomSessionId(), purpose, signal);
  app.records().book.noteLookUp(integration, outcome);
  return outcome;
}

/** Looks up an entry, and records the result if the entry has not changed since the request was sent. */
export async function lookUpEntry(
  app: App,
  integration: Integration,
  ref: EntryRef,
  signal?: AbortSignal,
): Promise<LookUpOutcome> {
  // Read again: the caller's entry may be older than the request that got no answer.
  const asked = app.records().list.meant(ref);
  if (asked?.integration !== integration.id) return { kind: 'notSent', reason: 'cancelled' };
  return recorded(app, integration, asked, signal);
}

/** Looks up a session, whether it is on the list or not, and records the result if it is. */
export async function lookUpAny(
  app: App,
  integration: Integration,
  sessionId: SessionId,
  signal?: AbortSignal,
): Promise<LookUp> {
  const { list, book } = app.records();
  const after = book.lastRequest();
  const asked = list.find(integration.id, sessionId);
  const outcome = await recorded(app, integration, asked ?? sessionId, signal);
  return { outcome, at: app.clock().wallAt, after };
}

async function recorded(
  app: App,
  integration: Integration,
  asked: Entry | SessionId,
  signal?: AbortSignal,
): Promise<LookUpOutcome> {
  const sessionId = typeof asked === 'string' ? asked : asked.sessionId;
  const outcome = await lookUp(app, integration, sessionId, 'look-up', signal);
  const { book } = app.records();
  if (typeof asked === 'string') book.noteLookUp(integration, outcome);
  else book.recordLookUp(integration, asked, outcome);
  app.changed();
  return outcome;
}
