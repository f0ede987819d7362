import { sampleSessions } from '../../../src/sandbox/sandbox.ts';
import { ListAtPage } from './listAtPage.ts';
import { PersonAtPage } from './personAtPage.ts';
import type { SampleSetUp } from './sampleSetUp.ts';
import type { Workbench } from './workbench.ts';

const sideBarWidth = 480;

/**
 * Puts a thousand sessions on the list, plans, confirms and reorders them, and looks at them from a second window.
 * `show` takes a picture of the page under a name; `keep` keeps an existing picture.
 */
export async function demonstrateList(
  workbench: Workbench,
  setUp: SampleSetUp,
  show: (step: string) => Promise<void>,
  keep: (step: string, picture: Buffer) => Promise<void>,
): Promise<void> {
  const { page } = workbench;
  const samples = sampleSessions();
  const isSample = new Set<string>(samples.map(({ id }) => id));
  const others = setUp.sandbox.sessions().filter(({ id }) => !isSample.has(id));
  const inStatus = (...wanted: readonly string[]): readonly string[] =>
    samples.flatMap(({ id, status, inFlow }) => (wanted.includes(status) && inFlow !== true ? [id] : []));
  const deletable = inStatus('approved', 'declined', 'expired', 'abandoned');
  const person = new PersonAtPage(workbench, setUp, deletable);
  const list = new ListAtPage(person);
  await workbench.command('Veriff: Reset the Sandbox');
  await person.tidiesUp();
  await person.looksAtList();
  await widenSideBar(workbench);

  // The first ones include one that Veriff would refuse.
  const first = [...deletable.slice(0, 3), ...inStatus('submitted').slice(0, 1), ...deletable.slice(3, 4)];
  await list.addsCopied([...first, ...others.map(({ id }) => id)]);
  await list.group('Listed', 1000).waitFor();
  await workbench.command('Veriff: Show Plan');
  await page.locator('.editor-instance .view-line', { hasText: 'Plan: delete 1000 sessions' }).waitFor();
  await show('plan');
  await person.closesEditors();

  await list.confirms(1000);
  await person.arrived(5, 'DELETE');
  await list.group('Done', 5).waitFor();
  await person.tidiesUp();
  await list.addsCopied(deletable.slice(4, 7));
  await list.group('Listed', 3).waitFor();
  await show('list');

  const rows = list.rows();
  const [from, onto] = [await rows.nth(3).boundingBox(), await rows.nth(0).boundingBox()];
  if (from === null || onto === null) throw new Error('The queue is not in view.');
  await page.mouse.move(from.x + 80, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + 90, from.y, { steps: 4 });
  await page.mouse.move(onto.x + 110, onto.y + onto.height / 2, { steps: 8 });
  await page.mouse.move(onto.x + 112, onto.y + onto.height / 2, { steps: 2 });
  await show('drag');
  await page.mouse.up();
  await list.takesFocus();
  for (const key of ['Home', 'ArrowDown', 'Space', 'ArrowDown', 'Space', 'ArrowDown'])
    await page.keyboard.press(key);
  await show('keyboard');

  const other = await person.opensAnotherWindow();
  await other.page.setViewportSize(page.viewportSize() ?? { width: 1120, height: 700 });
  await other.looksAtList();
  await new ListAtPage(other).group('Done', 5).waitFor();
  const pictures = [await page.screenshot(), await other.page.screenshot()];
  await other.page.setContent(
    `<body style="margin:0;display:flex;gap:12px;background:#888">${pictures
      .map((picture) => `<img style="width:50%" src="data:image/png;base64,${picture.toString('base64')}">`)
      .join('')}</body>`,
  );
  await other.page.setViewportSize({ width: 1600, height: 494 });
  await keep('two-windows', await other.page.screenshot());
  await other.page.close();

  await page.reload();
  await workbench.extensionReady();
  await person.looksAtList();
  await person.message('The cleanup goes on').waitFor({ timeout: 60_000 });
  await list.group('Next up', 5).waitFor();
  await show('resumed');
}

/** Drags the side bar's edge, so that the states can be read. */
async function widenSideBar({ page }: Workbench): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('The side bar is hidden.');
  await page.mouse.move(box.x + box.width, box.y + 300);
  await page.mouse.down();
  await page.mouse.move(box.x + sideBarWidth, box.y + 300, { steps: 5 });
  await page.mouse.up();
}
