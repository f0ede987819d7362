import type { LookUpOutcome } from '../../veriff/outcome.ts';
import type { Reservation } from '../attempts/attemptBook.ts';
import type { Finding } from '../list/cleanupList.ts';
import { sendReserved } from '../attempts/deletion.ts';
import type { RunnerEvent, RunnerPorts, RunnerRecords, Sender } from './runnerPorts.ts';
import type { Shelves } from '../list/shelves.ts';
import type { Switches } from '../attempts/switches.ts';

export type { RunnerEvent, RunnerPorts, RunnerRecords, Sender } from './runnerPorts.ts';

/** The runner looks at the clock again after this long at most: timers stand still in sleep, and clocks step. */
export const tickMs = 30_000;
// Another window's request is answered within half a minute; nobody tells when.
const busyMs = 1000;
// A machine that stalls for seconds between two lines of code this often in a row has other worries.
const mostStaleInARow = 3;
const askTimeAgainMs = 15 * 60_000;

/**
 * Drains the list by itself: looks up what is unknown, and sends what is confirmed whenever a slot is free. Any number
 * of windows run one each; what keeps them apart is the reservation in the database. It never throws.
 */
export class Runner {
  readonly #ports: RunnerPorts;
  readonly #signal = new AbortController().signal;
  readonly #draining = new Map<string, Promise<void>>();
  readonly #foreground = new Map<string, number>();
  readonly #staleInARow = new Map<string, number>();
  readonly #askedTimeMs = new Map<string, number>();
  #timer: { readonly atMs: number; readonly stop: () => void } | undefined;
  #turn: 'none' | 'running' | 'runningAndAgain' = 'none';
  #hasLooked = false;
  #hasAnnounced = false;
  #hasFoundUnsendable = false;
  #isDisposed = false;

  constructor(ports: RunnerPorts) {
    this.#ports = ports;
  }

