import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import { migrations } from '../../../../src/cleanup/database/migrations.ts';
import { freshFolder, integration, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';

/** The entries of a database of version 1, by session number. */
const states = ['listed', 'confirmed', 'sending', 'deleted', 'gone', 'blocked', 'failed', 'unknown'] as const;

describe('the second version of the schema', () => {
  let folder: ReturnType<typeof freshFolder>;
  let database: CleanupDatabase;
  let before: readonly unknown[];
  beforeEach(() => {
    folder = freshFolder();
    const path = folder.path('list.sqlite');
    const old = CleanupDatabase.open(path, { migrations: migrations.slice(0, 1) });
    fillVersion1(old);
    before = old.all('SELECT * FROM attempts ORDER BY id');
    old.close();
    database = CleanupDatabase.open(path, { migrations: migrations.slice(0, 2) });
  });
  afterEach(() => {
    database.close();
    folder.remove();
  });

  function fillVersion1(old: CleanupDatabase): void {
    states.forEach((state, index) => {
      const { rowId } = old.run(
        `INSERT INTO entries (integration, session_id, state, reason, source_uri, source_line, added_at, changed_at, seen_at)
         VALUES (?, ?, ?, ?, 'file:///made-up', 3, 100, ?, ?)`,
        ...[integration, sessionNumber(index), state, state === 'failed' ? 'idRefused' : null, 1000 + index],
        state === 'unknown' ? 55 : null,
      );
      const isOut = state === 'sending';
      if (state === 'listed' || state === 'confirmed') return;
      old.run(
        `INSERT INTO attempts (integration, session_id, entry_id, owner, reserved_at, reserved_uptime_ms, settled_at,
           settled_uptime_ms, outcome, park_ms, limited_streak) VALUES (?, ?, ?, 'a window', 500, 700, ?, ?, ?, NULL, 0)`,
        ...[integration, sessionNumber(index), rowId, ...(isOut ? [null, null, null] : [600, 700, state])],
      );
    });
    old.run(
      `INSERT INTO entries (integration, session_id, state, added_at, changed_at) VALUES ('another', ?, 'listed', 1, 2)`,
      sessionNumber(1),
    );
    old.run('INSERT INTO server_times VALUES (?, 5, 6)', integration);
  }

  /** One column of the entries of the one integration, by state. */
  const column = (name: string): readonly unknown[] =>
    states.map(
      (_, index) =>
        database.get(
          `SELECT ${name} AS value FROM entries WHERE integration = ? AND session_id = ?`,
          integration,
          sessionNumber(index),
        )?.['value'],
    );

  it('puts an entry of every state in its group', () =>
    assert.deepEqual(Object.fromEntries(states.map((state, index) => [state, column('shelf')[index]])), {
      listed: 'listed',
      confirmed: 'queue',
      sending: 'sending',
      deleted: 'done',
      gone: 'done',
      // No wait was recorded for it, so it waits for the user.
      blocked: 'needsYou',
      failed: 'needsYou',
      unknown: 'later',
    }));

  it('counts entries as confirmed that were sent or were to be sent, from that time on, and no others', () =>
    assert.deepEqual(column('confirmed_at'), [null, 1001, 1002, 1003, 1004, 1005, 1006, 1007]));

  it('keeps everything that an entry had, and gives the new columns their defaults', () => {
    const { id, ...failed } = database.get("SELECT * FROM entries WHERE state = 'failed'") ?? {};
    assert.deepEqual(failed, {
      integration,
      session_id: sessionNumber(6),
      state: 'failed',
      shelf: 'needsYou',
      reason: 'idRefused',
      source_uri: 'file:///made-up',
      source_line: 3,
      added_at: 100,
      changed_at: 1006,
      confirmed_at: 1006,
      seen_at: null,
      seen_status: null,
      rank: null,
      held_at: null,
      hold_note: null,
      checked: 1,
      blocks: 0,
      look_ups: 0,
      wait_ms: null,
      wait_from_uptime_ms: null,
      wait_from_server_at: null,
      place: -1006,
    });
    assert.equal(column('place')[1], column('id')[1]);
    assert.equal(column('seen_at')[7], 55);
    assert.ok(Number(id) > 0);
  });

  it('counts the entries', () => {
    const counts = (of: string): unknown =>
      Object.fromEntries(
        database
          .all('SELECT shelf, n FROM entry_counts WHERE integration = ? AND n > 0', of)
          .map((row) => [row['shelf'], row['n']]),
      );
    assert.deepEqual(counts(integration), {
      done: 2,
      later: 1,
      listed: 1,
      needsYou: 2,
      queue: 1,
      sending: 1,
    });
    assert.deepEqual(counts('another'), { listed: 1 });
  });

  it('looks up unknown entries as soon as a runner starts, even right after a reboot', () => {
    assert.deepEqual([column('wait_ms')[7], column('wait_from_uptime_ms')[7]], [0, 0]);
  });

  it('makes no other entry wait', () =>
    assert.deepEqual(column('wait_ms'), [null, null, null, null, null, null, null, 0]));

  it('keeps every attempt as it was', () => {
    assert.deepEqual(database.all('SELECT * FROM attempts ORDER BY id'), before);
    assert.equal(before.length, 6);
    assert.deepEqual(
      { ...database.get('SELECT * FROM server_times') },
      { integration, server_at: 5, uptime_ms: 6 },
    );
  });

  it('keeps a copy of the first version beside it, and reuses no id', () => {
    assert.ok(existsSync(folder.path('list.sqlite.v1.bak')));
    const last = Number(database.get('SELECT max(id) AS id FROM entries')?.['id']);
    database.run('DELETE FROM entries');
    const { rowId } = database.run(
      "INSERT INTO entries (integration, session_id, state, added_at, changed_at) VALUES ('a', 'b', 'listed', 1, 1)",
    );
    assert.ok(rowId > last);
  });
});
