import type { Secrets } from '../../../src/cleanup/integrations/integrationSecrets.ts';
import { minuteMs, secondMs } from '../cleanup/cleanupWorkshop.ts';
import type { SimulatedProcess } from './simulatedProcess.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

/** The error of an access: the keyring is locked, has failed, or has not answered for ten seconds. */
export class SecretsUnreachable extends Error {
  override readonly name = 'SecretsUnreachable';
}

// The product waits this long for an answer.
const longestAnswerMs = 10 * secondMs;

/** The secret storage of the machine: one map for all windows, which outlives each of them. */
export class SimulatedKeyring {
  readonly values = new Map<string, string>();
  isLocked = false;

  /** Whether it holds the secrets of the integration with this id. */
  keeps(id: string): boolean {
    return [...this.values.values()].some((value) => value.includes(id));
  }
}

/** The course of one access: when it is done, and whether it fails. */
interface Course {
  readonly inMs: number;
  readonly fails: boolean;
}

/**
 * The secret storage as one window has it. Each access takes a while; it may fail, never be answered, or be done long
 * after the window has given up.
 */
export class SimulatedSecrets implements Secrets {
  readonly #world: SimulatedWorld;
  readonly #process: SimulatedProcess;
  readonly #die: () => void;

  constructor(world: SimulatedWorld, process: SimulatedProcess, die: () => void) {
    this.#world = world;
    this.#process = process;
    this.#die = die;
  }

  get(key: string): Promise<string | undefined> {
    return this.#access(() => this.#world.keyring.values.get(key));
  }

  store(key: string, value: string): Promise<void> {
    return this.#access(() => void this.#world.keyring.values.set(key, value));
  }

  delete(key: string): Promise<void> {
    return this.#access(() => void this.#world.keyring.values.delete(key));
  }

  #access<T>(act: () => T): Promise<T> {
    const { machine, keyring, fate } = this.#world;
    const { inMs, fails } = this.#course();
    const boot = machine.boots;
    const death = fate.deathAt('secrets');
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new SecretsUnreachable());
      if (death === 'before') return void this.#process.plan(0, this.#die);
      machine.planInside(inMs, () => {
        // The process that keeps the secrets ends with the machine as well.
        if (machine.boots !== boot) return;
        if (fails || keyring.isLocked) return this.#process.guarded(fail)();
        const result = act();
        this.#process.guarded(() => {
          if (death === undefined) resolve(result);
          else this.#die();
        })();
      });
      if (inMs > longestAnswerMs) this.#process.plan(longestAnswerMs, fail);
    });
  }

  #course(): Course {
    const { chance, fate, count } = this.#world;
    const inMs = chance.between(1, 30);
    if (fate.isCalm) return { inMs, fails: false };
    const kind = chance.next();
    if (kind > 0.016) return { inMs, fails: false };
    if (kind > 0.011) return { inMs, fails: true };
    if (kind > 0.007) return { inMs: chance.between(0.1, 9) * secondMs, fails: false };
    count('lateSecrets', () => 'the secret storage does not answer in time');
    // Done after the window has given up, or never.
    return { inMs: kind > 0.002 ? chance.between(11 * secondMs, minuteMs) : Infinity, fails: false };
  }
}
