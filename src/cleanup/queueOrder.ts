import type { CleanupDatabase } from './database.ts';

// Halving a gap of 1 this often still leaves room; then all places are written anew.
const smallestGap = 1e-6;

/** The order in which what waits is sent. Each move is one transaction, and moves within one integration only. */
export class QueueOrder {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /**
   * Moves the entries, in the order given, right before another one (undefined: to the end). Only entries that wait
   * in the queue of `integration` move. Returns how many did.
   */
  moveBefore(integration: string, entryIds: readonly number[], before: number | undefined): number {
    return this.#database.transaction(() => {
      const moving = this.#queued(integration, entryIds);
      if (moving.length === 0) return 0;
      const gap = this.#gapBefore(integration, before, moving);
      if ((gap.end - gap.start) / (moving.length + 1) < smallestGap) {
        this.#writeAnew(integration);
        this.#spread(moving, this.#gapBefore(integration, before, moving));
      } else {
        this.#spread(moving, gap);
      }
      return moving.length;
    });
  }

  /** Moves the entries to the head of the queue, in the order given. Returns how many did. */
  moveToHead(integration: string, entryIds: readonly number[]): number {
    const head = this.#database.get(
      "SELECT id FROM entries WHERE integration = ? AND shelf = 'queue' ORDER BY place, id LIMIT 1",
      integration,
    );
    return head === undefined ? 0 : this.moveBefore(integration, entryIds, Number(head['id']));
  }

  /** Moves the entries one place up or down, as a block. Returns how many did; none at the end of the queue. */
  moveByOne(integration: string, entryIds: readonly number[], direction: 'up' | 'down'): number {
    const places = this.#queued(integration, entryIds).map((id) => ({ id, place: this.#place(id) }));
    const ordered = places.toSorted((a, b) => a.place - b.place || a.id - b.id);
    const [first, last] = [ordered[0], ordered.at(-1)];
    if (first === undefined || last === undefined) return 0;
    const ids = ordered.map(({ id }) => id);
    if (direction === 'up') {
      const above = this.#neighbour(integration, '<', first);
      return above === undefined ? 0 : this.moveBefore(integration, ids, above);
    }
    const below = this.#neighbour(integration, '>', last);
    if (below === undefined) return 0;
    return this.moveBefore(
      integration,
      ids,
      this.#neighbour(integration, '>', { id: below, place: this.#place(below) }),
    );
  }

  /** The places between which the entries come to stand, if they stood nowhere yet. */
  #gapBefore(integration: string, before: number | undefined, moving: readonly number[]): Gap {
    const others = `FROM entries WHERE integration = ? AND shelf = 'queue'
      AND id NOT IN (SELECT value FROM json_each(?))`;
    const ids = JSON.stringify(moving);
    const anchor = before === undefined ? undefined : this.#queued(integration, [before])[0];
    // An anchor that is moved itself leaves its place to whoever comes next after it.
    const next =
      anchor === undefined
        ? undefined
        : this.#database.get(
            `SELECT place, id ${others} AND (place, id) >= (?, ?) ORDER BY place, id LIMIT 1`,
            integration,
            ids,
            this.#place(anchor),
            anchor,
          );
    const last =
      next === undefined
        ? this.#database.get(`SELECT place ${others} ORDER BY place DESC, id DESC LIMIT 1`, integration, ids)
        : this.#database.get(
            `SELECT place ${others} AND (place, id) < (?, ?) ORDER BY place DESC, id DESC LIMIT 1`,
            integration,
            ids,
            Number(next['place']),
            Number(next['id']),
          );
    const room = moving.length + 1;
    const start = last && Number(last['place']);
    const end = next && Number(next['place']);
    return { start: start ?? (end ?? room) - room, end: end ?? (start ?? 0) + room };
  }

  #spread(moving: readonly number[], { start, end }: Gap): void {
    const step = (end - start) / (moving.length + 1);
    moving.forEach((id, index) =>
      this.#database.run('UPDATE entries SET rank = ? WHERE id = ?', start + step * (index + 1), id),
    );
  }

  #writeAnew(integration: string): void {
    this.#database.run(
      `UPDATE entries SET rank = anew.position FROM (
         SELECT id AS entry, row_number() OVER (ORDER BY place, id) AS position FROM entries
         WHERE integration = ? AND shelf = 'queue') AS anew WHERE id = anew.entry`,
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
      `SELECT id FROM entries WHERE integration = ? AND shelf = 'queue' AND (place, id) ${side} (?, ?)
       ORDER BY place ${order}, id ${order} LIMIT 1`,
      integration,
      place,
      id,
    );
    return row && Number(row['id']);
  }

  #queued(integration: string, entryIds: readonly number[]): readonly number[] {
    return entryIds.filter(
      (id) =>
        this.#database.get(
          "SELECT 1 FROM entries WHERE id = ? AND integration = ? AND shelf = 'queue'",
          id,
          integration,
        ) !== undefined,
    );
  }

  #place(entryId: number): number {
    return Number(this.#database.get('SELECT place FROM entries WHERE id = ?', entryId)?.['place']);
  }
}

/** Two places between which nothing else stands. */
interface Gap {
  readonly start: number;
  readonly end: number;
}
