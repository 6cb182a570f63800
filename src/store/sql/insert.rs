//! Inserts of many rows, some dozens a statement.

use rusqlite::{CachedStatement, Connection, ToSql};

/// Rows per statement, if there are enough: beginning and ending a statement takes half as long as inserting a row, and
/// consecutive rows in the order of the key find their place faster. More rows do not make it faster.
pub const N_ROWS_A_STATEMENT: usize = 32;

/// A row that is being filled, from its first column on.
pub struct RowValues<'s, 'c> {
    statement: &'s mut CachedStatement<'c>,
    n_bound: &'s mut usize,
}

impl RowValues<'_, '_> {
    /// Sets the next column.
    ///
    /// # Errors
    /// The value cannot be stored, or there are more values than columns.
    pub fn put(&mut self, value: impl ToSql) -> rusqlite::Result<()> {
        *self.n_bound += 1;
        self.statement.raw_bind_parameter(*self.n_bound, value)
    }
}

/// Inserts rows into a table. `fill` sets the columns of each, in order. Rows in the order of the table's key are
/// inserted fastest. If a row conflicts with an existing one, the rows before it stay, and the caller rolls the
/// transaction back: so SQLite need not be able to undo a part of a statement.
///
/// # Errors
/// Errors of the database.
pub fn insert<R>(
    conn: &Connection,
    table: &str,
    n_columns: usize,
    rows: &[R],
    fill: impl Fn(&R, &mut RowValues<'_, '_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let row = format!("({})", vec!["?"; n_columns].join(", "));
    let prepare = |n_rows: usize| {
        conn.prepare_cached(&format!(
            "INSERT OR FAIL INTO {table} VALUES {}",
            vec![row.as_str(); n_rows].join(", ")
        ))
    };
    let some = rows.chunks_exact(N_ROWS_A_STATEMENT);
    let rest = some.remainder();
    let execute = |statement: &mut CachedStatement<'_>, rows: &[R]| {
        let mut n_bound = 0;
        for row in rows {
            fill(row, &mut RowValues { statement: &mut *statement, n_bound: &mut n_bound })?;
        }
        statement.raw_execute().map(drop)
    };
    if some.len() > 0 {
        let mut statement = prepare(N_ROWS_A_STATEMENT)?;
        some.into_iter().try_for_each(|rows| execute(&mut statement, rows))?;
    }
    let mut statement = prepare(1)?;
    rest.chunks(1).try_for_each(|rows| execute(&mut statement, rows))
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
            let fill = |(a, b): &(i64, String), row: &mut RowValues<'_, '_>| {
                row.put(a)?;
                row.put(b)
            };
            insert(&conn, "t", 2, &rows, fill).unwrap();
            let mut all = conn.prepare("SELECT a, b FROM t ORDER BY a").unwrap();
            let read = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            assert_eq!(read.map(Result::unwrap).collect::<Vec<_>>(), rows);
            assert_eq!(insert(&conn, "t", 2, &rows, fill).is_err(), n > 0, "a row that is there is an error");
        }
    }
}
