//! The projection `transactions`: each account event with the account's values after it.

use anyhow::Result;
use rusqlite::Transaction;

use crate::domain::aggregates::account::events::AccountEvent;
use crate::domain::aggregates::account::state::Status;
use crate::domain::event::{GlobalPosition, StreamName, StreamPosition, Timestamp};
use crate::domain::state::State;
use crate::read_model::projections::{Projection, Step, StreamId, Touched};
use crate::read_model::rows::columns::ColumnMeaning;
use crate::store::sql::insert::insert;
use crate::store::sql::position::SqlPosition;

/// Writes one row per event.
#[derive(Debug, Default)]
pub struct Transactions {
    /// Written at the end of the batch, with one statement that stays prepared.
    lines: Vec<TransactionRow>,
}

/// A row of the history.
#[derive(Debug)]
struct TransactionRow {
    position: GlobalPosition,
    account: StreamId,
    version: StreamPosition,
    time: Option<Timestamp>,
    event_type: String,
    amount: Option<i64>,
    balance: i64,
    overdraft_limit: i64,
    status: Status,
    n_not_understood: u64,
    counterparty: Option<StreamName>,
    transfer: Option<String>,
}

impl Projection for Transactions {
    fn name(&self) -> &str {
        "transactions"
    }

    fn version(&self) -> i64 {
        7
    }

    fn schema(&self) -> &str {
        include_str!("transactions.sql")
    }

    fn present(&self) -> Vec<&str> {
        vec![]
    }

    fn columns(&self) -> &'static [ColumnMeaning] {
        const {
            &[
                ColumnMeaning::position("position"),
                ColumnMeaning::stream("account"),
                ColumnMeaning::amount("amount"),
                ColumnMeaning::amount("balance"),
                ColumnMeaning::amount("overdraft_limit"),
                ColumnMeaning::other_stream("counterparty"),
            ]
        }
    }

    fn apply(&mut self, _: &Transaction<'_>, step: &Step<'_>) -> Result<()> {
        let Step { event, stream, n_not_understood, .. } = step;
        let State::Account(after) = step.after else { return Ok(()) };
        let happened = step.evolved.event.account();
        self.lines.push(TransactionRow {
            position: event.position,
            account: *stream,
            version: event.version,
            time: event.time,
            event_type: event.event_type.clone(),
            amount: happened.and_then(AccountEvent::balance_change).and_then(Result::ok),
            balance: after.balance,
            overdraft_limit: after.overdraft_limit,
            status: after.status,
            n_not_understood: *n_not_understood,
            counterparty: happened.and_then(AccountEvent::counterparty).cloned(),
            transfer: happened.and_then(AccountEvent::transfer).map(str::to_owned),
        });
        Ok(())
    }

    fn finish(&mut self, tx: &Transaction<'_>, _: &[Touched]) -> Result<()> {
        insert(tx, "transaction_history", 12, &self.lines, |line, row| {
            row.put(line.position.to_sql())?;
            row.put(line.account.0)?;
            row.put(line.version.to_sql())?;
            row.put(line.time.map(Timestamp::as_microsecond))?;
            row.put(&line.event_type)?;
            row.put(line.amount)?;
            row.put(line.balance)?;
            row.put(line.overdraft_limit)?;
            row.put(line.status.word())?;
            row.put(i64::try_from(line.n_not_understood).unwrap_or(i64::MAX))?;
            row.put(line.counterparty.as_ref().map(StreamName::as_str))?;
            row.put(&line.transfer)
        })?;
        self.begin_blocks(tx)?;
        // In the order of the index, rows of one account are adjacent, and each page is visited once.
        let key = |line: TransactionRow| (block(line.position), line.account, line.position);
        let mut positions: Vec<_> = self.lines.drain(..).map(key).collect();
        positions.sort_unstable();
        insert(tx, "account_positions", 3, &positions, |(block, account, position), row| {
            row.put(block)?;
            row.put(account.0)?;
            row.put(position.to_sql())
        })?;
        Ok(())
    }
}

impl Transactions {
    /// Records the beginnings of blocks in this batch.
    fn begin_blocks(&self, tx: &Transaction<'_>) -> Result<()> {
        let mut newest: Option<i64> =
            tx.query_row("SELECT max(position) >> 19 FROM position_blocks", [], |row| row.get(0))?;
        for position in self.lines.iter().map(|line| line.position) {
            if newest < Some(block(position)) {
                newest = Some(block(position));
                tx.execute("INSERT INTO position_blocks VALUES (?1)", [position.to_sql()])?;
            }
        }
        Ok(())
    }
}

/// A block has 2 to the power of this many positions: some megabytes of the index, which stay in memory while it is
/// written. The SQL that looks up an account's events has the same figure.
const BLOCK_BITS: u32 = 19;

fn block(position: GlobalPosition) -> i64 {
    position.to_sql() >> BLOCK_BITS
}
