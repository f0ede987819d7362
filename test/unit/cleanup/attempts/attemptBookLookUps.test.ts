import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { LookUpOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  reserved,
} from '../../../support/cleanupWorkshop.ts';

const noon = Date.UTC(2026, 0, 5, 12);
const answer = { status: 200, signature: 'valid', serverAt: noon } as const;

describe('AttemptBook.noteLookUp', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  const found: LookUpOutcome = { kind: 'found', answer };
  const gone: LookUpOutcome = { kind: 'gone', answer };
  const unauthorised: LookUpOutcome = { kind: 'unauthorised', problem: 'apiKey', answer };

  it('stops an integration whose credentials are refused, and lets it go on once they are accepted', () => {
    for (const accepted of [found, gone]) {
      book.noteLookUp(integration, unauthorised);
      assert.equal(shop.switches.stopOf(integration), 'unauthorised');
      assert.equal(shop.switches.stopOf('another'), undefined);
      book.noteLookUp('another', accepted);
      assert.equal(shop.switches.stopOf(integration), 'unauthorised');
      book.noteLookUp(integration, accepted);
      assert.equal(shop.switches.stopOf(integration), undefined);
    }
  });

  it('does not take a look-up that is allowed for a deletion that is', () => {
    shop.switches.setStop(integration, 'forbidden');
    book.noteLookUp(integration, found);
    assert.equal(shop.switches.stopOf(integration), 'forbidden');
  });

  for (const outcome of [
    { kind: 'forbidden', answer },
    { kind: 'limited', answer },
    { kind: 'failed', reason: 'requestRefused', answer },
    { kind: 'unknown', reason: 'serverError', answer },
    { kind: 'notSent', reason: 'noConnection' },
  ] satisfies LookUpOutcome[])
    it(`neither stops nor lets go on after ${outcome.kind}`, () => {
      book.noteLookUp(integration, outcome);
      assert.equal(shop.switches.stopOf(integration), undefined);
      shop.switches.setStop(integration, 'unauthorised');
      book.noteLookUp(integration, outcome);
      assert.equal(shop.switches.stopOf(integration), 'unauthorised');
    });

  it('learns the time from what is believed, and from nothing else', () => {
    const time = (): unknown => shop.database.get('SELECT server_at FROM server_times')?.['server_at'];
    book.noteLookUp(integration, { kind: 'unknown', reason: 'signatureMismatch', answer });
    book.noteLookUp(integration, { kind: 'notSent', reason: 'cancelled' });
    book.noteLookUp(integration, { kind: 'gone', answer: { status: 404, signature: 'valid' } });
    assert.equal(time(), undefined);
    book.noteLookUp(integration, unauthorised);
    assert.equal(time(), noon);
    book.noteLookUp(integration, { kind: 'limited', answer: { ...answer, serverAt: noon + 1000 } });
    assert.equal(time(), noon + 1000);
  });
});

describe('AttemptBook.needsServerTime', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());
  const send = (number: number, serverAt?: number): void =>
    book.record(
      reserved(book, shop.confirmed(number)),
      outcomeOf(200, serverAt === undefined ? {} : { serverAt }),
      5,
    );

  it('is not asked for without a past, nor while the machine runs on', () => {
    assert.equal(book.needsServerTime(integration), false);
    send(1);
    send(2, noon);
    shop.clock.pass(dayMs);
    assert.equal(book.needsServerTime(integration), false);
    shop.clock.uptimeMs -= 4000;
    assert.equal(book.needsServerTime(integration), false);
  });

  for (const [what, serverAt] of [
    ['without a date', undefined],
    ['with one', noon],
  ] as const)
    it(`is asked for after each reboot, once, where the past is ${what}`, () => {
      send(1, serverAt);
      for (const uptimeMs of [hourMs, minuteMs]) {
        shop.clock.reboot(uptimeMs);
        assert.equal(book.needsServerTime(integration), true);
        assert.equal(book.needsServerTime('another'), false);
        book.noteServerTime(integration, noon + dayMs);
        assert.equal(book.needsServerTime(integration), false);
      }
    });

  it('is asked for by each process once, as an uptime that has grown past an older one hides a reboot', () => {
    send(1, noon);
    assert.equal(book.needsServerTime(integration), false);
    const next = shop.window('b');
    assert.equal(next.needsServerTime(integration), true);
    next.noteServerTime(integration, noon + dayMs);
    assert.equal(next.needsServerTime(integration), false);
    const third = shop.window('c');
    third.record(reserved(third, shop.confirmed(2)), outcomeOf(200, { serverAt: noon + dayMs }), 5);
    assert.equal(third.needsServerTime(integration), false);
  });

  it('is not asked for because of a request that is out', () => {
    reserved(book, shop.confirmed(1));
    shop.clock.reboot(minuteMs);
    assert.equal(book.needsServerTime(integration), false);
  });
});
