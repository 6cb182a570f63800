//! How the balance of an account went.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::domain::money::Currency;
use crate::tui::questions::timing::PaneQuestion;

/// How did the balance of an account go?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartQuestion {
    /// The account.
    pub stream: StreamName,
    /// Up to where: the head.
    pub head: GlobalPosition,
}

impl PaneQuestion for ChartQuestion {}

/// The balance of an account over its events.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Whose.
    pub stream: StreamName,
    /// What it counts in.
    pub currency: Option<Currency>,
    /// Balances in minor units after the events at these positions, rising: after the first and the newest event, and after
    /// every so many in between.
    pub points: Vec<(GlobalPosition, i64)>,
    /// How many: 1 = after each.
    pub every: u64,
}
