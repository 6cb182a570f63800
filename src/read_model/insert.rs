//! Inserting many rows into a table, some dozens with each statement.

use rusqlite::{CachedStatement, ToSql, Transaction};

/// Rows that a statement inserts where there are so many: to begin and end a statement takes half as long as to insert a
/// row, and rows that come in the order of the key find their place faster behind each other. More make it no faster.
const N_ROWS_A_STATEMENT: usize = 32;

/// A row that is being filled, from its first column on.
pub(super) struct RowValues<'s, 'c> {
    statement: &'s mut CachedStatement<'c>,
    n_bound: &'s mut usize,
}

impl RowValues<'_, '_> {
    /// Gives the next column its value.
    ///
    /// # Errors
    /// The value is none that SQLite keeps, or there are more of them than columns.
    pub(super) fn put(&mut self, value: impl ToSql) -> rusqlite::Result<()> {
        *self.n_bound += 1;
        self.statement.raw_bind_parameter(*self.n_bound, value)
    }
}

/// Inserts rows, each of so many columns, which `fill` puts in their order. Those that come in the order of the table's
/// key are written fastest.
///
/// # Errors
/// What the database says.
pub(super) fn insert<R>(
    tx: &Transaction<'_>,
    (table, n_columns): (&str, usize),
    rows: &[R],
    fill: impl Fn(&R, &mut RowValues<'_, '_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let row = format!("({})", vec!["?"; n_columns].join(", "));
    let prepare = |n_rows: usize| {
        tx.prepare_cached(&format!("INSERT INTO {table} VALUES {}", vec![row.as_str(); n_rows].join(", ")))
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
