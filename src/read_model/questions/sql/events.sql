-- The events of the log as they came, also those that were not understood or were skipped. `data` and `metadata` are
-- JSON texts: data->>'$.amount'. `version` counts the events of the stream, from 1. `time` is the event's own time, NULL
-- if it has none: UTC with six digits of the second, or microseconds since 1970 for years that ISO 8601 does not write
-- with four digits. A position, a range of positions, and a stream by its exact name are found by key; other conditions
-- read all events. `data` of more than 512 KiB cannot be selected.
CREATE VIEW events (position, stream, version, type, time, data, metadata) AS
SELECT
    position, stream, version, type,
    coalesce(
        strftime('%Y-%m-%dT%H:%M:%S', (time - (time % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (time % 1000000 + 1000000) % 1000000),
        CAST(time AS TEXT)
    ),
    data, metadata
FROM events_of_log
WHERE position <= as_of();
