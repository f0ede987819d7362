import type { Reservation } from '../../src/cleanup/attempts/attemptBook.ts';
import type { SendDeletion } from '../../src/cleanup/attempts/deletion.ts';
import type { Sender } from '../../src/cleanup/runner/runner.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../src/veriff/outcome.ts';
import type { SessionId } from '../../src/veriff/sessionId.ts';
import { integration, secondMs, sessionNumber } from './cleanupWorkshop.ts';
import type { Await, FreezePoint } from './simulatedFigures.ts';
import type { SimulatedProcess } from './simulatedProcess.ts';
import type { Answering } from './simulatedServer.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

/** How long a client waits for an answer, as the real one does. */
const giveUpMs = 30 * secondMs;
const timedOut = { kind: 'unknown', reason: 'timeout' } as const;
/** A session that cannot exist: what the server is asked for where only its time is wanted. */
const nobody = sessionNumber(0xffff_ffff);

/** What a client needs of its window. */
export interface ClientPorts {
  readonly process: SimulatedProcess;
  readonly die: (at: Await) => void;
  /** The slot that the window took last. */
  readonly reservation: () => Reservation | undefined;
}

/** The network as one window has it: answers that come late or never, and a process that freezes or dies meanwhile. */
export class SimulatedClient implements Sender {
  readonly integration = integration;
  /** The time awake (ms) at which it was last asked for the server's time. */
  askedTimeMs = -Infinity;
  readonly #world: SimulatedWorld;
  readonly #ports: ClientPorts;

  constructor(world: SimulatedWorld, ports: ClientPorts) {
    this.#world = world;
    this.#ports = ports;
  }

  readonly send: SendDeletion = (sessionId) =>
    this.#request<DeletionOutcome>('send', (answer) => {
      // Between the check and the first byte: the last place at which it may freeze before it leaves.
      this.#pass('beforeLeaving', () => this.#leave(sessionId, answer));
    });

  readonly lookUp = (sessionId: SessionId): Promise<LookUpOutcome> => {
    this.#world.count('lookUps', () => `looks ${sessionId} up`);
    return this.#ask('lookUp', sessionId);
  };

  readonly askTime = (): Promise<LookUpOutcome> => {
    this.askedTimeMs = this.#world.machine.timeAwakeMs();
    this.#world.count('timeQuestions', () => 'asks for the time');
    return this.#ask('askTime', nobody);
  };

  #leave(sessionId: SessionId, answer: (outcome: DeletionOutcome) => void): void {
    const { judge, machine, server, journal } = this.#world;
    journal(() => `request for ${sessionId} leaves`);
    const flight = judge.leaves(sessionId, this.#ports.reservation());
    const arrive = this.#awaited<DeletionOutcome>('onTheWay', timedOut, (outcome, writtenMs) => {
      judge.answered(flight, writtenMs);
      journal(() => `${sessionId}: ${outcome.kind}`);
      this.#pass('beforeRecord', () => answer(outcome));
    });
    // Where the window dies, the request is out until the server is through with it.
    flight.endedMs = machine.nowMs + server.receiveDeletion(sessionId, arrive);
  }

  #ask(name: 'lookUp' | 'askTime', sessionId: SessionId): Promise<LookUpOutcome> {
    const { judge, server, journal } = this.#world;
    return this.#request<LookUpOutcome>(name, (answer) => {
      const arrive = this.#awaited<LookUpOutcome>('duringLookUp', timedOut, (outcome, evaluatedMs) => {
        journal(() => `look-up of ${sessionId}: ${outcome.kind}`);
        if (answer(outcome)) judge.lookedUp(sessionId, outcome, evaluatedMs);
      });
      server.receiveLookUp(sessionId, arrive);
    });
  }

  /** A promise that is never kept where the window dies meanwhile; `answer` says whether it was kept. */
  #request<T>(name: Await, begin: (answer: (outcome: T) => boolean) => void): Promise<T> {
    const { fate, chance } = this.#world;
    return new Promise((resolve) => {
      const death = fate.deathAt(name);
      if (death === 'before') return this.#ports.die(name);
      let isOver = false;
      begin((outcome) => {
        isOver = true;
        if (death === 'after') this.#ports.die(name);
        else resolve(outcome);
        return death !== 'after';
      });
      if (death !== 'meanwhile') return;
      this.#ports.process.plan(chance.between(0, 5) * secondMs, () => {
        if (!isOver) this.#ports.die(name);
      });
    });
  }

  /** What to do with the first answer that comes, be it that none came; until then the window may freeze. */
  #awaited<T>(point: FreezePoint, late: T, receive: Answering<T>): Answering<T> {
    const { process } = this.#ports;
    const { chance, fate, machine } = this.#world;
    let isOver = false;
    const end = (outcome: T, evaluatedMs: number): void => {
      if (isOver) return;
      isOver = true;
      giveUp.cancel();
      receive(outcome, evaluatedMs);
    };
    const giveUp = process.plan(giveUpMs, () => end(late, machine.nowMs));
    const freezeMs = fate.freezeAt(point);
    if (freezeMs !== undefined)
      process.plan(chance.between(0, secondMs), () => {
        if (!isOver) this.#freeze(point, freezeMs);
      });
    return (outcome, evaluatedMs) => void process.plan(0, () => end(outcome, evaluatedMs));
  }

  #pass(point: FreezePoint, goOn: () => void): void {
    const freezeMs = this.#world.fate.freezeAt(point);
    if (freezeMs === undefined) return goOn();
    this.#freeze(point, freezeMs);
    this.#ports.process.plan(0, goOn);
  }

  #freeze(point: FreezePoint, forMs: number): void {
    this.#world.count(`freeze ${point}`, () => `freezes ${point} for ${Math.round(forMs)} ms`);
    this.#ports.process.freeze(forMs);
  }
}
