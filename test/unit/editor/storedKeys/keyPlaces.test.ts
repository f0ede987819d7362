import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KeyPlaces, type LineChange } from '../../../../src/editor/storedKeys/keyPlaces.ts';
import type { Lines } from '../../../../src/editor/input/lines.ts';
import { StoredKeys } from '../../../../src/editor/storedKeys/storedKeys.ts';
import { propertyCheck } from '../../../support/random/propertyCheck.ts';

const apiKey = 'a11ce000-0000-4000-8000-00000000beef';
const secret = 'b0b00000-0000-4000-8000-00000000cafe';
const keys = new StoredKeys([
  {
    id: 'made-up',
    name: 'Shop',
    kind: 'LIVE',
    baseUrl: 'https://stationapi.veriff.com',
    apiKey,
    sharedSecretKeys: [secret],
    isSandbox: false,
  },
]);

/** A document that is edited by lines, and counts the lines that were read. */
class Document implements Lines {
  lines: string[];
  asked = 0;

  constructor(text: string) {
    this.lines = text.split('\n');
  }

  get lineCount(): number {
    return this.lines.length;
  }

  lineAt(line: number): { text: string } {
    this.asked += 1;
    const text = this.lines[line];
    if (text === undefined) throw new Error(`There is no line ${line}.`);
    return { text };
  }

  /** Replaces a text, and reports it as VS Code does. */
  replace(firstLine: number, first: number, lastLine: number, last: number, text: string): LineChange {
    const before = (this.lines[firstLine] ?? '').slice(0, first);
    const behind = (this.lines[lastLine] ?? '').slice(last);
    this.lines.splice(firstLine, lastLine - firstLine + 1, ...`${before}${text}${behind}`.split('\n'));
    return { firstLine, lastLine, text };
  }
}

function lookAtAll(places: KeyPlaces, document: Lines): number {
  let parts = 0;
  for (; !places.isWhole; parts += 1) places.look(document);
  return parts;
}

const where = (places: KeyPlaces): readonly string[] =>
  places.places.map(
    ({ key, line, startCharacter, endCharacter }) => `${key.part} ${line}:${startCharacter}-${endCharacter}`,
  );

/** The places found line by line, without any memory. */
function readAnew({ lines }: Document): readonly string[] {
  return lines.flatMap((text, line) =>
    keys.find(text).map(({ key, start, end }) => `${key.part} ${line}:${start}-${end}`),
  );
}

