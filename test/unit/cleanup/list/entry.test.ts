import assert from 'node:assert/strict';
import type { Row } from '../../../../src/cleanup/database/database.ts';
import { entryOf, entryRefOf } from '../../../../src/cleanup/list/entry.ts';
import { integration, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';

/** A row in which everything optional is absent. */
const bare: Row = {
  list: 'made-up-list',
  id: 7,
  revision: 3,
  integration,
  session_id: sessionNumber(1),
  state: 'confirmed',
  entry_group: 'queue',
  reason: null,
  source_uri: null,
  source_line: null,
  added_at: 11,
  changed_at: 12,
  confirmed_at: null,
  seen_at: null,
  seen_status: null,
  held_at: null,
  hold_note: null,
  checked: 1,
  blocks: 0,
  look_ups: 0,
  rank: null,
  place: 7,
  wait_until_ms: null,
};

const bareEntry = {
  list: 'made-up-list',
  id: 7,
  revision: 3,
  integration,
  sessionId: sessionNumber(1),
  state: 'confirmed',
  group: 'queue',
  addedAt: 11,
  changedAt: 12,
  isChecked: true,
  blocks: 0,
  lookUps: 0,
  place: 7,
};

describe('entryOf', () => {
  it('has no property for what is NULL in the row', () => {
    // Strict equality distinguishes an undefined property from an absent one.
    assert.deepEqual(entryOf(bare), bareEntry);
  });

  it('reads every column', () => {
    const full: Row = {
      ...bare,
      reason: 'lookedUp',
      source_uri: 'file:///made-up.json',
      source_line: 0,
      confirmed_at: 13,
      seen_at: 14,
      seen_status: 'approved',
      held_at: 15,
      hold_note: '',
      checked: 0,
      blocks: 2,
      look_ups: 3,
      place: -0.5,
      wait_until_ms: 16.5,
    };
    assert.deepEqual(entryOf(full), {
      ...bareEntry,
      reason: 'lookedUp',
      source: { uri: 'file:///made-up.json', line: 0 },
      confirmedAt: 13,
      seenAt: 14,
      seenStatus: 'approved',
      heldAt: 15,
      holdNote: '',
      isChecked: false,
      blocks: 2,
      lookUps: 3,
      place: -0.5,
      waitUntilMs: 16.5,
    });
  });

  it('reads times of 0 as times', () => {
    const zeros = { confirmed_at: 0, held_at: 0, seen_at: 0, wait_until_ms: 0 };
    const { confirmedAt, heldAt, seenAt, waitUntilMs } = entryOf({ ...bare, ...zeros });
    assert.deepEqual([confirmedAt, heldAt, seenAt, waitUntilMs], [0, 0, 0, 0]);
  });

  it('references an entry by list, number and session alone', () => {
    const { list, id, sessionId } = bareEntry;
    assert.deepEqual(entryRefOf(bare), { list, id, sessionId });
  });

  for (const nonsense of ['', '../decision', `${sessionNumber(1)}/media`, null, 5])
    it(`refuses ${JSON.stringify(nonsense)} in place of a session id`, () => {
      for (const read of [entryOf, entryRefOf])
        assert.throws(() => read({ ...bare, session_id: nonsense }), /session id is none/);
    });
});
