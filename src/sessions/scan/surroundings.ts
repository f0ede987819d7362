import type { HeldText } from './heldText.ts';
import { uuidLength } from './uuidSearch.ts';

/** How many units before and after an id are decoded to judge it: `roleOfUuid` reads no more. */
const judgedUnits = 4096;

// After `=` and `/`, the name is near. Lists, tables and objects, for which more text is read, never begin with these
// two.
const judgedBehindName = 1100;

// If ids are dense, more text is decoded at once for all of them.
const stretchUnits = 24_576;

// Each role follows from a name that contains one of these words (`roleOfName`), in any spelling.
const evidence = /session|verif|attempt|end[-_$\s.]{0,3}user|vendor[-_$\s.]{0,3}data/gi;

/** Whether the text contains a word that could give an id a role. */
export function mayName(text: string): boolean {
  return text.search(evidence) !== -1;
}

/** The text around an id. */
export interface Surrounding {
  readonly text: string;
  /** The index of the id in the text. */
  readonly index: number;
  /**
   * Whether nothing within reach can give the id a role. It is only checked if ids are dense, since the check has a
   * cost.
   */
  readonly saysNothing: boolean;
}

/** Decodes the text around ids, which must be passed in order. */
export class Surroundings {
  readonly #held: HeldText;
  readonly #most: number;
  #text = '';
  /** The offsets, in units, between which the text was decoded. */
  #from = 0;
  #to = -1;
  #isDirect = true;
  #decoded = 0;
  /** The last offset, in units, and its index in the text, which differ if a character has several bytes. */
  #knownUnit = 0;
  #knownIndex = 0;
  /** The index of the next word that could give a role; undefined if it is not searched. */
  #nextEvidence: number | undefined;
  /** For how many ids in a row there was such a word. */
  #withEvidence = 0;

  constructor(held: HeldText, reach: number) {
    this.#held = held;
    this.#most = Math.min(reach, judgedUnits);
  }

  /** The text from which the role of an id at this offset may follow. */
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
      // If all ids have such words nearby, searching for them is useless; it is tried again now and then.
      const isInVain = this.#withEvidence > 200 && this.#decoded % 16 !== 0;
      this.#nextEvidence = isDense && !isInVain ? -1 : undefined;
    }
    this.#knownIndex += this.#isDirect ? unit - this.#knownUnit : this.#held.width(this.#knownUnit, unit);
    this.#knownUnit = unit;
    const index = this.#knownIndex;
    return { text: this.#text, index, saysNothing: !this.#hasEvidence(index - reach, index + reach) };
  }

  /** Must be called after the held text has changed. */
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
