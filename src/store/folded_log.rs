//! A log with the aggregates that fold its streams.

use crate::domain::aggregates::Aggregates;
use crate::store::EventReader;

/// A log to read, and what its events mean: all that it takes to fold a stream.
#[derive(Clone, Copy)]
pub struct FoldedLog<'a> {
    pub log: &'a dyn EventReader,
    /// The aggregates that its streams belong to, with the mappings of its imported events.
    pub aggregates: &'a Aggregates,
}
