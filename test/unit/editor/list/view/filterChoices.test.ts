import assert from 'node:assert/strict';
import {
  groupChoices,
  integrationChoices,
  orderCalled,
  withGroups,
  withIntegrations,
  withText,
} from '../../../../../src/editor/list/view/filterChoices.ts';
import { groupNames, orderTitles, type ListFilter } from '../../../../../src/editor/list/view/listFilter.ts';

const whole: ListFilter = { text: 'orders', groups: ['waiting', 'done'], integrations: ['a', 'b'] };
const titles = new Map([
  ['a', 'Shop (TEST)'],
  ['b', 'Shop (LIVE)'],
]);

describe('choosing a filter', () => {
  it('starts with what is shown now', () => {
    const picked = (filter: ListFilter): readonly string[] =>
      groupChoices(filter, () => 7).flatMap((choice) => (choice.picked ? choice.label : []));
    assert.deepEqual(picked(whole), ['Waiting', 'Done']);
    assert.equal(picked({}).length, groupNames.length);
    assert.deepEqual(
      groupChoices({}, (name) => name.length).map(({ value, description }) => `${value} ${description}`),
      groupNames.map((name) => `${name} ${name.length}`),
    );
  });

  it('offers each stored integration, and all others as one', () => {
    const choices = integrationChoices({ integrations: ['y'] }, titles, ['a', 'x', 'y'], 'not stored');
    assert.deepEqual(choices, [
      { label: 'Shop (TEST)', value: ['a'], description: '', picked: false },
      { label: 'Shop (LIVE)', value: ['b'], description: 'nothing on the list', picked: false },
      { label: 'not stored', value: ['x', 'y'], description: '', picked: true },
    ]);
    assert.deepEqual(integrationChoices({}, new Map(), [], 'not stored'), []);
    assert.ok(integrationChoices({}, titles, ['a'], 'not stored').every(({ picked }) => picked));
  });

  it('changes one part and keeps the others', () => {
    const { groups, integrations, text } = whole;
    assert.deepEqual(withGroups(whole, ['listed']), { groups: ['listed'], integrations, text });
    assert.deepEqual(withIntegrations(whole, [['b'], ['x', 'y']], 3), {
      groups,
      integrations: ['b', 'x', 'y'],
      text,
    });
    assert.deepEqual(withText(whole, '  other '), { groups, integrations, text: 'other' });
  });

  it('removes a part if all or none of it is chosen', () => {
    const { groups, integrations, text } = whole;
    for (const all of [[], groupNames]) assert.deepEqual(withGroups(whole, all), { integrations, text });
    for (const all of [[], [['a'], ['b']]])
      assert.deepEqual(withIntegrations(whole, all, 2), { groups, text });
    for (const blank of ['', '   ', '\t\n'])
      assert.deepEqual(withText(whole, blank), { groups, integrations });
    assert.deepEqual(withIntegrations({}, [], 0), {});
  });
});

describe('choosing an order', () => {
  it('finds every order by its title', () => {
    for (const [order, title] of Object.entries(orderTitles)) assert.equal(orderCalled(title), order);
    for (const title of ['', 'place', 'toString', 'AS THEY GO']) assert.equal(orderCalled(title), undefined);
    assert.equal(new Set(Object.values(orderTitles)).size, Object.keys(orderTitles).length);
  });
});
