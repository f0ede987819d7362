import { Scanner, type ScannerOptions, type ScanResult } from './scanner.ts';
import { Turns } from './turns.ts';

/** How far a scan is. */
export interface ScanProgress {
  /** How many bytes were read. */
  readonly bytes: number;
  /** How many different ids were found in them. */
  readonly ids: number;
}

export interface ScanOptions {
  /** Ends the scan; what was found until then is kept. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
  /** Whether nothing is found in a source whose first bytes are no text, and no more of it is read. */
  readonly skipsBinary?: boolean | undefined;
  readonly scanner?: ScannerOptions | undefined;
}

/** What was found in bytes that are in memory, and how many of them were read. */
export interface BytesScan extends ScanResult {
  readonly bytes: number;
  readonly ending: 'whole' | 'cancelled' | 'binary';
}

/** Scans bytes that are in memory, and lets other work have a turn often. Never rejects. */
export async function scanBytes(bytes: Uint8Array, options: ScanOptions = {}): Promise<BytesScan> {
  const scan = new ScanInTurns(options);
  return await scan.end((await scan.push(bytes)) ?? 'whole');
}

/** A scanner that takes a break as often as other work wants one. */
export class ScanInTurns {
  readonly #options: ScanOptions;
  readonly #scanner: Scanner;
  readonly #turns = new Turns();
  #bytes = 0;

  constructor(options: ScanOptions) {
    this.#options = options;
    this.#scanner = new Scanner(options.scanner);
  }

  /** Takes in the next bytes; gives why no more are wanted, if so. */
  async push(chunk: Uint8Array): Promise<'cancelled' | 'binary' | undefined> {
    for (let at = 0; at < chunk.length; at += bytesAtOnce) {
      if (this.#options.signal?.aborted === true) return 'cancelled';
      const part = chunk.subarray(at, at + bytesAtOnce);
      this.#scanner.push(part);
      this.#bytes += part.length;
      if (this.#options.skipsBinary === true && this.#scanner.looksBinary) return 'binary';
      if (this.#turns.isDue) await this.#turns.next();
    }
    this.#options.onProgress?.({ bytes: this.#bytes, ids: this.#scanner.idCount });
    return this.#options.signal?.aborted === true ? 'cancelled' : undefined;
  }

  /** What was found, and how it ended, which what was found may tell better. */
  async end<Ending>(
    ending: Ending,
  ): Promise<ScanResult & { readonly bytes: number; readonly ending: Ending | 'binary' }> {
    const bytes = this.#bytes;
    const parts = this.#scanner.endInParts();
    for (;;) {
      const { done, value: result } = parts.next();
      if (done === true) {
        // A short source is not judged before its end.
        const isLeft = this.#options.skipsBinary === true && result.looksBinary;
        return isLeft
          ? { ...result, findings: [], placesDropped: 0, bytes, ending: 'binary' }
          : { ...result, bytes, ending };
      }
      if (this.#turns.isDue) await this.#turns.next();
    }
  }
}

// With ids side by side, so many bytes take some milliseconds; without any, some microseconds.
const bytesAtOnce = 32_768;
