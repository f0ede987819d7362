import { counted } from '../adding/search/searchText.ts';
import type { StoredKey } from './storedKeys.ts';

/** What a kind of key is called. */
export function keyName(part: StoredKey['part']): string {
  return part === 'apiKey' ? 'API key' : 'shared secret key';
}

/** What a diagnostic says of a key in a file; the key itself is in none of these words. */
export function keyMessage({ part, title, kind }: StoredKey): string {
  const name = keyName(part);
  const next =
    kind === 'LIVE'
      ? 'Whoever can read this file can use it on sessions of real people: rotate it, then take it out of the file.'
      : 'Whoever can read this file can use it: rotate it, then take it out of the file.';
  return `This is the ${name} of the Veriff integration ${title}. ${next}`;
}

/** The title of the quick fix beside it. */
export function rotateTitle({ part, title }: StoredKey): string {
  return `Rotate this ${keyName(part)} of ${title}…`;
}

/** What a dialog says about rotating a key: its question and its small print. */
export interface RotationText {
  readonly text: string;
  readonly detail: string;
}

/** How a key is rotated, step by step; undefined for no key in particular. */
export function rotationText(key: Pick<StoredKey, 'part' | 'title'> | undefined): RotationText {
  const steps = key?.part === 'apiKey' ? apiKeySteps : sharedSecretSteps;
  const detail = steps.map((step, index) => `${index + 1}. ${step}`).join('\n');
  return key === undefined
    ? { text: 'Rotate a shared secret key of a Veriff integration', detail: `${detail}\n\n${aboutApiKeys}` }
    : { text: `Rotate the ${keyName(key.part)} of ${key.title}`, detail };
}

// Veriff: "up to 5 shared secret keys at once (rotation); each is shown once and cannot be recovered" (facts.md, "Requests").
const sharedSecretSteps: readonly string[] = [
  'In the Veriff Customer Portal, open the integration’s page and make a new shared secret key. Up to 5 can be active at once; each is shown once only.',
  'Here, “Edit Integration…”: enter the new one first, then the old one, with a space between. Give the new one to your other systems as well.',
  'When nothing uses the old one any more, remove it in the Customer Portal and here.',
  'Take it out of the file, and out of the history of the repository if it was committed.',
];

const aboutApiKeys =
  'An API key belongs to its integration. Veriff documents no way to change it by itself: ask Veriff’s support for a new one, or make a new integration.';

const apiKeySteps: readonly string[] = [
  aboutApiKeys,
  'Here, “Edit Integration…”: enter the new API key, and the shared secret key that goes with it. Give both to your other systems as well.',
  'Rotate the shared secret keys of the old integration too if one of them stood beside the API key.',
  'Take it out of the file, and out of the history of the repository if it was committed.',
];

/** How a search for stored keys ended. */
export interface KeySearch {
  /** How many files hold one. */
  readonly files: number;
  readonly read: number;
  readonly skipped: number;
  readonly isCancelled: boolean;
}

/** What is told at the end of a search for stored keys. */
export function keysMetText({ files, read, skipped, isCancelled }: KeySearch): {
  readonly text: string;
  readonly tone: 'info' | 'warning';
} {
  const looked = `${counted(read, 'file')} ${read === 1 ? 'was' : 'were'} looked through; what .gitignore or the settings of the search leave out was not.`;
  const sentences = [
    files === 0
      ? 'No stored key was found.'
      : `${counted(files, 'file')} ${files === 1 ? 'holds' : 'hold'} a stored key: see the problems.`,
    ...(isCancelled ? ['The search was cancelled before its end.'] : []),
    looked,
    ...(skipped === 0 ? [] : ['Not everything could be read: the log says what, and why.']),
  ];
  return {
    text: sentences.join(' '),
    tone: files > 0 || isCancelled || skipped > 0 ? 'warning' : 'info',
  };
}
