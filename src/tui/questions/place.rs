//! A place in history, and the position that the store finds for it.

use crate::domain::event::{GlobalPosition, StreamName, Timestamp};
use crate::domain::moment::Moment;
use crate::replay::at::At;

/// A place whose position only the store knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// As a person wrote it.
    At(At),
    /// The last position whose clock is no later, but within these bounds.
    Time {
        /// The time.
        time: Timestamp,
        /// The lowest position that will do.
        least: GlobalPosition,
        /// The highest position that will do.
        most: GlobalPosition,
    },
    /// The first event of an account: there is one if there is such an account. The playhead does not go there.
    Account(StreamName),
    /// The event of an account that is so many of its events on from a position, or back.
    OfAccount {
        /// The account.
        stream: StreamName,
        /// From where.
        from: GlobalPosition,
        /// How many of its events on; negative goes back.
        by: i64,
    },
}

/// Where a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The last event at or before the place.
    pub moment: Moment,
    /// The time as of which this is the position, where the place was given by one.
    pub of_time: Option<Timestamp>,
}
