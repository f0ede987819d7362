import type { Confirmed } from '../../src/cleanup/cleanupList.ts';
import type { SessionId } from '../../src/veriff/sessionId.ts';
import { integration, sessionNumber } from './cleanupWorkshop.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

/** The person at the windows: adds, confirms, withdraws and removes, and keeps notes that the list can't touch. */
export class SimulatedUser {
  /** What was put on the list and not taken off it. */
  readonly onList = new Set<SessionId>();
  /** What may be sent now: agreed to, and not sent since without a reason to send it again. */
  readonly agreed = new Set<SessionId>();
  readonly #world: SimulatedWorld;
  readonly #confirmations: Confirmed[] = [];

  constructor(world: SimulatedWorld) {
    this.#world = world;
  }

  /** Plans what the user does in the next `forMs`, and confirms a first few sessions at once. */
  planActs(forMs: number): void {
    const { chance, machine } = this.#world;
    this.#confirm(Array.from({ length: 15 }, (_, index) => index));
    for (let index = 0; index < 12; index += 1) {
      machine.planInside(chance.next() * forMs, () => this.#act());
    }
  }

  #act(): void {
    const { chance } = this.#world;
    const numbers = Array.from({ length: chance.whole(1, 8) }, () => chance.whole(0, 60));
    try {
      const act = chance.next();
      if (act < 0.4) this.#confirm(numbers);
      else if (act < 0.6) this.#add(numbers);
      else if (act < 0.8) this.#withdraw();
      else this.#remove(numbers);
    } catch (error) {
      this.#world.noteThrown(error);
    }
  }

  #add(numbers: readonly number[]): void {
    const ids = numbers.map(sessionNumber);
    const sessions = ids.map((sessionId) => ({ sessionId }));
    this.#world.list.add(integration, sessions, this.#wallAt());
    for (const id of ids) this.onList.add(id);
  }

  #confirm(numbers: readonly number[]): void {
    const sessions = numbers.map((number) => ({ sessionId: sessionNumber(number) }));
    for (const confirmed of this.#world.list.confirm(integration, sessions, this.#wallAt())) {
      this.onList.add(confirmed.entry.sessionId);
      this.agreed.add(confirmed.entry.sessionId);
      this.#confirmations.push(confirmed);
    }
  }

  #withdraw(): void {
    const { chance, list } = this.#world;
    if (this.#confirmations.length === 0) return;
    const { entry, before } = chance.pick(this.#confirmations);
    const wasOnList = list.byId(entry.id) !== undefined;
    list.withdraw({ entry, before });
    const state = list.byId(entry.id)?.state;
    if (state === undefined && before === undefined && wasOnList) this.#forget(entry.sessionId);
    if (state !== undefined && state !== 'confirmed' && state !== 'sending')
      this.agreed.delete(entry.sessionId);
  }

  #remove(numbers: readonly number[]): void {
    const { list } = this.#world;
    for (const id of numbers.map(sessionNumber)) {
      const entry = list.find(integration, id);
      if (entry !== undefined && list.remove([entry.id]) === 1) this.#forget(id);
    }
  }

  #forget(id: SessionId): void {
    this.onList.delete(id);
    this.agreed.delete(id);
  }

  #wallAt(): number {
    return this.#world.machine.clockOfNewProcess()().wallAt;
  }
}
