import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { anyIntegration, readPast, recordElsewhere } from '../../../../src/cleanup/quota/pastAttempts.ts';
import {
  marginMs,
  Schedule,
  veriffLimits,
  type KnownTime,
  type PastAttempt,
} from '../../../../src/cleanup/quota/quota.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  reserved,
} from '../../../support/cleanupWorkshop.ts';
import { propertyCheck } from '../../../support/propertyCheck.ts';

const noon = Date.UTC(2026, 0, 5, 12);

/** The ages that `Schedule` takes the attempts for, youngest first, read from when a long window has room again. */
function agesOf(past: readonly PastAttempt[], now: KnownTime): readonly number[] {
  const windowMs = 1000 * dayMs;
  return past.map((_, index) => {
    const schedule = new Schedule(
      past.map((attempt) => ({ ...attempt, parkMs: 0 })),
      [{ count: index + 1, windowMs }],
      now,
    );
    return windowMs + marginMs - schedule.at(0);
  });
}

describe('what was deleted elsewhere', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  /** Sends session `number`, answered at once. */
  function sent(number: number, serverAt?: number): void {
    const facts = serverAt === undefined ? {} : { serverAt };
    book.record(reserved(book, shop.confirmed(number)), outcomeOf(200, facts), 5);
  }
  const past = (): readonly PastAttempt[] => readPast(shop.database, integration, veriffLimits);
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

  it('is told at the time that was given', () => {
    book.recordElsewhere(integration, 1, 2 * hourMs);
    assert.deepEqual(book.recent(integration, 9), [
      { sessionId: '', settledAt: shop.clock.wallAt - 2 * hourMs, outcome: 'elsewhere' },
    ]);
  });

  it('of none is nothing', () => {
    book.recordElsewhere(integration, 0, hourMs);
    assert.deepEqual(used(), [0, 0]);
  });

  it('counts for its integration alone, and is no request that is out', () => {
    book.recordElsewhere(integration, 5, 0);
    assert.equal(book.quota('another').freeNow, 5);
    assert.equal(book.quota(integration).inFlight, false);
    assert.equal(book.reserve(shop.confirmed(1)).kind, 'noSlot');
  });

  it('may be more than Veriff allows: whoever says so has another limit, or another clock', () => {
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

  it('that is older than all of our own is not forgotten for them', () => {
    book.recordElsewhere(integration, 5, 2 * hourMs);
    for (const number of [1, 2, 3, 4, 5]) sent(number);
    shop.clock.pass(hourMs + marginMs);
    assert.deepEqual(used(), [0, 10]);
  });

  it('keeps what is out out, and a park parked', () => {
    book.record(reserved(book, shop.confirmed(1)), outcomeOf(429), 5);
    const parked = book.quota(integration).parkedForMs;
    book.recordElsewhere(integration, 12, hourMs);
    assert.equal(book.quota(integration).parkedForMs, parked);
    shop.clock.pass(2 * dayMs);
    reserved(book, shop.confirmed(2));
    book.recordElsewhere(integration, 12, dayMs);
    assert.equal(book.quota(integration).inFlight, true);
  });

  it('is given the first date that was asked for after it, by which its age outlives a reboot', () => {
    sent(1, noon);
    book.recordElsewhere(integration, 1, 0);
    sent(2, noon + minuteMs);
    sent(3, noon + hourMs);
    shop.clock.reboot(minuteMs);
    const now = { uptimeMs: minuteMs, server: { at: noon + 10 * hourMs, uptimeMs: minuteMs } };
    const [third, second, first] = [hourMs, minuteMs, 0].map((ms) => 10 * hourMs - ms - 1000);
    assert.deepEqual(agesOf(past(), now), [third, second, second, first]);
  });

  it('does not stand between an attempt without a date and the newer one that lends it its own', () => {
    sent(1);
    sent(2);
    book.recordElsewhere(integration, 1, 0);
    sent(3, noon);
    sent(4);
    shop.clock.reboot(minuteMs);
    const now = { uptimeMs: minuteMs, server: { at: noon + hourMs, uptimeMs: minuteMs } };
    assert.deepEqual(agesOf(past(), now), [minuteMs, ...Array.from({ length: 4 }, () => hourMs - 1000)]);
  });

  it('and what nobody answered is given the date of a look-up as well, but of none that left before it was over', () => {
    sent(1);
    book.recordElsewhere(integration, 1, 0);
    const askedUptimeMs = shop.clock.uptimeMs;
    shop.clock.pass(hourMs);
    sent(2);
    book.recordElsewhere(integration, 1, 0);
    // It has lain unread for an hour, as in a process that was frozen.
    book.noteServerTime(integration, noon, askedUptimeMs);
    shop.clock.reboot(minuteMs);
    const now = { uptimeMs: minuteMs, server: { at: noon + 10 * hourMs, uptimeMs: minuteMs } };
    const known = 10 * hourMs - 1000;
    assert.deepEqual(agesOf(past(), now), [minuteMs, minuteMs, known, known]);
  });

  it('and what never left hide nothing together', () => {
    for (const number of [1, 2, 3, 4, 5]) sent(number);
    const id = shop.confirmed(6);
    shop.clock.pass(hourMs + marginMs);
    for (let time = 0; time < 15; time += 1) {
      book.release(reserved(book, id));
      book.recordElsewhere(integration, 1, 2 * dayMs);
    }
    assert.deepEqual(used(), [0, 5]);
  });

  describe('by chance', () => {
    const check = propertyCheck(100);
    interface Step {
      readonly passMs: number;
      readonly isReboot: boolean;
      readonly hasDate: boolean;
      /** How many are entered at this step as made elsewhere, and how long before it that was. */
      readonly elsewhere: number;
      readonly agoMs: number;
    }
    interface Ages {
      readonly own: readonly number[];
      readonly elsewhere: readonly number[];
      readonly trueAges: readonly number[];
    }
    const step: fc.Arbitrary<Step> = fc.record({
      passMs: fc.integer({ min: 0, max: 3 * hourMs }),
      isReboot: fc.nat(5).map((chance) => chance === 0),
      hasDate: fc.boolean(),
      elsewhere: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 })),
      agoMs: fc.integer({ min: 0, max: 2 * dayMs }),
    });

    /**
     * The ages of what the steps leave behind, youngest first, of our own attempts and of those made elsewhere, beside
     * the true ages of the latter.
     */
    function agesAfter(steps: readonly Step[], which: 'own' | 'elsewhere' | 'both'): Ages {
      const world = new CleanupWorkshop();
      const wide = world.window('a', { limits: [{ count: 100, windowMs: 1 }] });
      const madeMs: number[] = [];
      let trueMs = 0;
      try {
        steps.forEach(({ passMs, isReboot, hasDate, elsewhere, agoMs }, index) => {
          trueMs += passMs;
          world.clock.pass(passMs);
          if (isReboot) world.clock.reboot(Math.floor(passMs / 2));
          if (which !== 'elsewhere') {
            const facts = hasDate ? { serverAt: noon + Math.floor(trueMs / 1000) * 1000 } : {};
            wide.record(reserved(wide, world.confirmed(index)), outcomeOf(404, facts), 5);
          }
          if (which !== 'own') wide.recordElsewhere(integration, elsewhere, agoMs);
          madeMs.push(...Array.from({ length: elsewhere }, () => trueMs - agoMs));
          world.clock.pass(2 * minuteMs);
          trueMs += 2 * minuteMs;
        });
        const { uptimeMs } = world.clock;
        const now = { uptimeMs, server: { at: noon + trueMs, uptimeMs } };
        const all = readPast(world.database, integration, [{ count: 100, windowMs: 1 }]);
        const ages = (isElsewhere: boolean): readonly number[] =>
          agesOf(
            all.filter((attempt) => (attempt.isElsewhere ?? false) === isElsewhere),
            now,
          );
        const trueAges = madeMs.map((at) => trueMs - at).sort((a, b) => a - b);
        return { own: ages(false), elsewhere: ages(true), trueAges };
      } finally {
        world.database.close();
      }
    }

    it('makes none of our own older or younger, and ours make it older, but never than it is', () => {
      check(
        fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
          const together = agesAfter(steps, 'both');
          assert.deepEqual(together.own, agesAfter(steps, 'own').own);
          const { elsewhere } = agesAfter(steps, 'elsewhere');
          together.elsewhere.forEach((age, index) => {
            assert.ok(age >= (elsewhere[index] ?? Infinity));
            assert.ok(age <= (together.trueAges[index] ?? 0));
          });
        }),
      );
    });
  });
});

