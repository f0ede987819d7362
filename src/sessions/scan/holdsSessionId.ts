import { readSessionToken } from '../role/sessionToken.ts';
import { standsFree } from '../role/standsFree.ts';

const shape = /[\dA-Fa-f]{8}-[\dA-Fa-f]{4}-[\dA-Fa-f]{4}-[\dA-Fa-f]{4}-[\dA-Fa-f]{12}|eyJ/g;

/**
 * Whether `findSessionIds` finds an id in the text. It is called for each line of a terminal, before anything else is
 * loaded, so it is a regular expression that stops at the first id.
 */
export function holdsSessionId(text: string): boolean {
  let examinedTo = 0;
  for (const {
    0: { length },
    index,
  } of text.matchAll(shape)) {
    if (length > 3) {
      if (standsFree(text, index, index + length)) return true;
    } else if (index >= examinedTo) {
      // What is not a token as a whole is not one from its middle either; reading it again would take quadratic time.
      const reading = readSessionToken(text, index);
      if (reading.token !== undefined) return true;
      examinedTo = reading.examinedTo;
    }
  }
  return false;
}
