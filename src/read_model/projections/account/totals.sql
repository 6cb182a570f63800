-- The sum of all balances of a currency at the checkpoint, and the number of accounts. `currency` is '' for accounts
-- without one. `balance` is an integer if 64 bits hold it, and otherwise the exact decimal number as text.
CREATE TABLE total_rows (
    currency TEXT PRIMARY KEY,
    balance ANY NOT NULL,
    n_accounts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The same from a position on. Only grows: a row for each currency whose total an event changed.
CREATE TABLE total_history (
    currency TEXT NOT NULL,
    position INTEGER NOT NULL,
    balance ANY NOT NULL,
    n_accounts INTEGER NOT NULL,
    PRIMARY KEY (currency, position)
) STRICT, WITHOUT ROWID;

-- The sum of all balances of a currency in minor units (text if 64 bits do not hold it), and the number of accounts.
-- Closed accounts are counted. Streams without any event of an account (status none) are not.
CREATE VIEW totals (currency, balance, n_accounts) AS
SELECT nullif(currency, ''), balance, n_accounts
FROM total_rows
WHERE n_accounts > 0 AND is_at_checkpoint()
UNION ALL
SELECT nullif(h.currency, ''), h.balance, h.n_accounts
FROM total_rows AS t
-- In this order: which totals there are is found in the rows, what they were then by key.
CROSS JOIN total_history AS h ON h.currency = t.currency AND h.position = (
    SELECT max(e.position) FROM total_history AS e WHERE e.currency = t.currency AND e.position <= as_of()
)
WHERE h.n_accounts > 0 AND NOT is_at_checkpoint();
