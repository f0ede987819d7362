import type { AttemptBook } from '../../cleanup/attempts/attemptBook.ts';
import type { UnwrittenCancel } from '../../cleanup/attempts/unwrittenAnswers.ts';
import { deleteEntry, isDoubtful, type DeletionResult } from '../../cleanup/attempts/deletion.ts';
import type { Agreed } from '../../cleanup/list/cleanupList.ts';
import type { Entry } from '../../cleanup/list/entry.ts';
import { stateAfter } from '../../cleanup/list/entryState.ts';
import { deleteSession } from '../../veriff/client.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../veriff/outcome.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { App } from '../app/app.ts';
import { titleOf, type Integration } from '../app/integration.ts';
import { lookUpEntry } from '../app/lookUp.ts';
import { withProgress } from '../app/progress.ts';
import { showResultMessage, type SentDeletion, type SentDeletions } from './resultMessage.ts';

/**
 * Sends the first `count` of the confirmed entries, one after the other, with progress and cancel, and shows one
 * result. Cancel ends all consents of the dialog at once, even while a request is out: nothing more is sent.
 */
export async function sendConfirmed(
  app: App,
  integration: Integration,
  { agreement, entries }: Agreed,
  count: number,
): Promise<void> {
  const now = entries.slice(0, count);
  const cancel = new Cancel(app, { list: entries[0]?.list ?? '', agreement });
  const sent =
    now.length === 0
      ? { deletions: [], elsewhere: [], cancelled: false }
      : await sendWithProgress(app, integration, now, cancel);
  app.changed();
  writeToDisk(app);
  showResultMessage(app, integration, entries.length, { ...sent, takenBack: !cancel.hasFailed });
}

/** Sessions that the message says are waiting must be on the disk; those that were sent already are. */
function writeToDisk(app: App): void {
  try {
    app.records().database.checkpoint();
  } catch (error) {
    app.log.failure('what was confirmed may not be on the disk', error);
  }
}

/** Ends the consents of one dialog when the user cancels. */
class Cancel {
  readonly #app: App;
  readonly #agreement: UnwrittenCancel;
  readonly #book: AttemptBook;
  /** Whether the cancellation could not be written; then this window writes it before it reserves anything else. */
  hasFailed = false;

  constructor(app: App, agreement: UnwrittenCancel) {
    this.#app = app;
    this.#agreement = agreement;
    this.#book = app.records().book;
  }

  readonly take = (): void => {
    try {
      this.#book.cancel(this.#agreement);
    } catch (error) {
      this.hasFailed = true;
      this.#app.log.failure('what was cancelled could not be taken back yet', error);
    }
    this.#app.changed();
  };
}

type Sent = Omit<SentDeletions, 'takenBack'>;

function sendWithProgress(
  app: App,
  integration: Integration,
  entries: readonly Entry[],
  cancel: Cancel,
): Thenable<Sent> {
  const what = entries.length === 1 ? `session ${entries[0]?.sessionId ?? ''}` : `${entries.length} sessions`;
  return withProgress(`Deleting ${what} · ${titleOf(integration)}`, async (signal, progress) => {
    signal.addEventListener('abort', cancel.take, { once: true });
    if (signal.aborted) cancel.take();
    return sendEach(app, integration, entries, signal, (index) => {
      if (entries.length === 1) return;
      progress.report({ message: `${index + 1} of ${entries.length}`, increment: 100 / entries.length });
    });
  });
}

async function sendEach(
  app: App,
  integration: Integration,
  entries: readonly Entry[],
  signal: AbortSignal,
  onStart: (index: number) => void,
): Promise<Sent> {
  const deletions: SentDeletion[] = [];
  const elsewhere: Entry[] = [];
  for (const [index, entry] of entries.entries()) {
    onStart(index);
    const result = await sendOne(app, integration, entry, signal).catch((error: unknown) => {
      // If nothing was sent, the error is all there is to tell; otherwise the answers must be told as well.
      if (deletions.length === 0) throw error;
      app.log.failure('the next slot could not be reserved', error);
      return { kind: 'notReserved' } as const;
    });
    app.changed();
    if (result.kind === 'elsewhere') {
      elsewhere.push(result.entry);
      continue;
    }
    if (result.kind === 'cancelled') return { deletions, elsewhere, cancelled: true };
    if (result.kind !== 'sent') return { deletions, elsewhere, cancelled: false, stoppedBy: result.kind };
    logDeletion(app, integration, entry.sessionId, result.outcome, result.durationMs);
    if (result.recordError !== undefined)
      app.log.failure('the answer could not be recorded', result.recordError);
    const lookUp = isDoubtful(result.outcome)
      ? await lookUpOrLog(app, integration, entry, signal)
      : undefined;
    const isRecorded = result.recordError === undefined;
    deletions.push({ entry, outcome: result.outcome, isRecorded, ...(lookUp && { lookUp }) });
    if (signal.aborted) return { deletions, elsewhere, cancelled: true };
    // The outcome is not about the session: the next request would get the same, and could cost a slot.
    if (stateAfter(result.outcome) === 'confirmed') break;
    // After a 404 for a session that exists, nothing more is sent for the integration.
    if (result.outcome.kind === 'notFound' && lookUp?.kind === 'found') break;
  }
  return { deletions, elsewhere, cancelled: false };
}

// The longest time that the progress stays after Cancel, to find out what happened to the request.
const lookUpAfterCancelMs = 5000;

function lookUpOrLog(
  app: App,
  integration: Integration,
  entry: Entry,
  signal: AbortSignal,
): Promise<LookUpOutcome | undefined> {
  const until = signal.aborted ? AbortSignal.timeout(lookUpAfterCancelMs) : signal;
  return lookUpEntry(app, integration, entry, until).catch((error: unknown) => {
    app.log.failure('what the look-up found could not be recorded', error);
    return undefined;
  });
}

/** The entry after another window's runner has sent it. */
interface SentElsewhere {
  readonly kind: 'elsewhere';
  readonly entry: Entry;
}

async function sendOne(
  app: App,
  { id }: Integration,
  { list: listId, id: entryId, sessionId }: Entry,
  signal: AbortSignal,
): Promise<DeletionResult | SentElsewhere> {
  const { book, list } = app.records();
  const ref = { list: listId, id: entryId, sessionId };
  for (;;) {
    const sending = deleteEntry(
      book,
      ref,
      {
        readMeans: () => app.store.readMeans(id),
        send: (integration, session, abort) => deleteSession(integration, session, app.client, abort),
        clock: app.clock,
      },
      signal,
    );
    app.changed();
    const result = await sending;
    if (signal.aborted && result.kind !== 'sent') return { kind: 'cancelled' };
    // A request of another window is out, perhaps for the same entry; its answer comes within half a minute.
    const entry = result.kind === 'notConfirmed' ? list.meant(ref) : undefined;
    if (entry !== undefined && isAnswered(entry)) return { kind: 'elsewhere', entry };
    const isOut = entry?.state === 'sending' || (result.kind === 'busy' && result.quota.freeInMs === 0);
    if (!isOut) return result;
    await pause(busyPauseMs, signal);
  }
}

function isAnswered({ state }: Entry): boolean {
  return ['deleted', 'notFound', 'blocked', 'failed', 'unknown'].includes(state);
}

const busyPauseMs = 200;

function pause(spanMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, spanMs);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

function logDeletion(
  app: App,
  integration: Integration,
  sessionId: SessionId,
  outcome: DeletionOutcome,
  durationMs: number,
): void {
  const quota = app.shownQuota(integration.id);
  app.log.deletion({ integration, sessionId, outcome, durationMs, quota });
}
