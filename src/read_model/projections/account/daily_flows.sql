-- The money that moved on each day in each currency, as of the checkpoint, one row for each kind of flow: inflow
-- (deposits, and withdrawals below zero), outflow (the opposite), transferred_in and transferred_out (the legs of
-- transfers, likewise). No amount is below zero. `id` numbers the rows by their first events. `day` counts days since
-- 1970-01-01, UTC; -8388608 is for events before the log had any time. `currency` is '' for accounts that count in
-- plain units. `amount` is an integer if 64 bits hold it, and otherwise the exact decimal number as text.
CREATE TABLE daily_flow_rows (
    id INTEGER PRIMARY KEY,
    day INTEGER NOT NULL,
    currency TEXT NOT NULL,
    flow TEXT NOT NULL,
    amount ANY NOT NULL,
    n_transactions INTEGER NOT NULL,
    UNIQUE (day, currency, flow)
) STRICT;

-- The amount after each event that added to it. Only grows: a row for each event that moved money.
CREATE TABLE daily_flow_history (
    flow INTEGER NOT NULL,
    position INTEGER NOT NULL,
    amount ANY NOT NULL,
    n_transactions INTEGER NOT NULL,
    PRIMARY KEY (flow, position)
) STRICT, WITHOUT ROWID;

-- The money that moved on each day (YYYY-MM-DD, UTC) in each currency, in minor units, never below zero. inflow is
-- deposits, outflow is withdrawals; a deposit below zero is an outflow, a withdrawal below zero an inflow.
-- transferred_in and transferred_out are the legs of transfers. n_transactions counts all four. The day is that of
-- the event's own time, or of the clock if the event has no time, and NULL before the log has any time. The currency
-- is the account's at that event, NULL for plain units. Over all rows, inflow - outflow + transferred_in -
-- transferred_out is the sum of all balances.
CREATE VIEW daily_flows (day, currency, inflow, outflow, transferred_in, transferred_out, n_transactions) AS
SELECT
    -- Of years that ISO 8601 does not write with four digits: in days since 1970.
    CASE day WHEN -8388608 THEN NULL ELSE coalesce(date(day * 86400, 'unixepoch'), CAST(day AS TEXT)) END,
    nullif(currency, ''),
    coalesce(max(CASE flow WHEN 'inflow' THEN amount END), 0),
    coalesce(max(CASE flow WHEN 'outflow' THEN amount END), 0),
    coalesce(max(CASE flow WHEN 'transferred_in' THEN amount END), 0),
    coalesce(max(CASE flow WHEN 'transferred_out' THEN amount END), 0),
    sum(n_transactions)
FROM (
    SELECT day, currency, flow, amount, n_transactions FROM daily_flow_rows
    WHERE is_at_checkpoint()
    UNION ALL
    -- Which flows there are is found in the rows, what they were then by key: CROSS JOIN keeps that order.
    SELECT r.day, r.currency, r.flow, h.amount, h.n_transactions
    FROM daily_flow_rows AS r CROSS JOIN daily_flow_history AS h
    WHERE NOT is_at_checkpoint() AND h.flow = r.id AND h.position = (
        SELECT max(newest.position) FROM daily_flow_history AS newest
        WHERE newest.flow = r.id AND newest.position <= as_of()
    )
)
GROUP BY day, currency;
