import type { Integration } from '../../../src/cleanup/integrations/integration.ts';
import type { EntryRef, EntryGroup } from '../../../src/cleanup/list/entry.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { hourMs, minuteMs, secondMs, sessionNumber } from '../cleanup/cleanupWorkshop.ts';
import { SimulatedDialogs } from './simulatedDialogs.ts';
import { lookUpEntry } from './simulatedForeground.ts';
import { IntegrationActs } from './simulatedIntegrations.ts';
import type { SimulatedWindow } from './simulatedWindow.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

/** The numbers of the sessions that the user knows. */
const numbers = Array.from({ length: 40 }, (_, index) => index + 1);

const allGroups: readonly EntryGroup[] = [
  'needsYou',
  'sending',
  'queue',
  'later',
  'held',
  'listed',
  'notFound',
  'done',
];

/**
 * The user at the windows, who does everything that the list offers, with the steps of the editor's commands, and notes
 * each act after it has returned. Acts in different windows may overlap.
 */
export class SimulatedUser {
  readonly sessions = numbers.map(sessionNumber);
  readonly integrations: IntegrationActs;
  readonly #world: SimulatedWorld;
  readonly #dialogs: SimulatedDialogs;
  /** The last rows as they were drawn: menus and selections stay while the list changes. */
  readonly #drawn: (readonly EntryRef[])[] = [];

  constructor(world: SimulatedWorld) {
    this.#world = world;
    this.integrations = new IntegrationActs(world, (window) => this.waitForAnswer(window));
    this.#dialogs = new SimulatedDialogs(world, (window) => this.waitForAnswer(window));
  }

  act(window: SimulatedWindow): void {
    const { chance, notes, folder } = this.#world;
    if (folder?.isDamaged === true && chance.happens(0.3)) {
      this.#do(window, 'begins a new list', () => this.#beginNewList(window));
      return;
    }
    const acts = this.#acts(window);
    const total = acts.reduce((sum, [weight]) => sum + weight, 0);
    let drawn = chance.next() * total;
    const [, name, act] = acts.find(([weight]) => (drawn -= weight) < 0) ?? acts[0];
    this.#do(window, name, act);
    // A user who has paused, or sees why nothing is sent, will resume at some time.
    if (notes.list.isPaused ? chance.happens(0.2) : chance.happens(0.1))
      this.#do(window, 'resumes', () => this.#resume(window));
  }

  addIntegration(window: SimulatedWindow): void {
    this.#do(window, 'adds an integration', () => this.integrations.add(window));
  }

