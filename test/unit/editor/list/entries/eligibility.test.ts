import assert from 'node:assert/strict';
import type { Entry, EntryRef, EntryState } from '../../../../../src/cleanup/list/entry.ts';
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
} from '../../../../../src/editor/list/entries/eligibility.ts';
import { CleanupWorkshop, integration } from '../../../../support/cleanup/cleanupWorkshop.ts';
import { madeUpEntry } from '../../../../support/cleanup/madeUpEntry.ts';

const states: readonly EntryState[] = [
  'listed',
  'confirmed',
  'sending',
  'deleted',
  'notFound',
  'blocked',
  'failed',
  'unknown',
];

describe('eligibility', () => {
  describe('follows the same rules as the list', () => {
    let shop: CleanupWorkshop;
    beforeEach(() => (shop = new CleanupWorkshop()));
    afterEach(() => shop.database.close());

    /**
     * One entry in each state, held and not, with consent and without, waiting and not: everything that the schema
     * allows.
     */
    function allEntries(): readonly Entry[] {
      const ids: number[] = [];
      for (const state of states)
        for (const heldAt of [null, 5])
          for (const consent of ['agreed', 'none'] as const)
            for (const waitMs of [null, 1000]) {
              if (!canBe(state, heldAt, consent)) continue;
              const id = shop.confirmed(ids.length);
              if (consent === 'none') shop.list.hold([shop.ref(id)], undefined, 3);
              shop.database.run(
                'UPDATE list_entries SET state = ?, held_at = ?, wait_until_ms = ? WHERE id = ?',
                state,
                heldAt,
                waitMs,
                id,
              );
              ids.push(id);
            }
      return ids.map((id) => shop.list.byId(id)).filter((entry) => entry !== undefined);
    }

    function canBe(state: EntryState, heldAt: number | null, consent: 'agreed' | 'none'): boolean {
      if (consent === 'none') return state !== 'confirmed' && state !== 'blocked';
      return heldAt === null && !['listed', 'deleted', 'notFound', 'failed'].includes(state);
    }

    const changes: readonly (readonly [string, WhyNot, (ref: EntryRef) => number])[] = [
      ['remove', whyNotRemoved, (ref) => shop.list.remove([ref], 9)],
      ['hold', whyNotHeld, (ref) => shop.list.hold([ref], undefined, 9)],
      ['release', whyNotReleased, (ref) => shop.list.release([ref])],
      ['moveToHead', whyNotMoved, (ref) => shop.order.moveToHead(integration, [ref])],
    ];
    for (const [what, whyNot, change] of changes)
      it(what, () => {
        const entries = allEntries();
        assert.equal(entries.length, 32);
        for (const entry of entries)
          assert.equal(change(entry), whyNot(entry) === undefined ? 1 : 0, JSON.stringify(entry));
      });

    it('listAgain, except for unknown entries and those not found, which are looked up', () => {
      for (const entry of allEntries()) {
        const isTaken = shop.list.listAgain([entry], 9) === 1;
        assert.equal(
          whyNotRetried(entry) === undefined,
          isTaken || ['unknown', 'notFound'].includes(entry.state),
        );
      }
    });

    it('look-ups, which only a request that is out prevents', () => {
      for (const entry of allEntries())
        assert.equal(whyNotLookedUp(entry) === undefined, entry.state !== 'sending');
    });
  });

  const cases: readonly (readonly [string, WhyNot, Partial<Entry>, RegExp | undefined])[] = [
    ['Remove', whyNotRemoved, { state: 'sending' }, /^being sent just now$/],
    ['Check', whyNotChecked, {}, undefined],
    ['Check', whyNotChecked, { group: 'held', heldAt: 1 }, /^on hold/],
    ['Check', whyNotChecked, { state: 'confirmed' }, /^confirmed before$/],
    ['Check', whyNotChecked, { state: 'confirmed', group: 'held', heldAt: 1 }, /^confirmed before$/],
    ['Check', whyNotChecked, { state: 'notFound' }, /^not known to Veriff/],
    ['Check', whyNotChecked, { state: 'deleted' }, /^done already$/],
    ['Hold', whyNotHeld, { state: 'notFound' }, /^not known to Veriff/],
    ['Hold', whyNotHeld, { state: 'sending' }, /^being sent just now$/],
    ['Hold', whyNotHeld, { state: 'deleted' }, /^done already$/],
    ['Hold', whyNotHeld, { state: 'failed' }, /^refused by Veriff/],
    ['Hold', whyNotHeld, { state: 'listed', group: 'held', heldAt: 1 }, undefined],
    ['Release', whyNotReleased, {}, /^not on hold$/],
    ['Try Again', whyNotRetried, { state: 'listed' }, /^never confirmed .*Delete Listed Sessions…/],
    ['Try Again', whyNotRetried, { state: 'confirmed', confirmedAt: 1 }, /^waiting for a slot already$/],
    ['Try Again', whyNotRetried, { state: 'listed', heldAt: 1 }, /^on hold/],
    ['Try Again', whyNotRetried, { state: 'failed' }, undefined],
    ['Try Again', whyNotRetried, { state: 'failed', heldAt: 1 }, undefined],
    ['Try Again', whyNotRetried, { state: 'blocked', confirmedAt: 1 }, undefined],
    ['Try Again', whyNotRetried, { state: 'unknown' }, undefined],
    ['Try Again', whyNotRetried, { state: 'sending' }, /^being sent just now$/],
    ['Try Again', whyNotRetried, { state: 'notFound' }, undefined],
    ['Try Again', whyNotRetried, { state: 'deleted' }, /^done already$/],
    ['Open', whyNotOpened, {}, /no place to go to$/],
    ['Open', whyNotOpened, { source: { uri: 'file:///a', line: 0 } }, undefined],
    ['Copy', whyNotCopied, { state: 'sending' }, undefined],
    ['Move', whyNotMoved, { state: 'confirmed' }, undefined],
    ['Move', whyNotMoved, { state: 'listed' }, /^never confirmed/],
    ['Move', whyNotMoved, { state: 'confirmed', group: 'held', heldAt: 1 }, /^on hold/],
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
