import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { beginAnew } from '../../../../src/cleanup/attempts/beginAnew.ts';
import { WantedLookUps } from '../../../../src/cleanup/list/wantedLookUps.ts';
import { CleanupList } from '../../../../src/cleanup/list/cleanupList.ts';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import { forgetAll } from '../../../../src/cleanup/database/forgetting.ts';
import { migrations } from '../../../../src/cleanup/database/migrations.ts';
import { keyHashOf } from '../../../../src/cleanup/integrations/integration.ts';
import { Integrations } from '../../../../src/cleanup/integrations/integrations.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import { EntryGroups } from '../../../../src/cleanup/list/entryGroups.ts';
import { Switches } from '../../../../src/cleanup/attempts/switches.ts';
import {
  dayMs,
  freshFolder,
  HandClock,
  hourMs,
  integration,
  madeUpIntegration,
  madeUpKey,
  outcomeOf,
  sessionNumber,
  unusable,
} from '../../../support/cleanup/cleanupWorkshop.ts';

const other = 'second-made-up-one';

describe('forgetting', () => {
  let folder: ReturnType<typeof freshFolder>;
  let database: CleanupDatabase;
  const clock = new HandClock();
  const path = (): string => folder.path('list.sqlite');
  beforeEach(() => {
    folder = freshFolder();
    // A copy of the first version and a list that was given up, with the same sessions in them.
    const old = CleanupDatabase.open(path(), { migrations: migrations.slice(0, 1) });
    insertPlainly(old);
    old.close();
    CleanupDatabase.open(path()).close();
    beginAnew(path(), clock.read);
    // Until then a new list has no slot.
    clock.pass(2 * dayMs);
    database = CleanupDatabase.open(path());
    for (const each of [integration, other]) fill(each);
  });
  afterEach(() => {
    database.close();
    folder.remove();
  });

  function insertPlainly(old: CleanupDatabase): void {
    old.run(
      "INSERT INTO entries (integration, session_id, state, added_at, changed_at) VALUES (?, ?, 'listed', 1, 1)",
      integration,
      sessionNumber(1),
    );
  }

  /** Rows of one integration in every table. */
  function fill(of: string): void {
    const list = new CleanupList(database);
    const source = { uri: 'file:///made-up/place', line: 0 };
    const limits = [{ count: 99, windowMs: hourMs }];
    const ports = { clock: clock.read, owner: 'a', isOwnerAlive: () => true, chance: () => 0, limits };
    const book = new AttemptBook(database, ports);
    const draft = madeUpIntegration(of);
    const integrations = new Integrations(database);
    const stored = integrations.add(draft, 1);
    assert.ok(stored.kind === 'stored');
    const own = { ...draft, id: stored.row.id };
    const sessions = [1, 2, 3, 4].map((number) => ({ sessionId: sessionNumber(number), source }));
    const [first, second, third] = list.agree(own, sessions, 1)?.entries ?? [];
    assert.ok(first && second && third);
    const switches = new Switches(database);
    switches.resume();
    const result = book.reserve(first, { integration: own, mark: markOf(database) });
    assert.ok(result.kind === 'reserved', result.kind);
    book.record(result.reservation, outcomeOf(200, { serverAt: 1000 }), 5);
    list.remove([second], 1);
    list.hold([third], 'a note of mine', 1);
    switches.setLimits(own.id, limits);
    switches.setStop(own.id, 'forbidden');
    switches.pause();
    const edited = { ...draft, apiKey: madeUpKey(`edited key of ${of}`) };
    assert.equal(integrations.change(own.id, edited, 2).kind, 'stored');
    database.run('INSERT INTO old_integrations (integration) VALUES (?)', of);
    // The entries that the edit has moved are confirmed again, so that a living consent has to be forgotten too.
    const [row] = integrations.living().filter(({ name }) => name === draft.name);
    assert.ok(row);
    const again = list.agree(row, sessions.slice(3), 3)?.entries ?? [];
    assert.equal(again.length, 1);
    new WantedLookUps(database).add(again);
  }

  const tables = (): readonly string[] =>
    database
      .all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .map((row) => String(row['name']));
  const rowsOf = (table: string): number => Number(database.get(`SELECT count(*) AS n FROM ${table}`)?.['n']);
  const filesWith = (text: string): readonly string[] =>
    readdirSync(folder.path('.')).filter((name) => readFileSync(folder.path(name)).includes(text));

  it('has something to forget in every table and in every copy', () => {
    assert.deepEqual(
      tables().filter((table) => rowsOf(table) === 0),
      [],
    );
    const files = filesWith(sessionNumber(1)).filter((name) => !name.endsWith('-wal'));
    // What is written durably is in the file itself.
    assert.deepEqual(files, ['list.sqlite', 'list.sqlite.kept', 'list.sqlite.v1.bak']);
  });

  it('everything leaves no row in any table, and no word in any file', () => {
    forgetAll(database, path());
    assert.deepEqual(
      tables().filter((table) => rowsOf(table) > 0),
      // Both only say that it is a list, and which one.
      ['list', 'marks'],
    );
    for (const word of [
      sessionNumber(1),
      sessionNumber(2),
      'made-up/place',
      'a note of mine',
      integration,
      other,
      keyHashOf(madeUpIntegration(other)),
    ])
      assert.deepEqual(filesWith(word), [], word);
    assert.deepEqual(
      readdirSync(folder.path('.')).filter((name) => /kept|bak/.test(name)),
      [],
    );
  });

  it('everything leaves a list that works, and reuses no ids', () => {
    const last = Number(database.get('SELECT max(id) AS id FROM list_entries')?.['id']);
    forgetAll(database, path());
    const list = new CleanupList(database);
    list.add(integration, [{ sessionId: sessionNumber(1) }], 1);
    assert.deepEqual(Object.fromEntries(new EntryGroups(database).counts()), { listed: 1 });
    assert.ok((list.find(integration, sessionNumber(1))?.id ?? 0) > last);
    assert.equal(new Switches(database).isPaused(), false);
  });

  it('everything leaves another list, so that references to entries of the old one are no longer valid', () => {
    const before = markOf(database);
    assert.ok(before.generation > 0);
    database.run('UPDATE list SET unknown_past_ms = 5');
    forgetAll(database, path());
    const { list, generation } = markOf(database);
    assert.notEqual(list, before.list);
    assert.equal(generation, 0);
    assert.equal(database.get('SELECT unknown_past_ms FROM list')?.['unknown_past_ms'], null);
  });

  it('fails as a whole if nothing can be written', () => {
    database.run('PRAGMA query_only = ON');
    const before = tables().map(rowsOf);
    assert.throws(() => forgetAll(database, path()), unusable('notWritable'));
    assert.deepEqual(tables().map(rowsOf), before);
    assert.ok(filesWith(sessionNumber(1)).includes('list.sqlite.kept'));
  });
});
