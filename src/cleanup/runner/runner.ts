import type { DeletionOutcome, LookUpOutcome } from '../../veriff/outcome.ts';
import type { Reservation } from '../attempts/reservation.ts';
import { sendReserved } from '../attempts/deletion.ts';
import type { Switches } from '../attempts/switches.ts';
import { hostOf, type Integration } from '../integrations/integration.ts';
import type { Entry } from '../list/entry.ts';
import type { EntryGroups } from '../list/entryGroups.ts';
import type { RunnerEvent, RunnerPorts, RunnerRecords } from './runnerPorts.ts';

export type { Network, RunnerEvent, RunnerPorts, RunnerRecords } from './runnerPorts.ts';

/** The runner checks the clock at least this often, since timers stop during sleep and clocks jump. */
export const tickMs = 30_000;
// Another window's request is answered within half a minute, but this window is not told when.
const busyMs = 1000;
// If a reservation expires before it is used this often in a row, the machine is too slow to try again now.
const mostStaleInARow = 3;
// The clock needs three of the server's dates, and one answer may be lost.
const mostTimesInARow = 4;
const askTimeAgainMs = 15 * 60_000;
/** An entry is looked up so many ms before its slot is free, and no look-up holds a deletion back for longer. */
export const lookAheadMs = 10_000;
// Without an answer, the next look-up may not get one either, and each of them could hold a deletion back.
const lookAgainMs = 60_000;

/**
 * Works through the list automatically: looks up `unknown` entries, and sends `confirmed` ones whenever a slot is free.
 * Each window runs one; the reservations in the database keep them apart. Never throws.
 */
export class Runner {
  readonly #ports: RunnerPorts;
  readonly #signal = new AbortController().signal;
  readonly #draining = new Map<string, Promise<void>>();
  readonly #foreground = new Map<string, number>();
  readonly #staleInARow = new Map<string, number>();
  /** When (monotonic ms) a look-up before a deletion got no answer, by integration. */
  readonly #lookedInVain = new Map<string, number>();
  readonly #askedTime = new Map<string, { readonly firstMs: number; readonly times: number }>();
  #timer: { readonly atMs: number; readonly stop: () => void } | undefined;
  #turn: 'none' | 'running' | 'runningAndAgain' = 'none';
  #hasLooked = false;
  #hasAnnounced = false;
  #hasFoundUnsendable = false;
  #isDisposed = false;

  constructor(ports: RunnerPorts) {
    this.#ports = ports;
  }

