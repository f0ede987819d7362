import fc from 'fast-check';

/**
 * For one suite: prints the seed of its random tests before them, and returns a function that checks a property with
 * this seed, `numRuns` times by default. `FAST_CHECK_SEED` replays a run.
 */
export function propertyCheck(
  numRuns: number,
): <T>(property: fc.IRawProperty<T, false>, runs?: number) => void {
  const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  before(() => console.log(`      FAST_CHECK_SEED=${seed}`));
  return (property, runs = numRuns) => fc.assert(property, { seed, numRuns: runs });
}
