import assert from 'node:assert/strict';
import type { NewEntry } from '../../../../../src/cleanup/list/cleanupList.ts';
import { ListWriter, type AddResult } from '../../../../../src/editor/adding/listing/listWriter.ts';
import { parseSessionId } from '../../../../../src/veriff/sessionId.ts';
import {
  CleanupWorkshop,
  integration,
  sessionNumber,
  unusable,
} from '../../../../support/cleanup/cleanupWorkshop.ts';

const [one, two] = [sessionNumber(1), sessionNumber(2)];
const key = parseSessionId('a11ce000-0000-4000-8000-00000000beef') ?? one;
const isKey = (id: string): boolean => id === key;
const numbers = (count: number): readonly NewEntry[] =>
  Array.from({ length: count }, (_, number) => ({ sessionId: sessionNumber(number) }));

describe('ListWriter', () => {
  let shop: CleanupWorkshop;
  /** The size of each part that was written. */
  let parts: number[];
  const put = (entries: readonly NewEntry[]): number => {
    parts.push(entries.length);
    return shop.list.add(integration, entries, 5);
  };

  beforeEach(() => {
    shop = new CleanupWorkshop();
    parts = [];
  });
  afterEach(() => shop.database.close());

  async function listed(...takes: readonly (readonly NewEntry[])[]): Promise<AddResult> {
    const listing = new ListWriter(put, isKey);
    for (const sessions of takes) await listing.take(sessions);
    return listing.result();
  }

  it('lists each id once, with its first place', async () => {
    const source = { uri: 'file:///made-up.txt', line: 7 };
    const result = await listed([{ sessionId: one, source }, { sessionId: two }, { sessionId: one }]);
    assert.deepEqual(result, { added: 2, already: 0, keys: 0, isCancelled: false });
    assert.deepEqual(shop.list.find(integration, one)?.source, source);
    const entry = shop.list.find(integration, two);
    assert.ok(entry !== undefined && !('source' in entry));
    assert.deepEqual([...shop.counts()], [['listed', 2]]);
  });

  it('counts ids that are on the list already, and does not change them', async () => {
    shop.confirmed(1);
    const result = await listed([{ sessionId: one }, { sessionId: two }]);
    assert.deepEqual([result.added, result.already], [1, 1]);
    assert.deepEqual(Object.fromEntries(shop.counts()), { confirmed: 1, listed: 1 });
  });

  it('counts an id once even if it is repeated', async () => {
    const result = await listed([{ sessionId: one }], [{ sessionId: one }, { sessionId: two }], []);
    assert.deepEqual([result.added, result.already], [2, 0]);
  });

  it('leaves out stored keys, and counts each one once', async () => {
    const result = await listed([{ sessionId: key }, { sessionId: one }], [{ sessionId: key }]);
    assert.deepEqual([result.added, result.keys], [1, 1]);
    assert.ok(!JSON.stringify(result).includes(key));
  });

  it('writes thousands in parts, with turns of the event loop in between', async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    let told = 0;
    const listing = new ListWriter(put, isKey);
    await listing.take(numbers(3210), undefined, () => (told += 1));
    isDone = true;
    assert.equal(listing.added, 3210);
    assert.ok(Math.max(...parts) <= 500, parts.join());
    assert.ok(parts.length <= 12, parts.join());
    assert.equal(told, parts.length);
    assert.ok(turns >= parts.length, `${turns} turns`);
  });

  it('keeps what was added before a cancellation, and adds nothing more', async () => {
    const controller = new AbortController();
    const listing = new ListWriter((entries) => {
      if (listing.added >= 500) controller.abort();
      return put(entries);
    }, isKey);
    await listing.take(numbers(5000), controller.signal);
    const { added, isCancelled } = listing.result();
    assert.equal(isCancelled, true);
    assert.deepEqual([...shop.counts()], [['listed', added]]);
    assert.ok(added >= 500 && added <= 1000, String(added));
  });

  it('writes nothing if it is cancelled before it starts', async () => {
    const controller = new AbortController();
    controller.abort();
    const listing = new ListWriter(put, isKey);
    await listing.take(numbers(5), controller.signal);
    assert.deepEqual(parts, []);
    assert.equal(listing.result().isCancelled, true);
  });

  it('is not cancelled if the signal is aborted after the last entry or if there is nothing to do', async () => {
    const controller = new AbortController();
    const listing = new ListWriter((entries) => {
      controller.abort();
      return put(entries);
    }, isKey);
    await listing.take(numbers(1), controller.signal);
    await listing.take([], controller.signal);
    assert.deepEqual([listing.added, listing.result().isCancelled], [1, false]);
  });

  it('counts what was added before the list failed', async () => {
    const listing = new ListWriter((entries) => {
      if (listing.added >= 500) shop.database.close();
      return put(entries);
    }, isKey);
    await assert.rejects(() => listing.take(numbers(5000)), unusable('unknown'));
    assert.ok(listing.added >= 500 && listing.added <= 1000, String(listing.added));
    assert.equal(listing.result('made up').error, 'made up');
    shop = new CleanupWorkshop();
  });
});
