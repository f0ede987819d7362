import assert from 'node:assert/strict';
import { ownFiles } from '../../support/page/personAtPage.ts';
import { sampleFiles } from '../../support/page/sampleFolder.ts';
import { suiteAtPage } from '../../support/page/suiteAtPage.ts';

suiteAtPage('Choosing what to delete from the palette', (person) => {
  beforeEach(async () => {
    await person().startsAfresh();
    await person().copies('');
  });

  it('takes the id under the cursor, whatever the clipboard holds', async () => {
    const { workbench, setUp, deletable } = person();
    const { id } = setUp.firstSession;
    const other = deletable.find((deletableId) => deletableId !== id) ?? '';
    await person().copies(other);
    await workbench.openFile(sampleFiles.test);
    await workbench.clickInEditor(id);
    await person().asksToDelete();
    assert.ok(!(await person().reads(`Delete session ${id} at Veriff?`)).includes(other));
    await person().chooses('Cancel');
  });

  it('takes all ids of a selection, asks once and sends one request for each', async () => {
    const { deletable } = person();
    const two = deletable.slice(0, 2);
    await person().selectsAllOf(ownFiles.two);
    await person().asksToDelete();
    const question = await person().reads('Delete 2 sessions at Veriff?');
    for (const id of two) assert.ok(question.includes(id), question);
    assert.match(question, /It costs 2 slots of the rate limit: leaves 3 this hour, 8 today\./);
    await person().chooses('Delete');
    await person().sees('2 deleted');
    assert.equal(await person().workbench.dialog.count(), 0, 'a second question');
    assert.deepEqual(
      person()
        .deletions()
        .map(({ sessionId }) => sessionId),
      two,
    );
    for (const id of two) assert.equal(person().exists(id), false);
    await person().status('Veriff 2/5 h · 2/10 d').waitFor();
  });

  it('takes the clipboard if it is an id and the cursor is on none', async () => {
    const { deletable } = person();
    const id = deletable[2] ?? '';
    await person().workbench.openFile(ownFiles.plain);
    await person().copies(` ${id}\n`);
    await person().asksToDelete();
    await person().reads(`Delete session ${id} at Veriff?`);
    await person().chooses('Cancel');
  });

  it('does not take a clipboard that merely contains an id', async () => {
    await person().closesEditors();
    await person().copies(`see ${person().deletable[2] ?? ''}`);
    await person().asksToDelete();
    await person().input.getByText('One session id or session URL').waitFor();
    assert.equal(await person().workbench.dialog.count(), 0);
  });

  it('asks for ids if there are none, and checks them while they are typed', async () => {
    const { input, deletable } = person();
    const [first = '', second = ''] = deletable;
    await person().closesEditors();
    await person().asksToDelete();
    const field = input.locator('input').first();
    await field.fill('12345678-');
    await input.getByText('No session id yet: 32 hex digits in groups of 8-4-4-4-12.').waitFor();
    await person().page.keyboard.press('Enter');
    assert.equal(await person().workbench.dialog.count(), 0, 'accepted without an id');
    await field.fill(`${first} ${second}`);
    await input.getByText('2 session ids').waitFor();
    await field.fill(person().setUp.sandbox.apiKey);
    await input.getByText('This is a stored API key or shared secret key, not a session id.').waitFor();
    await field.fill(first.toUpperCase());
    await input.getByText('This is a stored').waitFor({ state: 'detached' });
    await person().page.keyboard.press('Enter');
    await person().reads(`Delete session ${first} at Veriff?`);
    await person().chooses('Cancel');
  });

  it('offers the ids of the document with their lines if the cursor is on none', async () => {
    const { workbench, setUp, input } = person();
    const { id, attemptId } = setUp.firstSession;
    await workbench.openFile(sampleFiles.test);
    await workbench.clickInEditor("'checkout'");
    await person().asksToDelete();
    await input
      .getByText('The cursor is on no session id.')
      .or(input.getByPlaceholder(/on no session id/))
      .first()
      .waitFor();
    await input.getByRole('option', { name: new RegExp(`^${id}.*line 6`) }).waitFor();
    await input.getByRole('option', { name: new RegExp(`^${attemptId}.*line 7.*attempt’s id`) }).waitFor();
    await input.getByRole('option', { name: new RegExp(`^${id}`) }).click();
    await person().reads(`Delete session ${id} at Veriff?`);
    await person().chooses('Cancel');
  });

  it('reads the id from a session URL’s token, and does not show the token', async () => {
    const { workbench, setUp } = person();
    const [session] = setUp.sandbox.sessions();
    assert.ok(session);
    await workbench.openFile(sampleFiles.log);
    const token = await person().clicksOnToken();
    await person().asksToDelete();
    const question = await person().reads(`Delete session ${session.id} at Veriff?`);
    assert.ok(!question.includes(token.slice(0, 20)), question);
    await person().chooses('Delete');
    await person().sees(`${session.id}: Deleted.`);
    assert.equal(person().exists(session.id), false);
    await workbench.logged(new RegExp(`deleted · ${session.id}`));
    assert.ok(!(await workbench.logLines()).some((line) => line.includes('eyJ')));
  });

  it('warns that the id of an attempt is not a session id', async () => {
    const { workbench, setUp } = person();
    const { attemptId } = setUp.firstSession;
    await workbench.openFile(sampleFiles.test);
    await workbench.clickInEditor(attemptId);
    await person().asksToDelete();
    // Veriff does not know it as a session, so the question comes only if the user insists.
    await person().clicks('this looks like an attempt’s id, not a session’s', 'Ask Anyway…');
    const question = await person().reads(attemptId);
    assert.match(question, /this looks like an attempt’s id, not a session’s/);
    assert.match(question, /not known to this integration/);
    await person().chooses('Cancel');
    assert.equal(person().deletions().length, 0);
  });
});
