import { marginMs, veriffLimits, type Limit } from '../../src/cleanup/quota/quota.ts';
import { hourMs, secondMs } from './cleanupWorkshop.ts';

/** What is different from the real thing: nothing in the main arm, one thing in each control arm. */
export interface Arm {
  /** The uptime that the book is told; `wall` is the lie that `Date.now()` would be. */
  readonly uptime?: 'wall';
  /** Whether the book asks right before sending if its reservation is still good. */
  readonly check?: 'none';
  /** What a slot's window is counted from; the real book counts from the answer. */
  readonly countedFrom?: 'reservation';
  /** What becomes of an entry without a believable answer; the real book has it looked up first. */
  readonly unknown?: 'sentAgain';
  /** Windows that take each other for dead though they live, as in two containers that share a folder. */
  readonly owners?: 'seenDead';
  readonly limits?: readonly Limit[];
  readonly freezeMs?: number;
  readonly freezeBeforeCheckMs?: number;
}

/** What goes on between reserving and checking may take hours here; the check is all that stands in between. */
export const wronglyDead: Arm = {
  owners: 'seenDead',
  freezeMs: 15 * secondMs,
  freezeBeforeCheckMs: 4 * hourMs,
};

/** An arm that takes one safeguard away, and what must break without it. */
export interface ControlArm {
  readonly name: string;
  readonly arm: Arm;
  /** `limit`: more requests than a limit allows; else a word of the sentence that says which promise was broken. */
  readonly mustBreak: 'limit' | 'sent again before a look-up';
}

/** Each takes one safeguard away, and its promise must break within `mostControlWorlds`. */
export const controlArms: readonly ControlArm[] = [
  { name: 'the wall clock instead of the uptime', arm: { uptime: 'wall' }, mustBreak: 'limit' },
  {
    name: 'no check between reserving and sending',
    arm: { ...wronglyDead, check: 'none' },
    mustBreak: 'limit',
  },
  {
    name: 'what has no answer is sent again, not looked up',
    arm: { unknown: 'sentAgain' },
    mustBreak: 'sent again before a look-up',
  },
  {
    name: 'windows counted from the reservation instead of the answer',
    arm: { countedFrom: 'reservation' },
    mustBreak: 'limit',
  },
  {
    name: 'no margin',
    arm: { limits: veriffLimits.map(({ count, windowMs }) => ({ count, windowMs: windowMs - marginMs })) },
    mustBreak: 'limit',
  },
];

/** A control arm that has not broken its promise in so many worlds has not shown that the simulation would see it. */
export const mostControlWorlds = 300;
