import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { beginAnew } from '../../../../src/cleanup/attempts/beginAnew.ts';
import { CleanupList } from '../../../../src/cleanup/list/cleanupList.ts';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import { DatabaseUnusable } from '../../../../src/cleanup/database/databaseUnusable.ts';
import { markerOf } from '../../../../src/cleanup/database/databaseMarker.ts';
import { forgetAll } from '../../../../src/cleanup/database/forgetting.ts';
import { migrations } from '../../../../src/cleanup/database/migrations.ts';
import { marginMs } from '../../../../src/cleanup/quota/quota.ts';
import { Integrations } from '../../../../src/cleanup/integrations/integrations.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import { Switches } from '../../../../src/cleanup/attempts/switches.ts';
import { breakingAt } from '../../../support/disk/brokenFiles.ts';
import {
  dayMs,
  freshFolder,
  HandClock,
  integration,
  madeUpIntegration,
  sessionNumber,
  storeMadeUp,
  unusable,
} from '../../../support/cleanup/cleanupWorkshop.ts';

describe('beginAnew', () => {
  let folder: ReturnType<typeof freshFolder>;
  let clock: HandClock;
  let opened: CleanupDatabase[] = [];
  beforeEach(() => {
    folder = freshFolder();
    clock = new HandClock();
    opened = [];
  });
  afterEach(() => {
    for (const database of opened) database.close();
    folder.remove();
  });

  const path = (): string => folder.path('list.sqlite');
  function open(at = path(), steps?: readonly string[]): CleanupDatabase {
    const database = CleanupDatabase.open(at, steps && { migrations: steps });
    opened.push(database);
    return database;
  }
  const bookOf = (database: CleanupDatabase): AttemptBook =>
    new AttemptBook(database, { clock: clock.read, owner: 'a', isOwnerAlive: () => true, chance: () => 0 });
  function put(database: CleanupDatabase, number: number, of = integration): number {
    const stored = madeUpIntegration(of);
    if (new Integrations(database).byId(of) === undefined) storeMadeUp(database, stored);
    const sessions = [{ sessionId: sessionNumber(number) }];
    return new CleanupList(database).agree(stored, sessions, 1)?.entries[0]?.id ?? 0;
  }
  function reserve(database: CleanupDatabase, id: number): string {
    const entry = new CleanupList(database).byId(id);
    assert.ok(entry);
    const means = { integration: madeUpIntegration(entry.integration), mark: markOf(database) };
    return bookOf(database).reserve(entry, means).kind;
  }
  const sessionsIn = (database: CleanupDatabase): unknown[] =>
    database.all('SELECT session_id FROM list_entries ORDER BY 1').map((row) => row['session_id']);
  const names = (): readonly string[] => readdirSync(folder.path('.')).sort();

  /** A list with session 1 on it and no slot left, closed. */
  function oldList(): void {
    const database = open();
    put(database, 1);
    bookOf(database).recordElsewhere(integration, 10, 0);
    opened.pop()?.close();
  }

  describe('the new list', () => {
    beforeEach(() => {
      oldList();
      truncateSync(path(), 5000);
      beginAnew(path(), clock.read);
    });

    it('leaves no file that forgetting everything does not erase', () => {
      for (const round of [1, 2]) {
        writeFileSync(path(), `this is no database, but ${sessionNumber(round)} stands in it`);
        beginAnew(path(), clock.read);
      }
      const holdsAnId = (): readonly string[] =>
        readdirSync(folder.path('.')).filter((name) =>
          readFileSync(folder.path(name), 'latin1').includes('00000000-'),
        );
      assert.equal(holdsAnId().length, 2);
      forgetAll(open(), path());
      assert.deepEqual(holdsAnId(), []);
    });

    it('is empty, and has no free slot for any integration until a day and the margin have passed', () => {
      const database = open();
      assert.deepEqual(sessionsIn(database), []);
      const book = bookOf(database);
      const ids = [integration, 'another'].map((of) => put(database, 1, of));
      for (const each of [integration, 'another', 'never seen before'])
        assert.equal(book.quota(each).freeInMs, dayMs + marginMs);
      clock.pass(dayMs + marginMs - 1);
      for (const id of ids) assert.equal(reserve(database, id), 'noSlot');
      clock.pass(1);
      for (const id of ids) assert.equal(reserve(database, id), 'reserved');
    });

    it('waits for longer windows if there are any', () => {
      const database = open();
      storeMadeUp(database, madeUpIntegration());
      new Switches(database).setLimits(integration, [{ count: 500, windowMs: 7 * dayMs }]);
      assert.equal(bookOf(database).quota(integration).freeInMs, 7 * dayMs + marginMs);
    });

    it('is complete: one file with its marker file, and missing once the file is deleted', () => {
      assert.deepEqual(
        names().filter((name) => !name.includes('.kept')),
        ['list.sqlite', 'list.sqlite.made'],
      );
      rmSync(path());
      assert.throws(() => open(), unusable('missing'));
    });

    it('is not created again when it is opened', () => {
      open();
      opened.pop()?.close();
      clock.pass(dayMs);
      assert.equal(bookOf(open()).quota(integration).freeInMs, marginMs);
    });

    it('keeps the wait whatever the wall clock is set to, and after a reboot', () => {
      clock.wallAt += 30 * dayMs;
      clock.reboot(10 * dayMs);
      const database = open();
      put(database, 1);
      // A start of the machine takes at least 1 ms.
      assert.equal(bookOf(database).quota(integration).freeInMs, dayMs + marginMs - 1);
      assert.equal(reserve(database, 1), 'noSlot');
      clock.pass(dayMs + marginMs);
      assert.equal(reserve(database, 1), 'reserved');
    });

    it('is another list: references to entries of the old one match nothing in it', () => {
      const database = open();
      const before = open(folder.path('old.sqlite'));
      put(before, 1);
      const old = new CleanupList(before).byId(1);
      assert.ok(old);
      assert.equal(put(database, 1), old.id);
      clock.pass(2 * dayMs);
      const means = { integration: madeUpIntegration(), mark: markOf(database) };
      assert.deepEqual(bookOf(database).reserve(old, means), { kind: 'notConfirmed' });
      assert.equal(reserve(database, old.id), 'reserved');
    });
  });

  describe('the old list', () => {
    it('is kept beside it unchanged, whatever it contains', () => {
      const garbage = 'no database at all '.repeat(500);
      writeFileSync(path(), garbage);
      assert.equal(beginAnew(path(), clock.read), `${path()}.kept`);
      assert.equal(readFileSync(`${path()}.kept`, 'utf8'), garbage);
    });

    it('is kept with what is only in its write-ahead log', () => {
      // The first window keeps it open, so that nothing is moved from the log into the file.
      put(open(), 1);
      const kept = beginAnew(path(), clock.read);
      assert.equal(kept, `${path()}.kept`);
      assert.deepEqual(sessionsIn(open(kept)), [sessionNumber(1)]);
      assert.deepEqual(sessionsIn(open()), []);
    });

    it('never replaces one that was kept before, nor a part of it', () => {
      for (const [text, kept] of [
        ['first', '.kept'],
        ['second', '.kept-2'],
        ['third', '.kept-3'],
      ] as const) {
        writeFileSync(path(), text);
        assert.equal(beginAnew(path(), clock.read), path() + kept);
      }
      // If it was deleted, only the log may be left, and that may be the last evidence.
      rmSync(path());
      writeFileSync(`${path()}-wal`, 'fourth');
      assert.equal(beginAnew(path(), clock.read), `${path()}.kept-4`);
      rmSync(path());
      writeFileSync(`${path()}-wal`, 'fifth');
      assert.equal(beginAnew(path(), clock.read), `${path()}.kept-5`);
      assert.deepEqual(
        ['.kept', '.kept-2', '.kept-3', '.kept-4-wal', '.kept-5-wal'].map((name) =>
          readFileSync(path() + name, 'utf8'),
        ),
        ['first', 'second', 'third', 'fourth', 'fifth'],
      );
    });

    it('of which nothing is left leaves nothing to keep, and still no free slot', () => {
      oldList();
      rmSync(path());
      assert.throws(() => open(), unusable('missing'));
      assert.equal(beginAnew(path(), clock.read), undefined);
      assert.equal(bookOf(open()).quota(integration).freeNow, 0);
    });
  });

  describe('another window', () => {
    it('that has the old list open finds it missing, writes nothing, and does no harm when it closes it', () => {
      const other = open();
      put(other, 1);
      const kept = beginAnew(path(), clock.read);
      const keptBytes = readFileSync(kept ?? '');
      assert.throws(() => reserve(other, 1), unusable('missing'));
      assert.throws(() => put(other, 2), unusable('missing'));
      assert.equal(other.isOutdated(), true);
      // Its log has the name of the new list's log by now; only the open file keeps them apart.
      const mine = open();
      put(mine, 3);
      assert.ok(existsSync(`${path()}-wal`));
      other.close();
      assert.ok(existsSync(`${path()}-wal`));
      assert.deepEqual(sessionsIn(open()), [sessionNumber(3)]);
      assert.deepEqual(readFileSync(kept ?? ''), keptBytes);
    });

    it('that has created a list meanwhile keeps it', () => {
      oldList();
      // Right before the new list is moved to its path, which is the last step but one.
      const whole = open(folder.path('other.sqlite'));
      put(whole, 7);
      whole.close();
      const bytes = readFileSync(folder.path('other.sqlite'));
      const late: typeof clock.read = () => {
        writeFileSync(path(), bytes);
        return clock.read();
      };
      assert.throws(() => beginAnew(path(), late), unusable('locked'));
      assert.deepEqual(readFileSync(path()), bytes);
      assert.deepEqual(sessionsIn(open(`${path()}.kept`)), [sessionNumber(1)]);
    });
  });

  describe('interrupted at any step', () => {
    /** Every state in which a list may be when the user gives it up. */
    const starts: readonly (readonly [what: string, make: () => void])[] = [
      ['a whole list', oldList],
      [
        'a damaged one',
        () => {
          oldList();
          truncateSync(path(), 5000);
        },
      ],
      [
        'a damaged one of a version that knew no marker',
        () => {
          open(path(), migrations.slice(0, 1)).close();
          rmSync(markerOf(path()));
          writeFileSync(path(), 'no database at all '.repeat(500));
        },
      ],
      [
        'one that was deleted',
        () => {
          oldList();
          rmSync(path());
        },
      ],
    ];

    /** What the next start finds: the old or the new list, without a free slot, or why neither. */
    function found(): string {
      try {
        const database = open();
        const { freeNow } = bookOf(database).quota(integration);
        assert.equal(freeNow, 0, 'slots are free');
        const sessions = sessionsIn(database);
        return sessions.length === 0 ? 'new' : 'old';
      } catch (error) {
        if (!(error instanceof DatabaseUnusable)) throw error;
        return error.problem;
      } finally {
        opened.pop()?.close();
      }
    }

    for (const [what, make] of starts)
      // Breaking off after a step is much the same as before the next one, so it is tried once.
      for (const moment of what === 'a whole list' ? (['before', 'after'] as const) : (['before'] as const))
        it(`right ${moment} it, ${what} leaves the old list, the new one or none, and never one with free slots`, () => {
          const seen = new Set<string>();
          for (let step = 0; ; step += 1) {
            folder.remove();
            folder = freshFolder();
            make();
            const before = found();
            const isBroken = breakingAt(step, moment, () => void beginAnew(path(), clock.read));
            const after = found();
            seen.add(after);
            assert.ok([before, 'missing', 'new'].includes(after), `${after} after step ${step}`);
            // A second try succeeds, and what was there at first is still kept.
            beginAnew(path(), clock.read);
            assert.equal(found(), 'new', `after step ${step} and a second try`);
            const kept = names().filter((name) => /\.kept(-\d+)?$/.test(name));
            const isKept = kept.some((name) => readFileSync(folder.path(name)).length > 0);
            assert.equal(isKept, what !== 'one that was deleted' || after === 'new', `after step ${step}`);
            if (!isBroken) break;
          }
          assert.ok(seen.has('missing') && seen.has('new'), [...seen].join());
        });
  });
});
