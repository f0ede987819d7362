import assert from 'node:assert/strict';
import { listedStates, markOf, type ListedState } from '../../../../src/editor/inEditor/listedStates.ts';
import type { EntryGroup } from '../../../../src/cleanup/list/entry.ts';
import { timeText } from '../../../../src/editor/text/timeText.ts';
import {
  CleanupWorkshop,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';

describe('the states of sessions on the lists', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  function states(...numbers: readonly number[]): ReadonlyMap<string, readonly ListedState[]> {
    const { database, switches, clock } = shop;
    return listedStates(
      {
        database,
        switches,
        book: shop.window('a'),
        titles: new Map([[integration, 'Shop (TEST)']]),
        absent: 'integration not stored here',
        now: clock.wallAt,
      },
      numbers.map(sessionNumber),
    );
  }
  const texts = (number: number): readonly string[] =>
    (states(number).get(sessionNumber(number)) ?? []).map(({ text, integration: of }) => `${of}: ${text}`);

  it('use the words of the view, with the time of the request', () => {
    const { clock, list } = shop;
    for (let number = 1; number <= 6; number += 1) shop.confirmed(number);
    list.add(integration, [{ sessionId: sessionNumber(20) }], clock.wallAt);
    assert.deepEqual(texts(1), ['Shop (TEST): slot free now · confirmed']);
    const sixth = timeText(clock.wallAt + hourMs + minuteMs, clock.wallAt);
    assert.deepEqual(texts(6), [`Shop (TEST): about ${sixth} · confirmed`]);
    assert.deepEqual(texts(20), ['Shop (TEST): listed, not confirmed']);
    assert.deepEqual(texts(99), []);

    const book = shop.window('a');
    const id = shop.confirmed(1);
    book.record(shop.reserved(book, id), outcomeOf(200), 5);
    const [at, erased] = [clock.wallAt, clock.wallAt + 12 * hourMs];
    assert.deepEqual(texts(1), [
      `Shop (TEST): deleted ${timeText(at, at)}, erased by ${timeText(erased, at)}`,
    ]);
    shop.switches.pause();
    assert.deepEqual(texts(2), ['Shop (TEST): paused · confirmed']);
  });

  it('are returned for each integration, with a placeholder for those not stored here', () => {
    shop.confirmed(1, 'another');
    shop.list.add(integration, [{ sessionId: sessionNumber(1) }], 1);
    assert.deepEqual(texts(1), [
      'integration not stored here: can’t be sent · confirmed',
      'Shop (TEST): listed, not confirmed',
    ]);
  });

  it('are in the order in which the session was listed', () => {
    shop.confirmed(1);
    shop.confirmed(1, 'another');
    assert.deepEqual(
      states(1)
        .get(sessionNumber(1))
        ?.map(({ entry }) => entry.integration),
      [integration, 'another'],
    );
  });

  it('have the rest of the view’s tooltip as details', () => {
    const source = { uri: 'file:///a/orders.json', line: 2 };
    shop.list.add(integration, [{ sessionId: sessionNumber(1), source }], shop.clock.wallAt);
    const [state] = states(1).get(sessionNumber(1)) ?? [];
    assert.deepEqual(state?.details, [
      'Found in orders.json, line 3',
      `Added ${timeText(shop.clock.wallAt, shop.clock.wallAt)}`,
    ]);
  });
});

describe('the mark of an id', () => {
  for (const [groups, expected] of [
    [[], undefined],
    [['done'], 'done'],
    [['done', 'done'], 'done'],
    [['queue'], 'scheduled'],
    [['sending'], 'scheduled'],
    [['later'], 'scheduled'],
    [['done', 'queue'], 'scheduled'],
    [['listed', 'later'], 'scheduled'],
    [['listed'], undefined],
    [['held'], undefined],
    [['needsYou'], undefined],
    [['done', 'listed'], undefined],
    [['held', 'done'], undefined],
  ] satisfies [EntryGroup[], 'done' | 'scheduled' | undefined][])
    it(`is ${expected ?? 'none'} for ${groups.join(' and ') || 'nothing'}`, () => {
      assert.equal(markOf(groups.map((group) => ({ group }))), expected);
    });
});
