//! A place in history, and the position that the store finds for it.

use crate::domain::event::{GlobalPosition, StreamName, Timestamp};
use crate::domain::moment::Moment;
use crate::replay::at::At;

/// A place whose position only the store can find.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// A place as a person writes it.
    At(At),
    /// The last position whose clock is no later than a time, within bounds.
    Time {
        /// The time.
        time: Timestamp,
        /// The lowest allowed position.
        least: GlobalPosition,
        /// The highest allowed position.
        most: GlobalPosition,
    },
    /// The first event of an account, which exists if the account does. The playhead does not go there.
    Account(StreamName),
    /// The event of an account that is a number of its events away from a position.
    OfAccount {
        /// The account.
        stream: StreamName,
        /// The position.
        from: GlobalPosition,
        /// The number of its events; negative means backward.
        by: i64,
    },
}

/// The position of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The last event at or before the place.
    pub moment: Moment,
    /// The time of the question, if the place was a time.
    pub of_time: Option<Timestamp>,
}
