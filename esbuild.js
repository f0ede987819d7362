// @ts-check
// Bundles the extension into dist/. By hand: `node esbuild.js [--dev] [--watch]`; the package is made by
// test/scripts/package.ts, which calls `build` with a folder of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';

/**
 * The bundles, by name: of a source with what it needs, of a room (a folder; with `#plain`, of the files right in it that
 * run without VS Code), or of a package. `extension` is loaded
 * when VS Code activates the extension, so it has to be small, and it brings its own copy of the little that it needs.
 * The others are loaded by the first `import()` that names their source, or a file of their room, and each source is in
 * one of them: what they import of another room, or of the package, they read from its bundle. A room in the folder of
 * a bundled source, as `finding` is, is only ever loaded by `import()`: what it takes of the sources around it, it
 * borrows from that bundle, which therefore must not need the room to load.
 */
export const entries = {
  extension: 'src/extension.ts',
  workplace: 'src/editor/workplace.ts',
  finding: 'src/editor/finding/',
  plain: 'src/editor/#plain',
  cleanup: 'src/cleanup/',
  sessions: 'src/sessions/',
  veriff: 'src/veriff/',
  network: 'node-fetch',
  sandbox: 'src/veriff/sandbox.ts',
};

/**
 * @typedef {object} BuildOptions
 * @property {string} [root] the project's folder; by default the one that holds this file
 * @property {string} [outFolder] where the bundles go; by default `dist` below the root
 * @property {Readonly<{ extension: string, [name: string]: string }>} [bundles] name → source or room, relative to
 *   the root, or package; by default `entries`
 * @property {'package' | 'dev'} [flavour] `package` (the default) is minified, `dev` has source maps instead
 */

/**
 * Bundles once, and prints nothing. Rejects when a source is missing or wrong, when esbuild has a warning, when an
 * `import()` names a source that is no bundle, when two files of a room export the same name, and when a package that
 * it takes in states no licence.
 * @param {BuildOptions} [options]
 * @returns {Promise<esbuild.Metafile>} esbuild's account of which source went into which bundle
 */
export async function build(options = {}) {
  /** @type {esbuild.Metafile} */
  const all = { inputs: {}, outputs: {} };
  for (const setting of settings(options)) {
    const { metafile, warnings } = await esbuild.build(setting);
    // A warning is a mistake that esbuild survives, such as an empty import.meta; nothing with one is shipped.
    if (warnings.length > 0) {
      throw new Error((await esbuild.formatMessages(warnings, { kind: 'warning' })).join('\n'));
    }
    Object.assign(all.inputs, metafile.inputs);
    Object.assign(all.outputs, metafile.outputs);
  }
  return all;
}

/**
 * Two builds, since one import means two things: `extension` takes in what the other bundles share.
 * @param {BuildOptions} options
 */
function settings({ root = import.meta.dirname, outFolder, bundles = entries, flavour = 'package' }) {
  const { extension, ...others } = bundles;
  const out = outFolder ?? path.join(root, 'dist');
  const plugins = [lazyBundles(root, bundles), withoutBallast, notices(root, out)];
  const common = /** @satisfies {esbuild.BuildOptions} */ ({
    absWorkingDir: root,
    outdir: out,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: /** @type {const} */ ('cjs'),
    platform: /** @type {const} */ ('node'),
    // The oldest VS Code that the extension runs in, 1.103, brings Node 22.
    target: 'node22',
    external: ['vscode'],
    // import() would read an ES module; as a lazy require() it reads the neighbouring bundle.
    supported: { 'dynamic-import': false },
    minify: flavour === 'package',
    sourcemap: flavour === 'dev',
    legalComments: /** @type {const} */ ('none'),
    charset: /** @type {const} */ ('utf8'),
    metafile: /** @type {const} */ (true),
    logLevel: /** @type {const} */ ('silent'),
    // Left alone, esbuild drops a name that two files of a room export, and says nothing.
    logOverride: { 'ambiguous-reexport': /** @type {const} */ ('error') },
  });
  return [
    { ...common, plugins, entryPoints: { extension } },
    { ...common, plugins: [neighbours(root, others), ...plugins], entryPoints: others },
  ];
}

