//! The position of a place in history, for the screen.

use anyhow::Result;

use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
use crate::domain::moment::Moment;
use crate::replay::at::At;
use crate::runtime::position::position_of;
use crate::store::EventReader;
use crate::tui::questions::place::{Destination, Place};

/// The position of a place with the clock there; `None` if there is no such account, or it has no further event.
///
/// # Errors
/// Errors of the store.
pub(super) fn locate(store: &dyn EventReader, place: &Place) -> Result<Option<Destination>> {
    let (position, of_time) = match place {
        Place::At(At::Time(time)) => (store.position_at(*time)?, Some(*time)),
        Place::At(at) => (position_of(store, *at)?, None),
        Place::Time { time, least, most } => {
            let as_of = store.position_at(*time)?;
            let position = as_of.max(*least).min(*most).min(store.head()?);
            (position, (position == as_of).then_some(*time))
        }
        Place::Account(stream) => match store.read_stream(stream, StreamPosition::new(1), 1)?.first() {
            Some(event) => (event.position, None),
            None => return Ok(None),
        },
        Place::OfAccount { stream, from, by } => match along_account(store, stream, *from, *by)? {
            Some(position) => (position, None),
            None => return Ok(None),
        },
    };
    Ok(Some(Destination { moment: Moment { position, clock: store.clock_at(position)? }, of_time }))
}

/// The event that is `n` events of the stream away, or the stream's first or last one.
fn along_account(
    store: &dyn EventReader,
    stream: &StreamName,
    from: GlobalPosition,
    by: i64,
) -> Result<Option<GlobalPosition>> {
    let position_of = |version: StreamPosition| -> Result<Option<GlobalPosition>> {
        Ok(store.read_stream(stream, version, 1)?.first().map(|event| event.position))
    };
    let here = store.version_at(stream, from)?;
    let distance = by.unsigned_abs();
    let there = if by > 0 {
        let last = store.version_at(stream, store.head()?)?;
        here.plus(distance).min(last)
    } else if position_of(here)? == Some(from) {
        here.minus(distance).max(StreamPosition::new(1))
    } else {
        here.plus(1).minus(distance).max(StreamPosition::new(1))
    };
    let position = position_of(there)?;
    Ok(position.filter(|position| if by > 0 { *position > from } else { *position < from }))
}
