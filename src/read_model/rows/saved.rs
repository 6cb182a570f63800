//! Saved questions of a domain: their SQL, and the way to draw their answers.

/// A question to the read model that a domain comes with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedQuestion {
    /// Its name, which is also the title of its answer.
    pub name: &'static str,
    /// Its meaning, in one line.
    pub answers: &'static str,
    /// The question. Which parameters it has and which columns it answers is said by the way to draw it.
    pub sql: &'static str,
    /// The way to draw its answer.
    pub draw: Draw,
}

/// A way to draw an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Draw {
    /// A table of any columns, in the console. The question has no parameters.
    Table,
    /// A table of the selected stream's events.
    StreamTable(StreamTable),
    /// Bars by day, up and down.
    Bars(BarsLook),
    /// Lines over the log.
    Line(LineLook),
}

/// A table of one stream's events, newest first. The question has the parameters `:stream`, `:position` (the last position
/// that counts), `:n` and `:skip` (how many of the newest are passed over). It answers position, version and whether the
/// event is understood, then the columns, the newest event first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamTable {
    /// The columns after the position.
    pub columns: Vec<TableColumn>,
    /// The widths of the columns in cells, from the most that there could be room for down to the least; 0 leaves a column
    /// out. The last text in sight takes the room that is left, and gives it to figures that need it.
    pub widths: Vec<Vec<usize>>,
    /// The sentence in place of an empty table.
    pub nothing: &'static str,
}

/// A column of a table of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    pub heading: &'static str,
    /// The kind of its values.
    pub cells: CellKind,
}

/// The kind of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// The day of a time, in microseconds since 1970. With 10 cells it has its year; with 5 the heading has it.
    Day,
    EventType,
    /// The name of a stream.
    Stream,
    /// A change of an amount, in minor units, with its sign.
    Change,
    /// An amount, in minor units.
    Amount,
}

/// Bars by day, at the checkpoint. The question answers day, unit, whether the bar goes up, and amount, in the order of the
/// days. A unit is the code of a currency, or the empty text for plain units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarsLook {
    /// The word for the amounts that are drawn upwards.
    pub up: &'static str,
    /// The word for the amounts that are drawn downwards.
    pub down: &'static str,
    /// The sentence in place of an empty picture.
    pub nothing: &'static str,
    /// A question that answers the units, in the order in which they are drawn.
    pub units: &'static str,
    /// A question that answers the first and the last day.
    pub ends: &'static str,
    /// A question that answers the number of changes that belong to no day.
    pub n_undated: &'static str,
}

/// Lines over the log, at the checkpoint. The question has the parameters `:unit` and `:position`. It answers unit, sum,
/// number of streams, and the position at which the sum became that: the newest up to `:position`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineLook {
    /// A question that answers the units, in the order in which they are drawn.
    pub units: &'static str,
}

/// Three questions about the sums of a measure over all streams, by unit. A unit is the code of a currency, or the empty
/// text for plain units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalsQuestion {
    /// Answers unit, sum and number of streams, in the order of the units.
    pub now: &'static str,
    /// The same as of the position `?1`.
    pub as_of: &'static str,
    /// Answers unit and measure of each stream that counts in the sums, from the streams' own rows.
    pub shares: &'static str,
}
