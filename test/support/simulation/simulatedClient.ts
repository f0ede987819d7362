import type { Reservation } from '../../../src/cleanup/attempts/reservation.ts';
import type { Integration } from '../../../src/cleanup/integrations/integration.ts';
import type { Network } from '../../../src/cleanup/runner/runner.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../../src/veriff/outcome.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { secondMs, sessionNumber } from '../cleanup/cleanupWorkshop.ts';
import type { Await, FreezePoint } from './simulatedFigures.ts';
import type { SimulatedProcess } from './simulatedProcess.ts';
import type { Answering } from './simulatedServer.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

/** How long a client waits for an answer, as in the product. */
const giveUpMs = 30 * secondMs;
const timedOut = { kind: 'unknown', reason: 'timeout' } as const;
const cancelled = { kind: 'unknown', reason: 'cancelled' } as const;
/** A session that cannot exist, for requests that only need the server's time. */
const nobody = sessionNumber(0xffff_ffff);

export interface ClientPorts {
  readonly process: SimulatedProcess;
  readonly die: (at: Await) => void;
  /** The slot that the window took last for an integration. */
  readonly reservation: (integration: string) => Reservation | undefined;
}

/** The network of one window: answers that come late or never, and a process that freezes or dies meanwhile. */
export class SimulatedClient implements Network {
  /** The time awake (ms) at which the server's time was last requested. */
  askedTimeMs = -Infinity;
  readonly #world: SimulatedWorld;
  readonly #ports: ClientPorts;

  constructor(world: SimulatedWorld, ports: ClientPorts) {
    this.#world = world;
    this.#ports = ports;
  }

  readonly send = (
    integration: Integration,
    sessionId: SessionId,
    signal: AbortSignal,
  ): Promise<DeletionOutcome> => {
    if (signal.aborted) return Promise.resolve({ kind: 'notSent', reason: 'cancelled' });
    return this.#request<DeletionOutcome>('send', (answer) => {
      // Between the check and the first byte: the last point at which it may freeze before the request leaves.
      this.#pass('beforeLeaving', () => this.#leave(integration, sessionId, signal, answer));
    });
  };

  readonly lookUp = (
    integration: Integration,
    sessionId: SessionId,
    signal?: AbortSignal,
  ): Promise<LookUpOutcome> => {
    this.#world.count('lookUps', () => `looks ${sessionId} up`);
    return this.#ask('lookUp', integration, sessionId, signal);
  };

  readonly askTime = (integration: Integration): Promise<LookUpOutcome> => {
    this.askedTimeMs = this.#world.machine.timeAwakeMs();
    this.#world.count('timeQuestions', () => 'asks for the time');
    return this.#ask('askTime', integration, nobody);
  };

  #leave(
    integration: Integration,
    sessionId: SessionId,
    signal: AbortSignal,
    answer: (outcome: DeletionOutcome) => void,
  ): void {
    const { judge, machine, server, journal } = this.#world;
    journal(() => `request for ${sessionId} leaves`);
    const flight = judge.leaves(
      integration,
      sessionId,
      this.#ports.reservation(integration.id),
      this.#ports.process,
    );
    const arrive = this.#awaited<DeletionOutcome>('onTheWay', signal, (outcome, writtenMs) => {
      judge.answered(flight, writtenMs);
      journal(() => `${sessionId}: ${outcome.kind}`);
      this.#pass('beforeRecord', () => answer(outcome));
    });
    // If the window dies or gives up, the request counts as unanswered until the server has finished it.
    flight.endedMs = machine.nowMs + server.receiveDeletion(integration, sessionId, arrive);
  }

  #ask(
    name: 'lookUp' | 'askTime',
    integration: Integration,
    sessionId: SessionId,
    signal?: AbortSignal,
  ): Promise<LookUpOutcome> {
    const { judge, machine, server, journal } = this.#world;
    if (signal?.aborted === true) return Promise.resolve({ kind: 'notSent', reason: 'cancelled' });
    const askedMs = machine.nowMs;
    judge.asks(integration);
    return this.#request<LookUpOutcome>(name, (answer) => {
      const arrive = this.#awaited<LookUpOutcome>('duringLookUp', signal, (outcome, evaluatedMs) => {
        journal(() => `look-up of ${sessionId}: ${outcome.kind}`);
        if (answer(outcome)) judge.lookedUp(integration, sessionId, outcome, { askedMs, evaluatedMs });
      });
      server.receiveLookUp(integration, sessionId, arrive);
    });
  }

  /** A promise that never settles if the window dies meanwhile; `answer` returns whether it was resolved. */
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

  /** Handles the first outcome, also if there is no answer; until then the window may freeze. */
  #awaited<T>(
    point: FreezePoint,
    signal: AbortSignal | undefined,
    receive: Answering<T | typeof timedOut | typeof cancelled>,
  ): Answering<T> {
    const { process } = this.#ports;
    const { chance, fate, machine } = this.#world;
    let isOver = false;
    const end = (outcome: T | typeof timedOut | typeof cancelled, evaluatedMs: number): void => {
      if (isOver) return;
      isOver = true;
      giveUp.cancel();
      signal?.removeEventListener('abort', cancel);
      receive(outcome, evaluatedMs);
    };
    const cancel = (): void => void process.plan(0, () => end(cancelled, machine.nowMs));
    const giveUp = process.plan(giveUpMs, () => end(timedOut, machine.nowMs));
    signal?.addEventListener('abort', cancel, { once: true });
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
