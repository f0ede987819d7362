import { Scanner, type ScannerOptions, type ScanResult } from './scanner.ts';
import { Turns } from './turns.ts';

/** The progress of a scan. */
export interface ScanProgress {
  /** How many bytes were read. */
  readonly bytes: number;
  /** How many different ids were found in them. */
  readonly ids: number;
}

export interface ScanOptions {
  /** Ends the scan; it returns what it has found so far. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
  /** Whether a source whose first bytes are not text is skipped. */
  readonly skipsBinary?: boolean | undefined;
  readonly scanner?: ScannerOptions | undefined;
}

/** The findings in bytes in memory, and how many of them were read. */
export interface BytesScan extends ScanResult {
  readonly bytes: number;
  readonly ending: 'whole' | 'cancelled' | 'binary';
}

/** Scans bytes in memory, with turns of the event loop in between. Never rejects. */
export async function scanBytes(bytes: Uint8Array, options: ScanOptions = {}): Promise<BytesScan> {
  const scan = new ScanInTurns(options);
  return await scan.end((await scan.push(bytes)) ?? 'whole');
}

/** A scanner that lets other work have a turn of the event loop regularly. */
export class ScanInTurns {
  readonly #options: ScanOptions;
  readonly #scanner: Scanner;
  readonly #turns = new Turns();
  #bytes = 0;

  constructor(options: ScanOptions) {
    this.#options = options;
    this.#scanner = new Scanner(options.scanner);
  }

  /** Scans the next bytes; returns why no more are needed, if so. */
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

  /** The findings and how the scan ended; a binary source may only be recognised here. */
  async end<Ending>(
    ending: Ending,
  ): Promise<ScanResult & { readonly bytes: number; readonly ending: Ending | 'binary' }> {
    const bytes = this.#bytes;
    const parts = this.#scanner.endInParts();
    for (;;) {
      const { done, value: result } = parts.next();
      if (done === true) {
        // A short source is judged only at its end.
        const isLeft = this.#options.skipsBinary === true && result.looksBinary;
        return isLeft
          ? { ...result, findings: [], placesDropped: 0, bytes, ending: 'binary' }
          : { ...result, bytes, ending };
      }
      if (this.#turns.isDue) await this.#turns.next();
    }
  }
}

// This many bytes take some milliseconds if they consist of ids, else some microseconds.
const bytesAtOnce = 32_768;
