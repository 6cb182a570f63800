//! The projection `daily_flows`: money in and out by day and currency.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::Result;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::domain::aggregates::account::events::AccountEvent;
use crate::domain::event::GlobalPosition;
use crate::domain::money::Currency;
use crate::read_model::projections::account::account_of;
use crate::read_model::projections::account::totals::key;
use crate::read_model::projections::sum::{Sum, sum};
use crate::read_model::projections::{Projection, Step, Touched};
use crate::read_model::rows::columns::ColumnMeaning;
use crate::read_model::rows::series::Day;
use crate::store::sql::insert::insert;
use crate::store::sql::position::SqlPosition;

/// The day of events without a day: before any day of a time, and as short in the tables.
pub(in crate::read_model) const NO_DAY: i64 = -8_388_608;

/// Writes the flows of each day in each currency, and their history.
///
/// An event that moves money adds its amount to one of the four flows of its day, in the currency that its account has
/// then. The direction of the money decides which; no flow is ever negative. An event that is not understood, or that
/// would overflow a balance, changes no balance and no flow. So, up to any position: over all days and currencies,
/// inflow − outflow + transferred in − transferred out is the sum of all balances. In one currency it is that
/// currency's total, less the balances of accounts that changed to it, plus the balances of accounts that changed to
/// another one.
#[derive(Debug, Default)]
pub struct DailyFlows {
    flows: BTreeMap<FlowKey, Flow>,
    /// By number and position; written at the end of the batch.
    history: Vec<(i64, GlobalPosition, Sum, i64)>,
    /// The highest number of a flow; `None` until it has been looked up.
    last_id: Option<i64>,
}

/// The day, if there is one, the currency, if there is one, and the kind of flow.
type FlowKey = (Option<Day>, Option<Currency>, FlowKind);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum FlowKind {
    Inflow,
    Outflow,
    TransferredIn,
    TransferredOut,
}

/// A flow so far.
#[derive(Clone, Copy, Debug)]
struct Flow {
    /// The number of its row: 1-based, in the order in which the flows first appear in the log.
    id: i64,
    amount: Sum,
    n_transactions: i64,
}

impl FlowKind {
    fn word(self) -> &'static str {
        match self {
            Self::Inflow => INFLOW,
            Self::Outflow => OUTFLOW,
            Self::TransferredIn => "transferred_in",
            Self::TransferredOut => "transferred_out",
        }
    }

    /// The flow of an event and the amount added to it; `None` if the event moves no money. Money that leaves an
    /// account is an outflow, even if the event is a negative deposit.
    /// where the event is a deposit below zero.
    fn of(happened: &AccountEvent) -> Option<(Self, i128)> {
        let (kind, opposite, amount) = match happened {
            AccountEvent::Deposited { amount, .. } => (Self::Inflow, Self::Outflow, *amount),
            AccountEvent::Withdrawn { amount, .. } => (Self::Outflow, Self::Inflow, *amount),
            AccountEvent::TransferReceived { amount, .. } => {
                (Self::TransferredIn, Self::TransferredOut, *amount)
            }
            AccountEvent::TransferSent { amount, .. } => (Self::TransferredOut, Self::TransferredIn, *amount),
            _ => return None,
        };
        let kind = if amount < 0 { opposite } else { kind };
        Some((kind, i128::from(amount).abs()))
    }
}

/// The word for an inflow in the rows.
pub(in crate::read_model) const INFLOW: &str = "inflow";

/// The word for an outflow in the rows.
pub(in crate::read_model) const OUTFLOW: &str = "outflow";

impl Projection for DailyFlows {
    fn name(&self) -> &str {
        "daily_flows"
    }

    fn version(&self) -> i64 {
        2
    }

    fn schema(&self) -> &str {
        include_str!("daily_flows.sql")
    }

    fn present(&self) -> Vec<&str> {
        vec!["daily_flow_rows"]
    }

    fn columns(&self) -> &'static [ColumnMeaning] {
        const {
            &[
                ColumnMeaning::amount("inflow"),
                ColumnMeaning::amount("outflow"),
                ColumnMeaning::amount("transferred_in"),
                ColumnMeaning::amount("transferred_out"),
            ]
        }
    }

    fn apply(&mut self, tx: &Transaction<'_>, step: &Step<'_>) -> Result<()> {
        let Some((kind, amount)) = step.evolved.event.account().and_then(FlowKind::of) else { return Ok(()) };
        let event = step.event;
        let day = event.time.or(event.clock).map(Day::of);
        let flow = self.flow(tx, (day, account_of(step.after).currency, kind))?;
        flow.amount.0 += amount;
        flow.n_transactions += 1;
        let Flow { id, amount, n_transactions } = *flow;
        self.history.push((id, event.position, amount, n_transactions));
        Ok(())
    }

    fn finish(&mut self, tx: &Transaction<'_>, _: &[Touched]) -> Result<()> {
        let mut upsert = tx.prepare_cached(
            "INSERT INTO daily_flow_rows VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET amount = ?5, n_transactions = ?6",
        )?;
        for ((day, currency, kind), flow) in &self.flows {
            let Flow { id, amount, n_transactions } = flow;
            let row = params![id, number(*day), key(currency.as_ref()), kind.word(), amount, n_transactions];
            upsert.execute(row)?;
        }
        self.history.sort_unstable_by_key(|(id, position, ..)| (*id, *position));
        insert(tx, "daily_flow_history", 4, &self.history, |(id, position, amount, n_transactions), row| {
            row.put(id)?;
            row.put(position.to_sql())?;
            row.put(amount)?;
            row.put(n_transactions)
        })?;
        Ok(())
    }
}

impl DailyFlows {
    fn flow(&mut self, tx: &Transaction<'_>, key: FlowKey) -> Result<&mut Flow> {
        Ok(match self.flows.entry(key) {
            Entry::Occupied(flow) => flow.into_mut(),
            Entry::Vacant(place) => {
                let flow = match find(tx, key)? {
                    Some(flow) => flow,
                    None => {
                        let last_id = self.last_id.map_or_else(|| last_id(tx), Ok)?;
                        let id = last_id.saturating_add(1);
                        self.last_id = Some(id);
                        Flow { id, amount: Sum::default(), n_transactions: 0 }
                    }
                };
                place.insert(flow)
            }
        })
    }
}

/// The flow in its row.
fn find(tx: &Transaction<'_>, (day, currency, kind): FlowKey) -> Result<Option<Flow>> {
    let mut select = tx.prepare_cached(
        "SELECT id, amount, n_transactions FROM daily_flow_rows
         WHERE day = ?1 AND currency = ?2 AND flow = ?3",
    )?;
    let of = params![number(day), key(currency.as_ref()), kind.word()];
    let flow = select.query_row(of, |row| {
        Ok(Flow { id: row.get(0)?, amount: Sum(sum(row, 1)?), n_transactions: row.get(2)? })
    });
    Ok(flow.optional()?)
}

fn last_id(tx: &Transaction<'_>) -> Result<i64> {
    let mut select = tx.prepare_cached("SELECT ifnull(max(id), 0) FROM daily_flow_rows")?;
    Ok(select.query_row([], |row| row.get(0))?)
}

fn number(day: Option<Day>) -> i64 {
    day.map_or(NO_DAY, |day| day.0)
}
