/** Larger files are not taken from a browser: VS Code itself shows none to extensions beyond this size. */
export const largestFileBytes = 50 * 1024 * 1024;

const bytesAtOnce = 16_384;
// A text that has no NUL for so long has none; to look through a whole file would be felt.
const bytesJudged = 65_536;

/**
 * The text of a file's bytes, piece by piece, or undefined where they are no text. It is read as UTF-8 unless a byte
 * order mark says UTF-16; what is malformed becomes U+FFFD, since the ids between it can be read all the same.
 */
export function textOfBytes(bytes: Uint8Array): Iterable<string> | undefined {
  const encoding = encodingOf(bytes);
  if (encoding === 'utf-8' && bytes.subarray(0, bytesJudged).includes(0)) return undefined;
  return decoded(bytes, encoding);
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

function encodingOf([first, second]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function* decoded(bytes: Uint8Array, encoding: Encoding): Generator<string, void> {
  // It leaves the mark out, and keeps the beginning of a character whose end comes with the next piece.
  const decoder = new TextDecoder(encoding);
  for (let from = 0; from < bytes.length; from += bytesAtOnce)
    yield decoder.decode(bytes.subarray(from, from + bytesAtOnce), { stream: true });
  yield decoder.decode();
}