describe('a past that nobody knows', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
    recordElsewhere(shop.database, anyIntegration, 1, 0, shop.clock.read(), 'pastUnknown');
  });
  afterEach(() => shop.database.close());

  it('takes every slot of every integration until the longest window has passed', () => {
    for (const any of [integration, 'another', 'never seen before']) {
      const { freeInMs, freeNow, inFlight } = book.quota(any);
      assert.deepEqual([freeInMs, freeNow, inFlight], [dayMs + marginMs, 0, false]);
    }
    shop.clock.pass(dayMs + marginMs - 1);
    assert.equal(book.reserve(shop.confirmed(1)).kind, 'noSlot');
    shop.clock.pass(1);
    assert.equal(book.quota(integration).freeNow, 5);
    reserved(book, shop.confirmed(1));
  });

  it('takes them of whatever limits there are', () => {
    shop.switches.setLimits(integration, [{ count: 200, windowMs: 3 * dayMs }]);
    assert.equal(book.quota(integration).freeInMs, 3 * dayMs + marginMs);
    shop.clock.pass(3 * dayMs + marginMs);
    assert.equal(book.quota(integration).freeNow, 200);
  });

  it('is known by the uptime alone after a reboot', () => {
    shop.clock.pass(20 * hourMs);
    shop.clock.reboot(hourMs);
    assert.equal(book.quota(integration).freeInMs, 23 * hourMs + marginMs);
  });

  it('of one integration hides none of its own attempts, and takes no slot of another', () => {
    shop.clock.pass(2 * dayMs);
    for (const number of [1, 2, 3, 4, 5])
      book.record(reserved(book, shop.confirmed(number)), outcomeOf(404), 5);
    shop.clock.pass(hourMs + marginMs);
    for (const number of [6, 7, 8, 9, 10])
      book.record(reserved(book, shop.confirmed(number)), outcomeOf(404), 5);
    recordElsewhere(shop.database, integration, 1, 2 * dayMs, shop.clock.read(), 'pastUnknown');
    shop.clock.pass(hourMs + marginMs);
    assert.equal(book.quota(integration).windows[1]?.used, 10);
    assert.equal(book.quota('another').freeNow, 5);
  });
});
