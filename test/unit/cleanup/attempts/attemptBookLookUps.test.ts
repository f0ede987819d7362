import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { marginMs } from '../../../../src/cleanup/quota/quota.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  madeUpIntegration,
  minuteMs,
  outcomeOf,
} from '../../../support/cleanup/cleanupWorkshop.ts';

const noon = Date.UTC(2026, 0, 5, 12);
const host = 'veriff.example';
const answer = { status: 200, signature: 'valid', serverAt: noon } as const;

describe('AttemptBook.noteLookUp', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    shop.stored('another');
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  const found: LookUpOutcome = { kind: 'found', answer };
  const gone: LookUpOutcome = { kind: 'notFound', answer };
  const unauthorised: LookUpOutcome = { kind: 'unauthorised', problem: 'apiKey', answer };
  const dates = (): unknown[] =>
    shop.database
      .all('SELECT host, offsets FROM server_dates ORDER BY host')
      .map(({ host: of, offsets }) => [of, (JSON.parse(String(offsets)) as number[]).length]);

  it('stops an integration whose credentials are refused, and no other', () => {
    book.noteLookUp(shop.stored(), unauthorised);
    assert.equal(shop.switches.stopOf(integration), 'unauthorised');
    assert.equal(shop.switches.stopOf('another'), undefined);
  });

  it('stops no integration that has ended', () => {
    shop.integrations.end(integration, 1);
    book.noteLookUp(shop.stored(), unauthorised);
    assert.equal(shop.switches.stopOf(integration), undefined);
  });

  for (const outcome of [
    found,
    gone,
    { kind: 'forbidden', answer },
    { kind: 'limited', answer },
    { kind: 'failed', reason: 'requestRefused', answer },
    { kind: 'unknown', reason: 'serverError', answer },
    { kind: 'notSent', reason: 'noConnection' },
  ] satisfies LookUpOutcome[])
    it(`neither stops nor restarts an integration after ${outcome.kind}: only the user does`, () => {
      book.noteLookUp(shop.stored(), outcome);
      assert.equal(shop.switches.stopOf(integration), undefined);
      for (const stop of ['unauthorised', 'forbidden'] as const) {
        shop.switches.setStop(integration, stop);
        book.noteLookUp(shop.stored(), outcome);
        assert.equal(shop.switches.stopOf(integration), stop);
      }
    });

  it('learns the time from valid answers only', () => {
    book.noteLookUp(shop.stored(), { kind: 'unknown', reason: 'signatureMismatch', answer });
    book.noteLookUp(shop.stored(), { kind: 'unknown', reason: 'serverError', answer });
    book.noteLookUp(shop.stored(), { kind: 'notSent', reason: 'cancelled' });
    book.noteLookUp(shop.stored(), { kind: 'notFound', answer: { status: 404, signature: 'valid' } });
    book.noteLookUp(shop.stored(), { kind: 'found', answer: { ...answer, signature: 'unsigned' } });
    book.noteLookUp(shop.store(madeUpIntegration('sandbox', { isSandbox: true })), found);
    assert.deepEqual(dates(), []);
    book.noteLookUp(shop.stored(), unauthorised);
    assert.deepEqual(dates(), [[host, 1]]);
    book.noteLookUp(shop.stored(), { kind: 'limited', answer });
    assert.deepEqual(dates(), [[host, 2]]);
  });

  it('also learns it from an answer for an ended integration: the clock belongs to the machine', () => {
    shop.integrations.end(integration, 1);
    book.noteLookUp(shop.stored(), gone);
    assert.deepEqual(dates(), [[host, 1]]);
  });
});

describe('AttemptBook and the server’s time', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  /** Sends session `number` and records the outcome at once. */
  function sent(number: number, outcome: DeletionOutcome): void {
    book.record(shop.reserved(book, shop.confirmed(number)), outcome, 5);
  }

  it('shows after a reboot how long ago the last answers were, if the wall clock agrees', () => {
    for (const number of [1, 2, 3, 4, 5]) sent(number, outcomeOf(200, { serverAt: noon }));
    const offMs = 2 * hourMs;
    shop.clock.wallAt += offMs;
    shop.clock.reboot(5 * minuteMs);
    const told = {
      kind: 'notFound',
      answer: { status: 404, signature: 'valid', serverAt: noon + offMs },
    } as const;
    for (const times of [1, 2]) {
      book.noteLookUp(shop.stored(), told);
      // A start of the machine takes at least 1 ms.
      assert.equal(book.quota(integration).freeInMs, hourMs + marginMs - 1, `after ${times}`);
    }
    book.noteLookUp(shop.stored(), told);
    assert.equal(book.quota(integration).freeNow, 5);
  });

  it('shows nothing if it comes from answers that are invalid or unsigned, or from a sandbox', () => {
    const heard = (): unknown => shop.database.get('SELECT count(*) AS n FROM server_dates')?.['n'];
    const kind = { kind: 'unknown', reason: 'signatureMismatch' } as const;
    sent(1, { ...kind, answer: { ...answer, signature: 'mismatch' } });
    sent(2, { ...kind, answer: { ...answer, signature: 'valid' } });
    sent(3, { kind: 'deleted', answer: { ...answer, signature: 'unsigned' } });
    const sandbox = shop.store(madeUpIntegration('sandbox', { isSandbox: true }));
    book.record(shop.reserved(book, shop.confirmed(4, sandbox.id)), outcomeOf(200, { serverAt: noon }), 5);
    assert.equal(heard(), 0);
    sent(5, outcomeOf(200, { serverAt: noon }));
    assert.equal(heard(), 1);
  });

  it('is kept separately for each host', () => {
    const baseUrl = 'https://other.example';
    const other = shop.store(madeUpIntegration('another', { baseUrl }));
    const dates = (): unknown[] =>
      shop.database
        .all('SELECT host, offsets FROM server_dates ORDER BY host')
        .map(({ host, offsets }) => [host, (JSON.parse(String(offsets)) as number[]).length]);
    for (const number of [1, 2]) sent(number, outcomeOf(200, { serverAt: noon }));
    book.record(shop.reserved(book, shop.confirmed(3, other.id)), outcomeOf(404, { serverAt: noon }), 5);
    assert.deepEqual(dates(), [
      ['other.example', 1],
      ['veriff.example', 2],
    ]);
    assert.equal(book.wantsServerTime(host), true);
    sent(4, outcomeOf(200, { serverAt: noon }));
    assert.equal(book.wantsServerTime(host), false);
    assert.equal(book.wantsServerTime('other.example'), true);
  });

  it('is wanted again after each reboot, until three dates have come, and not because of a request in flight', () => {
    for (const uptimeMs of [40 * dayMs, hourMs, minuteMs]) {
      if (uptimeMs < 40 * dayMs) shop.clock.reboot(uptimeMs);
      for (const times of [0, 1, 2]) {
        assert.equal(book.wantsServerTime(host), true, `after ${times} at ${uptimeMs}`);
        book.noteLookUp(shop.stored(), { kind: 'found', answer });
      }
      assert.equal(book.wantsServerTime(host), false);
      assert.equal(shop.window('b').wantsServerTime(host), false);
    }
    shop.reserved(book, shop.confirmed(1));
    assert.equal(book.wantsServerTime(host), false);
  });
});