/**
 * Turns `import('./editor/workplace.ts')` into `require('./workplace.cjs')`. Only relative paths in our own sources are
 * bundles; an import() inside a dependency stays part of the bundle around it.
 * @param {string} root
 * @param {Readonly<Record<string, string>>} bundles
 * @returns {esbuild.Plugin}
 */
function lazyBundles(root, bundles) {
  const names = new Map(Object.entries(bundles).map(([name, source]) => [path.join(root, source), name]));
  const rooms = roomsIn(bundles).filter((room) => lenderOf(room, bundles) !== undefined);
  return {
    name: 'lazy-bundles',
    setup({ onResolve }) {
      onResolve({ filter: /^\.{1,2}\// }, ({ kind, path: target, resolveDir, importer }) => {
        if (kind !== 'dynamic-import' || isDependency(importer)) return undefined;
        const file = path.resolve(resolveDir, target);
        const room = rooms.find((folder) => isOfRoom(file) && file.startsWith(path.join(root, folder)));
        const name = names.get(room === undefined ? file : path.join(root, room));
        if (name !== undefined) return { path: `./${name}.cjs`, external: true };
        return {
          errors: [{ text: `import('${target}') names no bundle: add it to the entries in esbuild.js` }],
        };
      });
    },
  };
}

/**
 * Makes the bundles of rooms and packages, and turns what others import of them into `require('./cleanup.cjs')`.
 * So each class exists once, however many bundles use it, and `instanceof` holds.
 * @param {string} root
 * @param {Readonly<Record<string, string>>} bundles
 * @returns {esbuild.Plugin}
 */
function neighbours(root, bundles) {
  const names = new Map(Object.entries(bundles).map(([name, source]) => [source, name]));
  const rooms = roomsIn(bundles);
  const plain = new Map(
    [...names.keys()]
      .filter((source) => source.endsWith('#plain'))
      .flatMap((source) => plainFiles(path.join(root, path.dirname(source))).map((file) => [file, source])),
  );
  const roomOf = (/** @type {string} */ file) =>
    plain.get(file) ?? rooms.find((room) => file.startsWith(path.join(root, room)) && isOfRoom(file));
  const borrowed = new Map(
    rooms.map((room) => [room, borrowedFiles(root, room).filter((file) => roomOf(file) === undefined)]),
  );
  return {
    name: 'neighbours',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\/(?:#plain)?$/ }, ({ kind, path: room }) =>
        kind === 'entry-point' ? { path: room, namespace: 'room' } : undefined,
      );
      onResolve({ filter: /\.ts$/ }, ({ kind, path: entry }) => {
        // esbuild puts ./ in front of what is a file.
        const source = path.posix.normalize(entry);
        const isLender = rooms.some((room) => lenderOf(room, bundles) === source);
        return kind === 'entry-point' && isLender ? { path: source, namespace: 'lender' } : undefined;
      });
      onLoad({ filter: /^/, namespace: 'lender' }, ({ path: source }) => {
        const lent = rooms.flatMap((room) =>
          lenderOf(room, bundles) === source ? (borrowed.get(room) ?? []) : [],
        );
        const files = new Set([path.join(root, source), ...lent]);
        const contents = [...files].map((file) => `export * from ${JSON.stringify(file)};`).join('\n');
        return { contents, resolveDir: root, watchFiles: [...files] };
      });
      onLoad({ filter: /^/, namespace: 'room' }, async ({ path: room }) => {
        const resolveDir = path.join(root, room.replace('#plain', ''));
        const inside = [...plain].flatMap(([file, source]) => (source === room ? [path.basename(file)] : []));
        const files = room.endsWith('#plain')
          ? inside
          : (await readdir(resolveDir, { recursive: true })).filter(isOfRoom).sort();
        const contents = files.map((file) => `export * from './${file.replaceAll('\\', '/')}';`).join('\n');
        return { contents, resolveDir, watchDirs: [resolveDir] };
      });
      onResolve({ filter: /^/ }, ({ kind, path: target, resolveDir, importer, namespace }) => {
        if (namespace === 'package') return { path: target, external: true };
        if (kind !== 'import-statement' || namespace !== 'file' || isDependency(importer)) return undefined;
        if (names.has(target)) return { path: target, namespace: 'package' };
        const file = target.startsWith('.') ? path.resolve(resolveDir, target) : '';
        const [from, to] = [roomOf(importer), roomOf(file)];
        if (to !== undefined && to !== from && lenderOf(to, bundles) !== undefined)
          return { errors: [{ text: `'${target}' is of ${to}, which is only loaded by import()` }] };
        const isBorrowed = from !== undefined && borrowed.get(from)?.includes(file) === true;
        const source = isBorrowed ? lenderOf(from, bundles) : to;
        if (source === undefined || source === from) return undefined;
        return { path: `./${names.get(source)}.cjs`, external: true };
      });
      // Our own sources count as ES modules, for which `default` would be the whole bundle; this text does not.
      onLoad({ filter: /^/, namespace: 'package' }, ({ path: target }) => ({
        contents: `export { default } from './${names.get(target)}.cjs';`,
      }));
    },
  };
}

