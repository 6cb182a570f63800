//! Which position a place in history is, in a store.

use anyhow::Result;

use crate::domain::event::GlobalPosition;
use crate::replay::at::{At, of_share};
use crate::store::EventReader;

/// The position that a place is: never past the head.
///
/// # Errors
/// The store cannot be read.
pub fn position_of(store: &dyn EventReader, at: At) -> Result<GlobalPosition> {
    let head = store.head()?;
    Ok(match at {
        At::Head => head,
        At::Position(position) => position.min(head),
        At::Time(time) => store.position_at(time)?,
        At::Share(millionths) => of_share(millionths, head),
    })
}
