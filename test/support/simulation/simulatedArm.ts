import type { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import type { EntryRef } from '../../../src/cleanup/list/entry.ts';
import { marginMs, veriffLimits, type Limit } from '../../../src/cleanup/quota/quota.ts';
import { hourMs, secondMs } from '../cleanup/cleanupWorkshop.ts';
import {
  believeDatesAlone,
  countByHost,
  keepCancelledConsents,
  keepConsentsOfEndedIntegrations,
} from '../cleanup/alteredDatabase.ts';

/** How the worlds differ from the product: in nothing in the main arm, in one thing in each control arm. */
export interface Arm {
  /** The uptime that the book gets; `wall` is the wrong value that `Date.now()` would be. */
  readonly uptime?: 'wall';
  /** `none`: the book does not check right before sending whether its reservation is still valid. */
  readonly check?: 'none';
  /** The moment from which a slot counts; the product counts from the answer. */
  readonly countedFrom?: 'reservation';
  /** What happens to an entry without a believable answer; the product looks it up first. */
  readonly unknown?: 'sentAgain';
  /** Nothing is looked up before it is sent. */
  readonly looks?: 'none';
  /** Windows consider each other dead although they live, as in two containers that share a folder. */
  readonly owners?: 'seenDead';
  readonly limits?: readonly Limit[];
  readonly freezeMs?: number;
  readonly freezeBeforeCheckMs?: number;
  /** `readOnce`: what a request uses is read only once; the product reads it again for each request. */
  readonly means?: 'readOnce';
  /** `numberAlone`: references are compared by entry number only; the product also compares list and session. */
  readonly refs?: 'numberAlone';
  /** Breaks a database that was just opened. */
  readonly alter?: (database: CleanupDatabase) => void;
  /** Whether all worlds or none have real files; by default some have. */
  readonly files?: 'always' | 'never';
}

/** The time between reserving and checking may be hours here, so only the check can keep the limits. */
export const wronglyDead: Arm = {
  owners: 'seenDead',
  freezeMs: 15 * secondMs,
  freezeBeforeCheckMs: 4 * hourMs,
  files: 'never',
};

/** An arm that removes one safeguard, and what must break without it. */
export interface ControlArm {
  readonly name: string;
  readonly arm: Arm;
  /** `limit`: more requests than a limit allows; otherwise words of the sentence that says which promise was broken. */
  readonly mustBreak: string;
}

const noDialog = 'sent without a dialog';

/** Each removes one safeguard, and its promise must break within `mostControlWorlds`. */
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
  {
    name: 'consent by entry number alone',
    arm: { refs: 'numberAlone', files: 'always' },
    mustBreak: 'what was pointed at is not what was changed',
  },
  {
    name: 'credentials kept from the start',
    arm: { means: 'readOnce' },
    mustBreak: 'a shared secret key was used that was replaced',
  },
  { name: 'quota by host', arm: { alter: countByHost, files: 'never' }, mustBreak: 'limit' },
  { name: '`Date` believed alone', arm: { alter: believeDatesAlone, files: 'never' }, mustBreak: 'limit' },
  {
    name: 'a withdrawn consent that lives on',
    arm: { alter: keepCancelledConsents, files: 'never' },
    mustBreak: noDialog,
  },
  {
    name: 'consents that survive the end of their integration',
    arm: { alter: keepConsentsOfEndedIntegrations, files: 'never' },
    mustBreak: noDialog,
  },
];

/** If a control arm has not broken its promise in this many worlds, the simulation may not detect it at all. */
export const mostControlWorlds = 600;

/** The list as the arm has it. */
export function listOf(database: CleanupDatabase, { refs }: Arm): CleanupList {
  return refs === undefined ? new CleanupList(database) : new ListByNumber(database);
}

/** A broken list that accepts any entry with the number, on any list. */
export class ListByNumber extends CleanupList {
  override agreeToListed(...[agreement, entries, at]: Parameters<CleanupList['agreeToListed']>): number {
    return super.agreeToListed(agreement, this.#current(entries), at);
  }

  override hold(...[entries, note, at]: Parameters<CleanupList['hold']>): number {
    return super.hold(this.#current(entries), note, at);
  }

  override remove(...[entries, at]: Parameters<CleanupList['remove']>): number {
    return super.remove(this.#current(entries), at);
  }

  #current(entries: readonly EntryRef[]): readonly EntryRef[] {
    return entries.map((ref) => this.byId(ref.id) ?? ref);
  }
}
