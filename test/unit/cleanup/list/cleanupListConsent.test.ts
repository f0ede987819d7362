import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { Entry, EntryRef } from '../../../../src/cleanup/list/entry.ts';
import {
  CleanupWorkshop,
  hourMs,
  integration,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { entryInState, everyState } from '../../../support/cleanup/entryInState.ts';

const at = Date.UTC(2026, 0, 5, 9);
const one = { sessionId: sessionNumber(1) };

describe('CleanupList, and what the user agreed to', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  /** Puts session `number` on the list without consent. */
  function listed(number: number, of = integration): number {
    shop.list.add(of, [{ sessionId: sessionNumber(number) }], at);
    return shop.list.find(of, sessionNumber(number))?.id ?? 0;
  }
  function entry(id: number): Entry {
    const found = shop.list.byId(id);
    assert.ok(found);
    return found;
  }
  const consents = (): readonly unknown[] =>
    shop.database
      .all('SELECT session_id, ended_by FROM consents ORDER BY id')
      .map((row) => [Number(String(row['session_id']).slice(-4)), row['ended_by']]);
  const agreements = (): readonly unknown[] =>
    shop.database.all('SELECT * FROM agreements ORDER BY id').map((row) => ({ ...row }));

  describe('agree', () => {
    it('records what the dialog said, and one consent for each session', () => {
      const named = { ...shop.stored(), name: 'as the dialog called it' };
      const agreed = shop.list.agree(named, [one, { sessionId: sessionNumber(2) }], at + 0.4);
      assert.deepEqual(agreements(), [
        {
          id: agreed?.agreement,
          integration,
          name: 'as the dialog called it',
          kind: 'TEST',
          base_url: 'https://veriff.example',
          sessions: 2,
          given_at: at,
        },
      ]);
      assert.deepEqual(consents(), [
        [1, null],
        [2, null],
      ]);
    });

    for (const [what, change] of [
      ['of another kind', { kind: 'LIVE' }],
      ['at another host', { baseUrl: 'https://other.example' }],
      ['that there is none of', { id: 'unheard of' }],
    ] as const)
      it(`gives no consent for an integration ${what}, and writes nothing`, () => {
        const named = { ...shop.stored(), ...change };
        assert.equal(shop.list.agree(named, [one], at), undefined);
        assert.equal(shop.list.beginAgreement(named, 1, at), undefined);
        assert.deepEqual([agreements(), consents(), shop.counts().size], [[], [], 0]);
      });

    it('gives no consent for an integration that ended while the dialog was open', () => {
      const named = shop.stored();
      const id = listed(1);
      shop.integrations.end(integration, at);
      assert.equal(shop.list.agree(named, [one], at), undefined);
      assert.equal(shop.list.beginAgreement(named, 1, at), undefined);
      assert.deepEqual([agreements(), entry(id).state], [[], 'listed']);
    });

    it('leaves out entries on hold, which stay as they are', () => {
      const id = listed(1);
      shop.list.hold([shop.ref(id)], 'why', at);
      const before = entry(id);
      assert.deepEqual(shop.list.agree(shop.stored(), [one], at)?.entries, []);
      assert.deepEqual(entry(id), before);
      assert.deepEqual(consents(), []);
    });

    it('replaces an agreement to the same session, which then ends nothing more', () => {
      const [first, second] = [1, 2].map((more) => shop.list.agree(shop.stored(), [one], at + more));
      assert.ok(first && second);
      assert.deepEqual(consents(), [
        [1, 'replaced'],
        [1, null],
      ]);
      const [confirmed] = second.entries;
      assert.ok(confirmed);
      assert.equal(confirmed.confirmedAt, at + 2);
      assert.equal(shop.list.cancel(first.agreement, at), 0);
      assert.equal(shop.reserve(book, confirmed.id).kind, 'reserved');
    });

    it('is all or nothing', () => {
      const before = listed(1);
      const nonsense = { sessionId: sessionNumber(2), source: { uri: 'u', line: 0.5 } };
      assert.throws(() => shop.list.agree(shop.stored(), [one, nonsense], at));
      assert.deepEqual([agreements(), consents(), entry(before).state], [[], [], 'listed']);
    });
  });

  describe('agreeToListed', () => {
    function begun(sessions = 1): number {
      const agreement = shop.list.beginAgreement(shop.stored(), sessions, at + 7);
      assert.ok(agreement !== undefined);
      return agreement;
    }
    const agree = (...ids: number[]): number =>
      shop.list.agreeToListed(begun(ids.length), shop.refs(ids), at + 9);

    it('confirms listed entries, from the moment of the dialog on', () => {
      const [first, second] = [listed(1), listed(2)];
      const revision = entry(second).revision;
      assert.equal(agree(first, second), 2);
      const { state, confirmedAt, changedAt, addedAt, group } = entry(second);
      assert.deepEqual([state, confirmedAt, changedAt, addedAt], ['confirmed', at + 7, at + 9, at]);
      assert.equal(group, 'queue');
      assert.ok(entry(second).revision > revision);
    });

    for (const state of everyState.filter((each) => each !== 'listed'))
      it(`skips entries that are ${state}`, () => {
        const id = entryInState(shop, state);
        const [before, given] = [entry(id), consents()];
        assert.equal(agree(id, 999), 0);
        assert.deepEqual([entry(id), consents()], [before, given]);
      });

    it('counts a duplicate once, and gives no consent for what another window has removed', () => {
      const [first, second] = [listed(1), listed(2)];
      const refs = shop.refs([first, first, second]);
      shop.list.remove([shop.ref(second)], at);
      assert.equal(shop.list.agreeToListed(begun(), refs, at), 1);
      assert.deepEqual(consents(), [[1, null]]);
    });

    it('leaves out entries on hold', () => {
      const id = listed(1);
      shop.list.hold([shop.ref(id)], undefined, at);
      assert.equal(agree(id), 0);
      assert.deepEqual([entry(id).group, shop.reserve(book, id).kind], ['held', 'notConfirmed']);
    });

    for (const [what, wrong] of [
      ['of another list', { list: 'another' }],
      ['whose number means another session by now', { sessionId: sessionNumber(77) }],
    ] as const satisfies (readonly [string, Partial<EntryRef>])[])
      it(`leaves out an entry ${what}`, () => {
        const [first, second] = [listed(1), listed(2)];
        const refs = [{ ...shop.ref(first), ...wrong }, shop.ref(second)];
        assert.equal(shop.list.agreeToListed(begun(), refs, at), 1);
        assert.deepEqual([entry(first).state, entry(second).state], ['listed', 'confirmed']);
        assert.deepEqual(consents(), [[2, null]]);
      });

    it('gives no consent for an entry of an integration that the dialog did not name', () => {
      shop.stored('another');
      const [mine, theirs] = [listed(1), listed(2, 'another')];
      assert.equal(agree(theirs, mine), 1);
      assert.deepEqual([entry(mine).state, entry(theirs).state], ['confirmed', 'listed']);
      assert.deepEqual(consents(), [[1, null]]);
    });

    it('takes no further part once the integration has ended', () => {
      const [first, second] = [listed(1), listed(2)];
      const agreement = begun(2);
      shop.list.agreeToListed(agreement, [shop.ref(first)], at);
      shop.integrations.end(integration, at);
      assert.equal(shop.list.agreeToListed(agreement, [shop.ref(second)], at), 0);
      assert.deepEqual([entry(first).state, entry(second).state], ['listed', 'listed']);
    });

    it('restores no consent that was taken back between two parts', () => {
      const [first, second] = [listed(1), listed(2)];
      const agreement = begun(2);
      shop.list.agreeToListed(agreement, [shop.ref(first)], at);
      shop.list.hold([shop.ref(first)], 'why', at);
      assert.equal(shop.list.agreeToListed(agreement, [shop.ref(second)], at), 1);
      assert.deepEqual([entry(first).group, entry(first).confirmedAt], ['held', undefined]);
      assert.equal(shop.list.cancel(agreement, at), 1);
      assert.deepEqual(Object.fromEntries(shop.counts()), { listed: 2 });
    });

    it('confirms nothing for an agreement that does not exist', () => {
      const id = listed(1);
      assert.equal(shop.list.agreeToListed(999, [shop.ref(id)], at), 0);
      assert.equal(entry(id).state, 'listed');
    });

    it('confirms all or nothing', () => {
      const ids = [listed(1), listed(2)];
      shop.database.run(
        `CREATE TRIGGER refusing BEFORE UPDATE ON list_entries WHEN NEW.id = ${ids[1]} BEGIN SELECT RAISE(ABORT, 'refused'); END`,
      );
      assert.throws(() => agree(...ids), /refused/);
      assert.deepEqual([shop.stateOf(ids[0] ?? 0), consents()], ['listed', []]);
    });
  });

  describe('agree, for an entry without a valid answer', () => {
    function unknown(): number {
      const id = shop.confirmed(1);
      book.record(shop.reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
      shop.database.run("UPDATE consents SET ended_at = 1, ended_by = 'cancelled' WHERE ended_at IS NULL");
      return id;
    }
    const agree = (): NonNullable<ReturnType<typeof shop.list.agree>> => {
      const agreed = shop.list.agree(shop.stored(), [one], at + 5);
      assert.ok(agreed);
      return agreed;
    };

    it('lets it wait for its look-up, and be sent only after that', () => {
      const id = unknown();
      const before = entry(id);
      const [after] = agree().entries;
      assert.deepEqual(after, {
        ...before,
        confirmedAt: at + 5,
        changedAt: at + 5,
        place: -(at + 5),
        revision: after?.revision,
      });
      assert.equal(book.reserveNext(shop.means()).kind, 'idle');
      assert.equal(shop.reserve(book, id).kind, 'notConfirmed');
      assert.equal(shop.list.recordLookUp(entry(id), { kind: 'found' }, 0, at), 'confirmed');
      assert.equal(book.reserveNext(shop.means()).kind, 'reserved');
    });

    it('can be taken back before the look-up and after it', () => {
      for (const lookUp of ['none', 'found'] as const) {
        const id = unknown();
        const { agreement } = agree();
        if (lookUp === 'found') shop.list.recordLookUp(entry(id), { kind: 'found' }, 0, at);
        assert.equal(shop.list.cancel(agreement, at), 1);
        assert.deepEqual(
          [entry(id).state, entry(id).confirmedAt],
          [lookUp === 'none' ? 'unknown' : 'listed', undefined],
        );
        assert.equal(shop.list.recordLookUp(entry(id), { kind: 'found' }, 0, at), 'listed');
        assert.equal(book.reserveNext(shop.means()).kind, 'idle');
        shop.list.remove([shop.ref(id)], at);
        shop.clock.pass(hourMs);
      }
    });

    it('keeps its wait, its look-ups and its group, so that it is not sent before its look-up', () => {
      const id = unknown();
      for (const nowMs of [75, 76, 77]) shop.list.recordVainLookUp(entry(id), nowMs);
      const before = entry(id);
      assert.deepEqual([before.lookUps, before.group], [3, 'needsYou']);
      const { agreement } = agree();
      shop.list.cancel(agreement, before.changedAt);
      assert.deepEqual(entry(id), { ...before, revision: entry(id).revision });
    });
  });

  it('counts blocks from 0 again with each agreement', () => {
    const id = shop.confirmed(1);
    book.record(shop.reserved(book, id), outcomeOf(400), 5);
    assert.deepEqual([entry(id).blocks, entry(id).waitUntilMs], [1, book.nowMs() + hourMs]);
    const [again] = shop.list.agree(shop.stored(), [one], at + 5)?.entries ?? [];
    assert.deepEqual([again?.state, again?.blocks, again?.waitUntilMs], ['confirmed', 0, undefined]);
  });
});
