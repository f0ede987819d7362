import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mostLinkedIds, readAddLink } from '../../../../../src/editor/finding/ways/addLink.ts';
import { sessionNumber } from '../../../../support/cleanup/cleanupWorkshop.ts';
import { propertyCheck } from '../../../../support/random/propertyCheck.ts';

const [one, two, three] = [sessionNumber(1), sessionNumber(2), sessionNumber(3)];

function ids(query: string): readonly string[] {
  const link = readAddLink('/add', query);
  return link.kind === 'ids' ? link.ids : [];
}

function why(path: string, query: string): string {
  const link = readAddLink(path, query);
  return link.kind === 'refused' ? link.why : '';
}

describe('readAddLink', () => {
  const forms: readonly (readonly [query: string, ids: readonly string[]])[] = [
    [`id=${one}`, [one]],
    [`id=${one.toUpperCase()}&id=${two}`, [one, two]],
    [`id=${one},${two}&id=${three}`, [one, two, three]],
    [`id=${one}+${two}%0A${three};${one}`, [one, two, three]],
    [`x=${two}&id=${one}&integration=LIVE&confirm=true`, [one]],
    [`id=&id=${one}&id`, [one]],
  ];
  for (const [query, expected] of forms)
    it(`takes ${query.replaceAll(/0{8}[\d-]{27}/g, '…')}`, () => assert.deepEqual(ids(query), expected));

  it('takes a slash at the end, and counts what is no id without keeping it', () => {
    const link = readAddLink('/add/', `id=nonsense&id=${one}&id=${one}0`);
    assert.deepEqual(link, { kind: 'ids', ids: [one], foreign: 2 });
  });

  for (const path of ['', '/', '/ADD', '/delete', '/add/more', '//add', '/../add', '/add\u202E', 'add'])
    it(`does nothing for ${JSON.stringify(path)}`, () =>
      assert.match(why(path, `id=${one}`), /does not do$/));

  for (const query of [
    '',
    'id=',
    'ID=' + one,
    `ids=${one}`,
    one,
    'id=nonsense',
    `id=${one}0`,
    `id={${one}}`,
    'id=%',
  ])
    it(`finds no id in ${JSON.stringify(query).slice(0, 24)}`, () =>
      assert.equal(why('/add', query), 'the link names no session id'));

  it('takes as many as it says, and none where there is one more', () => {
    const many = (count: number): string =>
      Array.from({ length: count }, (_, number) => `id=${sessionNumber(number)}`).join('&');
    assert.equal(ids(many(mostLinkedIds)).length, mostLinkedIds);
    assert.match(why('/add', many(mostLinkedIds + 1)), /more than 1,000 ids/);
    assert.match(why('/add', `id=${'x,'.repeat(mostLinkedIds + 1)}${one}`), /more than 1,000 ids/);
    assert.match(why('/add', `id=${one}&more=${'x'.repeat(64_000)}`), /too long/);
  });

  describe('whatever it is given', () => {
    const check = propertyCheck(1000);

    it('gives ids of the one form alone, and repeats nothing of the link', () => {
      const text = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('id=', '&', one, two, '%', '%00', '/add', ';'),
      );
      const query = fc.array(text, { maxLength: 12 }).map((parts) => parts.join(''));
      check(
        fc.property(fc.oneof(fc.constant('/add'), text), query, (path, asked) => {
          const link = readAddLink(path, asked);
          if (link.kind === 'ids') for (const id of link.ids) assert.ok([one, two].includes(id), id);
          else assert.match(link.why, /^the link (?:asks|is too long|names)/);
        }),
      );
    });
  });
});
