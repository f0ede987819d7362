import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import type { EntryState } from '../../../src/cleanup/list/entry.ts';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { eventually } from '../../support/process/eventually.ts';
import { elsewhere, ListAtWindow, told, type Row } from '../../support/window/listAtWindow.ts';

const apiKey = 'a11ce000-0000-4000-8000-00000000beef';
const secret = 'b0b00000-0000-4000-8000-00000000cafe';
const one = sessionNumber(1);

describe('the states of entries', () => {
  let workshop: HostWorkshop;
  let list: ListAtWindow;

  beforeEach(async () => {
    workshop = await HostWorkshop.open({ sandbox: { apiKey, sharedSecretKey: secret } });
    list = new ListAtWindow(workshop);
  });
  afterEach(closeWorkshops);

  /** One entry in each state, with its consent if it needs one. */
  function oneInEachState(): readonly Row[] {
    const states: readonly EntryState[] = [
      'listed',
      'confirmed',
      'blocked',
      'unknown',
      'failed',
      'sending',
      'deleted',
      'notFound',
    ];
    return states.map((state, number) => list.put(sessionNumber(number), { state }));
  }

  /** Answers the next input box. */
  function types(text: string | undefined): void {
    person.answer = ({ kind }) => (kind === 'input' ? text : undefined);
  }

  describe('Hold…', () => {
    it('holds what can be held, with the note, and says what it skipped and why', async () => {
      const rows = oneInEachState();
      types('  wait for legal \u202E ');
      await workshop.run('holdEntries', rows[0], rows);
      const held = rows.map((row) => list.now(row)?.holdNote);
      assert.deepEqual(held, [...Array<string>(4).fill('wait for legal \u202E'), ...Array<undefined>(4)]);
      // The hold has ended the consents.
      assert.deepEqual(list.states(rows).slice(0, 4), ['listed', 'listed', 'listed', 'unknown']);
      assert.deepEqual(
        rows.slice(0, 4).map((row) => list.now(row)?.confirmedAt),
        Array<undefined>(4).fill(undefined),
      );
      assert.equal(
        told(),
        'warning: 4 put on hold: none of them is sent before you release and confirm them. 4 skipped: 1 refused by Veriff, and not sent again by itself, 1 being sent just now, 1 done already, 1 not known to Veriff, and not sent.',
      );
      const [input] = person.shown.filter(({ kind }) => kind === 'input');
      assert.equal(input?.text, 'Hold 4 sessions');
    });

    it('needs no note, and shows no message if the row shows the hold', async () => {
      const row = list.put(one);
      types('   ');
      await workshop.run('holdEntries', row);
      const entry = list.now(row);
      assert.ok(entry?.heldAt !== undefined && entry.holdNote === undefined);
      assert.equal(told(), '');
      assert.equal(person.shown[0]?.text, `Hold ${one}`);
    });

    it('holds nothing on Escape', async () => {
      const row = list.put(one);
      types(undefined);
      await workshop.run('holdEntries', row);
      assert.deepEqual(list.now(row), row.entry);
      assert.deepEqual(person.messages, []);
    });

    it('asks for no note if nothing can be held', async () => {
      await workshop.run('holdEntries', list.put(one, { state: 'deleted' }));
      assert.equal(told(), 'info: Nothing was put on hold. 1 skipped: done already.');
      assert.equal(person.shown.length, 1);
    });

    it('changes the note of held entries, starting with the old one', async () => {
      const row = list.put(one);
      types('first');
      await workshop.run('holdEntries', row);
      types('second');
      await workshop.run('holdEntries', row);
      assert.equal(person.shown.at(-1)?.value, 'first');
      assert.equal(list.now(row)?.holdNote, 'second');
    });

    it('accepts no note that is too long, or that contains a stored key in upper or lower case', async () => {
      const row = list.put(one);
      for (const note of ['x'.repeat(201), `key ${apiKey}`, secret.toUpperCase()]) {
        types(note);
        await workshop.run('holdEntries', row);
      }
      assert.deepEqual(
        person.refusals.map(({ reason }) => reason),
        [
          'At most 200 characters.',
          'This holds a stored API key or shared secret key.',
          'This holds a stored API key or shared secret key.',
        ],
      );
      assert.deepEqual(list.now(row), row.entry);
      assert.ok(!workshop.storedBytes().toLowerCase().includes(secret));
    });

    it('skips entries that were sent while the user typed the note', async () => {
      const rows = [list.put(one, { state: 'confirmed' }), list.put(sessionNumber(2))];
      person.answer = ({ kind }) => {
        if (kind !== 'input') return undefined;
        workshop.inDatabase((database) =>
          database.run("UPDATE list_entries SET state = 'sending' WHERE session_id = ?", one),
        );
        return 'note';
      };
      await workshop.run('holdEntries', rows[0], rows);
      assert.equal(
        told(),
        'warning: 1 put on hold: it is not sent before you release and confirm it. 1 skipped: changed meanwhile.',
      );
    });

    it('holds thousands, in parts', async () => {
      const rows = list.putMany(5000, 'confirmed');
      types('all of them');
      await workshop.run('holdEntries', rows[0], rows);
      const held = workshop.inDatabase((database) =>
        database.get("SELECT count(*) AS n FROM list_entries WHERE hold_note = 'all of them'"),
      );
      assert.equal(held?.['n'], 5000);
      assert.equal(told(), '');
    });
  });

  describe('Release', () => {
    it('restores no consent: the entry is listed, and sent only after it is confirmed again', async () => {
      const [held, free, later] = [workshop.sessionId(0), workshop.sessionId(2), workshop.sessionId(1)];
      const row = list.put(held, { state: 'confirmed' });
      list.put(free, { state: 'confirmed' });
      types('');
      await workshop.run('holdEntries', row);
      person.agrees();
      await workshop.run('resumeCleanup');
      await eventually('the other one is deleted', () => workshop.entry(free)?.state === 'deleted');
      person.shown.length = 0;
      await workshop.run('releaseEntries', row);
      assert.equal(told(), 'info: 1 released. Nothing is sent before you confirm it.');
      assert.equal(person.messages[0]?.choices[0], 'Delete Listed Sessions…');
      assert.deepEqual([list.now(row)?.state, list.now(row)?.confirmedAt], ['listed', undefined]);
      // Other sessions are sent, and this one is not.
      await workshop.run('deleteSession', later);
      assert.deepEqual(
        workshop.deletions().map(({ sessionId }) => sessionId),
        [free, later],
      );
      await workshop.run('startCleanup');
      await eventually('it is deleted', () => workshop.entry(held)?.state === 'deleted');
    });

    it('skips what is not on hold, and does not let unconfirmed entries be sent', async () => {
      const rows = [list.put(one, { heldAt: 5 }), list.put(sessionNumber(2))];
      await workshop.run('releaseEntries', rows[0], rows);
      assert.equal(
        told(),
        'warning: 1 released. Nothing is sent before you confirm it. 1 skipped: not on hold.',
      );
      assert.deepEqual(list.states(rows), ['listed', 'listed']);
      assert.deepEqual(
        rows.map((row) => list.now(row)?.heldAt),
        [undefined, undefined],
      );
      assert.deepEqual(workshop.sandbox.requests(), []);
    });

    it('leaves unknown entries to be looked up', async () => {
      const row = list.put(one, { state: 'unknown', heldAt: 5 });
      await workshop.run('releaseEntries', row);
      assert.deepEqual([list.now(row)?.state, list.now(row)?.heldAt], ['unknown', undefined]);
      assert.deepEqual(workshop.deletions(), []);
    });

    it('offers entries on hold, in any group', async () => {
      list.put(sessionNumber(1), { state: 'failed', heldAt: 5 });
      list.put(sessionNumber(2), { heldAt: 5 });
      list.put(sessionNumber(3), { state: 'failed' });
      list.put(sessionNumber(4));
      await workshop.run('releaseEntries');
      assert.deepEqual(person.shown[0]?.choices, [2, 1].map(sessionNumber));
    });
  });

  describe('Try Again', () => {
    it('lists blocked and refused entries, without consent, and says why it skips the others', async () => {
      const rows = oneInEachState().filter(
        ({ entry }) => entry.state !== 'unknown' && entry.state !== 'notFound',
      );
      await workshop.run('retryEntries', rows[0], rows);
      assert.deepEqual(list.states(rows), ['listed', 'confirmed', 'listed', 'listed', 'sending', 'deleted']);
      assert.deepEqual(
        rows.map((row) => list.now(row)?.confirmedAt),
        [undefined, 1, undefined, undefined, 1, undefined],
      );
      assert.equal(person.messages[0]?.choices[0], 'Delete Listed Sessions…');
      assert.equal(
        told(),
        'warning: 2 listed again. Nothing is sent before you confirm them. 4 skipped: 1 never confirmed (use “Delete Listed Sessions…”), 1 waiting for a slot already, 1 being sent just now, 1 done already.',
      );
      assert.deepEqual(workshop.sandbox.requests(), []);
    });

    it('sends nothing that it lists, even if slots are free and the runner is sending', async () => {
      const [first, second] = [workshop.sessionId(0), workshop.sessionId(2)];
      const rows = [list.put(first, { state: 'blocked' }), list.put(second, { state: 'failed' })];
      person.agrees();
      await workshop.run('resumeCleanup');
      await workshop.run('retryEntries', rows[0], rows);
      const other = workshop.sessionId(1);
      await workshop.run('deleteSession', other);
      assert.deepEqual(list.states(rows), ['listed', 'listed']);
      assert.deepEqual(
        workshop.deletions().map(({ sessionId }) => sessionId),
        [other],
      );
    });

    it('keeps the hold of what it lists', async () => {
      const row = list.put(one, { state: 'failed', heldAt: 5 });
      await workshop.run('retryEntries', row);
      assert.deepEqual([list.now(row)?.state, list.now(row)?.heldAt], ['listed', 5]);
    });

    it('looks up unknown entries, and sends nothing before the answer', async () => {
      const there = workshop.sessionId(0);
      const rows = [
        list.put(there, { state: 'unknown' }),
        list.put(one, { state: 'unknown' }),
        list.put(sessionNumber(2), { state: 'unknown', seenAt: 1 }),
        list.put(sessionNumber(3), { state: 'blocked' }),
      ];
      await workshop.run('retryEntries', rows[0], rows);
      assert.deepEqual(list.states(rows), ['confirmed', 'notFound', 'deleted', 'listed']);
      assert.equal(
        told(),
        'info: 1 listed again. Nothing is sent before you confirm it. 3 looked up: 1 is at Veriff, 2 are not known to the integration.',
      );
      assert.deepEqual(
        workshop.sandbox.requests().map(({ method }) => method),
        ['GET', 'GET', 'GET'],
      );
    });

    it('sends again what a look-up has found, if its consent is still alive', async () => {
      const id = workshop.sessionId(0);
      const row = list.put(id, { state: 'unknown' });
      // The wait ends long after this test; otherwise the runner would look it up as soon as it is resumed.
      workshop.inDatabase((database) => database.run('UPDATE list_entries SET wait_until_ms = 1e15'));
      person.agrees();
      await workshop.run('resumeCleanup');
      person.shown.length = 0;
      await workshop.run('retryEntries', row);
      assert.match(
        told(),
        /: the session is at Veriff, .* It was not deleted, and waits for a slot again\.$/,
      );
      await eventually('it is deleted', () => workshop.entry(id)?.state === 'deleted');
    });
  });

  describe('Look Up Status', () => {
    it('shows what was found for one entry, and changes nothing if it was never sent', async () => {
      const session = workshop.sandbox.sessions().find(({ status }) => status === 'approved');
      assert.ok(session !== undefined);
      const row = list.put(session.id);
      await workshop.run('lookUpEntries', row);
      assert.match(
        told(),
        new RegExp(`^info: ${session.id}: the session is at Veriff(?:, with the status “\\w+”)?\\.$`),
      );
      assert.equal(list.now(row)?.state, 'listed');
      assert.ok(list.now(row)?.seenAt !== undefined);
      assert.deepEqual(
        workshop.sandbox.requests().map(({ method, sessionId }) => [method, sessionId]),
        [['GET', session.id]],
      );
      assert.deepEqual(
        person.progress.map(({ title }) => title),
        [`Looking up ${session.id} · Shop (TEST)`],
      );
    });

    it('says for one entry that Veriff does not have it', async () => {
      const row = list.put(one, { state: 'confirmed' });
      await workshop.run('lookUpEntries', row);
      assert.match(
        told(),
        new RegExp(`^info: ${one}: Veriff does not know it for this integration: .* ask Veriff\\.$`),
      );
      assert.equal(list.now(row)?.state, 'notFound');
    });

    it('looks up several one after the other, and skips those that are being sent or not stored here', async () => {
      const ids = [0, 1, 2].map((index) => workshop.sessionId(index));
      const rows = [
        ...ids.map((id) => list.put(id, { state: 'confirmed' })),
        list.put(one, { state: 'sending' }),
        list.put(sessionNumber(2), { integration: elsewhere }),
        list.put(sessionNumber(3), { state: 'deleted' }),
      ];
      await workshop.run('lookUpEntries', rows[0], rows);
      assert.equal(
        told(),
        'warning: 4 looked up: 3 are at Veriff, 1 is not known to the integration. 2 skipped: 1 being sent just now, 1 of an integration that is not stored here.',
      );
      assert.deepEqual(
        workshop.sandbox.requests().map(({ sessionId }) => sessionId),
        [...ids, sessionNumber(3)],
      );
      assert.deepEqual(list.states(rows), [
        'confirmed',
        'confirmed',
        'confirmed',
        'sending',
        'listed',
        'deleted',
      ]);
    });

    it('says so if nothing can be looked up, without a progress', async () => {
      await workshop.run('lookUpEntries', list.put(one, { integration: elsewhere }));
      assert.equal(
        told(),
        'warning: Nothing was looked up. 1 skipped: of an integration that is not stored here.',
      );
      assert.deepEqual(person.progress, []);
    });

    it('says for one entry that there was no believable answer', async () => {
      const row = list.put(workshop.sessionId(0), { state: 'unknown' });
      workshop.sandbox.misbehave('signature-wrong');
      await workshop.run('lookUpEntries', row);
      assert.equal(
        told(),
        `warning: ${workshop.sessionId(0)}: no answer. No answer came that can be believed; the log has the details.`,
      );
      assert.equal(list.now(row)?.state, 'unknown');
      assert.equal(list.now(row)?.lookUps, 1);
    });

    it('stops if the credentials are not accepted, and offers to edit them', async () => {
      const rows = [0, 1, 2].map((index) => list.put(workshop.sessionId(index)));
      workshop.sandbox.misbehave('401/1803');
      await workshop.run('lookUpEntries', rows[0], rows);
      assert.equal(workshop.sandbox.requests().length, 1);
      assert.match(
        told(),
        /^warning: [\da-f-]{36}: no answer\. Veriff does not accept the credentials \(401\).* 2 skipped: not asked for after that answer\.$/,
      );
      assert.deepEqual(person.messages[0]?.choices, ['Edit Integration…', 'Show Log']);
    });

    it('continues with another integration after that', async () => {
      const other = await workshop.addIntegration({ name: 'Other', apiKey: secret });
      const rows = [
        list.put(workshop.sessionId(0), { integration: other.id }),
        list.put(workshop.sessionId(1), { integration: other.id }),
        list.put(workshop.sessionId(2)),
      ];
      await workshop.run('lookUpEntries', rows[0], rows);
      assert.match(
        told(),
        /^warning: 2 looked up: 1 is at Veriff, 1 could not be told\. .*\(401\).* 1 skipped: not asked for after that answer\.$/,
      );
    });

    it('stops on Cancel, and says what it found before', async () => {
      const rows = [0, 1, 2, 3].map((index) => list.put(workshop.sessionId(index)));
      person.onLogLine = (line) => {
        if (line.includes('look-up: found')) person.progress[0]?.cancel();
      };
      await workshop.run('lookUpEntries', rows[0], rows);
      assert.equal(workshop.sandbox.requests().length, 1);
      assert.match(
        told(),
        /^warning: .*: the session is at Veriff.* Cancelled: the others were not looked up\.$/,
      );
    });

    it('looks up nothing if it is cancelled at once', async () => {
      const row = list.put(workshop.sessionId(0), { state: 'unknown' });
      person.onProgress = (progress) => progress.cancel();
      await workshop.run('lookUpEntries', row);
      assert.deepEqual(workshop.sandbox.requests(), []);
      assert.equal(told(), 'warning: Nothing was looked up. Cancelled: the others were not looked up.');
      assert.equal(list.now(row)?.state, 'unknown');
    });

    it('skips what was removed from the list or sent during the look-ups', async () => {
      const rows = [0, 1, 2].map((index) => list.put(workshop.sessionId(index), { state: 'confirmed' }));
      person.onLogLine = (line) => {
        if (!line.includes('look-up: found')) return;
        workshop.inDatabase((database) => {
          const list = new CleanupList(database);
          const removed = rows.flatMap(({ entry }) =>
            entry.sessionId === workshop.sessionId(1) ? [entry] : [],
          );
          list.remove(removed, 1);
          database.run(
            "UPDATE list_entries SET state = 'sending' WHERE session_id = ?",
            workshop.sessionId(2),
          );
        });
      };
      await workshop.run('lookUpEntries', rows[0], rows);
      assert.equal(workshop.sandbox.requests().length, 1);
      assert.match(
        told(),
        /^warning: .*: the session is at Veriff.* 2 skipped: 1 not on the list any more, 1 being sent just now\.$/,
      );
    });

    it('says what it found before the list disappeared', async () => {
      const rows = [0, 1, 2].map((index) => list.put(workshop.sessionId(index)));
      const away = `${workshop.databasePath}.away`;
      let answers = 0;
      person.onLogLine = (line) => {
        if (line.includes('look-up: found') && (answers += 1) === 2) renameSync(workshop.databasePath, away);
      };
      await workshop.run('lookUpEntries', rows[0], rows);
      renameSync(away, workshop.databasePath);
      assert.match(told(), /^error: .*: the session is at Veriff.* The cleanup list cannot be used/);
    });
  });
});
