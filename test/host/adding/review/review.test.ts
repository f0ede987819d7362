import { person } from '../../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import * as vscode from 'vscode';
import { sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { EditorFolder } from '../../../support/window/editorAtWindow.ts';
import { eventually } from '../../../support/process/eventually.ts';
import { ListAtWindow } from '../../../support/window/listAtWindow.ts';
import { isReviewOpen, ReviewAtWindow } from '../../../support/window/reviewAtWindow.ts';
import { asPicked, backButton } from '../../../support/window/scriptedInputs.ts';

const apiKey = 'a11ce000-0000-4000-8000-00000000beef';
const secret = 'b0b00000-0000-4000-8000-00000000cafe';
const sessions = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `sessionId=${sessionNumber(from + at)}`).join('\n');
const short = (number: number): string => `00000000…${number.toString(16).padStart(4, '0')}`;

describe('the review', () => {
  let workshop: HostWorkshop;
  let files: EditorFolder;

  beforeEach(async () => {
    person.contextKeys.clear();
    files = new EditorFolder();
    workshop = await HostWorkshop.open({ sandbox: { apiKey, sharedSecretKey: secret } });
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await closeWorkshops();
    await files.close();
  });

  /** Searches files with these texts, named a.log, b.log and so on. */
  async function find(...texts: readonly string[]): Promise<readonly vscode.Uri[]> {
    const uris = texts.map((text, at) => files.write(`${String.fromCharCode(97 + at)}.log`, text));
    await workshop.run('findSessionIds', uris[0], uris);
    return uris;
  }

  /** The labels of the rows of files, without their folder. */
  const named = (lines: readonly string[]): readonly string[] =>
    lines.map((line) => line.replaceAll(/\S*\/veriff-editors-[^/\s]*\//g, ''));

  describe('as a pick list', () => {
    it('shows each id once, and marks ids that are on the list, which are not picked', async () => {
      const list = new ListAtWindow(workshop);
      list.put(sessionNumber(2));
      list.put(sessionNumber(3), { state: 'deleted' });
      list.put(sessionNumber(4), { heldAt: 5 });
      const every = [1, 2, 3, 4, 5].map(sessionNumber);
      person.answer = ({ kind }) => (kind === 'pick' ? every : undefined);
      await find(sessions(1, 5), `${sessions(1, 2)}\nattemptId=${sessionNumber(5)}`);
      const [pick] = person.shown;
      assert.deepEqual(pick?.picked, [sessionNumber(1)]);
      assert.deepEqual(
        pick.rows.slice(1, 5).map(({ description }) => description?.split(' · ').slice(0, 2).join(' · ')),
        [
          'line 1 · the value of "sessionId"',
          'line 2 · already on the list',
          'line 3 · already deleted',
          'line 4 · already on the list, on hold',
        ],
      );
      assert.equal(pick.choices.filter((label) => label === sessionNumber(1)).length, 1);
      // All were checked, and those that cannot be chosen were left out.
      assert.match(person.messages[0]?.text ?? '', /^2 sessions added to the list of Shop \(TEST\)/);
      assert.equal(workshop.entry(sessionNumber(3))?.state, 'deleted');
    });

    it('never shows or lists a stored key, whatever is checked', async () => {
      person.answer = ({ kind, choices }) => (kind === 'pick' ? choices : undefined);
      await find(`sessionId=${apiKey}\n${sessions(1, 2)}\nsecret: "${secret.toUpperCase()}"`);
      const [pick] = person.shown;
      assert.deepEqual(
        pick?.choices.filter((label) => label.includes('key')),
        ['$(key) A stored key', '$(key) A stored key'],
      );
      assert.match(pick.detail, /Stored keys, never listed: 2\./);
      assert.equal(workshop.entryCount(), 1);
      const seen = `${person.everythingSeen()}${workshop.storedBytes()}`.toLowerCase();
      for (const key of [apiKey, secret]) assert.ok(!seen.includes(key), 'a key was shown or stored');
    });

    it('opens a source at its line and stays open', async () => {
      let isOpened = false;
      person.answer = async ({ kind }) => {
        if (kind !== 'pick') return undefined;
        person.pick?.pressButtonOf(sessionNumber(2));
        await eventually('it is opened', () => vscode.window.activeTextEditor?.selection.start.line === 1);
        isOpened = true;
        return asPicked;
      };
      await find(sessions(1, 4));
      assert.ok(isOpened);
      assert.equal(workshop.entryCount(), 3);
    });

    it('moves to the view on request, with its choices', async () => {
      person.answer = ({ kind }) => (kind === 'pick' ? backButton : undefined);
      await find(sessions(1, 4));
      const review = await ReviewAtWindow.opened();
      assert.match(review.view.message ?? '', /^3 of 3 ids chosen\./);
      assert.equal(workshop.entryCount(), 0);
    });

    it('says that nothing was found, and opens nothing', async () => {
      await find('nothing in here');
      assert.deepEqual(
        person.shown.map(({ text }) => text),
        ['Nothing was added: no session id was found.'],
      );
      assert.equal(isReviewOpen(), false);
    });
  });

  describe('in its view', () => {
    it('shows files, sessions and other ids, and lists the chosen ids with their places', async () => {
      const [, b] = await find(
        sessions(0, 100),
        `\n\n${sessions(100, 110)}\nattemptId=${sessionNumber(500)}`,
      );
      assert.deepEqual(person.shown, []);
      const review = await ReviewAtWindow.opened();
      assert.equal(review.view.description, 'for Shop (TEST)');
      assert.equal(review.view.message, '110 of 111 ids chosen. Nothing is listed before you add it.');
      const drawn = named(await review.drawn());
      assert.equal(drawn[0], 'Add 110 Sessions to the List');
      assert.equal(drawn[1], '[x] a.log all 100 chosen');
      assert.equal(drawn[2], `  [x] ${short(0)} line 1 · the value of "sessionId"`);
      assert.equal(drawn[102], '[x] b.log all 10 chosen · 1 other id');
      assert.equal(drawn.at(-1), '  [ ] Other ids 1 · 0 of 1 chosen');
      assert.equal(workshop.entryCount(), 0);

      await workshop.run('addReviewed');
      assert.match(person.messages[0]?.text ?? '', /^110 sessions added to the list of Shop \(TEST\), none/);
      assert.equal(workshop.entryCount(), 110);
      assert.deepEqual(workshop.entry(sessionNumber(103))?.source, { uri: b?.toString(), line: 5 });
      assert.equal(workshop.entry(sessionNumber(500)), undefined);
      assert.equal(isReviewOpen(), false);
      assert.deepEqual(await review.children(), []);
    });

    it('accepts checks of ids, pages and files, which change only what they show', async () => {
      const [a] = await find(`${sessions(0, 450)}\nattemptId=${sessionNumber(500)}`);
      const review = await ReviewAtWindow.opened();
      const file = (await review.children())[1]?.label ?? '';
      assert.ok(file.endsWith('a.log'), a?.path);
      await review.ticks(false, file, '201 to 400');
      assert.match(review.view.message ?? '', /^250 of 451 ids chosen\./);
      await review.ticks(true, file, '201 to 400', short(200));
      assert.equal((await review.row('Add 251 Sessions to the List')).kind, 'add');
      assert.equal((await review.row(file, '201 to 400')).description, '1 of 200 chosen');
      assert.equal((await review.row(file)).description, '251 of 450 chosen · 1 other id');
      await review.ticks(false, file);
      assert.match(review.view.message ?? '', /^0 of 451 ids chosen\./);
      await workshop.run('addReviewed');
      assert.equal(person.messages.at(-1)?.text, 'Nothing was added: nothing is chosen in the review.');
      await review.ticks(true, file, 'Other ids');
      await workshop.run('addReviewed');
      assert.equal(workshop.entry(sessionNumber(500))?.state, 'listed');
      assert.equal(workshop.entryCount(), 1);
    });

    it('has no checkbox for an id that is on the list, or for a stored key', async () => {
      new ListAtWindow(workshop).put(sessionNumber(3), { state: 'notFound' });
      await find(`${sessions(0, 120)}\nsecret=${secret}`);
      const review = await ReviewAtWindow.opened();
      const [, group] = await review.children();
      const rows = await review.children(group);
      assert.equal(rows[3]?.description, 'line 4 · already gone from Veriff · the value of "sessionId"');
      assert.equal(rows[3].checkbox, undefined);
      const [key] = await review.children(rows.at(-1));
      assert.deepEqual([key?.label, key?.checkbox], ['A stored key', undefined]);
      assert.match(review.view.message ?? '', /^119 of 120 ids chosen.* A stored key is left out\.$/);
      const drawn = JSON.stringify([
        await review.drawn(),
        rows.map(({ spoken, tooltip }) => [spoken, tooltip]),
        [key?.spoken, key?.tooltip, key?.id],
      ]);
      assert.ok(!drawn.toLowerCase().includes(secret));
      assert.match(drawn, /Session 00000000-0000-4000-8000-000000000003, line 4, already gone from Veriff/);
      // Its place can be opened nevertheless.
      await workshop.run('openReviewed', key);
      await eventually(
        'the line is shown',
        () => vscode.window.activeTextEditor?.selection.start.line === 120,
      );
    });

    it('chooses all, none, or what the filter shows', async () => {
      await find(`${sessions(0, 150)}\nrequest ${sessionNumber(300)}\nattemptId=${sessionNumber(301)}`);
      const review = await ReviewAtWindow.opened();
      const message = (): string => review.view.message ?? '';
      await workshop.run('chooseNoneReviewed');
      assert.match(message(), /^0 of 152/);
      await workshop.run('chooseAllReviewed');
      assert.match(message(), /^151 of 152/);
      person.answer = () => ['Attempts'];
      await workshop.run('filterReview');
      assert.deepEqual(
        person.shown[0]?.rows.map(({ label, description }) => `${label} ${description ?? ''}`),
        ['Sessions 150', 'Not known to be sessions 1', 'Attempts 1'],
      );
      assert.match(
        message(),
        /^151 of 152 ids chosen.* The filter hides some; what it hides stays chosen\.$/,
      );
      assert.equal((await review.children()).length, 2);
      await workshop.run('chooseAllReviewed');
      assert.match(message(), /^152 of 152/);
      person.answer = ({ choices }) => choices;
      await workshop.run('filterReview');
      assert.doesNotMatch(message(), /filter/);
    });

    it('adds what is found meanwhile, and keeps the user’s choice', async () => {
      await find(sessions(0, 150));
      const review = await ReviewAtWindow.opened();
      await workshop.run('chooseNoneReviewed');
      await find('', sessions(140, 152));
      assert.deepEqual(person.shown, []);
      assert.match(review.view.message ?? '', /^2 of 152 ids chosen\./);
      assert.equal((await review.children()).length, 3);
    });

    it('is discarded without a trace, and comes back on request', async () => {
      await find(sessions(0, 150));
      await ReviewAtWindow.opened();
      person.answer = ({ choices }) => choices.find((choice) => choice === 'Review Again');
      await workshop.run('discardReview');
      assert.match(
        person.messages[0]?.text ?? '',
        /^The review is discarded: none of its 150 ids was added\.$/,
      );
      await eventually('it is back', isReviewOpen);
      person.answer = () => undefined;
      await workshop.run('discardReview');
      assert.equal(isReviewOpen(), false);
      assert.equal(workshop.entryCount(), 0);
      for (const name of ['addReviewed', 'discardReview', 'chooseAllReviewed', 'filterReview'] as const) {
        person.shown.length = 0;
        await workshop.run(name);
        assert.match(person.messages[0]?.text ?? '', /^No review is open/);
      }
    });

    it('uses the same row ids until it ends, and the next one uses others', async () => {
      await find(sessions(0, 150));
      const review = await ReviewAtWindow.opened();
      const drawnIds = async (): Promise<readonly unknown[]> =>
        Promise.all((await review.children()).map(async (node) => (await review.item(node)).id));
      const before = await drawnIds();
      await workshop.run('chooseNoneReviewed');
      assert.deepEqual(await drawnIds(), before);
      await workshop.run('discardReview');
      await find(sessions(0, 150));
      const next = await drawnIds();
      assert.equal(next.length, before.length);
      assert.deepEqual(
        next.filter((id) => before.includes(id)),
        [],
      );
    });

    it('stays open with its choices if the list fails', async () => {
      await find(sessions(0, 150));
      const review = await ReviewAtWindow.opened();
      renameSync(workshop.databasePath, `${workshop.databasePath}.away`);
      await workshop.run('addReviewed');
      assert.match(person.messages[0]?.text ?? '', /^The cleanup list cannot be used/);
      assert.equal(isReviewOpen(), true);
      renameSync(`${workshop.databasePath}.away`, workshop.databasePath);
      await workshop.run('addReviewed');
      assert.equal(workshop.entryCount(), 150);
      assert.equal(isReviewOpen(), false);
      assert.deepEqual(await review.children(), []);
    });

    it('opens an id at its line, and says so if the file is gone', async () => {
      const [, b] = await find(sessions(0, 150), sessions(150, 152));
      const review = await ReviewAtWindow.opened();
      const [, first, second] = (await review.children()).map(({ label }) => label);
      await workshop.run('openReviewed', await review.row(first ?? '', short(7)));
      await eventually('it is selected', () => vscode.window.activeTextEditor?.selection.start.line === 7);
      rmSync(b?.fsPath ?? '');
      await workshop.run('openReviewed', await review.row(second ?? '', short(150)));
      assert.match(person.messages[0]?.text ?? '', /^Nothing was opened: b\.log is not there any more\.$/);
      person.shown.length = 0;
      await workshop.run('openReviewed');
      assert.equal(person.messages[0]?.text, 'Nothing was opened: select an id in the review first.');
    });

    it('shows names as plain text, whatever they contain', async () => {
      const uri = files.write('$(trash) [x](command:evil) \u202Egnp.log', sessions(0, 120));
      await workshop.run('findSessionIds', uri);
      const review = await ReviewAtWindow.opened();
      const [, group] = await review.children();
      assert.match(group?.label ?? '', /\$ \(trash\) \[x\] \(command:evil\) <U\+202E>gnp\.log$/);
      assert.equal(typeof (group && (await review.item(group)).tooltip), 'string');
    });

    it('disappears with the extension', async () => {
      await find(sessions(0, 150));
      await ReviewAtWindow.opened();
      await workshop.deactivate();
      assert.equal(isReviewOpen(), false);
    });
  });
});
