import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire, isBuiltin } from 'node:module';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { notices } from '../scripts/notices.ts';

interface BuildOptions {
  readonly root?: string;
  readonly outFolder: string;
  readonly entries?: Readonly<Record<string, string>>;
  readonly flavour?: 'package' | 'dev';
}

interface ZipFile {
  eachEntry(): AsyncIterable<{ readonly fileName: string }>;
  openReadStreamPromise(entry: { readonly fileName: string }): Promise<Readable>;
}

const root = path.join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
const { build } = (await import(new URL('../../esbuild.js', import.meta.url).href)) as {
  build: (options: BuildOptions) => Promise<Metafile>;
};
const yauzl = createRequire(import.meta.url)('yauzl') as { openPromise(file: string): Promise<ZipFile> };

let folder: string;
before(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'package-test-')));
});
after(() => rm(folder, { recursive: true, force: true }));

describe('the package', () => {
  let vsix: Buffer;
  let again: Buffer;
  let files: ReadonlyMap<string, Buffer>;
  let metafile: Metafile;

  before(async () => {
    const [first, second] = [path.join(folder, 'first.vsix'), path.join(folder, 'second.vsix')];
    // Two different machines, as far as that can be simulated: time zone, locale, umask and working folder.
    await packInto(first, { TZ: 'America/Los_Angeles' }, '022', root);
    await packInto(second, { TZ: 'Asia/Tokyo', LC_ALL: 'C' }, '077', folder);
    [vsix, again] = [await readFile(first), await readFile(second)];
    files = await unzip(first);
    metafile = await build({ outFolder: path.join(folder, 'bundles') });
  });

  it('is the same to the byte wherever it is made', () => {
    assert.ok(vsix.equals(again));
  });

  it('holds exactly these files', () => {
    assert.deepEqual([...files.keys()].sort(), [
      '[Content_Types].xml',
      'extension.vsixmanifest',
      'extension/LICENSE.txt',
      'extension/SECURITY.md',
      'extension/changelog.md',
      'extension/dist/ThirdPartyNotices.txt',
      'extension/dist/extension.cjs',
      'extension/dist/features.cjs',
      'extension/dist/sandbox.cjs',
      'extension/media/cleanup.svg',
      'extension/media/icon.png',
      'extension/package.json',
      'extension/readme.md',
    ]);
  });

  it('is small: 300 kB at most, and 10 kB for what runs in every window even if it is not used', () => {
    assert.ok(vsix.length <= 300_000, `${vsix.length} bytes`);
    assert.ok(Buffer.byteLength(file('dist/extension.cjs')) <= 10_000);
  });

  it('has a manifest for users, and every file that it names', () => {
    const text = file('package.json');
    const manifest = JSON.parse(text) as Record<string, unknown>;
    for (const name of ['scripts', 'devDependencies', 'dependencies', 'allowScripts', 'private']) {
      assert.ok(!(name in manifest), name);
    }
    const named = [...text.matchAll(/"(?:\.\/)?((?:media|dist|src|out)\/[^"]+)"/g)].map(([, name]) => name);
    assert.ok(named.includes('dist/extension.cjs') && named.includes('media/icon.png'), named.join());
    for (const name of named) assert.ok(files.has(`extension/${String(name)}`), name);
  });

  it('shows its own icon, 128 pixels square', () => {
    const icon = files.get('extension/media/icon.png');
    assert.ok(icon);
    assert.equal(icon.toString('latin1', 1, 4), 'PNG');
    assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [128, 128]);
  });

  it('has a README whose links and pictures all lead somewhere', () => {
    if ('repository' in (JSON.parse(file('package.json')) as object)) return;
    assert.doesNotMatch(file('readme.md'), /\]\((?!\w+:|#)/);
    assert.ok(file('readme.md').length > 200);
  });

  it('holds no path of the machine that built it', () => {
    const own = [root, homedir(), path.join(tmpdir(), 'veriff-session-cleanup-')];
    for (const [name, text] of bundles()) {
      for (const place of own.filter((place) => place.length > 1)) {
        assert.ok(!text.includes(place), `${place} in ${name}`);
      }
      assert.doesNotMatch(text, /\/(?:home|Users)\/\w+\/|[A-Z]:\\+Users\\/, name);
      assert.doesNotMatch(text, /sourceMappingURL/, name);
    }
  });

  it('activates without the HTTP client and without the sandbox', () => {
    // Both marks are also looked for in the files that must have them: a mark that is nowhere would prove nothing.
    for (const [mark, home] of [
      ['node-fetch cannot load', 'features.cjs'],
      ['The sandbox has no such endpoint.', 'sandbox.cjs'],
    ] as const) {
      assert.ok(file(`dist/${home}`).includes(mark), `“${mark}” in ${home}`);
      assert.ok(!file('dist/extension.cjs').includes(mark), `“${mark}” in extension.cjs`);
    }
    const sources = sourcesOf('extension.cjs');
    assert.ok(sources.includes('src/extension.ts'));
    const strangers = sources.filter((source) => /node_modules|src\/sandbox/.test(source));
    assert.deepEqual(strangers, []);
  });

  it('ships the sandbox without the faults of the tests', () => {
    const sources = sourcesOf('sandbox.cjs');
    assert.ok(sources.includes('src/sandbox/sandbox.ts'));
    assert.deepEqual(
      sources.filter((source) => !source.startsWith('src/sandbox/')),
      [],
    );
    assert.doesNotMatch(file('dist/sandbox.cjs'), /misbehave|gzip-bomb|never-answers/);
  });

  it('loads neither the database nor another bundle before it is used', async () => {
    const loaded = await modulesLoadedBy(path.join(folder, 'bundles', 'extension.cjs'));
    assert.ok(loaded.includes('vscode'));
    assert.ok(!loaded.includes('node:sqlite'));
    assert.deepEqual(
      loaded.filter((name) => name !== 'vscode' && !isBuiltin(name)),
      [],
    );
  });

  it('shares with activation only what it needs, and nothing with the sandbox', () => {
    const features = sourcesOf('features.cjs');
    assert.ok(features.includes('src/cleanup/database/database.ts'));
    const shared = sourcesOf('extension.cjs').filter(
      (source) => features.includes(source) && source.startsWith('src/'),
    );
    assert.ok(shared.includes('src/contributions.ts'));
    // A class in two bundles would be two classes, and `instanceof` would not work.
    for (const source of shared)
      assert.doesNotMatch(readFileSync(path.join(root, source), 'utf8'), /^(?:export )?class /m, source);
    assert.deepEqual(
      sourcesOf('sandbox.cjs').filter((source) => features.includes(source)),
      [],
    );
  });

  it('sends requests to Veriff', async () => {
    const { asked, shown } = await checkCredentials(path.join(folder, 'storage'));
    assert.equal(asked.length, 1);
    assert.match(asked[0] ?? '', /^GET \/v1\/sessions\/[-\da-f]{36}/);
    assert.match(shown, /401/);
  });

  it('recognises the errors that it throws by their class', async () => {
    const { shown } = await checkCredentials(path.join(folder, 'bundles', 'features.cjs', 'no-folder'));
    assert.match(shown, /^The cleanup list cannot be used/);
  });

  it('contains the client without a polyfill, and the licence of every package that it contains', () => {
    const packages = new Set(
      Object.keys(metafile.outputs)
        .flatMap((output) => sourcesOf(path.basename(output)))
        .flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []),
    );
    assert.ok(packages.has('node-fetch'));
    assert.ok(!packages.has('web-streams-polyfill'));
    for (const name of packages)
      assert.match(file('dist/ThirdPartyNotices.txt'), new RegExp(`^${name} \\d`, 'm'));
  });

  /**
   * What the features request from a server that answers 401, and what they show, with their database in this folder.
   */
  async function checkCredentials(storage: string): Promise<{ asked: readonly string[]; shown: string }> {
    const asked: string[] = [];
    const server = createServer(({ method, url }, response) => {
      asked.push(`${method} ${url}`);
      response.writeHead(401).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const keys = { apiKey: randomUUID(), sharedSecretKeys: [randomUUID()] };
    const stored = JSON.stringify({
      integrations: [{ id: '1', name: 'Test', kind: 'TEST', baseUrl, ...keys }],
    });
    const script = `
      const show = (text) => { console.log(text); return Promise.resolve(); };
      window.showInformationMessage = window.showWarningMessage = window.showErrorMessage = show;
      window.withProgress = (options, task) => task(anything, { onCancellationRequested: () => anything });
      const uri = { fsPath: ${JSON.stringify(storage)} };
      const values = new Map([['veriffCleanup.integrations', ${JSON.stringify(stored)}]]);
      const secrets = {
        get: async (key) => values.get(key),
        store: async (key, value) => void values.set(key, value),
        delete: async (key) => void values.delete(key),
        onDidChange: () => anything,
      };
      const { startFeatures } = load(${JSON.stringify(path.join(folder, 'bundles', 'features.cjs'))});
      const features = startFeatures({ globalStorageUri: uri, logUri: uri, secrets }, anything);
      features.run('checkCredentials', []).then(() => process.exit(0));`;
    return { asked, shown: await withVscode(script).finally(() => server.close()) };
  }

  /** The text of a packaged file, by its name below `extension/`. */
  function file(name: string): string {
    const bytes = files.get(`extension/${name}`);
    assert.ok(bytes, `${name} is not in the package`);
    return bytes.toString('utf8');
  }

  function bundles(): (readonly [string, string])[] {
    const names = [...files.keys()].filter((name) => name.endsWith('.cjs'));
    return names.map((name) => [name, file(name.replace('extension/', ''))] as const);
  }

  /** The sources that contribute at least a byte to a bundle. */
  function sourcesOf(bundle: string): string[] {
    const output = Object.entries(metafile.outputs).find(([name]) => path.basename(name) === bundle);
    const inputs = Object.entries(output?.[1].inputs ?? {});
    return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([source]) => source);
  }
});

describe('build', () => {
  it('turns an import() of a bundle into a lazy require() of the file beside it', async () => {
    const out = await buildProject({
      'src/extension.ts': `console.log('light');
        export const open = async (): Promise<string> => (await import('./editor/app.ts')).word;`,
      'src/editor/app.ts': `import { mark } from '../mark.ts'; console.log('heavy'); export const word = mark;`,
      'src/mark.ts': `export const mark = 'a static import';`,
    });
    assert.doesNotMatch(await readFile(path.join(out, 'extension.cjs'), 'utf8'), /heavy|a static import/);
    const script = `const { open } = require('./extension.cjs');
      console.log('loaded'); open().then((word) => console.log(word));`;
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: out });
    assert.deepEqual(stdout.trim().split('\n'), ['light', 'loaded', 'heavy', 'a static import']);
  });

  it('refuses an import() of anything that is not a bundle', async () => {
    const sources = {
      'src/extension.ts': `export const open = () => import('./other/app.ts');`,
      'src/editor/app.ts': 'export {};',
      'src/other/app.ts': 'export {};',
    };
    await assert.rejects(buildProject(sources), /'\.\/other\/app\.ts'\) names no bundle/);
  });

  it('refuses a source that is missing or wrong, and one that esbuild warns about', async () => {
    const app = { 'src/editor/app.ts': 'export {};' };
    await assert.rejects(buildProject(app), /src\/extension\.ts/);
    await assert.rejects(
      buildProject({ ...app, 'src/extension.ts': 'export const = 1;' }),
      /extension\.ts:1/,
    );
    const warned = { ...app, 'src/extension.ts': 'export const here = import.meta.url;' };
    await assert.rejects(buildProject(warned), /import\.meta/);
  });

  it('refuses a package that states no licence', async () => {
    const sources = {
      'src/extension.ts': `import { word } from 'unlicensed'; console.log(word);`,
      'src/editor/app.ts': 'export {};',
      'src/node_modules/unlicensed/package.json': '{"name":"unlicensed","version":"1.2.3","main":"index.js"}',
      'src/node_modules/unlicensed/README.md': '# Unlicensed\n\nJust a package.\n',
      'src/node_modules/unlicensed/index.js': `exports.word = 'word';`,
    };
    await assert.rejects(buildProject(sources), /No licence found in unlicensed 1\.2\.3/);
    const readme = '# Licensed\n\nLicense\n-------\n\nCopyright (c) 2020 Somebody\n';
    const out = await buildProject({ ...sources, 'src/node_modules/unlicensed/README.md': readme });
    const notices = await readFile(path.join(out, 'ThirdPartyNotices.txt'), 'utf8');
    assert.match(notices, /^unlicensed 1\.2\.3\n\nCopyright \(c\) 2020 Somebody$/m);
  });

  it('writes source maps for developers only', async () => {
    const sources = { 'src/extension.ts': 'export {};', 'src/editor/app.ts': 'export {};' };
    const maps = async (out: string): Promise<string[]> =>
      (await readdir(out)).filter((name) => name.endsWith('.map'));
    assert.deepEqual(await maps(await buildProject(sources)), []);
    assert.deepEqual(await maps(await buildProject(sources, { flavour: 'dev' })), [
      'app.cjs.map',
      'extension.cjs.map',
    ]);
  });
});

