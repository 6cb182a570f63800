//! The columns of a result that are amounts in minor units.

use rusqlite::{Connection, Result};

use crate::domain::moment::Moment;
use crate::read_model::questions::as_of;
use crate::read_model::rows::AsOf;
use crate::read_model::rows::columns::ColumnMeaning;

/// The declared type that marks an amount.
const MINOR_UNITS: &str = "MINOR_UNITS";

/// Empty tables in memory with the names of a read model's views and tables. SQLite reports the declared type of each
/// column of an answer that comes directly from a table. In the read model itself amounts have the type of all
/// integers, or come from a view.
pub(super) struct EmptyTables(Connection);

impl EmptyTables {
    /// The same tables and columns as in this read model, of which those that are amounts are marked.
    ///
    /// # Errors
    /// Errors of SQLite.
    pub(super) fn like(
        read_model: &Connection,
        columns: &[ColumnMeaning],
        as_of: AsOf,
        checkpoint: &Moment,
    ) -> Result<Self> {
        let mut select = read_model.prepare(
            r#"SELECT s.name, group_concat(
                 printf('"%w"', x.name) || iif(instr(?1, ' ' || x.name || ' '), ' ' || ?2, ''), ', ' ORDER BY x.cid
             )
             FROM sqlite_schema AS s CROSS JOIN pragma_table_xinfo(s.name) AS x
             WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite_%' GROUP BY s.name"#,
        )?;
        let amounts =
            columns.iter().filter(|column| column.is_amount()).map(|column| format!(" {} ", column.name));
        let amounts: String = amounts.collect();
        let mut rows = select.query([amounts.as_str(), MINOR_UNITS])?;
        let empty = Connection::open_in_memory()?;
        as_of::register(&empty, as_of, checkpoint)?;
        while let Some(row) = rows.next()? {
            let (name, columns): (String, String) = (row.get(0)?, row.get(1)?);
            empty.execute_batch(&format!("CREATE TABLE \"{}\" ({columns})", name.replace('"', "\"\"")))?;
        }
        // Its columns are not amounts.
        empty.execute_batch(
            "CREATE TABLE IF NOT EXISTS events (position, stream, version, type, time, data, metadata)",
        )?;
        Ok(Self(empty))
    }

    /// Whether each column of the answer is an amount in minor units, directly from a view or table. The question is
    /// one that the read model answers. Computed columns do not count, nor do joined SELECTs, of which SQLite examines
    /// only one.
    pub(super) fn in_minor_units(&self, sql: &str) -> Vec<bool> {
        let mut words = sql.split(|c: char| !c.is_ascii_alphanumeric());
        if words
            .any(|word| ["UNION", "EXCEPT", "INTERSECT"].iter().any(|join| word.eq_ignore_ascii_case(join)))
        {
            return Vec::new();
        }
        // A question that needs more than names, an index for example, cannot be prepared here and gives no
        // information.
        let Ok(statement) = self.0.prepare(sql) else { return Vec::new() };
        statement.columns().map(|column| column.decl_type() == Some(MINOR_UNITS)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::Aggregates;
    use crate::read_model::engine::layout;
    use crate::read_model::projections::list::Projections;

    fn in_minor_units(sql: &str) -> Vec<bool> {
        let read_model = Connection::open_in_memory().unwrap();
        let checkpoint = Moment::default();
        as_of::register(&read_model, AsOf::Checkpoint, &checkpoint).unwrap();
        let projections = Projections::of(&Aggregates::bank());
        layout::make(&read_model, &projections).unwrap();
        let events = "CREATE TEMP TABLE events (position, stream, version, type, time, data, metadata)";
        read_model.execute_batch(events).unwrap();
        // All questions here can be answered.
        read_model.prepare(sql).unwrap();
        let columns = projections.columns();
        EmptyTables::like(&read_model, &columns, AsOf::Checkpoint, &checkpoint).unwrap().in_minor_units(sql)
    }

    #[test]
    fn amounts_are_found_in_every_view_and_under_any_name() {
        let (no, yes) = (false, true);
        for (sql, expected) in [
            ("SELECT account, balance, overdraft_limit FROM accounts", vec![no, yes, yes]),
            ("SELECT * FROM totals", vec![no, yes, no]),
            ("SELECT amount, balance, position FROM transactions", vec![yes, yes, no]),
            ("SELECT amount, state FROM transfers", vec![yes, no]),
            ("SELECT * FROM daily_flows", vec![no, no, yes, yes, yes, yes, no]),
            ("SELECT balance FROM account_rows JOIN total_history USING (balance)", vec![yes]),
            ("SELECT BALANCE AS b, account AS balance FROM accounts", vec![yes, no]),
            ("WITH t AS (SELECT x.amount AS m FROM transactions AS x) SELECT 1, m FROM t", vec![no, yes]),
            ("SELECT (SELECT balance FROM accounts LIMIT 1)", vec![yes]),
            ("SELECT position, balance FROM transactions JOIN events USING (position)", vec![no, yes]),
            ("SELECT DISTINCT inflow FROM daily_flows GROUP BY day ORDER BY 1", vec![yes]),
        ] {
            assert_eq!(in_minor_units(sql), expected, "{sql}");
        }
    }

    #[test]
    fn nothing_else_is_called_minor_units() {
        for sql in [
            "SELECT money(balance, currency) AS balance FROM accounts",
            "SELECT balance / 100 AS balance FROM accounts",
            "SELECT n_accounts AS balance FROM totals",
            "SELECT count(*) AS amount FROM transactions WHERE amount < 0",
            "SELECT 1 AS balance",
            "SELECT balance FROM accounts UNION ALL SELECT n_accounts FROM totals",
            "SELECT * FROM (SELECT n_accounts FROM totals union SELECT balance FROM accounts)",
            "EXPLAIN SELECT balance FROM accounts",
        ] {
            assert!(!in_minor_units(sql).contains(&true), "{sql}");
        }
    }
}
