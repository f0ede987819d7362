import { parseSessionId } from '../veriff/sessionId.ts';
import type { EncodingGuess } from './encoding.ts';
import { HeldText } from './heldText.ts';
import type { KeptFindings } from './keptFindings.ts';
import { PlaceCount, type Place } from './placeCount.ts';
import { roleOfForeignToken, roleOfUuid, roleOfVeriffToken, type RoleReading } from './role.ts';
import { readSessionToken, tokenLengthLimit } from './sessionToken.ts';
import { standsFree } from './standsFree.ts';
import { Surroundings } from './surroundings.ts';
import { nextTokenStart, tokenShape } from './tokenSearch.ts';
import { nextUuid, uuidLength } from './uuidSearch.ts';

/** How much of a source is held: so many units to either side of what is judged, and so many that are searched at once. */
export interface Extent {
  readonly reach: number;
  readonly stretch: number;
}

/** A token with the session URL in front of it is the longest thing that is read around a place. */
export const usualExtent: Extent = { reach: tokenLengthLimit + 64, stretch: 65_536 };

/** One source as it is read from its beginning to its end: finds, judges and places each id in it. */
export class SourceReading {
  readonly #findings: KeptFindings;
  readonly #held: HeldText;
  readonly #places: PlaceCount;
  readonly #surroundings: Surroundings;
  readonly #extent: Extent;
  readonly #markLength: number;
  /** How many units were read and dropped; the other offsets count from there. */
  #dropped = 0;
  /** Where the next UUID and token may begin, and where the last UUID ended. */
  #uuidFrom = 0;
  #tokenFrom = 0;
  #uuidEnd = 0;

  constructor({ encoding, markLength }: EncodingGuess, findings: KeptFindings, extent: Extent) {
    this.#findings = findings;
    this.#extent = extent;
    this.#markLength = markLength;
    this.#held = new HeldText(encoding, 2 * extent.reach + extent.stretch);
    this.#places = new PlaceCount(this.#held);
    this.#surroundings = new Surroundings(this.#held, extent.reach);
  }

  /** Takes in the next bytes, without those of a byte order mark. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      at += this.#held.fill(at === 0 ? chunk : chunk.subarray(at));
      if (this.#held.isFull) this.#advance();
    }
  }

  /** Reads what is left. */
  end(): void {
    this.#readTo(this.#held.length);
  }

  #advance(): void {
    const { reach } = this.#extent;
    const limit = this.#held.length - reach;
    this.#readTo(limit);
    const count = this.#held.wholeCharacters(limit - reach);
    this.#places.drop(count);
    this.#surroundings.drop();
    this.#held.drop(count);
    this.#dropped += count;
    this.#uuidFrom = Math.max(this.#uuidFrom, limit) - count;
    this.#tokenFrom = Math.max(this.#tokenFrom, limit) - count;
    this.#uuidEnd -= count;
  }

  /** Reads every place that begins before the limit, in order. */
  #readTo(limit: number): void {
    const { units, length } = this.#held;
    const uuidTo = Math.min(limit + uuidLength - 1, length);
    const tokenTo = Math.min(limit + 2, length);
    let uuid = nextUuid(units, this.#uuidFrom, uuidTo);
    let token = nextTokenStart(units, this.#tokenFrom, tokenTo);
    while (uuid < uuidTo || token < tokenTo) {
      if (uuid < token) {
        this.#uuidEnd = this.#uuidFrom = uuid + uuidLength;
        this.#readUuid(uuid);
        uuid = nextUuid(units, this.#uuidFrom, uuidTo);
      } else {
        this.#tokenFrom = this.#readToken(token);
        token = nextTokenStart(units, this.#tokenFrom, tokenTo);
      }
    }
  }

  #readUuid(start: number): void {
    const end = start + uuidLength;
    const id = parseSessionId(this.#held.units.toString('latin1', start, end));
    if (id === undefined || this.#findings.counts(id)) return;
    const { text, index } = this.#surroundings.around(start, end);
    const isFree = standsFree(text, index, index + uuidLength);
    const reading = isFree ? roleOfUuid(text, index, index + uuidLength) : gluedReading;
    this.#findings.add(id, reading, isFree ? 'free' : 'glued', () => this.#placeOf(start));
  }

  /** Reads what may be a token, and gives the offset from which on the next one may begin. */
  #readToken(start: number): number {
    const held = this.#held;
    const { isLikely, headerEnd } = tokenShape(held.units.subarray(0, held.length), start);
    if (!isLikely) return headerEnd;
    const from = Math.max(0, start - longestUrl);
    const before = held.text(from, start);
    // The token is let go of with this text: what leaves here is the id, and where the token began.
    const text = before + held.text(start, Math.min(held.length, start + tokenLengthLimit + 2));
    const { token } = readSessionToken(text, before.length);
    if (token === undefined) return headerEnd;
    const { id, isVeriffToken } = token;
    if (!this.#findings.counts(id)) {
      const tokenStart = Math.max(start - (before.length - token.start), this.#uuidEnd);
      const reading = isVeriffToken ? roleOfVeriffToken : roleOfForeignToken(text, before.length);
      this.#findings.add(id, reading, 'free', () => this.#placeOf(tokenStart));
    }
    return start + (token.end - before.length);
  }

  #placeOf(unit: number): Place & { readonly offset: number } {
    const offset = this.#markLength + (this.#dropped + unit) * this.#held.unitLength;
    return { ...this.#places.at(unit), offset };
  }
}

/** Why an id that stands within a longer word has no role. */
export const gluedReason = 'part of something longer';

const gluedReading: RoleReading = { role: 'unknown', reason: gluedReason };

// Host names have at most 253 characters, and little stands around them.
const longestUrl = 1024;
