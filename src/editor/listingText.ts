import { roleWarning } from './chosenSession.ts';
import type { FileNotRead, ListingResult } from './listing.ts';
import type { FileProblem } from './fileText.ts';
import type { Tone } from './outcomeText.ts';
import { visibleText } from './visibleText.ts';

/** What is said of texts whose ids were listed. */
export interface ListingText {
  readonly tone: Tone;
  readonly text: string;
}

/**
 * The one message after adding: what came onto the list of the integration with this title, and what did not and why.
 * `nothingFound` is said where there was no id: "the clipboard holds no session id".
 */
export function listingText(result: ListingResult, title: string, nothingFound: string): ListingText {
  const sentences = [
    addedText(result, title, nothingFound),
    ...alreadyText(result),
    ...misfitsText(result),
    ...keysText(result),
    ...filesText(result.filesNotRead),
    ...endText(result),
  ];
  return { tone: toneOf(result), text: sentences.join(' ') };
}

/** Whether there was anything to tell of but that nothing was found. */
export function isAnythingFound({ added, already, misfits, keys }: ListingResult): boolean {
  return added + already + misfits.length + keys > 0;
}

function toneOf({ added, already, keys, filesNotRead, isCancelled, error }: ListingResult): Tone {
  if (error !== undefined) return 'error';
  const isWhole = filesNotRead.length === 0 && keys === 0 && !isCancelled;
  return isWhole && added + already > 0 ? 'info' : 'warning';
}

function addedText(result: ListingResult, title: string, nothingFound: string): string {
  const { added, already, filesNotRead, isCancelled } = result;
  if (added === 1) return `One session added to the list of ${title}, not confirmed.`;
  if (added > 1) return `${added} sessions added to the list of ${title}, none of them confirmed.`;
  if (already > 0) return `Nothing new for the list of ${title}.`;
  const isExplained = isAnythingFound(result) || filesNotRead.length > 0 || isCancelled;
  return isExplained ? 'Nothing was added.' : `Nothing was added: ${nothingFound}.`;
}

function alreadyText({ already }: ListingResult): readonly string[] {
  if (already === 0) return [];
  return [already === 1 ? 'One was on it already.' : `${already} were on it already.`];
}

function misfitsText({ misfits }: ListingResult): readonly string[] {
  const [first] = misfits;
  if (first === undefined) return [];
  if (misfits.length > 1) return [`${misfits.length} look like other ids and were left out.`];
  return [`One was left out: ${roleWarning(first) ?? ''}.`];
}

function keysText({ keys }: ListingResult): readonly string[] {
  if (keys === 0) return [];
  return [keys === 1 ? 'A stored key was left out.' : `${keys} stored keys were left out.`];
}

const problemTexts: Readonly<Record<FileProblem, string>> = {
  folder: 'a folder',
  tooLarge: 'larger than 50 MB',
  binary: 'no text',
  unreadable: 'cannot be read',
};

// The message is one line; who has dropped a hundred pictures knows what they are called.
const mostNamed = 3;

function filesText(files: readonly FileNotRead[]): readonly string[] {
  if (files.length === 0) return [];
  const named = files
    .slice(0, mostNamed)
    .map(({ name, problem }) => `${visibleText(name, 60)} (${problemTexts[problem]})`);
  const others = files.length - named.length;
  return [`Not read: ${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}.`];
}

function endText({ isCancelled, error }: ListingResult): readonly string[] {
  if (error !== undefined) return ['What came after that was not added.'];
  return isCancelled ? ['Cancelled: what came after that was not added.'] : [];
}
