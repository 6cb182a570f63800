//! Names, currencies and other values in the columns of rows.

use rusqlite::Row;

use crate::domain::event::StreamName;
use crate::domain::money::Currency;

/// The name in a column.
pub(in crate::read_model) fn stream_name(row: &Row<'_>, column: usize) -> rusqlite::Result<StreamName> {
    StreamName::new(row.get_ref(column)?.as_str()?).map_err(|_| unreadable(column, "an invalid name"))
}

/// The currency in a column; NULL and the empty text mean none.
pub(in crate::read_model) fn currency(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Currency>> {
    match row.get_ref(column)?.as_str_or_null()? {
        None | Some("") => Ok(None),
        Some(code) => {
            Currency::from_code(code).map(Some).ok_or_else(|| unreadable(column, "an invalid currency"))
        }
    }
}

/// The error for a value that our rows never have, because somebody else has written it.
pub(in crate::read_model) fn unreadable(column: usize, what: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, what.into())
}
