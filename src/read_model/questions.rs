//! The questions that screens and verbs ask.

use anyhow::Result;
use rusqlite::{OptionalExtension, Row, ToSql, Transaction, params};

use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::accounts::{SELECT_ACCOUNTS, account_row, count};
use crate::read_model::batch::read_mark;
use crate::read_model::query::Reading;
use crate::read_model::rows::{AccountRow, AccountWindow, Checkpoint, StatementRow, TotalRow};
use crate::read_model::totals::total_row;
use crate::read_model::transactions::statement_row;

impl Reading<'_> {
    /// Whether there is a read model at all.
    pub fn exists(&self) -> bool {
        self.tx.is_some()
    }

    /// How far the read model has been projected: what all other answers are as of.
    ///
    /// # Errors
    /// The read model cannot be read; so for all questions.
    pub fn checkpoint(&self) -> Result<Checkpoint> {
        let Some(tx) = &self.tx else { return Ok(Checkpoint::default()) };
        Ok(read_mark(tx)?.checkpoint)
    }

    /// How many accounts there are, those counted of which there are only events without meaning for an account.
    pub fn n_accounts(&self) -> Result<u64> {
        let Some(tx) = &self.tx else { return Ok(0) };
        Ok(u64::try_from(count(tx)?).unwrap_or(0))
    }

    /// Up to `n_before` accounts whose names come before `from`, and up to `n_after` at or after it, in the order of
    /// the bytes of their names. The empty text comes before all names.
    pub fn accounts(&self, from: &str, n_before: usize, n_after: usize) -> Result<AccountWindow> {
        let Some(tx) = &self.tx else { return Ok(AccountWindow::default()) };
        let mut before = rows(
            tx,
            &format!("{SELECT_ACCOUNTS} WHERE name < ?1 ORDER BY name DESC LIMIT ?2"),
            params![from, limit(n_before.saturating_add(1))],
            account_row,
        )?;
        let mut after = rows(
            tx,
            &format!("{SELECT_ACCOUNTS} WHERE name >= ?1 ORDER BY name LIMIT ?2"),
            params![from, limit(n_after.saturating_add(1))],
            account_row,
        )?;
        let (has_before, has_after) = (before.len() > n_before, after.len() > n_after);
        before.truncate(n_before);
        after.truncate(n_after);
        before.reverse();
        let at = before.len();
        before.append(&mut after);
        Ok(AccountWindow { rows: before, at, has_before, has_after, n_accounts: self.n_accounts()? })
    }

    /// The account of that name.
    pub fn account(&self, name: &StreamName) -> Result<Option<AccountRow>> {
        let Some(tx) = &self.tx else { return Ok(None) };
        let mut select = tx.prepare_cached(&format!("{SELECT_ACCOUNTS} WHERE name = ?1"))?;
        Ok(select.query_row([name.as_str()], account_row).optional()?)
    }

    /// What all accounts of each currency hold together, by currency, those without one first.
    pub fn totals(&self) -> Result<Vec<TotalRow>> {
        let Some(tx) = &self.tx else { return Ok(Vec::new()) };
        let sql =
            "SELECT currency, balance, n_accounts FROM total_rows WHERE n_accounts > 0 ORDER BY currency";
        rows(tx, sql, &[], total_row)
    }

    /// The newest `n_rows_max` lines of an account's statement up to a position (`None`: all there are), oldest first.
    pub fn statement(
        &self,
        account: &StreamName,
        up_to: Option<GlobalPosition>,
        n_rows_max: usize,
    ) -> Result<Vec<StatementRow>> {
        let Some(tx) = &self.tx else { return Ok(Vec::new()) };
        let up_to = up_to.map_or(i64::MAX, GlobalPosition::to_sql);
        let mut lines = rows(
            tx,
            "SELECT h.position, h.version, h.time, h.type, h.amount, h.balance, h.counterparty, h.transfer
             FROM account_positions AS p JOIN transaction_history AS h ON h.position = p.position
             WHERE p.account = (SELECT id FROM account_rows WHERE name = ?1) AND p.position <= ?2
             ORDER BY p.position DESC LIMIT ?3",
            params![account.as_str(), up_to, limit(n_rows_max)],
            statement_row,
        )?;
        lines.reverse();
        Ok(lines)
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
