/** How a source's bytes are read as text. */
export type TextEncoding = 'utf-8' | 'latin1' | 'utf-16le' | 'utf-16be';

/** An encoding, and how many bytes of a byte order mark stand before the text. */
export interface EncodingGuess {
  readonly encoding: TextEncoding;
  readonly markLength: number;
  /** Whether the bytes are hardly text in any encoding. */
  readonly looksBinary: boolean;
}

/** So many bytes of a source's beginning decide about its encoding. */
export const bytesJudged = 4096;

/**
 * How a source reads that begins with these bytes, of which the first `bytesJudged` count: by its byte order mark, or
 * else as it is told, as UTF-16 if every other byte is zero, or as UTF-8, which VS Code does as well.
 */
export function guessEncoding(bytes: Uint8Array, told?: TextEncoding): EncodingGuess {
  const head = bytes.subarray(0, bytesJudged);
  const [first, second, third] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf)
    return { encoding: 'utf-8', markLength: 3, looksBinary: head.includes(0) };
  // Four bytes FF FE 00 00 are the mark of UTF-32, which nobody reads here: as UTF-16 it is full of NUL.
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', markLength: 2, looksBinary: false };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', markLength: 2, looksBinary: false };
  if (told !== undefined) return { encoding: told, markLength: 0, looksBinary: false };
  if (!head.includes(0)) return { encoding: 'utf-8', markLength: 0, looksBinary: false };
  const zeros: [even: number, odd: number] = [0, 0];
  for (let at = 0; at < head.length; at += 1) if (head[at] === 0) zeros[at % 2 === 0 ? 0 : 1] += 1;
  const encoding = withoutMark(zeros, Math.floor(head.length / 2));
  return { encoding: encoding ?? 'utf-8', markLength: 0, looksBinary: encoding === undefined };
}

/** Text in which ids stand is mostly ASCII: in UTF-16 one of the two bytes is nearly always zero, the other never. */
function withoutMark([even, odd]: [even: number, odd: number], units: number): TextEncoding | undefined {
  if (units < 2) return undefined;
  if (even === 0 && odd * 2 > units) return 'utf-16le';
  if (odd === 0 && even * 2 > units) return 'utf-16be';
  return undefined;
}
