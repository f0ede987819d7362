// Runs worlds of the simulation up to the first that breaks a promise, and prints the result as JSON: for
// `test/simulation/mutants.ts`, in a process that runs with a mutant. Arguments: the first seed, and how many worlds of
// each kind.
import { wronglyDead, type Arm } from './simulatedArm.ts';
import { SimulatedWorld } from './simulatedWorld.ts';

/** The result of the worlds: the seed of the first that broke, its kind, and how it broke; all absent if none did. */
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
      // If windows consider each other dead, only the limits have to be kept.
      const [sentence] = arm === wronglyDead ? overLimit : [...overLimit, ...broken];
      if (sentence !== undefined) return { seed, kind, sentence };
    }
  return {};
}
