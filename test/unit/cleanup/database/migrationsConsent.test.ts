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
import { Shelves } from '../../../../src/cleanup/list/shelves.ts';
import {
  freshFolder,
  HandClock,
  hourMs,
  integration,
  madeUpIntegration,
  sessionNumber,
  unusable,
} from '../../../support/cleanupWorkshop.ts';

const states = ['listed', 'confirmed', 'sending', 'deleted', 'gone', 'blocked', 'failed', 'unknown'] as const;
const dead = 'a window that has ended';

describe('the third version of the schema, in which consent is a row', () => {
  let folder: ReturnType<typeof freshFolder>;
  let old: CleanupDatabase;
  let opened: CleanupDatabase[];
  const path = (): string => folder.path('list.sqlite');
  beforeEach(() => {
    folder = freshFolder();
    old = CleanupDatabase.open(path(), { migrations: migrations.slice(0, 2) });
    opened = [old];
  });
  afterEach(() => {
    for (const database of opened) database.close();
    folder.remove();
  });

  function update(): CleanupDatabase {
    const database = CleanupDatabase.open(path());
    opened.push(database);
    return database;
  }
  /** An entry of version 2 with the number of its state as its session; returns its id. */
  function oldEntry(state: (typeof states)[number], columns: Record<string, string | number> = {}): number {
    const all = {
      integration,
      session_id: sessionNumber(states.indexOf(state)),
      state,
      added_at: 100,
      changed_at: 1000,
      ...(state !== 'listed' && { confirmed_at: 900 }),
      ...columns,
    };
    const names = Object.keys(all);
    return old.run(
      `INSERT INTO entries (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      ...Object.values(all),
    ).rowId;
  }
  function oldAttempt(columns: Record<string, string | number | null> = {}): number {
    const all = {
      integration,
      session_id: sessionNumber(1),
      owner: dead,
      reserved_at: 500,
      reserved_uptime_ms: 5e9,
      ...columns,
    };
    const names = Object.keys(all);
    return old.run(
      `INSERT INTO attempts (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      ...Object.values(all),
    ).rowId;
  }
  const entry = (database: CleanupDatabase, id: number): Entry => {
    const found = new CleanupList(database).byId(id);
    assert.ok(found);
    return found;
  };

  describe('of the entries', () => {
    it('leaves none confirmed: all that waited is listed, and told once', () => {
      const ids = states.map((state) =>
        oldEntry(state, state === 'blocked' ? { wait_ms: 5, blocks: 2 } : {}),
      );
      const database = update();
      assert.deepEqual(
        ids.map((id) => entry(database, id).state),
        ['listed', 'listed', 'sending', 'deleted', 'gone', 'listed', 'failed', 'unknown'],
      );
      assert.ok(ids.every((id) => entry(database, id).confirmedAt === undefined));
      assert.equal(database.get('SELECT 1 FROM consents'), undefined);
      const { blocks, waitUntilMs } = entry(database, ids[5] ?? 0);
      assert.deepEqual([blocks, waitUntilMs], [0, undefined]);
      assert.equal(takeUnconfirmedByUpdate(database), 3);
      assert.equal(takeUnconfirmedByUpdate(update()), 0);
    });

    it('tells nothing if nothing was confirmed', () => {
      for (const state of ['listed', 'deleted', 'failed'] as const) oldEntry(state);
      oldEntry('unknown', { session_id: sessionNumber(50) });
      old.run("UPDATE entries SET confirmed_at = NULL WHERE state = 'unknown'");
      assert.equal(takeUnconfirmedByUpdate(update()), 0);
    });

    it('sends nothing of them, even after the integration has shown up', () => {
      const draft = madeUpIntegration('one');
      const ids = states.map((state) => oldEntry(state, { integration: oldNameOf(draft) }));
      const database = update();
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
      const id = oldEntry('failed', {
        reason: 'idRefused',
        source_uri: 'file:///made-up',
        source_line: 3,
        seen_at: 55,
        seen_status: 'approved',
        rank: 2.5,
        checked: 0,
      });
      const held = oldEntry('listed', { held_at: 77, hold_note: 'ask first' });
      const unknown = oldEntry('unknown', { look_ups: 3, wait_ms: 99 });
      const database = update();
      assert.deepEqual(entry(database, id), {
        list: markOf(database).list,
        id,
        revision: 0,
        integration,
        sessionId: sessionNumber(6),
        state: 'failed',
        shelf: 'needsYou',
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
      const { heldAt, holdNote, shelf } = entry(database, held);
      assert.deepEqual([heldAt, holdNote, shelf], [77, 'ask first', 'held']);
      // Looked up as soon as something runs.
      const { lookUps, waitUntilMs } = entry(database, unknown);
      assert.deepEqual([lookUps, waitUntilMs], [3, 0]);
    });

    it('lists what was confirmed and held, still on hold', () => {
      const id = oldEntry('confirmed', { held_at: 77, hold_note: 'ask first' });
      const database = update();
      const { state, shelf } = entry(database, id);
      assert.deepEqual([state, shelf], ['listed', 'held']);
    });

    it('takes no earlier look-up for its own: a 404 tells that it is gone, and not that we deleted it', () => {
      const id = oldEntry('unknown', { seen_at: 55 });
      oldAttempt({
        entry_id: id,
        session_id: sessionNumber(7),
        settled_at: 1,
        settled_uptime_ms: 1,
        outcome: 'unknown',
      });
      const database = update();
      const list = new CleanupList(database);
      assert.equal(list.recordLookUp(entry(database, id), { kind: 'gone' }, 0, 1), 'gone');
    });

    it('counts what is there', () => {
      for (const state of states) oldEntry(state);
      oldEntry('listed', { integration: 'another' });
      const shelves = new Shelves(update());
      assert.deepEqual(Object.fromEntries(shelves.counts({ integrations: [integration] })), {
        done: 2,
        later: 1,
        listed: 3,
        needsYou: 1,
        sending: 1,
      });
      assert.deepEqual(Object.fromEntries(shelves.counts({ integrations: ['another'] })), { listed: 1 });
    });

    it('lets a removal be undone that was made before', () => {
      const id = oldEntry('confirmed');
      old.run(
        `INSERT INTO removed_entries (id, integration, session_id, state, added_at, changed_at, checked)
         SELECT id, integration, session_id, state, added_at, changed_at, checked FROM entries`,
      );
      old.run('DELETE FROM entries');
      const database = update();
      assert.equal(new CleanupList(database).undoRemoval(9).restored, 1);
      assert.equal(entry(database, id).state, 'listed');
    });
  });

  it('gives no number of an entry or an attempt twice', () => {
    const [lastEntry, lastAttempt] = [oldEntry('listed'), oldAttempt()];
    old.run('DELETE FROM entries');
    old.run('DELETE FROM attempts');
    const database = update();
    const list = new CleanupList(database);
    list.add(integration, [{ sessionId: sessionNumber(1) }], 1);
    assert.ok((list.find(integration, sessionNumber(1))?.id ?? 0) > lastEntry);
    const { rowId } = database.run(
      `INSERT INTO deletion_attempts (integration, key_hash, session_id, owner, reserved_at, reserved_ms)
       VALUES ('a', 'a', 'b', 'c', 1, 1)`,
    );
    assert.ok(rowId > lastAttempt);
  });

  describe('of the attempts', () => {
    const now = Date.now();
    const lastServerAt = Date.UTC(2026, 0, 5, 9);
    /** The reading that an attempt gets which was answered so long ago, by the wall clock and by Veriff's dates. */
    function readingOf(wallAgoMs: number, serverAgoMs: number | undefined, hasServerTime = true): number {
      if (hasServerTime) old.run('INSERT INTO server_times VALUES (?, ?, 5)', integration, lastServerAt);
      const id = oldAttempt({
        settled_at: now - wallAgoMs,
        settled_uptime_ms: 4e9,
        server_at: serverAgoMs === undefined ? null : lastServerAt - serverAgoMs,
        outcome: 'deleted',
      });
      const row = update().get('SELECT settled_ms FROM deletion_attempts WHERE id = ?', id);
      return Number(row?.['settled_ms']);
    }
    const isNear = (reading: number, expected: number): void =>
      assert.ok(Math.abs(reading - expected) < 60_000, String(reading));

    it('makes them as old as both the wall clock and Veriff’s dates say', () =>
      assert.equal(readingOf(3 * hourMs, 2 * hourMs), -(2 * hourMs - 1000)));

    it('makes them no older than the dates, whatever the wall clock says', () =>
      assert.equal(readingOf(500 * hourMs, hourMs), -(hourMs - 1000)));

    it('makes them no older than the wall clock, whatever the dates say', () =>
      isNear(readingOf(hourMs, 500 * hourMs), -hourMs));

    for (const [what, wallAgoMs, serverAgoMs, hasServerTime] of [
      ['the answer had no date', 5 * hourMs, undefined, true],
      ['Veriff’s time is not known now', 5 * hourMs, 5 * hourMs, false],
      ['the wall clock was ahead then', -5 * hourMs, 5 * hourMs, true],
      ['the date was ahead then', 5 * hourMs, -5 * hourMs, true],
      ['the date is not a second old', 5 * hourMs, 900, true],
    ] as const)
      it(`makes them as young as now if ${what}`, () =>
        assert.equal(readingOf(wallAgoMs, serverAgoMs, hasServerTime) + 0, 0));

    it('keeps what is out as out, and everything else of them', () => {
      const id = oldEntry('sending');
      const out = oldAttempt({ entry_id: id, session_id: sessionNumber(2) });
      const done = oldAttempt({
        settled_at: 600,
        settled_uptime_ms: 1,
        duration_ms: 5.5,
        server_at: 7,
        status: 429,
        code: '1101',
        signature: 'valid',
        outcome: 'limited',
        reason: 'why',
        limited_streak: 3,
        park_ms: 8.5,
        counts: 0,
      });
      const database = update();
      const { settled_ms: settledMs, ...row } =
        database.get('SELECT * FROM deletion_attempts WHERE id = ?', done) ?? {};
      assert.equal(Number(settledMs) + 0, 0);
      assert.deepEqual(row, {
        id: done,
        integration,
        key_hash: integration,
        session_id: sessionNumber(1),
        entry_id: null,
        consent: null,
        owner: dead,
        reserved_at: 500,
        reserved_ms: 0,
        seen_dead_ms: null,
        counts: 0,
        settled_at: 600,
        duration_ms: 5.5,
        server_at: 7,
        status: 429,
        code: '1101',
        signature: 'valid',
        outcome: 'limited',
        reason: 'why',
        limited_streak: 3,
        park_ms: 8.5,
      });
      const open = database.get('SELECT entry_id, settled_ms FROM deletion_attempts WHERE id = ?', out);
      assert.deepEqual({ ...open }, { entry_id: id, settled_ms: null });
      const ports = { clock: new HandClock().read, owner: 'b', isOwnerAlive: () => false, chance: () => 0 };
      new AttemptBook(database, ports).recover();
      const { state, reason } = entry(database, id);
      assert.deepEqual([state, reason], ['unknown', 'windowEnded']);
    });

    it('leaves no slot free if nobody knew the past', () => {
      oldAttempt({ settled_at: 1, settled_uptime_ms: 1, outcome: 'pastUnknown' });
      const database = update();
      assert.equal(database.get('SELECT 1 FROM deletion_attempts'), undefined);
      assert.equal(database.get('SELECT unknown_past_ms FROM list')?.['unknown_past_ms'], 0);
      const ports = { clock: new HandClock().read, owner: 'b', isOwnerAlive: () => false, chance: () => 0 };
      assert.equal(new AttemptBook(database, ports).quota(integration).freeNow, 0);
    });

    it('knows the past otherwise', () => {
      oldAttempt({ settled_at: 1, settled_uptime_ms: 1, outcome: 'elsewhere' });
      const database = update();
      assert.equal(database.get('SELECT unknown_past_ms FROM list')?.['unknown_past_ms'], null);
      assert.equal(database.all('SELECT 1 FROM deletion_attempts').length, 1);
    });
  });

  it('keeps the limits that Veriff granted, and the pause', () => {
    old.run(`INSERT INTO integrations (integration, limits) VALUES ('hash', '[1]'), ('without', NULL)`);
    old.run("INSERT INTO switches VALUES ('paused', 'yes')");
    const database = update();
    assert.deepEqual(
      database.all('SELECT * FROM quota_keys').map((row) => ({ ...row })),
      [{ key_hash: 'hash', limits: '[1]' }],
    );
    assert.equal(database.get("SELECT value FROM switches WHERE name = 'paused'")?.['value'], 'yes');
    assert.deepEqual(new Integrations(database).all(), []);
  });

  it('makes a list with an id of its own', () => {
    const database = update();
    const { list, generation } = markOf(database);
    assert.match(list, /^[0-9a-f]{32}$/);
    assert.equal(generation, 0);
    const other = CleanupDatabase.open(folder.path('other.sqlite'));
    opened.push(other);
    assert.notEqual(markOf(other).list, list);
  });

  describe('in a window that still runs older code', () => {
    it('fails at the next statement, whatever it is, and changes nothing', () => {
      const id = oldEntry('confirmed');
      const statements = [
        'SELECT * FROM entries',
        "UPDATE entries SET state = 'sending'",
        `INSERT INTO attempts (integration, session_id, owner, reserved_at, reserved_uptime_ms) VALUES ('a', 'b', 'c', 1, 1)`,
        'SELECT * FROM server_times',
        'SELECT limits, stopped FROM integrations WHERE integration = 1',
      ];
      // Compiled before the update, as in a window that has been open for long.
      for (const sql of statements.slice(0, 1)) old.all(sql);
      const database = update();
      for (const sql of statements) assert.throws(() => old.run(sql), unusable('unknown'), sql);
      assert.throws(() => old.all('SELECT * FROM entries'), unusable('unknown'));
      assert.deepEqual(
        [entry(database, id).state, database.all('SELECT 1 FROM deletion_attempts')],
        ['listed', []],
      );
    });

    it('is told of the newer schema by its next transaction, which does nothing', () => {
      update();
      assert.throws(() => old.transaction(() => assert.fail('it ran')), unusable('newer'));
      assert.throws(() => old.durably(() => assert.fail('it ran')), unusable('newer'));
      // It holds nothing up either.
      update().transaction(() => undefined);
    });
  });

  it('keeps a copy of the second version beside it', () => {
    oldEntry('confirmed');
    update();
    assert.ok(existsSync(folder.path('list.sqlite.v2.bak')));
    const copy = CleanupDatabase.open(folder.path('list.sqlite.v2.bak'), {
      migrations: migrations.slice(0, 2),
    });
    opened.push(copy);
    assert.equal(copy.get('SELECT state FROM entries')?.['state'], 'confirmed');
  });

  it('leaves the second version whole if it fails half way', () => {
    oldEntry('confirmed');
    const failing = [...migrations.slice(0, 2), `${migrations[2] ?? ''}; INSERT INTO nowhere VALUES (1)`];
    assert.throws(() => CleanupDatabase.open(path(), { migrations: failing }), unusable('unknown'));
    assert.equal(old.get('SELECT state FROM entries')?.['state'], 'confirmed');
    old.transaction(() => old.run("UPDATE entries SET reason = 'still works'"));
    assert.equal(update().get('SELECT state FROM list_entries')?.['state'], 'listed');
  });
});
