import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import type { CommandName } from '../../../src/contributions.ts';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { eventually } from '../../support/process/eventually.ts';
import { elsewhere, ListAtWindow, told } from '../../support/window/listAtWindow.ts';

const [one, two, three] = [sessionNumber(1), sessionNumber(2), sessionNumber(3)];

/** Commands that work on entries, and the word for what was done. */
const commandsOnEntries: readonly (readonly [CommandName, done: string])[] = [
  ['removeFromList', 'removed'],
  ['toggleCheckbox', 'checked or unchecked'],
  ['openSource', 'opened'],
  ['copySessionId', 'copied'],
  ['holdEntries', 'put on hold'],
  ['releaseEntries', 'released'],
  ['retryEntries', 'tried again'],
  ['lookUpEntries', 'looked up'],
  ['moveUp', 'moved'],
  ['moveDown', 'moved'],
  ['sendNext', 'moved'],
];

describe('commands on entries of the list', () => {
  let workshop: HostWorkshop;
  let list: ListAtWindow;

  beforeEach(async () => {
    workshop = await HostWorkshop.open();
    list = new ListAtWindow(workshop);
  });
  afterEach(closeWorkshops);

  for (const [name, done] of commandsOnEntries) {
    it(`${name} does nothing if the row was redrawn meanwhile`, async () => {
      const row = list.put(one, { state: 'confirmed' });
      for (const args of [[undefined], [undefined, [undefined, undefined]]]) {
        person.shown.length = 0;
        await workshop.run(name, ...args);
        assert.equal(told(), `warning: Nothing was ${done}: the row was drawn anew meanwhile. Try again.`);
        assert.equal(person.shown.length, 1);
      }
      assert.deepEqual(list.now(row), row.entry);
    });

    it(`${name} skips rows that are stale`, async () => {
      const row = list.put(one, { state: 'confirmed' });
      const removed = list.put(two, { state: 'confirmed' });
      const reused = list.put(three, { state: 'confirmed' });
      workshop.inDatabase((database) => {
        new CleanupList(database).remove([removed.entry, reused.entry], 1);
        // The number of another session, as on a new list.
        database.run(
          `INSERT INTO list_entries (id, integration, session_id, state, added_at, changed_at) VALUES (?, ?, ?, 'listed', 1, 1)`,
          ...[reused.entry.id, workshop.integration.id, sessionNumber(4)],
        );
      });
      const before = workshop.entry(sessionNumber(4));
      const stale = [removed, reused];
      for (const args of [[removed], [reused], [removed, stale]]) {
        person.shown.length = 0;
        await workshop.run(name, ...args);
        const count = args.length === 1 || name === 'openSource' ? 1 : stale.length;
        assert.equal(told(), `info: Nothing was ${done}. ${count} skipped: not on the list any more.`);
        assert.equal(person.shown.length, 1);
      }
      assert.deepEqual(list.now(row), row.entry);
      assert.deepEqual(workshop.entry(sessionNumber(4)), before);
      assert.deepEqual(workshop.sandbox.requests(), []);
    });

    it(`${name} skips the rows of an older list, whose numbers belong to other entries now`, async () => {
      const row = list.put(one, { state: 'confirmed' });
      workshop.inDatabase((database) => database.run("UPDATE list SET id = 'begun anew'"));
      const before = workshop.entry(one);
      await workshop.run(name, row, [row]);
      assert.equal(told(), `info: Nothing was ${done}. 1 skipped: not on the list any more.`);
      assert.deepEqual(workshop.entry(one), before);
    });

    it(`${name} ignores an argument that is not a row, and says so if it has no entries to offer`, async () => {
      for (const entry of [
        {},
        null,
        'entry',
        { id: '1', sessionId: one },
        { id: 1, sessionId: { toString: () => one } },
        { list: 'x', id: 1, sessionId: one, integration: workshop.integration.id, state: 'confirmed' },
      ]) {
        person.shown.length = 0;
        await workshop.run(name, { kind: 'entry', entry });
        assert.equal(told(), `info: Nothing was ${done}: there is nothing on the list for that.`);
        assert.equal(person.shown.length, 1);
      }
    });
  }

  it('offer the entries they can work on, newest first, and do nothing on Escape or with none picked', async () => {
    list.put(one);
    list.put(two, { state: 'sending' });
    list.put(three, { state: 'notFound', integration: elsewhere });
    for (const answer of [undefined, []] as const) {
      person.shown.length = 0;
      person.answer = () => answer;
      await workshop.run('removeFromList');
      const [pick, ...others] = person.shown;
      assert.deepEqual(others, []);
      assert.equal(pick?.text, 'Remove from List');
      assert.deepEqual(pick.choices, [three, one]);
      assert.match(pick.rows[0]?.description ?? '', /^not found .* · integration not stored here$/);
      assert.match(pick.rows[1]?.description ?? '', /^listed, not confirmed · Shop \(TEST\)$/);
      assert.equal(workshop.entryCount(), 3);
    }
  });

  it('offer the newest thousand of many, and say so', async () => {
    list.putMany(1500, 'listed');
    await workshop.run('removeFromList');
    const [pick] = person.shown;
    assert.equal(pick?.choices.length, 1000);
    assert.equal(pick.choices[0], sessionNumber(1499));
    assert.equal(pick.detail, 'The newest 1000 are shown; filter the list and select others there.');
  });

  describe('Remove from List', () => {
    it('removes the rows, says that nothing was deleted at Veriff, and can be undone', async () => {
      const rows = list.putNumbers(3);
      person.answer = ({ choices }) => choices.find((choice) => choice === 'Undo');
      await workshop.run('removeFromList', rows[0], rows);
      assert.equal(person.messages[0]?.text, '3 removed from the list; nothing was deleted at Veriff.');
      await eventually('it is undone', () => person.messages.length === 2);
      assert.equal(person.messages[1]?.text, '3 put back on the list.');
      assert.deepEqual(
        rows.map((row) => list.now(row)),
        // An answer to a request from before the removal must not affect the restored entry.
        rows.map(({ entry }) => ({ ...entry, revision: entry.revision + 1 })),
      );
      assert.deepEqual(workshop.sandbox.requests(), []);
    });

    it('removes only the clicked row if it is not one of the selected ones', async () => {
      const [first, second] = list.putNumbers(2);
      await workshop.run('removeFromList', first, undefined);
      assert.equal(told(), 'info: 1 removed from the list; nothing was deleted at Veriff.');
      assert.ok(first && second);
      assert.deepEqual(list.states([first, second]), [undefined, 'listed']);
    });

    it('skips what is being sent, and removes entries of every integration, each once', async () => {
      const sending = list.put(one, { state: 'sending' });
      const other = list.put(two, { integration: elsewhere, state: 'confirmed' });
      await workshop.run('removeFromList', sending, [sending, other, other, sending]);
      assert.equal(
        told(),
        'warning: 1 removed from the list; nothing was deleted at Veriff. 1 skipped: being sent just now.',
      );
      assert.deepEqual(list.states([sending, other]), ['sending', undefined]);
    });

    it('keeps the undo of the last removal if it removes nothing', async () => {
      const [row] = list.putNumbers(1);
      const sending = list.put(one, { state: 'sending' });
      await workshop.run('removeFromList', row);
      person.shown.length = 0;
      await workshop.run('removeFromList', sending);
      assert.equal(told(), 'info: Nothing was removed. 1 skipped: being sent just now.');
      person.shown.length = 0;
      await workshop.run('undoRemoval');
      assert.equal(told(), 'info: 1 put back on the list.');
    });

    it('removes what is picked', async () => {
      const rows = list.putNumbers(3);
      person.answer = ({ kind }) => (kind === 'pick' ? [sessionNumber(0), sessionNumber(2)] : undefined);
      await workshop.run('removeFromList');
      assert.deepEqual(list.states(rows), [undefined, 'listed', undefined]);
      assert.equal(told(), 'info: 2 removed from the list; nothing was deleted at Veriff.');
    });

    it('removes those picked entries that still exist if the pick list was outdated', async () => {
      const [first, second] = list.putNumbers(2);
      assert.ok(first && second);
      person.answer = ({ kind, choices }) => {
        if (kind !== 'pick') return undefined;
        workshop.inDatabase((database) => new CleanupList(database).remove([first.entry], 1));
        return choices;
      };
      await workshop.run('removeFromList');
      assert.match(told(), /^warning: 1 removed .* 1 skipped: not on the list any more\.$/);
    });

    it('removes and puts back thousands, in parts', async () => {
      const rows = list.putMany(6000, 'confirmed');
      const turns = countTurns();
      await workshop.run('removeFromList', rows[0], rows);
      assert.equal(told(), 'info: 6000 removed from the list; nothing was deleted at Veriff.');
      assert.equal(workshop.entryCount(), 0);
      assert.equal(person.progress.length, 1);
      person.shown.length = 0;
      await workshop.run('undoRemoval');
      assert.equal(
        told(),
        'info: 6000 put back on the list. 6000 of them were confirmed, and must be confirmed again.',
      );
      assert.ok(turns() > 18, `${turns()} turns`);
      assert.deepEqual(new Set(list.states(rows)), new Set(['listed']));
      assert.deepEqual(workshop.sandbox.requests(), []);
    });

    it('keeps what it has removed if it is cancelled, and can put that back', async () => {
      const rows = list.putMany(20_000, 'listed');
      person.onProgress = (progress) =>
        void eventually('some are gone', () => workshop.entryCount() < 20_000).then(() => progress.cancel());
      await workshop.run('removeFromList', rows[0], rows);
      const removed = 20_000 - workshop.entryCount();
      assert.ok(removed > 0 && removed < 20_000, String(removed));
      assert.equal(
        told(),
        `warning: ${removed} removed from the list; nothing was deleted at Veriff. Cancelled: the others were left as they are.`,
      );
      person.shown.length = 0;
      person.onProgress = () => undefined;
      await workshop.run('undoRemoval');
      assert.equal(workshop.entryCount(), 20_000);
    });

    it('says how many were removed if the list disappears meanwhile', async () => {
      const rows = list.putMany(20_000, 'listed');
      const away = `${workshop.databasePath}.away`;
      person.onProgress = () =>
        void eventually('some are gone', () => workshop.entryCount() < 20_000).then(() =>
          renameSync(workshop.databasePath, away),
        );
      await workshop.run('removeFromList', rows[0], rows);
      renameSync(away, workshop.databasePath);
      const removed = 20_000 - workshop.entryCount();
      assert.match(
        told(),
        new RegExp(
          `^error: ${removed} removed from the list; .* The others were left as they are\\. The cleanup list cannot be used`,
        ),
      );
    });
  });

  describe('Undo Last Removal', () => {
    it('says that there is nothing to undo', async () => {
      await workshop.run('undoRemoval');
      assert.equal(told(), 'info: Nothing was put back: there is no removal to undo.');
    });

    it('says what has to be confirmed again, and what is on the list again already', async () => {
      const rows = [list.put(one, { state: 'confirmed' }), list.put(two), list.put(three)];
      await workshop.run('removeFromList', rows[0], rows);
      await workshop.run('addToList', three);
      person.shown.length = 0;
      await workshop.run('undoRemoval');
      assert.equal(
        told(),
        'info: 2 put back on the list. 1 of them was confirmed, and must be confirmed again. 1 was on it again already.',
      );
      assert.deepEqual(list.states(rows.slice(0, 2)), ['listed', 'listed']);
      assert.equal(workshop.entryCount(), 3);
      person.shown.length = 0;
      await workshop.run('undoRemoval');
      assert.match(told(), /no removal to undo/);
    });

    it('puts back only the entries of the last removal', async () => {
      const [first, second] = list.putNumbers(2);
      assert.ok(first && second);
      await workshop.run('removeFromList', first);
      await workshop.run('removeFromList', second);
      person.shown.length = 0;
      await workshop.run('undoRemoval');
      assert.deepEqual(list.states([first, second]), [undefined, 'listed']);
      assert.equal(told(), 'info: 1 put back on the list.');
    });

    it('can be cancelled, and continues with the rest the next time', async () => {
      const rows = list.putMany(8000, 'listed');
      await workshop.run('removeFromList', rows[0], rows);
      person.shown.length = 0;
      person.onProgress = (progress) =>
        void eventually('some are back', () => workshop.entryCount() > 0).then(() => progress.cancel());
      await workshop.run('undoRemoval');
      const back = workshop.entryCount();
      assert.ok(back > 0 && back < 8000, String(back));
      assert.equal(
        told(),
        `warning: ${back} put back on the list. ${8000 - back} can still be put back with “Undo Last Removal”.`,
      );
      person.onProgress = () => undefined;
      await workshop.run('undoRemoval');
      assert.equal(workshop.entryCount(), 8000);
    });
  });

  describe('Check or Uncheck for Deletion', () => {
    const areChecked = (rows: Parameters<ListAtWindow['states']>[0]): readonly unknown[] =>
      rows.map((row) => list.now(row)?.isChecked);

    it('unchecks if all are checked, and checks all if one is not, without a message', async () => {
      const rows = list.putNumbers(3);
      await workshop.run('toggleCheckbox', rows[0]);
      assert.deepEqual(areChecked(rows), [false, true, true]);
      await workshop.run('toggleCheckbox', rows[1], rows);
      assert.deepEqual(areChecked(rows), [true, true, true]);
      await workshop.run('toggleCheckbox', rows[1], rows);
      assert.deepEqual(areChecked(rows), [false, false, false]);
      assert.equal(told(), '');
    });

    it('skips what is not listed, and says why', async () => {
      const rows = [
        list.put(one),
        list.put(two, { state: 'confirmed' }),
        list.put(three, { heldAt: 5 }),
        list.put(sessionNumber(4), { state: 'deleted' }),
      ];
      await workshop.run('toggleCheckbox', rows[0], rows);
      assert.deepEqual(areChecked(rows), [false, true, true, true]);
      assert.equal(
        told(),
        'warning: 1 unchecked: “Delete Listed Sessions…” leaves them out. 3 skipped: 1 confirmed before, 1 on hold (release it first), 1 done already.',
      );
    });

    it('says what it did to picked entries', async () => {
      const rows = list.putNumbers(2);
      person.answer = ({ kind, choices }) => (kind === 'pick' ? choices : undefined);
      await workshop.run('toggleCheckbox');
      assert.deepEqual(areChecked(rows), [false, false]);
      assert.equal(told(), 'info: 2 unchecked: “Delete Listed Sessions…” leaves them out.');
    });
  });

  describe('Copy Session Id', () => {
    it('copies the ids on the list, one per line, in the order of the rows', async () => {
      const rows = list.putNumbers(3);
      await workshop.run('copySessionId', rows[2], rows.toReversed());
      assert.equal(person.clipboard, [2, 1, 0].map(sessionNumber).join('\n'));
      assert.equal(told(), '');
    });

    it('says what does not exist any more, and how many of the picked ids it copied', async () => {
      const [row] = list.putNumbers(1);
      const gone = list.put(one);
      workshop.inDatabase((database) => new CleanupList(database).remove([gone.entry], 1));
      await workshop.run('copySessionId', row, [row, gone]);
      assert.equal(person.clipboard, sessionNumber(0));
      assert.equal(told(), 'info: One session id copied. 1 skipped: not on the list any more.');
      person.shown.length = 0;
      person.answer = ({ kind, choices }) => (kind === 'pick' ? choices : undefined);
      await workshop.run('copySessionId');
      assert.equal(told(), 'info: One session id copied.');
    });
  });
});

/** Counts the turns of the event loop from now on; the returned function stops that and returns the count. */
function countTurns(): () => number {
  let turns = 0;
  let isAsked = false;
  const next = (): void => {
    turns += 1;
    if (!isAsked) setImmediate(next);
  };
  next();
  return () => {
    isAsked = true;
    return turns;
  };
}
