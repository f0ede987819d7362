import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import { migrations } from '../../../../src/cleanup/database/migrations.ts';
import { oldNameOf } from '../../../../src/cleanup/integrations/integration.ts';
import { Integrations } from '../../../../src/cleanup/integrations/integrations.ts';
import { CleanupList } from '../../../../src/cleanup/list/cleanupList.ts';
import { takeUnconfirmedByUpdate } from '../../../../src/cleanup/list/consents.ts';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import { EntryGroups } from '../../../../src/cleanup/list/entryGroups.ts';
import {
  HandClock,
  integration,
  madeUpIntegration,
  sessionNumber,
  unusable,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { everyState } from '../../../support/cleanup/entryInState.ts';
import { SecondVersion } from '../../../support/cleanup/secondVersion.ts';

describe('the third version of the schema, in which consent is a row', () => {
  let second: SecondVersion;
  beforeEach(() => (second = new SecondVersion()));
  afterEach(() => second.remove());

  const entry = (database: CleanupDatabase, id: number): Entry => {
    const found = new CleanupList(database).byId(id);
    assert.ok(found);
    return found;
  };

  describe('of the entries', () => {
    it('leaves none confirmed: all that waited are listed, which is reported once', () => {
      const ids = everyState.map((state) =>
        second.entry(state, state === 'blocked' ? { wait_ms: 5, blocks: 2 } : {}),
      );
      const database = second.update();
      assert.deepEqual(
        ids.map((id) => entry(database, id).state),
        ['listed', 'listed', 'sending', 'deleted', 'notFound', 'listed', 'failed', 'unknown'],
      );
      assert.ok(ids.every((id) => entry(database, id).confirmedAt === undefined));
      assert.equal(database.get('SELECT 1 FROM consents'), undefined);
      const { blocks, waitUntilMs } = entry(database, ids[5] ?? 0);
      assert.deepEqual([blocks, waitUntilMs], [0, undefined]);
      assert.equal(takeUnconfirmedByUpdate(database), 3);
      assert.equal(takeUnconfirmedByUpdate(second.update()), 0);
    });

    it('reports nothing if nothing was confirmed', () => {
      for (const state of ['listed', 'deleted', 'failed'] as const) second.entry(state);
      second.entry('unknown', { session_id: sessionNumber(50) });
      second.old.run("UPDATE entries SET confirmed_at = NULL WHERE state = 'unknown'");
      assert.equal(takeUnconfirmedByUpdate(second.update()), 0);
    });

    it('sends none of them, even after the integration is known again', () => {
      const draft = madeUpIntegration('one');
      const ids = everyState.map((state) => second.entry(state, { integration: oldNameOf(draft) }));
      const database = second.update();
      const stored = new Integrations(database).add(draft, 1);
      assert.ok(stored.kind === 'stored');
      const means = { integration: { ...draft, id: stored.row.id }, mark: markOf(database) };
      const clock = new HandClock().read;
      const book = new AttemptBook(database, {
        clock,
        owner: 'a',
        isOwnerAlive: () => true,
        chance: () => 0,
      });
      assert.equal(book.reserveNext(means).kind, 'idle');
      for (const id of ids) assert.equal(book.reserve(entry(database, id), means).kind, 'notConfirmed');
    });

    it('keeps everything else that an entry had, under its own number', () => {
      const id = second.entry('failed', {
        reason: 'idRefused',
        source_uri: 'file:///made-up',
        source_line: 3,
        seen_at: 55,
        seen_status: 'approved',
        rank: 2.5,
        checked: 0,
      });
      const held = second.entry('listed', { held_at: 77, hold_note: 'ask first' });
      const unknown = second.entry('unknown', { look_ups: 3, wait_ms: 99 });
      const database = second.update();
      assert.deepEqual(entry(database, id), {
        list: markOf(database).list,
        id,
        revision: 0,
        integration,
        sessionId: sessionNumber(6),
        state: 'failed',
        group: 'needsYou',
        reason: 'idRefused',
        source: { uri: 'file:///made-up', line: 3 },
        addedAt: 100,
        changedAt: 1000,
        seenAt: 55,
        seenStatus: 'approved',
        isChecked: false,
        blocks: 0,
        lookUps: 0,
        place: -1000,
      });
      assert.equal(database.get('SELECT rank FROM list_entries WHERE id = ?', id)?.['rank'], 2.5);
      const { heldAt, holdNote, group } = entry(database, held);
      assert.deepEqual([heldAt, holdNote, group], [77, 'ask first', 'held']);
      // Looked up as soon as a runner starts.
      const { lookUps, waitUntilMs } = entry(database, unknown);
      assert.deepEqual([lookUps, waitUntilMs], [3, 0]);
    });

    it('lists entries that were confirmed and held, still on hold', () => {
      const id = second.entry('confirmed', { held_at: 77, hold_note: 'ask first' });
      const database = second.update();
      const { state, group } = entry(database, id);
      assert.deepEqual([state, group], ['listed', 'held']);
    });

    it('does not use an earlier look-up as its own: a 404 means gone, and not deleted by us', () => {
      const id = second.entry('unknown', { seen_at: 55 });
      second.attempt({
        entry_id: id,
        session_id: sessionNumber(7),
        settled_at: 1,
        settled_uptime_ms: 1,
        outcome: 'unknown',
      });
      const database = second.update();
      const list = new CleanupList(database);
      assert.equal(list.recordLookUp(entry(database, id), { kind: 'notFound' }, 0, 1), 'notFound');
    });

    it('counts the entries', () => {
      for (const state of everyState) second.entry(state);
      second.entry('listed', { integration: 'another' });
      const groups = new EntryGroups(second.update());
      assert.deepEqual(Object.fromEntries(groups.counts({ integrations: [integration] })), {
        done: 1,
        later: 1,
        listed: 3,
        needsYou: 1,
        notFound: 1,
        sending: 1,
      });
      assert.deepEqual(Object.fromEntries(groups.counts({ integrations: ['another'] })), { listed: 1 });
    });

    it('lets an earlier removal be undone', () => {
      const id = second.entry('confirmed');
      second.old.run(
        `INSERT INTO removed_entries (id, integration, session_id, state, added_at, changed_at, checked)
         SELECT id, integration, session_id, state, added_at, changed_at, checked FROM entries`,
      );
      second.old.run('DELETE FROM entries');
      const database = second.update();
      assert.equal(new CleanupList(database).undoRemoval(9).restored, 1);
      assert.equal(entry(database, id).state, 'listed');
    });
  });

  it('reuses no number of an entry or an attempt', () => {
    const [lastEntry, lastAttempt] = [second.entry('listed'), second.attempt()];
    second.old.run('DELETE FROM entries');
    second.old.run('DELETE FROM attempts');
    const database = second.update();
    const list = new CleanupList(database);
    list.add(integration, [{ sessionId: sessionNumber(1) }], 1);
    assert.ok((list.find(integration, sessionNumber(1))?.id ?? 0) > lastEntry);
    const { rowId } = database.run(
      `INSERT INTO deletion_attempts (integration, key_hash, session_id, owner, reserved_at, reserved_ms)
       VALUES ('a', 'a', 'b', 'c', 1, 1)`,
    );
    assert.ok(rowId > lastAttempt);
  });

  it('keeps the limits that Veriff granted, and the pause', () => {
    second.old.run(
      `INSERT INTO integrations (integration, limits) VALUES ('hash', '[1]'), ('without', NULL)`,
    );
    second.old.run("INSERT INTO switches VALUES ('paused', 'yes')");
    const database = second.update();
    assert.deepEqual(
      database.all('SELECT * FROM quota_keys').map((row) => ({ ...row })),
      [{ key_hash: 'hash', limits: '[1]' }],
    );
    assert.equal(database.get("SELECT value FROM switches WHERE name = 'paused'")?.['value'], 'yes');
    assert.deepEqual(new Integrations(database).all(), []);
  });

  it('makes a list with an id of its own', () => {
    const database = second.update();
    const { list, generation } = markOf(database);
    assert.match(list, /^[0-9a-f]{32}$/);
    assert.equal(generation, 0);
    const other = second.keep(CleanupDatabase.open(second.folder.path('other.sqlite')));
    assert.notEqual(markOf(other).list, list);
  });

  describe('in a window that still runs older code', () => {
    it('fails at the next statement, whatever it is, and changes nothing', () => {
      const id = second.entry('confirmed');
      const statements = [
        'SELECT * FROM entries',
        "UPDATE entries SET state = 'sending'",
        `INSERT INTO attempts (integration, session_id, owner, reserved_at, reserved_uptime_ms) VALUES ('a', 'b', 'c', 1, 1)`,
        'SELECT * FROM server_times',
        'SELECT limits, stopped FROM integrations WHERE integration = 1',
      ];
      // Compiled before the update, as in a window that has been open for a long time.
      for (const sql of statements.slice(0, 1)) second.old.all(sql);
      const database = second.update();
      for (const sql of statements) assert.throws(() => second.old.run(sql), unusable('unknown'), sql);
      assert.throws(() => second.old.all('SELECT * FROM entries'), unusable('unknown'));
      assert.deepEqual(
        [entry(database, id).state, database.all('SELECT 1 FROM deletion_attempts')],
        ['listed', []],
      );
    });

    it('finds the newer schema in its next transaction, which does nothing', () => {
      second.update();
      assert.throws(() => second.old.transaction(() => assert.fail('it ran')), unusable('newer'));
      assert.throws(() => second.old.durably(() => assert.fail('it ran')), unusable('newer'));
      // It does not block anything either.
      second.update().transaction(() => undefined);
    });
  });

  it('keeps a copy of the second version beside it', () => {
    second.entry('confirmed');
    second.update();
    assert.ok(existsSync(second.folder.path('list.sqlite.v2.bak')));
    const copy = second.keep(
      CleanupDatabase.open(second.folder.path('list.sqlite.v2.bak'), { migrations: migrations.slice(0, 2) }),
    );
    assert.equal(copy.get('SELECT state FROM entries')?.['state'], 'confirmed');
  });

  it('leaves the second version unchanged if it fails half way', () => {
    second.entry('confirmed');
    const failing = [...migrations.slice(0, 2), `${migrations[2] ?? ''}; INSERT INTO nowhere VALUES (1)`];
    assert.throws(() => CleanupDatabase.open(second.path, { migrations: failing }), unusable('unknown'));
    assert.equal(second.old.get('SELECT state FROM entries')?.['state'], 'confirmed');
    second.old.transaction(() => second.old.run("UPDATE entries SET reason = 'still works'"));
    assert.equal(second.update().get('SELECT state FROM list_entries')?.['state'], 'listed');
  });
});
