import { bytesJudged, guessEncoding, type EncodingGuess, type TextEncoding } from './encoding.ts';
import { KeptFindings, mostKept, type PlacedFinding } from './keptFindings.ts';
import { SourceReading, usualExtent, type Extent } from './sourceReading.ts';

export type { TextEncoding } from './encoding.ts';
export type { PlacedFinding } from './keptFindings.ts';

export interface ScannerOptions {
  /** How the bytes are to be read if there is no byte order mark; guessed from the first few if it is absent. */
  readonly encoding?: TextEncoding | undefined;
  /** No more different ids are kept, of sessions and of all others each. */
  readonly mostKept?: number;
  /** Whether an id, in lower case, is equal to a stored API key or secret. */
  readonly isCredential?: ((id: string) => boolean) | undefined;
  /** How much is held at once; tests make it small, to have many borders. */
  readonly extent?: Extent;
}

/** What was found in the bytes of one source. */
export interface ScanResult {
  /** Each id once, in the order of the places that are kept. */
  readonly findings: readonly PlacedFinding[];
  /** At how many places an id stands that is not among the findings, because too many others came before it. */
  readonly placesDropped: number;
  readonly encoding: TextEncoding;
  /** Whether the source begins like no text in any encoding. */
  readonly looksBinary: boolean;
}

/**
 * Finds every UUID shape and session token in the bytes of one source, which come in chunks of any size. Whatever the
 * bytes are, it holds less than 400 kB of them and takes time in proportion to their number.
 */
export class Scanner {
  readonly #options: ScannerOptions;
  readonly #findings: KeptFindings;
  /** The beginning, as long as it is too short to be judged. */
  #head: Uint8Array = new Uint8Array(0);
  #begun: Begun | undefined;

  constructor(options: ScannerOptions = {}) {
    this.#options = options;
    this.#findings = new KeptFindings(options.mostKept ?? mostKept);
  }

  /** How many different ids are kept so far. */
  get idCount(): number {
    return this.#findings.size;
  }

  /** Whether the source begins like no text; false as long as too little came to judge. */
  get looksBinary(): boolean {
    return this.#begun?.guess.looksBinary ?? false;
  }

  /** Takes in the next bytes; the chunk may be overwritten afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#begun !== undefined) this.#begun.reading.push(chunk);
    else if (this.#head.length + chunk.length >= bytesJudged) this.#begin(chunk);
    else this.#head = Buffer.concat([this.#head, chunk]);
  }

  /** What was found, once all bytes came in. Nothing may be pushed afterwards. */
  end(): ScanResult {
    const ending = this.endInParts();
    for (;;) {
      const { done, value } = ending.next();
      if (done === true) return value;
    }
  }

  /** The same with breaks: to make a hundred thousand findings ready would be felt. */
  *endInParts(): Generator<void, ScanResult> {
    const { guess, reading } = this.#begun ?? this.#begin(new Uint8Array(0));
    reading.end();
    const findings: PlacedFinding[] = [];
    for (const some of this.#findings.inOrder()) {
      findings.push(...some);
      yield;
    }
    const { placesDropped } = this.#findings;
    return { findings, placesDropped, encoding: guess.encoding, looksBinary: guess.looksBinary };
  }

  #begin(chunk: Uint8Array): Begun {
    const rest = this.#head.length === 0 ? chunk : chunk.subarray(0, bytesJudged);
    const head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, rest]);
    const guess = guessEncoding(head, this.#options.encoding);
    const { extent = usualExtent, isCredential } = this.#options;
    const context = isCredential === undefined ? {} : { isCredential };
    const reading = new SourceReading(guess, this.#findings, { extent, context });
    reading.push(head.subarray(guess.markLength));
    reading.push(chunk.subarray(rest.length));
    this.#head = new Uint8Array(0);
    this.#begun = { guess, reading };
    return this.#begun;
  }
}

interface Begun {
  readonly guess: EncodingGuess;
  readonly reading: SourceReading;
}
