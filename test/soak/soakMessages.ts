import type { Limit } from '../../src/cleanup/quota/quota.ts';
import type { Act } from './soakActs.ts';

/** The points at which a window stops itself for seconds. */
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

/** How the run differs from the product: in nothing in the main arm, in one thing in each control arm. */
export interface Arm {
  readonly name: string;
  /** The uptime that the book gets; `wall` is the wrong value that `Date.now()` would be. */
  readonly uptime?: 'wall';
  /** `none`: the book is not asked right before sending whether its reservation is still valid. */
  readonly check?: 'none';
  /** The moment from which a slot counts; the product counts from the answer. */
  readonly countedFrom?: 'reservation';
  /** Windows consider each other dead although they live, as in two containers that share a folder. */
  readonly owners?: 'seenDead';
  /** Taking consent back is acknowledged before it is written; the product acknowledges it after that. */
  readonly acknowledged?: 'early';
  readonly limits: readonly Limit[];
}

/** The order for a window process, as JSON in its first argument. */
export interface WindowOrder {
  readonly path: string;
  /** The folder in which all windows keep their secrets. */
  readonly secrets: string;
  /** The two ports of the one server: two hosts with the same sessions. */
  readonly ports: readonly [number, number];
  readonly startedNs: string;
  readonly seed: number;
  readonly arm: Arm;
  /** About how many integrations there are. */
  readonly integrations: number;
  /** The first number of the sessions that this window makes up; no other window uses them. */
  readonly firstNumber: number;
  /** Where it freezes, with which chance each time that it gets there; undefined if it never does. */
  readonly freeze?: { readonly point: FreezePoint; readonly chance: number; readonly leastMs: number };
}

/** A slot that a window has reserved, reported before the request leaves; times in ms since the run began. */
export interface ToldReservation {
  /** Sent along with the request to the server. */
  readonly token: string;
  readonly sessionId: string;
  readonly apiKey: string;
  readonly baseUrl: string;
  /** Right before and right after the transaction. */
  readonly beganMs: number;
  readonly doneMs: number;
}

/** The reports of a window process, one line of JSON each, on its standard output. */
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

/** One thing that the server saw or did; times by its own clock, in real ms since the run began. */
export interface ServerEvent {
  readonly kind: 'arrived' | 'counted' | 'answered' | 'found';
  readonly atMs: number;
  readonly apiKey: string;
  readonly sessionId: string;
  /** The host of the request, with its port. */
  readonly host: string;
  /** The token of the reservation, sent along with a DELETE. */
  readonly token?: string;
  readonly status?: number;
}

/** The messages to and from the server, over its channel. */
export interface ServerOrder {
  readonly startedNs: string;
  readonly seed: number;
}
export interface ServerReport {
  readonly events: readonly ServerEvent[];
  readonly deleted: readonly string[];
  readonly absent: readonly string[];
  /** The longest time for which its event loop was blocked: it may count late by as much. */
  readonly longestStallMs: number;
}
