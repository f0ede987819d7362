import assert from 'node:assert/strict';
import { setEntryWait } from '../../../../src/cleanup/list/entryState.ts';
import type { Wait } from '../../../../src/cleanup/list/entry.ts';
import { leftMs, Waits } from '../../../../src/cleanup/list/waits.ts';
import { CleanupWorkshop, dayMs, hourMs, integration, minuteMs } from '../../../support/cleanupWorkshop.ts';
import { madeUpEntry } from '../../../support/madeUpEntry.ts';

const up = 10 * dayMs;
const noon = Date.UTC(2026, 0, 5, 12);

describe('leftMs', () => {
  const left = (wait: Wait, now: Parameters<typeof leftMs>[1]): number => leftMs(madeUpEntry({ wait }), now);
  const hour = { forMs: hourMs, fromUptimeMs: up };

  it('counts down by the uptime, and on below 0', () => {
    assert.equal(left(hour, { uptimeMs: up }), hourMs);
    assert.equal(left(hour, { uptimeMs: up + hourMs }), 0);
    assert.equal(left(hour, { uptimeMs: up + 3 * hourMs }), -2 * hourMs);
  });

  it('takes a reboot for the least that it may have been', () =>
    assert.equal(left(hour, { uptimeMs: minuteMs }), 59 * minuteMs));

  it('lets the server tell how long the machine was off', () => {
    const now = { uptimeMs: minuteMs, server: { at: noon + 50 * minuteMs, uptimeMs: 0 } };
    assert.equal(left({ ...hour, fromServerAt: noon }, now), 9 * minuteMs + 1000);
    assert.equal(left(hour, now), 59 * minuteMs);
  });

  it('is for ever where nothing is waited for', () =>
    assert.equal(leftMs(madeUpEntry({}), { uptimeMs: up }), Infinity));
});

describe('Waits', () => {
  let shop: CleanupWorkshop;
  let waits: Waits;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    waits = new Waits(shop.database);
  });
  afterEach(() => shop.database.close());

  /** Session `number` in this state, waiting for `forMs` from uptime `up` on. */
  function waiting(number: number, state: string, forMs: number, of = integration): number {
    const id = shop.confirmed(number, of);
    shop.database.run('UPDATE entries SET state = ? WHERE id = ?', state, id);
    setEntryWait(shop.database, id, { forMs, fromUptimeMs: up });
    return id;
  }
  const due = (state: 'blocked' | 'unknown', afterMs: number, of = integration): readonly number[] =>
    waits.due(of, state, { uptimeMs: up + afterMs }).map(({ id }) => id);
  const next = (afterMs: number, of = integration): number | undefined =>
    waits.nextInMs(of, { uptimeMs: up + afterMs });

  it('know of nothing where nothing waits', () => {
    shop.confirmed(1);
    assert.deepEqual([due('blocked', 0), due('unknown', 0), next(0)], [[], [], undefined]);
  });

  it('are over at their moment, not a ms before', () => {
    const id = waiting(1, 'blocked', hourMs);
    assert.deepEqual([due('blocked', hourMs - 1), next(hourMs - 1)], [[], 1]);
    assert.deepEqual([due('blocked', hourMs), next(hourMs)], [[id], 0]);
    assert.deepEqual([due('blocked', dayMs), next(dayMs)], [[id], 0]);
  });

  it('are told apart by state and by integration', () => {
    const [blocked, unknown] = [waiting(1, 'blocked', 5), waiting(2, 'unknown', 3)];
    const theirs = waiting(3, 'unknown', 9, 'another');
    assert.deepEqual([due('blocked', 9), due('unknown', 9)], [[blocked], [unknown]]);
    assert.deepEqual(due('unknown', 9, 'another'), [theirs]);
    assert.deepEqual([next(0), next(0, 'another')], [3, 9]);
  });

  it('let those go first that have waited longest past their time', () => {
    const [late, later, latest] = [
      waiting(1, 'unknown', 30),
      waiting(2, 'unknown', 20),
      waiting(3, 'unknown', 10),
    ];
    waiting(4, 'unknown', 99);
    assert.deepEqual(due('unknown', 50), [latest, later, late]);
    assert.equal(next(0), 10);
  });

  it('go on for what is unknown and on hold, and stand still for what is blocked and on hold', () => {
    const [blocked, unknown] = [waiting(1, 'blocked', 5), waiting(2, 'unknown', 9)];
    shop.list.hold([blocked, unknown], undefined, 1);
    assert.deepEqual([due('blocked', 99), due('unknown', 99)], [[], [unknown]]);
    assert.equal(next(0), 9);
    shop.list.release([blocked]);
    assert.deepEqual(due('blocked', 99), [blocked]);
    shop.list.remove([unknown]);
    shop.list.hold([blocked], undefined, 1);
    assert.equal(next(0), undefined);
  });

  it('are left out once they have ended', () => {
    const id = waiting(1, 'unknown', 0);
    shop.list.noteLookUp(id, { kind: 'found' }, 1);
    assert.deepEqual([due('unknown', dayMs), next(dayMs)], [[], undefined]);
  });

  it('are tended in part where a list has absurdly many, and none of them is forgotten', () => {
    for (let number = 0; number < 600; number += 1) waiting(number, 'unknown', 0);
    let lookedUp = 0;
    for (let ids = due('unknown', 1); ids.length > 0; ids = due('unknown', 1)) {
      assert.ok(ids.length <= 500, `${ids.length} at once`);
      for (const id of ids) shop.list.noteLookUp(id, { kind: 'gone' }, 1);
      lookedUp += ids.length;
    }
    assert.equal(lookedUp, 600);
  });
});
