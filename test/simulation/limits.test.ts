import assert from 'node:assert/strict';
import { marginMs, veriffLimits } from '../../src/cleanup/quota.ts';
import { hourMs, secondMs } from '../support/cleanupWorkshop.ts';
import { SimulatedWorld, type Arm, type Verdict } from '../support/simulatedWorld.ts';

const replayed = process.env['SIMULATION_SEED'];
const firstSeed = Number(replayed ?? Math.floor(Math.random() * 2 ** 31));
const worldMs = 60 * hourMs;

/** Runs `count` worlds of an arm, each with its own seed; only the one where a seed is played again. */
async function run(count: number, arm: Arm): Promise<(Verdict & { readonly seed: number })[]> {
  const verdicts = [];
  for (let index = 0; index < (replayed === undefined ? count : 1); index += 1) {
    const seed = firstSeed + index;
    verdicts.push({ ...(await new SimulatedWorld(seed, arm).run(worldMs)), seed });
  }
  return verdicts;
}

describe('any schedule of sleep, clock steps, reboots, freezes and crashes', function () {
  this.timeout(300_000);
  before(() => console.log(`      SIMULATION_SEED=${firstSeed} and the seeds after it`));

  it('keeps 5 in any hour and 10 in any 24 hours, and every promise of the list', async () => {
    const verdicts = await run(1000, {});
    for (const { seed, broken, overLimit } of verdicts)
      assert.deepEqual({ broken, overLimit }, { broken: [], overLimit: [] }, `SIMULATION_SEED=${seed}`);
    if (replayed !== undefined) return;
    // A world in which nothing happens would keep every promise too.
    const sum = (of: (verdict: Verdict) => number): number =>
      verdicts.reduce((total, verdict) => total + of(verdict), 0);
    assert.ok(sum((verdict) => verdict.requests) > 10 * verdicts.length);
    assert.ok(sum((verdict) => verdict.deletedEntries) > 5 * verdicts.length);
  });

  it('keeps the limits even where every window takes every other for dead', async () => {
    const verdicts = await run(150, wronglyDead);
    for (const { seed, overLimit } of verdicts) assert.deepEqual(overLimit, [], `SIMULATION_SEED=${seed}`);
  });
});

// What goes on between reserving and checking may take hours here; the check is all that stands in between.
const wronglyDead: Arm = { owners: 'seenDead', freezeMs: 15 * secondMs, freezeBeforeCheckMs: 4 * hourMs };

describe('control arms: each takes one safeguard away, and the limit must break', function () {
  this.timeout(300_000);
  before(function () {
    if (replayed === undefined) console.log(`      SIMULATION_SEED=${firstSeed} and the seeds after it`);
  });

  for (const [what, arm] of [
    ['the wall clock instead of the uptime', { uptime: 'wall' }],
    ['no check between reserving and sending', { ...wronglyDead, check: 'none' }],
    ['windows counted from the reservation instead of the answer', { countedFrom: 'reservation' }],
    [
      'no margin',
      { limits: veriffLimits.map(({ count, windowMs }) => ({ count, windowMs: windowMs - marginMs })) },
    ],
  ] as const) {
    it(what, async () => {
      for (let index = 0; index < (replayed === undefined ? 500 : 1); index += 1) {
        const { overLimit } = await new SimulatedWorld(firstSeed + index, arm).run(worldMs);
        if (overLimit.length === 0) continue;
        console.log(`      broke a limit in world ${index + 1}: ${overLimit[0]}`);
        return;
      }
      if (replayed === undefined) assert.fail('No world broke a limit.');
    });
  }
});
