import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { marginMs, veriffLimits } from '../../../../src/cleanup/quota/quota.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  outcomeOf,
  unusable,
} from '../../../support/cleanup/cleanupWorkshop.ts';

describe('Switches', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    shop.stored('another');
  });
  afterEach(() => shop.database.close());
  const changes = (): unknown => shop.database.get('SELECT total_changes() AS n')?.['n'];

  describe('the pause', () => {
    it('is off in a new list, holds for every window, and ends', () => {
      assert.equal(shop.switches.isPaused(), false);
      shop.switches.pause();
      shop.switches.pause();
      shop.confirmed(1);
      for (const owner of ['a', 'b'])
        assert.equal(shop.window(owner).reserveNext(shop.means()).kind, 'paused');
      assert.equal(shop.switches.isPaused(), true);
      shop.switches.resume();
      assert.equal(shop.switches.isPaused(), false);
      assert.equal(shop.window('b').reserveNext(shop.means()).kind, 'reserved');
    });

    it('also stops what the user requests by name, and takes no slot for it', () => {
      const id = shop.confirmed(1);
      shop.switches.pause();
      for (const owner of ['a', 'b'])
        assert.deepEqual(shop.reserve(shop.window(owner), id), { kind: 'paused' });
      assert.equal(shop.stateOf(id), 'confirmed');
      assert.equal(shop.window('a').quota(integration).freeNow, 5);
      shop.switches.resume();
      shop.reserved(shop.window('a'), id);
    });
  });

  describe('a stop', () => {
    it('belongs to one integration, and is reported as a change once', () => {
      assert.equal(shop.switches.stopOf(integration), undefined);
      assert.equal(shop.switches.setStop(integration, 'forbidden'), true);
      assert.equal(shop.switches.setStop(integration, 'forbidden'), false);
      assert.equal(shop.switches.stopOf(integration), 'forbidden');
      assert.equal(shop.switches.stopOf('another'), undefined);
      assert.equal(shop.switches.setStop(integration, 'unauthorised'), true);
      assert.equal(shop.switches.stopOf(integration), 'unauthorised');
      assert.equal(shop.switches.setStop(integration, undefined), true);
      assert.equal(shop.switches.stopOf(integration), undefined);
    });

    it('that changes nothing writes nothing', () => {
      shop.switches.setStop(integration, 'forbidden');
      const before = changes();
      shop.switches.setStop(integration, 'forbidden');
      shop.switches.setStop('another', undefined);
      shop.switches.setStop('never seen before', undefined);
      assert.equal(changes(), before);
    });

    it('ends for every integration if the user resumes, paused or not', () => {
      shop.switches.setStop(integration, 'forbidden');
      shop.switches.setStop('another', 'unauthorised');
      shop.switches.resume();
      assert.deepEqual(
        [shop.switches.stopOf(integration), shop.switches.stopOf('another')],
        [undefined, undefined],
      );
    });

    it('does not apply to an integration that has ended, nor to an unknown one', () => {
      shop.integrations.end('another', 1);
      for (const each of ['another', 'never seen before']) {
        assert.equal(shop.switches.setStop(each, 'forbidden'), false);
        assert.equal(shop.switches.stopOf(each), undefined);
      }
    });

    it('does not stop what the user requests by name', () => {
      shop.switches.setStop(integration, 'forbidden');
      assert.equal(shop.reserve(shop.window('a'), shop.confirmed(1)).kind, 'reserved');
    });

    it('is independent of the limits of an integration', () => {
      const limits = [{ count: 2, windowMs: hourMs }];
      shop.switches.setStop(integration, 'forbidden');
      shop.switches.setLimits(integration, limits);
      assert.equal(shop.switches.stopOf(integration), 'forbidden');
      shop.switches.resume();
      assert.deepEqual(shop.switches.limitsOfKey(shop.switches.keyHashOf(integration)), limits);
    });
  });

  describe('mayLookUp', () => {
    it('is true for one living window, as often as it asks, and for another after that one has ended', () => {
      const alive = new Set(['a', 'b']);
      const may = (owner: string): boolean => shop.switches.mayLookUp(owner, (name) => alive.has(name));
      assert.deepEqual([may('a'), may('b'), may('a')], [true, false, true]);
      alive.delete('a');
      assert.deepEqual([may('b'), may('b')], [true, true]);
    });

    it('does not depend on which window has announced', () => {
      const isAlive = (): boolean => true;
      assert.ok(shop.switches.mayAnnounce('a', isAlive));
      assert.ok(shop.switches.mayLookUp('b', isAlive));
    });
  });

  describe('mayAnnounce', () => {
    const alive = new Set<string>();
    const mayAnnounce = (owner: string): boolean =>
      shop.switches.mayAnnounce(owner, (name) => alive.has(name));
    beforeEach(() => {
      alive.clear();
      for (const owner of ['a', 'b', 'c']) alive.add(owner);
    });

    it('is true for one of several windows, once', () => {
      assert.deepEqual(
        ['a', 'b', 'c', 'a', 'b'].map((owner) => mayAnnounce(owner)),
        [true, false, false, false, false],
      );
    });

    it('is true for the next window after that one has ended, and again only once', () => {
      mayAnnounce('a');
      alive.delete('a');
      assert.deepEqual([mayAnnounce('b'), mayAnnounce('c'), mayAnnounce('b')], [true, false, false]);
    });

    it('is false for a window that has announced before, even if it counts as dead', () => {
      mayAnnounce('a');
      alive.clear();
      assert.equal(mayAnnounce('a'), false);
    });

    it('does not become true because the list was paused in between', () => {
      mayAnnounce('a');
      shop.switches.pause();
      shop.switches.resume();
      assert.equal(mayAnnounce('b'), false);
    });

    it('is true for no window if it cannot be written', () => {
      shop.database.run('PRAGMA query_only = ON');
      assert.throws(() => mayAnnounce('a'), unusable('notWritable'));
      shop.database.run('PRAGMA query_only = OFF');
      assert.equal(mayAnnounce('b'), true);
    });
  });
});

