import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { readPast } from '../../../../src/cleanup/quota/pastAttempts.ts';
import { marginMs, veriffLimits, type PastAttempt } from '../../../../src/cleanup/quota/quota.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { propertyCheck } from '../../../support/random/propertyCheck.ts';

describe('what was deleted elsewhere', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  /** Sends session `number`, answered at once. */
  function sent(number: number): void {
    book.record(shop.reserved(book, shop.confirmed(number)), outcomeOf(200), 5);
  }
  const past = (): readonly PastAttempt[] =>
    readPast(shop.database, shop.switches.keyHashOf(integration), veriffLimits);
  const used = (): readonly (number | undefined)[] =>
    book.quota(integration).windows.map((window) => window.used);

  it('takes as many slots as were entered, from the time that was given', () => {
    book.recordElsewhere(integration, 3, 30 * minuteMs);
    book.recordElsewhere(integration, 2, 2 * hourMs);
    assert.deepEqual(used(), [3, 5]);
    book.recordElsewhere(integration, 2, 0);
    assert.equal(book.quota(integration).freeInMs, 30 * minuteMs + marginMs);
    shop.clock.pass(30 * minuteMs + marginMs);
    assert.deepEqual(used(), [2, 7]);
  });

  it('is shown at the time that was given', () => {
    book.recordElsewhere(integration, 1, 2 * hourMs);
    assert.deepEqual(book.recent(integration, 9), [
      { sessionId: '', settledAt: shop.clock.wallAt - 2 * hourMs, outcome: 'elsewhere' },
    ]);
  });

  it('adds nothing for a count of 0', () => {
    book.recordElsewhere(integration, 0, hourMs);
    assert.deepEqual(used(), [0, 0]);
  });

  it('counts for its integration alone, and is not a request in flight', () => {
    book.recordElsewhere(integration, 5, 0);
    assert.equal(book.quota('another').freeNow, 5);
    assert.equal(book.quota(integration).inFlight, false);
    assert.equal(shop.reserve(book, shop.confirmed(1)).kind, 'noSlot');
  });

  it('may be more than Veriff allows: the user may have another limit or another clock', () => {
    book.recordElsewhere(integration, 40, minuteMs);
    assert.equal(book.quota(integration).freeNow, 0);
    assert.equal(book.quota(integration).freeInMs, dayMs + marginMs - minuteMs);
  });

  it('hides no attempt of our own, however many are entered after it', () => {
    for (const number of [1, 2, 3, 4, 5]) sent(number);
    shop.clock.pass(hourMs + marginMs);
    for (const number of [6, 7, 8, 9, 10]) sent(number);
    book.recordElsewhere(integration, 30, 3 * dayMs);
    assert.deepEqual(used(), [5, 10]);
    assert.equal(past().length, 40);
    assert.equal(book.quota(integration).freeInMs, dayMs - hourMs);
  });

  it('that is older than all of our own still counts', () => {
    book.recordElsewhere(integration, 5, 2 * hourMs);
    for (const number of [1, 2, 3, 4, 5]) sent(number);
    shop.clock.pass(hourMs + marginMs);
    assert.deepEqual(used(), [0, 10]);
  });

  it('keeps a request in flight, and a park', () => {
    book.record(shop.reserved(book, shop.confirmed(1)), outcomeOf(429), 5);
    const parked = book.quota(integration).parkedForMs;
    book.recordElsewhere(integration, 12, hourMs);
    assert.equal(book.quota(integration).parkedForMs, parked);
    shop.clock.pass(2 * dayMs);
    shop.reserved(book, shop.confirmed(2));
    book.recordElsewhere(integration, 12, dayMs);
    assert.equal(book.quota(integration).inFlight, true);
  });

  it('is as old after a reboot as it was before, and as young as the reading says', () => {
    book.recordElsewhere(integration, 1, 2 * hourMs);
    shop.clock.pass(minuteMs);
    sent(1);
    const before = past();
    assert.deepEqual(
      before.map(({ settledMs }) => settledMs),
      [-2 * hourMs, minuteMs],
    );
    shop.clock.reboot(dayMs);
    assert.deepEqual(past(), before);
    book.recordElsewhere(integration, 1, hourMs);
    // A start of the machine takes at least 1 ms.
    assert.equal(past().at(-1)?.settledMs, minuteMs + 1 - hourMs);
  });

  it('and unsent requests together hide nothing', () => {
    for (const number of [1, 2, 3, 4, 5]) sent(number);
    const id = shop.confirmed(6);
    shop.clock.pass(hourMs + marginMs);
    for (let time = 0; time < 15; time += 1) {
      book.release(shop.reserved(book, id));
      book.recordElsewhere(integration, 1, 2 * dayMs);
    }
    assert.deepEqual(used(), [0, 5]);
  });

  describe('by chance', () => {
    const check = propertyCheck(100);
    interface Step {
      readonly passMs: number;
      readonly isReboot: boolean;
      /** How many are entered at this step as made elsewhere, and how long before. */
      readonly elsewhere: number;
      readonly agoMs: number;
    }
    const step: fc.Arbitrary<Step> = fc.record({
      passMs: fc.integer({ min: 0, max: 3 * hourMs }),
      isReboot: fc.nat(5).map((chance) => chance === 0),
      elsewhere: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 })),
      agoMs: fc.integer({ min: 0, max: 2 * dayMs }),
    });

    /** The readings at the steps, ascending, and for what was entered, the reading less how long ago it was. */
    function readingsAfter(steps: readonly Step[], which: 'own' | 'both'): [number[], number[]] {
      const world = new CleanupWorkshop();
      const wide = world.window('a', { limits: [{ count: 100, windowMs: 1 }] });
      const entered: number[] = [];
      try {
        steps.forEach(({ passMs, isReboot, elsewhere, agoMs }, index) => {
          world.clock.pass(passMs);
          if (isReboot) world.clock.reboot(Math.floor(passMs / 2));
          wide.record(world.reserved(wide, world.confirmed(index)), outcomeOf(404), 5);
          if (which === 'both') wide.recordElsewhere(integration, elsewhere, agoMs);
          entered.push(...Array.from({ length: elsewhere }, () => wide.nowMs() - agoMs));
          world.clock.pass(2 * minuteMs);
        });
        const all = readPast(world.database, world.switches.keyHashOf(integration), [
          { count: 100, windowMs: 1 },
        ]);
        const ascending = (a: number, b: number): number => a - b;
        return [all.map(({ settledMs }) => settledMs ?? Infinity).sort(ascending), entered.sort(ascending)];
      } finally {
        world.database.close();
      }
    }

    it('changes the age of none of our own, and has the right age itself', () => {
      check(
        fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
          const [own] = readingsAfter(steps, 'own');
          const [both, entered] = readingsAfter(steps, 'both');
          assert.equal(own.length, steps.length);
          assert.deepEqual(
            both,
            [...own, ...entered].sort((a, b) => a - b),
          );
        }),
      );
    });
  });
});

