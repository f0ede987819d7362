import assert from 'node:assert/strict';
import fc from 'fast-check';
import { removalOf } from '../../../../../src/editor/finding/inEditor/removal.ts';
import { sessionUrl } from '../../../../support/sessions/chosenIds.ts';
import { sessionNumber } from '../../../../support/cleanup/cleanupWorkshop.ts';
import { propertyCheck } from '../../../../support/random/propertyCheck.ts';

const id = sessionNumber(7);
const [other, third] = [sessionNumber(8), sessionNumber(9)];

/** The text without the id; undefined where no removal is offered. */
function without(
  text: string,
  held: string = id,
  edges = { isFromStart: true, isToEnd: true },
): string | undefined {
  const start = text.indexOf(held);
  assert.ok(start >= 0, text);
  const span = removalOf({ text, ...edges }, { start, end: start + held.length });
  if (span === undefined) return undefined;
  assert.ok(span.start <= start && span.end >= start + held.length, 'the id stays');
  return text.slice(0, span.start) + text.slice(span.end);
}

const lines = (...all: readonly string[]): string => all.join('\n');

describe('the removal of an id', () => {
  const neat: readonly (readonly [what: string, text: string, expected: string])[] = [
    ['the first of a row', `["${id}", "a"]`, '["a"]'],
    ['the middle of a row', `["a", "${id}", "b"]`, '["a", "b"]'],
    ['the last of a row', `["a", "${id}"]`, '["a"]'],
    ['the last of a row behind a comma', `["a", "${id}",]`, '["a", ]'],
    ['the only one of a row', `["${id}"]`, '[]'],
    ['the only one in JavaScript', `const ids = [ '${id}', ];`, 'const ids = [];'],
    ['one of minified JSON', `{"ids":["a","${id}","b"],"n":1}`, '{"ids":["a","b"],"n":1}'],
    ['the first of lines', lines('[', `  "${id}",`, '  "a"', ']'), lines('[', '  "a"', ']')],
    ['the last of lines', lines('[', '  "a",', `  "${id}"`, ']'), lines('[', '  "a"', ']')],
    ['the last of lines behind a comma', lines('[', '  "a",', `  "${id}",`, ']'), lines('[', '  "a",', ']')],
    ['the only one of lines', lines('[', `  "${id}"`, ']'), '[]'],
    [
      'one with a comment behind',
      lines('[', `  "${id}", // the first`, '  "a"', ']'),
      lines('[', '  "a"', ']'),
    ],
    [
      'one under a comment',
      lines('[', `  // don't`, `  "${id}",`, '  "a"', ']'),
      lines('[', `  // don't`, '  "a"', ']'),
    ],
    ['one that ends its line', lines('["a", ' + `"${id}",`, ' "b"]'), lines('["a",', ' "b"]')],
    ['one behind a bracket in a text', `["a ] b", "${id}"]`, '["a ] b"]'],
    ['one of a list in SQL', `WHERE id IN ('a', '${id}')`, `WHERE id IN ('a')`],
    ['a session URL', `["${sessionUrl(id)}", "a"]`, '["a"]'],
    ['the first property', `{"sessionId": "${id}", "n": 1}`, '{"n": 1}'],
    ['the last property', `{"n": 1, "sessionId": "${id}"}`, '{"n": 1}'],
    ['a property of JavaScript', `{ n: 1, id: '${id}', m: 2 }`, '{ n: 1, m: 2 }'],
    ['a property on a line', lines('{', `  "id": "${id}",`, '  "n": 1', '}'), lines('{', '  "n": 1', '}')],
    ['the last property on a line', lines('{', '  "n": 1,', `  "id": "${id}"`, '}'), '{\n  "n": 1\n}'],
    ['an object that holds nothing else', `[{"id": "${id}"}, {"id": "a"}]`, '[{"id": "a"}]'],
    ['the last object that holds nothing else', `[{"id": "a"}, { "id": "${id}" }]`, '[{"id": "a"}]'],
    [
      'an object of several lines',
      lines('[', '  {', `    "id": "${id}"`, '  },', '  {}', ']'),
      lines('[', '  {}', ']'),
    ],
    ['a constant', `const sessionId = "${id}";`, 'const sessionId = "";'],
    [
      'a constant with a type',
      `export const id: string = '${id}' // mine`,
      `export const id: string = '' // mine`,
    ],
    ['a constant of Go', `id := "${id}"`, 'id := ""'],
    ['a line of .env with quotes', `SESSION_ID="${id}"`, 'SESSION_ID=""'],
    ['a line of .env', `SESSION_ID=${id}`, 'SESSION_ID='],
    ['a line of a list', lines(other, id, third), lines(other, third)],
    ['the last line', lines(other, id), other],
    ['the last line with its end', lines(other, id, ''), lines(other, '')],
    ['the only line', id, ''],
    ['a line with a comma', lines(`${id},`, other), other],
    [
      'a line with quotes',
      lines(`"${other}",`, `"${id}",`, `"${third}"`),
      lines(`"${other}",`, `"${third}"`),
    ],
    ['the last line with quotes', lines(`"${other}",`, `"${id}"`), `"${other}"`],
    ['a line of a Markdown list', lines(`- ${other}`, `- ${id}`, 'end'), lines(`- ${other}`, 'end')],
    [
      'a line of a list of YAML',
      lines('ids:', `  - "${other}"`, `  - ${id} # gone`),
      lines('ids:', `  - "${other}"`),
    ],
    ['a value of YAML', lines('user:', `  id: ${id}`, '  name: a'), lines('user:', '  name: a')],
    ['a value of YAML in quotes', lines('name: a', `id: "${id}"`), 'name: a'],
    ['one of a line of ids', `${other} ${id} ${third}`, `${other} ${third}`],
    ['the last of a line of ids', `${other}, ${id}`, other],
    ['one of a variable', `IDS=${id},${other}`, `IDS=${other}`],
    ['the last of a variable', `IDS=${other},${id}`, `IDS=${other}`],
  ];
  for (const [what, text, expected] of neat)
    it(`leaves the rest as it was: ${what}`, () => {
      assert.equal(without(text, text.includes('/v/eyJ') ? sessionUrl(id) : id), expected);
    });

  const refused: readonly (readonly [what: string, text: string])[] = [
    ['in a path', `GET /v1/sessions/${id}/decision`],
    ['in a path of a string', `["/v1/sessions/${id}"]`],
    ['in a sentence', `The session ${id} is gone.`],
    ['in a log', `2026-04-24 INFO session=${id} approved`],
    ['the argument of a call', `open("${id}")`],
    ['one of several arguments', `open("a", "${id}", "b")`],
    ['an argument on a line of its own', lines('open(', '  "a",', `  "${id}",`, '  "b"', ')')],
    ['a named argument', `open(id: "${id}", n: 1)`],
    ['named arguments on lines', lines('open(', '  n: 1,', `  id: "${id}"`, ')')],
    ['an argument with a sign', `open(id="${id}")`],
    ['the last one under a comment', lines('[', '  "a",', '  // the last', `  "${id}"`, ']')],
    ['an index', `sessions["${id}"]`],
    ['the key of an object', `{"${id}": 1, "b": 2}`],
    ['a part of a text', '`${"' + id + '"}`'],
    ['a comparison', `if (id == "${id}") {}`],
    ['a comparison with three signs', `x = id === "${id}";`],
    ['a condition of SQL', `DELETE FROM t WHERE id = '${id}';`],
    ['SQL in a string', `"SELECT 1 WHERE id = '${id}'"`],
    ['the only one of a list in SQL', `WHERE id IN ('${id}')`],
    ['one that something is added to', `["a" + "${id}", "b"]`],
    ['one that something is done with', `["${id}".trim(), "b"]`],
    ['one branch of a choice', `[ok ? "${id}" : "a", "b"]`],
    ['the other branch of a choice', `[ok ? a : "${id}", "b"]`],
    ['an attribute', `<session id="${id}"/>`],
    ['JSON in a string', JSON.stringify(JSON.stringify({ a: 1, id }))],
    ['a string that begins with an escaped quote', `["\\"${id}", "b"]`],
    ['a string with a letter in front', `[b"${id}", "a"]`],
    ['a string that does not end', `["${id}, "b"]`],
    ['two kinds of quotes', `["${id}', "b"]`],
    ['the only property of an object', `{"session": {"id": "${id}"}}`],
    ['the only value of YAML', lines('session:', `  id: ${id}`, 'name: a')],
    ['the first value of an item of YAML', lines(`- id: ${id}`, '  name: a')],
    ['a row of a table', lines('sessionId,status', `${id},approved`)],
    ['a row of ids', lines(`${id},${other}`, `${third},${other}`)],
    ['the value of a table in quotes', lines('"sessionId","status"', `"${id}","approved"`)],
    ['a value without quotes in a query', `https://a.test/?id=${id}`],
    ['a returned value', `return "${id}";`],
  ];
  for (const [what, text] of refused)
    it(`is not offered for what would say something else then: ${what}`, () => {
      assert.equal(without(text), undefined);
    });

  it('goes by the neighbours where the bracket is too far away to be seen', () => {
    const far = { isFromStart: false, isToEnd: false };
    const text = lines('"a",', `"${id}",`, '"b",', 'x');
    assert.equal(without(text, id, far), lines('"a",', '"b",', 'x'));
    assert.equal(without(lines('x', '"a",', `"${id}"`, ']', 'x'), id, far), lines('x', '"a"', ']', 'x'));
    assert.equal(without(lines('x', `"${id}",`, 'x'), id, far), undefined);
    assert.equal(without(`"a", "${id}", "b"`, id, far), undefined);
    const property = lines('x', '"n": 1,', `"id": "${id}",`, '"m": 2');
    assert.equal(without(property, id, far), lines('x', '"n": 1,', '"m": 2'));
  });

  it('never takes a line whose end it does not see', () => {
    for (const text of [lines(other, id), lines('', id)])
      assert.equal(without(text, id, { isFromStart: true, isToEnd: false }), undefined);
    assert.equal(without(lines(id, other), id, { isFromStart: false, isToEnd: true }), undefined);
  });

  for (const filling of [' ', ',', '- ', `${other} `, '"', '{', '[', 'a:', '\\', "'a',", 'a=', '\n'])
    for (const quote of ['', '"'])
      it(`takes linear time between ${JSON.stringify(filling.slice(0, 9))} in ${quote || 'no quotes'}`, () => {
        const textOf = (length: number): string => {
          const half = filling.repeat(length / 2 / filling.length);
          return `${half}${quote}${id}${quote}${half}x`;
        };
        const [small, large] = [textOf(32_768), textOf(8 * 32_768)];
        without(small);
        // Eight times the text: linear takes 8 times as long, quadratic 64 times, every time; a busy machine slows
        // only some of the measurements down.
        const growth = (): number => spentMs(large) / Math.max(0.1, spentMs(small));
        const ratios = [growth()];
        while (ratios.length < 6 && Math.min(...ratios) >= 28) ratios.push(growth());
        assert.ok(Math.min(...ratios) < 28, `took ${ratios.join(', ')} times as long`);
      });
});

