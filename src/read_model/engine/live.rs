//! The live generation while it is compared with a new one: read as of one checkpoint, its file checked.

use anyhow::Result;
use rusqlite::Connection;

use crate::cancel::Cancel;
use crate::domain::moment::Moment;
use crate::read_model::engine::file_check;
use crate::read_model::engine::generation::{RebuildReason, check, damage, stop_when};
use crate::read_model::engine::location::Location;
use crate::read_model::engine::projection_state::{ProjectionState, read_state};
use crate::read_model::questions::as_of;
use crate::read_model::questions::query::connect;
use crate::read_model::rows::AsOf;

/// The live generation, read as of one checkpoint.
pub(in crate::read_model) struct Live {
    pub(in crate::read_model) connection: Connection,
    pub(in crate::read_model) mark: ProjectionState,
}

impl Live {
    /// Opens it, or says why there is nothing to compare with.
    ///
    /// # Errors
    /// It cannot be read for another reason than damage.
    pub(in crate::read_model) fn open(
        location: &Location,
        cancel: &Cancel,
    ) -> Result<Result<Self, RebuildReason>> {
        let Some(pointer) = location.current().ok().flatten() else {
            let unclear = "the file that names its generation cannot be understood";
            let is_there = location.has_pointer();
            return Ok(Err(if is_there {
                RebuildReason::Damaged(unclear.to_owned())
            } else {
                RebuildReason::Missing
            }));
        };
        let path = location.generation_path(pointer.number);
        let open = || -> Result<Result<Self, RebuildReason>> {
            let mut connection = connect(&path)?;
            if let Some(reason) = check(&connection, location, &pointer)? {
                return Ok(Err(reason));
            }
            connection.execute_batch("BEGIN")?;
            let mark = read_state(&connection)?;
            prepare(&mut connection, &mark.checkpoint, cancel)?;
            Ok(Ok(Self { connection, mark }))
        };
        match open() {
            Err(_) if !path.exists() => Ok(Err(RebuildReason::Missing)),
            Err(error) => Ok(Err(unreadable(error)?)),
            opened => opened,
        }
    }

    /// The fault that SQLite's own check finds in its file, including indexes.
    ///
    /// # Errors
    /// It cannot be read for another reason than damage.
    pub(in crate::read_model) fn file_fault(&self) -> Result<Option<RebuildReason>> {
        match file_check::whole_fault(&self.connection) {
            Ok(wrong) => Ok(wrong.map(RebuildReason::Damaged)),
            Err(error) => unreadable(error).map(Some),
        }
    }
}

/// Turns an error from damage into a reason to replace the generation.
///
/// # Errors
/// The error has another cause than damage.
pub(in crate::read_model) fn unreadable(error: anyhow::Error) -> Result<RebuildReason> {
    damage(&error).map(RebuildReason::Damaged).ok_or(error)
}

/// Makes the views answer as of the checkpoint, and lets long queries be cancelled.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn prepare(
    connection: &mut Connection,
    checkpoint: &Moment,
    cancel: &Cancel,
) -> rusqlite::Result<()> {
    as_of::register(connection, AsOf::Checkpoint, checkpoint)?;
    stop_when(connection, cancel)
}
