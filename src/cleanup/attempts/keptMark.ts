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

/** What this needs from outside; `database` is asked anew each time and throws `DatabaseUnusable`. */
export interface KeptMarkPorts {
  readonly secrets: Secrets;
  readonly database: () => CleanupDatabase;
  readonly clock: Clock;
}

/** The mark of the list that SecretStorage keeps, by which an older copy of the storage folder is recognised. */
export class KeptMark {
  readonly #ports: KeptMarkPorts;
  #writing: Promise<MarkVerdict> | undefined;
  #isWantedAgain = false;
  /** The mark of the file when this window last saw both agree. */
  #known: ListMark | undefined;

  constructor(ports: KeptMarkPorts) {
    this.#ports = ports;
  }

  /** The mark that is kept; undefined if there is none, or none that can be read. Rejects if SecretStorage fails. */
  async read(): Promise<ListMark | undefined> {
    const text = await this.#ports.secrets.get(markKey);
    return text === undefined ? undefined : parseMark(text);
  }

  /**
   * Compares the file with the kept mark, see `compareMark`, and writes the mark again if it is older. To be called
   * before a consent is given, after everything that is taken back, and after each reservation.
   */
  bringUpToDate(): Promise<MarkVerdict> {
    if (this.#writing !== undefined) this.#isWantedAgain = true;
    this.#writing ??= this.#bringUpToDate();
    return this.#writing;
  }

  /** The same, if the file has changed since this window last compared both. */
  async keepUp(): Promise<MarkVerdict> {
    const own = markOf(this.#ports.database());
    // On a list on which nothing was ever reserved or taken back, there is nothing to be lost.
    const isKept = own.generation === 0 || isSameMark(this.#known, own);
    return isKept ? 'same' : this.bringUpToDate();
  }

  /** Writes the mark of a list that was just begun, whatever was kept of the one before it. */
  async beginAnew(): Promise<void> {
    await this.#store(markOf(this.#ports.database()));
  }

  /** Forgets the mark with everything else. */
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
        // Read right before it is written: what another window writes meanwhile is not older than the file.
        const own = markOf(this.#ports.database());
        if (!isSameMark(kept, own)) {
          await this.#store(own);
          this.#isWantedAgain = true;
        }
        this.#known = own;
      } while (this.#isWantedAgain);
      return verdict;
    } finally {
      // In the same turn as the last look: whoever asks from here on is not waited for.
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
