import assert from 'node:assert/strict';
import type { Entry, EntryRef, EntryGroup } from '../../../../src/cleanup/list/entry.ts';
import { droppedRows, dropTarget, readUriList } from '../../../../src/editor/list/dropTarget.ts';
import { groupNames, type GroupName } from '../../../../src/editor/list/view/listFilter.ts';
import { everyGroup, type ListNode } from '../../../../src/editor/list/view/listRows.ts';
import { sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { madeUpEntry } from '../../../support/cleanup/madeUpEntry.ts';

const row = { label: '', description: '', tooltip: '', spoken: '' };
const entryOn = (group: EntryGroup): Entry => madeUpEntry({ id: 7, group });
const entryNode = (group: EntryGroup): ListNode => ({
  kind: 'entry',
  id: 'entry:7',
  entry: entryOn(group),
  row,
});
const group = (name: GroupName): ListNode => ({ kind: 'group', id: `group:${name}`, name, row });
const page = (name: GroupName): ListNode => ({ kind: 'page', id: 'page', name, from: 200, row });
const never = (): never => assert.fail('a page was read');

describe('the drop target', () => {
  for (const group of everyGroup) {
    const kind = group === 'queue' ? 'before' : group === 'later' ? 'end' : undefined;
    it(`is ${kind ?? 'none'} on a row of “${group}”`, () => {
      assert.equal(dropTarget(entryNode(group), never)?.kind, kind);
      assert.equal(dropTarget(page('waiting'), () => entryOn(group))?.kind, kind);
    });
  }

  it('is right before the row', () => {
    const target = entryNode('queue');
    const place = dropTarget(target, never);
    assert.ok(place?.kind === 'before' && target.kind === 'entry');
    assert.equal(place.entry, target.entry);
  });

  for (const name of groupNames) {
    const kind = name === 'nextUp' ? 'head' : name === 'waiting' ? 'end' : undefined;
    it(`is ${kind ?? 'none'} on the group “${name}”`, () => {
      assert.equal(dropTarget(group(name), never)?.kind, kind);
      if (name !== 'waiting') assert.equal(dropTarget(page(name), never), undefined);
    });
  }

  it('is none outside the rows, and on a page that has become empty', () => {
    assert.equal(dropTarget(undefined, never), undefined);
    assert.equal(
      dropTarget(page('waiting'), () => undefined),
      undefined,
    );
  });
});

describe('dropped rows', () => {
  const ref = (id: number): EntryRef => ({ list: 'made up', id, sessionId: sessionNumber(id) });

  it('are the dragged ones, with list, number and session', () => {
    assert.deepEqual(droppedRows(JSON.stringify([ref(3), ref(1)])), [ref(3), ref(1)]);
  });

  it('contain nothing else', () => {
    const more = { ...ref(3), state: 'listed', integration: 'x', __proto__: { list: 'y' } };
    assert.deepEqual(droppedRows(JSON.stringify([more])), [ref(3)]);
  });

  it('are none without the list, the number or the session, or with another kind of value there', () => {
    const wrong: readonly object[] = [
      { list: undefined },
      { list: 7 },
      { id: undefined },
      { id: '3' },
      { sessionId: undefined },
      { sessionId: 3 },
      { sessionId: 'no session id' },
      { sessionId: '%' },
    ];
    for (const parts of wrong)
      assert.deepEqual(droppedRows(JSON.stringify([{ ...ref(3), ...parts }, ref(1)])), [ref(1)]);
  });

  for (const value of [
    undefined,
    null,
    7,
    [1, 2],
    {},
    '',
    'text',
    '{"id":"veriffcleanup.list","itemHandles":["1/entry:7"]}',
    '["1", null, {}, [2], true]',
    '7',
    'null',
    '[1',
    '[3,1,3]',
    '[{"list":"made up","id":3}]',
  ])
    it(`are none of ${JSON.stringify(value)}`, () => assert.deepEqual(droppedRows(value), []));
});

describe('a list of dropped URIs', () => {
  it('is split into files and links, with any kind of line end', () => {
    assert.deepEqual(
      readUriList(
        '# from somewhere\r\nfile:///a/b%20c.json\r\n\r\n  vscode-remote://ssh-remote%2Bh/d.csv \nhttps://station.example/v/1\rHTTP://x\n',
      ),
      {
        addresses: ['file:///a/b%20c.json', 'vscode-remote://ssh-remote%2Bh/d.csv'],
        links: ['https://station.example/v/1', 'HTTP://x'],
      },
    );
  });

  it('leaves out what is not a URI', () => {
    for (const text of ['', '\r\n', 'no uri', '/etc/passwd', '1x:y', ':', '# https://x'])
      assert.deepEqual(readUriList(text), { addresses: [], links: [] }, text);
  });

  it('is read quickly even if it is huge', () => {
    assert.equal(readUriList('file:///a\n'.repeat(100_000)).addresses.length, 100_000);
    assert.deepEqual(readUriList('a'.repeat(1_000_000)), { addresses: [], links: [] });
  });
});
