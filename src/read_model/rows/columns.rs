//! The meanings of columns, by their names: amounts, streams and positions.

/// A column whose values are more than numbers and texts, in every table and view of a projection, and in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnMeaning {
    pub name: &'static str,
    pub values: ColumnValues,
}

/// The meaning of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnValues {
    /// Amounts in minor units of the currency in that column of the same row.
    Amount { currency: &'static str },
    /// The name of the stream that the row is about.
    Stream,
    /// The name of another stream.
    OtherStream,
    /// The position of the event that the row is about.
    Position,
    /// The position of another event.
    OtherPosition,
}

impl ColumnMeaning {
    /// An amount, whose currency is in the column `currency`.
    pub const fn amount(name: &'static str) -> Self {
        Self { name, values: ColumnValues::Amount { currency: "currency" } }
    }

    /// The stream that the row is about.
    pub const fn stream(name: &'static str) -> Self {
        Self { name, values: ColumnValues::Stream }
    }

    /// Another stream.
    pub const fn other_stream(name: &'static str) -> Self {
        Self { name, values: ColumnValues::OtherStream }
    }

    /// The position of the event that the row is about.
    pub const fn position(name: &'static str) -> Self {
        Self { name, values: ColumnValues::Position }
    }

    /// The position of another event.
    pub const fn other_position(name: &'static str) -> Self {
        Self { name, values: ColumnValues::OtherPosition }
    }

    /// Whether its values are amounts.
    pub fn is_amount(&self) -> bool {
        matches!(self.values, ColumnValues::Amount { .. })
    }
}
