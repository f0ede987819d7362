// Runs worlds of the simulation up to the first that breaks a promise, and prints what came of it as JSON: for
// `test/simulation/mutants.ts`, in a process that runs with a mutant. Arguments: the first seed, and how many of each
// kind.
import { wronglyDead, type Arm } from './simulatedArm.ts';
import { SimulatedWorld } from './simulatedWorld.ts';

/**
 * What the worlds have shown: the seed of the first that broke, of which kind it was, and how; none of it if none
 * did.
 */
export interface MutantWorlds {
  readonly seed?: number;
  readonly kind?: string;
  readonly sentence?: string;
}

const kinds: readonly (readonly [string, Arm])[] = [
  ['', {}],
  ['with files', { files: 'always' }],
  ['windows taken for dead', wronglyDead],
];

const [first = 1, most = 150] = process.argv.slice(2).map(Number);
console.log(JSON.stringify(await firstBroken()));

async function firstBroken(): Promise<MutantWorlds> {
  for (let seed = first; seed < first + most; seed += 1)
    for (const [kind, arm] of kinds) {
      const { broken, overLimit } = await new SimulatedWorld(seed, arm).run();
      // If windows take each other for dead, only the limits are left to be kept.
      const [sentence] = arm === wronglyDead ? overLimit : [...overLimit, ...broken];
      if (sentence !== undefined) return { seed, kind, sentence };
    }
  return {};
}
