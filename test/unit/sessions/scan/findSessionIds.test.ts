import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findSessionIds, idAt } from '../../../../src/sessions/scan/findSessionIds.ts';
import { holdsSessionId } from '../../../../src/sessions/scan/holdsSessionId.ts';
import { sessionToken } from '../../../support/sessions/chosenIds.ts';

const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';
const other = '123e4567-e89b-12d3-a456-426614174000';
const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

describe('findSessionIds', () => {
  const once: readonly string[] = [
    id,
    id.toUpperCase(),
    `"${id}"`,
    `'${id}'`,
    `{${id}}`,
    `(${id})`,
    `urn:uuid:${id}`,
    `https://example.test/a/${id}/b?c=d#e`,
    `redirect=https%3A%2F%2Fexample.test%2Fv1%2Fsessions%2F${id}%2Fdecision`,
    `${id}.json`,
    `/var/tmp/${id}.tar.gz`,
    `session-${id}`,
    `x-${id}`,
    `${id}-front.jpg`,
    `${id}-face.jpg`,
    `face-${id}.jpg`,
    `--${id}--`,
    `- ${id}`,
    `_${id}_`,
    `__${id}__`,
    `a_${id}_1`,
    `编号${id}已删除`,
    `é${id}é`,
    `🙂${id}🙂`,
    `“${id}”`,
    `\uFEFF${id}\r\n`,
    `{"message":"first\\n${id}\\tsecond"}`,
    `"\\u0022${id}\\u0022"`,
    `\u001b[1;32m${id}\u001b[0m`,
    `id=${id},`,
    `${id}…`,
  ];
  for (const text of once) {
    it(`finds the one in ${JSON.stringify(text)}`, () => {
      const [found, ...more] = findSessionIds(text);
      assert.equal(more.length, 0);
      assert.equal(found?.id, id);
      assert.equal(text.slice(found.start, found.end).toLowerCase(), id);
      assert.equal(found.form, 'uuid');
      assert.equal(holdsSessionId(text), true);
    });
  }

  const never: readonly string[] = [
    '',
    '-',
    id.slice(1),
    id.slice(0, -1),
    `${id}0`,
    `0${id}`,
    `a${id}`,
    `Z${id}`,
    `${id}z`,
    `${id}-0`,
    `${id}-a4fc`,
    `a4fc-${id}`,
    `20260424-${id}`,
    `${id}-abcdefab`,
    `${id}-${other}`,
    `a%${id}x`,
    `n${id}`,
    `x32m${id}`,
    id.replaceAll('-', ''),
    id.replaceAll('-', '–'),
    id.replaceAll('-', '_'),
    id.replace('a', 'g'),
    id.replace('-', '--'),
    id.replace('-', '-\n'),
    id.replace('a', 'а'), // Cyrillic
    '550e8400e29b-41d4-a716-446655440000-1234',
  ];
  for (const text of never) {
    it(`finds nothing in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(findSessionIds(text), []);
      assert.equal(holdsSessionId(text), false);
      assert.equal(idAt(text, 1), undefined);
    });
  }

  it('accepts every version and variant, the nil UUID and Veriff’s own examples', () => {
    for (const digit of '0123456789abcdefABCDEF') {
      const uuid = `12345678-1234-${digit}234-${digit}234-123456789abc`;
      assert.deepEqual(
        findSessionIds(`x ${uuid} y`).map((found) => found.id as string),
        [uuid.toLowerCase()],
      );
    }
    assert.equal(findSessionIds('00000000-0000-0000-0000-000000000000').length, 1);
  });

  it('returns every occurrence, in order, with UTF-16 offsets', () => {
    const text = `🙂 ${id}, ${other.toUpperCase()};${id}`;
    const found = findSessionIds(text);
    assert.deepEqual(
      found.map(({ start, end }) => text.slice(start, end)),
      [id, other.toUpperCase(), id],
    );
    assert.deepEqual(
      found.map((one) => one.id as string),
      [id, other, id],
    );
    assert.deepEqual(
      found.map(({ start, end }) => [start, end]),
      [
        [3, 39],
        [41, 77],
        [78, 114],
      ],
    );
  });

  it('gives places that never overlap, and a session URL whole that only an id within a word stands in', () => {
    const token = sessionToken(id);
    const spans = (text: string): readonly string[] =>
      findSessionIds(text).map(({ start, end }) => text.slice(start, end));
    const [host, path] = ['.veriff.me/v/', 'https://alchemy.veriff.com/v/'];
    // The letters of "https" are base64url, and belong to the token before them.
    assert.deepEqual(spans(`${token}${path}${token}`), [`${token}https`, `${path.slice(5)}${token}`]);
    assert.deepEqual(spans(`https://${other}${host}${token}`), [other, `${host}${token}`]);
    assert.deepEqual(spans(`https://x${other}${host}${token}`), [`https://x${other}${host}${token}`]);
  });

  it('gives the same answer when asked again: nothing is remembered between texts', () => {
    for (let turn = 0; turn < 3; turn += 1) {
      assert.equal(holdsSessionId(id), true);
      assert.equal(findSessionIds(`x${id} ${id}`).length, 1);
      assert.equal(holdsSessionId(`x${id}`), false);
    }
  });

  it(`agrees with a regular expression on 5,000 texts (FAST_CHECK_SEED=${seed})`, () => {
    const seen = { some: 0, none: 0 };
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('');
        const expected = [...text.matchAll(reference)].map((match) => [match.index, match[0].toLowerCase()]);
        assert.deepEqual(
          findSessionIds(text).map((found) => [found.start, found.id]),
          expected,
        );
        seen[expected.length > 0 ? 'some' : 'none'] += 1;
      }),
      { numRuns: 5000, seed },
    );
    assert.ok(seen.some > 500 && seen.none > 500, JSON.stringify(seen));
  });

  it(`keeps its word on 5,000 pieces of broken text (FAST_CHECK_SEED=${seed})`, () => {
    fc.assert(
      fc.property(brokenPieces, (parts) => {
        const text = parts.join('');
        const found = findSessionIds(text);
        let last = 0;
        for (const one of found) {
          assert.ok(one.start >= last && one.end > one.start && one.end <= text.length);
          assert.equal(one.reason === '', one.role === 'unknown');
          if (one.form === 'uuid') assert.equal(text.slice(one.start, one.end).toLowerCase(), one.id);
          last = one.end;
        }
        assert.equal(holdsSessionId(text), found.length > 0);
        for (let offset = 0; offset <= text.length; offset += 7)
          assert.deepEqual(
            idAt(text, offset),
            found.findLast(({ start, end }) => start <= offset && offset <= end),
          );
      }),
      { numRuns: 5000, seed },
    );
  });
});

