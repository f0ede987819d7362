import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { ListAtPage } from '../../support/page/listAtPage.ts';
import { suiteAtPage } from '../../support/page/suiteAtPage.ts';
import { eventually } from '../../support/process/eventually.ts';

suiteAtPage('A list that moves four times a second', (person) => {
  let list: ListAtPage;
  const usualSize = { width: 1280, height: 800 };

  beforeEach(async () => {
    await person().startsAfresh();
    await person().closesEditors();
    list = new ListAtPage(person());
    await person().looksAtList();
    // High enough for all rows that are looked at: VS Code draws no others.
    await person().page.setViewportSize({ ...usualSize, height: 3600 });
  });
  // The limits must not stay for the next suite.
  after(async () => {
    await person().installsAnew();
    await person().page.setViewportSize(usualSize);
  });

  it('keeps selection, focus and open groups of a thousand, also of rows that move to another group', async () => {
    const { workbench, setUp } = person();
    await list.allows(9000);
    await workbench.command('Veriff: Pause Cleanup');
    // Every deletion succeeds, whether the sandbox has the session or not.
    setUp.sandbox.misbehave('keeps-and-answers-200');
    const queued = Array.from({ length: 990 }, () => randomUUID());
    const listed = Array.from({ length: 10 }, () => randomUUID());
    await list.addsCopied(queued);
    await workbench.command('Veriff: Delete Listed Sessions…');
    await person().reads('Delete 990 listed sessions');
    await person().chooses('Delete');
    await list.group('Next up', 20).waitFor();
    await person().tidiesUp();
    await list.addsCopied(listed);
    await person()
      .row(listed.at(-1) ?? '', '')
      .waitFor();

    await list.collapses(list.group('Waiting', 970));
    const box = person()
      .row(listed[7] ?? '', '')
      .getByRole('checkbox');
    await box.click();
    await eventually('it is unchecked', async () => (await box.getAttribute('aria-checked')) === 'false');
    const chosen = [queued[4] ?? '', queued[15] ?? '', listed[3] ?? ''];
    for (const [index, id] of chosen.entries())
      await person()
        .row(id, '')
        .click({ modifiers: index === 0 ? [] : ['Control'] });
    const expected = { selected: [...chosen].sort(), focused: chosen[2] };
    const seen = async (): Promise<unknown> => {
      const { selected, focused } = await list.marked();
      return { selected: [...selected].sort(), focused };
    };
    assert.deepEqual(await seen(), expected);

    await person().resumes('Resume deleting 990 TEST sessions at Veriff?');
    for (const count of [17, 27, 37]) {
      await person().arrived(count, 'DELETE');
      for (const id of chosen.slice(0, 2)) await person().row(id, 'deleted').waitFor();
      assert.deepEqual(await seen(), expected);
    }
    assert.equal(await list.isOpen(/^Waiting, /), false);
    for (const name of [/^Next up, /, /^Listed, /, /^Done, /]) assert.equal(await list.isOpen(name), true);
    assert.equal(await box.getAttribute('aria-checked'), 'false');
  });
});
