import type { Limit } from '../../src/cleanup/quota/quota.ts';
import type { Act } from './soakActs.ts';

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
  'withinConsentEnd',
  'beforeAcknowledgement',
  'beforeMark',
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
  /** What takes consent back is acknowledged before it is written; the real thing acknowledges it after that. */
  readonly acknowledged?: 'early';
  readonly limits: readonly Limit[];
}

/** What a window process is told, as JSON in its first argument. */
export interface WindowOrder {
  readonly path: string;
  /** The folder in which all windows keep their secrets. */
  readonly secrets: string;
  /** The ports of the one server: two hosts for one and the same session. */
  readonly ports: readonly [number, number];
  readonly startedNs: string;
  readonly seed: number;
  readonly arm: Arm;
  /** How many integrations there are, more or less. */
  readonly integrations: number;
  /** The numbers from which it makes up sessions of its own; no other window has them. */
  readonly firstNumber: number;
  /** Where it freezes, each time that it comes there with this chance; undefined if it never does. */
  readonly freeze?: { readonly point: FreezePoint; readonly chance: number; readonly leastMs: number };
}

/** A slot that a window has reserved, told before the request leaves; ms since the run began. */
export interface ToldReservation {
  /** The request carries it to the server. */
  readonly token: string;
  readonly sessionId: string;
  readonly apiKey: string;
  readonly baseUrl: string;
  /** Right before and right after the transaction. */
  readonly beganMs: number;
  readonly doneMs: number;
}

/** What a window process tells, a line of JSON each, on its standard output. */
export type WindowMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'frozen' | 'thawed'; readonly point: FreezePoint; readonly forMs: number }
  | { readonly kind: 'begins'; readonly name: string; readonly atMs: number; readonly act: Act }
  | {
      readonly kind: 'done';
      readonly name: string;
      readonly atMs: number;
      readonly sessionIds: readonly string[];
    }
  | ({ readonly kind: 'reserved' } & ToldReservation)
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
  readonly apiKey: string;
  readonly sessionId: string;
  /** The host that was asked, with its port. */
  readonly host: string;
  /** What a DELETE carries of its reservation. */
  readonly token?: string;
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
