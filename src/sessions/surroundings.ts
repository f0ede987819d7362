import type { HeldText } from './heldText.ts';
import { uuidLength } from './uuidSearch.ts';

/** So many units to either side of an id are decoded to judge it: nobody reads more (`roleOfUuid`). */
export const judgedUnits = 4096;

// Where ids are dense, a longer stretch is decoded for all that stand in it.
const stretchUnits = 24_576;

/** Decodes what stands around places of a held text that are asked for in order. */
export class Surroundings {
  readonly #held: HeldText;
  readonly #reach: number;
  #text = '';
  /** What the text was decoded from, in units; from an id on that is farther, another has to be decoded. */
  #from = 0;
  #lastServed = -1;
  #isDirect = true;
  /** Where a character may have several bytes: an offset, and where it is in the text. */
  #knownUnit = 0;
  #knownIndex = 0;

  constructor(held: HeldText, reach: number) {
    this.#held = held;
    this.#reach = Math.min(reach, judgedUnits);
  }

  /** A text with what is within reach of an id that begins at the offset, and where in it that is. */
  around(unit: number): { readonly text: string; readonly index: number } {
    if (unit > this.#lastServed) this.#decodeAround(unit);
    return { text: this.#text, index: this.#isDirect ? unit - this.#from : this.#indexOf(unit) };
  }

  /** Tells that the held text has changed. */
  forget(): void {
    this.#lastServed = -1;
  }

  #decodeAround(unit: number): void {
    const { length } = this.#held;
    const isDense = this.#lastServed >= 0 && unit - this.#lastServed < stretchUnits / 4;
    this.#lastServed = unit + (isDense ? stretchUnits : 0);
    this.#from = this.#knownUnit = Math.max(0, unit - this.#reach);
    this.#knownIndex = 0;
    const to = Math.min(length, this.#lastServed + uuidLength + this.#reach);
    this.#text = this.#held.text(this.#from, to);
    this.#isDirect = this.#held.hasBytesForUnits(this.#from, to);
  }

  #indexOf(unit: number): number {
    this.#knownIndex += this.#held.width(this.#knownUnit, unit);
    this.#knownUnit = unit;
    return this.#knownIndex;
  }
}
