import type { Confirmed } from '../../src/cleanup/list/cleanupList.ts';
import type { SessionId } from '../../src/veriff/sessionId.ts';
import { integration, sessionNumber } from './cleanupWorkshop.ts';
import type { SimulatedWindow } from './simulatedWindow.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';
import type { SessionNote } from './userNotes.ts';

/** The numbers of the sessions that the user knows of. */
const numbers = Array.from({ length: 40 }, (_, index) => index + 1);

/** The person at the windows, who does everything that the list offers, and notes it once the list has said yes. */
export class SimulatedUser {
  readonly sessions = numbers.map(sessionNumber);
  readonly #world: SimulatedWorld;
  readonly #confirmations: { readonly confirmed: Confirmed; readonly before: SessionNote }[] = [];

  constructor(world: SimulatedWorld) {
    this.#world = world;
  }

  /** Does one thing, at this window. */
  act(window: SimulatedWindow): void {
    const { chance, notes } = this.#world;
    const acts = this.#acts(window);
    const total = acts.reduce((sum, [weight]) => sum + weight, 0);
    let drawn = chance.next() * total;
    const [, name, act] = acts.find(([weight]) => (drawn -= weight) < 0) ?? acts[0];
    this.#do(window, name, act);
    // Who has paused, or reads why nothing goes, does not leave it at that for ever.
    if (notes.isPaused ? chance.happens(0.2) : chance.happens(0.1))
      this.#do(window, 'resumes', () => this.#resume());
  }

