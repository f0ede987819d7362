import type { Entry } from '../cleanup/cleanupList.ts';
import type { DeletionResult } from '../cleanup/deletion.ts';
import type { DeletionOutcome, LookUpOutcome } from '../veriff/outcome.ts';
import type { Desk } from './desk.ts';
import { integrationKey, sandboxIntegrationId, type Integration } from './integration.ts';
import { actionFor, showResult } from './messages.ts';
import { lookUpText, outcomeText, type OutcomeText } from './outcomeText.ts';
import { leftText } from './quotaText.ts';

/** One request that was made, or that could not be made, and what a look-up told where there was no answer. */
export interface SentDeletion {
  readonly entry: Entry;
  readonly outcome: DeletionOutcome;
  readonly lookUp?: LookUpOutcome;
  readonly recordError?: unknown;
}

/** What became of everything that was confirmed in one dialog. */
export interface SentDeletions {
  readonly deletions: readonly SentDeletion[];
  readonly cancelled: boolean;
  readonly stoppedBy?: Exclude<DeletionResult['kind'], 'sent' | 'cancelled'>;
}

/** The one message after a confirmation: the result, what was not done, the rate limit, and the next step. */
export function showDeletionReport(
  desk: Desk,
  integration: Integration,
  confirmed: number,
  sent: SentDeletions,
): void {
  const { tone, text, nextStep } = reportText(desk, integration, confirmed, sent);
  showResult(tone, text, desk.log, nextStep === undefined ? [] : [actionFor(nextStep, integration)]);
}

function reportText(
  desk: Desk,
  integration: Integration,
  confirmed: number,
  sent: SentDeletions,
): OutcomeText {
  const { book } = desk.records();
  const quota = book.quota(integrationKey(integration));
  const [only] = sent.deletions;
  const stays = waitingText(desk, confirmed, sent);
  const limit = `Rate limit: ${leftText(quota, Date.now())}.`;
  if (only === undefined) {
    const cancelled = 'Cancelled: nothing was sent, nothing was deleted, no quota was spent.';
    return { tone: 'info', text: sent.cancelled ? cancelled : `Nothing was sent yet. ${stays} ${limit}` };
  }
  const worst = outcomeOf(sent.deletions, integration);
  const notRecorded = sent.deletions.some(({ recordError }) => recordError !== undefined)
    ? ' This could not be written to the list (see the log), which is tried again before anything else is sent.'
    : '';
  const head =
    confirmed === 1
      ? `${only.entry.sessionId}: ${worst.text}`
      : `${countsText(sent.deletions)} ${worst.text}`;
  return { ...worst, text: [head + notRecorded, stays, limit].filter((part) => part !== '').join(' ') };
}

/** Of several outcomes the one that asks most of the user. */
function outcomeOf(deletions: readonly SentDeletion[], integration: Integration): OutcomeText {
  const texts = deletions.map((deletion) => textOf(deletion, integration));
  const order = ['error', 'warning', 'info'] as const;
  const tone = order.find((candidate) => texts.some((text) => text.tone === candidate)) ?? 'info';
  return texts.find((text) => text.tone === tone) ?? { tone: 'info', text: '' };
}

function textOf({ outcome, lookUp }: SentDeletion, integration: Integration): OutcomeText {
  if (
    outcome.kind === 'notSent' &&
    outcome.reason === 'noConnection' &&
    integration.id === sandboxIntegrationId
  ) {
    return {
      tone: 'error',
      text: 'Nothing was sent: the sandbox is not running any more.',
      nextStep: 'startSandbox',
    };
  }
  const text = outcomeText(outcome);
  if (lookUp === undefined) return text;
  return {
    ...text,
    tone: lookUp.kind === 'gone' ? 'info' : text.tone,
    text: `${text.text} ${lookUpText(lookUp)}`,
  };
}

function countsText(deletions: readonly SentDeletion[]): string {
  const deleted = deletions.filter(({ outcome }) => outcome.kind === 'deleted').length;
  const gone = deletions.filter(({ outcome }) => outcome.kind === 'gone').length;
  const others = deletions.length - deleted - gone;
  const parts = [
    `${deleted} deleted`,
    ...(gone > 0 ? [`${gone} not there`] : []),
    ...(others > 0 ? [`${others} not deleted or not known`] : []),
  ];
  return `${parts.join(', ')}.`;
}

function waitingText(
  desk: Desk,
  confirmed: number,
  { deletions, cancelled, stoppedBy }: SentDeletions,
): string {
  if (cancelled) return deletions.length < confirmed ? 'What had not left was taken back.' : '';
  const { list } = desk.records();
  const back = deletions.filter(({ entry }) => list.byId(entry.id)?.state === 'confirmed').length;
  const waiting = confirmed - deletions.length + back;
  if (waiting === 0) return '';
  const why = stoppedBy === undefined ? '' : ` ${stopReasons[stoppedBy]}`;
  return `${waiting === 1 ? 'One session waits' : `${waiting} sessions wait`} on the cleanup list, confirmed.${why}`;
}

const stopReasons: Readonly<Record<Exclude<DeletionResult['kind'], 'sent' | 'cancelled'>, string>> = {
  notConfirmed: 'Another window has changed the entry meanwhile.',
  tooSlow: 'This machine stalled between reserving and sending, so the slot was given back; try again.',
  busy: 'Another request is out.',
  noSlot: 'Another window took the slot.',
};
