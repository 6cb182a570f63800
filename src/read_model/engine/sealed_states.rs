//! Sealed states: rows of snapshots, each with a checksum over everything that its state depends on.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use crate::domain::aggregates::Aggregates;
use crate::domain::event::{RecordedEvent, StreamName};
use crate::domain::fold::Fold;
use crate::read_model::engine::projection_state::digest;
use crate::read_model::engine::traces;
use crate::replay::snapshots::SNAPSHOT_SPACING_EVENTS;
use crate::replay::trace::Trace;

/// The snapshots of a batch, before they are written.
#[derive(Debug, Default)]
pub(in crate::read_model) struct MadeSnapshots {
    made: Vec<(StreamName, SealedState)>,
}

/// A state to keep, with its checksum.
#[derive(Debug)]
pub(in crate::read_model) struct SealedState {
    pub(in crate::read_model) trace: Trace,
    pub(in crate::read_model) seal: [u8; 32],
}

impl MadeSnapshots {
    /// Adds the state after an event if its version is one at which states are kept.
    pub(in crate::read_model) fn offer(
        &mut self,
        aggregates: &Aggregates,
        trace: &Trace,
        event: &RecordedEvent,
    ) {
        if trace.version.number().is_multiple_of(SNAPSHOT_SPACING_EVENTS) {
            let made = SealedState { trace: trace.clone(), seal: seal(aggregates, trace, event) };
            self.made.push((event.stream.clone(), made));
        }
    }

    /// Writes them, in the order of their keys.
    pub(in crate::read_model) fn write(mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.made.sort_unstable_by(|(a, a_made), (b, b_made)| {
            (a, a_made.trace.version).cmp(&(b, b_made.trace.version))
        });
        self.made.iter().try_for_each(|(stream, made)| insert(connection, stream, made))
    }
}

/// Keeps a state.
///
/// # Errors
/// Errors of the database.
pub(in crate::read_model) fn insert(
    connection: &Connection,
    stream: &StreamName,
    made: &SealedState,
) -> rusqlite::Result<()> {
    let sql = format!(
        "INSERT OR REPLACE INTO snapshots (stream, seal, {}) VALUES (?, ?{})",
        traces::COLUMNS,
        ", ?".repeat(traces::N_COLUMNS)
    );
    let key = [Value::Text(stream.as_str().to_owned()), Value::Blob(made.seal.to_vec())];
    let values = key.into_iter().chain(traces::values(&made.trace));
    connection.prepare_cached(&sql)?.execute(params_from_iter(values)).map(|_| ())
}

/// A kept state and its checksum, in the columns of a row.
///
/// # Errors
/// The row cannot be read.
pub(in crate::read_model) fn sealed(row: &Row<'_>, fold: &dyn Fold) -> rusqlite::Result<SealedState> {
    Ok(SealedState { seal: row.get(0)?, trace: traces::trace(row, 1, fold)? })
}

/// The checksum of a snapshot at this event: a hash over everything that the state depends on, each part preceded by
/// its length, so that different parts cannot be confused.
pub(in crate::read_model) fn seal(aggregates: &Aggregates, trace: &Trace, event: &RecordedEvent) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("foldback: a snapshot of a stream, 2");
    let aggregate = aggregates.of(&event.stream);
    hasher.update(aggregate.name.as_bytes()).update(&[0]);
    hasher.update(&aggregate.fold.version().to_le_bytes());
    if !aggregate.fold.rules().is_empty() {
        hasher.update(blake3::hash(aggregate.fold.rules().as_bytes()).as_bytes());
    }
    hasher.update(&aggregates.mappings().digest_up_to(trace.newest_source));
    hasher.update(&event.position.number().to_le_bytes());
    hasher.update(&digest(event));
    for value in traces::values(trace) {
        match value {
            Value::Integer(number) => hasher.update(b"i").update(&number.to_le_bytes()),
            Value::Text(text) => {
                let n_bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
                hasher.update(b"t").update(&n_bytes.to_le_bytes()).update(text.as_bytes())
            }
            _ => hasher.update(b"n"),
        };
    }
    hasher.finalize().into()
}
