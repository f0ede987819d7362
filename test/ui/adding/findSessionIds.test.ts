import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { findInExplorer, reviewAt } from '../../support/page/findingAtPage.ts';
import { suiteAtPage } from '../../support/page/suiteAtPage.ts';
import { temporaryFolder } from '../../support/disk/temporaryFolder.ts';

suiteAtPage('Finding session ids', (person) => {
  const view = () => reviewAt(person().workbench);

  beforeEach(() => person().startsAfresh());
  afterEach(async () => {
    // The sessions on the list must not remain for other tests.
    await person().tidiesUp();
    await person().workbench.command('Veriff: Discard Review');
    await person().workbench.command('Veriff: Reset the Sandbox');
    await person().tidiesUp();
  });

  it('searches what is selected in the Explorer, from its context menu', async () => {
    const { workbench } = person();
    await findInExplorer(workbench);
    await view()
      .getByText(/^24 of \d+ ids chosen\./)
      .waitFor();
    await workbench.logged(/looked for session ids: 2 files, .* in 2 files$/);
    await person().addsReviewed('Add 24 Sessions to the List');
    await person().sees('24 sessions added to the list of Sandbox (TEST)');
    assert.deepEqual(person().deletions(), []);
  });

  describe('in a workspace of 20,000 files', () => {
    let link: string;
    before(async () => {
      const many = await temporaryFolder('many');
      for (let index = 0; index < 20_000; index += 1) {
        const folder = path.join(many, `part ${String(Math.floor(index / 500)).padStart(2, '0')}`);
        if (index % 500 === 0) mkdirSync(folder);
        const id = index % 500 === 250 ? `sessionId=${sessionNumber(index)}\n` : '';
        writeFileSync(path.join(folder, `${index}.log`), `one line of ${index}\n${id}`);
      }
      // Sparse files take no space on the disk, and so long to read that there is enough time for Cancel.
      mkdirSync(path.join(many, 'x'));
      for (let index = 0; index < 8; index += 1) {
        const file = path.join(many, 'x', `${index}.log`);
        writeFileSync(file, 'x'.repeat(100_000));
        truncateSync(file, 3_900_000_000);
      }
      // Not in the folder itself, because VS Code watches each file in it.
      link = path.join(person().workbench.folder, 'many');
      symlinkSync(many, link, 'junction');
    });
    after(() => unlinkSync(link));

    it('shows its progress, and keeps what it found when it is cancelled', async () => {
      const { input, workbench } = person();
      await workbench.command('Veriff: Find Session IDs…');
      await input.getByRole('option', { name: /The whole workspace/ }).click();
      const progress = person().message(/20,\d{3} files, [\d.]+ [MG]B, \d+ ids so far/);
      await progress.waitFor({ timeout: 60_000 });
      await progress.getByRole('button', { name: 'Cancel' }).click();

      await view()
        .getByText(/ ids chosen\. .*The search was cancelled: there may be more\./)
        .waitFor();
      await workbench.logged(/20,\d{3} files, .* ids in 4\d files · cancelled before the end/);
    });
  });
});
