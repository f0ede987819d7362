import type { HeldText } from './heldText.ts';
import { uuidLength } from './uuidSearch.ts';

/** So many units to either side of an id are decoded to judge it: nobody reads more (`roleOfUuid`). */
const judgedUnits = 4096;

// Behind `=` and `/` stands a value or the end of a path, and what names either is not far. Lists, tables and objects,
// for which one has to look farther, never begin with these two.
const judgedBehindName = 1100;

// If ids are dense, a longer stretch is decoded for all that stand in it.
const stretchUnits = 24_576;

// Each role follows from a name that has one of these words in it (`roleOfName`), however it is spelt.
const evidence = /session|verif|attempt|end[-_$\s.]{0,3}user|vendor[-_$\s.]{0,3}data/gi;

/** Whether there is a word in the text that could give an id a role. */
export function mayName(text: string): boolean {
  return text.search(evidence) !== -1;
}

/** What stands around an id. */
export interface Surrounding {
  readonly text: string;
  /** Where in the text the id begins. */
  readonly index: number;
  /** Whether nothing within reach can give the id a role; not looked for if ids are rare, which costs more. */
  readonly saysNothing: boolean;
}

/** Decodes what stands around places of a held text that are asked for in order. */
export class Surroundings {
  readonly #held: HeldText;
  readonly #most: number;
  #text = '';
  /** What the text was decoded from, in units, and to. */
  #from = 0;
  #to = -1;
  #isDirect = true;
  #decoded = 0;
  /** The last offset that was asked for: if a character may have several bytes, and where it is in the text. */
  #knownUnit = 0;
  #knownIndex = 0;
  /** In the text: the first word from an offset on that could give a role; undefined if nobody looks for them. */
  #nextEvidence: number | undefined;
  /** How many ids in a row there was one for. */
  #withEvidence = 0;

  constructor(held: HeldText, reach: number) {
    this.#held = held;
    this.#most = Math.min(reach, judgedUnits);
  }

  /** All that a role may follow from of an id that begins at the offset. */
  around(unit: number): Surrounding {
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
      // If all ids have such words near, to look for them is in vain; now and then it is tried again.
      const isInVain = this.#withEvidence > 200 && this.#decoded % 16 !== 0;
      this.#nextEvidence = isDense && !isInVain ? -1 : undefined;
    }
    this.#knownIndex += this.#isDirect ? unit - this.#knownUnit : this.#held.width(this.#knownUnit, unit);
    this.#knownUnit = unit;
    const index = this.#knownIndex;
    return { text: this.#text, index, saysNothing: !this.#hasEvidence(index - reach, index + reach) };
  }

  /** Tells that the held text has changed. */
  forget(): void {
    this.#to = -1;
  }

  #hasEvidence(from: number, to: number): boolean {
    if (this.#nextEvidence === undefined) return true;
    if (this.#nextEvidence < from) {
      evidence.lastIndex = Math.max(0, from);
      this.#nextEvidence = evidence.exec(this.#text)?.index ?? Infinity;
    }
    const isThere = this.#nextEvidence <= to + uuidLength;
    this.#withEvidence = isThere ? this.#withEvidence + 1 : 0;
    return isThere;
  }

  #decode(from: number, to: number): void {
    this.#decoded += 1;
    this.#from = this.#knownUnit = from;
    this.#to = to;
    this.#knownIndex = 0;
    this.#text = this.#held.text(from, to);
    this.#isDirect = this.#held.hasBytesForUnits(from, to);
  }
}

const equals = 61;
const slash = 47;
