import { bytesJudged, guessEncoding, type EncodingGuess, type TextEncoding } from './encoding.ts';
import { KeptFindings, mostKept, type PlacedFinding } from './keptFindings.ts';
import { SourceReading, usualExtent, type Extent } from './sourceReading.ts';

export type { TextEncoding } from './encoding.ts';
export type { PlacedFinding } from './keptFindings.ts';

export interface ScannerOptions {
  /** The encoding if there is no byte order mark; guessed from the first bytes if it is absent. */
  readonly encoding?: TextEncoding | undefined;
  /** The most different ids that are kept, for sessions and for all others each. */
  readonly mostKept?: number;
  /** Whether an id, in lower case, is equal to a stored API key or secret. */
  readonly isCredential?: ((id: string) => boolean) | undefined;
  /** How much is in memory at once; tests make it small, to have many borders. */
  readonly extent?: Extent;
}

/** What was found in the bytes of one source. */
export interface ScanResult {
  /** Each id once, in the order of the places. */
  readonly findings: readonly PlacedFinding[];
  /** How many places are left out because too many other ids came before. */
  readonly placesDropped: number;
  readonly encoding: TextEncoding;
  /** Whether the beginning of the source is not text in any encoding. */
  readonly looksBinary: boolean;
}

/**
 * Finds every UUID and session token in the bytes of one source, which come in chunks of any size. It holds less than
 * 400 kB of them and takes linear time, whatever the bytes are.
 */
export class Scanner {
  readonly #options: ScannerOptions;
  readonly #findings: KeptFindings;
  /** The beginning, while it is too short to guess the encoding. */
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

  /** Whether the beginning is not text; false while that is not known. */
  get looksBinary(): boolean {
    return this.#begun?.guess.looksBinary ?? false;
  }

  /** Scans the next bytes; the chunk may be overwritten afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#begun !== undefined) this.#begun.reading.push(chunk);
    else if (this.#head.length + chunk.length >= bytesJudged) this.#begin(chunk);
    else this.#head = Buffer.concat([this.#head, chunk]);
  }

  /** Returns the findings after the last bytes. Nothing may be pushed afterwards. */
  end(): ScanResult {
    const ending = this.endInParts();
    for (;;) {
      const { done, value } = ending.next();
      if (done === true) return value;
    }
  }

  /** The same with breaks, since making a hundred thousand objects is noticeable. */
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
