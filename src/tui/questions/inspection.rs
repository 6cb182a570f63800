//! An event in full.

use crate::domain::event::RecordedEvent;
use crate::domain::fold::Meaning;
/// An event in full.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspected {
    /// The event as it stands in the log.
    pub event: RecordedEvent,
    /// What it means for an account.
    pub meaning: Meaning,
    /// The name of the log that it was imported from.
    pub source: Option<String>,
}