describe('limits of one integration', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  const generous = [{ count: 12, windowMs: hourMs }];
  const send = (number: number, of = integration): void =>
    book.record(shop.reserved(book, shop.confirmed(number, of)), outcomeOf(404), 5);

  it('are those that were granted to it, for every window at once and for no other integration', () => {
    shop.switches.setLimits(integration, generous);
    assert.deepEqual(book.limits(integration), generous);
    assert.deepEqual(book.limits('another'), veriffLimits);
    const numbers = Array.from({ length: 12 }, (_, index) => index);
    for (const number of numbers) send(number);
    assert.equal(shop.reserve(shop.window('b'), shop.confirmed(12)).kind, 'noSlot');
    for (const number of [0, 1, 2, 3, 4]) send(number, 'another');
    assert.equal(shop.reserve(book, shop.confirmed(5, 'another')).kind, 'noSlot');
  });

  it('that are reset to the documented ones keep the whole past', () => {
    shop.switches.setLimits(integration, generous);
    for (let number = 0; number < 12; number += 1) send(number);
    shop.switches.setLimits(integration, undefined);
    assert.deepEqual(book.limits(integration), veriffLimits);
    assert.equal(book.quota(integration).freeInMs, dayMs + marginMs);
  });

  it('that are raised look further back than before', () => {
    for (let day = 0; day < 3; day += 1) {
      for (let number = 0; number < 5; number += 1) send(day * 5 + number);
      shop.clock.pass(dayMs + marginMs);
    }
    assert.equal(book.quota(integration).freeNow, 5);
    shop.switches.setLimits(integration, [{ count: 15, windowMs: 7 * dayMs }]);
    assert.equal(book.quota(integration).windows[0]?.used, 15);
    assert.equal(book.quota(integration).freeNow, 0);
  });

  it('take precedence over those that the window was given, if there are any', () => {
    const strict = shop.window('a', { limits: [{ count: 1, windowMs: hourMs }] });
    assert.equal(strict.quota(integration).freeNow, 1);
    shop.switches.setLimits(integration, generous);
    assert.equal(strict.quota(integration).freeNow, 12);
  });
});