describe('the bundled HTTP client', () => {
  let server: Server;
  let url: string;
  let client: string;

  before(async () => {
    const sources = {
      'src/extension.ts': 'export {};',
      'src/editor/app.ts': `import fetch from 'node-fetch'; export { fetch };`,
    };
    client = path.join(await buildProject(sources), 'app.cjs');
    server = createServer(({ url: target }, response) => {
      if (target === '/gzip')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unpacked'));
      else if (target === '/hold') response.writeHead(200).write('first ');
      else response.writeHead(200).end('plain');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('has about 20 kB', async () => {
    assert.ok((await stat(client)).size < 27_000);
  });

  it('reads, unpacks and streams', async () => {
    const script = `
      for (const target of ['/plain', '/gzip']) console.log(await (await fetch(url + target)).text());
      for await (const chunk of (await fetch(url + '/hold')).body) { console.log(String(chunk)); break; }`;
    assert.deepEqual(await inClient(script), ['plain', 'unpacked', 'first ']);
  });

  it('fails with the code of the system, which the client judges by', async () => {
    // Nothing listens on port 1 of loopback.
    const script = `
      const gone = await fetch(url.replace(/\\d+$/, '1')).catch((error) => error);
      console.log(gone.code);`;
    assert.deepEqual(await inClient(script), ['ECONNREFUSED']);
  });

  async function inClient(script: string): Promise<string[]> {
    const source = `const { fetch } = require(${JSON.stringify(client)}); const url = ${JSON.stringify(url)};
      (async () => {${script}})().then(() => process.exit(0));`;
    const { stdout } = await run(process.execPath, ['-e', source]);
    return stdout.replace(/\n$/, '').split('\n');
  }
});

/** Runs `npm run package` as it is, in a process with this environment, umask and working folder. */
async function packInto(vsix: string, env: NodeJS.ProcessEnv, umask: string, cwd: string): Promise<void> {
  const setUmask = `data:text/javascript,process.umask(0o${umask})`;
  const script = path.join(root, 'test', 'scripts', 'package.ts');
  await run(process.execPath, ['--import', setUmask, script, vsix], { cwd, env: { ...process.env, ...env } });
}

/** Every file of a zip, by its name in there. */
async function unzip(zip: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const opened = await yauzl.openPromise(zip);
  for await (const entry of opened.eachEntry()) {
    files.set(entry.fileName, await buffer(await opened.openReadStreamPromise(entry)));
  }
  return files;
}

/** Builds a made-up project of these sources, with the real node_modules beside it; returns the bundles' folder. */
async function buildProject(
  sources: Readonly<Record<string, string>>,
  { flavour = 'package' }: Pick<BuildOptions, 'flavour'> = {},
): Promise<string> {
  const project = await mkdtemp(path.join(folder, 'project-'));
  await symlink(path.join(root, 'node_modules'), path.join(project, 'node_modules'), 'junction');
  await writeFile(path.join(project, 'package.json'), '{"type":"module"}');
  for (const [name, text] of Object.entries(sources)) {
    await mkdir(path.dirname(path.join(project, name)), { recursive: true });
    await writeFile(path.join(project, name), text);
  }
  const outFolder = path.join(project, 'dist');
  const entries = { extension: 'src/extension.ts', app: 'src/editor/app.ts' };
  const metafile = await build({ root: project, outFolder, entries, flavour });
  await writeFile(path.join(outFolder, 'ThirdPartyNotices.txt'), await notices(project, metafile));
  return outFolder;
}

/** The names of all modules that are requested while a bundle loads. */
async function modulesLoadedBy(bundle: string): Promise<string[]> {
  const script = `load(${JSON.stringify(bundle)}); console.log(JSON.stringify(names));`;
  return JSON.parse(await withVscode(script)) as string[];
}

/**
 * The output of a script that can `load` beside a `vscode` that answers to `anything`; `names` are the modules
 * requested.
 */
async function withVscode(script: string): Promise<string> {
  const prelude = `
    const Module = require('node:module');
    const answers = (own) => new Proxy(function () {}, {
      get: (target, key) => own[key] ?? (key === 'prototype' ? target[key] : key === 'then' ? undefined : anything),
      set: () => true,
      apply: () => anything,
      construct: () => anything,
    });
    const anything = answers({});
    const window = {};
    const vscode = Object.fromEntries(${JSON.stringify(apiNames())}.map((name) => [name, anything]));
    vscode.window = answers(window);
    const names = [];
    const load = Module._load;
    Module._load = (name, ...rest) => {
      names.push(name);
      return name === 'vscode' ? vscode : load(name, ...rest);
    };`;
  const { stdout } = await run(process.execPath, ['-e', prelude + script]);
  return stdout;
}

/** The names of VS Code's API that the sources use: the bundle copies those that are there. */
function apiNames(): readonly string[] {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(root, 'src', file), 'utf8'));
  const used = texts.flatMap((text) => [...text.matchAll(/\bvscode\.(\w+)/g)].map(([, name = '']) => name));
  return [...new Set([...used, 'commands', 'EventEmitter', 'window', 'workspace'])];
}
