//! How the balance of an account went.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::domain::money::Currency;
use crate::tui::questions::timing::PaneQuestion;

/// A question: how did the balance of an account change?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartQuestion {
    /// The account.
    pub stream: StreamName,
    /// The position at which the chart ends: the head.
    pub head: GlobalPosition,
}

impl PaneQuestion for ChartQuestion {}

/// The balance of an account over its events.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The account.
    pub stream: StreamName,
    /// Its currency.
    pub currency: Option<Currency>,
    /// Balances in minor units after the events at these positions, rising: after the first and the newest event, and
    /// after every n-th in between.
    pub points: Vec<(GlobalPosition, i64)>,
    /// That n; 1 = after each event.
    pub every: u64,
}
