import type { Finding, Found } from '../scan/findings.ts';
import { FoundSoFar } from './foundSoFar.ts';
import { sizeText } from './sizeText.ts';
import type { WalkStep } from './walk.ts';

/** The findings of one file and how many bytes were read; `problem` says why it was not read, or not to its end. */
export interface SourceScan {
  readonly findings: readonly Finding[];
  readonly bytes: number;
  readonly problem?: string;
}

/** Searches one file. After an abort, it soon returns what it has found so far. */
export type ScanSource = (
  place: string,
  signal: AbortSignal,
  onProgress: (progress: { readonly bytes: number; readonly ids: number }) => void,
) => Promise<SourceScan>;

/** How far a search has come. */
export interface SearchProgress {
  /** The number of files that were searched or skipped. */
  readonly files: number;
  readonly bytes: number;
  /** An id counts once for each file. */
  readonly ids: number;
}

export interface SearchOptions {
  /** The URI of a place; undefined if it cannot be opened again. */
  readonly uriOf: (place: string) => string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: SearchProgress) => void;
  /**
   * Called after an abort; resolves when the search stops waiting for reads that are still running, because a dead
   * network drive never answers.
   */
  readonly grace: () => Promise<void>;
  readonly found?: FoundSoFar;
  /** The most bytes that are read of one file; a larger file is reported as skipped. 4 GB by default. */
  readonly largestFileBytes?: number;
}

const usualLargestBytes = 4_000_000_000;

// Node reads this many files in parallel; more would only wait.
const filesAtOnce = 4;

/** Searches all files of a walk, several at once. If it is aborted, it returns what it has found so far. */
export async function search(
  steps: AsyncIterator<WalkStep, void>,
  scan: ScanSource,
  options: SearchOptions,
): Promise<Found> {
  const running = new RunningSearch(steps, scan, options);
  const workers = Promise.all(Array.from({ length: filesAtOnce }, () => running.work()));
  await Promise.race([workers, afterAbort(options)]);
  return running.end();
}

const failedScan: SourceScan = { findings: [], bytes: 0, problem: 'could not be looked through' };

async function afterAbort({ signal, grace }: SearchOptions): Promise<void> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await grace();
}

class RunningSearch {
  readonly #steps: AsyncIterator<WalkStep, void>;
  readonly #scan: ScanSource;
  readonly #options: SearchOptions;
  readonly #found: FoundSoFar;
  /** The files that are being read, and how far each is. */
  readonly #reading = new Map<AbortController, { bytes: number; ids: number }>();
  #order = 0;
  #files = 0;
  #bytes = 0;
  #isEnded = false;

  constructor(steps: AsyncIterator<WalkStep, void>, scan: ScanSource, options: SearchOptions) {
    this.#steps = steps;
    this.#scan = scan;
    this.#options = options;
    this.#found = options.found ?? new FoundSoFar();
    options.signal.addEventListener('abort', () => this.#abortAll(), { once: true });
  }

  /** Searches one file after the other, until there is none left or the search ends. */
  async work(): Promise<void> {
    while (this.#isWanted()) {
      const { done, value: step } = await this.#steps.next();
      if (done === true || !this.#isWanted()) return;
      if (step.kind === 'skipped') this.#found.skip(step.name, step.reason);
      else await this.#read(step);
    }
  }

  /** What was found. Results that arrive later are ignored. */
  end(): Found {
    this.#isEnded = true;
    return this.#found.result(this.#options.signal.aborted);
  }

  #isWanted(): boolean {
    return !this.#options.signal.aborted && !this.#found.isFull && !this.#isEnded;
  }

  async #read({ place, name }: WalkStep & { readonly kind: 'file' }): Promise<void> {
    this.#order += 1;
    const order = this.#order;
    const controller = new AbortController();
    const reading = { bytes: 0, ids: 0 };
    this.#reading.set(controller, reading);
    const { largestFileBytes = usualLargestBytes } = this.#options;
    const scanned = this.#scan(place, controller.signal, (progress) => {
      Object.assign(reading, progress);
      if (progress.bytes > largestFileBytes) controller.abort();
      this.#tell();
    });
    // An error in one file must not discard the findings of all others.
    const { findings, bytes, problem } = await scanned.catch(() => failedScan);
    this.#reading.delete(controller);
    this.#files += 1;
    this.#bytes += bytes;
    const uri = findings.length === 0 ? undefined : this.#options.uriOf(place);
    this.#found.add(order, { ...(uri !== undefined && { uri }), name, findings });
    const isCut = controller.signal.aborted && bytes > largestFileBytes;
    const reason = isCut ? `larger than ${sizeText(largestFileBytes)}: read only up to there` : problem;
    if (reason !== undefined) this.#found.skip(name, reason);
    // Nothing more would be kept, so the search need not wait for files that are being read.
    if (this.#found.isFull) this.#abortAll();
    this.#tell();
  }

  #tell(): void {
    if (this.#isEnded) return;
    let [bytes, ids] = [this.#bytes, this.#found.findingCount];
    for (const reading of this.#reading.values()) {
      bytes += reading.bytes;
      ids += reading.ids;
    }
    this.#options.onProgress?.({ files: this.#files, bytes, ids });
  }

  #abortAll(): void {
    for (const controller of this.#reading.keys()) controller.abort();
  }
}
