import type { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { sessionNumber } from '../support/cleanup/cleanupWorkshop.ts';

/** All acts of this part. `edit` replaces the one integration by another; `cancel` ends the last agreement. */
export const actKinds = [
  ...([
    'add',
    'confirm',
    'cancel',
    'remove',
    'endUndo',
    'undo',
    'hold',
    'release',
    'check',
    'uncheck',
  ] as const),
  ...(['edit', 'pause', 'resume'] as const),
] as const;

/** Something that the user does to the sessions with these numbers; it has to be kept completely or not at all. */
export interface Act {
  readonly kind: (typeof actKinds)[number] | 'store';
  readonly numbers: readonly number[];
}

/** How many entries an undo puts back. */
export const undoneAtOnce = 3;

interface ModelEntry {
  readonly number: number;
  /** Ascending in the order in which the entries were added, like their ids. */
  readonly order: number;
  /** The number of the agreement that confirms it; 0 for none. */
  readonly agreement: number;
  readonly isHeld: boolean;
  readonly isChecked: boolean;
}

/** The expected list, written a second time without any code of the product. Never changed in place. */
export interface Model {
  readonly entries: ReadonlyMap<number, ModelEntry>;
  readonly removed: readonly ModelEntry[];
  readonly came: number;
  readonly agreements: number;
  /** How many were ever stored; only the last one has not ended. */
  readonly integrations: number;
  readonly isPaused: boolean;
}

export const emptyModel: Model = {
  ...{ entries: new Map(), removed: [], came: 0 },
  ...{ agreements: 0, integrations: 0, isPaused: false },
};

/** The list after an act. */
export function after(model: Model, { kind, numbers }: Act): Model {
  switch (kind) {
    case 'add':
      return numbers.reduce(withEntry, model);
    case 'confirm':
      return agreedTo(numbers.reduce(withEntry, model), numbers);
    case 'cancel':
      return withoutConsent(model, ({ agreement }) => agreement === model.agreements);
    case 'edit':
      return { ...withoutConsent(model, () => true), integrations: model.integrations + 1 };
    case 'store':
      return { ...model, integrations: 1 };
    case 'pause':
      return { ...model, isPaused: true };
    case 'resume':
      return { ...model, isPaused: false };
    case 'hold':
      return changed(model, numbers, { isHeld: true, agreement: 0 });
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
export function textOfModel({ entries, removed, integrations, isPaused }: Model): string {
  const ordered = [...entries.values()].sort((a, b) => a.number - b.number);
  const text = ordered.map((entry) => `${sessionNumber(entry.number)} ${stateText(entry)}`);
  return [
    headText(integrations, isPaused),
    ...text,
    'removed:',
    ...removed.map(({ number }) => sessionNumber(number)),
  ].join('\n');
}

/** The content of the database as text. */
export function textOf(database: CleanupDatabase): string {
  const text = database
    .all(
      `SELECT session_id, state, confirmed_at, held_at, checked, ended_at IS NULL AS lives FROM current_entries
       LEFT JOIN integrations ON integrations.id = integration ORDER BY session_id`,
    )
    .map((row) => {
      const isConfirmed = row['state'] === 'confirmed' && row['confirmed_at'] !== null;
      // A consent without its state, a state without its consent, or an entry of an ended integration matches no model.
      if (row['lives'] !== 1 || (!isConfirmed && (row['state'] !== 'listed' || row['confirmed_at'] !== null)))
        return JSON.stringify(row);
      const state = {
        agreement: isConfirmed ? 1 : 0,
        isHeld: row['held_at'] !== null,
        isChecked: row['checked'] === 1,
      };
      return `${String(row['session_id'])} ${stateText(state)}`;
    });
  const removed = database.all('SELECT session_id FROM removed_entries ORDER BY id');
  const stored = database.get('SELECT count(*) AS n, count(*) - count(ended_at) AS living FROM integrations');
  const paused = database.get("SELECT 1 FROM switches WHERE name = 'paused'");
  return [
    headText(Number(stored?.['n']), paused !== undefined),
    ...(stored?.['living'] === Math.min(1, Number(stored?.['n'])) ? [] : ['not one integration lives']),
    ...text,
    'removed:',
    ...removed.map((row) => String(row['session_id'])),
  ].join('\n');
}

function headText(integrations: number, isPaused: boolean): string {
  return `${integrations} integrations${isPaused ? ', paused' : ''}`;
}

function stateText({ agreement, isHeld, isChecked }: Omit<ModelEntry, 'number' | 'order'>): string {
  return `${agreement > 0 ? 'confirmed' : 'listed'}${isHeld ? ' held' : ''}${isChecked ? ' checked' : ''}`;
}

function withEntry(model: Model, number: number): Model {
  if (model.entries.has(number)) return model;
  const entry = { number, order: model.came, agreement: 0, isHeld: false, isChecked: true };
  return { ...model, entries: new Map(model.entries).set(number, entry), came: model.came + 1 };
}

/** Entries on hold are left out. */
function agreedTo(model: Model, numbers: readonly number[]): Model {
  const agreement = model.agreements + 1;
  const free = numbers.filter((number) => model.entries.get(number)?.isHeld === false);
  return { ...changed(model, free, { agreement }), agreements: agreement };
}

function withoutConsent(model: Model, isMeant: (entry: ModelEntry) => boolean): Model {
  const numbers = [...model.entries.values()].filter(isMeant).map(({ number }) => number);
  return changed(model, numbers, { agreement: 0 });
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
    if (!entries.has(entry.number)) entries.set(entry.number, { ...entry, agreement: 0 });
  return { ...model, entries, removed: model.removed.slice(undoneAtOnce) };
}