describe('idAt', () => {
  const text = `a ${id},${other}`;
  const cases: readonly (readonly [number, string | undefined])[] = [
    [-1, undefined],
    [0, undefined],
    [1, undefined],
    [2, id],
    [20, id],
    [37, id],
    [38, id],
    [39, other],
    [75, other],
    [76, undefined],
    [1000, undefined],
  ];
  for (const [offset, expected] of cases)
    it(`at ${offset}: ${expected ?? 'nothing'}`, () => assert.equal(idAt(text, offset)?.id, expected));

  it('knows the role, and what is before the name', () => {
    const json = `{"attemptId":"${other}","verification":{"id":"${id}"}}`;
    assert.equal(idAt(json, json.indexOf(id) + 3)?.role, 'session');
    assert.equal(idAt(json, json.indexOf(other))?.role, 'attempt');
  });
});

describe('findSessionIds on large text', function () {
  this.timeout(120_000);
  const size = 2_000_000;
  const jwt = (payload: string): string => `eyJ9.${Buffer.from(payload).toString('base64url')}.c2ln`;
  const units: Readonly<Record<string, string>> = {
    '100,000 ids': id + ' '.repeat(14),
    'no dash': 'hello world. ',
    dashes: '-',
    'hex without dashes': '0a1b2c3d',
    'hex and dashes': '0a1b2c3d-',
    eyJ: 'eyJ',
    'eyJ between dashes': '-eyJ',
    'eyJ between dots': 'eyJ.',
    'long parts of tokens': `eyJ${'a'.repeat(3000)}.`,
    'tokens without an id': `${jwt('{"sub":"' + 'x'.repeat(80) + '"}')} `,
    'ids glued to ids': `${id}-`,
    'ids between long runs of hex': `${'a1'.repeat(500)}-${id} `,
    'plain ids in no object': `"id": "${id}",\n"a": 1,\n`,
    'objects that never end': `{"id": "${id}",\n`,
    'plain ids in YAML': `- id: ${id}\n  a: b\n`,
    'white space before ids': `sessionId:${' '.repeat(100)}${id}`,
    'quotes and backslashes': `"id":"${id}"${'\\"'.repeat(30)}`,
    'one long line of words': `${'a '.repeat(20)}id: ${id} `,
  };
  for (const [name, unit] of Object.entries(units)) {
    it(`takes linear time: ${name}`, () => {
      const large = unit.repeat(Math.ceil(size / unit.length));
      const small = large.slice(0, size / 8);
      findSessionIds(small);
      // Eight times the text: a linear scan takes 8 times as long, a quadratic one 64 times – every time, while a
      // machine that is busy with something else slows only some of the measurements down.
      const growth = (): number => spentMs(large) / Math.min(...[1, 2, 3].map(() => spentMs(small)));
      const ratios = [growth()];
      while (ratios.length < 6 && Math.min(...ratios) >= 28) ratios.push(growth());
      assert.ok(Math.min(...ratios) < 28, `took ${ratios.join(', ')} times as long`);
    });
  }

  it('finds all of 100,000', () => {
    assert.equal(findSessionIds((id + ' '.repeat(14)).repeat(100_000)).length, 100_000);
  });
});

