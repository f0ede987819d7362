import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { cacheFolder } from '../host/cacheFolder.ts';
import { Obstacle } from '../process/obstacle.ts';

/** What the page opens, in absolute paths; `payload` is passed on in VS Code's format, in pairs. */
export interface WorkbenchView {
  readonly folder?: string;
  readonly payload?: readonly (readonly [name: string, value: string])[];
}

/** Starts a headless Chromium. Rejects with instructions if none is found or if it does not start. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  try {
    return await chromium.launch({ executablePath, env: { ...processEnvironment(), ...env }, args: flags });
  } catch (error) {
    throw new Obstacle(`Chromium did not start. ${remedy}`, { cause: error });
  }
}

/** A new browser profile at the size that every screenshot has. */
export async function newProfile(browser: Browser): Promise<BrowserContext> {
  const profile = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 1,
    locale: 'en-GB',
  });
  // Twice Playwright's default: with several suites on two cores, VS Code once took longer than that.
  profile.setDefaultTimeout(60_000);
  return profile;
}

/** Opens VS Code's page, and resolves when its workbench is there; extensions may still be starting. */
export async function openPage(profile: BrowserContext, origin: string, view: WorkbenchView): Promise<Page> {
  const page = await profile.newPage();
  await page.goto(workbenchUrl(origin, view));
  await workbenchReady(page);
  return page;
}

/** The address of VS Code's page that opens the folder with the payload. */
export function workbenchUrl(origin: string, { folder, payload = [] }: WorkbenchView): string {
  const url = new URL(origin);
  if (folder !== undefined) url.searchParams.set('folder', folder);
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** A path on this machine in the form that the payload needs. */
export function remoteUri(file: string): string {
  return `vscode-remote://remote${encodeURI(file)}`;
}

/** Resolves when the editor area and the status bar are drawn, because then the keyboard works. */
export async function workbenchReady(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.editor').waitFor({ timeout: 60_000 });
  await page
    .locator('.monaco-workbench .part.statusbar .statusbar-item')
    .first()
    .waitFor({ timeout: 60_000 });
}

const flags = [
  // Containers and root have no user namespaces; the browser only loads VS Code on loopback.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const remedy = 'Install Chromium or Chrome, or name its program in the environment variable BROWSER_PATH.';

interface Chromium {
  readonly executablePath: string;
  readonly env?: Record<string, string>;
}

async function findChromium(): Promise<Chromium> {
  const chosen = process.env['BROWSER_PATH'];
  if (chosen !== undefined && chosen !== '') {
    if (!existsSync(chosen)) throw new Obstacle(`BROWSER_PATH names ${chosen}, and there is no such file.`);
    return { executablePath: chosen };
  }
  if (process.platform === 'linux' && process.arch === 'x64') return unpackedChromium();
  const known = [
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ];
  const executablePath = known.find((file) => existsSync(file));
  if (executablePath === undefined) throw new Obstacle(`No browser was found. ${remedy}`);
  return { executablePath };
}

/**
 * The Chromium of the npm package @sparticuz/chromium. It unpacks itself into the temporary folder, where two processes
 * would disturb each other; so it gets a folder in our cache, which is only used once it is complete.
 */
async function unpackedChromium(): Promise<Chromium> {
  const entry = import.meta.resolve('@sparticuz/chromium');
  const manifest = await readFile(
    path.join(path.dirname(fileURLToPath(entry)), '..', 'package.json'),
    'utf8',
  );
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = await cacheFolder(`chromium-${version}`, async (partial) => {
    const script = `import(${JSON.stringify(entry)}).then(({ default: chromium }) => chromium.executablePath())`;
    await promisify(execFile)(process.execPath, ['--eval', script], {
      env: { ...process.env, TMPDIR: partial },
    });
  });
  const executablePath = path.join(folder, 'chromium');
  // Without fonts, a machine would show no text at all; the package contains one.
  if (existsSync('/etc/fonts/fonts.conf')) return { executablePath };
  const fonts = path.join(folder, 'fonts.conf');
  const directories = `<dir>${path.join(folder, 'fonts')}</dir><cachedir>${path.join(folder, 'font-cache')}</cachedir>`;
  await writeFile(fonts, `<?xml version="1.0"?><fontconfig>${directories}</fontconfig>\n`);
  return { executablePath, env: { FONTCONFIG_FILE: fonts } };
}

function processEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