  /** Sees to it that all that was confirmed can go: nothing is paused, stopped, held or given up. */
  clear(window: SimulatedWindow): void {
    this.#do(window, 'clears', () => {
      this.#resume();
      this.#release(this.sessions);
      this.#retry(this.sessions);
    });
  }

  #do(window: SimulatedWindow, name: string, act: () => void): void {
    const { judge, count } = this.#world;
    try {
      act();
      count('acts', () => `the user ${name} at ${window.name}`);
    } catch (error) {
      judge.thrown(error);
    }
    window.wake();
  }

  #acts(window: SimulatedWindow): [Act, ...Act[]] {
    const some = this.#some();
    return [
      [12, 'adds', () => this.#add(some)],
      [18, 'confirms', () => this.#confirm(some)],
      [6, 'confirms what is listed', () => this.#confirmListed(some)],
      [6, 'deletes at once', () => window.deleteNow(this.#confirm(some.slice(0, 2)))],
      [8, 'withdraws', () => this.#withdraw()],
      [7, 'removes', () => this.#remove(some)],
      [6, 'undoes', () => this.#undo()],
      [10, 'holds', () => this.#hold(some)],
      [12, 'releases', () => this.#release(some)],
      [8, 'retries', () => this.#retry(some)],
      [12, 'reorders', () => this.#reorder(some)],
      [3, 'pauses', () => this.#pause()],
      [3, 'resumes', () => this.#resume()],
    ];
  }

  #add(ids: readonly SessionId[]): void {
    const sessions = ids.map((sessionId) => ({ sessionId }));
    this.#world.list.add(integration, sessions, this.#wallAt());
    for (const id of ids) this.#world.notes.on(id).isOnList = true;
  }

  #confirm(ids: readonly SessionId[]): number[] {
    const { list, notes } = this.#world;
    const before = new Map(ids.map((id) => [id, { ...notes.on(id) }]));
    const sessions = ids.map((sessionId) => ({ sessionId }));
    const all = list.confirm(integration, sessions, this.#wallAt());
    for (const confirmed of all) {
      const { sessionId } = confirmed.entry;
      const note = before.get(sessionId);
      if (note !== undefined) this.#confirmations.push({ confirmed, before: note });
      notes.agree(sessionId);
    }
    return all.map(({ entry }) => entry.id);
  }

  #confirmListed(ids: readonly SessionId[]): void {
    const { list, notes } = this.#world;
    for (const { id, sessionId } of this.#entries(ids))
      if (list.confirmListed([id], this.#wallAt()) === 1) notes.agree(sessionId);
  }

  /** Takes a confirmation back, be it an old one: what it was before stands in the list's answer and in the notes. */
  #withdraw(): void {
    const { chance, list, notes } = this.#world;
    if (this.#confirmations.length === 0) return;
    const { confirmed, before } = chance.pick(this.#confirmations.slice(-8));
    const { id, sessionId } = confirmed.entry;
    const state = list.byId(id)?.state;
    list.withdraw(confirmed);
    // What nobody knows waits for its look-up as before, and is not sent after it.
    if (state === 'unknown' && confirmed.entry.state === 'unknown')
      notes.on(sessionId).isAgreed = before.isAgreed;
    if (state !== 'confirmed') return;
    if (confirmed.before === undefined) return notes.forget(sessionId);
    const { isAgreed, isSettled, blocks, leftAloneUntilMs } = before;
    Object.assign(notes.on(sessionId), { isAgreed, isSettled, blocks, leftAloneUntilMs });
    const { reservedMs, unansweredMs } = before;
    if (confirmed.before.state === 'unknown')
      Object.assign(notes.on(sessionId), { reservedMs, unansweredMs });
  }

  #remove(ids: readonly SessionId[]): void {
    const { list, notes } = this.#world;
    list.endUndo();
    notes.removed = [];
    for (const { id, sessionId } of this.#entries(ids)) {
      if (list.remove([id]) === 0) continue;
      notes.removed.push({ sessionId, note: notes.on(sessionId) });
      notes.forget(sessionId);
    }
  }

  #undo(): void {
    const { chance, judge, list, notes } = this.#world;
    const most = chance.whole(1, 8);
    const { restored, left } = list.undoRemoval(most);
    const back = notes.removed.splice(0, most).filter(({ sessionId }) => !notes.on(sessionId).isOnList);
    for (const { sessionId, note } of back) notes.restore(sessionId, note);
    if (restored !== back.length || left !== notes.removed.length)
      judge.note(`an undo brought ${restored} back and left ${left}`);
  }

  #hold(ids: readonly SessionId[]): void {
    const { list, notes } = this.#world;
    for (const { id, sessionId } of this.#entries(ids))
      if (list.hold([id], 'a note', this.#wallAt()) === 1) notes.on(sessionId).isHeld = true;
  }

  #release(ids: readonly SessionId[]): void {
    const { judge, list, notes } = this.#world;
    for (const { id, sessionId, isHeld } of this.#entries(ids)) {
      if (isHeld !== notes.on(sessionId).isHeld) judge.note(`a hold was lost or made up: ${sessionId}`);
      if (isHeld && list.release([id]) === 1) notes.on(sessionId).isHeld = false;
    }
  }

  #retry(ids: readonly SessionId[]): void {
    const { list, notes } = this.#world;
    for (const { id, sessionId, state } of this.#entries(ids))
      if (state !== 'listed' && list.retry([id], this.#wallAt()) === 1)
        Object.assign(notes.on(sessionId), { isSettled: false, blocks: 0, leftAloneUntilMs: 0 });
  }

  #reorder(ids: readonly SessionId[]): void {
    const { chance, order } = this.#world;
    const entryIds = this.#entries(ids).map(({ id }) => id);
    const [first] = this.#entries(this.#some());
    const way = chance.next();
    if (way < 0.3) order.moveToHead(integration, entryIds);
    else if (way < 0.6) order.moveBefore(integration, entryIds, chance.happens(0.8) ? first?.id : undefined);
    else order.moveByOne(integration, entryIds, chance.pick(['up', 'down']));
  }

  #pause(): void {
    this.#world.switches.pause();
    this.#world.notes.isPaused = true;
  }

  #resume(): void {
    this.#world.switches.resume();
    this.#world.notes.isPaused = false;
  }

  #some(): SessionId[] {
    const { chance } = this.#world;
    return [...new Set(Array.from({ length: chance.whole(1, 4) }, () => chance.pick(this.sessions)))];
  }

  /** The entries of these sessions, in the order in which they came onto the list. */
  #entries(ids: readonly SessionId[]): SeenEntry[] {
    return this.#world.database
      .all('SELECT id, session_id, state, held_at FROM entries ORDER BY id')
      .map((row) => ({
        id: Number(row['id']),
        sessionId: row['session_id'] as SessionId,
        state: String(row['state']),
        isHeld: row['held_at'] !== null,
      }))
      .filter(({ sessionId }) => ids.includes(sessionId));
  }

  #wallAt(): number {
    return this.#world.wallAt();
  }
}

/** An entry as the user sees it. */
interface SeenEntry {
  readonly id: number;
  readonly sessionId: SessionId;
  readonly state: string;
  readonly isHeld: boolean;
}

/** How often it is done in comparison, in words, and how. */
type Act = readonly [weight: number, name: string, act: () => unknown];
