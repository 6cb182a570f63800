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

pub mod as_of;
pub mod documentation;
pub mod query;
pub mod saved;
pub mod sql;
pub mod streams;

use std::cmp::Ordering;

use anyhow::Result;
use rusqlite::{Row, ToSql, Transaction};

use crate::domain::event::GlobalPosition;
use crate::domain::mapping::MappingDigests;
use crate::domain::moment::Moment;
use crate::read_model::engine::projection_state::read_state;
use crate::read_model::engine::skipped;
use crate::read_model::projections::account::accounts::ACCOUNT_TABLE;
use crate::read_model::projections::account::totals::{
    SELECT_SHARES, SELECT_TOTALS, SELECT_TOTALS_AS_OF, Share, share_row, sums, total_row,
};
use crate::read_model::projections::{not_understood, stream_rows};
use crate::read_model::questions::query::ReadTransaction;
use crate::read_model::rows::series::GroupTotal;
use crate::read_model::rows::{AsOf, SkippedEvents, StreamRow};
use crate::store::sql::position::SqlPosition;

/// The most streams that are summed. Rows at the checkpoint are read in order; a row of history is found by its key.
const SUMMED_ROWS_MAX: usize = 10_000;
const SUMMED_ROWS_MAX_AS_OF: usize = 256;

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
        Ok(u64::try_from(stream_rows::count(tx)?).unwrap_or(0))
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

    /// The sum of the balances in each currency, those without one first.
    pub fn totals(&self) -> Result<Vec<GroupTotal>> {
        let Some(tx) = &self.tx else { return Ok(Vec::new()) };
        match self.as_of {
            None => rows(tx, SELECT_TOTALS, &[], total_row),
            Some(position) => rows(tx, SELECT_TOTALS_AS_OF, &[&position.to_sql()], total_row),
        }
    }

    /// [`Reading::totals`] as of another position; `None` if the read model has not reached it.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn totals_at(&self, position: GlobalPosition) -> Result<Option<Vec<GroupTotal>>> {
        let Some(tx) = &self.tx else { return Ok(None) };
        let totals = match position.cmp(&self.checkpoint()?.position) {
            Ordering::Greater => return Ok(None),
            Ordering::Equal => rows(tx, SELECT_TOTALS, &[], total_row),
            Ordering::Less => rows(tx, SELECT_TOTALS_AS_OF, &[&position.to_sql()], total_row),
        };
        totals.map(Some)
    }

    /// The sums over the streams' rows, in the form of [`Reading::totals`]. The two are equal unless a projection has
    /// a defect. `None` if there are more than 10,000 streams, or 256 for a position before the checkpoint, so that it
    /// takes a few milliseconds at most.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn sums_of_rows(&self) -> Result<Option<Vec<GroupTotal>>> {
        let Some(tx) = &self.tx else { return Ok(None) };
        let n_rows_max = if self.as_of.is_some() { SUMMED_ROWS_MAX_AS_OF } else { SUMMED_ROWS_MAX };
        if self.n_streams()? > n_rows_max as u64 {
            return Ok(None);
        }
        let shares: Vec<Share> = match self.as_of {
            None => rows(tx, SELECT_SHARES, &[], share_row)?,
            Some(_) => {
                let all = self.rows_in(&ACCOUNT_TABLE, n_rows_max)?.into_iter();
                let counted = all.filter(StreamRow::has_state).filter_map(|row| row.measured());
                counted.map(|(amount, currency)| (currency, i128::from(amount))).collect()
            }
        };
        Ok(Some(sums(&shares)))
    }
}

fn rows<T>(
    tx: &Transaction<'_>,
    sql: &str,
    params: &[&dyn ToSql],
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut select = tx.prepare_cached(sql)?;
    let rows = select.query_map(params, read)?.collect::<rusqlite::Result<_>>()?;
    Ok(rows)
}
