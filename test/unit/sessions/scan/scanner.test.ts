import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { findSessionIds } from '../../../../src/sessions/scan/findSessionIds.ts';
import { headerLine } from '../../../../src/sessions/role/role.ts';
import { Scanner, type PlacedFinding, type ScannerOptions } from '../../../../src/sessions/scan/scanner.ts';
import { gluedReason } from '../../../../src/sessions/scan/sourceReading.ts';
import { sessionToken, sessionUrl } from '../../../support/sessions/chosenIds.ts';
import { sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { projectRoot } from '../../../support/projectRoot.ts';
import { ScanText } from '../../../support/sessions/scanText.ts';
import { SeededChance } from '../../../support/random/seededChance.ts';

const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';
const other = '123e4567-e89b-12d3-a456-426614174000';
const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

function scan(source: string | Uint8Array, options?: ScannerOptions): readonly PlacedFinding[] {
  return scanner(source, options).end().findings;
}

function scanner(source: string | Uint8Array, options?: ScannerOptions): Scanner {
  const made = new Scanner(options);
  made.push(typeof source === 'string' ? Buffer.from(source) : source);
  return made;
}

const ids = (findings: readonly PlacedFinding[]): readonly string[] => findings.map((found) => found.id);

describe('Scanner', () => {
  it('finds nothing in nothing', () => {
    assert.deepEqual(new Scanner().end(), {
      findings: [],
      placesDropped: 0,
      encoding: 'utf-8',
      looksBinary: false,
    });
    for (const source of [
      '',
      'a',
      '\ufeff',
      Buffer.of(0xff),
      Buffer.of(0xff, 0xfe),
      Buffer.of(0xff, 0xfe, 0x61),
    ])
      assert.deepEqual(scan(source), []);
  });

  it('tells id, place, role and reason, and counts repeated ids', () => {
    const text = `é\r\n{"sessionId": "${id.toUpperCase()}", "attemptId": "${other}"}\n${id}`;
    assert.deepEqual(scan(text), [
      { id, role: 'session', reason: 'the value of "sessionId"', line: 1, column: 15, count: 2, offset: 19 },
      {
        id: other,
        role: 'attempt',
        reason: 'the value of "attemptId"',
        line: 1,
        column: 68,
        count: 1,
        offset: 72,
      },
    ]);
  });

  it('keeps the place that says most: a session, then another role, then a word of its own, then the first', () => {
    const glued = `x${id}`;
    const plain = `# ${id}`;
    const attempt = `attemptId: ${id}`;
    const session = `sessionId: ${id}`;
    const cases: readonly (readonly [lines: readonly string[], line: number, role: string])[] = [
      [[glued, glued], 0, 'unknown'],
      [[glued, plain, plain], 1, 'unknown'],
      [[glued, plain, attempt, attempt], 2, 'attempt'],
      [[plain, attempt, session, session], 2, 'session'],
      [[session, attempt, glued], 0, 'session'],
      [[attempt, plain, glued], 0, 'attempt'],
    ];
    for (const [lines, line, role] of cases) {
      const [found, ...more] = scan(lines.join('\n'));
      assert.deepEqual(
        [found?.line, found?.role, found?.count],
        [line, role, lines.length],
        lines.join(' | '),
      );
      assert.equal(more.length, 0);
    }
  });

  it('says of an id within a longer word that it is one', () => {
    for (const text of [`x${id}`, `${id}0`, `${id}-1234`]) {
      const [found] = scan(`sessionId: ${text}`);
      assert.deepEqual([found?.role, found?.reason], ['unknown', gluedReason], text);
    }
  });

  it('returns the findings in the order of the places that it keeps', () => {
    const findings = scan(`${id}\n${other}\n${sessionNumber(3)}\nsessionId=${id}\n${sessionNumber(4)}`);
    assert.deepEqual(ids(findings), [other, sessionNumber(3), id, sessionNumber(4)]);
    assert.deepEqual(
      findings.map(({ line }) => line),
      [1, 2, 3, 4],
    );
  });

  it('refuses what is equal to a stored key, in a token as well', () => {
    const isCredential = (found: string): boolean => found === id;
    for (const text of [`sessionId: ${id}`, `sessionId: ${id.toUpperCase()}`, sessionUrl(id)])
      assert.deepEqual(
        scan(text, { isCredential }).map(({ role }) => role),
        ['credential'],
      );
  });

  it('reads the first line as a table’s header, however far away the row is', () => {
    const rows = Array.from({ length: 9000 }, (_, row) => `${row},"somebody's, name",${sessionNumber(row)}`);
    const findings = scan(['number,name,session_id', ...rows].join('\n'));
    assert.equal(findings.length, rows.length);
    assert.deepEqual(new Set(findings.map(({ role }) => role)), new Set(['session']));
  });

  describe('session URLs and tokens', () => {
    it('gives the id, the place of the URL, and nothing of the token', () => {
      const url = sessionUrl(id);
      const result = scanner(`\n see ${url} `).end();
      const [found] = result.findings;
      assert.deepEqual(
        [found?.id, found?.role, found?.line, found?.column, found?.offset],
        [id, 'session', 1, 5, 6],
      );
      const said = JSON.stringify(result);
      for (const part of sessionToken(id).split('.')) assert.ok(!said.includes(part.slice(0, 12)));
    });

    it('finds the same in every kind of source and wherever chunks end', () => {
      const text = `${'x '.repeat(40_000)}\n${sessionUrl(id)} ${sessionToken(other)}`;
      for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const) {
        const bytes = new ScanText(new SeededChance(1)).inEncoding(`\ufeff${text}`, encoding);
        const whole = scan(bytes);
        assert.deepEqual(ids(whole), [id, other]);
        const pieces = new Scanner();
        for (let at = 0; at < bytes.length; at += 777) pieces.push(bytes.subarray(at, at + 777));
        assert.deepEqual(pieces.end().findings, whole);
      }
    });

    it('finds one that begins anywhere around the border of what is searched at once', () => {
      const url = sessionUrl(id);
      for (let before = 65_536 - 40; before < 65_536 + 8300; before += 97) {
        const [found] = scan(`${' '.repeat(before)}${url}${' '.repeat(90_000)}`);
        assert.deepEqual([found?.id, found?.offset], [id, before]);
      }
    });

    it('begins after an id in the host’s name', () => {
      const token = sessionToken(other);
      const findings = scan(`https://${id}.veriff.me/v/${token}`);
      assert.deepEqual(ids(findings), [id, other]);
      assert.deepEqual(
        findings.map(({ offset }) => offset),
        [8, 44],
      );
    });
  });

  it(`gives the roles that the whole text gives (FAST_CHECK_SEED=${seed})`, () => {
    const chance = new SeededChance(seed);
    for (let run = 0; run < 5; run += 1) {
      const text = textWithRoles(chance, 200_000);
      const context = { header: headerLine(text) };
      const wanted = findSessionIds(text, context).map(({ id, role, reason, start }) => ({
        id,
        role,
        reason,
        start,
      }));
      const cut = chance.whole(0, text.length);
      const pieces = new Scanner();
      pieces.push(Buffer.from(text.slice(0, cut)));
      pieces.push(Buffer.from(text.slice(cut)));
      const { findings } = pieces.end();
      const bytes = Buffer.from(text);
      const found = findings.map(({ id, role, reason, offset }) => ({
        id,
        role,
        reason,
        start: bytes.subarray(0, offset).toString().length,
      }));
      // Each id stands once, and those that are glued are the scanner's alone.
      assert.deepEqual(
        found.filter(({ reason }) => reason !== gluedReason),
        wanted,
      );
    }
  });

  it('gives the roles in each text of the corpus that the whole text gives', () => {
    const folder = path.join(projectRoot, 'test', 'corpus');
    let compared = 0;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
      const found = findSessionIds(text, { header: headerLine(text) });
      const roles = new Map(scan(text).map(({ id, role }) => [id, role]));
      for (const { id, role } of found) {
        if (found.filter((other) => other.id === id).length > 1) continue;
        assert.equal(roles.get(id), role, `${entry.name}: ${id}`);
        compared += 1;
      }
    }
    assert.ok(compared > 150, `${compared} ids`);
  });

  describe('of bytes without end', () => {
    it('keeps no more ids than it is told to, sessions and others each, and says how many it dropped', () => {
      const others = Array.from({ length: 50 }, (_, number) => `attemptId: ${sessionNumber(number)}`);
      const sessions = Array.from({ length: 50 }, (_, number) => `sessionId: ${sessionNumber(100 + number)}`);
      const { findings, placesDropped } = scanner([...others, ...sessions, ...others].join('\n'), {
        mostKept: 20,
      }).end();
      assert.deepEqual(ids(findings), [
        ...others.slice(0, 20).map((line) => line.slice(11)),
        ...sessions.slice(0, 20).map((line) => line.slice(11)),
      ]);
      assert.equal(findings[0]?.count, 2);
      assert.equal(placesDropped, 30 + 30 + 30);
    });

    it('holds no text in memory for the sake of an id or a reason', () => {
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      const made = new Scanner();
      collect();
      const before = process.memoryUsage().heapUsed;
      for (let number = 0; number < 3000; number += 1)
        made.push(Buffer.from(`${' '.repeat(20_000)}"myOwn${number}AttemptId": "${sessionNumber(number)}"`));
      const { findings } = made.end();
      collect();
      assert.equal(new Set(findings.map(({ reason }) => reason)).size, 3000);
      // As much as the findings themselves; what stands around them is 8 kB each.
      assert.ok(process.memoryUsage().heapUsed - before < 6_000_000);
    });
  });

  it('tells what looks like no text', () => {
    assert.equal(scanner(Buffer.alloc(5000)).looksBinary, true);
    assert.equal(scanner(Buffer.from(`PNG\0\u0001\0\0${id}`)).end().looksBinary, true);
    assert.equal(scanner('text'.repeat(2000)).looksBinary, false);
    assert.deepEqual(ids(scan(Buffer.from(`PNG\0\u0001\0\0 ${id}`))), [id]);
  });

  it('reads UTF-16 that has no byte order mark', () => {
    for (const encoding of ['utf-16le', 'utf-16be'] as const) {
      const bytes = new ScanText(new SeededChance(1)).inEncoding(
        `{"sessionId": "${id}", "name": "編集"}`,
        encoding,
      );
      const result = scanner(bytes).end();
      assert.deepEqual(
        [result.encoding, result.findings[0]?.role, result.findings[0]?.offset],
        [encoding, 'session', 30],
      );
    }
  });
});

