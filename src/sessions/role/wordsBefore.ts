import { matchBehind } from './nameBefore.ts';
import { isForeignName } from './roleOfName.ts';

/**
 * The name that the words directly before the UTF-16 offset give to what follows: "the Veriff session `<id>`", "attempt
 * <id>", "sessions <id> and <id>". Undefined if they are about something else.
 */
export function wordsName(text: string, start: number): string | undefined {
  const { before = '', phrase } = matchBehind(phrasePattern, text, start) ?? {};
  if (phrase === undefined || isForeignName(before)) return undefined;
  return phrase.replace(/sessions$/i, 'session');
}

// At most three other ids may be in between: a sentence with more is not prose.
const phrasePattern =
  /(?<=(?:(?<![\w-])(?<before>[\w-]{1,30})[ ])?(?<![\w-])(?<phrase>(?:(?:veriff|verification|kyc)[ _-])?(?:sessions?|verification|attempt|end[- ]?user|vendor[ -]?data)(?:[ _-]?(?:id|uuid))?)(?:[*_]{0,2}(?: (?:is|was|in|with id))?[:#]?[ \t]|(?<=veriff[ _-]session)[-_])(?:[\da-f-]{36}["'`”]?(?:,| and|, and)?\s){0,3}(?:\u001b\[[\d;]{0,20}m|\\?["'`“‘([{<*#]){0,3})/iy;
