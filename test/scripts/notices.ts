import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Metafile } from 'esbuild';

/**
 * The text of ThirdPartyNotices.txt: the licence of each package that is part of a bundle. Minifying drops the comments
 * with these licences, and the licences require them to be kept. Rejects if a package states none.
 */
export async function notices(root: string, { outputs }: Metafile): Promise<string> {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const used = inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
  const folders = used.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  const texts = await Promise.all([...new Set(folders)].map((folder) => notice(path.join(root, folder))));
  return ['The bundles beside this file hold parts of the packages below.\n', ...texts.sort()].join('');
}

async function notice(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const title = `${manifest['name']} ${manifest['version']}`;
  const licence = (await readdir(folder)).find((file) =>
    /^licen[cs]e(?:-mit)?(?:\.(?:md|txt))?$/i.test(file),
  );
  const text = await readFile(path.join(folder, licence ?? 'README.md'), 'utf8');
  // Some packages state their licence only in a section at the end of the README.
  const terms = licence === undefined ? /^#* *Licen[cs]e\n-*\n*([^]*)$/m.exec(text)?.[1] : text;
  if (terms === undefined || !/copyright/i.test(terms)) throw new Error(`No licence found in ${title}`);
  return `\n${'-'.repeat(80)}\n${title}\n\n${terms.replaceAll('\r\n', '\n').trim()}\n`;
}
