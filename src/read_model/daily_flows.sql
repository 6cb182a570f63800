-- What came and went on each day in each currency, as of the checkpoint: deposits, withdrawals, and the legs of transfers.
-- `day` counts the days since 1970-01-01, UTC; -8388608 is for what happened before the log had any time. `currency` is ''
-- for accounts that count in plain units. Sums are integers where 64 bits hold them, and otherwise the exact decimal
-- number as text.
CREATE TABLE daily_flow_rows (
    day INTEGER NOT NULL,
    currency TEXT NOT NULL,
    inflow ANY NOT NULL,
    outflow ANY NOT NULL,
    transferred_in ANY NOT NULL,
    transferred_out ANY NOT NULL,
    n_transactions INTEGER NOT NULL,
    PRIMARY KEY (day, currency)
) STRICT, WITHOUT ROWID;

-- The same after each event that moved money. Only grows: a row an event.
CREATE TABLE daily_flow_history (
    day INTEGER NOT NULL,
    currency TEXT NOT NULL,
    position INTEGER NOT NULL,
    inflow ANY NOT NULL,
    outflow ANY NOT NULL,
    transferred_in ANY NOT NULL,
    transferred_out ANY NOT NULL,
    n_transactions INTEGER NOT NULL,
    PRIMARY KEY (day, currency, position)
) STRICT, WITHOUT ROWID;

-- What came and went on each day (YYYY-MM-DD, UTC) in each currency, in minor units: inflow is what was deposited,
-- outflow what was withdrawn (both as they stand in the events, so mostly above zero), transferred_in and transferred_out
-- are the legs of transfers, n_transactions counts all four. The day is that of the event's own time, or of the clock
-- where it has none, and NULL before the log has any time. The currency is the one that the account had at the event, NULL
-- for plain units. Over all rows, inflow - outflow + transferred_in - transferred_out is the sum of all balances.
CREATE VIEW daily_flows (day, currency, inflow, outflow, transferred_in, transferred_out, n_transactions) AS
SELECT
    -- Of years that ISO 8601 does not write with four digits: in days since 1970.
    CASE day WHEN -8388608 THEN NULL ELSE coalesce(date(day * 86400, 'unixepoch'), CAST(day AS TEXT)) END,
    nullif(currency, ''),
    inflow, outflow, transferred_in, transferred_out, n_transactions
FROM (
    SELECT * FROM daily_flow_rows
    WHERE is_at_checkpoint()
    UNION ALL
    -- Which days there are is found in the rows, what they were then by key: CROSS JOIN keeps that order.
    SELECT h.day, h.currency, h.inflow, h.outflow, h.transferred_in, h.transferred_out, h.n_transactions
    FROM daily_flow_rows AS r CROSS JOIN daily_flow_history AS h
    WHERE NOT is_at_checkpoint() AND h.day = r.day AND h.currency = r.currency AND h.position = (
        SELECT max(newest.position) FROM daily_flow_history AS newest
        WHERE newest.day = r.day AND newest.currency = r.currency AND newest.position <= as_of()
    )
);
