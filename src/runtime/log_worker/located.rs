//! The position of a place in history, for the screen.

use anyhow::Result;

use crate::domain::event::{GlobalPosition, StreamName, StreamPosition, Timestamp};
use crate::domain::moment::Moment;
use crate::replay::at::At;
use crate::runtime::position::position_of;
use crate::store::EventReader;
use crate::tui::model::ruler::{Ruler, RulerPlace};
use crate::tui::questions::look::Arrival;
use crate::tui::questions::place::{Along, Anchor, Place, Walk};

/// The position of a place: an event, or the place before all events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FoundPlace {
    pub(super) position: GlobalPosition,
    /// The time of the question, if that is how the place was found.
    pub(super) of_time: Option<Timestamp>,
}

impl FoundPlace {
    fn by_position(position: GlobalPosition) -> Self {
        Self { position, of_time: None }
    }
}

/// The moment at which a look at a place arrives.
///
/// # Errors
/// Those of [`locate`].
pub(super) fn arrival(store: &dyn EventReader, place: &Place) -> Result<Arrival> {
    let FoundPlace { position, of_time } = locate(store, place)?;
    Ok(Arrival { there: Moment { position, clock: store.clock_at(position)? }, of_time })
}

/// The position of a place.
///
/// # Errors
/// Errors of the store; a position [beyond the head](crate::replay::at::BeyondHead) that a person wrote.
pub(super) fn locate(store: &dyn EventReader, place: &Place) -> Result<FoundPlace> {
    let mut here = match place.from {
        Anchor::Position(position) => FoundPlace::by_position(store.nth(position, 0)?),
        Anchor::At(At::Time(time)) => FoundPlace { position: store.position_at(time)?, of_time: Some(time) },
        Anchor::At(at) => FoundPlace::by_position(store.nth(position_of(store, at)?, 0)?),
    };
    for Walk { along, by } in &place.walks {
        here = match along {
            Along::Events => FoundPlace::by_position(store.nth(here.position, *by)?),
            Along::Stream(stream) => along_stream(store, stream, here, *by)?,
            Along::Ruler(ruler) => along_ruler(store, ruler, here.position, *by)?,
        };
    }
    Ok(here)
}

/// The event that is `by` events of the stream away, or the stream's first or last one; the same place if the stream
/// has no event on that way.
fn along_stream(
    store: &dyn EventReader,
    stream: &StreamName,
    here: FoundPlace,
    by: i64,
) -> Result<FoundPlace> {
    let from = here.position;
    let position_of = |version: StreamPosition| -> Result<Option<GlobalPosition>> {
        Ok(store.places(stream, version, 1)?.first().copied())
    };
    let version = store.version_at(stream, from)?;
    let distance = by.unsigned_abs();
    let there = if by > 0 {
        let last = store.version_at(stream, store.head()?)?;
        version.plus(distance).min(last)
    } else if position_of(version)? == Some(from) {
        version.minus(distance).max(StreamPosition::new(1))
    } else {
        version.plus(1).minus(distance).max(StreamPosition::new(1))
    };
    let further = position_of(there)?.filter(|there| if by > 0 { *there > from } else { *there < from });
    Ok(further.map_or(here, FoundPlace::by_position))
}

/// The place that is `by` columns away, and at least one event.
fn along_ruler(store: &dyn EventReader, ruler: &Ruler, from: GlobalPosition, by: i64) -> Result<FoundPlace> {
    let here = Moment { position: from, clock: store.clock_at(from)? };
    let column = match ruler.columns_from(here, by) {
        RulerPlace::Position(position) => FoundPlace::by_position(store.nth(position, 0)?),
        RulerPlace::Time(time) => FoundPlace { position: store.position_at(time)?, of_time: Some(time) },
    };
    // Several columns may belong to one event, or several events to one column.
    let nearest = store.nth(from, by.signum())?;
    let is_far_enough = if by < 0 { column.position <= nearest } else { column.position >= nearest };
    Ok(if is_far_enough { column } else { FoundPlace::by_position(nearest) })
}
