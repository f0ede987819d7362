/** How a source's bytes are read as text. */
export type TextEncoding = 'utf-8' | 'latin1' | 'utf-16le' | 'utf-16be';

/** An encoding, and the length in bytes of the byte order mark before the text. */
export interface EncodingGuess {
  readonly encoding: TextEncoding;
  readonly markLength: number;
  /** Whether the bytes are probably not text in any encoding. */
  readonly looksBinary: boolean;
}

/** The encoding is guessed from this many bytes at the beginning. */
export const bytesJudged = 4096;

/**
 * Guesses the encoding of a source from its first `bytesJudged` bytes: by the byte order mark, or else `told`, or
 * UTF-16 if every other byte is zero, or else UTF-8, as in VS Code.
 */
export function guessEncoding(bytes: Uint8Array, told?: TextEncoding): EncodingGuess {
  const head = bytes.subarray(0, bytesJudged);
  const [first, second, third] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf)
    return { encoding: 'utf-8', markLength: 3, looksBinary: head.includes(0) };
  // FF FE 00 00 is the mark of UTF-32, which is not supported: read as UTF-16, it is full of NUL.
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', markLength: 2, looksBinary: false };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', markLength: 2, looksBinary: false };
  if (told !== undefined) return { encoding: told, markLength: 0, looksBinary: false };
  if (!head.includes(0)) return { encoding: 'utf-8', markLength: 0, looksBinary: false };
  const zeros: [even: number, odd: number] = [0, 0];
  for (let at = 0; at < head.length; at += 1) if (head[at] === 0) zeros[at % 2 === 0 ? 0 : 1] += 1;
  const encoding = withoutMark(zeros, Math.floor(head.length / 2));
  return { encoding: encoding ?? 'utf-8', markLength: 0, looksBinary: encoding === undefined };
}

/** Text with ids is mostly ASCII: in UTF-16, one of the two bytes is nearly always zero and the other never. */
function withoutMark([even, odd]: [even: number, odd: number], units: number): TextEncoding | undefined {
  if (units < 2) return undefined;
  if (even === 0 && odd * 2 > units) return 'utf-16le';
  if (odd === 0 && even * 2 > units) return 'utf-16be';
  return undefined;
}
