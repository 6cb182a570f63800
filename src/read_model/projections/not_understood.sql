-- The events that were not understood, each with its reason. `n` numbers them, so that their count up to any position
-- is found by key. Only grows.
CREATE TABLE not_understood_events (
    position INTEGER PRIMARY KEY,
    n INTEGER NOT NULL,
    stream TEXT NOT NULL,
    type TEXT NOT NULL,
    reason INTEGER NOT NULL
) STRICT;

-- The same for partly understood events: they count without one of their texts, such as a note.
CREATE TABLE partly_understood_events (
    position INTEGER PRIMARY KEY,
    n INTEGER NOT NULL,
    stream TEXT NOT NULL,
    type TEXT NOT NULL,
    reason INTEGER NOT NULL
) STRICT;

-- The reasons why events were not understood, or only partly: each reason once, in the order in which they first
-- appeared. Reasons after the first 1,000 share the row 0.
CREATE TABLE not_understood_reasons (
    id INTEGER PRIMARY KEY,
    reason TEXT NOT NULL
) STRICT;

-- The events of all streams that were not understood. They count in the version of their stream and in its
-- n_not_understood, and changed nothing else. If the reason begins with `in part: `, only the text that it names is
-- left out, and the event does not count in n_not_understood. (Events that a person skipped are in `skipped`.) A
-- reason has at most 200 characters. After 1,000 different reasons, `foldback state STREAM --at POSITION` gives it.
CREATE VIEW not_understood (position, stream, type, reason) AS
SELECT e.position, e.stream, e.type, r.reason
FROM not_understood_events AS e
-- In this order: the reason of each event is found by key.
CROSS JOIN not_understood_reasons AS r ON r.id = e.reason
WHERE e.position <= as_of()
UNION ALL
SELECT e.position, e.stream, e.type, r.reason
FROM partly_understood_events AS e
CROSS JOIN not_understood_reasons AS r ON r.id = e.reason
WHERE e.position <= as_of();
