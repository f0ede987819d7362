// `npm run simulate -- [--seeds N] [--seed S]`: runs the whole simulation and prints its figures. SIMULATION_SEED
// replays one world and prints what happens in it. The exit code is 1 if a promise broke, or if none broke in a control
// arm.
import { parseArgs } from 'node:util';
import { clockMixes } from '../support/clock/clockMishaps.ts';
import { controlArms, mostControlWorlds } from '../support/simulation/simulatedArm.ts';
import { dayMs } from '../support/cleanup/cleanupWorkshop.ts';
import { isBest } from '../support/simulation/simulatedDrain.ts';
import { wastesNothing } from '../support/simulation/simulatedSlots.ts';
import {
  addFigures,
  expectedFigures,
  noFigures,
  type Figures,
} from '../support/simulation/simulatedFigures.ts';
import { SimulatedWorld } from '../support/simulation/simulatedWorld.ts';
import { SimulationPool } from '../support/simulation/simulationPool.ts';
import type { Breach } from '../support/simulation/simulationWork.ts';

const replayed = process.env['SIMULATION_SEED'];
process.exitCode = (replayed === undefined ? await simulate() : await replay(Number(replayed))) ? 0 : 1;

/** Replays one world and prints it line by line; returns whether every promise was kept. */
async function replay(seed: number): Promise<boolean> {
  const { broken, overLimit } = await new SimulatedWorld(seed, {}, (line) => console.log(line)).run();
  for (const sentence of [...overLimit, ...broken]) console.log(`BROKEN: ${sentence}`);
  return broken.length + overLimit.length === 0;
}

