import assert from 'node:assert/strict';
import { controlArms, mostControlWorlds } from '../support/simulation/simulatedArm.ts';
import { isBest } from '../support/simulation/simulatedDrain.ts';
import { addFigures, expectedFigures, noFigures } from '../support/simulation/simulatedFigures.ts';
import { wastesNothing } from '../support/simulation/simulatedSlots.ts';
import { SimulationPool } from '../support/simulation/simulationPool.ts';
import type { Breach } from '../support/simulation/simulationWork.ts';

const replayed = process.env['SIMULATION_SEED'];
const firstSeed = Number(replayed ?? Math.floor(Math.random() * 2 ** 31));
const seeds = (count: number): number => (replayed === undefined ? count : 1);

describe('windows, integrations, dialogs and files, whatever happens to clocks, machines, secrets and disks', function () {
  this.timeout(300_000);
  let pool: SimulationPool;
  before(() => {
    console.log(`      SIMULATION_SEED=${firstSeed} and the seeds after it`);
    pool = new SimulationPool();
  });
  after(() => pool.close());

  async function breaches(kind: 'worlds' | 'wronglyDead', count: number): Promise<readonly Breach[]> {
    const all: Breach[] = [];
    const figures = noFigures();
    await pool.runWorlds(kind, firstSeed, count, (done) => {
      all.push(...done.breaches);
      addFigures(figures, done.figures);
    });
    // A world in which nothing happens would keep every promise too.
    if (replayed === undefined && kind === 'worlds') {
      const { worlds, events, deletions } = figures;
      console.log(`      ${worlds} worlds, ${events} events, ${deletions} deletions`);
      assert.ok(events >= 200 * worlds && deletions >= 5 * worlds);
      for (const name of expectedFigures) assert.ok(figures[name] > 0, name);
    }
    return all;
  }

  it('send in time what a dialog has named and the user has not taken back, 5 in any hour and 10 in any 24 hours', async () => {
    const [first] = await breaches('worlds', seeds(1000));
    assert.deepEqual(first?.sentences ?? [], [], `SIMULATION_SEED=${first?.seed ?? ''}`);
  });

  it('keep the limits even if every window considers all others dead', async () => {
    const [first] = await breaches('wronglyDead', seeds(100));
    assert.deepEqual(first?.sentences ?? [], [], `SIMULATION_SEED=${first?.seed ?? ''}`);
  });

  // A replayed world always belongs to the main arm.
  if (replayed !== undefined) return;

  describe('control arms: each removes one safeguard, and its promise must break', () => {
    for (const [arm, { name }] of controlArms.entries())
      it(name, async () => {
        const { broke } = await pool.do({ kind: 'control', arm, first: firstSeed, most: mostControlWorlds });
        assert.ok(broke, 'No world broke it.');
        console.log(`      broke in world ${broke.world}: ${broke.sentence}`);
      });
  });

  it('spend no slot on what Veriff refuses or does not know, and lose no time if look-ups fail', async () => {
    const uses = await pool.runSlots(firstSeed, 100);
    assert.ok(wastesNothing(uses), JSON.stringify(uses));
    const { answered, none } = uses;
    console.log(
      `      slots per deletion: ${(answered.slots / answered.deletions).toFixed(3)}, without look-ups ${(none.slots / none.deletions).toFixed(3)}`,
    );
  });

  for (const count of [1, 4, 5, 6, 9, 10, 11, 100, 400])
    it(`drains ${count} in the least time that the limits allow, and without a 429`, async () => {
      const { drain } = await pool.do({ kind: 'drain', count });
      assert.ok(drain && isBest(drain), JSON.stringify(drain));
    });
});
