//! What came and went on each day, by currency.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::Result;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::domain::account::events::AccountEvent;
use crate::domain::event::GlobalPosition;
use crate::domain::money::Currency;
use crate::read_model::rows::Day;
use crate::read_model::sum::{Sum, sum};
use crate::read_model::totals::key;
use crate::read_model::{Projection, Step, Touched};

/// The day in the tables of what belongs to no day: before any that a time can name, in no more bytes than those take.
pub(super) const NO_DAY: i64 = -8_388_608;

/// Keeps the flows of each day in each currency, and their history.
///
/// An event that moves money adds its amount, as it stands there, to one of the four flows of its day in the currency that
/// its account has then. An event without a meaning, and one that would take a balance past what can be counted, changes
/// no balance and adds to no flow. So, up to any position: over all days and currencies, inflow − outflow + transferred in
/// − transferred out is the sum of all balances; and in one currency it is that currency's total, less what accounts
/// brought along that changed to it, plus what accounts took away that changed to another.
#[derive(Debug, Default)]
pub struct DailyFlows {
    flows: BTreeMap<OfDay, Flows>,
    /// Written by day, currency and position, at the end of the batch.
    history: Vec<(OfDay, GlobalPosition, Flows)>,
}

/// A day, if there is one, and a currency, if there is one.
type OfDay = (Option<Day>, Option<Currency>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Flows {
    inflow: Sum,
    outflow: Sum,
    transferred_in: Sum,
    transferred_out: Sum,
    n_transactions: i64,
}

impl Projection for DailyFlows {
    fn name(&self) -> &'static str {
        "daily_flows"
    }

    fn version(&self) -> i64 {
        1
    }

    fn schema(&self) -> &'static str {
        include_str!("daily_flows.sql")
    }

    fn apply(&mut self, tx: &Transaction<'_>, step: &Step<'_>) -> Result<()> {
        let Step { event, happened, after, .. } = step;
        let Some(happened) = happened.filter(|happened| happened.balance_change().is_some()) else {
            return Ok(());
        };
        let of_day = (event.time.or(event.clock).map(Day::of), after.currency);
        let flows = self.flows(tx, of_day)?;
        match happened {
            AccountEvent::Deposited { amount, .. } => flows.inflow.0 += i128::from(*amount),
            AccountEvent::Withdrawn { amount, .. } => flows.outflow.0 += i128::from(*amount),
            AccountEvent::TransferReceived { amount, .. } => flows.transferred_in.0 += i128::from(*amount),
            AccountEvent::TransferSent { amount, .. } => flows.transferred_out.0 += i128::from(*amount),
            _ => {}
        }
        flows.n_transactions += 1;
        let flows = *flows;
        self.history.push((of_day, event.position, flows));
        Ok(())
    }

    fn finish(&mut self, tx: &Transaction<'_>, _: &[Touched]) -> Result<()> {
        let mut upsert =
            tx.prepare_cached("INSERT OR REPLACE INTO daily_flow_rows VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        for ((day, currency), flows) in &self.flows {
            upsert.execute(params![
                number(*day),
                key(currency.as_ref()),
                flows.inflow,
                flows.outflow,
                flows.transferred_in,
                flows.transferred_out,
                flows.n_transactions,
            ])?;
        }
        self.history.sort_unstable_by_key(|(of_day, position, _)| (*of_day, *position));
        let mut insert =
            tx.prepare_cached("INSERT INTO daily_flow_history VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        for ((day, currency), position, flows) in self.history.drain(..) {
            insert.execute(params![
                number(day),
                key(currency.as_ref()),
                position.to_sql(),
                flows.inflow,
                flows.outflow,
                flows.transferred_in,
                flows.transferred_out,
                flows.n_transactions,
            ])?;
        }
        Ok(())
    }
}

impl DailyFlows {
    fn flows(&mut self, tx: &Transaction<'_>, of_day: OfDay) -> Result<&mut Flows> {
        Ok(match self.flows.entry(of_day) {
            Entry::Occupied(flows) => flows.into_mut(),
            Entry::Vacant(place) => {
                let (day, currency) = of_day;
                let kept = tx
                    .prepare_cached(
                        "SELECT inflow, outflow, transferred_in, transferred_out, n_transactions
                         FROM daily_flow_rows WHERE day = ?1 AND currency = ?2",
                    )?
                    .query_row(params![number(day), key(currency.as_ref())], flows_row)
                    .optional()?;
                place.insert(kept.unwrap_or_default())
            }
        })
    }
}

fn number(day: Option<Day>) -> i64 {
    day.map_or(NO_DAY, |day| day.0)
}

/// A row of the four flows and how many they are of.
fn flows_row(row: &Row<'_>) -> rusqlite::Result<Flows> {
    Ok(Flows {
        inflow: Sum(sum(row, 0)?),
        outflow: Sum(sum(row, 1)?),
        transferred_in: Sum(sum(row, 2)?),
        transferred_out: Sum(sum(row, 3)?),
        n_transactions: row.get(4)?,
    })
}
