import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import {
  deleteEntry,
  type DeletionResult,
  type ReadMeans,
  type SendDeletion,
} from '../../../../src/cleanup/attempts/deletion.ts';
import { reservationLifeMs } from '../../../../src/cleanup/attempts/reservation.ts';
import type { Clock } from '../../../../src/cleanup/quota/clock.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  integration,
  outcomeOf,
  sessionNumber,
  unusable,
} from '../../../support/cleanup/cleanupWorkshop.ts';

const going = new AbortController().signal;

describe('deleteEntry', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  let sent: string[];
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
    sent = [];
  });
  afterEach(() => shop.database.close());

  const answer: SendDeletion = (_, sessionId) => {
    sent.push(sessionId);
    shop.clock.pass(40);
    return Promise.resolve(outcomeOf(200));
  };
  const readMeans: ReadMeans = () => Promise.resolve(shop.means());
  const attempts = (): number =>
    Number(shop.database.get('SELECT count(*) AS n FROM deletion_attempts')?.['n']);

  interface How {
    readonly by?: AttemptBook;
    readonly readMeans?: ReadMeans;
    readonly send?: SendDeletion;
    readonly clock?: Clock;
    readonly signal?: AbortSignal;
  }
  function deleted(id: number, how: How = {}): Promise<DeletionResult> {
    const ports = { readMeans, send: answer, clock: shop.clock.read, ...how };
    return deleteEntry(how.by ?? book, shop.ref(id), ports, how.signal ?? going);
  }

  it('reserves, sends with the credentials that were read, records', async () => {
    const id = shop.confirmed(1);
    const seen: unknown[] = [];
    const send: SendDeletion = (used, sessionId, signal) => {
      seen.push(shop.stateOf(id), used);
      assert.equal(signal, going);
      return answer(used, sessionId, signal);
    };
    const result = await deleted(id, { send });
    assert.deepEqual(result, { kind: 'sent', outcome: outcomeOf(200), durationMs: 40 });
    assert.deepEqual(
      [seen, sent, shop.stateOf(id)],
      [['sending', shop.stored()], [sessionNumber(1)], 'deleted'],
    );
  });

  it('does nothing if it was cancelled before', async () => {
    const id = shop.confirmed(1);
    const result = await deleted(id, { signal: AbortSignal.abort() });
    assert.deepEqual(
      [result, sent, attempts(), shop.stateOf(id)],
      [{ kind: 'cancelled' }, [], 0, 'confirmed'],
    );
  });

  it('sends nothing that was not confirmed', async () => {
    shop.list.add(integration, [{ sessionId: sessionNumber(1) }], 1);
    assert.deepEqual([await deleted(1), sent, attempts()], [{ kind: 'notConfirmed' }, [], 0]);
  });

  it('sends nothing while another request is in flight, and nothing without a slot', async () => {
    let answerFirst: (outcome: DeletionOutcome) => void = () => undefined;
    const out = new Promise<DeletionOutcome>((resolve) => (answerFirst = resolve));
    const first = deleted(shop.confirmed(1), { send: () => out });
    const second = shop.confirmed(2);
    assert.equal((await deleted(second, { by: shop.window('b') })).kind, 'busy');
    answerFirst(outcomeOf(200));
    await first;
    for (const number of [2, 3, 4, 5]) await deleted(shop.confirmed(number));
    const sixth = shop.confirmed(6);
    assert.equal((await deleted(sixth)).kind, 'noSlot');
    assert.equal(sent.length, 4);
    assert.equal(shop.stateOf(sixth), 'confirmed');
  });

  it('gives back an expired reservation, takes another, and sends once', async () => {
    const id = shop.confirmed(1);
    const clock = stallingClock(1);
    book = shop.window('a', { clock });
    assert.equal((await deleted(id, { clock })).kind, 'sent');
    assert.deepEqual([sent.length, attempts()], [1, 2]);
    assert.equal(book.quota(integration).windows[0]?.used, 1);
  });

  it('never sends if every reservation has expired by the time it is checked', async () => {
    const id = shop.confirmed(1);
    const clock = stallingClock(Infinity);
    book = shop.window('a', { clock });
    assert.deepEqual(await deleted(id, { clock }), { kind: 'tooSlow' });
    assert.deepEqual([sent, attempts(), shop.stateOf(id)], [[], 3, 'confirmed']);
    assert.deepEqual(shop.window('b').quota(integration).freeNow, 5);
  });

  it('throws, and sends nothing, if the reservation cannot be written', async () => {
    const id = shop.confirmed(1);
    shop.database.run('PRAGMA query_only = ON');
    await assert.rejects(deleted(id), unusable('notWritable'));
    assert.deepEqual(sent, []);
    shop.database.run('PRAGMA query_only = OFF');
    assert.equal(shop.stateOf(id), 'confirmed');
  });

  it('returns the outcome even if it cannot be recorded, and sends nothing more until it is', async () => {
    const [first, second] = [shop.confirmed(1), shop.confirmed(2)];
    const send: SendDeletion = (...values) => {
      shop.database.run('PRAGMA query_only = ON');
      return answer(...values);
    };
    const result = await deleted(first, { send });
    assert.ok(result.kind === 'sent' && result.outcome.kind === 'deleted');
    assert.ok(unusable('notWritable')(result.recordError));
    await assert.rejects(deleted(second), unusable('notWritable'));
    shop.database.run('PRAGMA query_only = OFF');
    assert.equal((await deleted(second)).kind, 'sent');
    assert.deepEqual([shop.stateOf(first), shop.stateOf(second), sent.length], ['deleted', 'deleted', 2]);
  });

  it('measures with the clock that cannot be set', async () => {
    const send: SendDeletion = (...values) => {
      shop.clock.wallAt -= 14 * 3_600_000;
      return answer(...values);
    };
    const result = await deleted(shop.confirmed(1), { send });
    assert.ok(result.kind === 'sent');
    assert.equal(result.durationMs, 40);
  });

  describe('and the credentials', () => {
    it('reads them before each reservation, and not again in between', async () => {
      const id = shop.confirmed(1);
      const clock = stallingClock(2);
      book = shop.window('a', { clock });
      const reservedBefore: number[] = [];
      const reading: ReadMeans = () => {
        reservedBefore.push(attempts());
        return Promise.resolve(shop.means());
      };
      assert.equal((await deleted(id, { clock, readMeans: reading })).kind, 'sent');
      assert.deepEqual([reservedBefore, sent.length], [[0, 1, 2], 1]);
    });

    it('awaits nothing between the reservation and the request', async () => {
      const id = shop.confirmed(1);
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const result = deleted(id, {
        readMeans: async () => {
          await promise;
          return shop.means();
        },
      });
      resolve(undefined);
      // After each turn, either neither has happened or both have.
      while (sent.length === 0) {
        assert.equal(attempts(), 0);
        await Promise.resolve();
      }
      assert.equal(attempts(), 1);
      await result;
    });

    it('sends nothing without them, and takes no slot', async () => {
      const id = shop.confirmed(1);
      const result = await deleted(id, { readMeans: () => Promise.resolve(undefined) });
      assert.deepEqual(
        [result, sent, attempts(), shop.stateOf(id)],
        [{ kind: 'noCredentials' }, [], 0, 'confirmed'],
      );
    });

    it('rejects if they cannot be read, and takes no slot', async () => {
      const id = shop.confirmed(1);
      const failing: ReadMeans = () => Promise.reject(new Error('made up'));
      await assert.rejects(deleted(id, { readMeans: failing }), /made up/);
      assert.deepEqual([sent, attempts(), shop.stateOf(id)], [[], 0, 'confirmed']);
    });

    it('sends nothing if they were not read when it is cancelled, however late they come', async () => {
      const id = shop.confirmed(1);
      const aborting = new AbortController();
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const result = deleted(id, {
        readMeans: () => promise.then(() => shop.means()),
        signal: aborting.signal,
      });
      aborting.abort();
      resolve(undefined);
      assert.deepEqual([await result, sent, attempts()], [{ kind: 'cancelled' }, [], 0]);
    });

    for (const [what, change] of [
      ['has ended', () => shop.integrations.end(integration, 1)],
      [
        'has another host',
        () =>
          shop.integrations.change(integration, { ...shop.stored(), baseUrl: 'https://other.example' }, 1),
      ],
      ['has become LIVE', () => shop.integrations.change(integration, { ...shop.stored(), kind: 'LIVE' }, 1)],
    ] as const)
      it(`sends nothing with those of an integration that ${what} since they were read`, async () => {
        const id = shop.confirmed(1);
        const result = await deleted(id, {
          readMeans: () => {
            const means = shop.means();
            change();
            return Promise.resolve(means);
          },
        });
        assert.deepEqual([result, sent, attempts()], [{ kind: 'integrationChanged' }, [], 0]);
        assert.equal(shop.stateOf(id), 'listed');
      });
  });

  /** A clock with which the process stalls right after each of the first `times` reservations. */
  function stallingClock(times: number): Clock {
    let seen = 0;
    return () => {
      // Nothing else reserves here, so a new row means that the reservation was just written.
      const written = attempts();
      const isOut =
        shop.database.get('SELECT 1 FROM deletion_attempts WHERE settled_ms IS NULL') !== undefined;
      if (isOut && written > seen && written <= times && hasCommitted()) {
        seen = written;
        shop.clock.pass(reservationLifeMs + 1);
      }
      return shop.clock.read();
    };
  }

  function hasCommitted(): boolean {
    try {
      shop.database.transaction(() => undefined);
      return true;
    } catch {
      return false;
    }
  }
});
