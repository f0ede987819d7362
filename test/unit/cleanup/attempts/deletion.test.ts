import assert from 'node:assert/strict';
import { reservationLifeMs, type AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { Clock } from '../../../../src/cleanup/quota/clock.ts';
import { deleteEntry, type SendDeletion } from '../../../../src/cleanup/attempts/deletion.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  integration,
  outcomeOf,
  sessionNumber,
  unusable,
} from '../../../support/cleanupWorkshop.ts';

describe('deleteEntry', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  let sent: string[];
  const going = new AbortController().signal;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
    sent = [];
  });
  afterEach(() => shop.database.close());

  const answer: SendDeletion = (sessionId) => {
    sent.push(sessionId);
    shop.clock.pass(40);
    return Promise.resolve(outcomeOf(200));
  };
  const attempts = (): number => Number(shop.database.get('SELECT count(*) AS n FROM attempts')?.['n']);

  it('reserves, sends, records', async () => {
    const id = shop.confirmed(1);
    const seen: (string | undefined)[] = [];
    const send: SendDeletion = (sessionId, signal) => {
      seen.push(shop.stateOf(id));
      assert.equal(signal, going);
      return answer(sessionId, signal);
    };
    const result = await deleteEntry(book, id, send, shop.clock.read, going);
    assert.deepEqual(result, { kind: 'sent', outcome: outcomeOf(200), durationMs: 40 });
    assert.deepEqual([seen, sent, shop.stateOf(id)], [['sending'], [sessionNumber(1)], 'deleted']);
  });

  it('does nothing at all where it was cancelled before', async () => {
    const id = shop.confirmed(1);
    const result = await deleteEntry(book, id, answer, shop.clock.read, AbortSignal.abort());
    assert.deepEqual(
      [result, sent, attempts(), shop.stateOf(id)],
      [{ kind: 'cancelled' }, [], 0, 'confirmed'],
    );
  });

  it('sends nothing that nobody agreed to', async () => {
    shop.list.add(integration, [{ sessionId: sessionNumber(1) }], 1);
    const result = await deleteEntry(book, 1, answer, shop.clock.read, going);
    assert.deepEqual([result, sent, attempts()], [{ kind: 'notConfirmed' }, [], 0]);
  });

  it('sends nothing while another request is out, and nothing without a slot', async () => {
    let answerFirst: (outcome: DeletionOutcome) => void = () => undefined;
    const out = new Promise<DeletionOutcome>((resolve) => (answerFirst = resolve));
    const first = deleteEntry(book, shop.confirmed(1), () => out, shop.clock.read, going);
    const second = shop.confirmed(2);
    assert.equal((await deleteEntry(shop.window('b'), second, answer, shop.clock.read, going)).kind, 'busy');
    answerFirst(outcomeOf(200));
    await first;
    for (const number of [2, 3, 4, 5])
      await deleteEntry(book, shop.confirmed(number), answer, shop.clock.read, going);
    const sixth = shop.confirmed(6);
    assert.equal((await deleteEntry(book, sixth, answer, shop.clock.read, going)).kind, 'noSlot');
    assert.equal(sent.length, 4);
    assert.equal(shop.stateOf(sixth), 'confirmed');
  });

  it('burns a stale reservation, takes another, and sends once', async () => {
    const id = shop.confirmed(1);
    const stalling = stallingClock(1);
    book = shop.window('a', { clock: stalling });
    const result = await deleteEntry(book, id, answer, stalling, going);
    assert.equal(result.kind, 'sent');
    assert.deepEqual([sent.length, attempts()], [1, 2]);
    assert.equal(book.quota(integration).windows[0]?.used, 1);
  });

  it('never sends where every reservation is stale by the time it is checked', async () => {
    const id = shop.confirmed(1);
    const stalling = stallingClock(Infinity);
    book = shop.window('a', { clock: stalling });
    const result = await deleteEntry(book, id, answer, stalling, going);
    assert.deepEqual(result, { kind: 'tooSlow' });
    assert.deepEqual([sent, attempts(), shop.stateOf(id)], [[], 3, 'confirmed']);
    assert.deepEqual(shop.window('b').quota(integration).freeNow, 5);
  });

  it('throws, and sends nothing, where the reservation cannot be written', async () => {
    const id = shop.confirmed(1);
    shop.database.run('PRAGMA query_only = ON');
    await assert.rejects(deleteEntry(book, id, answer, shop.clock.read, going), unusable('notWritable'));
    assert.deepEqual(sent, []);
    shop.database.run('PRAGMA query_only = OFF');
    assert.equal(shop.stateOf(id), 'confirmed');
  });

  it('tells the outcome even where it cannot be written down, and sends nothing after it until it is', async () => {
    const [first, second] = [shop.confirmed(1), shop.confirmed(2)];
    const refusing: SendDeletion = (sessionId, signal) => {
      shop.database.run('PRAGMA query_only = ON');
      return answer(sessionId, signal);
    };
    const result = await deleteEntry(book, first, refusing, shop.clock.read, going);
    assert.ok(result.kind === 'sent' && result.outcome.kind === 'deleted');
    assert.ok(unusable('notWritable')(result.recordError));
    await assert.rejects(deleteEntry(book, second, answer, shop.clock.read, going), unusable('notWritable'));
    shop.database.run('PRAGMA query_only = OFF');
    assert.equal((await deleteEntry(book, second, answer, shop.clock.read, going)).kind, 'sent');
    assert.deepEqual([shop.stateOf(first), shop.stateOf(second), sent.length], ['deleted', 'deleted', 2]);
  });

  it('measures by the clock that no one can set', async () => {
    const setting: SendDeletion = (sessionId, signal) => {
      shop.clock.wallAt -= 14 * 3_600_000;
      return answer(sessionId, signal);
    };
    const result = await deleteEntry(book, shop.confirmed(1), setting, shop.clock.read, going);
    assert.ok(result.kind === 'sent');
    assert.equal(result.durationMs, 40);
  });

  /** A clock in whose world the process stops right after each of the first `times` reservations. */
  function stallingClock(times: number): Clock {
    let seen = 0;
    return () => {
      // Nobody else reserves here: a new row in the book means that the reservation has just been written.
      const written = attempts();
      const isOut = shop.database.get('SELECT 1 FROM attempts WHERE settled_uptime_ms IS NULL') !== undefined;
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
