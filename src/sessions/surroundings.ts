import type { HeldText } from './heldText.ts';
import { uuidLength } from './uuidSearch.ts';

/** So many units to either side of an id are decoded to judge it: nobody reads more (`roleOfUuid`). */
const judgedUnits = 4096;

// Behind `=` and `/` stands a value or the end of a path, and what names either is not far. Lists, tables and objects,
// for which one has to look farther, never begin with these two.
const judgedBehindName = 1100;

// Where ids are dense, a longer stretch is decoded for all that stand in it.
const stretchUnits = 24_576;

/** Decodes what stands around places of a held text that are asked for in order. */
export class Surroundings {
  readonly #held: HeldText;
  readonly #most: number;
  #text = '';
  /** What the text was decoded from, in units, and to. */
  #from = 0;
  #to = -1;
  #isDirect = true;
  /** The last offset that was asked for: where a character may have several bytes, and where it is in the text. */
  #knownUnit = 0;
  #knownIndex = 0;

  constructor(held: HeldText, reach: number) {
    this.#held = held;
    this.#most = Math.min(reach, judgedUnits);
  }

  /** A text with all that a role may follow from of an id that begins at the offset, and where in it that is. */
  around(unit: number): { readonly text: string; readonly index: number } {
    const { units, length } = this.#held;
    const before = units[unit - 1];
    const reach = Math.min(
      this.#most,
      before === equals || before === slash ? judgedBehindName : judgedUnits,
    );
    const from = this.#held.wholeCharacters(Math.max(0, unit - reach));
    const to = Math.min(length, unit + uuidLength + reach);
    if (from < this.#from || to > this.#to) {
      const isDense = this.#to >= 0 && unit - this.#knownUnit < reach;
      this.#decode(from, isDense ? Math.min(length, to + stretchUnits) : to);
    }
    this.#knownIndex += this.#isDirect ? unit - this.#knownUnit : this.#held.width(this.#knownUnit, unit);
    this.#knownUnit = unit;
    return { text: this.#text, index: this.#knownIndex };
  }

  /** Tells that the held text has changed. */
  forget(): void {
    this.#to = -1;
  }

  #decode(from: number, to: number): void {
    this.#from = this.#knownUnit = from;
    this.#to = to;
    this.#knownIndex = 0;
    this.#text = this.#held.text(from, to);
    this.#isDirect = this.#held.hasBytesForUnits(from, to);
  }
}

const equals = 61;
const slash = 47;