describe('the places of stored keys in a document', () => {
  const check = propertyCheck(1000);
  const piece = fc.constantFrom(
    apiKey,
    secret,
    apiKey.slice(0, 20),
    apiKey.slice(20),
    '\n',
    '\n\n',
    'x',
    ' ',
    '',
  );
  const someText = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
  const someEdit = fc.record({
    line: fc.nat(15),
    first: fc.nat(80),
    lines: fc.nat(3),
    last: fc.nat(80),
    text: someText,
    looks: fc.boolean(),
  });

  it('are the same as in a full search, after any edits, even during the search', () => {
    check(
      fc.property(someText, fc.array(someEdit, { maxLength: 8 }), (text, edits) => {
        const document = new Document(text);
        const places = new KeyPlaces(keys, document.lineCount);
        for (const edit of edits) {
          if (edit.looks) places.look(document);
          const firstLine = Math.min(edit.line, document.lineCount - 1);
          const lastLine = Math.min(firstLine + edit.lines, document.lineCount - 1);
          const first = Math.min(edit.first, document.lines[firstLine]?.length ?? 0);
          const last = Math.max(
            firstLine === lastLine ? first : 0,
            Math.min(edit.last, document.lines[lastLine]?.length ?? 0),
          );
          places.follow([document.replace(firstLine, first, lastLine, last, edit.text)], document.lineCount);
        }
        lookAtAll(places, document);
        assert.deepEqual(where(places), readAnew(document));
      }),
    );
  });

  it('are the same as in a full search if one event has many changes, last line first', () => {
    for (const count of [3, 100, 101, 1000]) {
      const document = new Document(
        Array.from({ length: count }, (_, n) => (n % 3 === 0 ? apiKey : 'x')).join('\n'),
      );
      const places = new KeyPlaces(keys, count);
      lookAtAll(places, document);
      const changes = Array.from({ length: count }, (_, n) => count - 1 - n).map((line) =>
        document.replace(line, 0, line, 0, line % 2 === 0 ? '\n' : secret),
      );
      places.follow(changes, document.lineCount);
      lookAtAll(places, document);
      assert.deepEqual(where(places), readAnew(document).slice(0, 500), `${count} changes`);
    }
  });

  it('are correct with every kind of line end', () => {
    const document = new Document(`a\n${apiKey}`);
    const places = new KeyPlaces(keys, 2);
    lookAtAll(places, document);
    document.lines.splice(0, 1, '', '', '', '');
    places.follow([{ firstLine: 0, lastLine: 0, text: '\r\n\r\n' + '\r' }], document.lineCount);
    lookAtAll(places, document);
    assert.deepEqual(where(places), ['apiKey 4:0-36']);
  });

  it('need one read of one line per key press, in a document of any length', () => {
    const cost = (lineCount: number): number => {
      const document = new Document(`x\n${apiKey}\n${'y\n'.repeat(lineCount)}`);
      const places = new KeyPlaces(keys, document.lineCount);
      lookAtAll(places, document);
      document.asked = 0;
      places.follow([document.replace(0, 0, 0, 0, 'z')], document.lineCount);
      assert.equal(lookAtAll(places, document), 1);
      return document.asked;
    };
    assert.deepEqual([cost(10), cost(100_000)], [1, 1]);
  });

  it('are searched in parts, in many lines and in an endless one, with a key across two parts', () => {
    const short = new Document('x'.repeat(99).concat('\n').repeat(10_000));
    const places = new KeyPlaces(keys, short.lineCount);
    assert.ok(lookAtAll(places, short) > 10);

    for (let shift = 0; shift < 40; shift += 1) {
      const endless = new Document(`${' '.repeat(65_536 - shift)}${apiKey}${' '.repeat(200_000)}${secret}`);
      const inLine = new KeyPlaces(keys, 1);
      assert.ok(lookAtAll(inLine, endless) > 3);
      assert.deepEqual(where(inLine), readAnew(endless), `shifted by ${shift}`);
    }
  });

  it('are not found twice if an endless line is edited halfway through the search', () => {
    const document = new Document(`${apiKey}${' '.repeat(200_000)}`);
    const places = new KeyPlaces(keys, 1);
    places.look(document);
    assert.deepEqual(where(places), ['apiKey 0:0-36']);
    places.follow([document.replace(0, 100, 0, 100, 'x')], 1);
    lookAtAll(places, document);
    assert.deepEqual(where(places), ['apiKey 0:0-36']);
    places.follow([], 1);
    assert.ok(places.isWhole);
  });

  it('are at most 500, and none if no key is stored', () => {
    const document = new Document(`${apiKey}\n`.repeat(2000));
    const places = new KeyPlaces(keys, document.lineCount);
    lookAtAll(places, document);
    assert.equal(places.places.length, 500);

    const none = new KeyPlaces(new StoredKeys([]), document.lineCount);
    document.asked = 0;
    none.follow([{ firstLine: 0, lastLine: 0, text: 'x' }], document.lineCount);
    assert.ok(none.isWhole);
    none.look(document);
    assert.equal(document.asked, 0);
  });

  it('can be searched for in a document that is shorter than was reported', () => {
    const places = new KeyPlaces(keys, 100);
    lookAtAll(places, new Document(apiKey));
    assert.deepEqual(where(places), ['apiKey 0:0-36']);
  });
});
