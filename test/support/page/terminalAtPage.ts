import { eventually } from '../process/eventually.ts';
import type { PersonAtPage } from './personAtPage.ts';

/** A terminal in the panel of a page. */
export class TerminalAtPage {
  readonly #person: PersonAtPage;

  /** Opens a terminal, and waits for its shell. */
  static async opened(person: PersonAtPage): Promise<TerminalAtPage> {
    await person.workbench.command('Terminal: Create New Terminal');
    await person.page.locator('.terminal-wrapper .xterm').first().waitFor();
    const terminal = new TerminalAtPage(person);
    await eventually('The shell says nothing.', async () =>
      (await terminal.#text()).trim() === '' ? undefined : true,
    );
    return terminal;
  }

  private constructor(person: PersonAtPage) {
    this.#person = person;
  }

  /** Lets the shell print a text, and waits until it is shown on a line of its own. */
  async prints(text: string): Promise<void> {
    const { page } = this.#person;
    await page.locator('.terminal-wrapper .xterm').first().click();
    // In two halves, so that the command is not mistaken for its output.
    const half = Math.floor(text.length / 2);
    await page.keyboard.type(`echo '${text.slice(0, half)}''${text.slice(half)}'`);
    await page.keyboard.press('Enter');
    await eventually(`${text} is not printed.`, async () =>
      (await this.#text()).includes(text) ? true : undefined,
    );
  }

  /** Clicks on the link with this text while the modifier key is pressed. */
  async follows(text: string): Promise<void> {
    const { page, input } = this.#person;
    await eventually(`${text} is no link.`, async () => {
      const place = await page.evaluate<{ x: number; y: number } | null>(
        `(${placeOf})(${JSON.stringify(text)})`,
      );
      if (place === null) return undefined;
      await page.mouse.move(place.x - 3, place.y);
      await page.mouse.move(place.x, place.y, { steps: 3 });
      await page.keyboard.down('Control');
      await page.mouse.click(place.x, place.y);
      await page.keyboard.up('Control');
      return input.waitFor({ timeout: 1500 }).then(
        () => true,
        () => undefined,
      );
    });
  }

  async closes(): Promise<void> {
    await this.#person.workbench.command('Terminal: Kill All Terminals');
  }

  #text(): Promise<string> {
    return this.#person.page.evaluate<string>(
      `[...document.querySelectorAll('.xterm-rows > div')].map((row) => row.textContent).join('\\n')`,
    );
  }
}

/** Runs in the page: the position of a text in the terminal, or null. */
const placeOf = `(text) => {
  const row = [...document.querySelectorAll('.xterm-rows > div')].findLast((each) => each.textContent.includes(text));
  if (row === undefined) return null;
  const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  let before = row.textContent.indexOf(text) + 4;
  let node = texts.nextNode();
  for (; node.length <= before; node = texts.nextNode()) before -= node.length;
  const range = document.createRange();
  range.setStart(node, before);
  range.setEnd(node, before + 1);
  const { x, y, height } = range.getBoundingClientRect();
  return { x: x + 2, y: y + height / 2 };
}`;
