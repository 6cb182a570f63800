//! The questions behind the pictures: money in and out by day, and money over time.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::domain::event::GlobalPosition;
use crate::domain::money::Currency;
use crate::read_model::engine::projection_state::read_state;
use crate::read_model::projections::account::daily_flows::{INFLOW, NO_DAY, OUTFLOW};
use crate::read_model::projections::account::sum::sum;
use crate::read_model::projections::account::totals::{key, total_row};
use crate::read_model::projections::columns::currency;
use crate::read_model::questions::query::Reading;
use crate::read_model::rows::{CurrencyFlows, CurrencyMoney, Day, FlowSeries, FlowStretch, MoneySeries};
use crate::store::sql::position::SqlPosition;

/// The most currencies in a chart: more than fit one below the other on the highest screen.
const N_CURRENCIES_MAX: usize = 16;

/// The most stretches of days in a chart: eleven years of single days, and several per column of any screen if history
/// is longer.
const N_STRETCHES_MAX: i64 = 4_096;

/// The most points of a line: more than two per column of any screen.
const N_POINTS_MAX: usize = 1_024;

impl Reading<'_> {
    /// The amounts in and out per day, at the checkpoint. Reads one row per day, currency and flow.
    ///
    /// # Errors
    /// The read model cannot be read; the same holds for all questions.
    pub fn flow_series(&self) -> Result<FlowSeries> {
        let Some(tx) = &self.tx else { return Ok(FlowSeries::default()) };
        let (listed, n_more) = largest_currencies(tx)?;
        let ends = "SELECT min(day), max(day) FROM daily_flow_rows WHERE day > ?1";
        let ends: (Option<i64>, Option<i64>) =
            tx.prepare_cached(ends)?.query_row([NO_DAY], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (first, last) = (ends.0.unwrap_or(0), ends.1.unwrap_or(0));
        let n_days = (last.saturating_sub(first) / N_STRETCHES_MAX).saturating_add(1);
        let mut stretches: BTreeMap<Option<Currency>, Vec<FlowStretch>> =
            listed.iter().map(|currency| (*currency, Vec::new())).collect();
        let mut select = tx.prepare_cached(
            "SELECT day, currency, flow, amount FROM daily_flow_rows
             WHERE day > ?1 AND flow IN (?2, ?3) ORDER BY day",
        )?;
        let mut rows = select.query(params![NO_DAY, INFLOW, OUTFLOW])?;
        while let Some(row) = rows.next()? {
            let Some(stretches) = stretches.get_mut(&currency(row, 1)?) else { continue };
            let day: i64 = row.get(0)?;
            let begins = Day(first.saturating_add(day.saturating_sub(first) / n_days * n_days));
            if stretches.last().is_none_or(|last| last.day != begins) {
                stretches.push(FlowStretch { day: begins, ..FlowStretch::default() });
            }
            let Some(stretch) = stretches.last_mut() else { continue };
            let is_inflow = row.get_ref(2)?.as_str()? == INFLOW;
            let flow = if is_inflow { &mut stretch.inflow } else { &mut stretch.outflow };
            *flow += sum(row, 3)?;
        }
        let undated = "SELECT ifnull(sum(n_transactions), 0) FROM daily_flow_rows WHERE day = ?1";
        let n_undated: i64 = tx.prepare_cached(undated)?.query_row([NO_DAY], |row| row.get(0))?;
        let of_currency = |currency: Option<Currency>| CurrencyFlows {
            currency,
            stretches: stretches.remove(&currency).unwrap_or_default(),
        };
        let currencies = listed.into_iter().map(of_currency).collect();
        Ok(FlowSeries { n_days, currencies, n_more, n_undated: u64::try_from(n_undated).unwrap_or(0) })
    }

    /// The sum of the balances in each currency over the log, at the checkpoint, from `n_points` samples; and the sum
    /// at one position. Each sample is found by key.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn money_series(&self, at: GlobalPosition, n_points: usize) -> Result<MoneySeries> {
        let Some(tx) = &self.tx else { return Ok(MoneySeries::default()) };
        let checkpoint = read_state(tx)?.checkpoint;
        let (listed, n_more) = largest_currencies(tx)?;
        let as_of = at.min(checkpoint.position);
        let n_points = u64::try_from(n_points.min(N_POINTS_MAX)).unwrap_or(0);
        let sampled = |nth: u64| {
            let position = u128::from(checkpoint.position.number()) * u128::from(nth) / u128::from(n_points);
            GlobalPosition::new(u64::try_from(position).unwrap_or(u64::MAX))
        };
        let mut newest = tx.prepare_cached(
            "SELECT currency, balance, n_accounts, position FROM total_history
             WHERE currency = ?1 AND position <= ?2 ORDER BY position DESC LIMIT 1",
        )?;
        let mut total_at = |currency: Option<Currency>, position: GlobalPosition| {
            let key = params![key(currency.as_ref()), position.to_sql()];
            newest
                .query_row(key, |row| Ok((GlobalPosition::from_sql(row.get(3)?), total_row(row)?)))
                .optional()
        };
        let mut currencies = Vec::new();
        for currency in listed {
            let mut points = Vec::new();
            for nth in 1..=n_points {
                if let Some((position, total)) = total_at(currency, sampled(nth))? {
                    points.push((position, total.balance));
                }
            }
            points.dedup();
            let then = total_at(currency, as_of)?.map(|(_, total)| total);
            currencies.push(CurrencyMoney { currency, then, points });
        }
        Ok(MoneySeries { currencies, n_more, as_of, checkpoint })
    }
}

/// The currencies with the most accounts, in the order of charts, and the number of the others.
fn largest_currencies(tx: &Transaction<'_>) -> Result<(Vec<Option<Currency>>, u64)> {
    let mut select =
        tx.prepare_cached("SELECT currency FROM total_rows ORDER BY n_accounts DESC, currency")?;
    let all = select.query_map([], |row| currency(row, 0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let n_more = u64::try_from(all.len().saturating_sub(N_CURRENCIES_MAX)).unwrap_or(0);
    Ok((all.into_iter().take(N_CURRENCIES_MAX).collect(), n_more))
}
