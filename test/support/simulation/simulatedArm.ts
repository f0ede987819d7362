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
  /** What a request is about to use; the real window reads it anew for each. */
  readonly means?: 'readOnce';
  /** How what is pointed at is recognised; the real list checks list, entry and session. */
  readonly refs?: 'numberAlone';
  /** Makes another database of one that was just opened. */
  readonly alter?: (database: CleanupDatabase) => void;
  /** Whether all worlds have real files; else some have. */
  readonly files?: 'always' | 'never';
}

/** What goes on between reserving and checking may take hours here; the check is all that stands in between. */
export const wronglyDead: Arm = {
  owners: 'seenDead',
  freezeMs: 15 * secondMs,
  freezeBeforeCheckMs: 4 * hourMs,
  files: 'never',
};

/** An arm that takes one safeguard away, and what must break without it. */
export interface ControlArm {
  readonly name: string;
  readonly arm: Arm;
  /** `limit`: more requests than a limit allows; else words of the sentence that says which promise was broken. */
  readonly mustBreak: string;
}

const noDialog = 'sent without a dialog';

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

/** A control arm that has not broken its promise in so many worlds has not shown that the simulation would see it. */
export const mostControlWorlds = 300;

/** The list of an arm. */
export function listOf(database: CleanupDatabase, { refs }: Arm): CleanupList {
  return refs === undefined ? new CleanupList(database) : new ListByNumber(database);
}

/** The broken list that takes whatever entry has the number, on whatever list. */
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
