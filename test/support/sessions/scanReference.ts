import { guessEncoding, type TextEncoding } from '../../../src/sessions/scan/encoding.ts';
import type { FoundPlace } from '../../../src/sessions/scan/keptFindings.ts';
import { SourceReading, usualExtent, type Extent } from '../../../src/sessions/scan/sourceReading.ts';

/** An id in lower case, its place in the bytes, and its place in an editor. */
export interface IdPlace extends FoundPlace {
  readonly id: string;
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** Every place of an id that a plain regular expression finds in the text of the bytes. */
export function placesByExpression(bytes: Uint8Array, encoding: TextEncoding, markLength: number): IdPlace[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).subarray(markLength);
  const text =
    encoding === 'latin1'
      ? buffer.toString('latin1')
      : new TextDecoder(encoding, { ignoreBOM: true }).decode(buffer);
  // An id is ASCII in each encoding, so the same expression finds it in the bytes themselves, which gives its offset.
  const inBytes = encoding === 'utf-8' ? [...buffer.toString('latin1').matchAll(uuid)] : [];
  const lines = new LineReader(text);
  return [...text.matchAll(uuid)].map((match, number) => {
    const { index } = match;
    const unit = encoding === 'utf-8' ? (inBytes[number]?.index ?? -1) : index;
    const offset = markLength + (encoding.startsWith('utf-16') ? 2 * unit : unit);
    return { id: match[0].toLowerCase(), offset, ...lines.at(index) };
  });
}

/** Every place of an id that the scanner finds in the bytes, which it gets in chunks that end at the cuts. */
export function placesByReading(
  bytes: Uint8Array,
  {
    told,
    extent = usualExtent,
    cuts = [],
  }: { told?: TextEncoding | undefined; extent?: Extent; cuts?: readonly number[] },
): IdPlace[] {
  const places: IdPlace[] = [];
  let id = '';
  const taker = {
    isFull: false,
    counts: (held: Uint8Array, start: number) => {
      id = Buffer.from(held.subarray(start, start + 36))
        .toString('latin1')
        .toLowerCase();
      return false;
    },
    add: (_reading: unknown, _standing: unknown, placeOf: () => FoundPlace) => {
      places.push({ id, ...placeOf() });
    },
  };
  const guess = guessEncoding(bytes, told);
  const reading = new SourceReading(guess, taker, { extent });
  let from = guess.markLength;
  for (const to of [...cuts, bytes.length]) {
    if (to < from) continue;
    // A copy: the bytes of a chunk may be overwritten as soon as the scanner has taken it.
    const chunk = bytes.slice(from, to);
    reading.push(chunk);
    chunk.fill(45);
    from = to;
  }
  reading.end();
  return places;
}

/** Lines and columns of a text, for ascending offsets. */
class LineReader {
  readonly #ends: RegExpStringIterator<RegExpExecArray>;
  #next: RegExpExecArray | undefined;
  #line = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.#ends = text.matchAll(/\r\n|\r|\n/g);
    this.#next = this.#ends.next().value;
  }

  at(index: number): { line: number; column: number } {
    for (; this.#next !== undefined && this.#next.index < index; this.#next = this.#ends.next().value) {
      this.#line += 1;
      this.#lineStart = this.#next.index + this.#next[0].length;
    }
    return { line: this.#line, column: index - this.#lineStart };
  }
}
