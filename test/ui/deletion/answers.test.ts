import assert from 'node:assert/strict';
import { suiteAtPage } from '../../support/page/suiteAtPage.ts';

suiteAtPage('Answers of Veriff', (person) => {
  beforeEach(async () => {
    await person().startsAfresh();
    await person().closesEditors();
    await person().copies('');
  });

  it('403: nothing is deleted, and the text for Veriff is ready to be copied', async () => {
    const { setUp, deletable } = person();
    const [id = ''] = deletable;
    setUp.sandbox.misbehave('plain-403');
    await person().deletes(id);
    await person().clicks('Veriff refuses access (403)', 'Copy Text for Veriff');
    await person().message('Veriff refuses access (403)').waitFor({ state: 'detached' });
    const copied = await person().pastes();
    assert.match(copied, /IP allowlist/);
    for (const secret of person().secrets) assert.ok(!copied.includes(secret), copied);
    assert.equal(person().exists(id), true);
    await person().looksAtList();
    await person().row(id, 'confirmed').waitFor();
  });

  for (const { fault, outcome, isGone } of [
    { fault: 'never-answers', outcome: 'A look-up says that the session still exists', isGone: false },
    {
      fault: 'deletes-and-never-answers',
      outcome: 'A look-up does not find the session any more',
      isGone: true,
    },
  ] as const) {
    it(`${fault}: a progress that can be cancelled, and a look-up that finds the truth`, async () => {
      const { setUp, workbench, deletable } = person();
      const [, id = ''] = deletable;
      setUp.sandbox.misbehave(fault);
      await person().deletes(id);
      const progress = person().message(`Deleting session ${id}`);
      await progress.getByRole('button', { name: 'Cancel' }).waitFor();
      await person().arrived(1, 'DELETE');
      // The hanging request keeps hanging; the look-up gets an answer.
      setUp.sandbox.misbehave(undefined);
      await progress.getByRole('button', { name: 'Cancel' }).click();
      await person().sees('it was cancelled after the request had left', outcome);
      await progress.waitFor({ state: 'detached' });
      assert.equal(person().exists(id), !isGone);
      assert.equal(person().deletions().length, 1);
      // Before the question, which came without an answer, and after the deletion.
      assert.equal(person().lookUps().length, 2);
      await person().looksAtList();
      // What was cancelled and not deleted stays on the list without consent, so nothing of it is sent later.
      await person()
        .row(id, isGone ? 'not found' : 'listed')
        .waitFor();
      await person().status('Veriff 1/5 h · 1/10 d').waitFor();
      await workbench.command('Veriff: Resume Cleanup');
      await workbench.command('Veriff: Check Credentials');
      await person().sees('Veriff accepts the API key');
      assert.equal(await workbench.dialog.count(), 0, 'something could leave');
      assert.equal(person().deletions().length, 1);
    });
  }

  it('500: the session is looked up, stays unknown, and is looked up again before it is sent again', async () => {
    const { workbench, setUp, deletable } = person();
    const [, , id = ''] = deletable;
    setUp.sandbox.misbehave('500/1101');
    await person().deletes(id);
    await person().sees('It is not known whether it was deleted', 'A look-up could not tell either');
    assert.equal(person().deletions().length, 1);
    assert.equal(person().lookUps().length, 2);
    await person().looksAtList();
    await person().row(id, 'unknown').waitFor();
    await workbench.logged(new RegExp(`unknown · ${id} .* HTTP 500`));

    setUp.sandbox.misbehave(undefined);
    await person().asksToDeleteRow(id, 'unknown');
    // The question appears only after the look-up; a key that is pressed before must not answer it.
    await workbench.page.keyboard.press('Enter');
    await person().sees('Nothing was confirmed.');
    assert.equal(person().lookUps().length, 3);
    assert.equal(person().deletions().length, 1, 'sent before the answer');

    await person().clicks('Nothing was confirmed.', 'Ask Again');
    await person().reads(`Delete session ${id} at Veriff?`);
    await person().looksAtList();
    assert.equal(person().deletions().length, 1, 'sent before the answer');
    await person().chooses('Delete');
    await person().row(id, 'deleted').waitFor();
    await person().sees(`${id}: Deleted.`);
    assert.equal(person().deletions().length, 2);
  });

  it('no slot is left after five: the sixth is put on the list with its time, and nothing is sent', async () => {
    const { workbench, deletable } = person();
    const five = deletable.slice(0, 5);
    const sixth = deletable[5] ?? '';
    await person().deletes(five.join(' '));
    await person().sees('5 deleted');
    await person().status('Veriff 5/5 h · 5/10 d').waitFor();

    await person().asksToDeleteTyped(sixth);
    const question = await person().reads(`No slot is free: put session ${sixth} on the cleanup list`);
    assert.match(question, /The next slot comes at \d\d:\d\d \(in (?:1 h 1 min|1 h|5\d min|60 min)\)\./);
    assert.match(question, /it waits as confirmed; expected (?:\w{3} )?\d\d:\d\d/);
    assert.equal(await workbench.dialog.getByRole('button', { name: 'Delete', exact: true }).count(), 0);
    await person().chooses('Put on the List');
    await person().sees('Nothing was sent yet.');
    await person().looksAtList();
    await person().row(sixth, 'about (?:\\w{3} )?\\d\\d:\\d\\d · confirmed').waitFor();
    assert.equal(person().deletions().length, 5);
    assert.equal(person().exists(sixth), true);
  });
});
