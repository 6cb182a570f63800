//! Many rows with one statement: SQLite then keeps its place in the table from one row to the next.

use rusqlite::types::ToSql;
use rusqlite::{CachedStatement, Connection};

/// How many rows go into one statement: with more of them nothing is gained, and the statement is as long as they are.
pub(super) const ROWS_AT_ONCE: usize = 32;

/// A statement that adds rows of so many columns to a table.
pub(super) struct InsertMany<'c> {
    conn: &'c Connection,
    /// The statement up to the values of its rows.
    sql: &'static str,
    n_columns: usize,
    many: CachedStatement<'c>,
}

impl<'c> InsertMany<'c> {
    /// The statement that begins with this SQL, up to and with `VALUES`. What conflicts with a row that is there must
    /// end the transaction: the rows before it stay. It is an `INSERT OR FAIL`, which spares SQLite remembering how to
    /// take a part of the rows back.
    pub(super) fn new(conn: &'c Connection, sql: &'static str, n_columns: usize) -> rusqlite::Result<Self> {
        let many = conn.prepare_cached(&with_rows(sql, n_columns, ROWS_AT_ONCE))?;
        Ok(Self { conn, sql, n_columns, many })
    }

    /// Adds the rows; `bind` hands the values of one on, column by column.
    pub(super) fn rows<R>(
        &mut self,
        rows: &[R],
        bind: impl Fn(&R, &mut dyn FnMut(&dyn ToSql) -> rusqlite::Result<()>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let (full, rest) = rows.as_chunks::<ROWS_AT_ONCE>();
        for rows in full {
            execute(&mut self.many, rows, &bind)?;
        }
        if rest.is_empty() {
            return Ok(());
        }
        let mut one = self.conn.prepare_cached(&with_rows(self.sql, self.n_columns, 1))?;
        rest.chunks(1).try_for_each(|row| execute(&mut one, row, &bind))
    }
}

fn with_rows(sql: &str, n_columns: usize, n_rows: usize) -> String {
    let row = format!("({})", vec!["?"; n_columns].join(", "));
    format!("{sql} {}", vec![row.as_str(); n_rows].join(", "))
}

fn execute<R>(
    statement: &mut CachedStatement<'_>,
    rows: &[R],
    bind: impl Fn(&R, &mut dyn FnMut(&dyn ToSql) -> rusqlite::Result<()>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut n_bound = 0;
    for row in rows {
        bind(row, &mut |value| {
            n_bound += 1;
            statement.raw_bind_parameter(n_bound, value)
        })?;
    }
    statement.raw_execute().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rows_are_there_in_their_order_however_many_they_are() {
        for n in [0, 1, 31, 32, 33, 64, 100] {
            let conn = Connection::open_in_memory().unwrap();
            conn.execute_batch("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)").unwrap();
            let rows: Vec<(i64, String)> = (0..n).map(|n| (n, format!("{n}"))).collect();
            let mut insert = InsertMany::new(&conn, "INSERT OR FAIL INTO t (a, b) VALUES", 2).unwrap();
            let bind = |(a, b): &(i64, String), to: &mut dyn FnMut(&dyn ToSql) -> rusqlite::Result<()>| {
                to(a)?;
                to(b)
            };
            insert.rows(&rows, bind).unwrap();
            let mut all = conn.prepare("SELECT a, b FROM t ORDER BY a").unwrap();
            let read = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            assert_eq!(read.map(Result::unwrap).collect::<Vec<_>>(), rows);
            assert_eq!(insert.rows(&rows, bind).is_err(), n > 0, "a row that is there is an error");
        }
    }
}