  /** Checks at once whether something is due. Call at the start and after every change by the user. */
  wake(): void {
    if (this.#isDisposed) return;
    if (this.#turn !== 'none') {
      this.#turn = 'runningAndAgain';
      return;
    }
    this.#turn = 'running';
    void this.#look();
  }

  /** Starts no requests for an integration while `work`, which the user waits for, sends its own. */
  async inForeground<T>(integration: string, work: () => Promise<T>): Promise<T> {
    const change = (by: number): void =>
      void this.#foreground.set(integration, (this.#foreground.get(integration) ?? 0) + by);
    change(1);
    try {
      return await work();
    } finally {
      change(-1);
      this.wake();
    }
  }

  /** Starts nothing more. The answer to a request in flight is still recorded if the records are open when it comes. */
  dispose(): void {
    this.#isDisposed = true;
    this.#timer?.stop();
  }

  /** Starts nothing more, and resolves when the requests in flight are answered and recorded. */
  async end(): Promise<void> {
    this.dispose();
    await Promise.all(this.#draining.values());
  }

  async #look(): Promise<void> {
    this.#timer?.stop();
    this.#timer = undefined;
    this.#tell({ kind: 'turn' });
    try {
      await this.#startWhatIsDue();
    } catch (error) {
      this.#tell({ kind: 'trouble', error });
    }
    const isAgain = this.#turn === 'runningAndAgain';
    this.#turn = 'none';
    if (isAgain) this.wake();
    else this.#wakeIn(tickMs);
  }

  async #startWhatIsDue(): Promise<void> {
    const { book, groups, switches } = this.#ports.records();
    this.#announce(groups, switches);
    // Even if its integration has ended: otherwise what an ended window had sent would be shown as sending forever.
    if (groups.counts().has('sending')) book.recover();
    // Entries that need the user, are on hold or were not found may have to be looked up.
    const waiting = [...groups.integrationsOn(['queue', 'sending']), ...book.waitingIntegrations()];
    if (waiting.length === 0 || switches.isPaused()) return;
    const ready = await this.#ports.ready();
    this.#announceUnsendable(groups, ready);
    for (const integration of ready) {
      if (!waiting.includes(integration) || !this.#mayDrain(integration)) continue;
      if (this.#draining.has(integration)) continue;
      this.#draining.set(integration, this.#drain(integration));
    }
  }

  /** If entries are still queued from before, reports once that the list resumes, so that the user can stop it. */
  #announce(groups: EntryGroups, switches: Switches): void {
    if (this.#hasAnnounced) return;
    const { owner, isOwnerAlive } = this.#ports;
    const waiting = switches.isPaused() ? 0 : (groups.counts().get('queue') ?? 0);
    if (waiting > 0) {
      // Called even if the user has just confirmed them, so that the next window does not announce them either.
      const mayAnnounce = switches.mayAnnounce(owner, isOwnerAlive);
      if (mayAnnounce && !this.#hasLooked) this.#tell({ kind: 'resumed', waiting });
      this.#hasAnnounced = true;
    }
    this.#hasLooked = true;
  }

  /**
   * Reports once that keys are missing, for example after a start without the system's keyring: the list would wait
   * forever.
   */
  #announceUnsendable(groups: EntryGroups, ready: readonly string[]): void {
    if (this.#hasFoundUnsendable) return;
    const integrations = groups.integrationsOn(['queue']).filter((each) => !ready.includes(each));
    if (integrations.length === 0) return;
    this.#hasFoundUnsendable = true;
    this.#tell({ kind: 'unsendable', waiting: groups.counts({ integrations }).get('queue') ?? 0 });
  }

  #mayDrain(integration: string): boolean {
    return !this.#isDisposed && (this.#foreground.get(integration) ?? 0) === 0;
  }

  async #drain(integration: string): Promise<void> {
    let inMs: number | undefined = 0;
    try {
      while (inMs === 0 && this.#mayDrain(integration)) inMs = await this.#step(integration);
    } catch (error) {
      this.#tell({ kind: 'trouble', error });
    }
    this.#draining.delete(integration);
    if (inMs !== undefined && inMs > 0) this.#wakeIn(inMs);
  }

  /** Does one thing. Returns ms until there may be more to do: 0 for at once, undefined if nothing is waited for. */
  async #step(id: string): Promise<number | undefined> {
    const before = this.#whatIsDue(id);
    if (before !== 'look') return before;
    // Read for this one request, and nothing is awaited before it is used: an integration may be removed at any moment.
    const means = await this.#ports.readMeans(id);
    if (means === undefined || !this.#mayDrain(id)) return undefined;
    const records = this.#ports.records();
    const { book, switches, integrations } = records;
    if (switches.isPaused() || switches.stopOf(id) !== undefined) return undefined;
    if (!integrations.isCurrent(means.integration)) return undefined;
    const unknown = book.nextLookUp(id);
    if (unknown !== undefined) {
      const { kind } = await this.#lookUp(means.integration, unknown);
      return kind === 'notSent' ? tickMs : 0;
    }
    const entry = this.#nextToLookAt(id);
    if (entry !== undefined) return this.#lookFirst(means.integration, entry);
    if (book.quota(id).freeInMs > 0) return this.#askTime(means.integration);
    const next = book.reserveNext(means);
    if (next.kind === 'reserved') return this.#send(next.reservation, records);
    if (next.kind === 'rolledBack' || next.kind === 'noneKept') this.#tell({ kind: next.kind });
    // Another window took the slot first.
    return next.kind === 'busy' || next.kind === 'noSlot' ? busyMs : undefined;
  }

  /**
   * `look` if a request is due, which needs credentials; otherwise ms until one may be, or undefined if nothing is
   * waited for.
   */
  #whatIsDue(id: string): 'look' | number | undefined {
    const { book, groups, switches } = this.#ports.records();
    book.recordWhatFailed();
    if (switches.isPaused() || switches.stopOf(id) !== undefined) return undefined;
    if (book.nextLookUp(id) !== undefined || this.#nextToLookAt(id) !== undefined) return 'look';
    const waitMs = book.nextWaitMs(id);
    const isQueued = groups.counts({ integrations: [id] }).has('queue');
    if (!isQueued && waitMs !== 0) return waitMs;
    // Checked before anything is written, so that nothing is written while nothing is due.
    const quota = book.quota(id);
    if (quota.inFlight) return busyMs;
    if (quota.freeInMs === 0 || this.#mayAskTime(id)) return 'look';
    const { freeInMs } = quota;
    const inMs = freeInMs > lookAheadMs ? freeInMs - lookAheadMs : freeInMs;
    return waitMs === undefined || waitMs === 0 ? inMs : Math.min(inMs, waitMs);
  }

  /**
   * The entry that has to be looked up before anything else is sent: one whose wait after a refusal is over or, right
   * before a slot is free, the first in the queue. Otherwise the slot could go to a session that Veriff refuses.
   */
  #nextToLookAt(id: string): Entry | undefined {
    const vainMs = this.#lookedInVain.get(id);
    const { monotonicMs, wallAt } = this.#ports.clock();
    if (vainMs !== undefined && monotonicMs - vainMs < lookAgainMs) return undefined;
    const { book } = this.#ports.records();
    return book.nextToLookAt(id, wallAt, lookAheadMs);
  }

  /** Looks up what would be sent next. Without an answer within ten seconds, it is sent as it is. */
  async #lookFirst(integration: Integration, entry: Entry): Promise<number> {
    const controller = new AbortController();
    const stopTimer = this.#ports.startTimer(lookAheadMs, () => controller.abort());
    try {
      const outcome = await this.#lookUp(integration, entry, controller.signal);
      if (outcome.kind === 'found' || outcome.kind === 'notFound') this.#lookedInVain.delete(integration.id);
      else this.#lookedInVain.set(integration.id, this.#ports.clock().monotonicMs);
      return 0;
    } finally {
      stopTimer();
    }
  }

  // Uses the records in which the slot was reserved: opening them again may fail, and the slot would not be given back.
  async #send(reservation: Reservation, records: RunnerRecords): Promise<number> {
    const { integration, sessionId } = reservation;
    const { book } = records;
    // Nothing is awaited between this check and the request, so that no request is sent for an expired reservation.
    if (!book.mayLeave(reservation)) {
      book.release(reservation);
      const stale = (this.#staleInARow.get(integration.id) ?? 0) + 1;
      this.#staleInARow.set(integration.id, stale);
      return stale < mostStaleInARow ? 0 : tickMs;
    }
    this.#staleInARow.delete(integration.id);
    const { network, clock } = this.#ports;
    const sending = sendReserved(book, reservation, network.send, clock, this.#signal);
    this.#tell({ kind: 'sending', integration, sessionId });
    const result = await sending;
    this.#tell({ kind: 'sent', integration, sessionId, result });
    if (result.recordError === undefined) await this.#findOutWhy(reservation, result.outcome, records);
    // What prevented the request is hardly gone a moment later.
    return result.outcome.kind === 'notSent' ? tickMs : 0;
  }

  /** After a 403, one look-up tells whether deletion is not enabled or all access is refused. Reports the stop. */
  async #findOutWhy(
    reservation: Reservation,
    outcome: DeletionOutcome,
    { list, switches, integrations }: RunnerRecords,
  ): Promise<void> {
    const { integration } = reservation;
    const entry = list.meant({ ...reservation, id: reservation.entryId });
    const mayAsk = outcome.kind === 'forbidden' && integrations.isCurrent(integration) && !this.#isDisposed;
    if (mayAsk && entry !== undefined) await this.#lookUp(integration, entry);
    else this.#tellStop(integration, switches);
  }

  async #lookUp(integration: Integration, entry: Entry, signal?: AbortSignal): Promise<LookUpOutcome> {
    const { sessionId } = entry;
    const outcome = await this.#ports.network.lookUp(integration, sessionId, signal);
    const { book, switches } = this.#ports.records();
    book.recordLookUp(integration, entry, outcome);
    this.#tell({ kind: 'lookedUp', integration, sessionId, outcome });
    this.#tellStop(integration, switches);
    return outcome;
  }

