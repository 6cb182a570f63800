//! The answers to saved questions: windows of a stream's events, bars by day, and lines over the log.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::{CachedStatement, Row, ToSql, Transaction};

use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
use crate::domain::money::Currency;
use crate::read_model::engine::projection_state::read_state;
use crate::read_model::projections::columns::currency;
use crate::read_model::projections::sum::sum;
use crate::read_model::questions::query::ReadTransaction;
use crate::read_model::questions::sql::confined::value;
use crate::read_model::rows::saved::{BarsLook, LineLook, SavedQuestion, StreamTable};
use crate::read_model::rows::series::{
    BarGroup, BarSeries, BarStretch, Day, GroupTotal, LineGroup, LineSeries,
};
use crate::read_model::rows::stream_table::{StreamTableRow, TableWindow};
use crate::store::sql::position::SqlPosition;

/// The most groups of a picture: more than the highest screen has room for, one below the other.
const N_GROUPS_MAX: usize = 16;

/// The most stretches of days in a picture: eleven years of single days, and several for each column of any screen where
/// history is longer than that.
const N_STRETCHES_MAX: i64 = 4_096;

/// The most points of a line: more than any screen has columns, with two to each.
const N_POINTS_MAX: usize = 1_024;

/// How many columns come before those of a table of events: position, version, is_understood.
const N_EVENT_COLUMNS: usize = 3;

impl ReadTransaction<'_> {
    /// Up to `n_rows_max` rows of the events of a stream: the newest except for `n_newer`.
    ///
    /// # Errors
    /// The read model cannot be read; so for all questions.
    pub fn stream_table(
        &self,
        question: &SavedQuestion,
        table: &StreamTable,
        stream: &StreamName,
        n_newer: usize,
        n_rows_max: usize,
    ) -> Result<TableWindow> {
        let Some(tx) = &self.tx else { return Ok(TableWindow { n_newer, rows: Vec::new() }) };
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let up_to = self.as_of.map_or(i64::MAX, GlobalPosition::to_sql);
        let (stream, n, skip) = (stream.as_str(), number(n_rows_max), number(n_newer));
        let mut select = tx.prepare_cached(question.sql)?;
        bind(&mut select, &[(":stream", &stream), (":position", &up_to), (":n", &n), (":skip", &skip)])?;
        let n_columns = table.columns.len();
        let mut rows = select
            .raw_query()
            .mapped(|row| event_line(row, n_columns))
            .collect::<rusqlite::Result<Vec<_>>>()?;
        rows.reverse();
        Ok(TableWindow { n_newer, rows })
    }

    /// The sums of each day, at the checkpoint. Reads a row a day, unit and direction.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn bar_series(&self, question: &SavedQuestion, look: &BarsLook) -> Result<BarSeries> {
        let Some(tx) = &self.tx else { return Ok(BarSeries::default()) };
        let (units, n_more) = first_units(tx, look.units)?;
        let ends: (Option<i64>, Option<i64>) =
            tx.prepare_cached(look.ends)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (first, last) = (ends.0.unwrap_or(0), ends.1.unwrap_or(0));
        let n_days = (last.saturating_sub(first) / N_STRETCHES_MAX).saturating_add(1);
        let mut stretches: BTreeMap<Option<Currency>, Vec<BarStretch>> =
            units.iter().map(|unit| (*unit, Vec::new())).collect();
        let mut select = tx.prepare_cached(question.sql)?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let Some(stretches) = stretches.get_mut(&currency(row, 1)?) else { continue };
            let day: i64 = row.get(0)?;
            let begins = Day(first.saturating_add(day.saturating_sub(first) / n_days * n_days));
            if stretches.last().is_none_or(|last| last.day != begins) {
                stretches.push(BarStretch { day: begins, ..BarStretch::default() });
            }
            let Some(stretch) = stretches.last_mut() else { continue };
            let direction = if row.get(2)? { &mut stretch.up } else { &mut stretch.down };
            *direction += sum(row, 3)?;
        }
        let n_undated: i64 = tx.prepare_cached(look.n_undated)?.query_row([], |row| row.get(0))?;
        let group = |unit: Option<Currency>| BarGroup {
            unit,
            stretches: stretches.remove(&unit).unwrap_or_default(),
        };
        let groups = units.into_iter().map(group).collect();
        Ok(BarSeries { n_days, groups, n_more, n_undated: u64::try_from(n_undated).unwrap_or(0) })
    }

    /// The sums over the log, at the checkpoint, from `n_points` samples of it; and the sums at a position. Each sample is
    /// found by key.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn line_series(
        &self,
        question: &SavedQuestion,
        look: &LineLook,
        at: GlobalPosition,
        n_points: usize,
    ) -> Result<LineSeries> {
        let Some(tx) = &self.tx else { return Ok(LineSeries::default()) };
        let checkpoint = read_state(tx)?.checkpoint;
        let (units, n_more) = first_units(tx, look.units)?;
        let as_of = at.min(checkpoint.position);
        let n_points = u64::try_from(n_points.min(N_POINTS_MAX)).unwrap_or(0);
        let sampled = |nth: u64| {
            let position = u128::from(checkpoint.position.number()) * u128::from(nth) / u128::from(n_points);
            GlobalPosition::new(u64::try_from(position).unwrap_or(u64::MAX))
        };
        let mut newest = tx.prepare_cached(question.sql)?;
        let mut groups = Vec::new();
        for unit in units {
            let mut points = Vec::new();
            for nth in 1..=n_points {
                if let Some((position, total)) = total_at(&mut newest, unit, sampled(nth))? {
                    points.push((position, total.sum));
                }
            }
            points.dedup();
            let then = total_at(&mut newest, unit, as_of)?.map(|(_, total)| total);
            groups.push(LineGroup { unit, then, points });
        }
        Ok(LineSeries { groups, n_more, as_of, checkpoint })
    }
}

