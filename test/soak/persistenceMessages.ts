import type { Act } from './persistenceModel.ts';

/** The places in an act at which its process kills itself; `diskCall` is within a call to the file system. */
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

/** What a child is told, as one line of JSON on its standard input; it waits for it, so that it is there beforehand. */
export interface PersistenceOrder {
  readonly path: string;
  readonly seed: number;
  /** Where it kills itself, the `nth` time that it comes there (from 1); undefined if its parent kills it. */
  readonly kill?: { readonly point: KillPoint; readonly nth: number };
}

/** What a child tells, a line of JSON each: before it begins an act, and once it is done. */
export type PersistenceMessage =
  | { readonly kind: 'begins'; readonly act: Act }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: string };
