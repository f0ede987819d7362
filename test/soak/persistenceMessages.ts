import type { Act } from './persistenceModel.ts';

/** The points in an act at which its process kills itself; `diskCall` is within a call to the file system. */
export const killPoints = [
  'beforeBegin',
  'afterBegin',
  'afterStatement1',
  'afterStatement2',
  'afterStatement3',
  'afterStatement4',
  'afterStatement5',
  'afterStatement6',
  'beforeCommit',
  'afterCommit',
  'beforeAcknowledgement',
  'diskCall',
] as const;
export type KillPoint = (typeof killPoints)[number];

/** The order for a child, as one line of JSON on its standard input. The child is started first and waits for it. */
export interface PersistenceOrder {
  readonly path: string;
  readonly seed: number;
  /** Where the child kills itself, the `nth` time that it gets there (from 1); undefined if its parent kills it. */
  readonly kill?: { readonly point: KillPoint; readonly nth: number };
}

/** The reports of a child, one line of JSON each: before it begins an act, and after the act is done. */
export type PersistenceMessage =
  | { readonly kind: 'begins'; readonly act: Act }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: string };
