import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { SandboxRequest } from '../../../src/sandbox/sandbox.ts';
import { eventually } from '../process/eventually.ts';
import { filesHolding, holds } from '../disk/filesHolding.ts';
import { startSampleSetUp, type SampleSetUp } from './sampleSetUp.ts';
import type { VsCodeVersion } from '../host/vscodeInstallation.ts';
import { untilSeen } from './untilSeen.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/** Files next to the samples whose whole text is selected; `two` holds the first two deletable ids. */
export const ownFiles = {
  two: 'two.txt',
  plain: 'plain.txt',
  empty: 'empty.txt',
} as const;

/** What the user types for an integration. */
export interface TypedIntegration {
  readonly name: string;
  readonly kind?: 'TEST' | 'LIVE';
  readonly secret?: string;
  /** The sandbox's own by default. */
  readonly account?: { readonly baseUrl: string; readonly apiKey: string; readonly sharedSecretKey: string };
}

/** Users that have been started and not ended. */
const present = new Map<VsCodeVersion, Promise<PersonAtPage>>();

/** The one user at this version of VS Code: starting it takes seconds, so all suites share it. */
export function personAt(version: VsCodeVersion): Promise<PersonAtPage> {
  const known = present.get(version) ?? PersonAtPage.sitsDown(version);
  present.set(version, known);
  return known;
}

/** Ends every VS Code, browser and sandbox that `personAt` started. */
export async function everybodyLeaves(): Promise<void> {
  const persons = await Promise.allSettled(present.values());
  present.clear();
  for (const person of persons) if (person.status === 'fulfilled') await person.value.leaves();
}

/** A user at VS Code's page with the extension, a sandbox, and a folder that holds the ids of its sessions. */
export class PersonAtPage {
  readonly workbench: Workbench;
  readonly setUp: SampleSetUp;
  /** Ids of sessions that can be deleted, in the sandbox's order. */
  readonly deletable: readonly string[];
  /** What must not be visible anywhere, in addition to the sandbox's own keys: everything typed into a masked field. */
  readonly typedSecrets = new Set<string>();
  // Every key makes the search longer, so a key that a reset has replaced is searched for only once after that.
  private searchedResets = 0;

  constructor(workbench: Workbench, setUp: SampleSetUp, deletable: readonly string[]) {
    this.workbench = workbench;
    this.setUp = setUp;
    this.deletable = deletable;
  }

  static async sitsDown(version: VsCodeVersion): Promise<PersonAtPage> {
    const setUp = await startSampleSetUp();
    const { folder, env, sandbox } = setUp;
    const settled = ['approved', 'declined', 'expired', 'abandoned'];
    const deletable = sandbox.sessions().flatMap(({ id, status }) => (settled.includes(status) ? [id] : []));
    const texts: Record<keyof typeof ownFiles, string> = {
      two: deletable.slice(0, 2).join('\n'),
      plain: 'Nothing in here has the form of an id.\n',
      empty: '\n',
    };
    for (const [kind, name] of Object.entries(ownFiles) as [keyof typeof ownFiles, string][])
      await writeFile(path.join(folder, name), texts[kind]);
    const workbench = await openWorkbench({ version, folder, env });
    // A headless browser cannot ask for permission; a real user has given it once.
    await workbench.profile.grantPermissions(['clipboard-read', 'clipboard-write']);
    return new PersonAtPage(workbench, setUp, deletable);
  }

  async leaves(): Promise<void> {
    await this.workbench.close();
    await this.setUp.sandbox.close();
  }

  get page(): Page {
    return this.workbench.page;
  }

