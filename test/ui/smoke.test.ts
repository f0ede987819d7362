import assert from 'node:assert/strict';
import { createSampleFolder, sampleFiles } from '../support/sampleFolder.ts';
import { startSampleSetUp, type SampleSetUp } from '../support/sampleSetUp.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { versionsUnderTest } from '../support/versionsUnderTest.ts';
import { openWorkbench } from '../support/workbench.ts';
import { sampleSessions } from '../../src/veriff/sandbox.ts';

for (const version of versionsUnderTest()) {
  describe(`the packaged extension in VS Code ${version}`, () => {
    let setUp: SampleSetUp | undefined;
    afterEach(() => setUp?.sandbox.close());

    it('shows its icon, and its menu entry on a session id in a file', async () => {
      const folder = await temporaryFolder('sample');
      const { id } = await createSampleFolder(folder, sampleSessions());
      const workbench = await openWorkbench({ version, folder });
      await workbench.openFile(sampleFiles.test);
      await workbench.menuEntry(id, 'Delete Veriff Session…');
      assert.ok(await workbench.activityBarIcon.isVisible());
    });

    it('still has its integration after a restart of VS Code', async () => {
      setUp = await startSampleSetUp();
      const { env, folder } = setUp;
      const workbench = await openWorkbench({ version, folder, env });
      await workbench.command('Veriff: Try with the Sandbox');
      const status = workbench.page.locator('.statusbar-item', { hasText: 'Sandbox (TEST)' });
      await status.waitFor();
      await workbench.restartVsCode();
      await status.waitFor();
    });
  });
}
