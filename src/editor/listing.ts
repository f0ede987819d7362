import type { NewEntry } from '../cleanup/cleanupList.ts';
import { findInPieces, type PlacedId } from '../sessions/findInPieces.ts';
import type { FoundId } from '../sessions/findSessionIds.ts';
import { chosenFrom, roleWarning, type ChosenSession } from './chosenSession.ts';
import type { FileProblem } from './fileText.ts';

/** A text whose ids are to be listed, and where they stand in it. */
export interface Reading {
  readonly pieces: Iterable<string>;
  /** Of the document or file; absent where nobody could go back to it, as to a clipboard. */
  readonly uri?: string;
  /** The line of the document on which the text begins, from 0. */
  readonly firstLine?: number;
  /** Which of the ids in the text are meant; all of them where it is absent. */
  readonly isMeant?: (found: FoundId) => boolean;
}

/** What became of texts whose ids were to be listed. */
export interface ListingResult {
  /** How many were put on the list. */
  readonly added: number;
  /** How many were on it already. */
  readonly already: number;
  /** Those that were left out, since what stands around them says that they are no sessions. */
  readonly misfits: readonly ChosenSession[];
  /** How many stored keys, which have the shape of an id, were left out. */
  readonly keys: number;
  readonly filesNotRead: readonly FileNotRead[];
  readonly isCancelled: boolean;
  /** What made the list refuse the rest. */
  readonly error?: unknown;
}

/** A file or folder in which nothing was looked for. */
export interface FileNotRead {
  readonly name: string;
  readonly problem: FileProblem;
}

// One transaction is felt by nobody up to this many, and each costs a write to the disk.
const putAtOnce = 500;

/** Puts the ids of texts on a list, bit by bit, with turns of the event loop between, and keeps count of what it met. */
export class Listing {
  readonly filesNotRead: FileNotRead[] = [];
  readonly #put: (entries: readonly NewEntry[]) => number;
  readonly #isKey: (id: string) => boolean;
  readonly #taken = new Set<string>();
  readonly #misfits = new Map<string, ChosenSession>();
  readonly #keys = new Set<string>();
  #waiting: NewEntry[] = [];
  #added = 0;
  #already = 0;
  #isCut = false;

  /** `put` writes sessions to the list and returns how many were new; `isKey` knows the stored keys. */
  constructor(put: (entries: readonly NewEntry[]) => number, isKey: (id: string) => boolean) {
    this.#put = put;
    this.#isKey = isKey;
  }

  /** How many were put on the list so far. */
  get added(): number {
    return this.#added;
  }

  /**
   * Takes the ids of one text, and calls `onPart` whenever some were written. Throws what `put` throws; what was added
   * before then stays.
   */
  async read(reading: Reading, signal?: AbortSignal, onPart?: () => void): Promise<void> {
    for (const found of findInPieces(reading.pieces)) {
      if (this.isOver(signal)) return;
      for (const id of found) this.#take(id, reading);
      await nextTurn();
      if (this.#waiting.length < putAtOnce) continue;
      await this.finish(signal);
      onPart?.();
    }
  }

  /** Takes sessions as they are, whatever stood around them. */
  takeAll(sessions: readonly NewEntry[]): void {
    for (const session of sessions) this.#takeSession({ ...session, role: 'unknown', reason: '' });
  }

  /** Puts what still waits on the list. Throws what `put` throws. */
  async finish(signal?: AbortSignal): Promise<void> {
    while (this.#waiting.length > 0 && !this.isOver(signal)) {
      const part = this.#waiting.splice(0, putAtOnce);
      const added = this.#put(part);
      this.#added += added;
      this.#already += part.length - added;
      await nextTurn();
    }
  }

  /** Whether it was cancelled; to be asked where there is more to do, since that then counts as left out. */
  isOver(signal: AbortSignal | undefined): boolean {
    this.#isCut ||= signal?.aborted === true;
    return this.#isCut;
  }

  /** What became of all of it; `error` is what made it end early. */
  result(error?: unknown): ListingResult {
    return {
      added: this.#added,
      already: this.#already,
      misfits: [...this.#misfits.values()],
      keys: this.#keys.size,
      filesNotRead: this.filesNotRead,
      isCancelled: this.#isCut,
      ...(error !== undefined && { error }),
    };
  }

  #take(found: PlacedId, { uri, firstLine = 0, isMeant }: Reading): void {
    if (isMeant?.(found) === false) return;
    const sourceAt = uri === undefined ? undefined : () => ({ uri, line: firstLine + found.line });
    this.#takeSession(chosenFrom(found, sourceAt));
  }

  #takeSession(session: ChosenSession): void {
    const { sessionId, source } = session;
    if (this.#isKey(sessionId)) return void this.#keys.add(sessionId);
    if (this.#taken.has(sessionId)) return;
    const isMisfit = roleWarning(session) !== undefined || this.#misfits.has(sessionId);
    // Of several places the one that says "session" counts, else the first one.
    if (isMisfit && session.role !== 'session') {
      if (!this.#misfits.has(sessionId)) this.#misfits.set(sessionId, session);
      return;
    }
    this.#misfits.delete(sessionId);
    this.#taken.add(sessionId);
    this.#waiting.push({ sessionId, ...(source !== undefined && { source }) });
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
