/**
 * The bracket that encloses a place, and its offset; `none` where the document has none before it (the offset is -1
 * then), `far` where the text that is looked at begins before one was met.
 */
export interface Opener {
  readonly kind: '[' | '{' | '(' | 'none' | 'far';
  readonly at: number;
}

/** Reads backwards to the bracket that encloses the offset. The text may be broken: it is read as far as it can be. */
export function openerBefore(text: string, offset: number, isFromStart: boolean): Opener {
  let depth = 0;
  for (let at = offset - 1; at >= 0; at -= 1) {
    const character = text[at];
    if (character === '"' || character === "'" || character === '`') {
      // Without one that opens it, it is an apostrophe.
      at = openingQuote(text, at) ?? at;
    } else if (character === ']' || character === '}' || character === ')') depth += 1;
    else if (character === '[' || character === '{' || character === '(') {
      if (depth === 0) return { kind: character, at };
      depth -= 1;
    }
  }
  return { kind: isFromStart ? 'none' : 'far', at: -1 };
}

/** What closes a bracket; empty where none is known. */
export function closerOf({ kind }: Opener): string {
  switch (kind) {
    case '[':
      return ']';
    case '{':
      return '}';
    case '(':
      return ')';
    case 'none':
    case 'far':
      return '';
  }
}

function openingQuote(text: string, close: number): number | undefined {
  if (isEscaped(text, close)) return undefined;
  for (let at = close - 1; at >= 0 && text[at] !== '\n'; at -= 1)
    if (text[at] === text[close] && !isEscaped(text, at)) return at;
  return undefined;
}

function isEscaped(text: string, at: number): boolean {
  let count = 0;
  while (text[at - 1 - count] === '\\') count += 1;
  return count % 2 === 1;
}
