import type { Limit } from '../../src/cleanup/quota/quota.ts';

/** The places at which a window stops itself for seconds. */
export const freezePoints = [
  'beforeReserve',
  'withinReserve',
  'beforeCheck',
  'beforeLeaving',
  'onTheWay',
  'beforeRecord',
  'afterRecord',
  'duringLookUp',
] as const;
export type FreezePoint = (typeof freezePoints)[number];

/** What is different from the real thing: nothing in the main arm, one thing in each control arm. */
export interface Arm {
  readonly name: string;
  /** The uptime that the book is told; `wall` is the lie that `Date.now()` would be. */
  readonly uptime?: 'wall';
  /** `none`: the book is not asked right before sending whether its reservation is still good. */
  readonly check?: 'none';
  /** What a slot's window is counted from; the real book counts from the answer. */
  readonly countedFrom?: 'reservation';
  /** Windows that take each other for dead though they live, as in two containers that share a folder. */
  readonly owners?: 'seenDead';
  readonly limits: readonly Limit[];
}

/** What a window process is told, as JSON in its first argument. */
export interface WindowOrder {
  readonly path: string;
  readonly port: number;
  readonly startedNs: string;
  readonly seed: number;
  readonly arm: Arm;
  readonly integrations: readonly string[];
  /** The numbers from which it makes up sessions of its own; no other window has them. */
  readonly firstNumber: number;
  /** Where it freezes, each time that it comes there with this chance; undefined where it never does. */
  readonly freeze?: { readonly point: FreezePoint; readonly chance: number; readonly leastMs: number };
}

/** What a window process tells, a line of JSON each, on its standard output. */
export type WindowMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'frozen' | 'thawed'; readonly point: FreezePoint; readonly forMs: number }
  | { readonly kind: 'confirming' | 'confirmed' | 'added'; readonly sessionIds: readonly string[] }
  | {
      readonly kind: 'sent';
      readonly sessionId: string;
      readonly outcome: string;
      readonly isRecorded: boolean;
    }
  | { readonly kind: 'stale' | 'lookedUp' }
  | { readonly kind: 'trouble'; readonly problem: string };

/** One thing that the server saw or did, by its own clock, in real ms since the run began. */
export interface ServerEvent {
  readonly kind: 'arrived' | 'counted' | 'answered' | 'found';
  readonly atMs: number;
  readonly integration: string;
  readonly sessionId: string;
  readonly status?: number;
}

/** What the server is told and tells, over its channel. */
export interface ServerOrder {
  readonly startedNs: string;
  readonly seed: number;
}
export interface ServerReport {
  readonly events: readonly ServerEvent[];
  readonly deleted: readonly string[];
  readonly absent: readonly string[];
  /** How long its event loop stood still at most: it counts late by so much. */
  readonly longestStallMs: number;
}