function spentMs(text: string): number {
  const startedMs = performance.now();
  without(text);
  return performance.now() - startedMs;
}

describe('the removal of an id from any JSON', () => {
  const check = propertyCheck(3000);
  const plain = fc.oneof(
    fc.constantFrom('a', '"', '\\', "'", ']', '}', ',', '\\"', ':', '//', other),
    fc.integer(),
    fc.constant(null),
  );
  const tree = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      plain,
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('id', 'n', "it's", 'a b', ']'), tie('node'), { maxKeys: 4 }),
    ),
  })).node;
  const indent = fc.constantFrom(undefined, 1, 2, '\t');

  it('is the same JSON without that element', () => {
    check(
      fc.property(
        fc.array(tree, { maxLength: 4 }),
        fc.nat(4),
        indent,
        fc.boolean(),
        (list, at, space, isDeep) => {
          const wrap = (value: unknown): unknown => (isDeep ? { before: ['x'], value, behind: {} } : value);
          const index = Math.min(at, list.length);
          const text = JSON.stringify(wrap(list.toSpliced(index, 0, id)), undefined, space);
          assert.deepEqual(JSON.parse(without(text) ?? ''), JSON.parse(JSON.stringify(wrap(list))), text);
        },
      ),
    );
  });

  it('is the same JSON without that property, or with nothing removed where it was the only one', () => {
    check(
      fc.property(
        fc.dictionary(fc.constantFrom('n', "it's", 'a b', ']', 'x'), tree, { maxKeys: 4 }),
        fc.nat(4),
        indent,
        (record, at, space) => {
          const pairs = Object.entries(record);
          const whole = Object.fromEntries(pairs.toSpliced(Math.min(at, pairs.length), 0, ['sessionId', id]));
          const text = JSON.stringify({ whole, last: 1 }, undefined, space);
          const left = without(text);
          if (pairs.length === 0) assert.equal(left, undefined);
          else
            assert.deepEqual(
              JSON.parse(left ?? ''),
              JSON.parse(JSON.stringify({ whole: record, last: 1 })),
              text,
            );
        },
      ),
    );
  });
});
