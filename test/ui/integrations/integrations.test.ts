import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { ownFiles } from '../../support/page/personAtPage.ts';
import { suiteAtPage } from '../../support/page/suiteAtPage.ts';

suiteAtPage('Integrations', (person) => {
  beforeEach(async () => {
    await person().installsAnew();
    await person().copies('');
  });

  it('are offered by the empty view, and without one a command only offers to add one', async () => {
    const { workbench, page, deletable } = person();
    await person().looksAtList();
    const view = page.locator('.part.sidebar');
    await view.getByText('Delete Veriff sessions from your code').waitFor();
    await view.getByRole('button', { name: 'Try with the Sandbox' }).waitFor();
    assert.equal(
      await person()
        .status(/Veriff \d/)
        .count(),
      0,
    );

    await person().closesEditors();
    await person().copies(deletable[0] ?? '');
    await person().asksToDelete();
    await person().sees('add a Veriff integration first');
    const offer = person().message('add a Veriff integration first').first();
    await offer.getByRole('button', { name: 'Try with the Sandbox' }).waitFor();
    assert.equal(await workbench.dialog.count(), 0);
    await person().tidiesUp();

    await view.getByRole('button', { name: 'Add Integration…' }).click();
    await person().input.getByText('Add a Veriff Integration (1/5)').waitFor();
  });

  it('are added in five steps, with a way back, checks while typing, and masked keys', async () => {
    const { workbench, page, input, setUp } = person();
    const field = input.locator('input').first();
    await workbench.command('Veriff: Add Integration…');
    await person().isAskedFor('What do you call this integration?', 1);
    await page.keyboard.press('Enter');
    await input.getByText('Give it a name.').waitFor();
    await person().types('Shop');

    await person().isAskedFor('test or a live integration', 2);
    await input.getByRole('button', { name: 'Back' }).click();
    await person().isAskedFor('What do you call this integration?', 1);
    assert.equal(await field.inputValue(), 'Shop');
    await page.keyboard.press('Enter');
    await person().isAskedFor('test or a live integration', 2);
    await input.getByRole('option', { name: /^TEST/ }).click();

    await person().isAskedFor('The base URL', 3);
    assert.equal(await field.inputValue(), 'https://stationapi.veriff.com');
    await field.fill('http://veriff.example');
    await input.getByText('The base URL has to begin with https://').waitFor();
    await page.keyboard.press('Enter');
    await person().isAskedFor('The base URL', 3);
    await person().types(setUp.sandbox.baseUrl);

    await person().isAskedFor('The API key', 4);
    assert.equal(await field.getAttribute('type'), 'password');
    await field.fill('no key');
    await input
      .getByText('A API key has the form of a UUID')
      .or(input.getByText('form of a UUID'))
      .first()
      .waitFor();
    await person().types(setUp.sandbox.apiKey);

    await person().isAskedFor('The shared secret key', 5);
    assert.equal(await field.getAttribute('type'), 'password');
    assert.equal(await field.inputValue(), '');
    await person().types(setUp.sandbox.sharedSecretKey);
    await person().clicks('Integration Shop (TEST) added', 'Check Credentials');
    await person().sees('Shop (TEST): Veriff accepts the API key and the shared secret key');
    await person().status('Veriff 0/5 h · 0/10 d · Shop (TEST)').waitFor();
    assert.equal(person().deletions().length, 0);
  });

  it('with a wrong secret delete nothing, report the problem, and work after it is corrected', async () => {
    const { workbench, page, input, setUp, deletable } = person();
    const [id = ''] = deletable;
    await person().addsIntegration({ name: 'Shop', secret: randomUUID() });
    await workbench.command('Veriff: Check Credentials');
    const problem = 'Veriff rejects the signature (401). Check the shared secret key.';
    await person().clicks(problem, 'Edit Integration…');
    await input.getByText('Edit which integration?').waitFor();
    await person().tidiesUp();

    await person().closesEditors();
    // The look-up before the question is refused, so nothing is asked.
    await person().asksToDeleteTyped(id);
    await person().sees('Not deleted: Veriff rejects the signature (401)');
    assert.equal(person().exists(id), true);
    assert.deepEqual(person().deletions(), []);

    await person().tidiesUp();
    await workbench.command('Veriff: Edit Integration…');
    await input.getByRole('option', { name: /^Shop/ }).click();
    for (const step of [1, 2, 3, 4]) {
      await input.getByText(`Edit the Veriff Integration (${step}/5)`).waitFor();
      await page.keyboard.press('Enter');
    }
    await person().isAskedFor('The shared secret key', 5);
    await person().types(setUp.sandbox.sharedSecretKey);
    await person().sees('Integration Shop (TEST) changed', 'check the credentials, then resume');
    await workbench.command('Veriff: Resume Cleanup');
    await person().closesEditors();
    await person().deletes(id);
    await person().sees(`${id}: Deleted.`);
    assert.equal(person().exists(id), false);
    assert.equal(person().deletions().length, 1);
  });

  it('that are LIVE require the number of sessions to be typed, and Escape there sends nothing', async () => {
    const { workbench, page, input } = person();
    await person().addsIntegration({ name: 'Shop', kind: 'LIVE' });
    for (const answer of ['Escape', 'Enter']) {
      await person().selectsAllOf(ownFiles.two);
      await person().asksToDelete();
      const question = await person().reads('Delete 2 sessions at Veriff?');
      assert.match(question, /Integration: Shop \(LIVE\)/);
      await person().chooses('Delete');
      await input.getByText('Delete 2 LIVE sessions at Veriff').waitFor();
      await person().types('3');
      await input.getByText('Type 2, or press Escape.').waitFor();
      assert.equal(person().deletions().length, 0);
      await input.locator('input').first().fill('2');
      await input.getByText('Type 2, or press Escape.').waitFor({ state: 'detached' });
      await page.keyboard.press(answer);
      await input.waitFor({ state: 'detached' });
      if (answer === 'Escape') await workbench.command('Veriff: Check Credentials');
      const next = answer === 'Escape' ? 'Veriff accepts' : '2 deleted';
      await person().sees(next);
      assert.equal(person().deletions().length, answer === 'Escape' ? 0 : 2);
    }
  });

  it('are removed after a question, and leave the view as it was', async () => {
    const { workbench, input, page } = person();
    await person().addsIntegration({ name: 'Shop' });
    for (const answer of ['Cancel', 'Remove']) {
      await workbench.command('Veriff: Remove Integration…');
      await input.getByRole('option', { name: /^Shop/ }).click();
      assert.match(await person().reads('Remove Shop (TEST)'), /Nothing is deleted at Veriff/);
      await person().chooses(answer);
      if (answer === 'Cancel') {
        await workbench.command('Veriff: Check Credentials');
        await person().sees('Shop (TEST): Veriff accepts');
      }
    }
    await person()
      .status(/Veriff \d/)
      .waitFor({ state: 'detached' });
    await person().looksAtList();
    await page.locator('.part.sidebar').getByRole('button', { name: 'Add Integration…' }).waitFor();
    assert.equal(person().deletions().length, 0);
  });
});
