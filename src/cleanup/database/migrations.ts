/**
 * The schema in numbered steps: step n migrates a database of version n to version n + 1, inside a transaction. A
 * released step is never edited; a change is a new step.
 *
 * Times are epoch ms of the wall clock (`…_at`, for people) or readings of the database's clock (`…_ms`, for the
 * limits). The file holds no credentials: of an API key it has only the SHA-256.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE entries (
    -- Never reused: a late answer or a stored id of a removed entry must not affect another session.
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
    -- Never reused either: an answer may come after its row was deleted.
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
  -- The consent, separate from the state: an entry that was looked up or has waited is sent only if it still has one.
  ALTER TABLE entries ADD COLUMN confirmed_at INTEGER;
  UPDATE entries SET confirmed_at = changed_at WHERE state <> 'listed';
  -- Its position in the queue if the user moved it; if NULL, its id counts.
  ALTER TABLE entries ADD COLUMN rank REAL;
  ALTER TABLE entries ADD COLUMN held_at INTEGER;
  ALTER TABLE entries ADD COLUMN hold_note TEXT;
  ALTER TABLE entries ADD COLUMN checked INTEGER NOT NULL DEFAULT 1 CHECK (checked IN (0, 1));
  -- The status that Veriff gave when a look-up last found the session.
  ALTER TABLE entries ADD COLUMN seen_status TEXT;
  -- How often Veriff answered "blocked" since it was confirmed, how often it was looked up without an answer since it
  -- is unknown, and the wait that follows, from a moment on. Without a wait, it is not retried or looked up
  -- automatically.
  ALTER TABLE entries ADD COLUMN blocks INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE entries ADD COLUMN look_ups INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE entries ADD COLUMN wait_ms REAL;
  ALTER TABLE entries ADD COLUMN wait_from_uptime_ms REAL;
  ALTER TABLE entries ADD COLUMN wait_from_server_at INTEGER;
  -- Entries that were left without an answer are looked up as soon as a runner starts.
  UPDATE entries SET wait_ms = 0, wait_from_uptime_ms = 0 WHERE state = 'unknown';
  ALTER TABLE entries ADD COLUMN shelf TEXT NOT NULL GENERATED ALWAYS AS (CASE
    WHEN state = 'sending' THEN 'sending'
    WHEN state IN ('deleted', 'gone') THEN 'done'
    WHEN state = 'failed' OR (state = 'unknown' AND look_ups > 0) OR (state = 'blocked' AND wait_ms IS NULL) THEN 'needsYou'
    WHEN held_at IS NOT NULL THEN 'held'
    WHEN state = 'confirmed' THEN 'queue'
    WHEN state = 'listed' THEN 'listed'
    ELSE 'later' END) VIRTUAL;
  -- Waiting entries are in the order of the queue, all others with the latest first.
  ALTER TABLE entries ADD COLUMN place REAL NOT NULL GENERATED ALWAYS AS (CASE
    WHEN state IN ('listed', 'confirmed') OR held_at IS NOT NULL THEN coalesce(rank, id)
    ELSE -changed_at END) VIRTUAL;
  DROP INDEX entries_by_state;
  CREATE INDEX entries_by_shelf ON entries (integration, shelf, place);
  CREATE INDEX entries_waiting ON entries (integration) WHERE wait_ms IS NOT NULL;
  CREATE INDEX entries_unchecked ON entries (integration) WHERE checked = 0;

  -- Updated with each change: to count 100,000 rows for each refresh of the view would be noticeable.
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

  -- The last removal from the list, kept for its undo.
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
    -- JSON of the limits that Veriff granted; NULL if the documented limits apply.
    limits TEXT,
    -- The answer that stopped it: nothing more is sent automatically until the user resumes.
    stopped TEXT CHECK (stopped IN ('unauthorised', 'forbidden'))
  ) STRICT;
  -- For the whole list: whether it is paused, and which window last announced that it resumes.
  CREATE TABLE switches (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  -- Deletions that were made elsewhere, or may have been. They are entered by hand, so their times are in no order.
  CREATE INDEX attempts_elsewhere ON attempts (integration) WHERE outcome IN ('elsewhere', 'pastUnknown');
  `,
  `
  -- A consent names one session of one integration. The tables get new names, so that a window that still runs older
  -- code fails at its next statement. Whatever was confirmed before has to be confirmed again.

  -- Which list this is, and a number that grows when something is taken back or reserved on it. SecretStorage has both
  -- too, so that an older copy of the file is recognised.
  CREATE TABLE list (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id TEXT NOT NULL,
    generation INTEGER NOT NULL DEFAULT 0,
    -- The stored mark by which this file was recognised as an older copy, so that it is judged only once.
    judged_mark TEXT,
    -- The clock reading up to which it is unknown what was sent: all slots of every API key count as used then.
    unknown_past_ms REAL
  ) STRICT;
  -- A random name for each generation: an older copy that is written to also counts on, but with other names.
  CREATE TABLE marks (generation INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
  CREATE TRIGGER generation_began AFTER UPDATE OF generation ON list BEGIN
    INSERT OR REPLACE INTO marks VALUES (NEW.generation, lower(hex(randomblob(8))));
  END;
  INSERT INTO marks VALUES (0, lower(hex(randomblob(8))));
  INSERT INTO list (one, id) VALUES (1, lower(hex(randomblob(16))));

  -- The database's clock: ms that have passed for certain. Attempts of version 2 get the smaller of the ages that the
  -- wall clock and Veriff's dates give, or 0 if one of them is missing.
  CREATE TABLE clock (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    passed_ms REAL NOT NULL,
    boot TEXT NOT NULL,
    uptime_ms REAL NOT NULL,
    wall_at REAL NOT NULL
  ) STRICT;
  CREATE TABLE server_dates (
    host TEXT PRIMARY KEY,
    -- JSON array of at most three numbers: date minus uptime, of the last signed answers since the machine started.
    offsets TEXT NOT NULL,
    -- The end of an earlier boot: the clock reading, the wall clock, and the latest that the server's time can have
    -- been.
    anchor_passed_ms REAL,
    anchor_wall_at REAL,
    anchor_server_at REAL
  ) STRICT;

  -- Keyed by a hash so far; only the secrets show which integration a hash belongs to, see Integrations.add.
  ALTER TABLE integrations RENAME TO old_integrations;
  CREATE TABLE integrations (
    -- New each time base URL, API key, or TEST or LIVE changes.
    id TEXT PRIMARY KEY,
    -- The number of its key in SecretStorage.
    slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 50),
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('TEST', 'LIVE')),
    base_url TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    is_sandbox INTEGER NOT NULL CHECK (is_sandbox IN (0, 1)),
    -- The answer that stopped it: nothing more is sent automatically until the user resumes.
    stopped TEXT CHECK (stopped IN ('unauthorised', 'forbidden', 'notEnabled', 'accessRefused')),
    stored_at INTEGER NOT NULL,
    ended_at INTEGER,
    -- The integration that took over its open entries.
    replaced_by TEXT REFERENCES integrations (id)
  ) STRICT;
  CREATE UNIQUE INDEX integrations_living_key ON integrations (key_hash) WHERE ended_at IS NULL;
  CREATE UNIQUE INDEX integrations_living_slot ON integrations (slot) WHERE ended_at IS NULL;

  -- The rate limit belongs to the API key: the limits that Veriff granted it, and the past of the keys it replaced.
  CREATE TABLE quota_keys (
    key_hash TEXT PRIMARY KEY,
    -- JSON; NULL if the documented limits apply.
    limits TEXT
  ) STRICT;
  CREATE TABLE inherited_pasts (
    key_hash TEXT NOT NULL,
    from_key_hash TEXT NOT NULL,
    last_attempt INTEGER NOT NULL,
    PRIMARY KEY (key_hash, from_key_hash)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO quota_keys SELECT integration, limits FROM old_integrations WHERE limits IS NOT NULL;

  -- One row for each dialog that was agreed to, with what it named; one consent for each session that it named.
  CREATE TABLE agreements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    integration TEXT NOT NULL REFERENCES integrations (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    base_url TEXT NOT NULL,
    sessions INTEGER NOT NULL,
    given_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE consents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    agreement INTEGER NOT NULL REFERENCES agreements (id),
    session_id TEXT NOT NULL,
    ended_at INTEGER,
    ended_by TEXT
  ) STRICT;
  CREATE INDEX consents_alive ON consents (agreement) WHERE ended_at IS NULL;

  CREATE TABLE list_entries (
    -- Never reused: a late answer or a stored id of a removed entry must not affect another session.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    integration TEXT NOT NULL,
    session_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
      ('listed', 'confirmed', 'sending', 'deleted', 'notFound', 'blocked', 'failed', 'unknown')),
    reason TEXT,
    -- The consent that is alive, if any.
    consent INTEGER REFERENCES consents (id),
    source_uri TEXT,
    source_line INTEGER,
    added_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    -- Grows with each change of state, consent or integration, so that an answer to an older question is recognised.
    revision INTEGER NOT NULL DEFAULT 0,
    -- When a look-up by this integration last found it, its status then, and the newest attempt at that time.
    seen_at INTEGER,
    seen_status TEXT,
    seen_attempt INTEGER,
    -- Its position in the queue if the user moved it; if NULL, its id counts.
    rank REAL,
    held_at INTEGER,
    hold_note TEXT,
    checked INTEGER NOT NULL DEFAULT 1 CHECK (checked IN (0, 1)),
    blocks INTEGER NOT NULL DEFAULT 0,
    look_ups INTEGER NOT NULL DEFAULT 0,
    -- The clock reading at which it is retried or looked up automatically; NULL if it is not.
    wait_until_ms REAL,
    entry_group TEXT NOT NULL GENERATED ALWAYS AS (CASE
      WHEN state = 'sending' THEN 'sending'
      WHEN state = 'deleted' THEN 'done'
      WHEN state = 'notFound' THEN 'notFound'
      WHEN state = 'failed' OR (state = 'unknown' AND look_ups > 0) OR (state = 'blocked' AND wait_until_ms IS NULL) THEN 'needsYou'
      WHEN held_at IS NOT NULL THEN 'held'
      WHEN state = 'confirmed' THEN 'queue'
      WHEN state = 'listed' THEN 'listed'
      ELSE 'later' END) VIRTUAL,
    -- Waiting entries are in the order of the queue, all others with the latest first.
    place REAL NOT NULL GENERATED ALWAYS AS (CASE
      WHEN state IN ('listed', 'confirmed') OR held_at IS NOT NULL THEN coalesce(rank, id)
      ELSE -changed_at END) VIRTUAL,
    UNIQUE (integration, session_id),
    CHECK (state NOT IN ('confirmed', 'blocked') OR consent IS NOT NULL),
    CHECK (consent IS NULL OR (held_at IS NULL AND state NOT IN ('listed', 'deleted', 'notFound', 'failed')))
  ) STRICT;
  INSERT INTO list_entries (id, integration, session_id, state, reason, source_uri, source_line, added_at, changed_at,
      seen_at, seen_status, rank, held_at, hold_note, checked, look_ups, wait_until_ms)
    SELECT id, integration, session_id, CASE state WHEN 'confirmed' THEN 'listed' WHEN 'blocked' THEN 'listed'
        WHEN 'gone' THEN 'notFound' ELSE state END,
      reason, source_uri, source_line, added_at, changed_at, seen_at, seen_status, rank, held_at, hold_note, checked,
      look_ups, CASE state WHEN 'unknown' THEN 0 END
    FROM entries;
  -- Reported once: the update has ended these consents.
  INSERT INTO switches SELECT 'unconfirmedByUpdate', count(*) FROM entries
    WHERE confirmed_at IS NOT NULL AND state IN ('confirmed', 'blocked', 'unknown') HAVING count(*) > 0;
  ALTER TABLE entry_counts RENAME COLUMN shelf TO entry_group;
  DELETE FROM entry_counts;
  INSERT INTO entry_counts SELECT integration, entry_group, count(*) FROM list_entries GROUP BY integration, entry_group;
  DELETE FROM sqlite_sequence WHERE name = 'list_entries';
  INSERT INTO sqlite_sequence SELECT 'list_entries', seq FROM sqlite_sequence WHERE name = 'entries';

  CREATE TABLE deletion_attempts (
    -- Never reused either: an answer may come after its row was deleted.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    integration TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    session_id TEXT NOT NULL,
    entry_id INTEGER REFERENCES list_entries (id) ON DELETE SET NULL,
    consent INTEGER,
    owner TEXT NOT NULL,
    reserved_at INTEGER NOT NULL,
    reserved_ms REAL NOT NULL,
    seen_dead_ms REAL,
    counts INTEGER NOT NULL DEFAULT 1,
    settled_at INTEGER,
    settled_ms REAL,
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
  INSERT INTO deletion_attempts (id, integration, key_hash, session_id, entry_id, owner, reserved_at, reserved_ms, counts,
      settled_at, settled_ms, duration_ms, server_at, status, code, signature, outcome, reason, limited_streak, park_ms)
    SELECT id, integration, integration, session_id, entry_id, owner, reserved_at, 0, counts, settled_at,
      CASE WHEN settled_uptime_ms IS NOT NULL THEN -max(0, min(
        1000 * unixepoch('subsec') - settled_at,
        coalesce((SELECT times.server_at FROM server_times AS times WHERE times.integration = attempts.integration)
          - server_at - 1000, 0))) END,
      duration_ms, server_at, status, code, signature, CASE outcome WHEN 'gone' THEN 'notFound' ELSE outcome END,
      reason, limited_streak, park_ms
    FROM attempts WHERE coalesce(outcome, '') <> 'pastUnknown';
  UPDATE list SET unknown_past_ms = 0 WHERE EXISTS (SELECT 1 FROM attempts WHERE outcome = 'pastUnknown');
  DELETE FROM sqlite_sequence WHERE name = 'deletion_attempts';
  INSERT INTO sqlite_sequence SELECT 'deletion_attempts', seq FROM sqlite_sequence WHERE name = 'attempts';
  DROP TABLE attempts;
  DROP TABLE entries;
  DROP TABLE server_times;
  ALTER TABLE removed_entries ADD COLUMN was_agreed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE removed_entries ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
  UPDATE removed_entries SET state = 'notFound' WHERE state = 'gone';

  -- The entries that the user wants to have looked up, which takes a while and continues after a restart.
  CREATE TABLE wanted_look_ups (entry_id INTEGER PRIMARY KEY, session_id TEXT NOT NULL) STRICT;

  CREATE INDEX entries_by_group ON list_entries (integration, entry_group, place);
  CREATE INDEX entries_waiting ON list_entries (integration) WHERE wait_until_ms IS NOT NULL;
  CREATE INDEX entries_unchecked ON list_entries (integration) WHERE checked = 0;
  CREATE INDEX entries_by_consent ON list_entries (consent) WHERE consent IS NOT NULL;
  CREATE INDEX attempts_counting ON deletion_attempts (key_hash, id) WHERE counts = 1;
  CREATE INDEX attempts_out ON deletion_attempts (key_hash) WHERE settled_ms IS NULL;
  CREATE INDEX attempts_of_entry ON deletion_attempts (entry_id) WHERE entry_id IS NOT NULL;
  -- Deletions that were made elsewhere. They are entered by hand, so their times are in no order.
  CREATE INDEX attempts_elsewhere ON deletion_attempts (key_hash) WHERE outcome = 'elsewhere';

  CREATE TRIGGER entry_came AFTER INSERT ON list_entries BEGIN
    INSERT INTO entry_counts VALUES (NEW.integration, NEW.entry_group, 1) ON CONFLICT DO UPDATE SET n = n + 1;
  END;
  CREATE TRIGGER entry_went AFTER DELETE ON list_entries BEGIN
    UPDATE entry_counts SET n = n - 1 WHERE integration = OLD.integration AND entry_group = OLD.entry_group;
  END;
  CREATE TRIGGER entry_moved AFTER UPDATE ON list_entries
  WHEN OLD.entry_group <> NEW.entry_group OR OLD.integration <> NEW.integration BEGIN
    UPDATE entry_counts SET n = n - 1 WHERE integration = OLD.integration AND entry_group = OLD.entry_group;
    INSERT INTO entry_counts VALUES (NEW.integration, NEW.entry_group, 1) ON CONFLICT DO UPDATE SET n = n + 1;
  END;

  -- When a consent ends, for whatever reason, its entry leaves the queue. An ended consent is never revived.
  CREATE TRIGGER consent_ended AFTER UPDATE OF ended_at ON consents WHEN OLD.ended_at IS NULL BEGIN
    UPDATE list_entries SET
      consent = NULL, revision = revision + 1, changed_at = NEW.ended_at, blocks = 0,
      wait_until_ms = CASE state WHEN 'blocked' THEN NULL ELSE wait_until_ms END,
      state = CASE WHEN state IN ('confirmed', 'blocked') THEN 'listed' ELSE state END
    WHERE consent = NEW.id;
    UPDATE list SET generation = generation + 1;
  END;
  CREATE TRIGGER consent_stays_ended BEFORE UPDATE ON consents WHEN OLD.ended_at IS NOT NULL BEGIN
    SELECT raise(ABORT, 'a consent that has ended stays ended');
  END;
  CREATE TRIGGER integration_stays_ended BEFORE UPDATE OF id, kind, base_url, key_hash, ended_at ON integrations
  WHEN OLD.ended_at IS NOT NULL OR OLD.id <> NEW.id OR OLD.kind <> NEW.kind OR OLD.base_url <> NEW.base_url
    OR OLD.key_hash <> NEW.key_hash BEGIN
    SELECT raise(ABORT, 'what a consent names never changes');
  END;
  CREATE TRIGGER entry_goes BEFORE DELETE ON list_entries WHEN OLD.consent IS NOT NULL BEGIN
    SELECT raise(ABORT, 'the consent of an entry ends before the entry goes');
  END;
  -- When an integration ends, its consents end.
  CREATE TRIGGER integration_ended AFTER UPDATE OF ended_at ON integrations WHEN OLD.ended_at IS NULL BEGIN
    UPDATE consents SET ended_at = NEW.ended_at, ended_by = 'integrationEnded'
    WHERE ended_at IS NULL AND agreement IN (SELECT id FROM agreements WHERE integration = NEW.id);
    UPDATE list SET generation = generation + 1;
  END;
  CREATE TRIGGER slot_reserved AFTER INSERT ON deletion_attempts BEGIN
    UPDATE list SET generation = generation + 1;
  END;
  CREATE TRIGGER slot_settled AFTER UPDATE OF settled_ms ON deletion_attempts WHEN OLD.settled_ms IS NULL BEGIN
    UPDATE list SET generation = generation + 1;
  END;
  CREATE TRIGGER integration_stored AFTER INSERT ON integrations BEGIN
    UPDATE list SET generation = generation + 1;
  END;

  -- An older copy of the file must not undo a pause, a stop or a limit either, so each of them is a new generation.
  CREATE TRIGGER pause_written AFTER INSERT ON switches WHEN NEW.name = 'paused' BEGIN
    UPDATE list SET generation = generation + 1;
  END;
  CREATE TRIGGER stop_written AFTER UPDATE OF stopped ON integrations WHEN NEW.stopped IS NOT NULL BEGIN
    UPDATE list SET generation = generation + 1;
  END;
  CREATE TRIGGER limits_written AFTER INSERT ON quota_keys BEGIN
    UPDATE list SET generation = generation + 1;
  END;
  CREATE TRIGGER limits_changed AFTER UPDATE OF limits ON quota_keys BEGIN
    UPDATE list SET generation = generation + 1;
  END;

  -- For readers: each entry with the id of its list and the time at which it was agreed to.
  CREATE VIEW current_entries AS
    SELECT list_entries.*, (SELECT id FROM list) AS list,
      (SELECT given_at FROM agreements WHERE id = (SELECT agreement FROM consents WHERE id = list_entries.consent)) AS confirmed_at
    FROM list_entries;
  `,
];
