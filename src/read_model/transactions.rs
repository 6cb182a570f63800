//! What happened, event by event, with the account's values after it.

use anyhow::Result;
use rusqlite::{Row, Transaction, params};

use crate::domain::account::events::AccountEvent;
use crate::domain::event::{GlobalPosition, StreamName, StreamPosition, Timestamp};
use crate::read_model::accounts::stream_name;
use crate::read_model::rows::StatementRow;
use crate::read_model::{AccountId, Projection, Step, Touched};

/// Keeps one row an event.
#[derive(Debug, Default)]
pub struct Transactions {
    positions: Vec<(AccountId, GlobalPosition)>,
}

impl Projection for Transactions {
    fn name(&self) -> &'static str {
        "transactions"
    }

    fn version(&self) -> i64 {
        2
    }

    fn schema(&self) -> &'static str {
        include_str!("transactions.sql")
    }

    fn apply(&mut self, tx: &Transaction<'_>, step: &Step<'_>) -> Result<()> {
        let Step { event, account, happened, after, .. } = step;
        self.positions.push((*account, event.position));
        let amount = happened.and_then(AccountEvent::balance_change).and_then(Result::ok);
        tx.prepare_cached(
            "INSERT INTO transaction_history VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            event.position.to_sql(),
            account.0,
            event.version.to_sql(),
            event.time.map(Timestamp::as_microsecond),
            event.event_type,
            amount,
            after.balance,
            after.overdraft_limit,
            after.status.word(),
            happened.and_then(AccountEvent::counterparty).map(StreamName::as_str),
            happened.and_then(AccountEvent::transfer),
        ])?;
        Ok(())
    }

    fn finish(&mut self, tx: &Transaction<'_>, _: &[Touched]) -> Result<()> {
        // In the order of the index: rows of one account come to stand beside each other, each page is met once.
        self.positions.sort_unstable();
        let mut insert = tx.prepare_cached("INSERT INTO account_positions VALUES (?1, ?2)")?;
        for (account, position) in self.positions.drain(..) {
            insert.execute([account.0, position.to_sql()])?;
        }
        Ok(())
    }
}

/// A row of the columns position, version, time, type, amount, balance, counterparty, transfer.
pub(super) fn statement_row(row: &Row<'_>) -> rusqlite::Result<StatementRow> {
    let time: Option<i64> = row.get(2)?;
    let has_counterparty = row.get_ref(6)?.as_str_or_null()?.is_some();
    Ok(StatementRow {
        position: GlobalPosition::from_sql(row.get(0)?),
        version: StreamPosition::from_sql(row.get(1)?),
        time: time.and_then(|micros| Timestamp::from_microsecond(micros).ok()),
        event_type: row.get(3)?,
        amount: row.get(4)?,
        balance: row.get(5)?,
        counterparty: if has_counterparty { Some(stream_name(row, 6)?) } else { None },
        transfer: row.get(7)?,
    })
}
