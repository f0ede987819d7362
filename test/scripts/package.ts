// `npm run package [-- FILE]`: bundles the extension and packs it as FILE, by default dist/veriff-session-cleanup.vsix.
// The same sources always give the same bytes.
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import type { Metafile } from 'esbuild';
import { notices } from './notices.ts';

const root = path.join(import.meta.dirname, '..', '..');
const { build } = (await import(new URL('../../esbuild.js', import.meta.url).href)) as {
  build: (options: { root: string; outFolder: string }) => Promise<Metafile>;
};

// A zip entry holds a local time without a zone, 1980 at the earliest; vsce reads SOURCE_DATE_EPOCH.
process.env['TZ'] = 'UTC';
process.env['SOURCE_DATE_EPOCH'] = String(Date.UTC(1980, 0, 1) / 1000);

const vsix = path.resolve(process.argv[2] ?? path.join(root, 'dist', 'veriff-session-cleanup.vsix'));
// Staged in a folder of its own, so that neither stray files in the checkout nor a build that runs in dist/ at the same
// time can get into the package.
const staging = await mkdtemp(path.join(tmpdir(), 'veriff-session-cleanup-'));
try {
  const dist = path.join(staging, 'dist');
  const metafile = await build({ root, outFolder: dist });
  await writeFile(path.join(dist, 'ThirdPartyNotices.txt'), await notices(root, metafile));
  await stage(staging);
  await mkdir(path.dirname(vsix), { recursive: true });
  await createVSIX({ cwd: staging, packagePath: vsix, dependencies: false, allowMissingRepository: true });
} finally {
  await rm(staging, { recursive: true, force: true });
}

/**
 * Puts the files that .vscodeignore lets through next to the bundles, with the manifest and the README in their shipped
 * form.
 */
async function stage(folder: string): Promise<void> {
  const ignore = await readFile(path.join(root, '.vscodeignore'), 'utf8');
  const shipped = [...ignore.matchAll(/^!(.+)$/gm)].map(([, name = '']) => name);
  for (const name of ['.vscodeignore', ...shipped.filter((name) => !name.startsWith('dist/'))]) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await copyFile(path.join(root, name), path.join(folder, name));
  }
  const manifest = shippedManifest(await readFile(path.join(root, 'package.json'), 'utf8'));
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2) + '\n');
  if (!('repository' in manifest)) {
    const readme = await readFile(path.join(root, 'README.md'), 'utf8');
    await writeFile(path.join(folder, 'README.md'), readmeWithoutRepository(readme));
  }
  // The zip keeps each file's mode, and a checkout's modes depend on the umask.
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await chmod(path.join(entry.parentPath, entry.name), 0o644);
  }
}

/**
 * package.json without the fields that only developers need. `private` keeps it off the npm registry and is not needed
 * in the package.
 */
function shippedManifest(text: string): object {
  const developersOnly = new Set(['private', 'scripts', 'devDependencies', 'allowScripts']);
  const properties = Object.entries(JSON.parse(text) as object);
  return Object.fromEntries(properties.filter(([name]) => !developersOnly.has(name)));
}

/**
 * vsce resolves relative links against the repository and refuses them if package.json names none. While it names
 * none, the packaged README has no relative pictures, and its relative links are plain text.
 */
function readmeWithoutRepository(markdown: string): string {
  const relative = String.raw`\((?!\w+:|#)[^)]*\)`;
  return markdown
    .replaceAll(new RegExp(String.raw`!\[[^\]]*\]${relative}`, 'g'), '')
    .replaceAll(new RegExp(String.raw`\[([^\]]*)\]${relative}`, 'g'), '$1')
    .replaceAll(/<img\b[^>]*>/g, '')
    .replaceAll(/\n{3,}/g, '\n\n');
}
