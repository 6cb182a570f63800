//! The sums of a measure over all streams, now and as of any position, and once more from the streams' own rows.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::{Row, ToSql, Transaction};

use crate::domain::event::GlobalPosition;
use crate::domain::money::Currency;
use crate::read_model::projections::columns::currency;
use crate::read_model::projections::state_table::StateTable;
use crate::read_model::projections::sum::sum;
use crate::read_model::questions::query::ReadTransaction;
use crate::read_model::rows::StreamRow;
use crate::read_model::rows::saved::TotalsQuestion;
use crate::read_model::rows::series::GroupTotal;
use crate::store::sql::position::SqlPosition;

/// The most streams that are summed. Rows at the checkpoint are read in order; a row of history is found by its key.
const SUMMED_ROWS_MAX: usize = 10_000;
const SUMMED_ROWS_MAX_AS_OF: usize = 256;

/// A stream's part in a sum, by the unit of the sum.
type Share = (Option<Currency>, i128);

impl ReadTransaction<'_> {
    /// The sum of the streams' measure in each unit, those without one first; empty if no projection adds it up.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn totals(&self) -> Result<Vec<GroupTotal>> {
        let (Some(tx), Some((_, question))) = (&self.tx, self.summed()) else { return Ok(Vec::new()) };
        match self.as_of {
            None => rows(tx, question.now, &[], total_row),
            Some(position) => rows(tx, question.as_of, &[&position.to_sql()], total_row),
        }
    }

    /// [`ReadTransaction::totals`] as of another position; `None` if the read model has not reached it.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn totals_at(&self, position: GlobalPosition) -> Result<Option<Vec<GroupTotal>>> {
        let Some(tx) = &self.tx else { return Ok(None) };
        let order = position.cmp(&self.checkpoint()?.position);
        let Some((_, question)) = self.summed() else { return Ok(order.is_le().then(Vec::new)) };
        let totals = match order {
            Ordering::Greater => return Ok(None),
            Ordering::Equal => rows(tx, question.now, &[], total_row),
            Ordering::Less => rows(tx, question.as_of, &[&position.to_sql()], total_row),
        };
        totals.map(Some)
    }

    /// The sums over the streams' rows, in the form of [`ReadTransaction::totals`]. The two are equal unless a projection
    /// has a defect. `None` if there are more than 10,000 streams, or 256 for a position before the checkpoint, so that it
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
        let Some((table, question)) = self.summed() else { return Ok(Some(Vec::new())) };
        let shares: Vec<Share> = match self.as_of {
            None => rows(tx, question.shares, &[], share_row)?,
            Some(_) => {
                let all = self.rows_in(table, n_rows_max)?.into_iter();
                let counted = all.filter(StreamRow::has_state).filter_map(|row| row.measured());
                counted.map(|(amount, currency)| (currency, i128::from(amount))).collect()
            }
        };
        Ok(Some(sums(&shares)))
    }

    /// The table whose streams have a measure that is added up, and the questions about its sums.
    fn summed(&self) -> Option<(&'static StateTable, TotalsQuestion)> {
        self.projections.tables().iter().find_map(|table| Some((*table, table.totals?)))
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

/// A row of unit, sum and number of streams.
fn total_row(row: &Row<'_>) -> rusqlite::Result<GroupTotal> {
    let n_streams: i64 = row.get(2)?;
    let n_streams = u64::try_from(n_streams).unwrap_or(0);
    Ok(GroupTotal { unit: currency(row, 0)?, sum: sum(row, 1)?, n_streams })
}

/// A row of unit and measure.
fn share_row(row: &Row<'_>) -> rusqlite::Result<Share> {
    let measure: i64 = row.get(1)?;
    Ok((currency(row, 0)?, i128::from(measure)))
}

/// The sums of the shares, by unit, those without one first.
fn sums(shares: &[Share]) -> Vec<GroupTotal> {
    let mut totals = BTreeMap::new();
    for (unit, measure) in shares {
        let (sum, n_streams) = totals.entry(*unit).or_insert((0_i128, 0_u64));
        (*sum, *n_streams) = (*sum + measure, *n_streams + 1);
    }
    let total = |(unit, (sum, n_streams))| GroupTotal { unit, sum, n_streams };
    totals.into_iter().map(total).collect()
}
