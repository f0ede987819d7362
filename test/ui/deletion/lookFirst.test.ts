import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { sampleSessions, type SandboxStatus } from '../../../src/sandbox/sandbox.ts';
import { ListAtPage } from '../../support/page/listAtPage.ts';
import { sampleFiles } from '../../support/page/sampleFolder.ts';
import { suiteAtPage } from '../../support/page/suiteAtPage.ts';
import { eventually } from '../../support/process/eventually.ts';
import { startFaultySandbox } from '../../support/sandbox/faultySandbox.ts';

suiteAtPage('Looking before deleting', (person) => {
  beforeEach(async () => {
    await person().startsAfresh();
    await person().closesEditors();
    await person().copies('');
  });

  const idOf = (status: SandboxStatus, index = 0): string =>
    person()
      .setUp.sandbox.sessions()
      .filter((session) => session.status === status)[index]?.id ?? '';

  it('says what each status means before it asks, and deletes nothing meanwhile', async () => {
    for (const [status, says] of [
      ['approved', 'approved (no webhook)'],
      ['declined', 'declined (no webhook)'],
      ['expired', 'expired (no webhook)'],
      ['abandoned', 'abandoned (no webhook)'],
      ['created', 'created: a decision webhook fires'],
      ['started', 'started: a decision webhook fires'],
      ['resubmission_requested', 'resubmission_requested: a decision webhook fires'],
      ['review', 'review: Veriff’s two pages disagree on it'],
      ['inflow_completed', 'inflow_completed: Veriff’s two pages disagree on it'],
    ] as const) {
      await person().asksToDeleteTyped(idOf(status));
      const question = await person().reads('at Veriff?');
      assert.ok(question.includes(`: ${says}.`), question);
      await person().chooses('Cancel');
    }
    assert.deepEqual(person().deletions(), []);
  });

  it('does not ask about a submitted session, and includes it in the question about several only if told to', async () => {
    const [submitted, approved] = [idOf('submitted'), idOf('approved')];
    await person().asksToDeleteTyped(submitted);
    await person().sees('submitted: Veriff refuses it now');
    assert.equal(await person().workbench.dialog.count(), 0);
    await person().tidiesUp();
    await person().asksToDeleteTyped([approved, submitted].join(' '));
    const question = await person().reads(`Delete session ${approved} at Veriff?`);
    assert.ok(question.includes('Left out: 1 submitted: Veriff refuses it now.'), question);
    await person().goesOnWith('Include 1 More…');
    assert.match(await person().reads('Include 1 more session?'), /would spend 1 of your 5 free deletions/);
    await person().goesOnWith('Include 1 More');
    await person().reads('Delete 2 sessions at Veriff?');
    await person().chooses('Cancel');
    assert.deepEqual(person().deletions(), []);
  });

  it('asks without statuses after Skip, and ends with Escape', async () => {
    const { setUp, page, input, workbench } = person();
    setUp.sandbox.misbehave('never-answers');
    await person().asksToDeleteTyped(idOf('approved'));
    await input.getByRole('option', { name: /^Skip/ }).click();
    assert.doesNotMatch(await person().reads('at Veriff?'), /Looked up/);
    await person().chooses('Cancel');
    await person().asksToDeleteTyped(idOf('declined'));
    await input.getByRole('option', { name: /^Skip/ }).waitFor();
    await page.keyboard.press('Escape');
    await input.waitFor({ state: 'hidden' });
    // A question would come after five seconds at the latest; the next command shows that none does.
    setUp.sandbox.misbehave(undefined);
    await workbench.command('Veriff: Check Credentials');
    await person().sees('Veriff accepts the API key');
    assert.equal(await workbench.dialog.count(), 0);
    assert.deepEqual(person().deletions(), []);
  });

  it('looks up the status of an id in the editor without listing it', async () => {
    const { workbench, setUp } = person();
    const { id } = setUp.firstSession;
    await workbench.openFile(sampleFiles.test);
    await workbench.clickMenuEntry(await workbench.menuEntry(id, 'Look Up Session Status'));
    await person().sees(id, 'webhook');
    assert.equal(person().lookUps().length, 1);
    assert.deepEqual(person().deletions(), []);
    await person().looksAtList();
    assert.equal(await person().row(id, '').count(), 0);
  });

  it('checks a list of twelve, says what each is, and leaves out what Veriff would refuse', async () => {
    const { workbench, deletable } = person();
    const list = new ListAtPage(person());
    const [gone, submitted] = [randomUUID(), idOf('submitted')];
    await list.addsCopied([...deletable.slice(0, 10), gone, submitted]);
    await person().looksAtList();
    await workbench.command('Veriff: Check First');
    await person().sees('12 sessions checked', '1 not known to the integration');
    await person().row(submitted, 'submitted').waitFor();
    await person().row(gone, 'not found').waitFor();
    assert.equal(person().lookUps().length, 12);
    await person().clicks('12 sessions checked', 'Delete Listed Sessions…');
    const question = await person().reads('Delete 10 listed sessions at Veriff?');
    assert.ok(question.includes('Left out: 1 submitted: Veriff refuses it now.'), question);
    await person().chooses('Cancel');
    assert.deepEqual(person().deletions(), []);
  });

  describe('with another integration', () => {
    after(() => person().installsAnew());

    it('finds there what is not known here, and moves it to the list there without confirming it', async () => {
      const { workbench, input } = person();
      const id = randomUUID();
      const sessions = sampleSessions()
        .slice(0, 1)
        .map((session) => ({ ...session, id }));
      const account = await startFaultySandbox({ sessions });
      try {
        await person().addsIntegration({ name: 'Shop live', kind: 'LIVE', account });
        await workbench.command('Veriff: Switch Integration…');
        await input.getByRole('option', { name: /^Sandbox/ }).click();
        await person().status('Sandbox (TEST)').waitFor();
        await person().tidiesUp();

        await person().asksToDeleteTyped(id);
        await person().clicks('not known to this integration', 'Look in Other Integrations…');
        await input.getByText('Look in Other Integrations').waitFor();
        await input.getByRole('button', { name: 'OK' }).click();
        await person().clicks('It exists in Shop live (LIVE)', 'Move It There…');
        await person().reads(`Move session ${id} to the list of Shop live (LIVE)?`);
        await person().chooses('Move');
        await person().sees('1 session moved to the list of Shop live (LIVE)');
        await person().looksAtList();
        await person().row(id, 'listed').waitFor();
        await eventually('it was asked for there', () => account.requests().length === 1);
        assert.deepEqual(person().deletions(), []);
      } finally {
        await account.close();
      }
    });
  });
});
