import type { CleanupDatabase } from '../database/database.ts';
import type { Secrets } from '../integrations/integrationSecrets.ts';
import { markKey } from '../integrations/secretKeys.ts';
import {
  compareMark,
  forgetOldMarks,
  isSameMark,
  knowsMark,
  markOf,
  type ListMark,
  type MarkVerdict,
} from '../list/listMark.ts';
import type { Clock } from '../quota/clock.ts';
import { PassedTime } from '../quota/passedTime.ts';

/** What `KeptMark` needs from outside. `database` is called anew each time and throws `DatabaseUnusable`. */
export interface KeptMarkPorts {
  readonly secrets: Secrets;
  readonly database: () => CleanupDatabase;
  readonly clock: Clock;
}

/** Keeps the mark of the list in SecretStorage, by which an older copy of the storage folder is recognised. */
export class KeptMark {
  readonly #ports: KeptMarkPorts;
  #writing: Promise<MarkVerdict> | undefined;
  #isWantedAgain = false;
  /** The mark of the file when this window last saw it match the stored one. */
  #known: ListMark | undefined;

  constructor(ports: KeptMarkPorts) {
    this.#ports = ports;
  }

  /** The stored mark; undefined if there is none or it cannot be read. Rejects if SecretStorage fails. */
  async read(): Promise<ListMark | undefined> {
    const text = await this.#ports.secrets.get(markKey);
    return text === undefined ? undefined : parseMark(text);
  }

  /**
   * Compares the file with the stored mark, see `compareMark`, and stores the mark of the file if they differ. Call
   * before a consent is given, after anything is taken back, and after each reservation.
   */
  bringUpToDate(): Promise<MarkVerdict> {
    if (this.#writing !== undefined) this.#isWantedAgain = true;
    this.#writing ??= this.#bringUpToDate();
    return this.#writing;
  }

  /** Like `bringUpToDate`, but only if the file has changed since this window last compared both. */
  async keepUp(): Promise<MarkVerdict> {
    const own = markOf(this.#ports.database());
    // If nothing was ever reserved or taken back on a list, an older copy of it loses nothing.
    const isKept = own.generation === 0 || isSameMark(this.#known, own);
    return isKept ? 'same' : this.bringUpToDate();
  }

  /** Stores the mark of a list that was just created, whatever was stored for the one before it. */
  async beginAnew(): Promise<void> {
    await this.#store(markOf(this.#ports.database()));
  }

  /** Deletes the stored mark. */
  async forget(): Promise<void> {
    await this.#ports.secrets.delete(markKey);
  }

  async #bringUpToDate(): Promise<MarkVerdict> {
    let verdict: MarkVerdict = 'same';
    try {
      do {
        this.#isWantedAgain = false;
        const kept = await this.read();
        const found = this.#compare(kept);
        if (found !== 'same') verdict = found;
        // Read right before it is stored. If another window stores a newer mark meanwhile, the next round notices.
        const own = markOf(this.#ports.database());
        if (!isSameMark(kept, own)) {
          await this.#store(own);
          this.#isWantedAgain = true;
        }
        this.#known = own;
      } while (this.#isWantedAgain);
      return verdict;
    } finally {
      // Reset in the same turn as the last check of `#isWantedAgain`, so that no later call relies on this run.
      this.#writing = undefined;
    }
  }

  #compare(kept: ListMark | undefined): MarkVerdict {
    const database = this.#ports.database();
    if (kept !== undefined && knowsMark(database, kept)) return 'same';
    return database.durably(() =>
      compareMark(
        database,
        kept,
        new PassedTime(database, this.#ports.clock).advance(),
        this.#ports.clock().wallAt,
      ),
    );
  }

  async #store(mark: ListMark): Promise<void> {
    await this.#ports.secrets.store(markKey, JSON.stringify(mark));
    forgetOldMarks(this.#ports.database());
  }
}

function parseMark(text: string): ListMark | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { list, generation, name } = value as Partial<Record<keyof ListMark, unknown>>;
    if (typeof list !== 'string' || typeof generation !== 'number' || typeof name !== 'string')
      return undefined;
    return { list, generation, name };
  } catch {
    return undefined;
  }
}