/** Ids that differ, in surroundings that say something and in such that do not. */
function textWithRoles(chance: SeededChance, length: number): string {
  let number = chance.whole(0, 1e6) * 1000;
  const anId = (): string => sessionNumber((number += 1));
  const parts: readonly (() => string)[] = [
    () => ` ${anId()} `,
    () => ` x${anId()} `,
    () => `"sessionId": "${anId()}", `,
    () => `{"id": "${anId()}", "attemptId": "${anId()}"}\n`,
    () => `{"verification": {"pad": "${'x'.repeat(chance.whole(0, 1500))}", "id": "${anId()}"}}\n`,
    () => `- id: ${anId()}\n  attemptId: ${anId()}\n`,
    () => `endUserId=${anId()}&`,
    // So many that say nothing that words are looked for first.
    () => Array.from({ length: chance.whole(1, 150) }, () => `[${anId()}] GET /${'.'.repeat(90)}\n`).join(''),
    () => Array.from({ length: chance.whole(1, 150) }, () => `${anId()};${'.'.repeat(90)}\n`).join(''),
    () => `/v1/sessions/${anId()}/decision`,
    () => chance.pick(['\n', '\r\n', 'é', '編集', '🙂', ' ', ',']),
    () => chance.pick([' ', 'a', '0123456789abcdef', '\r\n', '編', 'é']).repeat(chance.whole(1, 3000)),
  ];
  let text = '';
  while (text.length < length) text += chance.pick(parts)();
  return text;
}
