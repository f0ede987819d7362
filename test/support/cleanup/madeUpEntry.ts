import type { Entry, EntryState, EntryGroup } from '../../../src/cleanup/list/entry.ts';
import { integration, sessionNumber } from './cleanupWorkshop.ts';

const groups: Readonly<Record<EntryState, EntryGroup>> = {
  listed: 'listed',
  confirmed: 'queue',
  sending: 'sending',
  deleted: 'done',
  notFound: 'notFound',
  blocked: 'later',
  failed: 'needsYou',
  unknown: 'later',
};

/**
 * An entry as the list returns it, for code that only reads entries; in the group of its state unless `parts` has
 * another one.
 */
export function madeUpEntry(parts: Partial<Entry>): Entry {
  const state = parts.state ?? 'listed';
  return {
    list: 'made up',
    id: 1,
    revision: 0,
    integration,
    sessionId: sessionNumber(1),
    state,
    group: groups[state],
    addedAt: 0,
    changedAt: 0,
    isChecked: true,
    blocks: 0,
    lookUps: 0,
    place: 1,
    ...parts,
  };
}
