import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Context, RootHookObject } from 'mocha';
import { projectRoot } from '../projectRoot.ts';
import { everybodyLeaves } from './personAtPage.ts';
import { openWorkbenches } from './workbench.ts';

/** Mocha's root hooks of test/ui: a screenshot after each failed test, and the end of what the suites share. */
export const mochaHooks: RootHookObject = {
  async afterEach(this: Context) {
    const { currentTest } = this;
    // If a hook before it has failed, the test has no state at all.
    if (currentTest !== undefined && currentTest.state !== 'passed')
      await screenshots(currentTest.fullTitle());
  },
  async afterAll() {
    await everybodyLeaves();
    for (const workbench of [...openWorkbenches]) await workbench.close();
  },
};

async function screenshots(title: string): Promise<void> {
  const folder = path.join(projectRoot, 'out', 'ui');
  await mkdir(folder, { recursive: true });
  const name = title.replaceAll(/[^\w.-]+/g, '-').slice(0, 100);
  const pages = [...openWorkbenches].flatMap(({ profile }) => profile.pages());
  for (const [index, page] of pages.entries()) {
    const file = path.join(folder, index === 0 ? `${name}.png` : `${name}-${index + 1}.png`);
    // The page itself may be broken; then the test's own error is the one to show.
    const shown = await page.screenshot({ path: file }).then(
      () => file,
      (error: unknown) => String(error),
    );
    console.log(`The page at the failure: ${shown}`);
  }
}
