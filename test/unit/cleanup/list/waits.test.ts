import assert from 'node:assert/strict';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import { setEntryWait } from '../../../../src/cleanup/list/entryState.ts';
import { leftMs, Waits } from '../../../../src/cleanup/list/waits.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { entryInState } from '../../../support/cleanup/entryInState.ts';
import { madeUpEntry } from '../../../support/cleanup/madeUpEntry.ts';

const start = 10 * dayMs;

describe('leftMs', () => {
  it('counts down by the readings of the clock, and on below 0', () => {
    const waiting = madeUpEntry({ waitUntilMs: start + hourMs });
    assert.equal(leftMs(waiting, start), hourMs);
    assert.equal(leftMs(waiting, start + hourMs), 0);
    assert.equal(leftMs(waiting, start + 3 * hourMs), -2 * hourMs);
  });

  it('is infinite without a wait', () => assert.equal(leftMs(madeUpEntry({}), start), Infinity));
});

describe('Waits', () => {
  let shop: CleanupWorkshop;
  let waits: Waits;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    waits = new Waits(shop.database);
  });
  afterEach(() => shop.database.close());

  /** Session `number` in this state, waiting for `forMs` from the reading `start` on. */
  function waiting(number: number, state: 'blocked' | 'unknown', forMs: number, of = integration): number {
    const id = entryInState(shop, state, number, of);
    setEntryWait(shop.database, id, start + forMs);
    return id;
  }
  function found(id: number): Entry {
    const entry = shop.list.byId(id);
    assert.ok(entry);
    return entry;
  }
  const due = (state: 'blocked' | 'unknown', afterMs: number, of = integration): readonly number[] =>
    waits.due(of, [state], start + afterMs).map(({ id }) => id);
  const next = (afterMs: number, of = integration): number | undefined => waits.nextInMs(of, start + afterMs);

  it('are empty if nothing waits', () => {
    shop.confirmed(1);
    assert.deepEqual([due('blocked', 0), due('unknown', 0), next(0)], [[], [], undefined]);
  });

  it('are over at their moment, not a ms before', () => {
    const id = waiting(1, 'blocked', hourMs);
    assert.deepEqual([due('blocked', hourMs - 1), next(hourMs - 1)], [[], 1]);
    assert.deepEqual([due('blocked', hourMs), next(hourMs)], [[id], 0]);
    assert.deepEqual([due('blocked', dayMs), next(dayMs)], [[id], 0]);
  });

  it('are separate by state and by integration', () => {
    const [blocked, unknown] = [waiting(1, 'blocked', 5), waiting(2, 'unknown', 3)];
    const theirs = waiting(3, 'unknown', 9, 'another');
    assert.deepEqual([due('blocked', 9), due('unknown', 9)], [[blocked], [unknown]]);
    assert.deepEqual(due('unknown', 9, 'another'), [theirs]);
    assert.deepEqual([next(0), next(0, 'another')], [3, 9]);
  });

  it('return the longest overdue first', () => {
    const [late, later, latest] = [
      waiting(1, 'unknown', 30),
      waiting(2, 'unknown', 20),
      waiting(3, 'unknown', 10),
    ];
    waiting(4, 'unknown', 99);
    assert.deepEqual(due('unknown', 50), [latest, later, late]);
    assert.equal(next(0), 10);
  });

  it('continue for unknown entries on hold, and end for blocked entries that are put on hold', () => {
    const [blocked, unknown] = [waiting(1, 'blocked', 5), waiting(2, 'unknown', 9)];
    shop.list.hold(shop.refs([blocked, unknown]), undefined, 1);
    assert.deepEqual([due('blocked', 99), due('unknown', 99)], [[], [unknown]]);
    assert.equal(next(0), 9);
    // A blocked entry is listed again, and waits only for the user.
    shop.list.release([shop.ref(blocked)]);
    assert.deepEqual(due('blocked', 99), []);
    shop.list.remove([shop.ref(unknown)], 1);
    assert.equal(next(0), undefined);
  });

  it('are left out once they have ended', () => {
    const id = waiting(1, 'unknown', 0);
    shop.list.recordLookUp(found(id), { kind: 'found' }, start, 1);
    assert.deepEqual([due('unknown', dayMs), next(dayMs)], [[], undefined]);
  });

  it('are handled in part if a list has absurdly many, and none of them is forgotten', () => {
    for (let number = 0; number < 600; number += 1) waiting(number, 'unknown', 0);
    let lookedUp = 0;
    for (let ids = due('unknown', 1); ids.length > 0; ids = due('unknown', 1)) {
      assert.ok(ids.length <= 500, `${ids.length} at once`);
      for (const id of ids) shop.list.recordLookUp(found(id), { kind: 'notFound' }, start, 1);
      lookedUp += ids.length;
    }
    assert.equal(lookedUp, 600);
  });

  it('have time left for an entry while it waits, and none for a blocked one on hold', () => {
    const [blocked, unknown] = [waiting(1, 'blocked', 5), waiting(2, 'unknown', 9)];
    const left = (id: number, afterMs: number): number | undefined =>
      waits.leftOf(found(id), start + afterMs);
    assert.deepEqual([left(blocked, 2), left(blocked, 5), left(blocked, 9)], [3, 0, 0]);
    assert.deepEqual([left(unknown, 2), left(shop.confirmed(3), 2)], [7, undefined]);
    shop.list.hold(shop.refs([blocked, unknown]), undefined, 1);
    assert.deepEqual([left(blocked, 2), left(unknown, 2)], [undefined, 7]);
  });

  it('end with the consent of a blocked entry, whatever ends it', () => {
    for (const [number, end] of [
      [1, () => shop.list.cancel(1, 1)],
      [2, () => shop.list.agree(shop.stored(), [{ sessionId: sessionNumber(2) }], 1)],
      [3, () => shop.integrations.end(integration, 1)],
    ] as const) {
      const id = waiting(number, 'blocked', 0);
      assert.deepEqual(due('blocked', 9), [id]);
      end();
      assert.deepEqual([due('blocked', dayMs), next(dayMs)], [[], undefined]);
    }
  });
});
