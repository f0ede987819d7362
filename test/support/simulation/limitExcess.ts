import type { Limit } from '../../../src/cleanup/quota/quota.ts';

/** A window that holds too many requests: by how many, and its start (ms). */
export interface Excess {
  readonly limit: Limit;
  readonly fromMs: number;
  readonly excess: number;
}

/** Every window of each limit that begins at one of the requests and has more of them than the limit allows. */
export function excessOver(atMs: readonly number[], limits: readonly Limit[]): readonly Excess[] {
  const ordered = atMs.toSorted((a, b) => a - b);
  return limits.flatMap((limit) =>
    ordered.flatMap((fromMs, index) => {
      const inWindow = ordered.slice(index).filter((at) => at - fromMs < limit.windowMs).length;
      return inWindow > limit.count ? [{ limit, fromMs, excess: inWindow - limit.count }] : [];
    }),
  );
}
