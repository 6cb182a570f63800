//! Sums of amounts in SQLite: an integer if it fits, otherwise exact decimal text.

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Row, ToSql};

use crate::read_model::projections::columns::unreadable;

/// A sum of `i64` amounts: fewer than 2^63 of them cannot overflow it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::read_model) struct Sum(pub(in crate::read_model) i128);

impl ToSql for Sum {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = i64::try_from(self.0).map_or_else(|_| Value::Text(self.0.to_string()), Value::Integer);
        Ok(ToSqlOutput::Owned(value))
    }
}

/// The sum in a column.
pub(in crate::read_model) fn sum(row: &Row<'_>, column: usize) -> rusqlite::Result<i128> {
    match row.get_ref(column)? {
        ValueRef::Integer(sum) => Ok(i128::from(sum)),
        other => other.as_str()?.parse().map_err(|_| unreadable(column, "an invalid sum")),
    }
}
