import { endConsentOf } from '../../../src/cleanup/list/consents.ts';
import type { EntryState } from '../../../src/cleanup/list/entry.ts';
import { setEntryState } from '../../../src/cleanup/list/entryState.ts';
import { integration, type CleanupWorkshop } from './cleanupWorkshop.ts';

export const everyState = [
  'listed',
  'confirmed',
  'sending',
  'deleted',
  'notFound',
  'blocked',
  'failed',
  'unknown',
] as const satisfies readonly EntryState[];

/** Puts the session with this number on the list, with one consent and in this state; returns the entry's id. */
export function entryInState(
  shop: CleanupWorkshop,
  state: EntryState,
  number = 1,
  of = integration,
  reason: string | null = null,
): number {
  const id = shop.confirmed(number, of);
  const at = shop.clock.wallAt;
  if (state === 'listed') endConsentOf(shop.database, id, 'cancelled', at);
  setEntryState(shop.database, id, state, reason, at);
  return id;
}
