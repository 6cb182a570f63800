-- The streams of aggregates that have no tables of their own, one row each, as they are at the checkpoint. `id` counts all streams in the
-- order of their first events. `state` is an object with a member for each field, `last_set` a list of the positions of the
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
