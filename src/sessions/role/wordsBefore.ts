import { matchBehind } from './nameBefore.ts';
import { isForeignName } from './roleOfName.ts';

/**
 * What the words directly before the UTF-16 offset call what stands there, with the name that belongs to them:
 * "the Veriff session `<id>`", "attempt <id>", "sessions <id> and <id>". Undefined if they speak of something else.
 */
export function wordsName(text: string, start: number): string | undefined {
  const { before = '', phrase } = matchBehind(phrasePattern, text, start) ?? {};
  if (phrase === undefined || isForeignName(before)) return undefined;
  return phrase.replace(/sessions$/i, 'session');
}

// Upwards of a few ids in one sentence nobody writes prose.
const phrasePattern =
  /(?<=(?:(?<![\w-])(?<before>[\w-]{1,30})[ ])?(?<![\w-])(?<phrase>(?:(?:veriff|verification|kyc)[ _-])?(?:sessions?|verification|attempt|end[- ]?user|vendor[ -]?data)(?:[ _-]?(?:id|uuid))?)(?:[*_]{0,2}(?: (?:is|was|in|with id))?[:#]?[ \t]|(?<=veriff[ _-]session)[-_])(?:[\da-f-]{36}["'`”]?(?:,| and|, and)?\s){0,3}(?:\u001b\[[\d;]{0,20}m|\\?["'`“‘([{<*#]){0,3})/iy;