  /** The input or pick list at the top. */
  get input(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** The message that holds the text, in its own box or in the list of all messages. */
  message(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast, .notifications-center .notification-list-item', {
      hasText: text,
    });
  }

  /** Waits for the message that holds the texts, and opens the list of all messages if it does not pop up. */
  async sees(text: string | RegExp, andText: string | RegExp = ''): Promise<void> {
    const message = this.message(text).filter({ hasText: andText }).first();
    const poppedUp = message.waitFor({ timeout: 3000 });
    const isSeen = await poppedUp.then(
      () => true,
      () => false,
    );
    if (isSeen) return;
    // VS Code lets at most three messages pop up within 0.8 s, and a test is faster than a user.
    await this.workbench.command('Notifications: Show Notifications');
    await message.waitFor();
  }

  /** Calls “Delete Session…” on the row, and tries again if the row was redrawn at that moment. */
  async asksToDeleteRow(id: string, state: string): Promise<void> {
    const { dialog } = this.workbench;
    const entry = this.page.getByRole('menuitem', { name: 'Delete Session…' });
    const isStale = this.message('the row was drawn anew');
    for (;;) {
      await this.row(id, state).click({ button: 'right' });
      await entry.waitFor();
      await this.workbench.clickMenuEntry(entry);
      await dialog.or(isStale).first().waitFor();
      if (await dialog.isVisible()) return;
      await this.tidiesUp();
    }
  }

  /** Clicks on the review's row with that title, which adds what is chosen to the list, until the review is gone. */
  async addsReviewed(title: string): Promise<void> {
    const row = this.page.getByRole('treeitem', { name: title });
    await row.waitFor();
    await eventually('The review stays open.', async () => {
      if (!(await row.isVisible())) return true;
      // A click is lost if VS Code redraws the row while the button is pressed.
      await row.click({ timeout: 1000 }).catch(() => undefined);
      await row.waitFor({ state: 'hidden', timeout: 5000 }).catch(() => undefined);
      return undefined;
    });
  }

  status(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /** The session's row in the cleanup list whose accessible name holds the state. */
  row(id: string, state: string): Locator {
    return this.page.getByRole('treeitem', { name: new RegExp(`^Session ${id}, .*${state}`) });
  }

  /** Shows the side bar with the cleanup list. */
  async looksAtList(): Promise<void> {
    const title = this.page.locator('.part.sidebar .composite.title', { hasText: 'Veriff Cleanup' });
    // A click on the icon of a view that is already shown hides it, and after a reload the icon does not show that for
    // a while.
    await untilSeen(title, () => this.workbench.activityBarIcon.click());
  }

  /** Opens the file and selects all of its text. */
  async selectsAllOf(file: string): Promise<void> {
    await this.workbench.openFile(file);
    await this.page.locator('.editor-instance .view-line').first().click();
    await this.page.keyboard.press('Control+A');
  }

  /** Closes all editors, so that there is no cursor. */
  async closesEditors(): Promise<void> {
    await this.workbench.command('View: Close All Editors');
    await this.page.locator('.tabs-container .tab').first().waitFor({ state: 'detached' });
  }

  /** Calls “Delete Session…” from the palette while no editor is open, and types the ids. */
  async asksToDeleteTyped(ids: string): Promise<void> {
    await this.asksToDelete();
    await this.input.getByText('One session id or session URL').waitFor();
    await this.types(ids);
  }

  /** Calls “Delete Session…” from the palette. */
  asksToDelete(): Promise<void> {
    return this.workbench.command('Veriff: Delete Session…');
  }

  /** Types into the open input, and accepts. */
  async types(text: string): Promise<void> {
    await this.input.locator('input').first().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Puts the text on the clipboard. */
  async copies(text: string): Promise<void> {
    await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  }

  /** The content of the clipboard; waits until there is some. */
  pastes(): Promise<string> {
    return eventually('The clipboard is empty.', async () => {
      const text = await this.page.evaluate<string>('navigator.clipboard.readText()');
      return text === '' ? undefined : text;
    });
  }

  /** Types the ids while no editor is open, and confirms. */
  async deletes(ids: string): Promise<void> {
    await this.asksToDeleteTyped(ids);
    await this.reads('at Veriff?');
    await this.chooses('Delete');
  }

  /** Waits for a step of several, by its text and number. */
  async isAskedFor(prompt: string, step: number): Promise<void> {
    await this.input.filter({ hasText: `(${step}/5)` }).waitFor();
    await this.input.getByText(prompt).or(this.input.getByPlaceholder(prompt)).first().waitFor();
  }

  /** Adds an integration with the sandbox's address and API key and, unless another is given, its secret. */
  async addsIntegration({
    name,
    kind = 'TEST',
    secret,
    account = this.setUp.sandbox,
  }: TypedIntegration): Promise<void> {
    const { baseUrl, apiKey, sharedSecretKey } = account;
    const typed = secret ?? sharedSecretKey;
    this.typedSecrets.add(typed);
    await this.workbench.command('Veriff: Add Integration…');
    await this.isAskedFor('What do you call', 1);
    await this.types(name);
    await this.isAskedFor('test or a live', 2);
    await this.input.getByRole('option', { name: new RegExp(`^${kind}`) }).click();
    await this.isAskedFor('The base URL', 3);
    await this.types(baseUrl);
    await this.isAskedFor('The API key', 4);
    await this.types(apiKey);
    await this.isAskedFor('The shared secret key', 5);
    await this.types(typed);
    await this.status(`Veriff 0/5 h · 0/10 d · ${name} (${kind})`).waitFor();
    await this.tidiesUp();
  }

  /** Changes a TEST integration to LIVE, or back; its keys stay as they are. */
  async changesKind(name: string, kind: 'TEST' | 'LIVE'): Promise<void> {
    await this.workbench.command('Veriff: Edit Integration…');
    await this.input.getByRole('option', { name: new RegExp(`^${name}`) }).click();
    const isAt = (step: number): Promise<void> =>
      this.input.getByText(`Edit the Veriff Integration (${step}/5)`).waitFor();
    await isAt(1);
    await this.page.keyboard.press('Enter');
    await isAt(2);
    await this.input.getByRole('option', { name: new RegExp(`^${kind}`) }).click();
    for (const step of [3, 4, 5]) {
      await isAt(step);
      await this.page.keyboard.press('Enter');
    }
    await this.sees(`Integration ${name} (${kind}) changed`);
  }

  /** Waits until this many requests with the method have arrived at the sandbox. */
  async arrived(count: number, method: 'DELETE' | 'GET'): Promise<void> {
    const requests = (): number =>
      this.setUp.sandbox.requests().filter((row) => row.method === method).length;
    await eventually(`${count} × ${method} at the sandbox`, () => requests() >= count || undefined);
  }

  /** Opens a second page of the same browser profile, which is another window of the same VS Code. */
  async opensAnotherWindow(): Promise<PersonAtPage> {
    return new PersonAtPage(await this.workbench.anotherPage(), this.setUp, this.deletable);
  }

  /** Whether the context menu at the text has the entry; the menu is closed again. */
  async menuHas(text: string, title: string): Promise<boolean> {
    await this.workbench.clickInEditor(text, 'right');
    await this.contextMenu.waitFor();
    const hasEntry = await this.page.getByRole('menuitem', { name: title }).isVisible();
    await this.page.keyboard.press('Escape');
    await this.contextMenu.waitFor({ state: 'detached' });
    return hasEntry;
  }

  /** Clicks into the first session URL’s token in the editor, and returns the visible part of the token. */
  async clicksOnToken(): Promise<string> {
    await this.page.locator('.editor-instance .view-line', { hasText: '/v/eyJ' }).first().waitFor();
    // The colours of a log split the token into pieces, so the place is found by its letters.
    const { x, y, text } = await this.page.evaluate<{ x: number; y: number; text: string }>(
      `(${tokenPlace})(document.querySelectorAll('.editor-instance .view-line'))`,
    );
    await this.page.mouse.click(x, y);
    return text;
  }

  /** The text of the dialog; waits until it holds `text`. */
  async reads(text: string): Promise<string> {
    const { dialog } = this.workbench;
    await dialog.filter({ hasText: text }).waitFor();
    return dialog.innerText();
  }

  /** Presses a button of the dialog, and waits until the dialog is gone. */
  async chooses(button: string): Promise<void> {
    await this.goesOnWith(button);
    await this.workbench.dialog.waitFor({ state: 'detached' });
  }

  /** Presses a button of the dialog after which another dialog follows. */
  async goesOnWith(button: string): Promise<void> {
    await this.workbench.dialog.getByRole('button', { name: button, exact: true }).click();
  }

  /**
   * Answers the dialog with the keyboard alone. The first button, which has the focus, is never the one that deletes.
   */
  async choosesByKeys(button: string): Promise<void> {
    const { dialog, page } = this.workbench;
    await dialog.getByRole('button', { name: button, exact: true }).waitFor();
    const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.textContent.trim()');
    let tries = 0;
    while ((await focused()) !== button) {
      tries += 1;
      if (tries > 5) throw new Error(`The keyboard does not reach ${button}.`);
      await page.keyboard.press('Tab');
    }
    if (tries === 0) throw new Error(`${button} has the focus at once.`);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
  }

  /** Ends the pause, and agrees to the deletions that follow. */
  async resumes(question: string): Promise<void> {
    await this.workbench.command('Veriff: Resume Cleanup');
    await this.reads(question);
    await this.chooses('Resume');
  }

  async clicks(message: string | RegExp, button: string): Promise<void> {
    await this.sees(message);
    await this.message(message).getByRole('button', { name: button }).first().click();
  }

  /** DELETE requests that arrived at the sandbox since its last reset. */
  deletions(): readonly SandboxRequest[] {
    return this.setUp.sandbox.requests().filter(({ method }) => method === 'DELETE');
  }

  /** Look-ups that arrived at the sandbox since its last reset. */
  lookUps(): readonly SandboxRequest[] {
    return this.setUp.sandbox.requests().filter(({ method }) => method === 'GET');
  }

  exists(id: string): boolean {
    return this.setUp.sandbox.sessions().some((session) => session.id === id);
  }

  /** Closes dialogs, inputs and messages. */
  async tidiesUp(): Promise<void> {
    const { dialog } = this.workbench;
    const messages = this.page.locator('.notification-toast, .notifications-center.visible');
    const left = dialog.or(this.input).or(messages).or(this.contextMenu);
    const cross = messages.locator('.codicon-notifications-clear');
    let tries = 0;
    await eventually('The page is tidy.', async () => {
      if ((await left.count()) === 0) return true;
      await this.page.keyboard.press('Escape');
      tries += 1;
      // A busy VS Code can lose track of a message that it shows, and Escape does not close that message any more.
      if (tries % 20 !== 0 || (await cross.count()) === 0) return undefined;
      await messages
        .first()
        .hover({ timeout: 1000 })
        .catch(() => undefined);
      await cross
        .first()
        .click({ timeout: 1000 })
        .catch(() => undefined);
      return undefined;
    }).catch(async (error: unknown) => {
      const texts = await left.allInnerTexts();
      throw new Error(`Escape does not close: ${JSON.stringify(texts)}`, { cause: error });
    });
  }

  /** Makes the sandbox the current integration, with its first sessions and an unused rate limit. */
  async startsAfresh(): Promise<void> {
    const { sandbox } = this.setUp;
    sandbox.misbehave(undefined);
    await this.tidiesUp();
    const unused = this.status(/Veriff 0\/5 h · 0\/10 d · Sandbox \(TEST\)/);
    if ((await unused.count()) > 0 && sandbox.requests().length === 0) return;
    if ((await this.status('Sandbox (TEST)').count()) > 0) {
      await this.workbench.command('Veriff: Reset the Sandbox');
    } else {
      await this.installsAnew();
      await this.workbench.command('Veriff: Try with the Sandbox');
      await this.input.getByText('Sandbox: delete which sessions?').waitFor();
    }
    await unused.waitFor();
    await this.tidiesUp();
  }

  /** Removes everything that is stored, as after the installation, and resets the sandbox. */
  async installsAnew(): Promise<void> {
    this.setUp.sandbox.misbehave(undefined);
    await this.tidiesUp();
    const status = this.status(/Veriff \d/);
    await eventually('Nothing is stored.', async () => {
      if ((await status.count()) > 0) await this.forgetsEverything();
      // While a window is still reading what is stored, it shows no status.
      const isShown = await status.waitFor({ timeout: 500 }).then(
        () => true,
        () => false,
      );
      return isShown ? undefined : true;
    });
    this.setUp.sandbox.reset();
    await this.tidiesUp();
  }

  /** Asks the extension to forget everything, and agrees. */
  async forgetsEverything(): Promise<void> {
    await this.workbench.command('Veriff: Forget Everything…');
    await this.reads('Forget everything that this extension has stored?');
    await this.chooses('Forget Everything');
    await this.status(/Veriff \d/).waitFor({ state: 'detached' });
  }

  /** Every key that was ever given to the extension. */
  get secrets(): readonly string[] {
    return this.secretsSinceReset(0);
  }

  /**
   * The keys that were typed, the sandbox's current ones, and those that its resets have replaced since reset `first`.
   */
  private secretsSinceReset(first: number): readonly string[] {
    const { sandbox } = this.setUp;
    const ofSandbox = [...sandbox.replacedCredentials().slice(first), sandbox];
    const keys = ofSandbox.flatMap(({ apiKey, sharedSecretKey }) => [apiKey, sharedSecretKey]);
    return [...new Set([...keys, ...this.typedSecrets])];
  }

  /** The places in which a key can be read: the page, the browser's storage, or a file below the user data folder. */
  async placesWithSecrets(): Promise<readonly string[]> {
    const secrets = this.secretsSinceReset(this.searchedResets);
    this.searchedResets = this.setUp.sandbox.replacedCredentials().length;
    const screen = await this.page.content();
    const browser = await this.page.evaluate<string>('JSON.stringify(Object.entries(localStorage))');
    const files = await filesHolding(this.workbench.userDataDir, secrets);
    const isIn = (text: string): boolean => secrets.some((secret) => holds(text, secret));
    return [...(isIn(screen) ? ['the page'] : []), ...(isIn(browser) ? ['the browser'] : []), ...files];
  }

  private get contextMenu(): Locator {
    return this.page.getByRole('menuitem', { name: /^Command Palette/ });
  }
}

/** Runs in the page: the position and the text of the first token in the lines. */
const tokenPlace = `(lines) => {
  const line = [...lines].find(({ textContent }) => textContent.includes('/v/eyJ'));
  const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  let before = line.textContent.indexOf('eyJ') + 5;
  let node = texts.nextNode();
  for (; node.length <= before; node = texts.nextNode()) before -= node.length;
  const range = document.createRange();
  range.setStart(node, before);
  range.setEnd(node, before + 1);
  const { x, y, height } = range.getBoundingClientRect();
  return { x: x + 1, y: y + height / 2, text: line.textContent.slice(line.textContent.indexOf('eyJ')) };
}`;
