import type { Entry } from '../../cleanup/list/entry.ts';
import type { DeletionResult } from '../../cleanup/attempts/deletion.ts';
import { stateAfter } from '../../cleanup/list/entryState.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../veriff/outcome.ts';
import type { App } from '../app/app.ts';
import type { Integration } from '../app/integration.ts';
import { actionFor, showResult } from '../app/messages.ts';
import { answerWithLookUpText, outcomeText, type OutcomeText } from '../text/outcomeText.ts';
import { leftText } from '../text/quotaText.ts';

/** One request that was sent or could not be sent, and the result of the look-up if there was no answer. */
export interface SentDeletion {
  readonly entry: Entry;
  readonly outcome: DeletionOutcome;
  readonly lookUp?: LookUpOutcome;
  /** False if the outcome could not be written to the list. */
  readonly isRecorded: boolean;
}

/** The results of everything that was confirmed in one dialog. */
export interface SentDeletions {
  readonly deletions: readonly SentDeletion[];
  /** Entries that another window has sent meanwhile, in their current state. */
  readonly elsewhere: readonly Entry[];
  readonly cancelled: boolean;
  /** Why the rest was not sent, if something stopped it. */
  readonly stoppedBy?: StopReason;
  /** False if, after Cancel, the consent of the unsent sessions could not be ended. */
  readonly takenBack: boolean;
}

type StopReason = Exclude<DeletionResult['kind'], 'sent' | 'cancelled'> | 'notReserved';

/** The one message after a confirmation: the result, what was not done, the rate limit, and the next step. */
export function showResultMessage(
  app: App,
  integration: Integration,
  confirmed: number,
  sent: SentDeletions,
): void {
  const { tone, text, nextStep } = reportText(app, integration, confirmed, sent);
  showResult(tone, text, app.log, nextStep === undefined ? [] : [actionFor(nextStep, integration)]);
}

function reportText(app: App, integration: Integration, confirmed: number, sent: SentDeletions): OutcomeText {
  const quota = app.shownQuota(integration.id);
  const limit = quota === undefined ? '' : `Rate limit: ${leftText(quota, Date.now())}.`;
  const stays = waitingText(confirmed, sent);
  const elsewhere = sent.elsewhere
    .map(({ sessionId, state }) => `${sessionId}: ${state} (sent by another window).`)
    .join(' ');
  if (sent.deletions.length === 0 && elsewhere !== '')
    return { tone: 'info', text: [elsewhere, stays, limit].filter((part) => part !== '').join(' ') };
  if (sent.deletions.length === 0) {
    const cancelled = 'Cancelled: nothing was sent, nothing was deleted, no quota was spent.';
    return sent.cancelled && sent.takenBack
      ? { tone: 'info', text: cancelled }
      : { tone: sent.takenBack ? 'info' : 'error', text: `Nothing was sent yet. ${stays} ${limit}` };
  }
  const worst = worstOf(sent.deletions, integration);
  const notRecorded = sent.deletions.some(({ isRecorded }) => !isRecorded)
    ? 'This could not be written to the cleanup list (see the log); it is tried again before anything else is sent.'
    : '';
  const counts = confirmed === 1 ? '' : `${countsText(sent.deletions)}.`;
  const parts = [counts, `${worst.sessionId}: ${worst.text}`, elsewhere, notRecorded, stays, limit];
  return { ...worst, text: parts.filter((part) => part !== '').join(' ') };
}

/** The outcome that most needs the user's attention, with its session id. */
function worstOf(
  deletions: readonly SentDeletion[],
  integration: Integration,
): OutcomeText & { readonly sessionId: string } {
  const texts = deletions.map((deletion) => ({
    ...textOf(deletion, integration),
    sessionId: deletion.entry.sessionId,
  }));
  const order = ['error', 'warning', 'info'] as const;
  const tone = order.find((candidate) => texts.some((text) => text.tone === candidate)) ?? 'info';
  return texts.find((text) => text.tone === tone) ?? { tone: 'info', text: '', sessionId: '' };
}

function textOf({ outcome, lookUp }: SentDeletion, integration: Integration): OutcomeText {
  if (outcome.kind === 'notSent' && outcome.reason === 'noConnection' && integration.isSandbox) {
    return {
      tone: 'error',
      text: 'Nothing was sent: the sandbox is not running any more.',
      nextStep: 'startSandbox',
    };
  }
  return lookUp === undefined ? outcomeText(outcome) : answerWithLookUpText(outcome, lookUp);
}

function countsText(deletions: readonly SentDeletion[]): string {
  const counts = new Map<string, number>();
  for (const deletion of deletions) {
    const fate = fateOf(deletion);
    counts.set(fate, (counts.get(fate) ?? 0) + 1);
  }
  return [...counts].map(([fate, count]) => `${count} ${fate}`).join(', ');
}

function fateOf({ outcome, lookUp }: SentDeletion): string {
  if (outcome.kind === 'deleted') return 'deleted';
  if (outcome.kind === 'notFound') return lookUp?.kind === 'found' ? 'not deleted' : 'not found';
  // What got no answer and is not found any more may count as deleted; the row says which.
  if (outcome.kind === 'unknown' && lookUp?.kind === 'notFound') return 'not found any more';
  return outcome.kind === 'unknown' && lookUp?.kind !== 'found' ? 'not known' : 'not deleted';
}

function waitingText(
  confirmed: number,
  { deletions, elsewhere, cancelled, stoppedBy, takenBack }: SentDeletions,
): string {
  if (!takenBack)
    return 'What had not left could not be taken back yet, since the list cannot be written (see the log): this window does it before anything else is sent.';
  const sent = deletions.length + elsewhere.length;
  if (cancelled) return sent < confirmed ? 'What had not left was taken back.' : '';
  const back = deletions.filter(({ outcome, lookUp }) => isConfirmedAgain(outcome, lookUp)).length;
  const waiting = confirmed - sent + back;
  if (waiting === 0) return '';
  const why = stoppedBy === undefined ? '' : ` ${stopReasons[stoppedBy]}`;
  return `${waiting === 1 ? 'One session waits' : `${waiting} sessions wait`} on the cleanup list, confirmed.${why}`;
}

/** Whether the session is still confirmed: the outcome says nothing about it, or a look-up has found it. */
function isConfirmedAgain(outcome: DeletionOutcome, lookUp: LookUpOutcome | undefined): boolean {
  return stateAfter(outcome) === 'confirmed' || lookUp?.kind === 'found';
}

const stopReasons: Readonly<Record<StopReason, string>> = {
  notConfirmed: 'It was changed meanwhile, here or in another window.',
  paused: 'The cleanup is paused: resume it to go on.',
  integrationChanged:
    'The integration was changed or removed meanwhile, so what was confirmed for it is over.',
  rolledBack: 'The storage folder holds an older copy of the list, so everything has to be confirmed again.',
  noneKept:
    'VS Code’s secret storage has lost its record of the list, so everything has to be confirmed again.',
  noCredentials: 'The keys of the integration are not stored here any more.',
  tooSlow: 'This machine stalled between reserving and sending, so the slot was given back; try again.',
  busy: 'Another request is out.',
  noSlot: 'Another window took the slot.',
  notReserved: 'The cleanup list failed meanwhile (see the log), so no further slot could be reserved.',
};
