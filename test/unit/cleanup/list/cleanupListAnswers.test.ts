import assert from 'node:assert/strict';
import type { Entry, EntryState } from '../../../../src/cleanup/list/entry.ts';
import type { LookUpResult } from '../../../../src/cleanup/list/lookUpResult.ts';
import {
  CleanupWorkshop,
  integration,
  minuteMs,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { entryInState } from '../../../support/cleanup/entryInState.ts';

const at = Date.UTC(2026, 0, 5, 9);
const nowMs = 777;

describe('CleanupList, and which look-up results count', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  function entry(id: number): Entry {
    const found = shop.list.byId(id);
    assert.ok(found);
    return found;
  }
  /** Records the result of a look-up that asked about the entry as it is now. */
  const told = (id: number, result: LookUpResult): EntryState | undefined =>
    shop.list.recordLookUp(entry(id), result, nowMs, at);
  /** An entry that was sent and got no answer. */
  function unknown(): number {
    const book = shop.window('a');
    const id = shop.confirmed(1);
    book.record(shop.reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
    return id;
  }

  describe('a 404 for an entry without a valid answer', () => {
    /** Listed, looked up and found, then sent without an answer. */
    function foundThenSent(): number {
      shop.list.add(integration, [{ sessionId: sessionNumber(1) }], at);
      told(shop.list.find(integration, sessionNumber(1))?.id ?? 0, { kind: 'found' });
      return unknown();
    }

    it('is called deleted if it was found before it was sent', () =>
      assert.equal(told(foundThenSent(), { kind: 'notFound' }), 'deleted'));

    it('is called not found if no look-up had found it', () => {
      const id = unknown();
      assert.equal(told(id, { kind: 'notFound' }), 'notFound');
      assert.equal(entry(id).confirmedAt, undefined);
    });

    it('is called deleted if it was found between two of our requests', () => {
      const id = unknown();
      told(id, { kind: 'found' });
      shop.clock.pass(minuteMs);
      assert.equal(shop.list.byId(unknownAgain(id))?.state, 'unknown');
      assert.equal(told(id, { kind: 'notFound' }), 'deleted');
    });

    function unknownAgain(id: number): number {
      const book = shop.window('b');
      book.record(shop.reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
      return id;
    }

    it('is called not found if it was found only after the last of our requests', () => {
      const id = unknown();
      // Found while the consent had ended: listed, and unknown once more without another request.
      shop.list.cancel(1, at);
      told(id, { kind: 'found' });
      shop.database.run("UPDATE list_entries SET state = 'unknown' WHERE id = ?", id);
      assert.equal(told(id, { kind: 'notFound' }), 'notFound');
    });

    it('is called not found if our request was not sent', () => {
      const id = foundThenSent();
      shop.database.run('UPDATE deletion_attempts SET counts = 0');
      assert.equal(told(id, { kind: 'notFound' }), 'notFound');
    });

    it('is called not found if our request got an answer', () => {
      const id = foundThenSent();
      shop.database.run("UPDATE deletion_attempts SET outcome = 'limited'");
      assert.equal(told(id, { kind: 'notFound' }), 'notFound');
    });

    it('is called not found if the entry is no longer unknown, whatever was sent', () => {
      const id = foundThenSent();
      shop.list.cancel(1, at);
      shop.database.run("UPDATE list_entries SET state = 'listed'");
      assert.equal(told(id, { kind: 'notFound' }), 'notFound');
    });

    it('is called deleted if the window ended before its answer', () => {
      const id = foundThenSent();
      shop.database.run('UPDATE deletion_attempts SET outcome = NULL, settled_ms = NULL');
      assert.equal(told(id, { kind: 'notFound' }), 'deleted');
    });

    for (const [what, sql] of [
      ['another integration has found it', "UPDATE deletion_attempts SET integration = 'another'"],
      [
        'our request was for another session',
        `UPDATE deletion_attempts SET session_id = '${sessionNumber(9)}'`,
      ],
      ['our request was for another entry', 'UPDATE deletion_attempts SET entry_id = NULL'],
    ] as const)
      it(`is called not found if ${what}`, () => {
        const id = foundThenSent();
        shop.database.run(sql);
        assert.equal(told(id, { kind: 'notFound' }), 'notFound');
      });

    it('is called not found if the credentials were edited since it was found', () => {
      const id = foundThenSent();
      const edited = { ...shop.stored(), baseUrl: 'https://other.example' };
      assert.equal(shop.integrations.change(integration, edited, at).kind, 'stored');
      assert.equal(entry(id).state, 'unknown');
      assert.equal(told(id, { kind: 'notFound' }), 'notFound');
    });

    it('is called not found if it was removed and put back since it was found', () => {
      const id = foundThenSent();
      shop.list.remove([shop.ref(id)], at);
      shop.list.undoRemoval(1);
      assert.equal(told(id, { kind: 'notFound' }), 'notFound');
    });
  });

  describe('a look-up result from before a change', () => {
    for (const [what, change] of [
      ['hold', (asked: Entry) => shop.list.hold([asked], undefined, at)],
      ['agreement', () => shop.confirmed(1)],
      ['cancel', () => shop.list.cancel(1, at)],
      ['edit of the integration', () => edit()],
      [
        'request and its answer',
        (asked: Entry) => {
          const book = shop.window('c');
          shop.list.recordLookUp(asked, { kind: 'found' }, nowMs, at);
          shop.clock.pass(minuteMs);
          book.record(shop.reserved(book, asked.id), outcomeOf(429), 5);
        },
      ],
      ['removal and undo', (asked: Entry) => [shop.list.remove([asked], at), shop.list.undoRemoval(1)]],
      [
        'removal and another session under another number',
        (asked: Entry) => [shop.list.remove([asked], at), shop.confirmed(2)],
      ],
    ] as const)
      it(`no longer counts: ${what}`, () => {
        const asked = entry(unknown());
        change(asked);
        const before = shop.database.all('SELECT * FROM list_entries');
        for (const result of [{ kind: 'found', status: 'approved' }, { kind: 'notFound' }] as const)
          shop.list.recordLookUp(asked, result, nowMs, at + 9);
        shop.list.recordVainLookUp(asked, nowMs);
        assert.deepEqual(shop.database.all('SELECT * FROM list_entries'), before);
      });

    function edit(): void {
      const edited = { ...shop.stored(), kind: 'LIVE' } as const;
      assert.equal(shop.integrations.change(integration, edited, at).kind, 'stored');
    }

    it('counts if only another look-up was answered meanwhile', () => {
      const id = entryInState(shop, 'listed');
      const asked = entry(id);
      told(id, { kind: 'found' });
      assert.equal(shop.list.recordLookUp(asked, { kind: 'notFound' }, nowMs, at + 9), 'notFound');
    });
  });
});