/** The bundles that are rooms. @param {Readonly<Record<string, string>>} bundles */
function roomsIn(bundles) {
  return Object.values(bundles).filter((source) => source.endsWith('/'));
}

/**
 * Whether the file can be of a room; the sandbox lives in the client's and shares nothing with it.
 * @param {string} file
 */
function isOfRoom(file) {
  return /(?:^|[\\/])(?!sandbox)[^\\/]+\.ts$/.test(file);
}

/**
 * The bundled source in whose folder the room is, of which it borrows.
 * @param {string} room
 * @param {Readonly<Record<string, string>>} bundles
 * @returns {string | undefined}
 */
function lenderOf(room, { extension, ...others }) {
  if (!room.endsWith('/')) return undefined;
  const around = path.posix.dirname(room.slice(0, -1));
  return Object.values(others).find(
    (source) => source.endsWith('.ts') && path.posix.dirname(source) === around,
  );
}

/**
 * The files outside a room of which the files in it import more than types.
 * @param {string} root
 * @param {string} room
 * @returns {string[]}
 */
function borrowedFiles(root, room) {
  const folder = path.join(root, room);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isOfRoom);
  const targets = files.flatMap((name) => {
    const file = path.join(folder, name);
    return importedBy(file).flatMap((target) =>
      target.startsWith('.') ? [path.resolve(path.dirname(file), target)] : [],
    );
  });
  return [...new Set(targets)].filter((file) => !file.startsWith(folder)).sort();
}

/**
 * What the file imports or exports of others, but for types.
 * @param {string} file
 * @returns {string[]}
 */
function importedBy(file) {
  const found = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type\b)[^;]*? from '([^']+)';/gm);
  return [...found].map(([, target = '']) => target);
}

/**
 * The files right in a folder that run without VS Code and without any file beside them that does not.
 * @param {string} folder
 * @returns {string[]}
 */
function plainFiles(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const imported = new Map(names.map((name) => [name, importedBy(path.join(folder, name))]));
  const plain = new Set(names);
  const isForeign = (/** @type {string} */ target) =>
    target === 'vscode' ||
    target === '../contributions.ts' ||
    (target.startsWith('./') && !plain.has(target.slice(2)));
  for (let before = -1; before !== plain.size;) {
    before = plain.size;
    for (const name of plain) if (imported.get(name)?.some(isForeign)) plain.delete(name);
  }
  return [...plain].sort().map((name) => path.join(folder, name));
}

/**
 * What node-fetch carries for Nodes that lack it, and what stands in its place: nothing for the 60 kB polyfill of
 * web streams and for the parser behind `Response.formData()`, which nobody calls; Node's own Blob, File and
 * FormData for the copies of them. No request here has a body.
 * @type {Readonly<Record<string, string>>}
 */
