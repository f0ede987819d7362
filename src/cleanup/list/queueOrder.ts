import { byPlace } from './positions.ts';
import type { CleanupDatabase } from '../database/database.ts';
import type { EntryRef } from './entry.ts';

// A gap of 1 can be halved about 20 times before it is this small; then all positions are renumbered.
const smallestGap = 1e-6;

// The queued entries of an integration, without those whose ids are in a JSON array.
const others = `list_entries WHERE integration = ? AND entry_group = 'queue' AND id NOT IN (SELECT value FROM json_each(?))`;

/** The order in which confirmed entries are sent. Each move is one transaction, within one integration. */
export class QueueOrder {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /**
   * Moves the entries, in the order given, right before another one, or to its former position if it has just left the
   * queue; to the end if it is undefined. Only queued entries of `integration` move. Returns how many did.
   */
  moveBefore(integration: string, entries: readonly EntryRef[], before: EntryRef | undefined): number {
    return this.#database.transaction(() =>
      this.#move(integration, this.#queued(integration, entries), before?.id),
    );
  }

  /** Moves the entries to the head of the queue, in the order given. Returns how many did. */
  moveToHead(integration: string, entries: readonly EntryRef[]): number {
    return this.#database.transaction(() => {
      const head = this.#database.get(
        "SELECT id FROM list_entries WHERE integration = ? AND entry_group = 'queue' ORDER BY place, id LIMIT 1",
        integration,
      );
      const moving = this.#queued(integration, entries);
      return head === undefined ? 0 : this.#move(integration, moving, Number(head['id']));
    });
  }

  /**
   * Moves the entries one position up or down, as a block. Returns how many did; 0 if there is nothing to move past.
   */
  moveByOne(integration: string, entries: readonly EntryRef[], direction: 'up' | 'down'): number {
    return this.#database.transaction(() => {
      const places = this.#queued(integration, entries).map((id) => ({ id, place: this.#place(id) }));
      const ordered = places.toSorted(byPlace);
      const [first, last] = [ordered[0], ordered.at(-1)];
      if (first === undefined || last === undefined) return 0;
      const ids = ordered.map(({ id }) => id);
      if (direction === 'up') {
        const above = this.#neighbour(integration, '<', first);
        return above === undefined ? 0 : this.#move(integration, ids, above);
      }
      const below = this.#neighbour(integration, '>', last);
      if (below === undefined) return 0;
      const next = this.#neighbour(integration, '>', { id: below, place: this.#place(below) });
      return this.#move(integration, ids, next);
    });
  }

  #move(integration: string, moving: readonly number[], before: number | undefined): number {
    if (moving.length === 0) return 0;
    const next = this.#next(integration, before, moving);
    const gap = this.#gapBefore(integration, next, moving);
    if ((gap.end - gap.start) / (moving.length + 1) < smallestGap) {
      this.#writeAnew(integration);
      this.#spread(moving, this.#gapBefore(integration, next, moving));
    } else {
      this.#spread(moving, gap);
    }
    return moving.length;
  }

  /** The entry before which the moved ones are placed; undefined for the end. */
  #next(integration: string, before: number | undefined, moving: readonly number[]): number | undefined {
    // If the anchor is moved itself or was just sent, the first entry after its position counts instead.
    const anchor = this.#database.get(
      'SELECT id, coalesce(rank, id) AS place FROM list_entries WHERE id = ? AND integration = ?',
      before ?? null,
      integration,
    );
    if (anchor === undefined) return undefined;
    const next = this.#database.get(
      `SELECT id FROM ${others} AND (place, id) >= (?, ?) ORDER BY place, id LIMIT 1`,
      integration,
      JSON.stringify(moving),
      Number(anchor['place']),
      Number(anchor['id']),
    );
    return next && Number(next['id']);
  }

  /** The gap for the entries, as if they were not in the queue yet. */
  #gapBefore(integration: string, next: number | undefined, moving: readonly number[]): Gap {
    const ids = JSON.stringify(moving);
    const end = next === undefined ? undefined : this.#place(next);
    const last =
      next === undefined || end === undefined
        ? this.#database.get(
            `SELECT place FROM ${others} ORDER BY place DESC, id DESC LIMIT 1`,
            integration,
            ids,
          )
        : this.#database.get(
            `SELECT place FROM ${others} AND (place, id) < (?, ?) ORDER BY place DESC, id DESC LIMIT 1`,
            integration,
            ids,
            end,
            next,
          );
    const room = moving.length + 1;
    const start = last && Number(last['place']);
    return { start: start ?? (end ?? room) - room, end: end ?? (start ?? 0) + room };
  }

  #spread(moving: readonly number[], { start, end }: Gap): void {
    const step = (end - start) / (moving.length + 1);
    moving.forEach((id, index) =>
      this.#database.run('UPDATE list_entries SET rank = ? WHERE id = ?', start + step * (index + 1), id),
    );
  }

  #writeAnew(integration: string): void {
    this.#database.run(
      `UPDATE list_entries SET rank = anew.position FROM (
         SELECT id AS entry, row_number() OVER (ORDER BY place, id) AS position FROM list_entries
         WHERE integration = ? AND entry_group = 'queue') AS anew WHERE id = anew.entry`,
      integration,
    );
  }

  #neighbour(
    integration: string,
    side: '<' | '>',
    { id, place }: { id: number; place: number },
  ): number | undefined {
    const order = side === '<' ? 'DESC' : 'ASC';
    const row = this.#database.get(
      `SELECT id FROM list_entries WHERE integration = ? AND entry_group = 'queue' AND (place, id) ${side} (?, ?)
       ORDER BY place ${order}, id ${order} LIMIT 1`,
      integration,
      place,
      id,
    );
    return row && Number(row['id']);
  }

  #queued(integration: string, entries: readonly EntryRef[]): readonly number[] {
    const isQueued = ({ list, id, sessionId }: EntryRef): boolean =>
      this.#database.get(
        `SELECT 1 FROM current_entries WHERE id = ? AND list = ? AND session_id = ? AND integration = ?
           AND entry_group = 'queue'`,
        ...[id, list, sessionId, integration],
      ) !== undefined;
    return [...new Set(entries.filter(isQueued).map(({ id }) => id))];
  }

  #place(entryId: number): number {
    return Number(this.#database.get('SELECT place FROM list_entries WHERE id = ?', entryId)?.['place']);
  }
}

/** Two positions with nothing between them. */
interface Gap {
  readonly start: number;
  readonly end: number;
}
