//! A field of a stream's state after each of its events.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::domain::money::Currency;
use crate::domain::number::Number;
use crate::domain::value::FieldValue;
use crate::tui::questions::timing::{Basis, PaneQuestion};

/// A question: how did a field of a stream's state change?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartQuestion {
    pub stream: StreamName,
    /// The name of the field. `None`, or a name that the state does not have: the one that
    /// [`State::charted`](crate::domain::state::State::charted) chooses at the head.
    pub field: Option<String>,
    /// The position at which the chart ends: the head.
    pub head: GlobalPosition,
}

impl PaneQuestion for ChartQuestion {
    const BASIS: Basis = Basis::Folds;
}

/// A field of a stream's state over the stream's events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    pub stream: StreamName,
    /// The name of the field; `None` if no field of the state has a number.
    pub field: Option<String>,
    /// The word for the field.
    pub label: String,
    /// Whether it is the field that its aggregate draws.
    pub is_measure: bool,
    /// The currency of an amount.
    pub currency: Option<Currency>,
    /// The values after the events at these positions, rising, with amounts of a currency in minor units: after the first
    /// and the newest event, and after every n-th in between.
    pub points: Vec<(GlobalPosition, ChartValue)>,
    /// That n; 1 = after each event.
    pub every: u64,
}

/// The value of the field at a point of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartValue {
    /// The field has no value there.
    Nothing,
    /// It has one that is not a number, or that has too many digits.
    NotANumber,
    Number(Number),
}

impl ChartValue {
    /// The value of a field.
    pub fn of(value: &FieldValue<'_>) -> Self {
        match (value, value.as_number()) {
            (_, Some(number)) => Self::Number(number),
            (FieldValue::Null, None) => Self::Nothing,
            (_, None) => Self::NotANumber,
        }
    }

    /// The number; `None` in a gap of the line.
    pub fn number(self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(number),
            Self::Nothing | Self::NotANumber => None,
        }
    }
}
