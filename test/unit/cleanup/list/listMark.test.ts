import assert from 'node:assert/strict';
import { compareMark, isSameMark, markOf, type ListMark } from '../../../../src/cleanup/list/listMark.ts';
import {
  CleanupWorkshop,
  dayMs,
  integration,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { entryInState, everyState } from '../../../support/cleanup/entryInState.ts';

const at = Date.UTC(2026, 0, 5, 9);

describe('isSameMark', () => {
  const own: ListMark = { list: 'ours', generation: 7, name: 'seven' };
  for (const [what, kept, expected] of [
    ['there is none', undefined, false],
    ['it is of another list', { ...own, list: 'theirs' }, false],
    ['it is behind', { ...own, generation: 6 }, false],
    ['it is ahead', { ...own, generation: 8 }, false],
    ['it has another name', { ...own, name: 'another seven' }, false],
    ['it is the same', { ...own }, true],
  ] as const)
    it(`is ${expected} for a stored mark if ${what}`, () => assert.equal(isSameMark(kept, own), expected));
});

describe('compareMark', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  const own = (): ListMark => markOf(shop.database);
  const compare = (kept: ListMark | undefined, nowMs = 4000): string =>
    shop.database.transaction(() => compareMark(shop.database, kept, nowMs, at));
  const endings = (): readonly unknown[] =>
    shop.database.all('SELECT ended_by FROM consents ORDER BY id').map((row) => row['ended_by']);
  const ahead = (): ListMark => ({ ...own(), generation: own().generation + 1 });

  it('finds nothing if the file is up to date, or newer than the stored mark', () => {
    shop.confirmed(1);
    const mark = own();
    shop.list.hold([shop.ref(shop.confirmed(2))], undefined, at);
    const now = own();
    assert.ok(now.generation > mark.generation);
    for (const kept of [mark, now]) assert.equal(compare(kept), 'same');
    assert.deepEqual([own(), endings()], [now, [null, 'held']]);
    assert.equal(shop.database.get('SELECT unknown_past_ms FROM list')?.['unknown_past_ms'], null);
  });

  describe('without a stored mark', () => {
    it('ends every consent, and reports it once', () => {
      const id = shop.confirmed(1);
      const { list } = own();
      assert.equal(compare(undefined), 'noneKept');
      assert.deepEqual([shop.stateOf(id), endings()], ['listed', ['markMissing']]);
      assert.equal(own().list, list);
      assert.equal(compare(undefined), 'same');
    });

    it('takes no slot: it is the same list', () => {
      const book = shop.window('a');
      shop.confirmed(1);
      compare(undefined);
      assert.ok(book.quota(integration).freeNow > 0);
    });

    it('finds nothing if nothing was confirmed', () => {
      shop.list.add(integration, [{ sessionId: sessionNumber(1) }], at);
      assert.equal(compare(undefined), 'same');
    });
  });

  for (const [what, kept] of [
    ['ahead of the file', ahead],
    ['of another list', () => ({ list: 'another', generation: 0, name: 'none' })],
    ['of the same number by another name', () => ({ ...own(), name: 'another name' })],
  ] as const)
    describe(`with a stored mark ${what}`, () => {
      it('ends every consent, whatever the states of the entries', () => {
        const ids = everyState.map((state, number) => entryInState(shop, state, number));
        assert.equal(compare(kept()), 'rolledBack');
        assert.deepEqual(
          ids.map((id) => shop.stateOf(id)),
          ['listed', 'listed', 'unknown', 'deleted', 'notFound', 'listed', 'failed', 'unknown'],
        );
        assert.ok(ids.every((id) => shop.list.byId(id)?.confirmedAt === undefined));
        assert.deepEqual(endings().filter((by) => by === 'rolledBack').length, 4);
        assert.ok(!endings().includes(null));
      });

      it('makes it another list, so that earlier references are no longer valid', () => {
        const id = shop.confirmed(1);
        const [ref, before, mark] = [shop.ref(id), own(), kept()];
        compare(mark);
        assert.notEqual(own().list, before.list);
        assert.notEqual(own().list, mark.list);
        assert.ok(own().generation > Math.max(mark.generation, before.generation));
        assert.equal(shop.list.meant(ref), undefined);
        assert.equal(shop.list.remove([ref], at), 0);
      });

      it('leaves no slot free for as long as the longest limit looks back, for any integration', () => {
        shop.stored('another');
        compare(kept(), 0);
        const book = shop.window('a');
        for (const each of [integration, 'another']) {
          const { freeNow, freeInMs } = book.quota(each);
          assert.equal(freeNow, 0);
          assert.ok(freeInMs >= dayMs, String(freeInMs));
        }
      });

      it('keeps the reading up to which the past is unknown', () => {
        compare(kept());
        assert.equal(shop.database.get('SELECT unknown_past_ms FROM list')?.['unknown_past_ms'], 4000);
      });

      it('settles requests that were in flight when the copy was made as unknown, and looks them up', () => {
        const id = shop.confirmed(1);
        const book = shop.window('a');
        const reservation = shop.reserved(book, id);
        compare(kept());
        const { state, reason, waitUntilMs } = shop.list.byId(id) ?? {};
        assert.deepEqual([state, reason, waitUntilMs], ['unknown', 'windowEnded', 4000]);
        const row = shop.database.get('SELECT settled_ms, outcome, reason, counts FROM deletion_attempts');
        assert.deepEqual(
          { ...row },
          { settled_ms: 4000, outcome: 'unknown', reason: 'windowEnded', counts: 1 },
        );
        // It still counts, and a late answer to it is not lost.
        book.record(reservation, outcomeOf(200), 5);
        assert.equal(shop.stateOf(id), 'deleted');
      });

      it('takes in integrations from SecretStorage that were stored after the copy', () => {
        shop.database.run("INSERT INTO switches VALUES ('secretsTakenIn', 'yes')");
        compare(kept());
        assert.equal(shop.database.get("SELECT 1 FROM switches WHERE name = 'secretsTakenIn'"), undefined);
      });

      it('judges the file once by the same mark, and again by another', () => {
        const mark = kept();
        assert.equal(compare(mark), 'rolledBack');
        shop.confirmed(1);
        assert.equal(compare(mark), 'same');
        assert.deepEqual(endings(), [null]);
        const later = { ...mark, generation: mark.generation + 1 };
        assert.equal(compare(later), 'rolledBack');
        assert.deepEqual(endings(), ['rolledBack']);
      });
    });

  describe('the generation grows', () => {
    for (const [what, change] of [
      ['a consent ends', () => shop.list.cancel(1, at)],
      ['a slot is reserved', (id: number) => shop.reserved(shop.window('a'), id)],
      ['an integration is stored', () => shop.stored('another')],
      ['the list is paused', () => shop.switches.pause()],
      ['an integration is stopped', () => shop.switches.setStop(integration, 'forbidden')],
      ['limits are written', () => shop.switches.setLimits(integration, [])],
    ] as const)
      it(`if ${what}`, () => {
        const id = shop.confirmed(1);
        const before = own();
        change(id);
        assert.equal(own().list, before.list);
        assert.ok(own().generation > before.generation);
      });

    it('if an integration ends, even one to which nothing was agreed', () => {
      shop.stored('another');
      const before = own();
      shop.integrations.end('another', at);
      assert.ok(own().generation > before.generation);
    });

    it('if an answer is written, and if limits change', () => {
      const book = shop.window('a');
      const reservation = shop.reserved(book, shop.confirmed(1));
      shop.switches.setLimits(integration, []);
      const generations = [own().generation];
      book.record(reservation, outcomeOf(429), 5);
      generations.push(own().generation);
      shop.switches.setLimits(integration, undefined);
      generations.push(own().generation);
      assert.ok(
        (generations[1] ?? 0) > (generations[0] ?? 0) && (generations[2] ?? 0) > (generations[1] ?? 0),
      );
    });

    it('but not if nothing is taken back or reserved', () => {
      const before = own();
      const id = shop.confirmed(1);
      shop.list.add(integration, [{ sessionId: sessionNumber(2) }], at);
      shop.list.setChecked([shop.ref(id)], false);
      shop.switches.setStop(integration, undefined);
      shop.switches.resume();
      assert.deepEqual(own(), before);
    });
  });
});
