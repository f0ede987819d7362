import type { HeldText } from './heldText.ts';

/** So many units to either side of an id are read to judge it. */
export const judgedUnits = 4096;

// Where ids are dense, a stretch is decoded once for all that stand in it.
const stretchUnits = 24_576;

/** Decodes what stands around places of a held text that are asked for in order. */
export class Surroundings {
  readonly #held: HeldText;
  readonly #reach: number;
  /** The stretch that is decoded, in units, and its text. */
  #from = 0;
  #to = 0;
  #text = '';
  /** Where every unit is a UTF-16 unit, offsets follow from one another; elsewhere up to here alone. */
  #isDirect = true;
  #knownUnit = 0;
  #knownIndex = 0;

  constructor(held: HeldText, reach: number) {
    this.#held = held;
    this.#reach = Math.min(reach, judgedUnits);
  }

  /** A text with what stands within reach of both offsets (or a little less where the source ends), and where the first is in it. */
  around(start: number, end: number): { readonly text: string; readonly index: number } {
    const { length } = this.#held;
    const isInside =
      this.#text !== '' &&
      (this.#from === 0 || start - this.#reach >= this.#from) &&
      (this.#to === length || end + this.#reach <= this.#to);
    if (!isInside) {
      const isNear = this.#text !== '' && start < this.#to;
      this.#decode(
        Math.max(0, start - this.#reach),
        Math.min(length, end + this.#reach + (isNear ? stretchUnits : 0)),
      );
    }
    return { text: this.#text, index: this.#indexOf(start) };
  }

  /** Forgets what was decoded, since offsets mean something else from now on. */
  drop(): void {
    this.#text = '';
    this.#to = 0;
  }

  #decode(from: number, to: number): void {
    this.#from = this.#knownUnit = from;
    this.#to = to;
    this.#knownIndex = 0;
    this.#isDirect = this.#held.hasBytesForUnits(from, to);
    this.#text = this.#held.text(from, to);
  }

  #indexOf(unit: number): number {
    if (this.#isDirect) return unit - this.#from;
    if (unit < this.#knownUnit) {
      this.#knownUnit = this.#from;
      this.#knownIndex = 0;
    }
    this.#knownIndex += this.#held.text(this.#knownUnit, unit).length;
    this.#knownUnit = unit;
    return this.#knownIndex;
  }
}
