//! SQLite's functions of dates, without the clock and the machine's time zone.
//!
//! A rebuild has to give the same rows. So these functions fail where SQLite would take the present time (`'now'`, or no
//! time at all) or the machine's zone (`'localtime'`, `'utc'`). The rest is left to SQLite, on a connection of its own.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result, params_from_iter};

/// The functions, each with the number of arguments before the time.
const DATE_FUNCTIONS: [(&str, usize); 7] = [
    ("date", 0),
    ("time", 0),
    ("datetime", 0),
    ("julianday", 0),
    ("unixepoch", 0),
    ("strftime", 1),
    ("timediff", 0),
];

/// Arguments that mean the clock or the machine's zone wherever they are.
const NOT_PURE: [&str; 3] = ["now", "localtime", "utc"];

/// Arguments that mean the clock in place of a time.
const CLOCK_IN_PLACE_OF_A_TIME: [&str; 2] = ["subsec", "subsecond"];

/// Replaces SQLite's functions of dates on a connection.
///
/// # Errors
/// Errors of SQLite.
pub(super) fn register(connection: &Connection) -> Result<()> {
    let builtin = Arc::new(Mutex::new(Connection::open_in_memory()?));
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    for (name, n_before) in DATE_FUNCTIONS {
        let builtin = Arc::clone(&builtin);
        connection.create_scalar_function(name, -1, flags, move |context| {
            if needs_the_clock(context, n_before) {
                let why = format!("{name}() may not take the present time or the machine's time zone: a rebuild would give other rows");
                return Err(Error::UserFunctionError(why.into()));
            }
            let marks = vec!["?"; context.len()].join(", ");
            let arguments = (0..context.len()).map(|nth| Value::try_from(context.get_raw(nth)));
            let arguments = arguments.collect::<std::result::Result<Vec<_>, _>>()?;
            let builtin = builtin.lock().unwrap_or_else(PoisonError::into_inner);
            let mut call = builtin.prepare_cached(&format!("SELECT {name}({marks})"))?;
            call.query_row(params_from_iter(arguments), |row| row.get::<_, Value>(0))
        })?;
    }
    Ok(())
}

/// Whether the arguments, of which the time comes after that many, mean the clock or the machine's zone.
fn needs_the_clock(context: &Context<'_>, n_before: usize) -> bool {
    let is_among = |nth: usize, words: &[&str]| match context.get_raw(nth) {
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            words.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
        }
        _ => false,
    };
    context.len() <= n_before
        || is_among(n_before, &CLOCK_IN_PLACE_OF_A_TIME)
        || (0..context.len()).any(|nth| is_among(nth, &NOT_PURE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_sqlite_as_long_as_they_come_from_the_arguments() {
        let ours = Connection::open_in_memory().unwrap();
        register(&ours).unwrap();
        let sqlite = Connection::open_in_memory().unwrap();
        let asked = |connection: &Connection, expression: &str| {
            connection.query_row(&format!("SELECT {expression}"), [], |row| row.get::<_, Value>(0))
        };
        for expression in [
            "date('2024-03-14T12:00:00.5Z')",
            "date('2024-03-14', 'start of month', '+1 month')",
            "date(NULL)",
            "time('12:30')",
            "datetime(0, 'unixepoch')",
            "julianday('2024-03-14')",
            "unixepoch('2024-03-14', 'subsec')",
            "strftime('%Y-%W', '2024-03-14')",
            "timediff('2024-03-14', '2024-03-13')",
            "date('nothing')",
        ] {
            assert_eq!(
                asked(&ours, expression).unwrap(),
                asked(&sqlite, expression).unwrap(),
                "{expression}"
            );
        }
        for expression in [
            "date()",
            "time()",
            "datetime()",
            "julianday()",
            "unixepoch()",
            "strftime('%s')",
            "date('now')",
            "datetime('NOW', '+1 day')",
            "strftime('%s', 'now')",
            "timediff('now', '2024-03-14')",
            "timediff('2024-03-14', 'now')",
            "datetime('2024-03-14', 'localtime')",
            "datetime('2024-03-14', 'utc')",
            "unixepoch('subsec')",
            "datetime('subsecond', '+1 day')",
            "date(x'6e6f77')",
        ] {
            let why = asked(&ours, expression).unwrap_err().to_string();
            assert!(why.contains("may not take the present time"), "{expression}: {why}");
        }
    }
}
