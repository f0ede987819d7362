import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { beginAnew } from '../../../../src/cleanup/attempts/beginAnew.ts';
import { CleanupList } from '../../../../src/cleanup/list/cleanupList.ts';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import { forgetAll, forgetIntegration } from '../../../../src/cleanup/database/forgetting.ts';
import { migrations } from '../../../../src/cleanup/database/migrations.ts';
import { Shelves } from '../../../../src/cleanup/list/shelves.ts';
import { Switches } from '../../../../src/cleanup/attempts/switches.ts';
import {
  dayMs,
  freshFolder,
  HandClock,
  hourMs,
  integration,
  outcomeOf,
  reserved,
  sessionNumber,
  unusable,
} from '../../../support/cleanupWorkshop.ts';

const other = 'second-made-up-one';

describe('forgetting', () => {
  let folder: ReturnType<typeof freshFolder>;
  let database: CleanupDatabase;
  const clock = new HandClock();
  const path = (): string => folder.path('list.sqlite');
  beforeEach(() => {
    folder = freshFolder();
    // A copy of the first version and a list that was given up, with the same sessions in them.
    const old = CleanupDatabase.open(path(), migrations.slice(0, 1));
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

  /** Something of an integration in every table that knows integrations. */
  function fill(of: string): void {
    const list = new CleanupList(database);
    const source = { uri: 'file:///made-up/place', line: 0 };
    const limits = [{ count: 99, windowMs: hourMs }];
    const ports = { clock: clock.read, owner: 'a', isOwnerAlive: () => true, chance: () => 0, limits };
    const book = new AttemptBook(database, ports);
    const [first, second, third] = list.confirm(
      of,
      [1, 2, 3].map((number) => ({ sessionId: sessionNumber(number), source })),
      1,
    );
    assert.ok(first && second && third);
    book.record(reserved(book, first.entry.id), outcomeOf(200, { serverAt: 1000 }), 5);
    list.remove([second.entry.id]);
    list.hold([third.entry.id], 'a note of mine', 1);
    const switches = new Switches(database);
    switches.setLimits(of, limits);
    switches.setStop(of, 'forbidden');
    switches.pause();
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
    assert.deepEqual(files, ['list.sqlite.kept', 'list.sqlite.v1.bak']);
  });

  it('of all leaves no row in any table, and no word in any file', () => {
    forgetAll(database, path());
    assert.deepEqual(
      tables().filter((table) => rowsOf(table) > 0),
      [],
    );
    for (const word of [
      sessionNumber(1),
      sessionNumber(2),
      'made-up/place',
      'a note of mine',
      integration,
      other,
    ])
      assert.deepEqual(filesWith(word), [], word);
    assert.deepEqual(
      readdirSync(folder.path('.')).filter((name) => /kept|bak/.test(name)),
      [],
    );
  });

  it('of all leaves a list that works, and ids that were never given before', () => {
    const last = Number(database.get('SELECT max(id) AS id FROM entries')?.['id']);
    forgetAll(database, path());
    const list = new CleanupList(database);
    list.add(integration, [{ sessionId: sessionNumber(1) }], 1);
    assert.deepEqual(Object.fromEntries(new Shelves(database).counts()), { listed: 1 });
    assert.ok((list.find(integration, sessionNumber(1))?.id ?? 0) > last);
    assert.equal(new Switches(database).isPaused(), false);
  });

  it('of one integration leaves nothing of it in any table, and everything of the others', () => {
    const withIntegration = tables().filter(
      (table) =>
        database.get("SELECT 1 FROM pragma_table_info(?) WHERE name = 'integration'", table) !== undefined,
    );
    const of = (name: string): unknown =>
      withIntegration.map((table) => database.all(`SELECT * FROM ${table} WHERE integration = ?`, name));
    assert.ok(withIntegration.length >= 6);
    const before = of(other);
    forgetIntegration(database, integration);
    assert.deepEqual(
      of(integration),
      withIntegration.map(() => []),
    );
    assert.deepEqual(of(other), before);
    assert.equal(new Switches(database).isPaused(), true);
  });

  it('fails whole where nothing can be written', () => {
    database.run('PRAGMA query_only = ON');
    const before = tables().map(rowsOf);
    assert.throws(() => forgetAll(database, path()), unusable('notWritable'));
    assert.throws(() => forgetIntegration(database, other), unusable('notWritable'));
    assert.deepEqual(tables().map(rowsOf), before);
    assert.ok(filesWith(sessionNumber(1)).includes('list.sqlite.kept'));
  });
});
