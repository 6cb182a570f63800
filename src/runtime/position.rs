//! The position of a place in history.

use anyhow::Result;
use jiff::SignedDuration;

use crate::domain::event::GlobalPosition;
use crate::domain::moment::{Moment, Reach};
use crate::replay::at::{At, of_share};
use crate::store::EventReader;

/// The position of a place, at most the head.
///
/// # Errors
/// The store cannot be read; a position [beyond the head](crate::replay::at::BeyondHead).
pub fn position_of(store: &dyn EventReader, at: At) -> Result<GlobalPosition> {
    let head = store.head()?;
    Ok(match at.within(head)? {
        At::Head => head,
        At::Position(position) => position,
        At::Time(time) => store.position_at(time)?,
        At::Share(millionths) => {
            let n_events = store.count(GlobalPosition::START, head)?;
            store.nth(GlobalPosition::START, of_share(millionths, n_events).cast_signed())?
        }
    })
}

/// A moment of a log, with the number of events up to it.
///
/// # Errors
/// The store cannot be read.
pub fn reach(store: &dyn EventReader, moment: Moment) -> Result<Reach> {
    Ok(Reach { moment, n_events: store.count(GlobalPosition::START, moment.position)? })
}

/// The first position that is no earlier than a place; for a time, the position after the head if there is no such
/// event.
///
/// # Errors
/// The store cannot be read; a position [beyond the head](crate::replay::at::BeyondHead).
pub fn beginning_of(store: &dyn EventReader, at: At) -> Result<GlobalPosition> {
    Ok(match at.beginning_within(store.head()?)? {
        At::Position(position) => position,
        At::Time(time) => match time.checked_sub(SignedDuration::from_micros(1)) {
            Ok(before) => store.position_at(before)?.plus(1),
            Err(_) => GlobalPosition::START,
        },
        at => position_of(store, at)?,
    })
}