/// The newest sum of a unit up to a position, with the position at which it became that.
fn total_at(
    newest: &mut CachedStatement<'_>,
    unit: Option<Currency>,
    position: GlobalPosition,
) -> Result<Option<(GlobalPosition, GroupTotal)>> {
    let code = unit.as_ref().map_or("", Currency::code);
    bind(newest, &[(":unit", &code), (":position", &position.to_sql())])?;
    let mut rows = newest.raw_query();
    let Some(row) = rows.next()? else { return Ok(None) };
    let n_streams: i64 = row.get(2)?;
    let n_streams = u64::try_from(n_streams).unwrap_or(0);
    let total = GroupTotal { unit: currency(row, 0)?, sum: sum(row, 1)?, n_streams };
    Ok(Some((GlobalPosition::from_sql(row.get(3)?), total)))
}

/// The first units of a picture, and the number of further ones.
fn first_units(tx: &Transaction<'_>, sql: &str) -> Result<(Vec<Option<Currency>>, u64)> {
    let mut select = tx.prepare_cached(sql)?;
    let all = select.query_map([], |row| currency(row, 0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let n_more = u64::try_from(all.len().saturating_sub(N_GROUPS_MAX)).unwrap_or(0);
    Ok((all.into_iter().take(N_GROUPS_MAX).collect(), n_more))
}

fn event_line(row: &Row<'_>, n_columns: usize) -> rusqlite::Result<StreamTableRow> {
    let values = (N_EVENT_COLUMNS..N_EVENT_COLUMNS.saturating_add(n_columns))
        .map(|column| row.get_ref(column).map(value));
    Ok(StreamTableRow {
        position: GlobalPosition::from_sql(row.get(0)?),
        version: StreamPosition::from_sql(row.get(1)?),
        is_understood: row.get(2)?,
        values: values.collect::<rusqlite::Result<_>>()?,
    })
}

/// Sets those of the parameters that the statement has.
fn bind(select: &mut CachedStatement<'_>, parameters: &[(&str, &dyn ToSql)]) -> rusqlite::Result<()> {
    for (name, value) in parameters {
        if let Some(place) = select.parameter_index(name)? {
            select.raw_bind_parameter(place, value)?;
        }
    }
    Ok(())
}
