import type { TextEncoding } from '../../../src/sessions/scan/encoding.ts';
import type { SeededChance } from '../random/seededChance.ts';

const hex = '0123456789abcdef';
const latinParts = ['é', 'ÿ', '\u0085', '\u00a0', 'Ã©', 'ß'];
const wideParts = ['編', '🙂', 'е', 'İ', '\u2028', '\u0a0a', '\u0d0d', '\u2d2d', '\uff0d', '\ufeff', 'ａ'];

/** Makes short texts in which ids are hard to find, in every encoding. */
export class ScanText {
  readonly #chance: SeededChance;
  readonly #parts: readonly (() => string)[];

  constructor(chance: SeededChance) {
    this.#chance = chance;
    const id = (): string => this.id();
    const cut = (text: string): string => {
      const at = chance.whole(0, text.length);
      return chance.happens(0.5) ? text.slice(0, at) : text.slice(at);
    };
    this.#parts = [
      id,
      id,
      () => id().toUpperCase(),
      () => `${id()}${chance.pick(['', '-', ',', '0', 'g', '\n'])}${id()}`,
      // Two ids that overlap: the last group of one is the first of the next.
      () => `${id()}-${id().slice(9)}`,
      () => cut(id()),
      () => cut(cut(id())),
      () => this.#missed(id()),
      () => this.#hex(chance.whole(1, 50)),
      () => '-'.repeat(chance.whole(1, 40)),
      () => chance.pick(['\n', '\r', '\r\n', '\n\r', '\r\r\n']),
      () => chance.pick([' ', ',', '"', 'eyJ', 'eyJ.', 'sessionId=', 'x', '\0']),
      () => chance.pick(latinParts),
    ];
  }

  id(): string {
    return [8, 4, 4, 4, 12].map((length) => this.#hex(length)).join('-');
  }

  /** Almost an id. */
  missedId(): string {
    return this.#missed(this.id());
  }

  /** A text in one of the encodings, and `told`, the encoding if the bytes do not show it. */
  encoded(): { readonly bytes: Uint8Array; readonly told?: TextEncoding | undefined } {
    const encoding = this.#chance.pick<TextEncoding>([
      'utf-8',
      'utf-8',
      'utf-8',
      'latin1',
      'utf-16le',
      'utf-16be',
    ]);
    const text = this.text(encoding === 'latin1' ? [] : wideParts);
    const bytes = this.inEncoding(text, encoding);
    if (encoding === 'latin1') {
      // Usually the encoding is not given, and bytes that are no UTF-8 are read as latin1.
      return this.#chance.happens(0.5) ? { bytes, told: encoding } : { bytes };
    }
    if (this.#chance.happens(0.5)) return { bytes, told: encoding };
    return { bytes: this.inEncoding(`\ufeff${text}`, encoding) };
  }

  text(more: readonly string[]): string {
    const count = this.#chance.whole(1, 9);
    let text = '';
    for (let part = 0; part < count; part += 1)
      text +=
        more.length > 0 && this.#chance.happens(0.15)
          ? this.#chance.pick(more)
          : this.#chance.pick(this.#parts)();
    return text;
  }

  inEncoding(text: string, encoding: TextEncoding): Uint8Array {
    if (encoding === 'utf-8') return Buffer.from(text);
    if (encoding === 'latin1') return Buffer.from(text, 'latin1');
    const bytes = Buffer.from(text, 'utf16le');
    return encoding === 'utf-16le' ? bytes : bytes.swap16();
  }

  #hex(length: number): string {
    let text = '';
    for (let at = 0; at < length; at += 1) text += hex[this.#chance.whole(0, 15)] ?? '';
    return text;
  }

  /** Almost an id: one character is different. */
  #missed(id: string): string {
    const at = this.#chance.whole(0, id.length - 1);
    const other =
      id[at] === '-'
        ? this.#chance.pick(['a', '_', '–', '\n'])
        : this.#chance.pick(['-', 'g', '/', ':', '@', '`', 'G', '\r']);
    return `${id.slice(0, at)}${other}${id.slice(at + 1)}`;
  }
}
