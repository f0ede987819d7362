import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Finding } from './finding.ts';

/** Our own limits, for each bundle and for the package; test/unit/package.test.ts checks them. */
const bundleLimitKb = 100;
const packageLimitKb = 300;

/** The sizes of the package at `vsix` and of each bundle in it, in kB (1,000 bytes). */
export async function measurePackage(vsix: string): Promise<readonly Finding[]> {
  const bundles = await bundlesIn(vsix);
  return [
    ...bundles.map(({ name, bytes }) => sizeFinding(name, `${name}, minified`, bytes, bundleLimitKb)),
    sizeFinding('vsix', 'package (.vsix)', statSync(vsix).size, packageLimitKb),
  ];
}

function sizeFinding(name: string, what: string, bytes: number, limitKb: number): Finding {
  const value = bytes / 1000;
  const detail = `${Math.round((value / limitKb) * 100)} % of the limit`;
  return { name: `size.${name}`, what, value, unit: 'kB', aim: { sign: '≤', bound: limitKb }, detail };
}

/** The part of yauzl that is used here; yauzl has no types of its own. */
interface Zip {
  eachEntry(): AsyncIterable<{ readonly fileName: string; readonly uncompressedSize: number }>;
}
const yauzl = createRequire(import.meta.url)('yauzl') as { openPromise(file: string): Promise<Zip> };

async function bundlesIn(vsix: string): Promise<readonly { name: string; bytes: number }[]> {
  const bundles: { name: string; bytes: number }[] = [];
  const zip = await yauzl.openPromise(vsix);
  for await (const { fileName, uncompressedSize } of zip.eachEntry()) {
    if (fileName.endsWith('.cjs')) bundles.push({ name: path.basename(fileName), bytes: uncompressedSize });
  }
  if (bundles.length === 0) throw new Error(`There is no bundle in ${vsix}.`);
  return bundles;
}
