//! Errors of SQLite that report bytes of a file which cannot be what was written.

use rusqlite::{Error, ErrorCode};

/// Whether the error comes from the content of the file: its pages, or a value that nothing of ours has written. Errors
/// of the disk, of other users of the file and of the statement are not.
///
/// A flipped bit shows in many ways: as a page that SQLite refuses, as a length beyond any limit, as a text that is not
/// UTF-8, as a value of another type or range, or as a row that a key no longer finds or finds twice.
pub fn is_unreadable(error: &Error) -> bool {
    match error {
        Error::SqliteFailure(code, _) => matches!(
            code.code,
            ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::TooBig
                | ErrorCode::TypeMismatch
        ),
        Error::Utf8Error(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::FromSqlConversionFailure(..)
        | Error::QueryReturnedNoRows
        | Error::QueryReturnedMoreThanOneRow
        | Error::StatementChangedRows(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    fn asked<T>(sql: &str, read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>) -> Error {
        match Connection::open_in_memory().unwrap().query_one(sql, [], read) {
            Err(error) => error,
            Ok(_) => panic!("{sql} was answered"),
        }
    }

    #[test]
    fn a_value_that_cannot_be_read_is_recognised_in_every_way_in_which_it_shows() {
        let unreadable = [
            asked("SELECT CAST(x'ff' AS TEXT)", |row| row.get::<_, String>(0)),
            asked("SELECT CAST(x'ff' AS TEXT)", |row| Ok(row.get_ref(0)?.as_str()?.len())),
            asked("SELECT x'00'", |row| row.get::<_, String>(0)),
            asked("SELECT x'00'", |row| row.get::<_, [u8; 32]>(0)),
            asked("SELECT NULL", |row| row.get::<_, i64>(0)),
            asked("SELECT 300", |row| row.get::<_, u8>(0)),
            asked("SELECT 'x'", |row| Ok(row.get_ref(0)?.as_i64()?)),
            asked("SELECT 1 WHERE 0", |row| row.get::<_, i64>(0)),
            asked("SELECT 1 UNION SELECT 2", |row| row.get::<_, i64>(0)),
            asked("SELECT length(zeroblob(2000000000))", |row| row.get::<_, i64>(0)),
        ];
        for error in unreadable {
            assert!(is_unreadable(&error), "{error:?}");
        }
        let others = [
            asked("SELECT * FROM nowhere", |row| row.get::<_, i64>(0)),
            asked("SELEC 1", |row| row.get::<_, i64>(0)),
            asked("SELECT ?1", |row| row.get::<_, i64>(7)),
        ];
        for error in others {
            assert!(!is_unreadable(&error), "{error:?}");
        }
    }
}
