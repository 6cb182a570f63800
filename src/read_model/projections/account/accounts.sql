-- The accounts at the checkpoint, one row each. `id` numbers them by their first events. `n_not_understood` counts
-- the events of an account that were not understood and changed nothing; `n_partly_understood` counts those that
-- count without one of their texts. `newest_source` is the newest of the imported logs that they came from. `…_set`
-- is the position of the event that last changed a value, or 0.
CREATE TABLE account_rows (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    owner TEXT,
    currency TEXT,
    balance INTEGER NOT NULL,
    overdraft_limit INTEGER NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    n_not_understood INTEGER NOT NULL,
    n_partly_understood INTEGER NOT NULL,
    newest_source INTEGER,
    owner_set INTEGER NOT NULL,
    status_set INTEGER NOT NULL,
    currency_set INTEGER NOT NULL,
    balance_set INTEGER NOT NULL,
    overdraft_limit_set INTEGER NOT NULL
) STRICT;

-- The owner and the currency of an account, from a position on. Only grows: a row whenever either changes.
CREATE TABLE account_detail_history (
    account INTEGER NOT NULL,
    position INTEGER NOT NULL,
    owner TEXT,
    currency TEXT,
    PRIMARY KEY (account, position)
) STRICT, WITHOUT ROWID;

-- The accounts. Amounts are in minor units of the currency; an account without a currency counts in plain units.
-- `status` is open, frozen or closed, or none for a stream without any event of an account. `version` counts all
-- events of the account. `n_not_understood` counts those that were not understood: the other values leave them out,
-- and the view not_understood lists them.
CREATE VIEW accounts (account, owner, currency, balance, overdraft_limit, status, version, position, n_not_understood) AS
SELECT name, owner, currency, balance, overdraft_limit, status, version, position, n_not_understood
FROM account_rows
WHERE is_at_checkpoint()
UNION ALL
SELECT a.name, d.owner, d.currency, h.balance, h.overdraft_limit, h.status, h.version, h.position,
    h.n_not_understood
FROM account_rows AS a
CROSS JOIN transaction_history AS h ON h.position = (
    SELECT p.position FROM position_blocks AS b
    CROSS JOIN account_positions AS p ON p.block = b.position >> 19 AND p.account = a.id AND p.position <= as_of()
    WHERE b.position <= as_of() ORDER BY b.position DESC, p.position DESC LIMIT 1
)
LEFT JOIN account_detail_history AS d ON d.account = a.id AND d.position = (
    SELECT max(e.position) FROM account_detail_history AS e WHERE e.account = a.id AND e.position <= as_of()
)
WHERE NOT is_at_checkpoint();