describe('an unknown past', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
    shop.database.run('UPDATE list SET unknown_past_ms = ?', book.nowMs());
  });
  afterEach(() => shop.database.close());

  it('takes every slot of every integration until the longest window has passed', () => {
    // The clock starts with the first write.
    book.recordElsewhere(integration, 0, 0);
    for (const any of [integration, 'another', 'never seen before']) {
      const { freeInMs, freeNow, inFlight } = book.quota(any);
      assert.deepEqual([freeInMs, freeNow, inFlight], [dayMs + marginMs, 0, false]);
    }
    shop.clock.pass(dayMs + marginMs - 1);
    assert.equal(shop.reserve(book, shop.confirmed(1)).kind, 'noSlot');
    shop.clock.pass(1);
    assert.equal(book.quota(integration).freeNow, 5);
    shop.reserved(book, shop.confirmed(1));
  });

  it('takes all slots, whatever the limits are', () => {
    shop.switches.setLimits(integration, [{ count: 200, windowMs: 3 * dayMs }]);
    book.recordElsewhere(integration, 0, 0);
    assert.equal(book.quota(integration).freeInMs, 3 * dayMs + marginMs);
    shop.clock.pass(3 * dayMs + marginMs);
    assert.equal(book.quota(integration).freeNow, 200);
  });

  it('hides none of the known attempts, and adds to them', () => {
    book.recordElsewhere(integration, 0, 0);
    shop.clock.pass(2 * dayMs);
    for (const number of [1, 2, 3, 4, 5])
      book.record(shop.reserved(book, shop.confirmed(number)), outcomeOf(404), 5);
    shop.clock.pass(hourMs + marginMs);
    for (const number of [6, 7, 8, 9, 10])
      book.record(shop.reserved(book, shop.confirmed(number)), outcomeOf(404), 5);
    shop.clock.pass(hourMs + marginMs);
    assert.equal(book.quota(integration).windows[1]?.used, 10);
    assert.equal(book.quota('another').freeNow, 5);
    shop.database.run('UPDATE list SET unknown_past_ms = ?', book.nowMs());
    assert.equal(book.quota(integration).windows[1]?.used, 20);
    assert.equal(book.quota(integration).freeInMs, dayMs + marginMs);
    assert.equal(book.quota('another').freeInMs, dayMs + marginMs);
  });
});
