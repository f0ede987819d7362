import type { Confirmed, Entry } from '../../cleanup/list/cleanupList.ts';
import { deleteEntry, type DeletionResult } from '../../cleanup/attempts/deletion.ts';
import { stateAfter } from '../../cleanup/list/entryState.ts';
import { deleteSession } from '../../veriff/client.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../veriff/outcome.ts';
import type { Desk } from '../desk.ts';
import { integrationKey, titleOf, type Integration } from '../integration.ts';
import { asking, lookUpEntry } from '../lookUp.ts';
import { showDeletionReport, type SentDeletion, type SentDeletions } from '../deletionReport.ts';

/**
 * Sends the first `count` of the confirmed entries, one after the other, with progress and cancel, and reports
 * once. Cancel stops before the next request, and takes back what was confirmed and did not leave.
 */
export async function sendConfirmed(
  desk: Desk,
  integration: Integration,
  confirmed: readonly Confirmed[],
  count: number,
): Promise<void> {
  const now = confirmed.slice(0, count);
  const sent =
    now.length === 0
      ? { deletions: [], elsewhere: [], cancelled: false }
      : await withProgress(desk, integration, now);
  const takenBack = !sent.cancelled || takeBack(desk, confirmed);
  desk.changed();
  showDeletionReport(desk, integration, confirmed.length, { ...sent, takenBack });
}

/** Takes back what was confirmed and did not leave. False where the database fails: then it is still confirmed. */
function takeBack(desk: Desk, confirmed: readonly Confirmed[]): boolean {
  try {
    const { list } = desk.records();
    for (const entry of confirmed) list.withdraw(entry);
    return true;
  } catch (error) {
    desk.log.failure('what was cancelled could not be taken back', error);
    return false;
  }
}

type Sent = Omit<SentDeletions, 'takenBack'>;

function withProgress(desk: Desk, integration: Integration, entries: readonly Confirmed[]): Thenable<Sent> {
  const what =
    entries.length === 1 ? `session ${entries[0]?.entry.sessionId ?? ''}` : `${entries.length} sessions`;
  return asking(`Deleting ${what} · ${titleOf(integration)}`, (signal, progress) =>
    sendEach(desk, integration, entries, signal, (index) => {
      if (entries.length === 1) return;
      progress.report({ message: `${index + 1} of ${entries.length}`, increment: 100 / entries.length });
    }),
  );
}

async function sendEach(
  desk: Desk,
  integration: Integration,
  entries: readonly Confirmed[],
  signal: AbortSignal,
  onStart: (index: number) => void,
): Promise<Sent> {
  const deletions: SentDeletion[] = [];
  const elsewhere: Entry[] = [];
  for (const [index, { entry }] of entries.entries()) {
    onStart(index);
    const result = await sendOne(desk, integration, entry.id, signal).catch((error: unknown) => {
      // Before the first request this is the whole story; after it, what was answered must be told as well.
      if (deletions.length === 0) throw error;
      desk.log.failure('the next slot could not be reserved', error);
      return { kind: 'notReserved' } as const;
    });
    desk.changed();
    if (result.kind === 'elsewhere') {
      elsewhere.push(result.entry);
      continue;
    }
    if (result.kind === 'cancelled') return { deletions, elsewhere, cancelled: true };
    if (result.kind !== 'sent') return { deletions, elsewhere, cancelled: false, stoppedBy: result.kind };
    logDeletion(desk, integration, entry.sessionId, result.outcome, result.durationMs);
    if (result.recordError !== undefined)
      desk.log.failure('the answer could not be recorded', result.recordError);
    const lookUp =
      result.outcome.kind === 'unknown' ? await lookUpOrLog(desk, integration, entry, signal) : undefined;
    const isRecorded = result.recordError === undefined;
    deletions.push({ entry, outcome: result.outcome, isRecorded, ...(lookUp && { lookUp }) });
    if (signal.aborted) return { deletions, elsewhere, cancelled: true };
    // It says nothing about the session, so every further request would get the same and could cost a slot.
    if (stateAfter(result.outcome) === 'confirmed') break;
  }
  return { deletions, elsewhere, cancelled: false };
}

// After Cancel the progress stays up for this long at most: what became of the request is worth a moment.
const lookUpAfterCancelMs = 5000;

function lookUpOrLog(
  desk: Desk,
  integration: Integration,
  entry: Entry,
  signal: AbortSignal,
): Promise<LookUpOutcome | undefined> {
  const until = signal.aborted ? AbortSignal.timeout(lookUpAfterCancelMs) : signal;
  return lookUpEntry(desk, integration, entry, until).catch((error: unknown) => {
    desk.log.failure('what the look-up found could not be recorded', error);
    return undefined;
  });
}

/** What another window's runner, which may take the same slot for the same entry, has made of it. */
interface SentElsewhere {
  readonly kind: 'elsewhere';
  readonly entry: Entry;
}

async function sendOne(
  desk: Desk,
  integration: Integration,
  entryId: number,
  signal: AbortSignal,
): Promise<DeletionResult | SentElsewhere> {
  const { book, list } = desk.records();
  for (;;) {
    const sending = deleteEntry(
      book,
      entryId,
      (sessionId, abort) => deleteSession(integration, sessionId, desk.client, abort),
      desk.clock,
      signal,
    );
    desk.changed();
    const result = await sending;
    // Another window's request is out, perhaps for this very entry; its answer comes within half a minute.
    const entry = result.kind === 'notConfirmed' ? list.byId(entryId) : undefined;
    if (entry !== undefined && isAnswered(entry)) return { kind: 'elsewhere', entry };
    const isOut = entry?.state === 'sending' || (result.kind === 'busy' && result.quota.freeInMs === 0);
    if (!isOut) return result;
    if (signal.aborted) return { kind: 'cancelled' };
    await pause(busyPauseMs, signal);
  }
}

function isAnswered({ state }: Entry): boolean {
  return ['deleted', 'gone', 'blocked', 'failed', 'unknown'].includes(state);
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
  desk: Desk,
  integration: Integration,
  sessionId: Confirmed['entry']['sessionId'],
  outcome: DeletionOutcome,
  durationMs: number,
): void {
  const quota = desk.shownQuota(integrationKey(integration));
  desk.log.deletion({ integration, sessionId, outcome, durationMs, quota });
}
