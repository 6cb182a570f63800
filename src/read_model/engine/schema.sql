-- What every generation of a read model has, whatever is projected into it.

-- Whose read model this is, and which generation of it.
CREATE TABLE generation (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    store TEXT NOT NULL,
    id TEXT NOT NULL
) STRICT;

-- The newest event that is in the rows. It moves in the same transaction as the rows that it vouches for. `event` is a
-- digest of that event, by which a log that went another way is told from the one that was projected.
CREATE TABLE checkpoint (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    position INTEGER NOT NULL,
    clock INTEGER,
    event BLOB
) STRICT;
INSERT INTO checkpoint VALUES (1, 0, NULL, NULL);

-- By which mapping the events of each source were read: with another one they would have become other rows.
CREATE TABLE mappings (
    source INTEGER PRIMARY KEY,
    digest BLOB NOT NULL
) STRICT;

-- By which versions of the projections the rows were made, and of the fold that they read events with (`fold`).
CREATE TABLE projections (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT;

-- States of accounts as they were, kept after every so many of an account's events so that a fold can start there. `seal`
-- is a hash over all that the state depends on: a row that it does not fit is not used. Made by whoever folds, for any
-- position of the log, also beyond the checkpoint; no view shows them.
CREATE TABLE snapshots (
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    seal BLOB NOT NULL,
    owner TEXT,
    currency TEXT,
    balance INTEGER NOT NULL,
    overdraft_limit INTEGER NOT NULL,
    status TEXT NOT NULL,
    n_not_understood INTEGER NOT NULL,
    n_partly_understood INTEGER NOT NULL,
    newest_source INTEGER,
    owner_set INTEGER NOT NULL,
    status_set INTEGER NOT NULL,
    currency_set INTEGER NOT NULL,
    balance_set INTEGER NOT NULL,
    overdraft_limit_set INTEGER NOT NULL,
    PRIMARY KEY (stream, version)
) STRICT, WITHOUT ROWID;

-- The events that could not be projected and that a person let the projector skip: no row knows of them.
CREATE TABLE skipped_events (
    position INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    type TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- The events that were skipped because they could not be projected: all other views are as if they had not happened.
CREATE VIEW skipped (position, account, type, reason) AS
SELECT position, account, type, reason
FROM skipped_events
WHERE position <= as_of();
