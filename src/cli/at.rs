//! The place at which a list of events begins.

use anyhow::Result;
use jiff::SignedDuration;

use crate::domain::event::GlobalPosition;
use crate::replay::at::{At, BadAt};
use crate::runtime::position::position_of;
use crate::store::EventReader;

/// Reads the place at which a list begins: as [`At::parse`], but a date is its beginning.
///
/// # Errors
/// A text that is no place.
pub fn parse_beginning(text: &str) -> Result<At, BadAt> {
    let day = SignedDuration::from_hours(24) - SignedDuration::from_micros(1);
    Ok(match At::parse(text)? {
        At::Time(end) if text.trim().len() == "2024-03-14".len() => {
            At::Time(end.checked_sub(day).unwrap_or(end))
        }
        at => at,
    })
}

/// The first position that is no earlier than a place; past the head where there is none.
///
/// # Errors
/// The store cannot be read.
pub fn beginning_of(store: &dyn EventReader, at: At) -> Result<GlobalPosition> {
    Ok(match at {
        At::Position(position) => position,
        At::Time(time) => match time.checked_sub(SignedDuration::from_micros(1)) {
            Ok(before) => store.position_at(before)?.plus(1),
            Err(_) => GlobalPosition::START,
        },
        at => position_of(store, at)?,
    })
}
