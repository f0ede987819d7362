import assert from 'node:assert/strict';
import { clockMixes } from '../support/clock/clockMishaps.ts';
import { drainWithNightsOff, runClockWorlds, type ClockArm } from '../support/clock/clockWorld.ts';

const replayed = process.env['SIMULATION_SEED'];
const firstSeed = Number(replayed ?? Math.floor(Math.random() * 2 ** 31));
const count = replayed === undefined ? 100 : 1;

describe('the clock of the database, with wrong clocks on machines and servers', function () {
  this.timeout(120_000);
  before(() => console.log(`      SIMULATION_SEED=${firstSeed} and the seeds after it`));

  for (const [name, mix] of Object.entries(clockMixes))
    it(`keeps 5 in any hour and 10 in any 24 hours: ${name}`, () => {
      const { broken, sent, possible, brokenSeed } = runClockWorlds(mix, firstSeed, count);
      assert.equal(broken, 0, `SIMULATION_SEED=${brokenSeed}`);
      if (replayed !== undefined) return;
      console.log(`      ${count} worlds: ${sent} of ${possible} possible deletions sent`);
      // A clock that stands still would keep every limit too.
      assert.ok(sent >= 0.8 * possible);
    });

  // A replayed world always belongs to a mix.
  if (replayed !== undefined) return;

  const arms: readonly (readonly [ClockArm, string])[] = [
    ['wall alone', 'wall clocks are wrong'],
    ['Dates alone', 'Dates are wrong'],
    ['uptime across boots', 'other machines'],
  ];
  for (const [arm, name] of arms)
    it(`would break the limits if it believed ${arm}: ${name}`, () => {
      const { broken } = runClockWorlds(clockMixes[name] ?? {}, firstSeed, 100, arm);
      console.log(`      ${broken} of 100 worlds broken`);
      assert.ok(broken > 0);
    });

  it('drains 300 in 30 days if the machine is off from 18:00 to 08:00', () => {
    const { days, leastDays } = drainWithNightsOff({}, firstSeed);
    const { days: withoutDates } = drainWithNightsOff({ hasNoDates: true }, firstSeed);
    console.log(
      `      ${days.toFixed(2)} days, ${withoutDates.toFixed(2)} without Dates; the least is ${leastDays.toFixed(2)}`,
    );
    // A margin of a minute for each day, and a window that checks every ten minutes.
    assert.ok(days <= leastDays + 2 / 24);
    assert.ok(withoutDates > days);
  });
});
