import { countText } from '../text/countText.ts';
import type { StoredKey } from './storedKeys.ts';

/** The name of a kind of key. */
export function keyName(part: StoredKey['part']): string {
  return part === 'apiKey' ? 'API key' : 'shared secret key';
}

/** The text of the diagnostic for a key in a file; it never contains the key itself. */
export function keyMessage({ part, title, kind }: StoredKey): string {
  const name = keyName(part);
  const next =
    kind === 'LIVE'
      ? 'Whoever can read this file can use it on sessions of real people: rotate it, then take it out of the file.'
      : 'Whoever can read this file can use it: rotate it, then take it out of the file.';
  return `This is the ${name} of the Veriff integration ${title}. ${next}`;
}

/** The result of a search for stored keys. */
export interface KeySearch {
  /** How many files contain a key. */
  readonly files: number;
  readonly read: number;
  readonly skipped: number;
  readonly isCancelled: boolean;
}

/** The message at the end of a search for stored keys. */
export function keysMetText({ files, read, skipped, isCancelled }: KeySearch): {
  readonly text: string;
  readonly tone: 'info' | 'warning';
} {
  const looked = `${countText(read, 'file')} ${read === 1 ? 'was' : 'were'} looked through; what .gitignore or the settings of the search leave out was not.`;
  const sentences = [
    files === 0
      ? 'No stored key was found.'
      : `${countText(files, 'file')} ${files === 1 ? 'holds' : 'hold'} a stored key: see the problems.`,
    ...(isCancelled ? ['The search was cancelled before its end.'] : []),
    looked,
    ...(skipped === 0 ? [] : ['Not everything could be read: the log says what, and why.']),
  ];
  return {
    text: sentences.join(' '),
    tone: files > 0 || isCancelled || skipped > 0 ? 'warning' : 'info',
  };
}
