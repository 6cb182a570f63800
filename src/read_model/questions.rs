//! The questions that the screen and the verbs ask the read model.
//!
//! Its files:
//!
//! - `as_of.rs`: SQL functions for the position as of which views answer
//! - `documentation.rs`: documentation of the tables and views: the comments in the SQL that creates them
//! - `query.rs`: read access to the read model: a read-only connection that follows the pointer
//! - `saved.rs`: the answers to saved questions: windows of a stream's events, bars by day, and lines over the log
//! - `sql.rs`: a person's own SQL, answered safely: on a read-only connection, within a deadline

pub mod as_of;
pub mod documentation;
pub mod query;
pub mod saved;
pub mod sql;

use std::cmp::Ordering;

use anyhow::Result;
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Row, ToSql, Transaction};

use crate::domain::aggregates::account::state::Status;
use crate::domain::caseless::caseless;
use crate::domain::event::{GlobalPosition, StreamName};
use crate::domain::mapping::MappingDigests;
use crate::domain::moment::Moment;
use crate::read_model::engine::projection_state::read_state;
use crate::read_model::engine::skipped;
use crate::read_model::projections::account::accounts::{
    SELECT_ACCOUNTS, SELECT_ACCOUNTS_AS_OF, account_row, count,
};
use crate::read_model::projections::account::totals::{
    SELECT_SHARES, SELECT_TOTALS, SELECT_TOTALS_AS_OF, Share, share_row, sums, total_row,
};
use crate::read_model::projections::not_understood;
use crate::read_model::questions::query::ReadTransaction;
use crate::read_model::rows::series::GroupTotal;
use crate::read_model::rows::{AsOf, SkippedEvents, StreamRow, StreamWindow, WindowPlace};
use crate::store::sql::position::SqlPosition;

/// The most accounts whose rows are summed: those at the checkpoint, and those of history, each of which is found by
/// key.
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

    /// Number of accounts, including those without any event that was understood.
    pub fn n_streams(&self) -> Result<u64> {
        let Some(tx) = &self.tx else { return Ok(0) };
        Ok(u64::try_from(count(tx)?).unwrap_or(0))
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

    /// Up to `n_before` accounts whose names come before `from`, and up to `n_after` at or after it, in byte order. The
    /// empty text comes before all names. The list is the same at every position: an account that did not exist then
    /// has no event and the status none.
    pub fn streams(&self, from: &str, n_before: usize, n_after: usize) -> Result<StreamWindow> {
        self.streams_with("", WindowPlace::From(from), n_before, n_after)
    }

    /// [`Reading::accounts`] for those accounts whose name or owner contains `text`, ignoring case; the owner is the
    /// one at the position of the answers. The empty text lists all accounts.
    pub fn streams_with(
        &self,
        text: &str,
        place: WindowPlace<'_>,
        n_before: usize,
        n_after: usize,
    ) -> Result<StreamWindow> {
        let Some(tx) = &self.tx else { return Ok(StreamWindow::default()) };
        let from = match place {
            WindowPlace::From(name) => ToSqlOutput::from(name),
            // A blob sorts after every text.
            WindowPlace::End => ToSqlOutput::Owned(Value::Blob(Vec::new())),
        };
        let (text, position) = (caseless(text), self.as_of.map(GlobalPosition::to_sql));
        let (all, owner) = if position.is_some() {
            (SELECT_ACCOUNTS_AS_OF, "d.owner")
        } else {
            (SELECT_ACCOUNTS, "a.owner")
        };
        let is_listed =
            if text.is_empty() { "true".to_owned() } else { format!("account_has(a.name, {owner}, ?4)") };
        let select = |condition: &str, n: usize| {
            let sql = format!("{all} WHERE {is_listed} AND {condition} LIMIT ?2");
            let values: [&dyn ToSql; 4] = [&from, &limit(n), &position, &text];
            let mut select = tx.prepare_cached(&sql)?;
            // Values without a parameter in the statement are dropped.
            let n_values = select.parameter_count().min(values.len());
            let rows = select.query_map(values.get(..n_values).unwrap_or_default(), account_row)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        let mut before = select("a.name < ?1 ORDER BY a.name DESC", n_before.saturating_add(1))?;
        let mut after = select("a.name >= ?1 ORDER BY a.name", n_after.saturating_add(1))?;
        let (has_before, has_after) = (before.len() > n_before, after.len() > n_after);
        before.truncate(n_before);
        after.truncate(n_after);
        before.reverse();
        let at = before.len();
        before.append(&mut after);
        let n_streams = self.n_streams()?;
        let n_listed = if text.is_empty() {
            n_streams
        } else {
            let sql = format!("SELECT count(*) FROM ({all} WHERE {is_listed})");
            let values: [&dyn ToSql; 4] = [&from, &limit(0), &position, &text];
            let n: i64 = tx.prepare_cached(&sql)?.query_row(values, |row| row.get(0))?;
            u64::try_from(n).unwrap_or(0)
        };
        Ok(StreamWindow { rows: before, at, has_before, has_after, n_listed, n_streams })
    }

    /// The account of that name.
    pub fn stream(&self, name: &StreamName) -> Result<Option<StreamRow>> {
        let window = self.streams(name.as_str(), 0, 1)?;
        Ok(window.rows.into_iter().next().filter(|row| row.stream == *name))
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

    /// The sums over the accounts' rows, in the form of [`Reading::totals`]. The two are equal unless a projection has
    /// a defect. `None` if there are more than 10,000 accounts, or 256 for a position before the checkpoint, so that it
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
                let all = self.streams("", 0, n_rows_max)?.rows.into_iter();
                let counted = all.filter(|row| row.status != Status::None);
                counted.map(|row| (row.currency, i128::from(row.balance))).collect()
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

fn limit(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
