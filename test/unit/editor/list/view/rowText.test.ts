import assert from 'node:assert/strict';
import { groupNames, groupTitles } from '../../../../../src/editor/list/view/listFilter.ts';
import { groupText, isSameRow, pageText, type RowText } from '../../../../../src/editor/list/view/rowText.ts';

describe('the row of a group', () => {
  for (const name of groupNames)
    it(`of “${groupTitles[name]}” has title, number and texts`, () => {
      const row = groupText(name, 12);
      assert.equal(row.label, groupTitles[name]);
      assert.equal(row.description, '12');
      assert.equal(row.spoken, `${groupTitles[name]}, 12 sessions`);
      assert.match(row.tooltip, /^[A-Z].*[.:].*$/);
      assert.equal(row.checkbox, undefined);
    });

  it('uses the singular for one session', () => {
    assert.equal(groupText('waiting', 1).spoken, 'Waiting, 1 session');
  });

  it('explains each group differently', () => {
    assert.equal(new Set(groupNames.map((name) => groupText(name, 1).tooltip)).size, groupNames.length);
  });

  it('has a checkbox that says what it stands for', () => {
    assert.deepEqual(groupText('listed', 12, true).checkbox, {
      isChecked: true,
      spoken: '12 sessions listed, all checked for deletion',
    });
    assert.deepEqual(groupText('listed', 12, false).checkbox, {
      isChecked: false,
      spoken: '12 sessions listed, not all checked for deletion',
    });
  });
});

describe('the row of a page', () => {
  it('counts from one', () => {
    const row = pageText('waiting', 200, 50, 250);
    assert.equal(row.label, '201–250');
    assert.equal(row.spoken, 'Waiting, sessions 201 to 250 of 250');
    assert.equal(row.tooltip, 'Waiting, 201 to 250 of 250');
    assert.equal(row.checkbox, undefined);
  });

  it('has a checkbox that says what it stands for', () => {
    assert.deepEqual(pageText('listed', 0, 200, 450, false).checkbox, {
      isChecked: false,
      spoken: 'Listed sessions 1 to 200, not all checked for deletion',
    });
  });
});

describe('isSameRow', () => {
  const whole: RowText = {
    label: 'a',
    description: 'b',
    tooltip: 'c',
    spoken: 'd',
    icon: 'e',
    color: 'f',
    checkbox: { isChecked: true, spoken: 'g' },
  };
  const others: RowText[] = [
    ...(['label', 'description', 'tooltip', 'spoken', 'icon', 'color'] as const).map((part) => ({
      ...whole,
      [part]: 'other',
    })),
    { ...whole, checkbox: { isChecked: false, spoken: 'g' } },
    { ...whole, checkbox: { isChecked: true, spoken: 'other' } },
    { label: 'a', description: 'b', tooltip: 'c', spoken: 'd', icon: 'e', color: 'f' },
  ];

  it('is true of a copy', () => assert.ok(isSameRow(whole, structuredClone(whole))));

  for (const other of others)
    it(`sees ${JSON.stringify(other)}`, () => {
      assert.ok(!isSameRow(whole, other));
      assert.ok(!isSameRow(other, whole));
    });
});
