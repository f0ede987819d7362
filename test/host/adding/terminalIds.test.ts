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

describe('ids that come from outside the editors', () => {
  let workshop: HostWorkshop;
  beforeEach(async () => {
    person.contextKeys.clear();
    workshop = await HostWorkshop.open({ sandbox: { apiKey } });
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await closeWorkshops();
  });

  describe('by a link that opens VS Code', () => {
    async function follow(rest: string): Promise<void> {
      const handler = await eventually('the handler', () => [...person.uriHandlers][0]);
      await handler.handleUri(vscode.Uri.parse(`vscode://session-cleanup.veriff-session-cleanup${rest}`));
    }

    it('are asked about, reviewed, and not picked', async () => {
      person.answer = ({ isModal }) => (isModal ? 'Review' : undefined);
      await follow(`/add?id=${one}&id=${two}&confirm=1`);
      const [question, review, ...more] = person.shown;
      assert.equal(question?.text, 'Review 2 ids that a link names?');
      assert.match(
        question.detail,
        /list of Shop \(TEST\)\. If you do not know where it comes from, cancel\./,
      );
      assert.deepEqual([review?.text, review?.picked], ['Review 2 ids for the list of Shop (TEST)', []]);
      assert.deepEqual(more, []);
      assert.equal(workshop.entryCount(), 0);
    });

    it('are listed where they are picked, and not confirmed', async () => {
      person.answer = ({ isModal, kind }) => (isModal ? 'Review' : kind === 'pick' ? [two] : undefined);
      await follow(`/add?id=${one},${two}`);
      assert.equal(workshop.entry(two)?.state, 'listed');
      assert.equal(workshop.entry(two)?.source, undefined);
      assert.equal(workshop.entryCount(), 1);
      assert.deepEqual(workshop.sandbox.requests(), []);
    });

    it('go nowhere where the question is left', async () => {
      await follow(`/add?id=${one}`);
      assert.equal(person.shown.length, 1);
      assert.equal(workshop.entryCount(), 0);
    });

    for (const [rest, why] of [
      [`/delete?id=${one}`, 'the link asks for something that this extension does not do'],
      [`/add/../deleteSession?id=${one}`, 'the link asks for something that this extension does not do'],
      ['/add', 'the link names no session id'],
      ['/add?id=%3Cscript%3E&id=$(trash)', 'the link names no session id'],
      [
        `/add?${Array.from({ length: 1001 }, (_, number) => `id=${sessionNumber(number)}`).join('&')}`,
        'the link names more than 1,000 ids',
      ],
      [`/add?id=${apiKey}`, 'the link names a stored key, and no session id'],
      [`/add?id=${encodeURIComponent(sessionUrl(one))}`, 'the link names no session id'],
    ] as const)
      it(`are none in ${rest.slice(0, 40)}, and nothing of it is repeated`, async () => {
        await follow(rest);
        assert.deepEqual(
          person.shown.map(({ text, isModal }) => [text, isModal]),
          [[`Nothing was added: ${why}.`, false]],
        );
        assert.equal(workshop.entryCount(), 0);
        assert.doesNotMatch(person.everythingSeen(), /script|trash|beef|eyJ/);
      });

    it('leave stored keys and nonsense out, and say how many', async () => {
      await follow(`/add?id=${apiKey}&id=${one}&id=nonsense`);
      const [question] = person.dialogs;
      assert.equal(question?.text, 'Review one id that a link names?');
      assert.match(question.detail, /one stored key left out\.\none text that is no id left out\.$/);
      assert.doesNotMatch(person.everythingSeen(), /nonsense|beef/);
    });

    it('are asked about one link at a time', async () => {
      let answer: (value: undefined) => void = () => undefined;
      person.answer = () => new Promise((resolve) => (answer = resolve));
      const first = follow(`/add?id=${one}`);
      await eventually('the question', () => person.dialogs.length === 1);
      for (let at = 0; at < 20; at += 1) await follow(`/add?id=${two}`);
      assert.equal(person.shown.length, 1);
      answer(undefined);
      await first;
      person.answer = () => undefined;
      await follow(`/add?id=${two}`);
      assert.equal(person.shown.length, 2);
    });

    it('need an integration', async () => {
      await workshop.close();
      workshop = await HostWorkshop.open({ integration: null });
      await follow(`/add?id=${one}`);
      assert.match(person.messages[0]?.text ?? '', /^Nothing was added: add a Veriff integration first/);
      assert.equal(person.shown.length, 1);
    });
  });

  describe('by a line of a terminal', () => {
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

    it('are links, exactly where they stand, and nothing else is', async () => {
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

    it('go into the review one by one, in its view', async () => {
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

    it('are shown on the list where they stand on it', async () => {
      new ListAtWindow(workshop).put(one, { state: 'deleted' });
      picks(/Show on the List$/);
      await follow(one);
      const [pick] = person.shown;
      assert.deepEqual(pick?.choices, ['$(list-unordered) Show on the List', '$(copy) Copy']);
      const [list] = [...person.trees.keys()];
      await eventually('the list shows it alone', () => list?.message?.includes(one));
      assert.equal(isReviewOpen(), false);
    });

    it('are copied without what stands around them', async () => {
      picks(/Copy$/);
      await follow(`open ${sessionUrl(one)}`);
      assert.equal(person.clipboard, one);
    });

    it('are told for what they look like, and do nothing on Escape', async () => {
      await follow(`attemptId=${one}`);
      assert.match(person.shown[0]?.detail ?? '', /^this looks like an attempt’s id/);
      assert.equal(person.shown.length, 1);
      assert.equal(isReviewOpen(), false);
    });

    it('are nothing to do with where they are a stored key', async () => {
      await follow(`API_KEY=${apiKey}`);
      assert.deepEqual(
        person.shown.map(({ text }) => text),
        ['This is a stored API key or shared secret key, not a session id.'],
      );
      assert.doesNotMatch(person.everythingSeen(), /beef/);
    });
  });

  it('come no more once the extension has ended', async () => {
    await eventually('they can come', () => person.uriHandlers.size === 1 && person.terminalLinks.size === 1);
    await workshop.deactivate();
    assert.deepEqual([person.uriHandlers.size, person.terminalLinks.size], [0, 0]);
  });
});
