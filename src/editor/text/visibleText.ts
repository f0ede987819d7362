// Characters that are invisible or change the direction of the text around them: C0 and C1 controls, zero-width and
// bidirectional marks, line separators, the byte-order mark, tags, fillers that count as letters, and halves of
// surrogate pairs. Not the two selectors that choose between the text and the emoji form of a character.
const unseen = /(?![\uFE0E\uFE0F])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * `text` made safe for a log line, a tree or a message: invisible and direction-changing characters become visible code
 * points, and a text of more than `most` characters is cut with an ellipsis.
 */
export function visibleText(text: string, most = 200): string {
  const characters = Array.from(text);
  const cut = characters.length > most ? [...characters.slice(0, most - 1), '…'] : characters;
  return cut.join('').replace(unseen, (character) => `<U+${codePoint(character)}>`);
}

function codePoint(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
