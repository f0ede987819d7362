import assert from 'node:assert/strict';
import {
  filterText,
  isFiltered,
  without,
  type ListFilter,
} from '../../../../../src/editor/list/view/listFilter.ts';

const whole: ListFilter = { text: 'orders', groups: ['waiting', 'done'], integrations: ['a', 'b'] };
const titles = new Map([
  ['a', 'Shop (TEST)'],
  ['b', 'Shop (LIVE)'],
]);
const titleOf = (key: string): string => titles.get(key) ?? 'integration not stored here';

describe('a filter in words', () => {
  it('names text, states and integrations, and leaves out absent parts', () => {
    assert.equal(filterText(whole, titleOf), '“orders”, Waiting or Done, Shop (TEST) or Shop (LIVE)');
    assert.equal(filterText({ text: 'x' }, titleOf), '“x”');
    assert.equal(filterText({ groups: ['held'] }, titleOf), 'On hold');
    assert.equal(filterText({}, titleOf), '');
  });

  it('names integrations once that cannot be told apart', () => {
    assert.equal(
      filterText({ integrations: ['x', 'y', 'a'] }, titleOf),
      'integration not stored here or Shop (TEST)',
    );
  });

  it('is one short line without direction marks', () => {
    const text = filterText({ text: `\u202e\n${'x'.repeat(10_000)}` }, titleOf);
    assert.match(text, /^“<U\+202E><U\+000A>x{37}…”$/);
  });
});

describe('isFiltered', () => {
  it('is true for each single part', () => {
    assert.equal(isFiltered({}), false);
    assert.ok([{ text: 'x' }, { groups: [] }, { integrations: [] }].every((filter) => isFiltered(filter)));
  });
});

describe('a filter without one of its parts', () => {
  it('has the others, and no part that is undefined', () => {
    const { groups, integrations, text } = whole;
    assert.deepEqual(without(whole, 'text'), { groups, integrations });
    assert.deepEqual(without(whole, 'groups'), { integrations, text });
    assert.deepEqual(without({}, 'integrations'), {});
  });
});
