// @ts-check
// Bundles the extension into dist/. To run it yourself: `node esbuild.js [--dev] [--watch]`. The package is made by
// test/scripts/package.ts, which calls `build` with a folder of its own.
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';

/**
 * The bundles, by name. VS Code loads `extension` on activation; the others are loaded by the first `import()` of their
 * source.
 */
export const bundles = {
  extension: 'src/extension.ts',
  features: 'src/editor/features.ts',
  sandbox: 'src/sandbox/sandbox.ts',
};

/**
 * node-fetch brings polyfills for bodies that are blobs or forms. No request here has a body, and Node's own classes
 * would load undici with the first command; empty classes keep `instanceof` working.
 */
const stub = (/** @type {string} */ text) => `data:text/javascript,${encodeURIComponent(text)}`;
const withoutPolyfills = {
  'fetch-blob': stub('export default class {}'),
  'fetch-blob/from.js': stub(
    'export class Blob {} export class File {} export const blobFrom = 0, blobFromSync = 0, fileFrom = 0, fileFromSync = 0',
  ),
  'formdata-polyfill/esm.min.js': stub('export class FormData {} export const formDataToBlob = 0'),
};

/**
 * @typedef {object} BuildOptions
 * @property {string} [root] the project's folder; by default the folder of this file
 * @property {string} [outFolder] the folder for the bundles; by default `dist` below the root
 * @property {Readonly<Record<string, string>>} [entries] name → source, relative to the root; by default `bundles`
 * @property {'package' | 'dev'} [flavour] `package` (the default) is minified, `dev` has source maps instead
 */

/**
 * Bundles once, and prints nothing. Rejects if a source is missing or wrong, if esbuild warns, or if an `import()`
 * names a source that is no bundle.
 * @param {BuildOptions} [options]
 */
export async function build(options = {}) {
  const { metafile, warnings } = await esbuild.build(settings(options));
  // esbuild only warns of some mistakes, such as an empty import.meta; nothing with a warning is shipped.
  if (warnings.length > 0)
    throw new Error((await esbuild.formatMessages(warnings, { kind: 'warning' })).join('\n'));
  return metafile;
}

/** @param {BuildOptions} options @returns {esbuild.BuildOptions & { metafile: true }} */
function settings({ root = import.meta.dirname, outFolder, entries = bundles, flavour = 'package' }) {
  return {
    absWorkingDir: root,
    entryPoints: entries,
    outdir: outFolder ?? path.join(root, 'dist'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    // VS Code 1.103, the oldest that the extension supports, comes with Node 22.
    target: 'node22',
    alias: withoutPolyfills,
    // node-fetch reads forms with it, and no answer of Veriff is one.
    external: ['*/multipart-parser.js'],
    // import() would load an ES module; as a lazy require() it loads the other bundle in the same folder.
    supported: { 'dynamic-import': false },
    plugins: [ownImports(root, entries)],
    minify: flavour === 'package',
    sourcemap: flavour === 'dev',
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'silent',
  };
}

/**
 * Turns `import('./editor/features.ts')` into `require('./features.cjs')`. Each import() in our own sources names a
 * bundle; one inside a dependency becomes part of the bundle that contains it. Also lets a bundle read 'vscode' only
 * once, because esbuild copies the whole API for each file that imports an external module as a namespace.
 * @param {string} root
 * @param {Readonly<Record<string, string>>} entries
 * @returns {esbuild.Plugin}
 */
function ownImports(root, entries) {
  const names = new Map(Object.entries(entries).map(([name, source]) => [path.join(root, source), name]));
  return {
    name: 'own-imports',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.{1,2}\// }, ({ kind, path: target, resolveDir }) => {
        if (kind !== 'dynamic-import' || resolveDir.split(path.sep).includes('node_modules'))
          return undefined;
        const name = names.get(path.resolve(resolveDir, target));
        if (name !== undefined) return { path: `./${name}.cjs`, external: true };
        return { errors: [{ text: `import('${target}') names no bundle: add it to those in esbuild.js` }] };
      });
      onResolve({ filter: /^vscode$/ }, ({ path: target, namespace }) =>
        namespace === 'once' ? { path: target, external: true } : { path: target, namespace: 'once' },
      );
      onLoad({ filter: /^/, namespace: 'once' }, () => ({ contents: "export * from 'vscode';" }));
    },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { dev: { type: 'boolean' }, watch: { type: 'boolean' } } });
  const options = /** @type {BuildOptions} */ ({ flavour: values.dev ? 'dev' : 'package' });
  // In watch mode esbuild itself reports builds and errors.
  if (values.watch) await (await esbuild.context({ ...settings(options), logLevel: 'info' })).watch();
  else printSizes(await build(options));
}

function printSizes(/** @type {esbuild.Metafile} */ { outputs }) {
  for (const [file, { bytes }] of Object.entries(outputs))
    if (file.endsWith('.cjs')) console.log(`${path.basename(file)}  ${(bytes / 1000).toFixed(1)} kB`);
}
