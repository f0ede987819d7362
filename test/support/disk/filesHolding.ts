import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The files below the folder that hold one of the texts in any form that `holds` knows, by their paths in the folder.
 */
export async function filesHolding(folder: string, texts: readonly string[]): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const holding: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    // VS Code writes and removes files of its own meanwhile.
    const content = await readFile(file, 'latin1').catch(() => '');
    if (texts.some((text) => holds(content, text))) holding.push(path.relative(folder, file));
  }
  return holding;
}

/**
 * Whether the text is in the content in either case, with or without dashes, as UTF-16, or as the start of a base64
 * text.
 */
export function holds(content: string, text: string): boolean {
  const folded = content.replaceAll('\0', '').toLowerCase();
  const plain = text.toLowerCase();
  if (folded.includes(plain) || folded.includes(plain.replaceAll('-', ''))) return true;
  return base64Forms(text).some((form) => content.includes(form));
}

/** The part of the text's base64 that stays the same, for each of the three positions at which the text can begin. */
function base64Forms(text: string): readonly string[] {
  return [0, 1, 2].map((shift) => {
    const coded = Buffer.from(' '.repeat(shift) + text)
      .toString('base64')
      .replace(/=+$/, '');
    return coded.slice(shift === 0 ? 0 : 4, -2);
  });
}
