import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { sessionToken, sessionUrl } from '../../support/sessions/chosenIds.ts';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { eventually } from '../../support/process/eventually.ts';
import { ListAtWindow } from '../../support/window/listAtWindow.ts';
import { isReviewOpen, ReviewAtWindow } from '../../support/window/reviewAtWindow.ts';

const apiKey = 'a11ce000-0000-4000-8000-00000000beef';
const [one, two] = [sessionNumber(1), sessionNumber(2)];

describe('ids from outside the editors', () => {
  let workshop: HostWorkshop;
  beforeEach(async () => {
    person.contextKeys.clear();
    workshop = await HostWorkshop.open({ sandbox: { apiKey } });
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await closeWorkshops();
  });

  describe('in a line of a terminal', () => {
    const terminal = { name: 'zsh $(trash)' } as vscode.Terminal;
    const { token } = new vscode.CancellationTokenSource();

    async function linksIn(line: string): Promise<readonly vscode.TerminalLink[]> {
      const provider = await eventually('the provider', () => [...person.terminalLinks][0]);
      return (await provider.provideTerminalLinks({ line, terminal }, token)) ?? [];
    }
    async function follow(line: string): Promise<void> {
      const [link] = await linksIn(line);
      assert.ok(link !== undefined);
      await [...person.terminalLinks][0]?.handleTerminalLink(link);
    }
    const picks = (label: RegExp): void => {
      person.answer = ({ kind, choices }) =>
        kind === 'pick' ? choices.find((each) => label.test(each)) : undefined;
    };

    it('are links, exactly at their places, and nothing else is', async () => {
      const line = `  ${one} and sessionId=${two.toUpperCase()}, not ${one}0`;
      assert.deepEqual(
        (await linksIn(line)).map(({ startIndex, length }) => line.slice(startIndex, startIndex + length)),
        [one, two.toUpperCase()],
      );
      for (const nothing of ['', 'no id', '-'.repeat(20_000), `${' '.repeat(20_000)}${one}`])
        assert.deepEqual(await linksIn(nothing), []);
    });

    it('keep nothing of a token', async () => {
      const [link] = await linksIn(`open ${sessionUrl(one)}`);
      assert.ok(link !== undefined && !JSON.stringify(link).includes('eyJ'));
      assert.deepEqual(await linksIn(sessionToken(one).slice(0, 60)), []);
    });

    it('are added to the review one by one, in its view', async () => {
      picks(/Add to the Review$/);
      await follow(`sessionId=${one}`);
      const review = await ReviewAtWindow.opened();
      await follow(`request ${two}`);
      const drawn = await review.drawn();
      assert.match(drawn[1] ?? '', /terminal “zsh \$ \(trash\)” chosen · 1 other id$/);
      assert.match(review.view.message ?? '', /^1 of 2 ids chosen\./);
      assert.equal(workshop.entryCount(), 0);
      await workshop.run('addReviewed');
      assert.equal(workshop.entry(one)?.state, 'listed');
      assert.equal(workshop.entry(one)?.source, undefined);
      assert.equal(workshop.entryCount(), 1);
    });

    it('are shown on the list if they are on it', async () => {
      new ListAtWindow(workshop).put(one, { state: 'deleted' });
      picks(/Show on the List$/);
      await follow(one);
      const [pick] = person.shown;
      assert.deepEqual(pick?.choices, ['$(list-unordered) Show on the List', '$(copy) Copy']);
      const [list] = [...person.trees.keys()];
      await eventually('the list shows it alone', () => list?.message?.includes(one));
      assert.equal(isReviewOpen(), false);
    });

    it('are copied without the text around them', async () => {
      picks(/Copy$/);
      await follow(`open ${sessionUrl(one)}`);
      assert.equal(person.clipboard, one);
    });

    it('come with a warning if they seem to be something else, and do nothing on Escape', async () => {
      await follow(`attemptId=${one}`);
      assert.match(person.shown[0]?.detail ?? '', /^this looks like an attempt’s id/);
      assert.equal(person.shown.length, 1);
      assert.equal(isReviewOpen(), false);
    });

    it('have no actions if they are a stored key', async () => {
      await follow(`API_KEY=${apiKey}`);
      assert.deepEqual(
        person.shown.map(({ text }) => text),
        ['This is a stored API key or shared secret key, not a session id.'],
      );
      assert.doesNotMatch(person.everythingSeen(), /beef/);
    });
  });

  it('are not links any more after the extension was disposed', async () => {
    await eventually('they can come', () => person.terminalLinks.size === 1);
    await workshop.deactivate();
    assert.equal(person.terminalLinks.size, 0);
  });
});
