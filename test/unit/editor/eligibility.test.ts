import assert from 'node:assert/strict';
import type { Entry } from '../../../src/cleanup/list/entry.ts';
import type { EntryState } from '../../../src/cleanup/list/entryState.ts';
import {
  whyNotChecked,
  whyNotCopied,
  whyNotHeld,
  whyNotLookedUp,
  whyNotMoved,
  whyNotOpened,
  whyNotReleased,
  whyNotRemoved,
  whyNotRetried,
  type WhyNot,
} from '../../../src/editor/eligibility.ts';
import { CleanupWorkshop, integration, sessionNumber } from '../../support/cleanupWorkshop.ts';
import { madeUpEntry } from '../../support/madeUpEntry.ts';

const states: readonly EntryState[] = [
  'listed',
  'confirmed',
  'sending',
  'deleted',
  'gone',
  'blocked',
  'failed',
  'unknown',
];

describe('eligibility', () => {
  describe('is what the list itself goes by', () => {
    let shop: CleanupWorkshop;
    beforeEach(() => (shop = new CleanupWorkshop()));
    afterEach(() => shop.database.close());

    /** One entry in each state, held and not, with consent and without, waiting and not. */
    function allEntries(): readonly Entry[] {
      const ids: number[] = [];
      for (const state of states)
        for (const heldAt of [null, 5])
          for (const confirmedAt of [null, 3])
            for (const waitMs of [null, 1000]) {
              const sessionId = sessionNumber(ids.length);
              shop.list.add(integration, [{ sessionId }], 1);
              const id = shop.list.find(integration, sessionId)?.id ?? 0;
              shop.database.run(
                'UPDATE entries SET state = ?, held_at = ?, confirmed_at = ?, wait_ms = ? WHERE id = ?',
                state,
                heldAt,
                confirmedAt,
                waitMs,
                id,
              );
              ids.push(id);
            }
      return ids.map((id) => shop.list.byId(id)).filter((entry) => entry !== undefined);
    }

    const changes: readonly (readonly [string, WhyNot, (id: number) => number])[] = [
      ['remove', whyNotRemoved, (id) => shop.list.remove([id])],
      ['hold', whyNotHeld, (id) => shop.list.hold([id], undefined, 9)],
      ['release', whyNotReleased, (id) => shop.list.release([id])],
      ['moveToHead', whyNotMoved, (id) => shop.order.moveToHead(integration, [id])],
    ];
    for (const [what, whyNot, change] of changes)
      it(what, () => {
        const entries = allEntries();
        assert.equal(entries.length, 64);
        for (const entry of entries)
          assert.equal(change(entry.id), whyNot(entry) === undefined ? 1 : 0, JSON.stringify(entry));
      });

    it('retry, but for what is on hold or unknown', () => {
      for (const entry of allEntries()) {
        const isTaken = shop.list.retry([entry.id], 9) === 1;
        if (entry.state === 'unknown') assert.equal(whyNotRetried(entry), undefined);
        else assert.equal(whyNotRetried(entry) === undefined, isTaken && entry.heldAt === undefined);
      }
    });

    it('a look-up, which nothing but a request that is out stands in the way of', () => {
      for (const entry of allEntries())
        assert.equal(whyNotLookedUp(entry) === undefined, entry.state !== 'sending');
    });
  });

  const cases: readonly (readonly [string, WhyNot, Partial<Entry>, RegExp | undefined])[] = [
    ['Remove', whyNotRemoved, { state: 'sending' }, /^being sent just now$/],
    ['Check', whyNotChecked, {}, undefined],
    ['Check', whyNotChecked, { shelf: 'held', heldAt: 1 }, /^on hold/],
    ['Check', whyNotChecked, { state: 'confirmed' }, /^confirmed before$/],
    ['Check', whyNotChecked, { state: 'confirmed', shelf: 'held', heldAt: 1 }, /^confirmed before$/],
    ['Check', whyNotChecked, { state: 'gone' }, /^done already$/],
    ['Hold', whyNotHeld, { state: 'sending' }, /^being sent just now$/],
    ['Hold', whyNotHeld, { state: 'deleted' }, /^done already$/],
    ['Hold', whyNotHeld, { state: 'failed' }, /^refused by Veriff/],
    ['Hold', whyNotHeld, { state: 'listed', shelf: 'held', heldAt: 1 }, undefined],
    ['Release', whyNotReleased, {}, /^not on hold$/],
    ['Try Again', whyNotRetried, { state: 'listed' }, /^never confirmed .*Delete Listed Sessions…/],
    ['Try Again', whyNotRetried, { state: 'confirmed', confirmedAt: 1 }, /^waiting for a slot already$/],
    ['Try Again', whyNotRetried, { state: 'confirmed', confirmedAt: 1, heldAt: 1 }, /^on hold/],
    ['Try Again', whyNotRetried, { state: 'failed' }, /^not confirmed any more .*Delete Session…/],
    ['Try Again', whyNotRetried, { state: 'failed', confirmedAt: 1 }, undefined],
    ['Try Again', whyNotRetried, { state: 'blocked', confirmedAt: 1, heldAt: 1 }, /^on hold/],
    ['Try Again', whyNotRetried, { state: 'sending' }, /^being sent just now$/],
    ['Try Again', whyNotRetried, { state: 'gone' }, /^done already$/],
    ['Open', whyNotOpened, {}, /no place to go to$/],
    ['Open', whyNotOpened, { source: { uri: 'file:///a', line: 0 } }, undefined],
    ['Copy', whyNotCopied, { state: 'sending' }, undefined],
    ['Move', whyNotMoved, { state: 'confirmed' }, undefined],
    ['Move', whyNotMoved, { state: 'listed' }, /^never confirmed/],
    ['Move', whyNotMoved, { state: 'confirmed', shelf: 'held', heldAt: 1 }, /^on hold/],
    ['Move', whyNotMoved, { state: 'blocked' }, /^not waiting for a slot$/],
    ['Move', whyNotMoved, { state: 'sending' }, /^being sent just now$/],
    ['Move', whyNotMoved, { state: 'deleted' }, /^done already$/],
  ];
  for (const [command, whyNot, parts, reason] of cases)
    it(`${command}: ${JSON.stringify(parts)} ${reason === undefined ? 'is taken' : `is skipped: ${reason.source}`}`, () => {
      const why = whyNot(madeUpEntry(parts));
      if (reason === undefined) assert.equal(why, undefined);
      else assert.match(why ?? '', reason);
    });
});