  /** Makes sure that everything confirmed can be sent: nothing is paused, stopped, held, given up or without keys. */
  async clear(window: SimulatedWindow): Promise<void> {
    await this.#doAll(window, 'clears', async () => {
      if (this.#world.folder?.isDamaged === true) await this.#beginNewList(window);
      await this.integrations.addThoseWithoutKeys(window);
      const { groups, switches } = window.app.records();
      this.#noteResumed(() => switches.resume());
      const refs = groups.refs(allGroups);
      this.#release(window, refs);
      this.#retry(window, refs);
    });
  }

  /** Resumes the cleanup. */
  async resume(window: SimulatedWindow): Promise<void> {
    await this.#doAll(window, 'resumes', () => this.#resume(window));
  }

  /** Waits as long as a user takes to answer a question; resolves with whether the answer was yes. */
  async waitForAnswer(window: SimulatedWindow): Promise<boolean> {
    const { chance, fate } = this.#world;
    if (fate.isCalm) return true;
    const kind = chance.next();
    const most = kind < 0.6 ? 20 * secondMs : kind < 0.9 ? 10 * minuteMs : 8 * hourMs;
    await window.wait(chance.between(secondMs, most));
    return chance.happens(0.85);
  }

  #do(window: SimulatedWindow, name: string, act: () => unknown): void {
    void this.#doAll(window, name, act);
  }

  async #doAll(window: SimulatedWindow, name: string, act: () => unknown): Promise<void> {
    const { judge, count } = this.#world;
    count('acts', () => `the user ${name} at ${window.name}`);
    try {
      await act();
    } catch (error) {
      judge.thrown(error);
    }
    if (window.process.isAlive) window.wake();
  }

  #acts(window: SimulatedWindow): [Act, ...Act[]] {
    const some = this.#some();
    const rows = (): readonly EntryRef[] => this.#rows(window);
    return [
      [14, 'adds', () => this.#add(window, some)],
      [12, 'deletes at once', () => this.#dialogs.deleteChosen(window, some)],
      [14, 'confirms what is listed', () => this.#dialogs.deleteListed(window)],
      [6, 'checks', () => this.#check(window, rows())],
      [7, 'removes', () => this.#remove(window, rows())],
      [6, 'undoes', () => this.#undo(window)],
      [8, 'holds', () => this.#hold(window, rows())],
      [10, 'releases', () => this.#release(window, rows())],
      [7, 'retries', () => this.#retry(window, rows())],
      [10, 'reorders', () => this.#reorder(window, rows())],
      [4, 'looks up', () => this.#lookUp(window, rows())],
      [3, 'pauses', () => this.#pause(window)],
      [3, 'resumes', () => this.#resume(window)],
      [14, 'changes integrations', () => this.integrations.act(window)],
    ];
  }

  async #add(window: SimulatedWindow, ids: readonly SessionId[]): Promise<void> {
    const integration = await this.integrations.meant(window);
    if (integration === undefined) return;
    const { list } = window.app.records();
    list.add(
      integration.id,
      ids.map((sessionId) => ({ sessionId })),
      window.clock().wallAt,
    );
    window.app.changed();
    for (const sessionId of ids) {
      const entry = list.find(integration.id, sessionId);
      if (entry === undefined) this.#world.judge.note(`what was added is not on the list: ${sessionId}`);
      else this.#world.notes.list.entries.set(entry.id, sessionId);
    }
  }

  #check({ app }: SimulatedWindow, refs: readonly EntryRef[]): void {
    app.records().list.setChecked(refs, this.#world.chance.happens(0.7));
  }

  #remove({ app, clock }: SimulatedWindow, refs: readonly EntryRef[]): void {
    const { notes, machine } = this.#world;
    const { list } = app.records();
    list.endUndo();
    notes.list.removed = [];
    for (const ref of refs) {
      const words = this.#wordsOf(list.meant(ref)?.integration);
      if (this.#isDone(ref, list.remove([ref], clock().wallAt))) notes.remove(ref, words, machine.nowMs);
    }
    app.changed();
  }

  #undo({ app }: SimulatedWindow): void {
    const { chance, judge, notes } = this.#world;
    const { list, database } = app.records();
    const most = chance.whole(1, 8);
    const { restored, left } = list.undoRemoval(most);
    if (notes.list.removed === undefined) return;
    const asked = notes.list.removed.sort((a, b) => a.id - b.id).splice(0, most);
    const back = asked.filter(({ id, sessionId }) => list.byId(id)?.sessionId === sessionId);
    for (const entry of back) notes.restore(entry);
    if (restored !== back.length || left !== notes.list.removed.length)
      judge.note(`an undo brought ${restored} back and left ${left}`);
    for (const { sessionId } of asked)
      if (database.get('SELECT 1 FROM list_entries WHERE session_id = ?', sessionId) === undefined)
        judge.note(`an undo lost ${sessionId}`);
  }

  async #hold(window: SimulatedWindow, refs: readonly EntryRef[]): Promise<void> {
    const { chance, notes, machine } = this.#world;
    // The command asks for a note.
    await window.wait(chance.between(0, chance.pick([1, 20, 600])) * secondMs);
    const { list } = window.app.records();
    for (const ref of refs) {
      if (!this.#isDone(ref, list.hold([ref], 'a note', window.clock().wallAt))) continue;
      const words = this.#wordsOf(list.meant(ref)?.integration);
      notes.list.held.add(ref.id);
      if (words !== undefined) notes.takeBack(words, ref.sessionId, machine.nowMs);
    }
    window.app.changed();
  }

  #release({ app }: SimulatedWindow, refs: readonly EntryRef[]): void {
    const { list } = app.records();
    for (const ref of refs)
      if (this.#isDone(ref, list.release([ref]))) this.#world.notes.list.held.delete(ref.id);
    app.changed();
  }

  #retry({ app, clock }: SimulatedWindow, refs: readonly EntryRef[]): void {
    const { notes, machine } = this.#world;
    const { list } = app.records();
    for (const ref of refs) {
      const words = this.#wordsOf(list.meant(ref)?.integration);
      if (!this.#isDone(ref, list.listAgain([ref], clock().wallAt)) || words === undefined) continue;
      notes.takeBack(words, ref.sessionId, machine.nowMs);
      Object.assign(notes.requests(words, ref.sessionId), { blocks: 0, leftAloneUntilMs: 0 });
    }
    app.changed();
  }

  async #reorder(window: SimulatedWindow, refs: readonly EntryRef[]): Promise<void> {
    const { chance } = this.#world;
    const integration = await this.integrations.meant(window);
    if (integration === undefined) return;
    const { order } = window.app.records();
    const [first] = this.#rows(window);
    const way = chance.next();
    if (way < 0.3) order.moveToHead(integration.id, refs);
    else if (way < 0.6) order.moveBefore(integration.id, refs, chance.happens(0.8) ? first : undefined);
    else order.moveByOne(integration.id, refs, chance.pick(['up', 'down']));
  }

  async #lookUp(window: SimulatedWindow, refs: readonly EntryRef[]): Promise<void> {
    const integrations = await window.app.integrations();
    for (const ref of refs.slice(0, 3)) {
      const entry = window.app.records().list.meant(ref);
      const integration = integrations.find(({ id }) => id === entry?.integration);
      if (entry !== undefined && entry.state !== 'sending' && integration !== undefined)
        await lookUpEntry(window, integration, ref);
    }
  }

  #pause({ app }: SimulatedWindow): void {
    app.records().switches.pause();
    this.#world.notes.list.isPaused = true;
    app.changed();
  }

  async #resume(window: SimulatedWindow): Promise<void> {
    await window.app.integrations();
    if (!(await this.waitForAnswer(window))) return;
    this.#noteResumed(() => window.app.records().switches.resume());
    window.app.changed();
  }

  #noteResumed(resume: () => void): void {
    const { list } = this.#world.notes;
    resume();
    list.isPaused = false;
    list.stopped.clear();
  }

  async #beginNewList(window: SimulatedWindow): Promise<void> {
    const { folder, count } = this.#world;
    if (folder === undefined || !(await this.waitForAnswer(window)) || !folder.isDamaged) return;
    count('new lists', () => `a new list is begun at ${window.name}`);
    await window.app.beginNewList();
  }

  /** Whether the list reports that it has changed the entry of the row. */
  #isDone(ref: EntryRef, count: number): boolean {
    if (count === 1) this.#world.judge.pointedAt(ref);
    return count === 1;
  }

  #wordsOf(id: string | undefined): Integration | undefined {
    return id === undefined ? undefined : this.integrations.known.get(id);
  }

  /** A few rows, most of them as they were just drawn, and some as they were drawn long ago. */
  #rows({ app }: SimulatedWindow): readonly EntryRef[] {
    const { chance, count } = this.#world;
    const isStale = this.#drawn.length > 0 && chance.happens(0.25);
    if (!isStale) {
      this.#drawn.push(app.records().groups.refs(allGroups));
      if (this.#drawn.length > 12) this.#drawn.shift();
    } else count('staleRows', () => 'rows that were drawn before');
    const rows = isStale ? chance.pick(this.#drawn) : (this.#drawn.at(-1) ?? []);
    if (rows.length === 0) return [];
    return [...new Set(Array.from({ length: chance.whole(1, 6) }, () => chance.pick(rows)))];
  }

  #some(): SessionId[] {
    const { chance } = this.#world;
    return [...new Set(Array.from({ length: chance.whole(1, 4) }, () => chance.pick(this.sessions)))];
  }
}

/** The relative frequency of an act, its name, and its function. */
type Act = readonly [weight: number, name: string, act: () => unknown];
