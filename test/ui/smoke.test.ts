import assert from 'node:assert/strict';
import { createSampleFolder, sampleFiles } from '../support/sampleFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { versionsUnderTest } from '../support/versionsUnderTest.ts';
import { openWorkbench } from '../support/workbench.ts';
import { sampleSessions } from '../../src/veriff/sandbox.ts';

for (const version of versionsUnderTest()) {
  describe(`the packaged extension in VS Code ${version}`, () => {
    it('shows its icon, and its menu entry on a session id in a file', async () => {
      const folder = await temporaryFolder('sample');
      const { id } = await createSampleFolder(folder, sampleSessions());
      const workbench = await openWorkbench({ version, folder });
      await workbench.openFile(sampleFiles.test);
      await workbench.clickInEditor(id, 'right');
      await workbench.page.getByRole('menuitem', { name: 'Delete Veriff Session…' }).waitFor();
      assert.ok(await workbench.activityBarIcon.isVisible());
    });
  });
}