  /** Whether the server's time may free a slot sooner, and was not asked for too often lately. */
  #mayAskTime(id: string): boolean {
    const { book, integrations } = this.#ports.records();
    const row = integrations.byId(id);
    if (row === undefined || row.isSandbox || !book.wantsServerTime(hostOf(row))) return false;
    const { monotonicMs } = this.#ports.clock();
    const asked = this.#askedTime.get(id);
    return (
      asked === undefined || asked.times < mostTimesInARow || monotonicMs - asked.firstMs >= askTimeAgainMs
    );
  }

  async #askTime(integration: Integration): Promise<number> {
    if (!this.#mayAskTime(integration.id)) return busyMs;
    const askedMs = this.#ports.clock().monotonicMs;
    const asked = this.#askedTime.get(integration.id);
    const isRecent = asked !== undefined && askedMs - asked.firstMs < askTimeAgainMs;
    const times = isRecent ? asked.times + 1 : 1;
    this.#askedTime.set(integration.id, { firstMs: isRecent ? asked.firstMs : askedMs, times });
    const outcome = await this.#ports.network.askTime(integration);
    const { book, switches } = this.#ports.records();
    book.noteLookUp(integration, outcome);
    this.#tell({ kind: 'lookedUp', integration, sessionId: undefined, outcome });
    this.#tellStop(integration, switches);
    return 0;
  }

  #tellStop(integration: Integration, switches: Switches): void {
    const reason = switches.stopOf(integration.id);
    if (reason !== undefined) this.#tell({ kind: 'stopped', integration, reason });
  }

  #tell(event: RunnerEvent): void {
    // While the window closes, there is no listener.
    if (this.#isDisposed) return;
    try {
      this.#ports.tell(event);
    } catch (error) {
      // A listener that throws must not end the draining. If it throws at that report too, the report is dropped.
      if (event.kind !== 'trouble') this.#tell({ kind: 'trouble', error });
    }
  }

  #wakeIn(spanMs: number): void {
    if (this.#isDisposed) return;
    const inMs = Math.min(spanMs, tickMs);
    const atMs = this.#ports.clock().monotonicMs + inMs;
    if (this.#timer !== undefined && this.#timer.atMs <= atMs) return;
    this.#timer?.stop();
    this.#timer = { atMs, stop: this.#ports.startTimer(inMs, () => this.wake()) };
  }
}
