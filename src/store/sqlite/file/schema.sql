-- A store of foldback: one log of events in one SQLite file. The comments inside the statements are kept in the file,
-- so that `sqlite3 STORE .schema` explains it.

CREATE TABLE store (
  -- Which store this is: one row.
  id      TEXT    NOT NULL, -- a UUID made with the store; what is derived from the log names it
  created INTEGER NOT NULL  -- microseconds since 1970, UTC
) STRICT;

CREATE TABLE streams (
  -- The histories in the log, one thing each.
  id   INTEGER PRIMARY KEY, -- 1, 2, 3 … in the order of their first events
  name TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE sources (
  -- Where stretches of the log were imported from: a row per imported log, and one for each further mapping in it.
  id              INTEGER PRIMARY KEY,
  log             INTEGER NOT NULL REFERENCES sources (id), -- the log that it is a part of; its own id if it is the log
  name            TEXT    NOT NULL,
  -- What the log is known by: the hash of so many of its first bytes.
  beginning_bytes INTEGER NOT NULL,
  beginning_hash  TEXT    NOT NULL,
  -- How far it has been read; moves in the transaction that adds the events.
  read_bytes      INTEGER NOT NULL DEFAULT 0,
  read_hash       TEXT    NOT NULL DEFAULT '',
  read_lines      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE mappings (
  -- How the events of a source are read as ours. The newest of a source holds; the older ones stay. Every source has one.
  id     INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES sources (id),
  since  INTEGER NOT NULL, -- when it was given; microseconds since 1970, UTC
  head   INTEGER NOT NULL, -- the newest position of the log at that time
  text   TEXT,             -- the mapping file, TOML; NULL: as ours, from the beginning
  hash   BLOB    NOT NULL  -- of its link in the chain
) STRICT;

CREATE TABLE events (
  -- The log. It is only ever appended to.
  position INTEGER PRIMARY KEY, -- place in the whole log: 1, 2, 3 …
  stream   INTEGER NOT NULL REFERENCES streams (id),
  version  INTEGER NOT NULL, -- place in the stream: 1, 2, 3 …
  time     INTEGER, -- the event's own time; microseconds since 1970, UTC
  clock    INTEGER, -- the latest time up to here; NULL as long as no event had a time
  source   INTEGER REFERENCES sources (id), -- NULL: appended by a command
  place    INTEGER, -- place in the stream within the log that it was imported from: 1, 2, 3 …
  hash     BLOB    NOT NULL, -- of its link in the chain: SHA-256 over all of this and the link before it
  type     TEXT    NOT NULL,
  id       TEXT, -- NULL only for imported events that came without
  data     TEXT    NOT NULL, -- JSON, to the byte as it came
  metadata TEXT -- JSON, to the byte as it came
) STRICT;

CREATE TABLE ids (
  -- Where in the log the event with an id stands. Beside the log, so that it can be filled in the order of its keys.
  id       ANY     NOT NULL PRIMARY KEY, -- a UUID as its 16 bytes, any other id as its text
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
  -- Where in the log each event of a stream stands.
  stream   INTEGER NOT NULL,
  version  INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (stream, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE stretches (
  -- Where the events of an imported log went: from (place, version) on, a stream's next places have its next versions.
  log     INTEGER NOT NULL,
  stream  INTEGER NOT NULL,
  place   INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (log, stream, place)
) STRICT, WITHOUT ROWID;

CREATE VIEW log AS
  -- The log for people: names instead of numbers, times that can be read.
  SELECT e.position, s.name AS stream, e.version, e.type,
         strftime('%Y-%m-%dT%H:%M:%fZ', e.time / 1000000.0, 'unixepoch') AS time,
         e.data, e.metadata, e.id, f.name AS source
  FROM events e JOIN streams s ON s.id = e.stream LEFT JOIN sources f ON f.id = e.source;

-- What happened is not changed afterwards. (An INSERT OR REPLACE gets past these where recursive_triggers is off;
-- foldback switches it on.)
CREATE TRIGGER events_update    BEFORE UPDATE ON events    BEGIN SELECT raise(ABORT, 'the log is only appended to'); END;
CREATE TRIGGER events_delete    BEFORE DELETE ON events    BEGIN SELECT raise(ABORT, 'the log is only appended to'); END;
CREATE TRIGGER streams_update   BEFORE UPDATE ON streams   BEGIN SELECT raise(ABORT, 'the log is only appended to'); END;
CREATE TRIGGER streams_delete   BEFORE DELETE ON streams   BEGIN SELECT raise(ABORT, 'the log is only appended to'); END;
CREATE TRIGGER ids_update       BEFORE UPDATE ON ids       BEGIN SELECT raise(ABORT, 'the log is only appended to'); END;
CREATE TRIGGER ids_delete       BEFORE DELETE ON ids       BEGIN SELECT raise(ABORT, 'the log is only appended to'); END;
CREATE TRIGGER versions_update  BEFORE UPDATE ON versions  BEGIN SELECT raise(ABORT, 'the log is only appended to'); END;
CREATE TRIGGER versions_delete  BEFORE DELETE ON versions  BEGIN SELECT raise(ABORT, 'the log is only appended to'); END;
CREATE TRIGGER stretches_update BEFORE UPDATE ON stretches BEGIN SELECT raise(ABORT, 'the log is only appended to'); END;
CREATE TRIGGER stretches_delete BEFORE DELETE ON stretches BEGIN SELECT raise(ABORT, 'the log is only appended to'); END;
CREATE TRIGGER mappings_update  BEFORE UPDATE ON mappings  BEGIN SELECT raise(ABORT, 'older mappings stay'); END;
CREATE TRIGGER mappings_delete  BEFORE DELETE ON mappings  BEGIN SELECT raise(ABORT, 'older mappings stay'); END;
CREATE TRIGGER sources_delete   BEFORE DELETE ON sources   BEGIN SELECT raise(ABORT, 'what was imported stays known'); END;
CREATE TRIGGER store_update     BEFORE UPDATE ON store     BEGIN SELECT raise(ABORT, 'a store stays the store that it is'); END;
CREATE TRIGGER store_delete     BEFORE DELETE ON store     BEGIN SELECT raise(ABORT, 'a store stays the store that it is'); END;
