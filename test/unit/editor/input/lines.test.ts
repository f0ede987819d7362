import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findSessionIds } from '../../../../src/sessions/scan/findSessionIds.ts';
import { idAtPosition, idsOnLines, stretchAround, type Lines } from '../../../../src/editor/input/lines.ts';
import { sessionUrl } from '../../../support/sessions/chosenIds.ts';
import { sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { propertyCheck } from '../../../support/random/propertyCheck.ts';

const id = sessionNumber(7);

/** A text as an editor stores it; counts the lines that were read. */
class TextLines implements Lines {
  readonly #all: readonly string[];
  asked = 0;

  constructor(text: string) {
    this.#all = text.split('\n');
  }

  get lineCount(): number {
    return this.#all.length;
  }

  lineAt(line: number): { text: string } {
    this.asked += 1;
    const text = this.#all[line];
    if (text === undefined) throw new Error(`There is no line ${line}.`);
    return { text };
  }
}

describe('ids on lines', () => {
  const check = propertyCheck(500);
  const piece = fc.constantFrom(
    id,
    sessionNumber(8),
    sessionUrl(id),
    '"sessionId": "',
    '"attemptId": "',
    '"',
    '\n',
    '\n\n',
    ' ',
    'x',
    '{',
    'é😀',
  );
  const someText = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''));

  it('are the same as in the whole text, with the same roles and positions', () => {
    check(
      fc.property(someText, fc.nat(20), fc.nat(20), (text, a, b) => {
        const lines = new TextLines(text);
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        const expected = findSessionIds(text).flatMap(({ id, role, reason, start, end }) => {
          const before = text.slice(0, start).split('\n');
          const startCharacter = before.at(-1)?.length ?? 0;
          const line = before.length - 1;
          if (line < first || line > last) return [];
          return [{ id, role, reason, line, startCharacter, endCharacter: startCharacter + end - start }];
        });
        const found = idsOnLines(lines, first, last)?.map(
          ({ id, role, reason, line, startCharacter, endCharacter }) => {
            return { id, role, reason, line, startCharacter, endCharacter };
          },
        );
        assert.deepEqual(found, expected);
      }),
    );
  });

  it('are found at each of their characters and right after the last one, and nowhere else', () => {
    check(
      fc.property(someText, (text) => {
        const lines = new TextLines(text);
        for (const found of idsOnLines(lines, 0, lines.lineCount - 1) ?? [])
          for (const character of [found.startCharacter, found.startCharacter + 9, found.endCharacter])
            assert.ok(idAtPosition(lines, { line: found.line, character }), text);
      }),
      100,
    );
    const lines = new TextLines(`a ${id} b\n${sessionNumber(8)}`);
    assert.equal(idAtPosition(lines, { line: 0, character: 1 }), undefined);
    assert.equal(idAtPosition(lines, { line: 0, character: 39 }), undefined);
    assert.equal(idAtPosition(lines, { line: 0, character: 38 })?.id, id);
    assert.equal(idAtPosition(lines, { line: 1, character: 36 })?.id, sessionNumber(8));
    assert.equal(idAtPosition(new TextLines(''), { line: 0, character: 0 }), undefined);
  });

  it('get their roles from the column names in a table’s first line, however far away', () => {
    const lines = new TextLines(`session_id,attempt_id\n${`${id},${sessionNumber(8)}\n`.repeat(2000)}`);
    const roles = idsOnLines(lines, 1500, 1500)?.map(({ role }) => role);
    assert.deepEqual(roles, ['session', 'attempt']);
    assert.equal(idAtPosition(lines, { line: 1500, character: 60 })?.role, 'attempt');
  });

  it('are searched only in the given lines and those around them', () => {
    const asked = (lineCount: number): number => {
      const lines = new TextLines(Array.from({ length: lineCount }, () => `{"id": "${id}"}`).join('\n'));
      const middle = lineCount / 2;
      assert.equal(idsOnLines(lines, middle, middle + 49)?.length, 50);
      assert.equal(idAtPosition(lines, { line: middle, character: 10 })?.id, id);
      return lines.asked;
    };
    assert.equal(asked(200_000), asked(20_000));
  });

  it('are not searched if that would take noticeable time', () => {
    assert.equal(idsOnLines(new TextLines(`"${id}"`.repeat(10_000)), 0, 0), undefined);
    assert.equal(idsOnLines(new TextLines('x\n'.repeat(200_000)), 0, 199_999), undefined);
    assert.deepEqual(idsOnLines(new TextLines('x'), 5, 9), []);
  });

  it('are found under the pointer in a line of any length', () => {
    const line = `${'x '.repeat(500_000)}"sessionId":"${id}"${' x'.repeat(500_000)}`;
    const found = idAtPosition(new TextLines(`a\n${line}\nb`), { line: 1, character: 1_000_020 });
    assert.deepEqual(
      [found?.id, found?.role, found?.line, found?.startCharacter, found?.endCharacter],
      [id, 'session', 1, 1_000_013, 1_000_049],
    );
  });
});

describe('a stretch of text', () => {
  it('contains the text around it', () => {
    const lines = new TextLines('one\ntwo\nthree');
    const stretch = stretchAround(lines, { line: 1, character: 1 }, { line: 1, character: 2 });
    assert.equal(stretch.text, 'one\ntwo\nthree');
    assert.equal(stretch.offsetAt({ line: 1, character: 1 }), 5);
    assert.equal(stretch.offsetAt({ line: 2, character: 0 }), 8);
    assert.deepEqual(stretch.positionAt(5), { line: 1, character: 1 });
    assert.deepEqual(stretch.positionAt(3), { line: 0, character: 3 });
    assert.deepEqual(stretch.positionAt(4), { line: 1, character: 0 });
    assert.deepEqual(stretch.positionAt(13), { line: 2, character: 5 });
  });

  it('reaches 16,384 characters before and after, within lines or between them', () => {
    const line = 'y'.repeat(50_000);
    const from = { line: 0, character: 25_000 };
    const inLine = stretchAround(new TextLines(line), from, { line: 0, character: 25_001 });
    assert.deepEqual([inLine.text.length, inLine.offsetAt(from)], [32_769, 16_384]);
    assert.deepEqual(inLine.positionAt(16_384), from);
    const many = new TextLines('abc\n'.repeat(100_000));
    const start = { line: 50_000, character: 0 };
    const between = stretchAround(many, start, { line: 50_000, character: 3 });
    assert.deepEqual(between.positionAt(between.offsetAt(start)), start);
    assert.deepEqual(between.text.length, 2 * 16_384 + 3);
    const inWord = { line: 5000, character: 2 };
    const odd = stretchAround(new TextLines('abcde\n'.repeat(10_000)), inWord, { line: 5000, character: 3 });
    assert.deepEqual([odd.offsetAt(inWord), odd.text.length], [16_384, 2 * 16_384 + 1]);
  });
});
