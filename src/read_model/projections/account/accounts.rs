//! The projection `accounts`: the current state of each account.

use anyhow::Result;
use rusqlite::{Row, Transaction, params};

use crate::domain::aggregates::account::state::{AccountState, Status};
use crate::domain::event::{GlobalPosition, StreamPosition};
use crate::domain::money::Currency;
use crate::domain::state::State;
use crate::read_model::projections::account::account_columns;
use crate::read_model::projections::account::account_of;
use crate::read_model::projections::account::daily_flows::DailyFlows;
use crate::read_model::projections::account::saved_questions::saved_questions;
use crate::read_model::projections::account::totals::{TOTALS, Totals};
use crate::read_model::projections::account::transactions::Transactions;
use crate::read_model::projections::account::transfers::Transfers;
use crate::read_model::projections::columns::{currency, stream_name, unreadable};
use crate::read_model::projections::state_table::{RowSelection, StateTable};
use crate::read_model::projections::{Projection, Step, StreamId, Touched};
use crate::read_model::rows::StreamRow;
use crate::read_model::rows::columns::ColumnMeaning;
use crate::store::sql::position::SqlPosition;

/// Writes one row per account, and the history of its owner and currency.
#[derive(Debug, Default)]
pub struct Accounts {
    /// By account and position; written at the end of the batch.
    details: Vec<(StreamId, GlobalPosition, Option<String>, Option<Currency>)>,
}

impl Projection for Accounts {
    fn name(&self) -> &str {
        "accounts"
    }

    fn version(&self) -> i64 {
        7
    }

    fn schema(&self) -> &str {
        include_str!("accounts.sql")
    }

    fn present(&self) -> Vec<&str> {
        vec!["account_rows"]
    }

    fn columns(&self) -> &'static [ColumnMeaning] {
        const {
            &[
                ColumnMeaning::stream("account"),
                ColumnMeaning::amount("balance"),
                ColumnMeaning::amount("overdraft_limit"),
                ColumnMeaning::position("position"),
            ]
        }
    }

    fn apply(&mut self, _: &Transaction<'_>, step: &Step<'_>) -> Result<()> {
        let (before, after) = (account_of(step.before), account_of(step.after));
        if (&before.owner, before.currency) != (&after.owner, after.currency) {
            self.details.push((step.stream, step.event.position, after.owner.clone(), after.currency));
        }
        Ok(())
    }

    fn finish(&mut self, tx: &Transaction<'_>, accounts: &[Touched]) -> Result<()> {
        self.details.sort_unstable_by_key(|(account, position, ..)| (*account, *position));
        let mut insert = tx.prepare_cached("INSERT INTO account_detail_history VALUES (?1, ?2, ?3, ?4)")?;
        for (account, position, owner, currency) in self.details.drain(..) {
            insert.execute(params![account.0, position.to_sql(), owner, code(currency.as_ref())])?;
        }
        ACCOUNT_TABLE.write(tx, accounts)
    }
}

/// The table of accounts.
pub(in crate::read_model) static ACCOUNT_TABLE: StateTable = StateTable {
    table: "account_rows",
    projections: || {
        vec![
            Box::new(Accounts::default()),
            Box::new(Transactions::default()),
            Box::new(Totals::default()),
            Box::new(Transfers::default()),
            Box::new(DailyFlows::default()),
        ]
    },
    keeps: |state| matches!(state, State::Account(_)),
    trace_columns: account_columns::COLUMNS,
    trace_values: account_columns::values,
    read_trace: |row, first, _| account_columns::trace(row, first),
    rows: RowSelection { select: SELECT_ACCOUNTS, has_text: "has_text(?4, s.name, s.owner)" },
    rows_as_of: RowSelection { select: SELECT_ACCOUNTS_AS_OF, has_text: "has_text(?4, s.name, d.owner)" },
    read_row: |row, _| account_row(row),
    filtered_by: "name or owner",
    tables: "accounts, transactions, transfers, daily_flows or totals; amounts are minor units (cents)",
    questions: saved_questions,
    totals: Some(TOTALS),
};

/// Selects the columns of [`account_row`]; a condition follows.
const SELECT_ACCOUNTS: &str =
    "SELECT name, owner, currency, balance, overdraft_limit, status, version, position, n_not_understood
     FROM account_rows AS s";

/// The same as of the position `?3`, with every account that exists by now. Accounts that did not exist then have no
/// event and the status none. The owner comes first, so that a filter by owner looks up nothing more of the other
/// accounts.
const SELECT_ACCOUNTS_AS_OF: &str =
    "SELECT s.name, d.owner, d.currency, ifnull(h.balance, 0), ifnull(h.overdraft_limit, 0),
         ifnull(h.status, 'none'), ifnull(h.version, 0), ifnull(h.position, 0),
         ifnull(h.n_not_understood, 0)
     FROM account_rows AS s
     LEFT JOIN account_detail_history AS d ON d.account = s.id AND d.position = (
         SELECT max(e.position) FROM account_detail_history AS e WHERE e.account = s.id AND e.position <= ?3
     )
     LEFT JOIN transaction_history AS h ON h.position = (
         SELECT p.position FROM position_blocks AS b
         CROSS JOIN account_positions AS p ON p.block = b.position >> 19 AND p.account = s.id AND p.position <= ?3
         WHERE b.position <= ?3 ORDER BY b.position DESC, p.position DESC LIMIT 1
     )";

fn code(currency: Option<&Currency>) -> Option<&str> {
    currency.map(Currency::code)
}

/// A row of [`SELECT_ACCOUNTS`].
fn account_row(row: &Row<'_>) -> rusqlite::Result<StreamRow> {
    let n_not_understood: i64 = row.get(8)?;
    let state = State::Account(AccountState {
        owner: row.get(1)?,
        currency: currency(row, 2)?,
        balance: row.get(3)?,
        overdraft_limit: row.get(4)?,
        status: Status::from_word(row.get_ref(5)?.as_str()?)
            .ok_or_else(|| unreadable(5, "a status that does not exist"))?,
    });
    Ok(StreamRow {
        stream: stream_name(row, 0)?,
        columns: state.document(),
        version: StreamPosition::from_sql(row.get(6)?),
        position: GlobalPosition::from_sql(row.get(7)?),
        n_not_understood: u64::try_from(n_not_understood).unwrap_or(0),
    })
}
