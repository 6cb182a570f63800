//! Positions as SQLite keeps them: integers of 64 bits with a sign.

use crate::domain::event::{GlobalPosition, StreamPosition};

/// A position in a column of integers.
pub trait SqlPosition: Sized {
    /// The number as SQLite keeps it.
    fn to_sql(self) -> i64;

    /// The position that SQLite kept; a negative number, which foldback never writes, is the start.
    fn from_sql(number: i64) -> Self;
}

impl SqlPosition for GlobalPosition {
    fn to_sql(self) -> i64 {
        // No position is beyond `i64::MAX`.
        self.number().cast_signed()
    }

    fn from_sql(number: i64) -> Self {
        Self::new(u64::try_from(number).unwrap_or(0))
    }
}

impl SqlPosition for StreamPosition {
    fn to_sql(self) -> i64 {
        self.number().cast_signed()
    }

    fn from_sql(number: i64) -> Self {
        Self::new(u64::try_from(number).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_fits_and_a_negative_number_is_the_start() {
        assert_eq!(GlobalPosition::new(u64::MAX).to_sql(), i64::MAX);
        assert_eq!(GlobalPosition::from_sql(i64::MAX), GlobalPosition::new(u64::MAX));
        assert_eq!((GlobalPosition::from_sql(-1), StreamPosition::from_sql(-1)), Default::default());
    }
}
