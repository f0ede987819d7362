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
  `
  -- Consent, kept apart from the state: what is looked up or tried again goes on only where it still stands.
  ALTER TABLE entries ADD COLUMN confirmed_at INTEGER;
  UPDATE entries SET confirmed_at = changed_at WHERE state <> 'listed';
  -- Where the user moved it in the queue; else it stands by its id.
  ALTER TABLE entries ADD COLUMN rank REAL;
  ALTER TABLE entries ADD COLUMN held_at INTEGER;
  ALTER TABLE entries ADD COLUMN hold_note TEXT;
  ALTER TABLE entries ADD COLUMN checked INTEGER NOT NULL DEFAULT 1 CHECK (checked IN (0, 1));
  -- What Veriff called the session when a look-up last found it.
  ALTER TABLE entries ADD COLUMN seen_status TEXT;
  -- Answers "blocked" since it was confirmed, look-ups without an answer since it is unknown, and the wait that
  -- follows, from a moment on. No wait: it is not tried or looked up again by itself.
  ALTER TABLE entries ADD COLUMN blocks INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE entries ADD COLUMN look_ups INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE entries ADD COLUMN wait_ms REAL;
  ALTER TABLE entries ADD COLUMN wait_from_uptime_ms REAL;
  ALTER TABLE entries ADD COLUMN wait_from_server_at INTEGER;
  -- An entry that was left without an answer is looked up as soon as something runs; no moment is too early.
  UPDATE entries SET wait_ms = 0, wait_from_uptime_ms = 0 WHERE state = 'unknown';
  ALTER TABLE entries ADD COLUMN shelf TEXT NOT NULL GENERATED ALWAYS AS (CASE
    WHEN state = 'sending' THEN 'sending'
    WHEN state IN ('deleted', 'gone') THEN 'done'
    WHEN state = 'failed' OR (state = 'unknown' AND look_ups > 0) OR (state = 'blocked' AND wait_ms IS NULL) THEN 'needsYou'
    WHEN held_at IS NOT NULL THEN 'held'
    WHEN state = 'confirmed' THEN 'queue'
    WHEN state = 'listed' THEN 'listed'
    ELSE 'later' END) VIRTUAL;
  -- What waits stands in the order of the queue, what has happened with the latest first.
  ALTER TABLE entries ADD COLUMN place REAL NOT NULL GENERATED ALWAYS AS (CASE
    WHEN state IN ('listed', 'confirmed') OR held_at IS NOT NULL THEN coalesce(rank, id)
    ELSE -changed_at END) VIRTUAL;
  DROP INDEX entries_by_state;
  CREATE INDEX entries_by_shelf ON entries (integration, shelf, place);
  CREATE INDEX entries_waiting ON entries (integration) WHERE wait_ms IS NOT NULL;
  CREATE INDEX entries_unchecked ON entries (integration) WHERE checked = 0;

  -- Counted as they change: to count 100,000 rows for each picture of the list would be felt.
  CREATE TABLE entry_counts (
    integration TEXT NOT NULL,
    shelf TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (integration, shelf)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO entry_counts SELECT integration, shelf, count(*) FROM entries GROUP BY integration, shelf;
  CREATE TRIGGER entry_came AFTER INSERT ON entries BEGIN
    INSERT INTO entry_counts VALUES (NEW.integration, NEW.shelf, 1) ON CONFLICT DO UPDATE SET n = n + 1;
  END;
  CREATE TRIGGER entry_went AFTER DELETE ON entries BEGIN
    UPDATE entry_counts SET n = n - 1 WHERE integration = OLD.integration AND shelf = OLD.shelf;
  END;
  CREATE TRIGGER entry_moved AFTER UPDATE ON entries
  WHEN OLD.shelf <> NEW.shelf OR OLD.integration <> NEW.integration BEGIN
    UPDATE entry_counts SET n = n - 1 WHERE integration = OLD.integration AND shelf = OLD.shelf;
    INSERT INTO entry_counts VALUES (NEW.integration, NEW.shelf, 1) ON CONFLICT DO UPDATE SET n = n + 1;
  END;

  -- The last removal from the list, for its undo.
  CREATE TABLE removed_entries (
    id INTEGER PRIMARY KEY,
    integration TEXT NOT NULL,
    session_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    source_uri TEXT,
    source_line INTEGER,
    added_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    seen_at INTEGER,
    seen_status TEXT,
    rank REAL,
    held_at INTEGER,
    hold_note TEXT,
    checked INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE integrations (
    integration TEXT PRIMARY KEY,
    -- JSON of what Veriff granted; NULL where its documented limits hold.
    limits TEXT,
    -- The answer that stopped it: nothing more is sent by itself until the user says so.
    stopped TEXT CHECK (stopped IN ('unauthorised', 'forbidden'))
  ) STRICT;
  -- Of the whole list: whether it is paused, and which window said last that it goes on.
  CREATE TABLE switches (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  -- Deletions that were made elsewhere or may have been, entered by hand; they come in no order of time.
  CREATE INDEX attempts_elsewhere ON attempts (integration) WHERE outcome IN ('elsewhere', 'pastUnknown');
  `,
];
