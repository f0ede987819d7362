import type { Locator, Page } from 'playwright-core';
import type { PersonAtPage } from './personAtPage.ts';
import { untilSeen } from './untilSeen.ts';

/** The cleanup list in the side bar of a page, with the actions of a user. */
export class ListAtPage {
  readonly #person: PersonAtPage;

  constructor(person: PersonAtPage) {
    this.#person = person;
  }

  private get page(): Page {
    return this.#person.page;
  }

  /** The group's row, by its accessible name: title and number of sessions. */
  group(title: string, count: number): Locator {
    const sessions = count === 1 ? 'session' : 'sessions';
    return this.page.getByRole('treeitem', {
      name: `${title}, ${count.toLocaleString('en-US')} ${sessions}`,
      exact: true,
    });
  }

  /** All rows of sessions that are drawn now, in their order. */
  rows(): Locator {
    return this.page.getByRole('treeitem', { name: /^Session [0-9a-f-]{36}, / });
  }

  /** The ids of the drawn rows whose state matches, in their order. */
  async idsInView(state: RegExp): Promise<readonly string[]> {
    const names = await this.rows().evaluateAll((rows) =>
      rows.map((row) => (row as unknown as { ariaLabel: string | null }).ariaLabel ?? ''),
    );
    return names.filter((name) => state.test(name)).map((name) => name.slice(8, 44));
  }

  /** Puts ids on the list from the clipboard, and waits for the message about it. */
  async addsCopied(ids: readonly string[]): Promise<void> {
    await this.#person.copies(ids.join('\n'));
    await this.#person.workbench.command('Veriff: Add from Clipboard');
    await this.#person.sees('added to the list of');
    await this.#person.tidiesUp();
  }

  /** Asks to delete what is listed and checked, and agrees. */
  async confirms(count: number): Promise<void> {
    await this.#person.workbench.command('Veriff: Delete Listed Sessions…');
    await this.#person.reads(count === 1 ? 'Delete listed session' : `Delete ${count} listed sessions`);
    await this.#person.chooses('Delete');
    await this.#person.sees(count === 1 ? 'One session is confirmed' : `${count} sessions are confirmed`);
  }

  /** Sets both rate limits of the current integration. */
  async allows(count: number): Promise<void> {
    const { input, workbench } = this.#person;
    await workbench.command('Veriff: Edit Rate Limits…');
    for (const span of ['in an hour', 'in 24 h']) {
      await input.filter({ hasText: `deletions does Veriff allow ${span}?` }).waitFor();
      await this.#person.types(String(count));
    }
    await this.#person.reads(`Keep ${count} in an hour`);
    await this.#person.chooses('Keep These Limits');
    await this.#person.tidiesUp();
  }

  async collapses(row: Locator): Promise<void> {
    const collapsed = row.and(this.page.locator('[aria-expanded="false"]'));
    // A click misses a row that moves at that moment.
    await untilSeen(collapsed, () => row.locator('.monaco-tl-twistie').click());
  }

  /** Whether the group with this name is open. */
  async isOpen(name: RegExp): Promise<boolean> {
    return (await this.page.getByRole('treeitem', { name }).getAttribute('aria-expanded')) === 'true';
  }

  /** The ids of the drawn rows that are selected, in their order, and of the one with the focus. */
  async marked(): Promise<{ readonly selected: readonly string[]; readonly focused: string | undefined }> {
    return this.rows().evaluateAll((rows) => {
      const named = rows as unknown as readonly { ariaLabel: string; className: string }[];
      const withClass = (name: string): string[] =>
        named.flatMap(({ ariaLabel, className }) =>
          className.split(' ').includes(name) ? [ariaLabel.slice(8, 44)] : [],
        );
      return { selected: withClass('selected'), focused: withClass('focused')[0] };
    });
  }

  /** Moves the keyboard's focus into the list, by VS Code's own command. */
  async takesFocus(): Promise<void> {
    const focused = this.page.locator('.part.sidebar .monaco-list:focus');
    // A message that disappears at this moment takes the focus away.
    await untilSeen(focused, () =>
      this.#person.workbench.command('Veriff Cleanup: Focus on Cleanup List View'),
    );
  }

  /** Drags a row onto another one with the mouse. */
  async drags(from: Locator, onto: Locator): Promise<void> {
    const [start, end] = [await from.boundingBox(), await onto.boundingBox()];
    if (start === null || end === null) throw new Error('A row to be dragged is not in view.');
    const middle = ({ x, y, height }: typeof start): [number, number] => [x + 60, y + height / 2];
    await this.page.mouse.move(...middle(start));
    await this.page.mouse.down();
    // The browser begins to drag with the second move, and the tree uses the position of the last move as the target.
    await this.page.mouse.move(start.x + 66, start.y + start.height / 2 + 3, { steps: 3 });
    await this.page.mouse.move(...middle(end), { steps: 8 });
    await this.page.mouse.move(end.x + 62, end.y + end.height / 2, { steps: 2 });
    await this.page.mouse.up();
  }
}
