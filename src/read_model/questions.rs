//! The questions that the screen and the verbs ask the read model.
//!
//! Its files:
//!
//! - `as_of.rs`: SQL functions for the position as of which views answer
//! - `documentation.rs`: documentation of the tables and views: the comments in the SQL that creates them
//! - `query.rs`: read access to the read model: a read-only connection that follows the pointer
//! - `saved.rs`: the answers to saved questions: windows of a stream's events, bars by day, and lines over the log
//! - `sql.rs`: a person's own SQL, answered safely: on a read-only connection, within a deadline
//! - `streams.rs`: windows of the list of all streams: one row a stream, in the order of names
//! - `totals.rs`: the sums of a measure over all streams, now and as of any position, and once more from the streams' own rows

pub mod as_of;
pub mod documentation;
pub mod query;
pub mod saved;
pub mod sql;
pub mod streams;
pub mod totals;

use anyhow::Result;

use crate::domain::event::GlobalPosition;
use crate::domain::mapping::MappingDigests;
use crate::domain::moment::Moment;
use crate::read_model::engine::projection_state::read_state;
use crate::read_model::engine::skipped;
use crate::read_model::projections::{not_understood, stream_rows};
use crate::read_model::questions::query::ReadTransaction;
use crate::read_model::rows::{AsOf, SkippedEvents};
use crate::store::sql::position::SqlPosition;

impl ReadTransaction<'_> {
    /// Whether there is a read model.
    pub fn exists(&self) -> bool {
        self.tx.is_some()
    }

    /// The checkpoint, which all other answers are as of.
    ///
    /// # Errors
    /// The read model cannot be read; the same holds for all questions.
    pub fn checkpoint(&self) -> Result<Moment> {
        let Some(tx) = &self.tx else { return Ok(Moment::default()) };
        Ok(read_state(tx)?.checkpoint)
    }

    /// The mappings by which the projected events of each source were read.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn mappings(&self) -> Result<MappingDigests> {
        let Some(tx) = &self.tx else { return Ok(MappingDigests::default()) };
        Ok(read_state(tx)?.mappings)
    }

    /// The skipped events, up to the position of the answers.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn skipped(&self) -> Result<SkippedEvents> {
        let Some(tx) = &self.tx else { return Ok(SkippedEvents::default()) };
        skipped::up_to(tx, self.position()?)
    }

    /// Number of events that were not understood, up to the position of the answers; the rows leave them out.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn n_not_understood(&self) -> Result<u64> {
        let Some(tx) = &self.tx else { return Ok(0) };
        let n = not_understood::up_to(tx, self.position()?.to_sql())?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    /// Number of events that were understood in part, up to the position of the answers; the rows leave a text of each
    /// out.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn n_partly_understood(&self) -> Result<u64> {
        let Some(tx) = &self.tx else { return Ok(0) };
        let n = not_understood::in_part_up_to(tx, self.position()?.to_sql())?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    /// Number of streams, including those without any event that was understood.
    pub fn n_streams(&self) -> Result<u64> {
        let Some(tx) = &self.tx else { return Ok(0) };
        Ok(u64::try_from(stream_rows::count(tx, self.projections)?).unwrap_or(0))
    }

    /// Sets the position of the answers.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn as_of(mut self, as_of: AsOf) -> Result<Self> {
        let checkpoint = self.checkpoint()?;
        let position = as_of.position(&checkpoint);
        // The present is found faster than history.
        self.as_of = (position < checkpoint.position).then_some(position);
        Ok(self)
    }

    /// The position of the answers.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn position(&self) -> Result<GlobalPosition> {
        Ok(match self.as_of {
            Some(position) => position,
            None => self.checkpoint()?.position,
        })
    }
}
