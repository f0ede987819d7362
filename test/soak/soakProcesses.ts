import type { Limit } from '../../src/cleanup/quota/quota.ts';
import type { Excess } from '../support/simulation/limitExcess.ts';
import { controlPlans, earlyPlan, mainPlan, wronglyDeadPlan } from './arms.ts';
import { judgeConsent } from './consentJudge.ts';
import { hurry } from './hurriedTime.ts';
import { freezePoints } from './soakMessages.ts';
import { judgeLimits, judgePromises } from './soakJudge.ts';
import { runSoak, type RunRecord } from './soakRun.ts';

const leastKills = 200;
const leastStops = 700;
const leastFreezes = 2;
const leastRequests = 100;
const leastOfEachAct = 3;
const actKinds = [
  ...(['agree', 'add', 'hold', 'release', 'remove', 'listAgain', 'undo', 'cancel'] as const),
  ...(['pause', 'resume', 'addIntegration', 'endIntegration'] as const),
];

/** Runs the product in many processes; returns one sentence for each thing that went wrong. */
export async function soakProcesses(seed: number): Promise<readonly string[]> {
  const record = await runSoak(mainPlan, seed);
  const excess = judgeLimits(record).map(excessText);
  const broken = [...judgePromises(record), ...excess, ...judgeToll(record)];
  print(record);
  console.log(`  ${excess.length} windows with too many`);
  record.database.close();
  record.remove();
  return broken;
}

/**
 * Runs the control arms at the same time. Each must break the limit, except the one that still has the check, and one
 * must break consent.
 */
export async function soakControls(seed: number): Promise<readonly string[]> {
  const records = await Promise.all(
    [wronglyDeadPlan, earlyPlan, ...controlPlans].map((plan, index) => runSoak(plan, seed + 1 + index)),
  );
  const broken = records.flatMap((record) => {
    const { arm } = record.plan;
    const withoutConsent = judgeConsent(record);
    const excess = judgeLimits(record);
    const most = Math.max(0, ...excess.map((each) => each.excess));
    console.log(
      `  ${arm.name}: ${requestsOf(record)} requests, ${record.notes.stale} stale, ${freezesOf(record)} freezes; ` +
        `${excess.length} windows with too many, at most ${most} too many, ${withoutConsent.length} without consent`,
    );
    record.database.close();
    record.remove();
    if (record.plan === wronglyDeadPlan) return [...excess.map(excessText), ...withoutConsent];
    if (record.plan === earlyPlan)
      return withoutConsent.length > 0 ? [] : [`“${arm.name}” sent nothing without consent.`];
    return excess.length > 0 ? [] : [`“${arm.name}” broke no limit.`];
  });
  return broken;
}

function judgeToll(record: RunRecord): readonly string[] {
  const { kills, stops, freezes } = record.toll;
  const missing = freezePoints.filter((point) => (freezes.get(point) ?? 0) < leastFreezes);
  const acts = record.notes.acknowledged();
  const rare = actKinds.filter((kind) => (acts.get(kind) ?? 0) < leastOfEachAct);
  return [
    ...rare.map((kind) => `Only ${acts.get(kind) ?? 0} times ${kind}.`),
    ...(kills < leastKills ? [`Only ${kills} kills.`] : []),
    ...(stops < leastStops ? [`Only ${stops} stops.`] : []),
    ...(requestsOf(record) < leastRequests ? [`Only ${requestsOf(record)} requests.`] : []),
    ...missing.map((point) => `Only ${freezes.get(point) ?? 0} freezes at ${point}.`),
  ];
}

function print(record: RunRecord): void {
  const { plan, toll, notes, server } = record;
  const list = (counts: ReadonlyMap<string, number>): string =>
    [...counts].map(([name, n]) => `${name} ${n}`).join(', ');
  const limits = plan.arm.limits.map(limitText).join(' and ');
  console.log(
    [
      `  ${plan.windows} processes at a time for ${plan.forMs / 1000} s, ${plan.integrations} integrations, ${limits}`,
      `  ${toll.starts} processes started, ${toll.kills} SIGKILLs, ${toll.stops} pairs of SIGSTOP and SIGCONT`,
      `  freezes of ${plan.mishaps.leastFreezeMs / 1000} s and more: ${list(toll.freezes)}`,
      `  ${requestsOf(record)} requests, answers that were written down: ${list(notes.outcomes)}`,
      `  ${notes.stale} reservations found stale, ${notes.lookedUp} look-ups, locked ${notes.troubles.get('locked') ?? 0} times`,
      `  acknowledged: ${list(notes.acknowledged())}`,
      `  the server stood still for ${Math.round(server.longestStallMs)} ms at most (the margin is ${60_000 / hurry} ms)`,
    ].join('\n'),
  );
}

function requestsOf({ server }: RunRecord): number {
  return server.events.filter(({ kind }) => kind === 'arrived').length;
}

function freezesOf({ toll }: RunRecord): number {
  return [...toll.freezes.values()].reduce((sum, n) => sum + n, 0);
}

function limitText({ count, windowMs }: Limit): string {
  return `${count} in ${windowMs / hurry / 1000} s`;
}

function excessText({ limit, fromMs, excess }: Excess): string {
  return `${excess} too many for ${limitText(limit)}, from ${Math.round(fromMs / hurry)} ms on.`;
}
