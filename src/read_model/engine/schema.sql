-- What every generation of a read model has, whatever is projected into it.

-- The log that this read model belongs to, and its generation. `aggregates` is a digest of the aggregates whose folds
-- gave the states in the rows: their names, fields and versions.
CREATE TABLE generation (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    store TEXT NOT NULL,
    id TEXT NOT NULL,
    aggregates BLOB NOT NULL
) STRICT;

-- The position of the newest event in the rows. It moves in the same transaction as the rows. `event` is a digest of
-- that event, so that another log is recognised.
CREATE TABLE checkpoint (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    position INTEGER NOT NULL,
    clock INTEGER,
    event BLOB
) STRICT;
INSERT INTO checkpoint VALUES (1, 0, NULL, NULL);

-- The mapping with which the events of each source were read. Another mapping gives other rows.
CREATE TABLE mappings (
    source INTEGER PRIMARY KEY,
    digest BLOB NOT NULL
) STRICT;

-- The versions of the projections that made the rows.
CREATE TABLE projections (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT;

-- Snapshots: states of streams, kept after every 500 events of a stream so that a fold can start there. `seal` is
-- a hash over everything that the state depends on; a row that it does not fit is ignored. Any process that folds may
-- add them, for any position of the log, also after the checkpoint. No view shows them.
CREATE TABLE snapshots (
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    seal BLOB NOT NULL,
    n_not_understood INTEGER NOT NULL,
    n_partly_understood INTEGER NOT NULL,
    newest_source INTEGER,
    state TEXT NOT NULL,
    last_set TEXT NOT NULL,
    PRIMARY KEY (stream, version)
) STRICT, WITHOUT ROWID;

-- The events that could not be projected and that a person skipped. No other row has them.
CREATE TABLE skipped_events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    type TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- The events that were skipped because they could not be projected. All other views leave them out.
CREATE VIEW skipped (position, stream, type, reason) AS
SELECT position, stream, type, reason
FROM skipped_events
WHERE position <= as_of();
