-- The accounts as they are at the checkpoint, one row each. `id` counts them in the order of their first events.
CREATE TABLE account_rows (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    owner TEXT,
    currency TEXT,
    balance INTEGER NOT NULL,
    overdraft_limit INTEGER NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT;

-- Whose an account is and what it counts in, from a position on. Only grows: a row whenever either changes.
CREATE TABLE account_detail_history (
    account INTEGER NOT NULL,
    position INTEGER NOT NULL,
    owner TEXT,
    currency TEXT,
    PRIMARY KEY (account, position)
) STRICT, WITHOUT ROWID;

-- The accounts. Amounts are in minor units of the currency; an account without one counts in plain units. The status
-- is open, frozen or closed, or none for a stream that holds no event of an account.
CREATE VIEW accounts (account, owner, currency, balance, overdraft_limit, status, version, position) AS
SELECT name, owner, currency, balance, overdraft_limit, status, version, position
FROM account_rows;
