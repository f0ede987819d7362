import type { Limit } from '../../src/cleanup/quota/quota.ts';
import { hurry } from './hurriedTime.ts';
import type { RunPlan } from './soakRun.ts';

/** At most `count` in any span of this many real seconds. */
function limit(count: number, realSeconds: number): Limit {
  return { count, windowMs: realSeconds * 1000 * hurry };
}

const limits = [limit(5, 3), limit(10, 12)];
const calm = { kills: 0, stops: 60, longestStopMs: 400, leastFreezeMs: 2000, thaw: 'each' } as const;

/** The product as it is: no promise may break, whatever happens to its windows. */
export const mainPlan: RunPlan = {
  arm: { name: 'the real thing', limits },
  windows: 8,
  integrations: 12,
  confirmedEach: 60,
  forMs: 62_000,
  mishaps: {
    kills: 215,
    stops: 760,
    longestStopMs: 1500,
    freeze: 'spread',
    leastFreezeMs: 2000,
    thaw: 'each',
  },
};

// Each window considers all others dead, freezes with a reserved slot, and all continue at the same moment.
const wronglyDead: RunPlan = {
  arm: {
    name: 'all windows taken for dead, with the check',
    owners: 'seenDead',
    limits: [limit(2, 2), limit(4, 6)],
  },
  windows: 10,
  integrations: 2,
  confirmedEach: 100,
  forMs: 30_000,
  mishaps: {
    ...calm,
    freeze: { point: 'beforeCheck', chance: 0.8 },
    leastFreezeMs: 2000,
    thaw: { everyMs: 13_000 },
  },
};

/**
 * Only the knowledge of which windows are alive is missing; the check before a request leaves must keep the limit
 * alone.
 */
export const wronglyDeadPlan = wronglyDead;

/** Taking consent back is acknowledged before it is written: something must be sent without consent. */
export const earlyPlan: RunPlan = {
  arm: { name: 'taken back only after it was acknowledged', acknowledged: 'early', limits },
  windows: 6,
  integrations: 6,
  confirmedEach: 60,
  forMs: 20_000,
  mishaps: { ...calm, freeze: 'nowhere' },
};

/** Each removes one safeguard, and the limit must break. */
export const controlPlans: readonly RunPlan[] = [
  {
    arm: { name: 'counted by Date.now(), which steps', uptime: 'wall', limits },
    windows: 4,
    integrations: 2,
    confirmedEach: 300,
    forMs: 20_000,
    mishaps: { ...calm, freeze: 'nowhere' },
  },
  {
    ...wronglyDead,
    arm: { ...wronglyDead.arm, name: 'all windows taken for dead, without the check', check: 'none' },
  },
  {
    arm: {
      name: 'counted from the reservation',
      countedFrom: 'reservation',
      limits: [limit(2, 3), limit(10, 12)],
    },
    windows: 10,
    integrations: 12,
    confirmedEach: 100,
    forMs: 28_000,
    mishaps: { ...calm, freeze: { point: 'beforeLeaving', chance: 0.2 }, leastFreezeMs: 6000 },
  },
];
