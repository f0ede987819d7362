import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { launchBrowser, newProfile, openPage } from './browser.ts';
import { eventually } from '../process/eventually.ts';
import { Obstacle } from '../process/obstacle.ts';
import { temporaryFolder } from '../disk/temporaryFolder.ts';
import { untilSeen } from './untilSeen.ts';
import { installVsCode, type VsCodeInstallation, type VsCodeVersion } from '../host/vscodeInstallation.ts';
import { installExtension, startVsCode, type VsCodeServer } from '../host/vscodeServer.ts';

export interface WorkbenchOptions {
  readonly version: VsCodeVersion;
  /** The absolute path of the folder that VS Code opens. */
  readonly folder: string;
  /** Added to the environment of the extension. */
  readonly env?: NodeJS.ProcessEnv;
  /** The packaged extension; by default the one that the environment variable VSIX names, which runUi.ts sets. */
  readonly vsix?: string;
}

/** Workbenches that have not been closed yet, oldest first. */
export const openWorkbenches = new Set<Workbench>();

/**
 * Opens VS Code with the packaged extension, new user data and a new browser profile, and resolves when the extension's
 * icon is in the activity bar. Rejects with a reason if it does not appear.
 */
export async function openWorkbench({
  version,
  folder,
  env = {},
  vsix,
}: WorkbenchOptions): Promise<Workbench> {
  const installation = await installVsCode(version);
  const options = {
    userDataDir: await temporaryFolder('ui'),
    extensionsDir: await installedExtension(installation, vsix ?? process.env['VSIX']),
    env,
  };
  const server = await startVsCode(installation, options);
  const browser = await launchBrowser();
  const profile = await newProfile(browser);
  const page = await openPage(profile, server.origin, { folder, payload: [['skipWelcome', 'true']] });
  const workbench = new Workbench({
    page,
    profile,
    folder,
    server,
    restart: (port) => startVsCode(installation, { ...options, port }),
  });
  openWorkbenches.add(workbench);
  await workbench.extensionReady();
  return workbench;
}

interface WorkbenchParts {
  readonly page: Page;
  readonly profile: BrowserContext;
  readonly folder: string;
  readonly server: VsCodeServer;
  readonly restart: (port: number) => Promise<VsCodeServer>;
}

/** VS Code's page with the extension in it, with the actions of a user. */
export class Workbench {
  /** The first page; `profile` can open more, which share its secrets as windows of one VS Code do. */
  readonly page: Page;
  readonly profile: BrowserContext;
  readonly folder: string;
  private readonly restart: (port: number) => Promise<VsCodeServer>;
  private server: VsCodeServer;

  constructor({ page, profile, folder, server, restart }: WorkbenchParts) {
    this.page = page;
    this.profile = profile;
    this.folder = folder;
    this.server = server;
    this.restart = restart;
  }

  /** http://127.0.0.1:PORT, the same after restarts. */
  get origin(): string {
    return this.server.origin;
  }

  get userDataDir(): string {
    return this.server.userDataDir;
  }

  /** Resolves when the extension's icon is there; on a first start, the contributions arrive late. */
  async extensionReady(): Promise<void> {
    await this.activityBarIcon.waitFor({ timeout: 60_000 });
  }

  get activityBarIcon(): Locator {
    return this.page.locator('.part.activitybar').getByRole('tab', { name: 'Veriff Cleanup' });
  }

  /** The open modal dialog; its buttons are found with `getByRole('button', { name })`. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Runs the command with this title, category included, from the palette. Rejects if it is not offered. */
  async command(title: string): Promise<void> {
    const palette = this.page.locator('.quick-input-widget');
    const option = palette.getByRole('option', { name: startingWith(title) }).first();
    const ask = async (): Promise<void> => {
      await this.page.keyboard.press('F1');
      await palette.locator('input').first().fill(`>${title}`, { timeout: 5000 });
      await option.waitFor({ timeout: 5000 });
    };
    // If something else takes the focus at this moment, the palette closes again and cannot be typed into.
    await ask().catch(() => untilSeen(option, () => ask().catch(() => undefined)));
    await option.click();
  }

  /** Opens a file of the folder, named by its path in it with slashes, in an editor that stays open. */
  async openFile(name: string): Promise<void> {
    // Not by quick open: it needs ripgrep, which is not in the npm package.
    await this.page.keyboard.press('Control+Shift+E');
    const explorer = this.page.locator('.explorer-folders-view');
    const names = name.split('/');
    for (const parent of names.slice(0, -1)) {
      const row = explorer.getByRole('treeitem', { name: parent, exact: true });
      if ((await row.getAttribute('aria-expanded')) === 'false') await row.click();
    }
    const file = names.at(-1) ?? name;
    await explorer.getByRole('treeitem', { name: file, exact: true }).dblclick();
    await this.page
      .locator('.tabs-container')
      .getByRole('tab', { name: startingWith(file) })
      .waitFor();
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }

  /** The first place in the editor with `text`; it has to be visible, and in one colour. */
  inEditor(text: string): Locator {
    return this.page.locator('.editor-instance .view-line span:not(:has(span))', { hasText: text }).first();
  }

  /** Clicks into the middle of what `inEditor` finds. */
  async clickInEditor(text: string, button: 'left' | 'right' = 'left'): Promise<void> {
    // The editor redraws a line when its colours arrive, so an element that was just found may be gone.
    const box = await eventually(`${text} is not in view in the editor.`, () =>
      this.inEditor(text)
        .boundingBox({ timeout: 1000 })
        .then(
          (found) => found ?? undefined,
          () => undefined,
        ),
    );
    // Not by the locator's own click: it would scroll the editor's layers apart if another layer is on top.
    await this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2, { button });
  }

  /** Right-clicks on `text` in the editor until the menu has the entry, and returns the entry, with the menu open. */
  async menuEntry(text: string, title: string): Promise<Locator> {
    const entry = this.page.getByRole('menuitem', { name: title });
    const menu = this.page.getByRole('menuitem', { name: /^Command Palette/ });
    const giveUpAt = performance.now() + 30_000;
    for (;;) {
      await this.clickInEditor(text, 'right');
      await menu.waitFor();
      // An open menu never changes, and the extension may see a file only after its text is drawn.
      if (await entry.isVisible()) return entry;
      if (performance.now() > giveUpAt) throw new Error(`The context menu on ${text} has no entry ${title}.`);
      await this.page.keyboard.press('Escape');
      await menu.waitFor({ state: 'detached' });
    }
  }

  /** Clicks on an entry of the open menu until the menu is gone. */
  async clickMenuEntry(entry: Locator): Promise<void> {
    await eventually('The menu stays open.', async () => {
      if (!(await entry.isVisible())) return true;
      // VS Code ignores clicks within a tenth of a second after a menu has opened.
      await entry.click({ timeout: 500 }).catch(() => undefined);
      return undefined;
    });
  }

  /** The lines of the extension's output channel so far, read from its files. */
  async logLines(): Promise<string[]> {
    const logs = path.join(this.userDataDir, 'logs');
    const names = await readdir(logs, { recursive: true }).catch(() => []);
    const files = names.filter((name) => /(?:^|\d-)Veriff Cleanup\.log$/.test(path.basename(name))).sort();
    const texts = await Promise.all(files.map((name) => readFile(path.join(logs, name), 'utf8')));
    return texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
  }

  /** Resolves with the first line of the output channel that matches; rejects after `withinMs`. */
  async logged(pattern: RegExp, withinMs = 20_000): Promise<string> {
    // VS Code flushes its log at unknown times, into folders that are created and removed, so there is no event to wait
    // for.
    const untilAt = performance.now() + withinMs;
    for (;;) {
      const lines = await this.logLines();
      const match = lines.find((line) => pattern.test(line));
      if (match !== undefined) return match;
      if (performance.now() > untilAt)
        throw new Error(
          `Within ${withinMs / 1000} s nothing in the log matched ${String(pattern)}:\n${lines.join('\n')}`,
        );
      await pause(100);
    }
  }

  /** Opens VS Code once more in the same browser profile; the new page ends with this one at the latest. */
  async anotherPage(): Promise<Workbench> {
    const { profile, folder, server, restart } = this;
    const page = await openPage(profile, server.origin, { folder, payload: [['skipWelcome', 'true']] });
    const another = new Workbench({ page, profile, folder, server, restart });
    await another.extensionReady();
    return another;
  }

  /** Ends VS Code, starts it again with the same data, and reloads the page. */
  async restartVsCode(): Promise<void> {
    await this.server.close();
    this.server = await this.restart(this.server.port);
    await this.page.reload();
    await this.extensionReady();
  }

  /** Ends the browser and VS Code; may be called again. */
  async close(): Promise<void> {
    openWorkbenches.delete(this);
    await this.profile.browser()?.close();
    await this.server.close();
  }
}

/** The palette and the tabs add a key or a description after the title. */
function startingWith(title: string): RegExp {
  return new RegExp(`^${title.replaceAll(/[^\w\s]/g, '\\$&')}`);
}

const installed = new Map<string, Promise<string>>();

/**
 * A folder of extensions with the package in it, installed once per version and package; nothing writes to it later.
 */
function installedExtension(installation: VsCodeInstallation, vsix: string | undefined): Promise<string> {
  if (vsix === undefined || vsix === '')
    throw new Obstacle('No package of the extension was named: start these tests by npm run test:ui.');
  const key = `${installation.version} ${vsix}`;
  const known = installed.get(key);
  if (known !== undefined) return known;
  const folder = install(installation, vsix);
  installed.set(key, folder);
  return folder;
}

async function install(installation: VsCodeInstallation, vsix: string): Promise<string> {
  const folder = await temporaryFolder('extensions');
  const extensionsDir = path.join(folder, 'extensions');
  await installExtension(installation, { vsix, userDataDir: path.join(folder, 'user'), extensionsDir });
  return extensionsDir;
}