  /** Looks at once whether something is to be done; to be called at the start and after every change by the user. */
  wake(): void {
    if (this.#isDisposed) return;
    if (this.#turn !== 'none') {
      this.#turn = 'runningAndAgain';
      return;
    }
    this.#turn = 'running';
    void this.#look();
  }

  /** Keeps from starting requests of an integration while `work`, which the user waits for, sends its own. */
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

  /** Starts nothing more. What is out is still recorded when its answer comes, as long as the records are open. */
  dispose(): void {
    this.#isDisposed = true;
    this.#timer?.stop();
  }

  /** Starts nothing more, and resolves when what is out has been answered and written down. */
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
    const { shelves, switches } = this.#ports.records();
    this.#announce(shelves, switches);
    // What needs the user and what is on hold may be unknown as well, and is looked up.
    const waiting = shelves.integrationsOn(['queue', 'later', 'sending', 'held', 'needsYou']);
    if (waiting.length === 0 || switches.isPaused()) return;
    const senders = await this.#ports.senders();
    this.#announceUnsendable(shelves, senders);
    for (const sender of senders) {
      const { integration } = sender;
      if (!waiting.includes(integration) || !this.#mayDrain(integration)) continue;
      if (this.#draining.has(integration)) continue;
      this.#draining.set(integration, this.#drain(sender));
    }
  }

  /** Says once, where something waits from before, that it goes on: the user has to know how to stop it. */
  #announce(shelves: Shelves, switches: Switches): void {
    if (this.#hasAnnounced) return;
    const { owner, isOwnerAlive } = this.#ports;
    const waiting = switches.isPaused() ? 0 : (shelves.counts().get('queue') ?? 0);
    if (waiting > 0) {
      // Asked also where the user has just confirmed it: then it is no news in the next window either.
      const mayAnnounce = switches.mayAnnounce(owner, isOwnerAlive);
      if (mayAnnounce && !this.#hasLooked) this.#tell({ kind: 'resumed', waiting });
      this.#hasAnnounced = true;
    }
    this.#hasLooked = true;
  }

  /** Says once that keys are missing, as after a start without the system's keyring: the list would wait for ever. */
  #announceUnsendable(shelves: Shelves, senders: readonly Sender[]): void {
    if (this.#hasFoundUnsendable) return;
    const stored = senders.map(({ integration }) => integration);
    const integrations = shelves.integrationsOn(['queue']).filter((each) => !stored.includes(each));
    if (integrations.length === 0) return;
    this.#hasFoundUnsendable = true;
    this.#tell({ kind: 'unsendable', waiting: shelves.counts({ integrations }).get('queue') ?? 0 });
  }

  #mayDrain(integration: string): boolean {
    return !this.#isDisposed && (this.#foreground.get(integration) ?? 0) === 0;
  }

  async #drain(sender: Sender): Promise<void> {
    const { integration } = sender;
    let inMs: number | undefined = 0;
    try {
      while (inMs === 0 && this.#mayDrain(integration)) inMs = await this.#step(sender);
    } catch (error) {
      this.#tell({ kind: 'trouble', error });
    }
    this.#draining.delete(integration);
    if (inMs !== undefined && inMs > 0) this.#wakeIn(inMs);
  }

  /** Does one thing. Ms until there may be more to do: 0 for at once, undefined where nothing is waited for. */
  async #step(sender: Sender): Promise<number | undefined> {
    const { integration } = sender;
    const records = this.#ports.records();
    const { book, shelves, switches } = records;
    book.recordWhatFailed();
    if (switches.isPaused() || switches.stopOf(integration) !== undefined) return undefined;
    const unknown = book.nextLookUp(integration);
    if (unknown !== undefined) return this.#lookUp(sender, unknown);
    const waitMs = book.nextWaitMs(integration);
    const isQueued = shelves.counts({ integrations: [integration] }).has('queue');
    if (!isQueued && waitMs !== 0) return waitMs;
    // Asked before anything is written: while nothing is due, nothing is.
    const quota = book.quota(integration);
    if (quota.inFlight) return busyMs;
    if (quota.freeInMs > 0) {
      if (this.#mayAskTime(sender)) return this.#askTime(sender);
      return waitMs === undefined || waitMs === 0 ? quota.freeInMs : Math.min(quota.freeInMs, waitMs);
    }
    const next = book.reserveNext(integration);
    if (next.kind === 'reserved') return this.#send(sender, next.reservation, records);
    // Another window was quicker.
    return next.kind === 'busy' || next.kind === 'noSlot' ? busyMs : undefined;
  }

  // With the records in which the slot was reserved: to ask for them again may fail, and then nobody gives it back.
  async #send(sender: Sender, reservation: Reservation, { book, switches }: RunnerRecords): Promise<number> {
    const { integration } = sender;
    // No wait between this check and the request: a process that freezes in between must find its slot burnt.
    if (!book.mayLeave(reservation)) {
      book.release(reservation);
      const stale = (this.#staleInARow.get(integration) ?? 0) + 1;
      this.#staleInARow.set(integration, stale);
      return stale < mostStaleInARow ? 0 : tickMs;
    }
    this.#staleInARow.delete(integration);
    const sending = sendReserved(book, reservation, sender.send, this.#ports.clock, this.#signal);
    const { sessionId } = reservation;
    this.#tell({ kind: 'sending', integration, sessionId });
    const result = await sending;
    this.#tell({ kind: 'sent', integration, sessionId, result });
    if (result.recordError === undefined) this.#tellStop(integration, switches);
    // Whatever keeps requests from leaving is not gone a moment later.
    return result.outcome.kind === 'notSent' ? tickMs : 0;
  }

  async #lookUp(sender: Sender, entryId: number): Promise<number> {
    const { integration } = sender;
    const { list, book, switches } = this.#ports.records();
    const entry = list.byId(entryId);
    if (entry === undefined) return 0;
    const asked = this.#ports.clock();
    const outcome = await sender.lookUp(entry.sessionId);
    const { monotonicMs, uptimeMs, wallAt } = this.#ports.clock();
    const isAnswered = outcome.kind === 'found' || outcome.kind === 'gone';
    if (isAnswered) list.noteLookUp(entryId, findingOf(outcome), wallAt, entry);
    else if (outcome.kind !== 'notSent') list.noteVainLookUp(entryId, uptimeMs);
    book.noteLookUp(integration, outcome, asked.uptimeMs);
    const durationMs = monotonicMs - asked.monotonicMs;
    this.#tell({ kind: 'lookedUp', integration, sessionId: entry.sessionId, outcome, durationMs });
    this.#tellStop(integration, switches);
    return outcome.kind === 'notSent' ? tickMs : 0;
  }

  #mayAskTime({ integration }: Sender): boolean {
    const { monotonicMs } = this.#ports.clock();
    const askedMs = this.#askedTimeMs.get(integration);
    if (askedMs !== undefined && monotonicMs - askedMs < askTimeAgainMs) return false;
    if (!this.#ports.records().book.needsServerTime(integration)) return false;
    this.#askedTimeMs.set(integration, monotonicMs);
    return true;
  }

  async #askTime({ integration, askTime }: Sender): Promise<number> {
    const { book, switches } = this.#ports.records();
    const asked = this.#ports.clock();
    const outcome = await askTime();
    book.noteLookUp(integration, outcome, asked.uptimeMs);
    const durationMs = this.#ports.clock().monotonicMs - asked.monotonicMs;
    this.#tell({ kind: 'lookedUp', integration, sessionId: undefined, outcome, durationMs });
    this.#tellStop(integration, switches);
    return 0;
  }

  #tellStop(integration: string, switches: Switches): void {
    const reason = switches.stopOf(integration);
    if (reason !== undefined) this.#tell({ kind: 'stopped', integration, reason });
  }

  #tell(event: RunnerEvent): void {
    // Nobody listens any more where the window is closing.
    if (this.#isDisposed) return;
    try {
      this.#ports.tell(event);
    } catch (error) {
      // Whoever listens must not end the draining; where not even that can be told, there is nobody to tell.
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

/** What an answered look-up tells of the session. */
export function findingOf(outcome: Extract<LookUpOutcome, { kind: 'found' | 'gone' }>): Finding {
  if (outcome.kind === 'gone') return { kind: 'gone' };
  return {
    kind: 'found',
    ...(outcome.sessionStatus !== undefined && { status: outcome.sessionStatus }),
  };
}
