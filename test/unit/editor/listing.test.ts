import assert from 'node:assert/strict';
import type { NewEntry } from '../../../src/cleanup/cleanupList.ts';
import { Listing, type ListingResult, type Reading } from '../../../src/editor/listing.ts';
import { CleanupWorkshop, integration, sessionNumber, unusable } from '../../support/cleanupWorkshop.ts';

const [one, two, three] = [sessionNumber(1), sessionNumber(2), sessionNumber(3)];
const key = 'a11ce000-0000-4000-8000-00000000beef';
const isKey = (id: string): boolean => id === key;

const reading = (text: string, parts: Partial<Reading> = {}): Reading => ({ pieces: [text], ...parts });

describe('Listing', () => {
  let shop: CleanupWorkshop;
  /** How many were handed over at once. */
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

  async function listed(...readings: readonly Reading[]): Promise<ListingResult> {
    const listing = new Listing(put, isKey);
    for (const each of readings) await listing.read(each);
    await listing.finish();
    return listing.result();
  }

  it('lists each id once, with the place where it first stands', async () => {
    const text = `a\n${one} ${two}\r\n${one.toUpperCase()}\n${three}`;
    const result = await listed(reading(text, { uri: 'file:///made-up.txt', firstLine: 7 }));
    assert.deepEqual(result, {
      added: 3,
      already: 0,
      misfits: [],
      keys: 0,
      filesNotRead: [],
      isCancelled: false,
    });
    const lines = [one, two, three].map((id) => shop.list.find(integration, id)?.source);
    assert.deepEqual(
      lines,
      [8, 8, 10].map((line) => ({ uri: 'file:///made-up.txt', line })),
    );
    assert.deepEqual([...shop.counts()], [['listed', 3]]);
  });

  it('gives no source to what comes from nowhere', async () => {
    await listed(reading(one));
    const entry = shop.list.find(integration, one);
    assert.ok(entry !== undefined && !('source' in entry));
  });

  it('counts what is on the list already, and leaves it as it is', async () => {
    shop.confirmed(1);
    const result = await listed(reading(`${one} ${two} ${one}`));
    assert.deepEqual([result.added, result.already], [1, 1]);
    assert.deepEqual(Object.fromEntries(shop.counts()), { confirmed: 1, listed: 1 });
  });

  it('counts an id once that stands in several texts', async () => {
    const result = await listed(reading(one), reading(`${one} ${two}`), reading(two));
    assert.deepEqual([result.added, result.already], [2, 0]);
  });

  it('takes what is meant, and nothing else', async () => {
    const text = `${one} ${two} ${three}`;
    const result = await listed(
      reading(text, { isMeant: ({ start, end }) => start < 60 && end > 40 }),
      reading(`attemptId=${sessionNumber(4)} ${key}`, { isMeant: () => false }),
    );
    assert.equal(result.added, 1);
    assert.equal(shop.list.find(integration, two)?.state, 'listed');
    assert.deepEqual([result.misfits, result.keys], [[], 0]);
  });

  it('leaves stored keys out, and counts each once', async () => {
    const result = await listed(reading(`${key} ${key.toUpperCase()} sessionId=${key} ${one}`));
    assert.deepEqual([result.added, result.keys], [1, 1]);
    assert.ok(!JSON.stringify(result).includes(key));
  });

  describe('where what stands around an id says that it is another thing', () => {
    const cases: readonly (readonly [string, added: boolean, misfit: boolean])[] = [
      [`attemptId=${one}`, false, true],
      [`attemptId=${one} attemptId=${one}`, false, true],
      [`endUserId=${one}\nattemptId=${one}`, false, true],
      [`attemptId=${one}\n- ${one}`, false, true],
      [`- ${one}\nattemptId=${one}`, true, false],
      [`attemptId=${one}\nsessionId=${one}`, true, false],
      [`sessionId=${one}\nattemptId=${one}`, true, false],
      [`attemptId=${one}\nsessionId=${one}\nattemptId=${one}`, true, false],
    ];
    for (const [text, isAdded, isMisfit] of cases)
      it(`of all its places "session" counts, else the first: ${JSON.stringify(text.replaceAll(one, '…'))}`, async () => {
        const result = await listed(reading(text));
        assert.equal(result.added, isAdded ? 1 : 0);
        assert.deepEqual(
          result.misfits.map(({ sessionId }) => sessionId),
          isMisfit ? [one] : [],
        );
      });

    it('keeps what it looked like, and lists it where that is asked for', async () => {
      const { misfits } = await listed(reading(`vendorData: ${one}`, { uri: 'file:///made-up.yaml' }));
      assert.deepEqual(
        misfits.map(({ role }) => role),
        ['vendorData'],
      );
      const again = new Listing(put, isKey);
      again.takeAll([...misfits, ...misfits, { sessionId: sessionNumber(4), role: 'attempt', reason: '' }]);
      await again.finish();
      assert.deepEqual([again.result().added, again.result().misfits], [2, []]);
      assert.deepEqual(shop.list.find(integration, one)?.source, { uri: 'file:///made-up.yaml', line: 0 });
    });

    it('keeps the first of what it looked like', async () => {
      const { misfits } = await listed(reading(`endUserId=${one}\nattemptId=${one}`));
      assert.deepEqual(
        misfits.map(({ role }) => role),
        ['endUser'],
      );
    });

    it('lists no key for that', async () => {
      const listing = new Listing(put, (id) => id === one);
      listing.takeAll([{ sessionId: one, role: 'attempt', reason: '' }]);
      await listing.finish();
      assert.deepEqual([listing.result().added, listing.result().keys], [0, 1]);
    });
  });

  it('writes thousands in parts, with turns of the event loop between', async () => {
    const ids = Array.from({ length: 3210 }, (_, index) => sessionNumber(index));
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const result = await listed(reading(ids.join('\n')));
    isDone = true;
    assert.equal(result.added, 3210);
    assert.ok(Math.max(...parts) <= 500, parts.join());
    assert.ok(parts.length <= 12, parts.join());
    assert.ok(turns >= parts.length + 32, `${turns} turns`);
  });

  it('keeps what was added before it is cancelled, and adds nothing more', async () => {
    const controller = new AbortController();
    const listing = new Listing((entries) => {
      if (listing.added >= 500) controller.abort();
      return put(entries);
    }, isKey);
    const ids = Array.from({ length: 5000 }, (_, index) => sessionNumber(index));
    await listing.read(reading(ids.join('\n')), controller.signal);
    await listing.finish(controller.signal);
    const { added, isCancelled } = listing.result();
    assert.equal(isCancelled, true);
    assert.deepEqual([...shop.counts()], [['listed', added]]);
    assert.ok(added >= 500 && added < 1000, String(added));
  });

  it('reads no further and writes nothing once it is cancelled', async () => {
    const controller = new AbortController();
    const listing = new Listing(put, isKey);
    let taken = 0;
    function* pieces(): Generator<string> {
      for (; taken < 1000; taken += 1) {
        if (taken === 100) controller.abort();
        yield `${sessionNumber(taken)}${' '.repeat(16_000)}`;
      }
    }
    await listing.read({ pieces: pieces() }, controller.signal);
    await listing.finish(controller.signal);
    assert.equal(taken, 100);
    assert.deepEqual(parts, []);
    assert.equal(listing.result().isCancelled, true);
  });

  it('is whole where it is cancelled after the last one', async () => {
    const controller = new AbortController();
    const listing = new Listing((entries) => {
      controller.abort();
      return put(entries);
    }, isKey);
    await listing.read(reading(one), controller.signal);
    await listing.finish(controller.signal);
    assert.deepEqual([listing.added, listing.result().isCancelled], [1, false]);
  });

  it('counts what was added before the list failed', async () => {
    const listing = new Listing((entries) => {
      if (listing.added >= 500) shop.database.close();
      return put(entries);
    }, isKey);
    const ids = Array.from({ length: 5000 }, (_, index) => sessionNumber(index));
    await assert.rejects(() => listing.read(reading(ids.join('\n'))), unusable('unknown'));
    assert.ok(listing.added >= 500 && listing.added < 1100, String(listing.added));
    assert.equal(listing.result('made up').error, 'made up');
    shop = new CleanupWorkshop();
  });
});