const ballast = {
  './streams.cjs': 'export {};',
  './utils/multipart-parser.js': 'export {};',
  // No request here has a referrer, and what a redirect says about one is never asked.
  './utils/referrer.js': `export const validateReferrerPolicy = (policy) => policy;
    export const [DEFAULT_REFERRER_POLICY, determineRequestsReferrer, parseReferrerPolicyFromHeader] = ['no-referrer'];`,
  'fetch-blob': 'export default globalThis.Blob;',
  'fetch-blob/from.js': `export const { Blob, File } = globalThis;
    export const [blobFrom, blobFromSync, fileFrom, fileFromSync] = [];`,
  'formdata-polyfill/esm.min.js':
    'export const { FormData } = globalThis; export const formDataToBlob = undefined;',
};

/** @type {esbuild.Plugin} */
const withoutBallast = {
  name: 'without-ballast',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^/ }, ({ path: target, importer }) =>
      isDependency(importer) && target in ballast
        ? { path: target, namespace: 'ballast', sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /^/, namespace: 'ballast' }, ({ path: target }) => ({
      contents: ballast[target] ?? '',
      loader: 'js',
    }));
  },
};

/** @param {string} file */
function isDependency(file) {
  return file.split(path.sep).includes('node_modules');
}

/**
 * Writes ThirdPartyNotices.txt beside the bundles: the licence of each package of which they hold a part.
 * Minifying drops the comments that carry these licences, and the licences ask to be kept.
 * @param {string} root
 * @param {string} outFolder
 * @returns {esbuild.Plugin}
 */
function notices(root, outFolder) {
  /** @type {Map<object, string[]>} The files of which there is a part in the bundles, by build. */
  const used = new Map();
  return {
    name: 'notices',
    setup({ initialOptions, onEnd }) {
      onEnd(async ({ metafile }) => {
        if (metafile === undefined) return;
        const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
          Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
        );
        used.set(initialOptions, files);
        const folders = [...used.values()]
          .flat()
          .map((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? '');
        const texts = await Promise.all(
          [...new Set(folders)]
            .filter((folder) => folder !== '')
            .map((folder) => notice(path.join(root, folder))),
        );
        await mkdir(outFolder, { recursive: true });
        const text =
          'The bundles beside this file hold parts of the packages below.\n' + texts.sort().join('');
        await writeFile(path.join(outFolder, 'ThirdPartyNotices.txt'), text);
      });
    },
  };
}

/** @param {string} folder */
async function notice(folder) {
  const { name, version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const files = await readdir(folder);
  const licence = files.find((file) => /^licen[cs]e(?:-mit)?(?:\.(?:md|txt))?$/i.test(file));
  const text = await readFile(path.join(folder, licence ?? 'README.md'), 'utf8');
  // Some packages state their licence only in a section at the end of the README.
  const terms = licence === undefined ? /^#* *Licen[cs]e\n-*\n*([^]*)$/m.exec(text)?.[1] : text;
  if (terms === undefined || !/copyright/i.test(terms))
    throw new Error(`No licence found in ${name} ${version}`);
  return `\n${'-'.repeat(80)}\n${name} ${version}\n\n${terms.replaceAll('\r\n', '\n').trim()}\n`;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { dev: { type: 'boolean' }, watch: { type: 'boolean' } } });
  /** @type {BuildOptions} */
  const options = { flavour: values.dev ? 'dev' : 'package' };
  if (values.watch) {
    // In this mode esbuild itself says when it has built, and what is wrong.
    for (const setting of settings(options)) {
      const context = await esbuild.context({ ...setting, logLevel: 'info' });
      await context.watch();
    }
  } else {
    await build(options).then(printSizes, (/** @type {Error} */ error) => {
      console.error(error.message);
      process.exitCode = 1;
    });
  }
}

/** @param {esbuild.Metafile} metafile */
function printSizes({ outputs }) {
  for (const [file, { bytes }] of Object.entries(outputs)) {
    if (file.endsWith('.cjs')) console.log(`${path.basename(file)}  ${(bytes / 1000).toFixed(1)} kB`);
  }
}
