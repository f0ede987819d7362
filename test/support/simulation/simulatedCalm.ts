import { keyHashOf } from '../../../src/cleanup/integrations/integration.ts';
import type { CleanupDatabase, Row } from '../../../src/cleanup/database/database.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { dayMs, hourMs, minuteMs } from '../cleanup/cleanupWorkshop.ts';
import { DueWatch } from './dueWork.ts';
import { accounts } from './simulatedIntegrations.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';
import { wordsKey } from './userNotes.ts';

// Forty entries take four days, blocked or parked ones another day, and a list that was put back one more.
const mostCalmMs = 30 * dayMs;

/** From here on, nothing goes wrong and nothing is kept back. Ends when everything is done, and judges the list. */
export async function calmDown(world: SimulatedWorld): Promise<void> {
  try {
    await new Calm(world).run();
  } catch (error) {
    world.judge.thrown(error);
  }
}

class Calm {
  readonly #world: SimulatedWorld;
  #watch: DueWatch | undefined;
  /** The database's clock as it was last written, and when (true ms). */
  #written = { text: '', ms: 0 };

  constructor(world: SimulatedWorld) {
    this.#world = world;
  }

  async run(): Promise<void> {
    const { machine } = this.#world;
    machine.planInside(0, () => this.#begin());
    this.#world.follow = () => {
      const hasChanged = this.#world.noticeAtOnce();
      if (hasChanged && this.#watch !== undefined) this.#watch.look();
    };
    const untilMs = machine.nowMs + mostCalmMs;
    while (machine.nowMs < untilMs && !this.#isDone()) {
      await machine.run(machine.nowMs + 6 * hourMs, () => this.#world.follow());
      this.#resumeIfStopped();
    }
    this.#watch?.look();
    this.#judgeList(this.#database());
  }

  #begin(): void {
    const { fate, server, keyring, windows, journal } = this.#world;
    journal(() => 'all is calm from here on');
    this.#world.setRefusal(false);
    this.#world.bringFolderBack();
    keyring.isLocked = false;
    fate.isCalm = true;
    server.isCalm = true;
    for (const window of windows) window.process.thaw();
    this.#watchSoon();
  }

  /** A window may still end because of something that was planned before the calm; then the user opens another one. */
  #watchSoon(): void {
    const world = this.#world;
    if (world.windows.size === 0) world.open();
    // By then every request has been answered, so none blocks others any more.
    world.machine.planInside(minuteMs, () => {
      const window = world.responsive();
      if (window === undefined) return this.#watchSoon();
      void world.user
        .clear(window)
        .then(() => this.#beginWatch())
        .catch((error: unknown) => world.judge.thrown(error));
      // If the window has ended meanwhile, another one is used.
      world.machine.planInside(5 * minuteMs, () => {
        if (this.#watch === undefined) this.#watchSoon();
      });
    });
  }

  #beginWatch(): void {
    this.#watch ??= new DueWatch(
      {
        database: () => this.#database(),
        readingMs: () => this.#readingMs(),
        isOwnerAlive: (owner) => this.#world.isOwnerAlive(owner),
      },
      () => this.#world.machine.nowMs,
      (sentence) => this.#world.judge.note(sentence),
    );
  }

  /** A window may write an answer from before the calm late, which stops its integration; the user reads that. */
  #resumeIfStopped(): void {
    const window = this.#watch === undefined ? undefined : this.#world.responsive();
    const stopped = 'SELECT 1 FROM integrations WHERE stopped IS NOT NULL AND ended_at IS NULL';
    if (window === undefined || this.#database().get(stopped) === undefined) return;
    const { machine, user, judge } = this.#world;
    machine.planInside(0, () => void user.resume(window).catch((error: unknown) => judge.thrown(error)));
  }

  #isDone(): boolean {
    return (
      this.#watch !== undefined &&
      this.#database().get(
        `SELECT 1 FROM list_entries JOIN integrations ON integrations.id = integration AND ended_at IS NULL
         WHERE state IN ('sending', 'unknown') OR (held_at IS NULL AND state IN ('confirmed', 'blocked'))`,
      ) === undefined
    );
  }

  /** The database of some window; opens a window if there is none. */
  #database(): CleanupDatabase {
    const window = [...this.#world.windows][0] ?? this.#world.open();
    return window.app.records().database;
  }

  /** The ms that have certainly passed: the database's clock, plus the time since it was last seen to change. */
  #readingMs(): number {
    const { machine } = this.#world;
    const row = this.#database().get('SELECT * FROM clock');
    if (row === undefined) return 0;
    const text = JSON.stringify(row);
    if (text !== this.#written.text) this.#written = { text, ms: machine.nowMs };
    return Number(row['passed_ms']) + (machine.nowMs - this.#written.ms);
  }

  /** Compares the final list with the notes and the server. */
  #judgeList(database: CleanupDatabase): void {
    const { judge, notes } = this.#world;
    const rows = database.all(
      `SELECT entry.id, session_id, state, held_at, kind, base_url, key_hash FROM list_entries AS entry
       LEFT JOIN integrations ON integrations.id = integration`,
    );
    const byId = new Map(rows.map((row) => [Number(row['id']), row]));
    for (const [id, sessionId] of notes.list.entries)
      if (byId.get(id)?.['session_id'] !== sessionId) judge.note(`the list has lost ${sessionId}`);
    for (const row of rows) this.#judgeRow(row);
    const done = new Set(rows.filter((row) => isDone(row)).map((row) => nameOf(row)));
    for (const { words, sessionId } of notes.expected())
      if (!done.has(`${words} ${sessionId}`)) {
        const states = rows
          .filter((row) => row['session_id'] === sessionId)
          .map((row) => String(row['state']));
        judge.note(`it was confirmed and ends as ${states.join()}: ${sessionId} of ${words}`);
      }
  }

  #judgeRow(row: Row): void {
    const { judge, server } = this.#world;
    const sessionId = row['session_id'] as SessionId;
    if (row['state'] === 'sending') judge.note(`an entry is stuck in sending: ${sessionId}`);
    if (!isDone(row)) return;
    const account = { baseUrl: String(row['base_url']), apiKey: apiKeyOf(row) };
    const state = String(row['state']);
    if (server.has(account, sessionId)) judge.note(`it is called ${state} and is still there: ${sessionId}`);
    if (state === 'deleted' && !server.had(account, sessionId))
      judge.note(`it is called deleted and never was there: ${sessionId}`);
  }
}

function isDone(row: Row): boolean {
  return row['state'] === 'deleted' || row['state'] === 'notFound';
}

function apiKeyOf(row: Row): string {
  return accounts.find((account) => keyHashOf(account) === row['key_hash'])?.apiKey ?? '';
}

function nameOf(row: Row): string {
  const words = {
    baseUrl: String(row['base_url']),
    apiKey: apiKeyOf(row),
    kind: row['kind'] as 'TEST' | 'LIVE',
  };
  return `${wordsKey(words).slice(0, -1)} ${String(row['session_id'])}`;
}
