import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import type { Moment } from '../../../../src/cleanup/quota/clock.ts';
import { PassedTime } from '../../../../src/cleanup/quota/passedTime.ts';
import { hourMs } from '../../../support/cleanup/cleanupWorkshop.ts';
import { propertyCheck } from '../../../support/random/propertyCheck.ts';

const epochAt = Date.UTC(2026, 0, 5);
const hosts = ['one.example', 'other.example'] as const;

/** True time that passes, what happens at its end, and how many Dates of which host are heard then. */
const someStep = fc.record({
  passMs: fc.integer({ min: 0, max: 12 * hourMs }),
  wallStepMs: fc.oneof(fc.constant(0), fc.integer({ min: -14 * hourMs, max: 14 * hourMs })),
  /** For how much of `passMs` the machine has been up again at its end; undefined if it was up all the time. */
  upMs: fc.option(fc.integer({ min: 0, max: hourMs }), { nil: undefined }),
  heard: fc.array(fc.constantFrom(...hosts), { maxLength: 4 }),
  dateErrorMs: fc.integer({ min: -30 * hourMs, max: 30 * hourMs }),
});
type Step = typeof someStep extends fc.Arbitrary<infer T> ? T : never;
interface World {
  readonly steps: readonly Step[];
  readonly hasBootNames: boolean;
  readonly isWhole: boolean;
}
const someWorld: fc.Arbitrary<World> = fc.record({
  steps: fc.array(someStep, { minLength: 2, maxLength: 14 }),
  hasBootNames: fc.boolean(),
  isWhole: fc.boolean(),
});

/** What is wrong in the worlds of a property. */
interface Wrong {
  readonly wall: number;
  readonly dates: number;
}

describe('PassedTime, for any clocks', () => {
  const check = propertyCheck(1000);
  // One database for all worlds: opening it takes longer than playing one.
  let database: CleanupDatabase;
  before(() => {
    database = CleanupDatabase.open(':memory:');
  });
  after(() => database.close());

  /** Plays a world; gives after each step the true time and the reading, both in ms. */
  function play(
    { steps, hasBootNames, isWhole }: World,
    wrong: Wrong,
    then: (trueMs: number, readingMs: number) => void,
  ): void {
    for (const table of ['clock', 'server_dates', 'deletion_attempts']) database.run(`DELETE FROM ${table}`);
    let trueMs = 0;
    let bootedMs = -5 * hourMs;
    let boots = 1;
    let wallErrorMs = 0;
    const time = new PassedTime(database, (): Moment => {
      const upMs = trueMs - bootedMs;
      const uptimeMs = isWhole ? Math.floor(upMs / 1000) * 1000 : upMs;
      const boot = hasBootNames ? `boot ${boots}` : '@host';
      return { wallAt: epochAt + trueMs + wallErrorMs, monotonicMs: 0, uptimeMs, boot };
    });
    time.advance();
    for (const { passMs, wallStepMs, upMs, heard, dateErrorMs } of steps) {
      trueMs += passMs;
      wallErrorMs += wallStepMs * wrong.wall;
      if (upMs !== undefined && passMs > 0) {
        bootedMs = trueMs - Math.min(upMs, passMs);
        boots += 1;
      }
      let readingMs = time.advance();
      for (const host of heard) {
        const dateAt = epochAt + trueMs + dateErrorMs * wrong.dates;
        readingMs = time.hear(host, Math.floor(dateAt / 1000) * 1000);
      }
      then(trueMs, readingMs);
    }
  }

  for (const [what, wrong] of [
    ['the wall clock is wrong', { wall: 1, dates: 0 }],
    ['the Dates are wrong', { wall: 0, dates: 1 }],
  ] as const)
    it(`nothing that was written ever counts as older than it is if only ${what}`, () => {
      check(
        fc.property(someWorld, (world) => {
          const writtenMs: number[] = [];
          play(world, wrong, (trueMs, readingMs) => {
            const rows = database.all('SELECT settled_ms FROM deletion_attempts ORDER BY id');
            rows.forEach((row, index) => {
              const age = readingMs - Number(row['settled_ms']);
              const trueAge = trueMs - (writtenMs[index] ?? NaN);
              // Dates, and uptimes in whole seconds, round by less than a second each.
              assert.ok(age <= trueAge + 3000, `attempt ${index}: ${age} of ${trueAge}`);
            });
            writtenMs.push(trueMs);
            database.run(
              `INSERT INTO deletion_attempts (integration, key_hash, session_id, owner, reserved_at, reserved_ms, settled_ms)
               VALUES ('', '', '', '', 0, ?1, ?1)`,
              readingMs,
            );
          });
        }),
      );
    });

  it('never goes back, whatever is wrong', () => {
    check(
      fc.property(someWorld, (world) => {
        let lastMs = 0;
        play(world, { wall: 1, dates: 1 }, (_, readingMs) => {
          assert.ok(readingMs >= lastMs, `${readingMs} after ${lastMs}`);
          lastMs = readingMs;
        });
      }),
    );
  });
});
