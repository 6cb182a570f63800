//! The time of a command's events: the machine's clock, or in the sample bank the time after its last event.

use anyhow::Result;

use crate::domain::event::Timestamp;
use crate::sample::{EMBEDDED, embedded, source_name, time_after};
use crate::store::clock;
use crate::store::jsonl::fingerprint::Fingerprint;
use crate::store::log::LogReader;

/// The time for a command that is issued now.
///
/// # Errors
/// The store cannot be read.
pub fn time_of_command(store: &dyn LogReader) -> Result<Timestamp> {
    let last = if is_sample(store)? { store.clock_at(store.head()?)? } else { None };
    last.map_or_else(clock::now, |last| Ok(time_after(last)))
}

/// Whether the store was made from a bundled log and has imported nothing else. `new --sample` and the explorer's
/// scratch copy name their source so. The hash of what was read has to be that of the bundled text, so that no log of a
/// user's own is taken for one.
///
/// # Errors
/// The store cannot be read.
pub fn is_sample(store: &dyn LogReader) -> Result<bool> {
    let sources = store.sources()?;
    let [source] = sources.as_slice() else { return Ok(false) };
    let bundled = EMBEDDED.into_iter().find(|name| source_name(name) == source.name);
    Ok(bundled.and_then(embedded).is_some_and(|log| hash_of(log) == source.read_hash))
}

/// The hash of a bundled log after all of it has been read.
fn hash_of(log: &str) -> String {
    let mut fingerprint = Fingerprint::default();
    for record in log.lines() {
        fingerprint.push(record.as_bytes());
        fingerprint.end_record();
    }
    fingerprint.hash()
}
