import { person } from '../../support/window/personAtWindow.ts';
import type { HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import type { ListAtWindow } from '../../support/window/listAtWindow.ts';
import { elsewhere, rowsOf, told, type Row } from '../../support/window/listAtWindow.ts';
import { TreeAtWindow } from '../../support/window/treeAtWindow.ts';
import { beforeEachView, idOf } from '../../support/window/viewSuite.ts';

describe('the cleanup list accepts as a drop', () => {
  let workshop: HostWorkshop;
  let list: ListAtWindow;
  let tree: TreeAtWindow;

  beforeEachView((made) => ({ workshop, list } = made));

  async function opens(): Promise<void> {
    tree = await TreeAtWindow.opened();
  }

  async function drop(target: string | undefined, ...rows: readonly Row[]): Promise<vscode.DataTransfer> {
    const [controller] = person.drags.values();
    assert.ok(controller !== undefined);
    const { token } = new vscode.CancellationTokenSource();
    const data = new vscode.DataTransfer();
    const nodes = await Promise.all(rows.map((row) => tree.node(idOf(row))));
    await controller.handleDrag?.(nodes, data, token);
    await controller.handleDrop?.(target === undefined ? undefined : await tree.node(target), data, token);
    return data;
  }

  async function dropData(items: Readonly<Record<string, string>>): Promise<void> {
    const [controller] = person.drags.values();
    const data = new vscode.DataTransfer();
    for (const [type, text] of Object.entries(items)) data.set(type, new vscode.DataTransferItem(text));
    await controller?.handleDrop?.(undefined, data, new vscode.CancellationTokenSource().token);
  }

  const queue = (): string =>
    list
      .queue()
      .map((id) => Number(`0x${id.slice(-4)}`))
      .join();

  it('rows, which move before the row they are dropped on and keep their order', async () => {
    const rows = list.putNumbers(7, { state: 'confirmed' });
    await opens();
    const [, second, , , , sixth, seventh] = rows;
    assert.ok(second && sixth && seventh);
    const data = await drop(idOf(second), seventh, sixth);
    assert.equal(queue(), '0,5,6,1,2,3,4');
    assert.equal(told(), '');
    assert.equal(
      await data.get('text/plain')?.asString(),
      `${seventh.entry.sessionId}\n${sixth.entry.sessionId}`,
    );
  });

  it('rows at the head and at the end of the queue', async () => {
    const rows = list.putNumbers(7, { state: 'confirmed' });
    await opens();
    const [first, , third] = rows;
    assert.ok(first && third);
    await drop('group:nextUp', third);
    assert.equal(queue(), '2,0,1,3,4,5,6');
    await drop('group:waiting', first);
    assert.equal(queue(), '2,1,3,4,5,6,0');
  });

  it('rows before the first one of a page', async () => {
    const rows = list.putMany(300, 'confirmed');
    await opens();
    const waiting = await tree.node('group:waiting');
    const [, page] = await tree.children(waiting);
    assert.equal(page?.id, 'page:waiting:200');
    const [first] = rows;
    assert.ok(first);
    await drop('page:waiting:200', first);
    // Five are in “Next up”, so that the page begins with the 206th.
    assert.equal(list.queue().indexOf(first.entry.sessionId), 204);
    assert.equal(list.queue()[205], sessionNumber(205));
  });

  it('no rows that are not queued, and says how many and why', async () => {
    const waiting = list.putNumbers(2, { state: 'confirmed' });
    const listed = list.put(sessionNumber(8));
    const foreign = list.put(sessionNumber(9), { state: 'confirmed', integration: elsewhere });
    await opens();
    const [first, second] = waiting;
    assert.ok(first && second);
    await drop(idOf(first), second, listed, foreign);
    assert.equal(
      list
        .queue()
        .filter((id) => id <= sessionNumber(1))
        .join(),
      [sessionNumber(1), sessionNumber(0)].join(),
    );
    assert.match(
      told(),
      /^warning: 1 moved\. 2 skipped: 1 never confirmed .*, 1 in the queue of another integration\.$/,
    );
  });

  it('no rows on a target for which they are not allowed, and says which ones are', async () => {
    const [first] = list.putNumbers(2, { state: 'confirmed' });
    const listed = list.put(sessionNumber(8));
    assert.ok(first);
    await opens();
    for (const target of ['group:listed', idOf(listed), undefined]) {
      person.shown.length = 0;
      await drop(target, first);
      assert.match(told(), /^info: Nothing was moved: rows can be dropped onto one that waits/);
    }
    person.answer = () => 'By session id';
    await workshop.run('sortList');
    person.shown.length = 0;
    await drop('group:nextUp', first);
    assert.match(told(), /^info: Nothing was moved: the list is not shown in the order in which it goes/);
    assert.equal(queue(), '0,1');
  });

  /** Picks these ids in each review. */
  const picks = (...numbers: readonly number[]): void => {
    person.answer = ({ kind, choices }) =>
      kind === 'pick' ? numbers.map(sessionNumber).filter((id) => choices.includes(id)) : undefined;
  };
  const reviews = (): readonly string[] =>
    person.shown.flatMap(({ kind, text }) => (kind === 'pick' ? [text] : []));

  it('texts and links, whose ids are listed and not confirmed', async () => {
    await opens();
    await dropData({ 'text/plain': `${sessionNumber(1)} and ${sessionNumber(2)}` });
    await dropData({ 'text/uri-list': `https://station.veriff.com/verifications/${sessionNumber(4)}` });
    assert.deepEqual(
      [1, 2, 4].map((number) => workshop.entry(sessionNumber(number))?.state),
      ['listed', 'listed', 'listed'],
    );
    assert.deepEqual(reviews(), []);
  });

  it('texts with other ids as well, after a review', async () => {
    await opens();
    picks(1);
    await dropData({ 'text/plain': `sessionId=${sessionNumber(1)} requestId=${sessionNumber(2)}` });
    assert.deepEqual(reviews(), ['Review 2 ids for the list of Shop (TEST)']);
    assert.equal(workshop.entry(sessionNumber(1))?.state, 'listed');
    assert.equal(workshop.entry(sessionNumber(2)), undefined);
  });

  it('files, after a review', async () => {
    await opens();
    const file = path.join(workshop.storage, 'dropped.txt');
    writeFileSync(file, `\nsessionId=${sessionNumber(3)}`);
    const dropped = { 'text/uri-list': vscode.Uri.file(file).toString(), 'text/plain': sessionNumber(77) };
    await dropData(dropped);
    assert.deepEqual(reviews(), ['Review 1 id for the list of Shop (TEST)']);
    assert.equal(workshop.entry(sessionNumber(3)), undefined);
    picks(3);
    await dropData(dropped);
    assert.deepEqual(workshop.entry(sessionNumber(3))?.source, {
      uri: vscode.Uri.file(file).toString(),
      line: 1,
    });
    assert.equal(workshop.entry(sessionNumber(77)), undefined);
  });

  it('files from the system, by their path or their content', async () => {
    await opens();
    picks(3, 4, 5);
    const file = path.join(workshop.storage, 'dropped.csv');
    writeFileSync(file, sessionNumber(3));
    const bytes = (text: string | Uint8Array): Uint8Array =>
      typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const files = [
      { name: 'dropped.csv', uri: vscode.Uri.file(file), data: () => Promise.resolve(bytes('not read')) },
      { name: 'page.csv', data: () => Promise.resolve(bytes(`id\r\n${sessionNumber(4)}\r\n`)) },
      { name: 'utf16.csv', data: () => Promise.resolve(Buffer.from(`\ufeff${sessionNumber(5)}`, 'utf16le')) },
      { name: 'picture.png', data: () => Promise.resolve(bytes(`\0PNG ${sessionNumber(6)}`)) },
      { name: 'vanished.csv', data: () => Promise.reject(new Error('notFound')) },
    ];
    const data = new vscode.DataTransfer();
    for (const [index, each] of files.entries())
      data.set(
        `application/made-up-${index}`,
        Object.assign(new vscode.DataTransferItem(''), { asFile: () => each }),
      );
    const [controller] = person.drags.values();
    await controller?.handleDrop?.(undefined, data, new vscode.CancellationTokenSource().token);
    assert.deepEqual(
      [3, 4, 5, 6].map((number) => workshop.entry(sessionNumber(number))?.state),
      ['listed', 'listed', 'listed', undefined],
    );
    assert.equal(workshop.entry(sessionNumber(3))?.source?.uri, vscode.Uri.file(file).toString());
    assert.equal(workshop.entry(sessionNumber(4))?.source, undefined);
    const loose = person.shown.find(({ text }) => text.startsWith('Review 2 ids'));
    assert.match(loose?.detail ?? '', /Not read, or not to the end: 2 files and folders\.$/);
    for (const line of [/picture\.png \(no text\)$/, /vanished\.csv \(could not be looked through\)$/])
      assert.ok(person.log.some((each) => line.test(each)));
  });

  it('no rows of an older list, whose numbers belong to other entries now', async () => {
    const rows = list.putNumbers(3, { state: 'confirmed' });
    await opens();
    const [controller] = person.drags.values();
    const token = new vscode.CancellationTokenSource().token;
    const data = new vscode.DataTransfer();
    await controller?.handleDrag?.(rows.slice(2), data, token);
    workshop.inDatabase((database) => database.run("UPDATE list SET id = 'begun anew'"));
    await controller?.handleDrop?.(await tree.node('group:nextUp'), data, token);
    assert.equal(queue(), '0,1,2');
    assert.equal(told(), 'warning: Nothing was moved. 1 skipped: not on the list any more.');
    // Rows are not moved before one of them either.
    const [fresh] = rowsOf(workshop).slice(2);
    const [stale] = rows;
    assert.ok(fresh && stale);
    const again = new vscode.DataTransfer();
    await controller?.handleDrag?.([fresh], again, token);
    person.shown.length = 0;
    await controller?.handleDrop?.(stale, again, token);
    assert.equal(queue(), '0,1,2');
    assert.match(told(), /^info: Nothing was moved/);
  });

  it('no rows that the view has not made', async () => {
    const [first] = list.putNumbers(3, { state: 'confirmed' });
    await opens();
    assert.ok(first);
    const [controller] = person.drags.values();
    const data = new vscode.DataTransfer();
    await controller?.handleDrag?.([{ ...first }], data, new vscode.CancellationTokenSource().token);
    assert.equal([...data].length, 0);
  });

  it('nothing else as rows, even if it claims to be', async () => {
    list.putNumbers(2, { state: 'confirmed' });
    await opens();
    const [controller] = person.drags.values();
    const target = await tree.node('group:nextUp');
    const made = (id: number): object => ({ list: 'made up', id, sessionId: sessionNumber(1) });
    for (const value of [
      'nonsense',
      '[1e99, -1, 4711]',
      { evil: true },
      JSON.stringify([made(1), made(2)]),
    ]) {
      const data = new vscode.DataTransfer();
      data.set('application/vnd.code.tree.veriffcleanup.list', new vscode.DataTransferItem(value));
      await controller?.handleDrop?.(target, data, new vscode.CancellationTokenSource().token);
    }
    assert.equal(queue(), '0,1');
  });
});
