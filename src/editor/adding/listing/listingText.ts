import type { AddResult } from './listWriter.ts';
import type { Tone } from '../../text/outcomeText.ts';

/** The message after adding the ids of texts. */
export interface ListingText {
  readonly tone: Tone;
  readonly text: string;
}

/**
 * The one message after adding: what was added to the list of the integration with this title, what was not, and why.
 * `nothingFound` is used if there was no id, such as "the clipboard holds no session id".
 */
export function listingText(result: AddResult, title: string, nothingFound: string): ListingText {
  const sentences = [
    addedText(result, title, nothingFound),
    ...alreadyText(result),
    ...keysText(result),
    ...endText(result),
  ];
  return { tone: toneOf(result), text: sentences.join(' ') };
}

function toneOf({ added, already, keys, isCancelled, error }: AddResult): Tone {
  if (error !== undefined) return 'error';
  return keys === 0 && !isCancelled && added + already > 0 ? 'info' : 'warning';
}

function addedText(result: AddResult, title: string, nothingFound: string): string {
  const { added, already, keys, isCancelled } = result;
  if (added === 1) return `One session added to the list of ${title}, not confirmed.`;
  if (added > 1) return `${added} sessions added to the list of ${title}, none of them confirmed.`;
  if (already > 0) return `Nothing new for the list of ${title}.`;
  return keys > 0 || isCancelled ? 'Nothing was added.' : `Nothing was added: ${nothingFound}.`;
}

function alreadyText({ already }: AddResult): readonly string[] {
  if (already === 0) return [];
  return [already === 1 ? 'One was on it already.' : `${already} were on it already.`];
}

function keysText({ keys }: AddResult): readonly string[] {
  if (keys === 0) return [];
  return [keys === 1 ? 'A stored key was left out.' : `${keys} stored keys were left out.`];
}

function endText({ isCancelled, error }: AddResult): readonly string[] {
  if (error !== undefined) return ['What came after that was not added.'];
  return isCancelled ? ['Cancelled: what came after that was not added.'] : [];
}