async function simulate(): Promise<boolean> {
  const { values } = parseArgs({ options: { seeds: { type: 'string' }, seed: { type: 'string' } } });
  const seeds = Number(values.seeds ?? 10_000);
  const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${seeds} worlds from seed ${first} on; SIMULATION_SEED=… plays one of them again.`);
  const startedMs = performance.now();
  const pool = new SimulationPool();
  try {
    const results = [
      await runWorlds(pool, first, seeds),
      await runControlArms(pool, first),
      await runDrains(pool),
      await runSlots(pool, first),
      await runNights(pool),
      await runClocks(pool, first, Math.min(3000, Math.ceil(0.3 * seeds))),
    ];
    console.log(`\n${((performance.now() - startedMs) / 1000).toFixed(1)} s in all.`);
    return results.every((isFine) => isFine);
  } finally {
    await pool.close();
  }
}

async function runWorlds(pool: SimulationPool, first: number, seeds: number): Promise<boolean> {
  const startedMs = performance.now();
  const figures = noFigures();
  const breaches: Breach[] = [];
  let told = 0;
  await pool.runWorlds('worlds', first, seeds, (done) => {
    addFigures(figures, done.figures);
    breaches.push(...done.breaches);
    for (const { seed, sentences } of done.breaches)
      console.log(`BROKEN in SIMULATION_SEED=${seed}: ${sentences[0] ?? ''}`);
    const tenths = Math.floor((10 * figures.worlds) / seeds);
    if (tenths > told) console.log(`  ${figures.worlds} worlds, ${breaches.length} of them broken`);
    told = tenths;
  });
  const seconds = (performance.now() - startedMs) / 1000;
  console.log(`\n${seconds.toFixed(1)} s, ${((seconds * 1000) / seeds).toFixed(1)} ms a world.`);
  print(figures);
  console.log(`Worlds in which a promise broke: ${breaches.length}.`);
  const unseen = expectedFigures.filter((name) => figures[name] === 0);
  if (unseen.length > 0) console.log(`Never happened: ${unseen.join(', ')}.`);
  return breaches.length === 0 && unseen.length === 0;
}

function print(figures: Figures): void {
  for (const [name, count] of Object.entries(figures))
    console.log(
      `${name.padEnd(26)} ${String(count).padStart(9)} ${(count / figures.worlds).toFixed(2).padStart(9)} a world`,
    );
}

async function runControlArms(pool: SimulationPool, first: number): Promise<boolean> {
  console.log('\nControl arms: each takes one safeguard away, and its promise must break.');
  const results = await Promise.all(
    controlArms.map(async ({ name }, arm) => {
      const { broke } = await pool.do({ kind: 'control', arm, first, most: mostControlWorlds });
      console.log(
        broke === undefined
          ? `  ${name}: NOT BROKEN in ${mostControlWorlds} worlds`
          : `  ${name}: broke in world ${broke.world} (${broke.sentence})`,
      );
      return broke !== undefined;
    }),
  );
  return results.every((isBroken) => isBroken);
}

async function runDrains(pool: SimulationPool): Promise<boolean> {
  console.log('\nHow long a list takes on an empty history, over the least that the limits allow:');
  // Draining 1,000 begins exactly like draining fewer; the other counts test the end of a list.
  const counts = [...Array.from({ length: 40 }, (_, index) => index + 1), 100, 300, 999, 1000];
  const drains = await Promise.all(
    counts.map(async (count) => (await pool.do({ kind: 'drain', count })).drain),
  );
  let isFine = true;
  for (const done of drains) {
    if (done === undefined || !isBest(done)) isFine = false;
    if (done === undefined || (isBest(done) && done.count < 100)) continue;
    const { count, ratio, mostOffMs, refusals } = done;
    console.log(
      `  ${count}: ${ratio.toFixed(3)}, at most ${mostOffMs} ms off at any entry, ${refusals} answers 429`,
    );
  }
  console.log(isFine ? `  1 to 40: 1.000 as well.` : '  NOT the least.');
  return isFine;
}

async function runSlots(pool: SimulationPool, first: number): Promise<boolean> {
  console.log(
    '\nSlots per deletion on lists of 300 (60 % deletable, 15 % submitted, 15 % not known, 10 % that change), and the',
  );
  console.log('day of the last deletion (the earliest for so many in brackets):');
  let isFine = true;
  for (const seed of [first, first + 1, first + 2]) {
    const uses = await pool.runSlots(seed, 300);
    for (const [lookUps, use] of Object.entries(uses)) {
      const { slots, deletions, lastMs, earliestMs, refusals } = use;
      console.log(
        `  ${seed}, look-ups ${lookUps}: ${(slots / deletions).toFixed(3)} (${slots} for ${deletions}), ${inDays(lastMs)} (${inDays(earliestMs)}), ${refusals} answers 429, ${use.lookUps} look-ups`,
      );
    }
    isFine &&= wastesNothing(uses);
  }
  if (!isFine) console.log('  NOT as promised.');
  return isFine;
}

function inDays(ms: number): string {
  return (ms / dayMs).toFixed(3);
}

async function runNights(pool: SimulationPool): Promise<boolean> {
  console.log(
    '\nHow long 300 take on a machine that is off from 18:00 to 08:00, in days; the least in brackets:',
  );
  for (const dates of ['heard', 'none'] as const) {
    const { nights } = await pool.do({ kind: 'nights', dates });
    if (nights === undefined || Number.isNaN(nights.days)) return false;
    const { days, leastDays } = nights;
    console.log(
      `  ${dates === 'heard' ? 'with' : 'without'} Dates: ${days.toFixed(2)} (${leastDays.toFixed(2)})`,
    );
  }
  return true;
}

async function runClocks(pool: SimulationPool, first: number, count: number): Promise<boolean> {
  console.log(`\nThe clock alone, ${count} worlds a mix:`);
  const results = await Promise.all(
    Object.keys(clockMixes).map(async (mix) => {
      const { clock } = await pool.do({ kind: 'clock', mix, first, count });
      if (clock === undefined) return false;
      const { broken, sent, possible, brokenSeed = '' } = clock;
      const share = ((100 * sent) / possible).toFixed(1);
      console.log(
        `  ${mix}: ${broken} broken ${brokenSeed}, ${sent} of ${possible} possible sent (${share} %)`,
      );
      return broken === 0;
    }),
  );
  return results.every((isFine) => isFine);
}
