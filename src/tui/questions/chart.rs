//! The measure of a stream after each of its events.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::domain::money::Currency;
use crate::tui::questions::timing::{Basis, PaneQuestion};

/// A question: how did the measure of a stream change?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartQuestion {
    pub stream: StreamName,
    /// The position at which the chart ends: the head.
    pub head: GlobalPosition,
}

impl PaneQuestion for ChartQuestion {
    const BASIS: Basis = Basis::Folds;
}

/// The measure of a stream over its events: the field that its aggregate draws.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub stream: StreamName,
    /// The word for the measure.
    pub label: String,
    /// The currency of an amount.
    pub currency: Option<Currency>,
    /// Values after the events at these positions, rising, with amounts in minor units: after the first and the newest
    /// event, and after every n-th in between; without those after which the measure is not a number.
    pub points: Vec<(GlobalPosition, i64)>,
    /// That n; 1 = after each event.
    pub every: u64,
}
