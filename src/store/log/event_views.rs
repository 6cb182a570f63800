//! The names of the views by which another connection reads the events of a log.

/// Two temporary views of the same events. SQLite's planner chooses the order of reading within a view, but not the
/// tables to read: the first view is best for stretches of the log, the second one for the events of named streams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventViews {
    /// The database that is attached. A question must not be able to name it: it contains all events.
    pub database: String,
    /// The view that is read in the order of positions.
    pub in_order: String,
    /// The view that finds the events of a stream by key. In the plan of a question the streams are [`NAMED_STREAM`].
    pub by_stream: String,
}

/// The name of the table of streams in the plans of questions to [`EventViews::by_stream`]. A search in it for a name
/// means that the question is about named streams.
pub const NAMED_STREAM: &str = "named_stream";
