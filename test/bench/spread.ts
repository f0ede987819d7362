/** Median and 95th percentile of many measurements of the same thing, in the unit of the samples. */
export interface Spread {
  readonly median: number;
  readonly p95: number;
}

/**
 * The median (of an even number, the mean of the middle two) and the 95th percentile by nearest rank. Throws if there
 * are no samples.
 */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  if (sorted.length === 0) throw new Error('Nothing was measured.');
  const median = (at(Math.floor((sorted.length - 1) / 2)) + at(Math.ceil((sorted.length - 1) / 2))) / 2;
  return { median, p95: at(Math.ceil(sorted.length * 0.95) - 1) };
}
