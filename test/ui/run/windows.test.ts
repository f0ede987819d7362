import assert from 'node:assert/strict';
import path from 'node:path';
import { filesHolding } from '../../support/disk/filesHolding.ts';
import { suiteAtPage } from '../../support/page/suiteAtPage.ts';

suiteAtPage('Several windows, reloads and resets', (person) => {
  beforeEach(async () => {
    await person().startsAfresh();
    await person().closesEditors();
    await person().copies('');
  });

  it('a second window sees the integration and the deletions of the first, and both count together', async () => {
    const { workbench, deletable } = person();
    const [first = '', second = ''] = deletable;
    const other = await person().opensAnotherWindow();
    try {
      // It may have opened with the editors that the first window showed some seconds ago.
      await other.closesEditors();
      await other.status('Veriff 0/5 h · 0/10 d · Sandbox (TEST)').waitFor();
      await other.looksAtList();
      await workbench.page.bringToFront();
      await person().deletes(first);
      await person().sees(`${first}: Deleted.`);
      await other.page.bringToFront();
      await other.row(first, 'deleted').waitFor();
      await other.status('Veriff 1/5 h · 1/10 d').waitFor();

      await other.asksToDeleteTyped(second);
      assert.match(await other.reads(second), /leaves 3 this hour, 8 today/);
      await other.chooses('Delete');
      await other.sees(`${second}: Deleted.`);
      assert.equal(person().deletions().length, 2);
    } finally {
      await other.page.close();
    }
    await workbench.page.bringToFront();
  });

  it('a question names its integration, and does not apply to it after another window has edited it', async () => {
    const { workbench, page, deletable } = person();
    const [id = ''] = deletable;
    await person().installsAnew();
    await person().addsIntegration({ name: 'Shop' });
    const other = await person().opensAnotherWindow();
    try {
      await other.status('Shop (TEST)').waitFor();
      await page.bringToFront();
      await person().closesEditors();
      await person().asksToDeleteTyped(id);
      assert.match(await person().reads(`Delete session ${id} at Veriff?`), /Integration: Shop \(TEST\)/);

      await other.page.bringToFront();
      await other.changesKind('Shop', 'LIVE');
      await page.bringToFront();
      await person().chooses('Delete');
      await person().sees('Nothing was deleted: the integration was changed or removed');
      // In a browser, a page of VS Code reads its secrets once, so only the other page knows the new ones.
      await other.page.bringToFront();
      await other.status('Shop (LIVE)').waitFor();
      await other.workbench.command('Veriff: Check Credentials');
      await other.sees('Shop (LIVE): Veriff accepts');
      assert.equal(person().deletions().length, 0);
      await other.looksAtList();
      await other.page.getByText('The cleanup list is empty.').waitFor();
      await other.forgetsEverything();
    } finally {
      await other.page.close();
    }
    await page.bringToFront();
    await page.reload();
    await workbench.extensionReady();
  });

  it('list, quota and integration survive a reload and a restart of VS Code', async () => {
    const { workbench, page, deletable } = person();
    const [, , third = ''] = deletable;
    await person().deletes(third);
    await person().sees(`${third}: Deleted.`);
    for (const again of ['reload', 'restart']) {
      if (again === 'reload') await page.reload();
      else await workbench.restartVsCode();
      await workbench.extensionReady();
      await person().status('Veriff 1/5 h · 1/10 d · Sandbox (TEST)').waitFor({ timeout: 60_000 });
      await person().looksAtList();
      await person().row(third, 'deleted').waitFor();
    }
    assert.equal(person().deletions().length, 1);
  });

  it('a reset of the sandbox restores its sessions and its quota', async () => {
    const { workbench, setUp, deletable } = person();
    const [id = ''] = deletable;
    await person().deletes(id);
    await person().status('Veriff 1/5 h · 1/10 d').waitFor();
    assert.equal(setUp.sandbox.sessions().length, 23);
    await workbench.command('Veriff: Reset the Sandbox');
    await person().sees('The sandbox has its first sessions again');
    await person().status('Veriff 0/5 h · 0/10 d').waitFor();
    assert.equal(setUp.sandbox.sessions().length, 24);
    await person().looksAtList();
    await workbench.page.getByText('The cleanup list is empty.').waitFor();
    await workbench.page.locator('.part.sidebar').getByRole('button', { name: 'Delete Session…' }).click();
    await person().input.getByText('One session id or session URL').waitFor();
  });

  it('Forget Everything leaves no integration, no status, and no id in its files', async () => {
    const { workbench, page, deletable } = person();
    const [, id = ''] = deletable;
    await person().deletes(id);
    await person().sees(`${id}: Deleted.`);
    await workbench.logged(new RegExp(`deleted · ${id}`));
    const kept = path.join(workbench.userDataDir, 'User', 'globalStorage');
    assert.notDeepEqual(await filesHolding(kept, [id]), [], 'nothing was kept, so nothing can be forgotten');

    await workbench.command('Veriff: Forget Everything…');
    assert.match(await person().reads('Forget everything'), /Nothing is deleted at Veriff/);
    await person().chooses('Cancel');
    await person().status('Veriff 1/5 h · 1/10 d').waitFor();
    await person().forgetsEverything();
    await person().sees('Everything is forgotten');
    await person().looksAtList();
    await page.locator('.part.sidebar').getByRole('button', { name: 'Try with the Sandbox' }).waitFor();
    assert.deepEqual(await filesHolding(kept, deletable), []);
    const logs = path.join(workbench.userDataDir, 'logs');
    assert.deepEqual(
      (await filesHolding(logs, deletable)).filter((file) => file.includes('Veriff Cleanup')),
      [],
    );
  });
});
