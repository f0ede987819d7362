import assert from 'node:assert/strict';
import type { EntryGroup } from '../../../../src/cleanup/list/entry.ts';
import { commands } from '../../../../src/contributions.ts';
import { hoverCommands, hoverText, type HoverFacts } from '../../../../src/editor/inEditor/hoverText.ts';
import type { ListedState } from '../../../../src/editor/inEditor/listedStates.ts';
import { integration, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { madeUpEntry } from '../../../support/cleanup/madeUpEntry.ts';

const id = sessionNumber(7);
const current = { key: integration, title: 'Shop (TEST)' };

function state(group: EntryGroup, parts: Partial<ListedState> = {}): ListedState {
  const entry = madeUpEntry({ group, sessionId: id });
  return {
    entry,
    integration: 'Shop (TEST)',
    text: 'listed, not confirmed',
    details: ['Added 14:05'],
    ...parts,
  };
}

function hover(parts: Partial<HoverFacts> = {}): string {
  return hoverText({ found: { id, role: 'unknown', reason: '' }, states: [], current, ...parts });
}

/** The commands of the links, with their arguments. */
function linksOf(text: string): readonly string[] {
  return [...text.matchAll(/\]\(command:([\w.]+)(?:\?(\S+))? "/g)].map(([, command = '', args]) =>
    `${command} ${args === undefined ? '' : decodeURIComponent(args)}`.trim(),
  );
}

const ask = `${commands.deleteSession} ["${id}"]`;
const add = `${commands.addToList} ["${id}"]`;
const look = `${commands.lookUpSession} ["${id}"]`;
const list = 'veriffCleanup.list.focus';

describe('the hover over an id', () => {
  it('shows its state, the integration, and the details', () => {
    const [first, ...others] = hover({ states: [state('listed')] }).split('  \n');
    assert.equal(first, '**Listed\\, not confirmed**');
    assert.deepEqual(others[0], 'Integration\\: Shop \\(TEST\\)');
    assert.ok(others[1]?.startsWith('Added 14\\:05\n\n['));
  });

  it('says so if it is not on the list', () => {
    assert.match(hover(), /^\*\*Not on the Veriff cleanup list\*\*\n\n\[Delete…\]/);
  });

  for (const [group, expected] of [
    ['listed', [ask, list]],
    ['held', [ask, list]],
    ['needsYou', [ask, list]],
    ['later', [ask, list]],
    ['queue', [commands.showPlan, list]],
    ['sending', [list]],
    ['done', [list]],
  ] satisfies [EntryGroup, string[]][])
    it(`offers the possible actions: ${group}`, () => {
      assert.deepEqual(linksOf(hover({ states: [state(group)] })), expected);
    });

  it('offers to list or delete an id that the current integration does not have yet', () => {
    assert.deepEqual(linksOf(hover()), [ask, add, look]);
    const elsewhere = state('done', { entry: madeUpEntry({ group: 'done', integration: 'another' }) });
    assert.deepEqual(linksOf(hover({ states: [elsewhere] })), [ask, add, look, list]);
    assert.match(hover(), /Asks first\\, for Shop \\\(TEST\\\)\\: nothing is deleted before/);
  });

  it('offers neither without an integration or for an id that is not a session', () => {
    assert.deepEqual(linksOf(hover({ current: undefined })), []);
    const foreign = hover({ found: { id, role: 'attempt', reason: 'the value of "attemptId"' } });
    assert.deepEqual(linksOf(foreign), []);
    assert.match(foreign, /^\*\*No Veriff session id\*\*\n\nThis looks like an attempt’s id/);
    const listed = hover({ found: { id, role: 'attempt', reason: 'x' }, states: [state('listed')] });
    assert.deepEqual(linksOf(listed), [ask, list]);
    assert.match(listed, /This looks like an attempt’s id/);
  });

  it('runs only allowed commands, none of which deletes', () => {
    const all = (['listed', 'held', 'needsYou', 'later', 'queue', 'sending', 'done'] as const).map(
      (group) => [state(group)],
    );
    for (const states of [...all, []])
      for (const link of linksOf(hover({ states })))
        assert.ok(hoverCommands.includes(link.split(' ')[0] ?? ''), link);
    // The commands for confirming, listing and showing.
    assert.deepEqual([...hoverCommands].sort(), [
      commands.addToList,
      commands.deleteSession,
      list,
      commands.lookUpSession,
      commands.showPlan,
    ]);
  });

  it('passes the place of the id, whatever the name of the file', () => {
    const uri = 'file:///a/"b"](command:workbench.action.quit)/c%20%5D%28\u{1F642}\'.log';
    const text = hover({ source: { uri, line: 41 } });
    const place = JSON.stringify([id, { uri, line: 41 }]);
    assert.deepEqual(linksOf(text), [
      `${commands.deleteSession} ${place}`,
      `${commands.addToList} ${place}`,
      look,
    ]);
  });

  it('treats hostile input as plain text', () => {
    const hostile = '[run](command:workbench.action.quit) <img src=x> $(trash)\n\n# x \u202e';
    const text = hover({
      found: { id, role: 'vendorData', reason: hostile },
      states: [state('held', { integration: hostile, text: hostile, details: [hostile] })],
      current: { key: integration, title: hostile },
    });
    assert.deepEqual(linksOf(text), [ask, list]);
    assert.doesNotMatch(text, /(?<!\\)[<$]|^#|\u202e/m);
    assert.ok(!text.includes('](command:workbench'), text);
  });
});
