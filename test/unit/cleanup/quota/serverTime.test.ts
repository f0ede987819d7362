import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { anyIntegration, recordElsewhere } from '../../../../src/cleanup/quota/pastAttempts.ts';
import { marginMs } from '../../../../src/cleanup/quota/quota.ts';
import { believableServerAt } from '../../../../src/cleanup/quota/serverTime.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  minuteMs,
  reserved,
} from '../../../support/cleanupWorkshop.ts';

const noon = Date.UTC(2026, 0, 5, 12);
const answer = { status: 200, signature: 'valid', serverAt: noon } as const;

describe('believableServerAt', () => {
  for (const [outcome, at] of [
    [{ kind: 'deleted', answer }, noon],
    [{ kind: 'forbidden', answer }, noon],
    [{ kind: 'deleted', answer: { status: 200, signature: 'unsigned' } }, undefined],
    [{ kind: 'unknown', reason: 'otherSession', answer }, undefined],
    [{ kind: 'unknown', reason: 'timeout' }, undefined],
    [{ kind: 'notSent', reason: 'cancelled' }, undefined],
  ] satisfies [DeletionOutcome, number | undefined][])
    it(`is ${String(at)} in ${JSON.stringify(outcome)}`, () => assert.equal(believableServerAt(outcome), at));
});

describe('the server’s time, where an attempt has none of its own', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());
  const told = (serverAt: number, of = integration): void =>
    book.noteLookUp(of, { kind: 'found', answer: { ...answer, serverAt } }, shop.clock.uptimeMs);
  const unanswered = (number: number): void =>
    book.record(reserved(book, shop.confirmed(number)), { kind: 'unknown', reason: 'timeout' }, 5);

  it('is given to what nobody answered, so that its age outlives a reboot', () => {
    for (const number of [1, 2, 3, 4, 5]) unanswered(number);
    told(noon);
    shop.clock.reboot(minuteMs);
    told(noon + 50 * minuteMs);
    assert.equal(book.quota(integration).freeInMs, 10 * minuteMs + marginMs + 1000);
  });

  it('is given once, and not to a request that is out', () => {
    unanswered(1);
    told(noon);
    told(noon + hourMs);
    const id = shop.confirmed(2);
    const reservation = reserved(book, id);
    told(noon + 2 * hourMs);
    const dates = (): unknown[] =>
      shop.database.all('SELECT server_at FROM attempts ORDER BY id').map((row) => row['server_at']);
    assert.deepEqual(dates(), [noon, null]);
    book.record(reservation, { kind: 'unknown', reason: 'timeout' }, 5);
    told(noon + 3 * hourMs);
    assert.deepEqual(dates(), [noon, noon + 3 * hourMs]);
  });

  it('is given to a past that nobody knows, for each integration by its own server', () => {
    recordElsewhere(shop.database, anyIntegration, 1, 0, shop.clock.read(), 'pastUnknown');
    told(noon);
    shop.clock.pass(9 * hourMs);
    told(noon + 90 * dayMs, 'another');
    shop.clock.reboot(minuteMs);
    told(noon + dayMs);
    told(noon + 90 * dayMs + hourMs, 'another');
    assert.equal(book.quota(integration).freeInMs, marginMs + 1000);
    assert.equal(book.quota('another').freeInMs, 23 * hourMs + marginMs + 1000);
    assert.equal(book.quota('a third').freeInMs, dayMs + marginMs - minuteMs);
  });

  it('does not put another unknown past in the place of that one', () => {
    recordElsewhere(shop.database, anyIntegration, 1, 0, shop.clock.read(), 'pastUnknown');
    recordElsewhere(shop.database, integration, 1, 2 * dayMs, shop.clock.read(), 'pastUnknown');
    told(noon);
    assert.equal(book.quota(integration).freeInMs, dayMs + marginMs);
  });
});
