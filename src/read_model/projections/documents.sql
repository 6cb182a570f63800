-- The streams of aggregates that have no tables of their own at the checkpoint, one row each. `id` numbers all streams
-- by their first events. `state` is an object with a member for each field, `last_set` a list of the positions of the
-- events that last changed the fields, 0 if none has.
CREATE TABLE document_rows (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    n_not_understood INTEGER NOT NULL,
    n_partly_understood INTEGER NOT NULL,
    newest_source INTEGER,
    state TEXT NOT NULL,
    last_set TEXT NOT NULL
) STRICT;

-- The states of these streams from each of their events on. Only grows.
CREATE TABLE document_history (
    stream INTEGER NOT NULL,
    position INTEGER NOT NULL,
    version INTEGER NOT NULL,
    n_not_understood INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (stream, position)
) STRICT, WITHOUT ROWID;

-- The streams whose aggregates have no tables of their own, one row each. `state` is an object with a member for each
-- field: state->>'$.sum' is the field `sum`. `version` counts all events of the stream. `n_not_understood` counts those that
-- were not understood: the state leaves them out, and the view not_understood lists them.
CREATE VIEW documents (stream, version, position, n_not_understood, state) AS
SELECT name, version, position, n_not_understood, state
FROM document_rows
WHERE is_at_checkpoint()
UNION ALL
SELECT d.name, h.version, h.position, h.n_not_understood, h.state
FROM document_rows AS d
CROSS JOIN document_history AS h ON h.stream = d.id AND h.position = (
    SELECT max(e.position) FROM document_history AS e WHERE e.stream = d.id AND e.position <= as_of()
)
WHERE NOT is_at_checkpoint();
