-- The events, one row each, with the account's values after it. `n_not_understood` counts the account's events so far
-- that were not understood. Only grows.
CREATE TABLE transaction_history (
    position INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    version INTEGER NOT NULL,
    time INTEGER,
    type TEXT NOT NULL,
    amount INTEGER,
    balance INTEGER NOT NULL,
    overdraft_limit INTEGER NOT NULL,
    status TEXT NOT NULL,
    n_not_understood INTEGER NOT NULL,
    counterparty TEXT,
    transfer TEXT
) STRICT;

-- The positions of each account's events: the newest one up to a position is found by key, for a statement and for
-- the account at that position: in the newest block that has one. Only grows. A block is 524,288 positions of the log
-- (position >> 19), so a batch of events is written among the rows of its block, however long the log is.
CREATE TABLE account_positions (
    block INTEGER NOT NULL,
    account INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (block, account, position)
) STRICT, WITHOUT ROWID;

-- The position of the first event of each block. Only grows.
CREATE TABLE position_blocks (
    position INTEGER PRIMARY KEY
) STRICT;

-- The lines of all accounts' statements, also of events that move no money (amount NULL) or were not understood (the
-- view not_understood has their positions). Amounts are in minor units, negative if money leaves the account.
-- `transfer` is NULL for a leg without a transfer name. Times are UTC; years that ISO 8601 does not write with four
-- digits are in microseconds since 1970.
CREATE VIEW transactions (position, account, version, time, type, amount, balance, counterparty, transfer) AS
SELECT
    h.position,
    a.name,
    h.version,
    coalesce(
        strftime('%Y-%m-%dT%H:%M:%S', (h.time - (h.time % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (h.time % 1000000 + 1000000) % 1000000),
        CAST(h.time AS TEXT)
    ),
    h.type, h.amount, h.balance, h.counterparty, h.transfer
FROM transaction_history AS h
JOIN account_rows AS a ON a.id = h.account
WHERE h.position <= as_of();
