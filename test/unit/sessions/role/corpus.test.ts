import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSessionIds, type IdRole } from '../../../../src/sessions/scan/findSessionIds.ts';

const corpus = join(import.meta.dirname, '../../../corpus');
const halves = ['open', 'blind'] as const;

// The first four characters of an id give its role; see test/corpus/README.md.
const labels: Readonly<Record<string, IdRole>> = {
  '5e55': 'session',
  a77e: 'attempt',
  e4d0: 'endUser',
  da7a: 'vendorData',
  c4ed: 'credential',
  '0dd0': 'unknown',
};

/** The role of an id according to its label, and the role that was read; undefined if the id was not found. */
interface Read {
  readonly where: string;
  readonly label: IdRole;
  readonly role: IdRole | undefined;
  readonly reason: string;
}

describe('the corpus', () => {
  const snippets = halves.flatMap(snippetsOf);
  const reads = new Map(halves.map((half) => [half, snippetsOf(half).flatMap(readSnippet)]));
  const all = halves.flatMap((half) => reads.get(half) ?? []);

  it('has at least 150 snippets, at least 75 of them blind', () => {
    assert.ok(snippets.length >= 150, String(snippets.length));
    assert.ok(snippetsOf('blind').length >= 75);
  });

  it('has a label for every id and a different name for every snippet', () => {
    for (const { where, label } of all) assert.notEqual(label, undefined, where);
    const names = snippets.map(({ where }) => where);
    assert.deepEqual(names, [...new Set(names)]);
  });

  for (const [name, some] of [['both halves', all], ...reads] as const)
    it(`is read with a precision of at least 0.99 and a recall of at least 0.98: ${name}`, () => {
      const isSession = some.filter(({ label }) => label === 'session');
      const isGiven = some.filter(({ role }) => role === 'session');
      const right = isSession.filter(({ role }) => role === 'session').length;
      const precision = right / isGiven.length;
      const recall = right / isSession.length;
      const wrong = some.filter(({ label, role }) => label !== role);
      console.log(
        [
          `      ${name}: ${some.length} ids, ${isSession.length} of them sessions`,
          `precision ${precision.toFixed(4)} (${isGiven.length - right} wrong)`,
          `recall ${recall.toFixed(4)} (${isSession.length - right} missed)`,
          `any role right ${(1 - wrong.length / some.length).toFixed(4)}`,
        ].join(', '),
      );
      if (name !== 'both halves')
        for (const { where, label, role, reason } of wrong)
          console.log(`        ${where}: ${label} read as ${role ?? 'nothing'} ${reason}`);
      assert.ok(isSession.length > 100 && precision >= 0.99 && recall >= 0.98, `${precision}, ${recall}`);
    });

  it('gives every stored key the role credential, and shows none in a reason', () => {
    const keys = all.filter(({ label }) => label === 'credential');
    assert.ok(keys.length > 30);
    for (const { where, role, reason } of keys) {
      assert.equal(role, 'credential', where);
      assert.doesNotMatch(reason, /c4ed/i);
    }
    for (const { where, label, role, reason } of all) {
      if (role === 'credential') assert.equal(label, 'credential', where);
      assert.doesNotMatch(reason, /[\da-f]{8}-/i, where);
    }
  });

  it('has an empty reason exactly if the role is unknown', () => {
    for (const { where, role, reason } of all) assert.equal(reason === '', role === 'unknown', where);
  });
});

interface Snippet {
  readonly where: string;
  readonly text: string;
}

function snippetsOf(half: (typeof halves)[number]): readonly Snippet[] {
  const folder = join(corpus, half);
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split(/^#### /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n');
        return { where: `${half}/${file}, ${part.slice(0, end)}`, text: part.slice(end + 1).trimEnd() };
      }),
  );
}

function readSnippet({ where, text }: Snippet): readonly Read[] {
  const found = findSessionIds(text, { isCredential: (id) => id.startsWith('c4ed') });
  return labelledIds(text).map(({ id, start, end }) => {
    const read = found.find((each) => each.id === id && each.start <= start && each.end >= end);
    const label = labels[id.slice(0, 4)];
    assert.ok(label !== undefined, `${where}: ${id} has no label`);
    return {
      where: `${where} …${text.slice(Math.max(0, start - 24), start)}`,
      label,
      role: read?.role,
      reason: read?.reason ?? '',
    };
  });
}

/** Every UUID and every session token with its UTF-16 offsets, found by plain regular expressions. */
function labelledIds(text: string): readonly { id: string; start: number; end: number }[] {
  const uuids = [...text.matchAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi)].map((match) => ({
    id: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
  const tokens = [...text.matchAll(/eyJ[\w-]+\.(?<payload>[\w-]+)\.[\w-]+/g)].map((match) => {
    const payload = Buffer.from(match.groups?.['payload'] ?? '', 'base64url').toString();
    const id = /"session_id":"(?<id>[^"]+)"/.exec(payload)?.groups?.['id'] ?? '';
    return { id, start: match.index, end: match.index + match[0].length };
  });
  return [...uuids, ...tokens];
}
