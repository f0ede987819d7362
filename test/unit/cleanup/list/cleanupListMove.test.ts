import assert from 'node:assert/strict';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import {
  CleanupWorkshop,
  hourMs,
  integration,
  outcomeOf,
  reserved,
} from '../../../support/cleanupWorkshop.ts';

const at = Date.UTC(2026, 0, 5, 9);

describe('CleanupList.moveTo', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  const to = 'with edited credentials';
  /** Session `number` on the list of `of`, confirmed and then in this state. */
  function put(number: number, state: string, of = integration): number {
    const id = shop.confirmed(number, of);
    if (state === 'listed') shop.database.run('UPDATE entries SET confirmed_at = NULL WHERE id = ?', id);
    shop.database.run('UPDATE entries SET state = ? WHERE id = ?', state, id);
    return id;
  }
  const entry = (id: number): Partial<Entry> => shop.list.byId(id) ?? {};

  it('takes over what is open, without any consent, and leaves what is out or done', () => {
    const states = ['listed', 'confirmed', 'blocked', 'failed', 'unknown', 'sending', 'deleted', 'gone'];
    const ids = states.map((state, index) => put(index, state));
    assert.deepEqual(shop.list.moveTo(integration, to), { moved: 5, unconfirmed: 4 });
    assert.deepEqual(
      ids.map((id) => [entry(id).integration === to, entry(id).state, entry(id).confirmedAt !== undefined]),
      [
        [true, 'listed', false],
        [true, 'listed', false],
        [true, 'listed', false],
        [true, 'listed', false],
        [true, 'unknown', false],
        [false, 'sending', true],
        [false, 'deleted', true],
        [false, 'gone', true],
      ],
    );
  });

  it('looks up what is unknown with the new credentials, at once, and lists what it finds', () => {
    const book = shop.window('a');
    const id = shop.confirmed(1);
    book.record(reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
    shop.list.noteVainLookUp(id, shop.clock.uptimeMs);
    shop.list.moveTo(integration, to);
    assert.deepEqual([book.nextLookUp(integration), book.nextLookUp(to)], [undefined, id]);
    assert.equal(shop.list.noteLookUp(id, { kind: 'found' }, at), 'listed');
  });

  it('ends the wait of what was blocked: it is listed, and tried only where the user says so', () => {
    const book = shop.window('a');
    const id = shop.confirmed(1);
    book.record(reserved(book, id), outcomeOf(400, { serverAt: at }), 5);
    shop.list.moveTo(integration, to);
    shop.clock.pass(2 * hourMs);
    assert.deepEqual([entry(id).wait, book.nextWaitMs(to)], [undefined, undefined]);
    assert.equal(book.reserveNext(to).kind, 'idle');
  });

  it('leaves a session where it is that is on the other list already, and that one as it is', () => {
    const [mine, free] = [put(1, 'confirmed'), put(2, 'listed')];
    const theirs = put(1, 'confirmed', to);
    const before = [entry(mine), entry(theirs)];
    assert.deepEqual(shop.list.moveTo(integration, to), { moved: 1, unconfirmed: 0 });
    assert.deepEqual([entry(mine), entry(theirs)], before);
    assert.equal(entry(free).integration, to);
  });

  it('keeps what is on hold on hold, unchecked unchecked, and everything in its place', () => {
    const [first, second] = [put(1, 'confirmed'), put(2, 'confirmed')];
    shop.order.moveToHead(integration, [second]);
    shop.list.hold([first], 'why', at);
    shop.list.setChecked([second], false);
    const before = [entry(first), entry(second)];
    shop.list.moveTo(integration, to);
    for (const [index, id] of [first, second].entries()) {
      const { heldAt, holdNote, isChecked, place } = entry(id);
      const was = before[index];
      assert.deepEqual(
        [heldAt, holdNote, isChecked, place],
        [was?.heldAt, was?.holdNote, was?.isChecked, was?.place],
      );
    }
  });

  it('takes no slot and gives none: the quota belongs to the credentials', () => {
    const book = shop.window('a');
    for (const number of [1, 2, 3, 4, 5])
      book.record(reserved(book, shop.confirmed(number)), outcomeOf(400), 5);
    shop.list.moveTo(integration, to);
    assert.deepEqual([book.quota(integration).freeNow, book.quota(to).freeNow], [0, 5]);
  });

  it('of an empty list is nothing', () =>
    assert.deepEqual(shop.list.moveTo(integration, to), { moved: 0, unconfirmed: 0 }));
});
