/**
 * The schema, one step a version: step n brings a database of version n to version n + 1, inside a
 * transaction. A step that has been released is never edited; a change is a new step.
 *
 * Times are epoch ms of the wall clock (`…_at`, for people) and ms of uptime (`…_uptime_ms`, for the limits).
 * `integration` is the hash of base URL and API key, so that an integration that is removed and added again
 * finds its own past, and no credential is in the file.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE entries (
    -- Never given twice: a late answer or a kept id of a removed entry must not hit another session.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    integration TEXT NOT NULL,
    session_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
      ('listed', 'confirmed', 'sending', 'deleted', 'gone', 'blocked', 'failed', 'unknown')),
    reason TEXT,
    source_uri TEXT,
    source_line INTEGER,
    added_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    seen_at INTEGER,
    UNIQUE (integration, session_id)
  ) STRICT;
  CREATE INDEX entries_by_state ON entries (integration, state);

  CREATE TABLE attempts (
    -- Never given twice either: an answer may come after its row was forgotten.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    integration TEXT NOT NULL,
    session_id TEXT NOT NULL,
    entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL,
    owner TEXT NOT NULL,
    reserved_at INTEGER NOT NULL,
    reserved_uptime_ms REAL NOT NULL,
    seen_dead_uptime_ms REAL,
    counts INTEGER NOT NULL DEFAULT 1,
    settled_at INTEGER,
    settled_uptime_ms REAL,
    duration_ms REAL,
    server_at INTEGER,
    status INTEGER,
    code TEXT,
    signature TEXT,
    outcome TEXT,
    reason TEXT,
    limited_streak INTEGER NOT NULL DEFAULT 0,
    park_ms REAL
  ) STRICT;
  CREATE INDEX attempts_counting ON attempts (integration, id) WHERE counts = 1;
  CREATE INDEX attempts_out ON attempts (integration) WHERE settled_uptime_ms IS NULL;

  CREATE TABLE server_times (
    integration TEXT PRIMARY KEY,
    server_at INTEGER NOT NULL,
    uptime_ms REAL NOT NULL
  ) STRICT;
  `,
];
