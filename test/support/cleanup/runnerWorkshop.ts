import type { AttemptBook } from '../../../src/cleanup/attempts/attemptBook.ts';
import { Runner } from '../../../src/cleanup/runner/runner.ts';
import type { Network, RunnerEvent, RunnerPorts } from '../../../src/cleanup/runner/runnerPorts.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../../src/veriff/outcome.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { CleanupWorkshop, integration, outcomeOf, sessionNumber, type HandClock } from './cleanupWorkshop.ts';
import { HandTimers } from './handTimers.ts';

export const found: LookUpOutcome = { kind: 'found', answer: { status: 200, signature: 'valid' } };
export const gone: LookUpOutcome = { kind: 'notFound', answer: { status: 404, signature: 'valid' } };

/** A request that a `ScriptedSender` received, with its time by the monotonic clock. */
export interface Request {
  readonly sessionId: SessionId;
  readonly atMs: number;
}

/** The network of one integration in a test: notes each request, and answers as the test says. */
export class ScriptedSender {
  readonly integration: string;
  readonly deletions: Request[] = [];
  /** The look-ups of sessions whose request got no believable answer. */
  readonly lookUps: Request[] = [];
  /** The look-ups right before a deletion. */
  readonly looksBefore: Request[] = [];
  timesAsked = 0;
  /** Answers a deletion; by default everything is deleted. */
  answer: (sessionId: SessionId) => DeletionOutcome | Promise<DeletionOutcome> = () => outcomeOf(200);
  /** Answers a look-up, of a session or (undefined) for the time. */
  tell: (sessionId: SessionId | undefined) => LookUpOutcome | Promise<LookUpOutcome> = () => found;
  /** Answers a look-up right before a deletion; by default the session is there. */
  see: (sessionId: SessionId, signal: AbortSignal) => LookUpOutcome | Promise<LookUpOutcome> = () => found;
  readonly #clock: HandClock;

  constructor(of: string, clock: HandClock) {
    this.integration = of;
    this.#clock = clock;
  }

  readonly send = (sessionId: SessionId): Promise<DeletionOutcome> => {
    this.deletions.push({ sessionId, atMs: this.#clock.monotonicMs });
    return Promise.resolve(this.answer(sessionId));
  };

  readonly lookUp = (sessionId: SessionId): Promise<LookUpOutcome> => {
    this.lookUps.push({ sessionId, atMs: this.#clock.monotonicMs });
    return Promise.resolve(this.tell(sessionId));
  };

  readonly lookBefore = (sessionId: SessionId, signal: AbortSignal): Promise<LookUpOutcome> => {
    this.looksBefore.push({ sessionId, atMs: this.#clock.monotonicMs });
    return Promise.resolve(this.see(sessionId, signal));
  };

  readonly askTime = (): Promise<LookUpOutcome> => {
    this.timesAsked += 1;
    return Promise.resolve(this.tell(undefined));
  };

  /** The numbers of the sessions whose deletion was requested, in order. */
  get sent(): readonly number[] {
    return this.deletions.map(({ sessionId }) => numberOf(sessionId));
  }

  /** The numbers of the sessions that were looked up, in order. */
  get lookedUp(): readonly number[] {
    return this.lookUps.map(({ sessionId }) => numberOf(sessionId));
  }

  /** Lets each deletion from now on wait until its answer is passed to the returned function. */
  hold(): (outcome: DeletionOutcome) => void {
    const waiting: ((outcome: DeletionOutcome) => void)[] = [];
    this.answer = () => new Promise((resolve) => waiting.push(resolve));
    return (outcome) => {
      const next = waiting.shift();
      if (next === undefined) throw new Error('Nothing waits for an answer.');
      next(outcome);
    };
  }
}

function numberOf(sessionId: SessionId): number {
  return Number.parseInt(sessionId.slice(-12), 16);
}

/** One window that runs, and all events that it has reported. */
export interface RunningWindow {
  readonly runner: Runner;
  readonly book: AttemptBook;
  readonly events: RunnerEvent[];
  readonly count: (kind: RunnerEvent['kind']) => number;
}

/** A list in memory, a clock and timers that the test moves, and windows that run over them. */
export class RunnerWorkshop {
  readonly shop: CleanupWorkshop;
  readonly timers: HandTimers;
  readonly sender: ScriptedSender;
  /** The integrations whose credentials are stored. */
  senders: readonly ScriptedSender[];
  readonly #windows: Runner[] = [];

  constructor(shop = new CleanupWorkshop()) {
    this.shop = shop;
    this.timers = new HandTimers(shop.clock);
    this.sender = this.senderOf(integration);
    this.senders = [this.sender];
  }

  /** Sends each request to the sender of its integration. */
  readonly network: Network = {
    send: ({ id }, sessionId) => this.#asked(id).send(sessionId),
    // Only a look-up right before a deletion can be given up.
    lookUp: ({ id }, sessionId, signal) =>
      signal === undefined
        ? this.#asked(id).lookUp(sessionId)
        : this.#asked(id).lookBefore(sessionId, signal),
    askTime: ({ id }) => this.#asked(id).askTime(),
  };

  #sender(id: string): ScriptedSender | undefined {
    return this.senders.find(({ integration: of }) => of === id);
  }

  #asked(id: string): ScriptedSender {
    const sender = this.#sender(id);
    if (sender === undefined) throw new Error(`A request used credentials of ${id}, which are not stored.`);
    return sender;
  }

  senderOf(of: string): ScriptedSender {
    return new ScriptedSender(of, this.shop.clock);
  }

  /** A window that has not been woken yet. */
  window(owner = 'a', ports: Partial<RunnerPorts> = {}): RunningWindow {
    const { shop } = this;
    const events: RunnerEvent[] = [];
    const clock = ports.clock ?? shop.clock.read;
    const book = shop.window(owner, { clock });
    const runner = new Runner({
      clock,
      startTimer: this.timers.start,
      records: () => ({
        ...{ list: shop.list, groups: shop.groups, book, switches: shop.switches },
        integrations: shop.integrations,
      }),
      ready: () => Promise.resolve(this.senders.map(({ integration: id }) => id)),
      readMeans: (id) => Promise.resolve(this.#sender(id) && shop.means(id)),
      network: this.network,
      owner,
      isOwnerAlive: (name) => !shop.dead.has(name),
      tell: (event) => events.push(event),
      ...ports,
    });
    this.#windows.push(runner);
    const count = (kind: string): number => events.filter((event) => event.kind === kind).length;
    return { runner, book, events, count };
  }

  /** A window that has been woken, and has done what it could at once. */
  async running(owner = 'a', ports: Partial<RunnerPorts> = {}): Promise<RunningWindow> {
    const window = this.window(owner, ports);
    window.runner.wake();
    await this.settled();
    return window;
  }

  /** Waits until nothing is left to do at this moment. */
  async settled(): Promise<void> {
    await this.timers.pass(0);
  }

  /** Confirms the sessions with these numbers; returns their entries' ids. */
  confirmed(...numbers: readonly number[]): readonly number[] {
    return numbers.map((number) => this.shop.confirmed(number));
  }

  /** The state of the entry of the session with this number. */
  state(number: number): string | undefined {
    return this.shop.list.find(integration, sessionNumber(number))?.state;
  }

  close(): void {
    for (const runner of this.#windows) runner.dispose();
    this.shop.database.close();
  }
}
