import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { CleanupList, type Entry } from '../../../../src/cleanup/list/cleanupList.ts';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import { migrations } from '../../../../src/cleanup/database/migrations.ts';
import { Shelves } from '../../../../src/cleanup/list/shelves.ts';
import {
  freshFolder,
  HandClock,
  integration,
  minuteMs,
  sessionNumber,
} from '../../../support/cleanupWorkshop.ts';

const clock = new HandClock();
const dead = 'a window that has ended';
/** The entries of the database of version 1, by the numbers of their sessions. */
const states = ['listed', 'confirmed', 'sending', 'deleted', 'gone', 'blocked', 'failed', 'unknown'] as const;

describe('the second version of the schema', () => {
  let folder: ReturnType<typeof freshFolder>;
  let database: CleanupDatabase;
  let before: readonly unknown[];
  beforeEach(() => {
    folder = freshFolder();
    const path = folder.path('list.sqlite');
    const old = CleanupDatabase.open(path, migrations.slice(0, 1));
    fillVersion1(old);
    before = old.all('SELECT * FROM attempts ORDER BY id');
    old.close();
    database = CleanupDatabase.open(path);
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
           settled_uptime_ms, outcome, park_ms, limited_streak) VALUES (?, ?, ?, ?, 500, ?, ?, ?, ?, NULL, 0)`,
        ...[integration, sessionNumber(index), rowId, dead, clock.uptimeMs - minuteMs],
        ...(isOut ? [null, null, null] : [600, clock.uptimeMs - minuteMs, state]),
      );
    });
    old.run(
      `INSERT INTO entries (integration, session_id, state, added_at, changed_at) VALUES ('another', ?, 'listed', 1, 2)`,
      sessionNumber(1),
    );
    old.run('INSERT INTO server_times VALUES (?, 5, 6)', integration);
  }

  const entry = (state: (typeof states)[number]): Entry => {
    const found = new CleanupList(database).find(integration, sessionNumber(states.indexOf(state)));
    assert.ok(found);
    return found;
  };
  const book = (): AttemptBook =>
    new AttemptBook(database, {
      clock: clock.read,
      owner: 'b',
      isOwnerAlive: (name) => name !== dead,
      chance: () => 0,
    });

  it('puts an entry of every state on its shelf', () =>
    assert.deepEqual(Object.fromEntries(states.map((state) => [state, entry(state).shelf])), {
      listed: 'listed',
      confirmed: 'queue',
      sending: 'sending',
      deleted: 'done',
      gone: 'done',
      // No wait was counted for it, so it waits for the user and not for a moment.
      blocked: 'needsYou',
      failed: 'needsYou',
      unknown: 'later',
    }));

  it('takes for confirmed what was sent or was to be sent, since when it became so, and nothing else', () =>
    assert.deepEqual(
      states.map((state) => entry(state).confirmedAt),
      [undefined, 1001, 1002, 1003, 1004, 1005, 1006, 1007],
    ));

  it('keeps everything that an entry had, and gives the rest its beginning', () => {
    const { id, ...failed } = entry('failed');
    assert.deepEqual(failed, {
      integration,
      sessionId: sessionNumber(6),
      state: 'failed',
      shelf: 'needsYou',
      reason: 'idRefused',
      source: { uri: 'file:///made-up', line: 3 },
      addedAt: 100,
      changedAt: 1006,
      confirmedAt: 1006,
      isChecked: true,
      blocks: 0,
      lookUps: 0,
      place: -1006,
    });
    assert.equal(entry('confirmed').place, entry('confirmed').id);
    assert.equal(entry('unknown').seenAt, 55);
    assert.ok(id > 0);
  });

  it('counts what is there', () => {
    assert.deepEqual(Object.fromEntries(new Shelves(database).counts()), {
      done: 2,
      later: 1,
      listed: 2,
      needsYou: 2,
      queue: 1,
      sending: 1,
    });
    assert.deepEqual(Object.fromEntries(new Shelves(database).counts({ integrations: ['another'] })), {
      listed: 1,
    });
  });

  it('looks up what is unknown as soon as something runs, even right after a reboot', () => {
    const fresh = new HandClock();
    fresh.reboot(0);
    const ports = { clock: fresh.read, owner: 'b', isOwnerAlive: () => true, chance: () => 0 };
    assert.equal(new AttemptBook(database, ports).nextLookUp(integration), entry('unknown').id);
  });

  it('lets no other entry wait', () =>
    assert.deepEqual(
      states.filter((state) => entry(state).wait !== undefined),
      ['unknown'],
    ));

  it('keeps every attempt as it was, and the quota with it', () => {
    assert.deepEqual(database.all('SELECT * FROM attempts ORDER BY id'), before);
    assert.equal(before.length, 6);
    const { windows, inFlight } = book().quota(integration);
    assert.deepEqual([windows[0]?.used, windows[1]?.used, inFlight], [6, 6, true]);
    assert.deepEqual(
      { ...database.get('SELECT * FROM server_times') },
      { integration, server_at: 5, uptime_ms: 6 },
    );
  });

  it('still finds what a dead window left out', () => {
    book().recover(integration);
    assert.deepEqual([entry('sending').state, entry('sending').reason], ['unknown', 'windowEnded']);
  });

  it('keeps a copy of the first version beside it, and gives no id twice', () => {
    assert.ok(existsSync(folder.path('list.sqlite.v1.bak')));
    const last = Number(database.get('SELECT max(id) AS id FROM entries')?.['id']);
    database.run('DELETE FROM entries');
    const list = new CleanupList(database);
    list.add(integration, [{ sessionId: sessionNumber(1) }], 1);
    assert.ok((list.find(integration, sessionNumber(1))?.id ?? 0) > last);
  });
});

describe('what the schema says of an entry by itself', () => {
  let database: CleanupDatabase;
  beforeEach(() => (database = CleanupDatabase.open(':memory:')));
  afterEach(() => database.close());

  /** The generated columns of an entry with id 5 and these columns. */
  function generated(columns: Record<string, string | number | null>): [unknown, unknown] {
    const names = Object.keys(columns);
    database.run(
      `INSERT INTO entries (id, integration, session_id, added_at, changed_at, ${names.join(', ')})
       VALUES (5, 'a', 'b', 1, 77, ${names.map(() => '?').join(', ')})`,
      ...Object.values(columns),
    );
    const row = database.get('SELECT shelf, place FROM entries');
    return [row?.['shelf'], row?.['place']];
  }

  for (const [columns, shelf, place] of [
    [{ state: 'listed' }, 'listed', 5],
    [{ state: 'listed', held_at: 1 }, 'held', 5],
    [{ state: 'listed', rank: -2.5 }, 'listed', -2.5],
    [{ state: 'confirmed' }, 'queue', 5],
    [{ state: 'confirmed', rank: 0 }, 'queue', 0],
    [{ state: 'confirmed', held_at: 1, rank: 3 }, 'held', 3],
    [{ state: 'confirmed', held_at: 0 }, 'held', 5],
    [{ state: 'sending', rank: 3 }, 'sending', -77],
    [{ state: 'deleted', rank: 3 }, 'done', -77],
    [{ state: 'gone' }, 'done', -77],
    [{ state: 'failed' }, 'needsYou', -77],
    [{ state: 'blocked', wait_ms: 0 }, 'later', -77],
    [{ state: 'blocked' }, 'needsYou', -77],
    [{ state: 'blocked', wait_ms: 9, held_at: 1 }, 'held', 5],
    [{ state: 'blocked', held_at: 1, rank: 4 }, 'needsYou', 4],
    [{ state: 'unknown', wait_ms: 9 }, 'later', -77],
    [{ state: 'unknown' }, 'later', -77],
    [{ state: 'unknown', wait_ms: 9, look_ups: 1 }, 'needsYou', -77],
    [{ state: 'unknown', wait_ms: 9, held_at: 1 }, 'held', 5],
    [{ state: 'unknown', look_ups: 2, held_at: 1 }, 'needsYou', 5],
  ] satisfies [Record<string, string | number>, string, number][])
    it(`${JSON.stringify(columns)} stands on ${shelf} at ${place}`, () =>
      assert.deepEqual(generated(columns), [shelf, place]));

  it('lets nobody write a shelf or a place', () => {
    generated({ state: 'listed' });
    assert.throws(() => database.run("UPDATE entries SET shelf = 'queue'"), /generated column/);
    assert.throws(() => database.run('UPDATE entries SET place = 1'), /generated column/);
  });

  it('knows two ways to be checked, and no fewer than none of anything', () => {
    assert.throws(() => generated({ state: 'listed', checked: 2 }), /CHECK/);
    assert.throws(() => database.run("INSERT INTO entry_counts VALUES ('a', 'queue', -1)"), /CHECK/);
    assert.throws(() => database.run("INSERT INTO integrations VALUES ('a', NULL, 'tired')"), /CHECK/);
  });
});
