import assert from 'node:assert/strict';
import { TextIds } from '../../../../src/editor/adding/textIds.ts';
import type { TextSource } from '../../../../src/editor/input/textSource.ts';
import { sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { sessionUrl } from '../../../support/sessions/chosenIds.ts';

const [one, two, three] = [sessionNumber(1), sessionNumber(2), sessionNumber(3)];
const key = 'a11ce000-0000-4000-8000-00000000beef';

const reading = (text: string, parts: Partial<TextSource> = {}): TextSource => ({
  pieces: [text],
  name: 'the clipboard',
  ...parts,
});

async function textsOf(...readings: readonly TextSource[]): Promise<TextIds> {
  const texts = new TextIds(new Set([key]));
  for (const each of readings) await texts.read(each);
  return texts;
}

describe('TextIds', () => {
  const clear: readonly string[] = [
    '',
    'no id',
    one,
    `${one}\n${two}\n${three}`,
    `id,status\n${one},approved`,
    `sessionId=${one} session_id: ${two}`,
    sessionUrl(one),
    `sessionId=${one} then ${one}`,
    `attemptId=${one}\nsessionId=${one}`,
    `${one} API_KEY=${key}`,
    `sessionId=${one} attemptId=${key}`,
    key,
  ];
  for (const text of clear)
    it(`is clear: ${shown(text)}`, async () => assert.equal((await textsOf(reading(text))).isClear, true));

  const doubtful: readonly string[] = [
    `attemptId=${one}`,
    `${one}\nattemptId=${one}`,
    `sessionId=${one} endUserId=${two}`,
    `sessionId=${one} requestId=${two}`,
    `${one} vendorData: ${two}`,
    `attemptId=${one} endUserId=${two}`,
  ];
  for (const text of doubtful)
    it(`is not clear: ${shown(text)}`, async () =>
      assert.equal((await textsOf(reading(text))).isClear, false));

  it('is not clear if two texts are, but in different ways', async () => {
    const texts = await textsOf(reading(`sessionId=${one}`), reading(two, { name: 'other' }));
    assert.equal(texts.isClear, false);
  });

  it('returns each id once, in order, with the place that says most about it', async () => {
    const uri = 'file:///made-up.txt';
    const texts = await textsOf(
      reading(`a\n${one} ${two}\r\nsessionId=${one.toUpperCase()}\n${three}`, { uri, firstLine: 7 }),
      reading(`sessionId=${three}`),
      reading(`sessionId=${two}`, { uri: 'file:///b', firstLine: 1, firstColumn: 30 }),
    );
    assert.deepEqual(texts.entries(), [
      { sessionId: one, source: { uri, line: 9 } },
      { sessionId: two, source: { uri: 'file:///b', line: 1 } },
      { sessionId: three },
    ]);
    const { sources } = texts.found();
    assert.deepEqual(
      sources.map(({ findings }) => findings.map(({ id, line, column, count }) => [id, line, column, count])),
      [
        [
          [one, 9, 10, 2],
          [two, 8, 37, 1],
          [three, 10, 0, 1],
        ],
        [[three, 0, 10, 1]],
        [[two, 1, 40, 1]],
      ],
    );
    assert.ok(!('uri' in (sources[1] ?? {})));
  });

  it('keeps the first place if several say the same', async () => {
    const texts = await textsOf(
      reading(`\n${one}\n${one}`, { uri: 'file:///a' }),
      reading(one, { uri: 'file:///b' }),
    );
    assert.deepEqual(texts.entries(), [{ sessionId: one, source: { uri: 'file:///a', line: 1 } }]);
  });

  it('treats texts with the same address as one source', async () => {
    const parts = { uri: 'file:///made-up.txt', name: 'made-up.txt' };
    const texts = await textsOf(
      reading(one, parts),
      reading(`\n${one} ${two}`, { ...parts, firstLine: 100 }),
    );
    const { sources } = texts.found();
    assert.deepEqual(
      sources.map(({ name, findings }) => [name, findings.map(({ line, count }) => [line, count])]),
      [
        [
          'made-up.txt',
          [
            [0, 2],
            [101, 1],
          ],
        ],
      ],
    );
  });

  it('lists no stored keys, and counts each one once', async () => {
    const texts = await textsOf(
      reading(`${key} sessionId=${key}`),
      reading(key.toUpperCase(), { name: 'b' }),
    );
    assert.deepEqual(texts.entries(), []);
    assert.deepEqual([texts.keyCount, texts.isEmpty], [1, false]);
  });

  it('takes only the ids that are meant', async () => {
    const texts = await textsOf(
      reading(`${one} ${two} ${three}`, { isMeant: ({ start, end }) => start < 60 && end > 40 }),
      reading(`attemptId=${one} ${key}`, { isMeant: () => false }),
    );
    assert.deepEqual(texts.entries(), [{ sessionId: two }]);
    assert.deepEqual([texts.keyCount, texts.isClear], [0, true]);
    assert.equal((await textsOf(reading(one, { isMeant: () => false }))).isEmpty, true);
  });

  it('stops reading after a cancellation, says so, and keeps what it has read', async () => {
    const controller = new AbortController();
    let taken = 0;
    function* pieces(): Generator<string> {
      for (; taken < 1000; taken += 1) {
        if (taken === 100) controller.abort();
        yield `${sessionNumber(taken)}${' '.repeat(16_000)}`;
      }
    }
    const texts = new TextIds(new Set());
    await texts.read(reading('', { pieces: pieces() }), controller.signal);
    assert.equal(taken, 100);
    assert.equal(texts.isCut, true);
    assert.equal(texts.found().isCancelled, true);
    const count = texts.entries().length;
    assert.ok(count > 90 && count <= 100, String(count));
    await texts.read(reading(sessionNumber(5000)), controller.signal);
    assert.equal(texts.entries().length, count);
  });

  it('does not block the event loop while it reads a long text', async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await textsOf(reading(Array.from({ length: 3000 }, (_, number) => sessionNumber(number)).join('\n')));
    isDone = true;
    assert.ok(turns >= 30, `${turns} turns`);
  });
});

function shown(text: string): string {
  return JSON.stringify(text.replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, '…').slice(0, 60));
}
