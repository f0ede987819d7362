import assert from 'node:assert/strict';
import type { RequestMeans } from '../../../../src/cleanup/attempts/reservation.ts';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { CleanupWorkshop } from '../../../support/cleanup/cleanupWorkshop.ts';

describe('credentials that were read for a request', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });

  const readNow = (): RequestMeans => ({ ...shop.means(), readAt: shop.clock.read() });

  it('reserve a slot within two seconds', () => {
    shop.confirmed(1);
    const means = readNow();
    shop.clock.pass(2000);
    assert.equal(book.reserveNext(means).kind, 'reserved');
  });

  it('have to be read again after that, since they may have changed while the process was suspended', () => {
    const entry = shop.ref(shop.confirmed(1));
    const means = readNow();
    shop.clock.pass(2001);
    assert.equal(book.reserveNext(means).kind, 'busy');
    assert.equal(book.reserve(entry, means).kind, 'busy');
    assert.equal(book.reserve(entry, readNow()).kind, 'reserved');
  });
});
