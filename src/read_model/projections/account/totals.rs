//! The projection `totals`: the sum of all accounts of a currency.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::Result;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::domain::aggregates::account::state::{AccountState, Status};
use crate::domain::event::GlobalPosition;
use crate::domain::money::Currency;
use crate::read_model::engine::contradiction::Contradiction;
use crate::read_model::projections::account::account_of;
use crate::read_model::projections::sum::{Sum, sum};
use crate::read_model::projections::{Projection, Step, Touched};
use crate::read_model::rows::columns::ColumnMeaning;
use crate::read_model::rows::saved::TotalsQuestion;
use crate::store::sql::insert::insert;
use crate::store::sql::position::SqlPosition;

/// Writes the total of each currency, and its history.
#[derive(Debug, Default)]
pub struct Totals {
    totals: BTreeMap<Option<Currency>, Total>,
    /// By currency and position; written at the end of the batch.
    history: Vec<(Option<Currency>, GlobalPosition, Total)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Total {
    balance: Sum,
    n_accounts: i64,
}

impl Projection for Totals {
    fn name(&self) -> &str {
        "totals"
    }

    fn version(&self) -> i64 {
        3
    }

    fn schema(&self) -> &str {
        include_str!("totals.sql")
    }

    fn present(&self) -> Vec<&str> {
        vec!["total_rows"]
    }

    fn columns(&self) -> &'static [ColumnMeaning] {
        const { &[ColumnMeaning::amount("balance")] }
    }

    fn apply(&mut self, tx: &Transaction<'_>, step: &Step<'_>) -> Result<()> {
        let (before, after) = (share(account_of(step.before)), share(account_of(step.after)));
        if before == after {
            return Ok(());
        }
        if let Some((currency, balance)) = before {
            let total = self.total(tx, currency)?;
            if total.n_accounts < 1 {
                let (key, account) = (key(currency.as_ref()), &step.event.stream);
                return Err(Contradiction(format!(
                    "{account} counts in the total '{key}', which has no row"
                ))
                .into());
            }
            *total = Total { balance: Sum(total.balance.0 - balance), n_accounts: total.n_accounts - 1 };
        }
        if let Some((currency, balance)) = after {
            let total = self.total(tx, currency)?;
            *total = Total { balance: Sum(total.balance.0 + balance), n_accounts: total.n_accounts + 1 };
        }
        let position = step.event.position;
        let left = before.map(|(currency, _)| currency);
        let joined = after.map(|(currency, _)| currency).filter(|currency| Some(*currency) != left);
        for currency in [left, joined].into_iter().flatten() {
            let total = *self.total(tx, currency)?;
            self.history.push((currency, position, total));
        }
        Ok(())
    }

    fn finish(&mut self, tx: &Transaction<'_>, _: &[Touched]) -> Result<()> {
        let mut upsert = tx.prepare_cached("INSERT OR REPLACE INTO total_rows VALUES (?1, ?2, ?3)")?;
        for (currency, total) in &self.totals {
            upsert.execute(params![key(currency.as_ref()), total.balance, total.n_accounts])?;
        }
        self.history.sort_unstable_by_key(|(currency, position, _)| (*currency, *position));
        insert(tx, "total_history", 4, &self.history, |(currency, position, total), row| {
            row.put(key(currency.as_ref()))?;
            row.put(position.to_sql())?;
            row.put(total.balance)?;
            row.put(total.n_accounts)
        })?;
        Ok(())
    }
}

impl Totals {
    fn total(&mut self, tx: &Transaction<'_>, currency: Option<Currency>) -> Result<&mut Total> {
        Ok(match self.totals.entry(currency) {
            Entry::Occupied(total) => total.into_mut(),
            Entry::Vacant(place) => {
                let kept = tx
                    .prepare_cached("SELECT balance, n_accounts FROM total_rows WHERE currency = ?1")?
                    .query_row([key(currency.as_ref())], |row| {
                        Ok(Total { balance: Sum(sum(row, 0)?), n_accounts: row.get(1)? })
                    })
                    .optional()?;
                place.insert(kept.unwrap_or_default())
            }
        })
    }
}

/// An account's part in a total, by the currency of the total; `None` if there is no such account.
fn share(state: &AccountState) -> Option<(Option<Currency>, i128)> {
    (state.status != Status::None).then_some((state.currency, i128::from(state.balance)))
}

/// The currency in the tables of sums: the empty text for accounts without one.
pub(in crate::read_model) fn key(currency: Option<&Currency>) -> &str {
    currency.map_or("", Currency::code)
}

/// The questions about the totals. Those of the past have a CROSS JOIN that keeps SQLite from scanning all of the history.
pub(in crate::read_model) const TOTALS: TotalsQuestion = TotalsQuestion {
    now: "SELECT currency, balance, n_accounts FROM total_rows WHERE n_accounts > 0 ORDER BY currency",
    as_of: "SELECT h.currency, h.balance, h.n_accounts
     FROM total_rows AS t CROSS JOIN total_history AS h ON h.currency = t.currency AND h.position = (
         SELECT max(e.position) FROM total_history AS e WHERE e.currency = t.currency AND e.position <= ?1
     )
     WHERE h.n_accounts > 0 ORDER BY h.currency",
    shares: "SELECT currency, balance FROM account_rows WHERE status <> 'none'",
};
