import type { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { sessionNumber } from '../support/cleanupWorkshop.ts';

/** Something that the user does, to the sessions with these numbers; each is one promise, kept as a whole or not at all. */
export interface Act {
  readonly kind: 'add' | 'confirm' | 'remove' | 'endUndo' | 'undo' | 'hold' | 'release' | 'check' | 'uncheck';
  readonly numbers: readonly number[];
}

/** How many entries an undo puts back. */
export const undoneAtOnce = 3;

interface ModelEntry {
  readonly number: number;
  /** Ascending in the order in which they came onto the list, as the ids are. */
  readonly order: number;
  readonly isConfirmed: boolean;
  readonly isHeld: boolean;
  readonly isChecked: boolean;
}

/** The list as it has to be, written down a second time without a line of the list's own code. Never changed in place. */
export interface Model {
  readonly entries: ReadonlyMap<number, ModelEntry>;
  readonly removed: readonly ModelEntry[];
  readonly came: number;
}

export const emptyModel: Model = { entries: new Map(), removed: [], came: 0 };

/** The list after an act. */
export function after(model: Model, { kind, numbers }: Act): Model {
  switch (kind) {
    case 'add':
      return numbers.reduce(withEntry, model);
    case 'confirm':
      return changed(numbers.reduce(withEntry, model), numbers, { isConfirmed: true });
    case 'hold':
      return changed(model, numbers, { isHeld: true });
    case 'release':
      return changed(model, numbers, { isHeld: false });
    case 'check':
      return changed(model, numbers, { isChecked: true });
    case 'uncheck':
      return changed(model, numbers, { isChecked: false });
    case 'remove':
      return without(model, numbers);
    case 'endUndo':
      return { ...model, removed: [] };
    case 'undo':
      return undone(model);
  }
}

/** The model as text, to be compared with `textOf`. */
export function textOfModel({ entries, removed }: Model): string {
  const ordered = [...entries.values()].sort((a, b) => a.number - b.number);
  const text = ordered.map((entry) => `${sessionNumber(entry.number)} ${stateText(entry)}`);
  return [...text, 'removed:', ...removed.map(({ number }) => sessionNumber(number))].join('\n');
}

/** What stands in the database, as text. */
export function textOf(database: CleanupDatabase): string {
  const text = database
    .all('SELECT session_id, state, confirmed_at, held_at, checked FROM entries ORDER BY session_id')
    .map((row) => {
      const isConfirmed = row['state'] === 'confirmed' && row['confirmed_at'] !== null;
      // A consent without its state, or a state without its consent, is neither.
      if (!isConfirmed && (row['state'] !== 'listed' || row['confirmed_at'] !== null))
        return JSON.stringify(row);
      const state = { isConfirmed, isHeld: row['held_at'] !== null, isChecked: row['checked'] === 1 };
      return `${String(row['session_id'])} ${stateText(state)}`;
    });
  const removed = database.all('SELECT session_id FROM removed_entries ORDER BY id');
  return [...text, 'removed:', ...removed.map((row) => String(row['session_id']))].join('\n');
}

function stateText({ isConfirmed, isHeld, isChecked }: Omit<ModelEntry, 'number' | 'order'>): string {
  return `${isConfirmed ? 'confirmed' : 'listed'}${isHeld ? ' held' : ''}${isChecked ? ' checked' : ''}`;
}

function withEntry(model: Model, number: number): Model {
  if (model.entries.has(number)) return model;
  const entry = { number, order: model.came, isConfirmed: false, isHeld: false, isChecked: true };
  return { ...model, entries: new Map(model.entries).set(number, entry), came: model.came + 1 };
}

function changed(model: Model, numbers: readonly number[], change: Partial<ModelEntry>): Model {
  const entries = new Map(model.entries);
  for (const number of numbers) {
    const entry = entries.get(number);
    if (entry !== undefined) entries.set(number, { ...entry, ...change });
  }
  return { ...model, entries };
}

function without(model: Model, numbers: readonly number[]): Model {
  const gone = numbers.flatMap((number) => model.entries.get(number) ?? []);
  const entries = new Map(model.entries);
  for (const { number } of gone) entries.delete(number);
  return { ...model, entries, removed: [...model.removed, ...gone].sort((a, b) => a.order - b.order) };
}

function undone(model: Model): Model {
  const entries = new Map(model.entries);
  for (const entry of model.removed.slice(0, undoneAtOnce))
    if (!entries.has(entry.number)) entries.set(entry.number, { ...entry, isConfirmed: false });
  return { ...model, entries, removed: model.removed.slice(undoneAtOnce) };
}
