-- The transfers: the position of the leg that came first, and the currency of its account, one row each. Only grows.
CREATE TABLE transfer_history (
    position INTEGER PRIMARY KEY,
    is_sent INTEGER NOT NULL,
    currency TEXT
) STRICT;

-- The position of the second leg of the transfer whose first leg is at `first`, and the currency of its account. Only
-- grows. A leg without a row here has no transfer name, or its other leg is missing or still to come.
CREATE TABLE transfer_completion_history (
    first INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,
    currency TEXT
) STRICT;

-- The legs whose other leg has not come yet, by the name of the transfer.
CREATE TABLE open_transfer_legs (
    transfer TEXT NOT NULL,
    is_sent INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (transfer, is_sent, position)
) STRICT, WITHOUT ROWID;

-- The transfers, both legs in one row. A leg belongs to the earliest open leg of the other direction with the same
-- transfer name. A leg without a transfer name belongs to no other and has a row of its own. `amount` is what was
-- sent (or received, if nothing was sent), in minor units of `currency`. `time` is that of the first leg. `state` is
-- complete, not received, not sent, unnamed (the leg has no transfer name, so its other leg cannot be found),
-- accounts differ (the legs do not name each other's accounts), currencies differ, or amounts differ.
CREATE VIEW transfers
    (transfer, sender, receiver, currency, amount, sent_position, received_position, time, state) AS
SELECT
    f.transfer,
    iif(h.is_sent, f.account, coalesce(b.name, f.counterparty)),
    iif(h.is_sent, coalesce(b.name, f.counterparty), f.account),
    iif(h.is_sent OR c.position IS NULL, h.currency, c.currency),
    iif(h.is_sent, -f.amount, coalesce(-s.amount, f.amount)),
    iif(h.is_sent, h.position, c.position),
    iif(h.is_sent, c.position, h.position),
    f.time,
    CASE
        WHEN f.transfer IS NULL THEN 'unnamed'
        WHEN c.position IS NULL THEN iif(h.is_sent, 'not received', 'not sent')
        WHEN NOT (is_same_name(f.account, s.counterparty) AND is_same_name(f.counterparty, b.name))
            THEN 'accounts differ'
        WHEN h.currency IS NOT c.currency THEN 'currencies differ'
        WHEN f.amount + s.amount <> 0 THEN 'amounts differ'
        ELSE 'complete'
    END
FROM transfer_history AS h
JOIN transactions AS f ON f.position = h.position
LEFT JOIN transfer_completion_history AS c ON c.first = h.position AND c.position <= as_of()
LEFT JOIN transaction_history AS s ON s.position = c.position
LEFT JOIN account_rows AS b ON b.id = s.account
WHERE h.position <= as_of();
