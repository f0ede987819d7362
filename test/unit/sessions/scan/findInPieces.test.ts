import assert from 'node:assert/strict';
import {
  findInPieces,
  mostIdsAtOnce,
  stretchLength,
  type PlacedId,
} from '../../../../src/sessions/scan/findInPieces.ts';
import { findBetween, findSessionIds } from '../../../../src/sessions/scan/findSessionIds.ts';
import { sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { sessionUrl } from '../../../support/sessions/chosenIds.ts';
import { SeededChance } from '../../../support/random/seededChance.ts';

const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';
const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const allOf = (pieces: Iterable<string>): PlacedId[] => [...findInPieces(pieces)].flat();

/** What it has to find: the ids of the whole text, with lines as an editor counts them. */
function expected(text: string): PlacedId[] {
  return findSessionIds(text).map((found) => {
    const lines = text.slice(0, found.start).split(/\r\n|\r|\n/);
    return { ...found, line: lines.length - 1, column: lines.at(-1)?.length ?? 0 };
  });
}

describe('findInPieces', () => {
  it('finds nothing in nothing', () => {
    assert.deepEqual(allOf([]), []);
    assert.deepEqual(allOf(['']), []);
    assert.deepEqual(allOf(['', '']), []);
  });

  for (const cut of [0, 1, 8, 9, 18, 35, 36])
    it(`finds an id once that begins ${cut} characters before the end of a stretch, whatever the pieces are`, () => {
      for (const border of [stretchLength, 2 * stretchLength, 3 * stretchLength]) {
        const text = `${' '.repeat(border - cut)}${id}${' '.repeat(3 * stretchLength)}`;
        const wanted = expected(text);
        assert.equal(wanted.length, 1);
        assert.deepEqual(allOf([text]), wanted);
        assert.deepEqual(allOf([text.slice(0, border), text.slice(border)]), wanted);
        assert.deepEqual(allOf([text.slice(0, -1), text.slice(-1)]), wanted);
      }
    });

  it('counts a line end once whose two characters stand in two pieces', () => {
    for (let before = stretchLength - 3; before <= stretchLength + 3; before += 1) {
      const text = `\r${'\n'.repeat(3)}${' '.repeat(before)}\r\n\r${id}\n\r${id}`;
      for (const cut of [before + 4, before + 5, before + 6])
        assert.deepEqual(allOf([text.slice(0, cut), text.slice(cut)]), expected(text));
      const padded = `${text}${'\r\n'.repeat(3 * stretchLength)}${id}`;
      assert.deepEqual(allOf([padded]), expected(padded));
    }
  });

  it('reads the role of an id from text in another piece', () => {
    const key = '"attemptId": "';
    for (let before = stretchLength - key.length; before <= stretchLength; before += 1) {
      const [found] = allOf([`${' '.repeat(before)}${key}`, `${id}"`, ' '.repeat(3 * stretchLength)]);
      assert.equal(found?.role, 'attempt');
    }
    const object = `{"id": "${id}", ${'"filler": 1, '.repeat(100)}"attemptId": "x"}`;
    const text = `${' '.repeat(2 * stretchLength - 60)}${object}${' '.repeat(3 * stretchLength)}`;
    assert.equal(allOf([text])[0]?.role, 'session');
  });

  it('finds a session URL whole that begins in one stretch and ends in another', () => {
    const url = sessionUrl(id);
    for (let before = stretchLength - url.length; before <= stretchLength; before += 7) {
      const text = `${' '.repeat(before)}${url}${' '.repeat(3 * stretchLength)}`;
      const [found, ...more] = allOf([text]);
      assert.deepEqual([found?.start, found?.end], [before, before + url.length]);
      assert.equal(more.length, 0);
    }
  });

  it(`finds what the whole text holds, for any text in any pieces (FAST_CHECK_SEED=${seed})`, () => {
    const chance = new SeededChance(seed);
    for (let run = 0; run < 25; run += 1) {
      const text = randomText(chance, chance.whole(0, 5) * stretchLength + chance.whole(0, 400));
      const pieces: string[] = [];
      for (let at = 0; at < text.length; at += pieces.at(-1)?.length ?? 0)
        pieces.push(text.slice(at, at + chance.whole(1, 2 * stretchLength)));
      assert.deepEqual(allOf(pieces), expected(text));
    }
  });

  describe('in a text of a million characters of anything', () => {
    const million = 1_000_000;
    const fill = (part: string): string => part.repeat(Math.ceil(million / part.length)).slice(0, million);
    const texts: Readonly<Record<string, string>> = {
      'one letter': fill('a'),
      'line ends': fill('\n'),
      'one line of ids': fill(`${id},`),
      'lines of ids': fill(`${id}\r\n`),
      'JSON without a line end': fill(`{"id":"${id}"},`),
      'tokens that are none': fill('-eyJ.'),
    };
    for (const [what, text] of Object.entries(texts))
      it(`never goes on for longer than a stretch and so many ids: ${what}`, () => {
        let taken = 0;
        let takenBefore = 0;
        let count = 0;
        let most = 0;
        function* pieces(): Generator<string> {
          // A line's worth at a time, so that what is taken from here tells how far it has read.
          for (; taken < text.length; taken += 64) yield text.slice(taken, taken + 64);
        }
        for (const ids of findInPieces(pieces())) {
          // The first time it has to read ahead, as far as the surroundings of an id reach.
          if (takenBefore > 0) most = Math.max(most, taken - takenBefore);
          takenBefore = Math.max(taken, 1);
          assert.ok(ids.length <= mostIdsAtOnce);
          count += ids.length;
        }
        assert.ok(most <= stretchLength + 64, `${most} characters without a break`);
        assert.equal(count, text.split(id).length - 1);
      });

    it('finds the same if another text is read in the breaks', () => {
      const chance = new SeededChance(seed);
      const texts = Array.from(
        { length: 12 },
        () => `${randomText(chance, 20_000)}${'\n'.repeat(chance.whole(0, 30_000))}${id}`,
      );
      const alone = texts.map((text) => allOf([text]));
      const readings = texts.map((text) => ({ ids: [] as PlacedId[], parts: findInPieces([text]) }));
      for (let isLeft = true; isLeft;) {
        isLeft = false;
        for (const { ids, parts } of readings) {
          const { done, value } = parts.next();
          if (done === true) continue;
          ids.push(...value);
          isLeft = true;
        }
      }
      assert.deepEqual(
        readings.map(({ ids }) => ids),
        alone,
        `FAST_CHECK_SEED=${seed}`,
      );
    });

    it('reads the surroundings no more often if the text comes a character at a time', () => {
      const text = fill('a').slice(0, 20 * stretchLength);
      assert.equal([...findInPieces(text)].length, [...findInPieces([text])].length);
    });

    it('gives a turn as often if the text comes as one piece', () => {
      const turns = [...findInPieces([fill('a')])].length;
      assert.ok(turns >= million / stretchLength - 2, `${turns} turns`);
    });
  });
});

describe('findBetween', () => {
  it('finds what begins between the two, and judges it by the text outside', () => {
    const text = `{"attemptId": "${id}", "sessionId": "${sessionNumber(1)}"}`;
    const [first, second] = findSessionIds(text);
    assert.ok(first && second);
    assert.deepEqual([...findBetween(text, first.start, second.start)], [first]);
    assert.deepEqual([...findBetween(text, first.start + 1, second.start + 1)], [second]);
    assert.deepEqual([...findBetween(text, 0, text.length)], [first, second]);
    assert.deepEqual([...findBetween(text, first.start, first.start)], []);
  });
});

/** Ids in all kinds of surroundings, line ends of all kinds, and long stretches of nothing. */
function randomText(chance: SeededChance, length: number): string {
  const anId = (): string => sessionNumber(chance.whole(0, 1e9));
  const parts: readonly (() => string)[] = [
    anId,
    () => anId().toUpperCase(),
    () => `"sessionId": "${anId()}", `,
    () => `{"id": "${anId()}", "attemptId": "${anId()}"}`,
    () => `{"verification": {"pad": "${'x'.repeat(chance.whole(0, 1500))}", "id": "${anId()}"}}`,
    () => `- id: ${anId()}\n  attemptId: ${anId()}\n`,
    () => `endUserId=${anId()}&`,
    () => sessionUrl(anId()),
    () => `/v1/sessions/${anId()}/decision`,
    () => chance.pick(['\n', '\r', '\r\n', '\n\r', '\r\r\n']),
    () => chance.pick([' ', ',', '-', '_', '"', '.', 'eyJ', '🙂', 'é']),
    () => chance.pick([' ', 'a', '0123456789abcdef', '{"a":', '\r\n']).repeat(chance.whole(1, 3000)),
  ];
  let text = '';
  while (text.length < length) text += chance.pick(parts)();
  return text;
}
