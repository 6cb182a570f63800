//! SQL functions for the position as of which views answer.

use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use crate::domain::moment::Moment;
use crate::domain::money::{Currency, with_code};
use crate::domain::uuids::is_same;
use crate::read_model::rows::AsOf;
use crate::store::sql::position::SqlPosition;

/// Makes the views of this connection answer as of a position. `as_of()` is that position. `is_at_checkpoint()` is 1 if
/// it is the checkpoint, so that rows of the present can be used instead of history. The connection has to see the read
/// model at this checkpoint while it is used. `is_same_name(a, b)` is 1 if two ids are the same: UUIDs compare by
/// value.
///
/// Questions of users may also call `money(minor_units, currency)`: the amount as text, as screens show it; NULL
/// without an amount.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn register(
    connection: &Connection,
    as_of: AsOf,
    checkpoint: &Moment,
) -> Result<()> {
    // Views call them, and with an untrusted schema views may call only innocuous functions.
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    let position = as_of.position(checkpoint);
    let is_at_checkpoint = position == checkpoint.position;
    connection.create_scalar_function("as_of", 0, flags, move |_| Ok(position.to_sql()))?;
    connection.create_scalar_function("is_at_checkpoint", 0, flags, move |_| Ok(is_at_checkpoint))?;
    connection.create_scalar_function("is_same_name", 2, flags, |context| {
        let (a, b) = (context.get_raw(0).as_str_or_null()?, context.get_raw(1).as_str_or_null()?);
        Ok(a.zip(b).is_some_and(|(a, b)| is_same(a, b)))
    })?;
    connection.create_scalar_function("money", 2, flags, |context| {
        let currency = context.get_raw(1).as_str_or_null().ok().flatten().and_then(Currency::from_code);
        let minor_units = match context.get_raw(0) {
            ValueRef::Integer(minor_units) => Some(i128::from(minor_units)),
            other => other.as_str().ok().and_then(|text| text.parse().ok()),
        };
        Ok(minor_units.map(|minor_units| with_code(minor_units, currency)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_shows_minor_units_in_their_currency() {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection, AsOf::Checkpoint, &Moment::default()).unwrap();
        for (arguments, expected) in [
            ("125000, 'EUR'", Some("1,250.00 EUR")),
            ("-5, 'EUR'", Some("-0.05 EUR")),
            ("0, 'KWD'", Some("0.000 KWD")),
            ("1250, 'JPY'", Some("1,250 JPY")),
            ("1250, 'QQQ'", Some("1,250 QQQ")),
            ("1250, NULL", Some("1,250")),
            ("1250, 'euro'", Some("1,250")),
            ("1250, x'00ff'", Some("1,250")),
            ("1250, 978", Some("1,250")),
            ("9223372036854775807, 'USD'", Some("92,233,720,368,547,758.07 USD")),
            ("-9223372036854775808, 'USD'", Some("-92,233,720,368,547,758.08 USD")),
            // A total that does not fit 64 bits is given as text.
            ("'-9223372036854775809', 'USD'", Some("-92,233,720,368,547,758.09 USD")),
            ("'170141183460469231731687303715884105728', 'USD'", None),
            ("'much', 'USD'", None),
            ("'', 'USD'", None),
            ("12.5, 'USD'", None),
            ("x'31', 'USD'", None),
            ("NULL, 'USD'", None),
            ("NULL, NULL", None),
        ] {
            let select = format!("SELECT money({arguments})");
            let shown: Option<String> = connection.query_row(&select, [], |row| row.get(0)).unwrap();
            assert_eq!(shown.as_deref(), expected, "money({arguments})");
        }
    }
}