function spentMs(text: string): number {
  const before = process.cpuUsage();
  findSessionIds(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Written from the rules, not from the code: word by word what glues and what does not. */
const reference = new RegExp(
  [
    String.raw`(?:(?<![a-z\d])|(?<=%[a-f\d][a-f\d])|(?<=\\n|\\r|\\t)|(?<=\\u[a-f\d]{4})|(?<=\x1b\[\d*m))`,
    String.raw`(?<!(?<![a-z\d])(?:[a-f]*\d[a-f\d]*|[a-f]{8,})-)`,
    String.raw`[a-f\d]{8}(?:-[a-f\d]{4}){3}-[a-f\d]{12}`,
    String.raw`(?![a-z\d])`,
    String.raw`(?!-(?:[a-f]*\d[a-f\d]*|[a-f]{8,})(?![a-z\d]))`,
  ].join(''),
  'gi',
);

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...Array.from('0123456789abcdefABCDEF')), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''));
const uuid = fc.tuple(hex(8), hex(4), hex(4), hex(4), hex(12)).map((groups) => groups.join('-'));
const glue = fc.constantFrom(
  ...[
    '-',
    '-',
    '_',
    '"',
    "'",
    ':',
    '=',
    '/',
    ' ',
    '\n',
    '.',
    ',',
    'é',
    '会',
    '🙂',
    '%2F',
    '\\n',
    '\\u0022',
    '%',
  ],
  ...['\u001b[32m', 'x', 'g', 'eyJ', 'face', 'session', '\\', '0', 'f'],
);
const pieces = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: uuid },
    { weight: 6, arbitrary: glue },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 13 }).chain(hex) },
    { weight: 1, arbitrary: uuid.map((text) => text.slice(1)) },
    { weight: 1, arbitrary: uuid.map((text) => text.slice(0, -1)) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
  ),
  { maxLength: 9 },
);
const brokenPieces = fc.array(
  fc.oneof(
    uuid,
    glue,
    fc.constantFrom(
      ...[
        '"id"',
        'id',
        ': ',
        '{',
        '}',
        '[',
        ']',
        '"',
        '\\"',
        '"verification":{',
        'attemptId',
        'sessionId=',
        '=>',
      ],
      ...[
        'verification:\n  id: ',
        '\n- id: ',
        '"key":"sessionId","value":"',
        '/v1/sessions/',
        'vendorData',
        '(',
      ],
      ...['https://alchemy.veriff.com/v/', jwtOf({ session_id: id }), jwtOf({ session_id: 7 }), 'eyJ.eyJ.'],
    ),
    fc.string({ unit: 'binary', maxLength: 5 }),
  ),
  { maxLength: 14 },
);

function jwtOf(payload: object): string {
  return `eyJ9.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`;
}
