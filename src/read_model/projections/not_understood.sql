-- The events that were not understood, and which reason each has. `n` counts them up to here, so that their number as of any
-- position is found by key. Only grows.
CREATE TABLE not_understood_events (
    position INTEGER PRIMARY KEY,
    n INTEGER NOT NULL,
    reason INTEGER NOT NULL
) STRICT;

-- The same of the events that were understood but for a text (an owner, a note …) that is left out.
CREATE TABLE partly_understood_events (
    position INTEGER PRIMARY KEY,
    n INTEGER NOT NULL,
    reason INTEGER NOT NULL
) STRICT;

-- Why events were not understood, or only in part: each reason once, in the order in which the log first gave it. Reasons beyond the first
-- 1,000 share the row 0.
CREATE TABLE not_understood_reasons (
    id INTEGER PRIMARY KEY,
    reason TEXT NOT NULL
) STRICT;

-- The events that were not understood: they count in their account's version and n_not_understood, and changed nothing else.
-- Where the reason begins with `in part: `, only the text that it names is left out: such an event counts in no n_not_understood.
-- (Events that a person let the projector skip are in `skipped`.) A reason has 200 characters at most; after 1,000 different
-- ones `foldback state ACCOUNT --at POSITION` gives it.
CREATE VIEW not_understood (position, account, type, reason) AS
SELECT e.position, a.name, h.type, r.reason
FROM not_understood_events AS e
-- In this order: each part of an event is found by key.
CROSS JOIN transaction_history AS h ON h.position = e.position
CROSS JOIN account_rows AS a ON a.id = h.account
CROSS JOIN not_understood_reasons AS r ON r.id = e.reason
WHERE e.position <= as_of()
UNION ALL
SELECT e.position, a.name, h.type, r.reason
FROM partly_understood_events AS e
CROSS JOIN transaction_history AS h ON h.position = e.position
CROSS JOIN account_rows AS a ON a.id = h.account
CROSS JOIN not_understood_reasons AS r ON r.id = e.reason
WHERE e.position <= as_of();
