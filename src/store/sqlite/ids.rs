//! The ids of events: which are there, and where, in a table of their own that a batch fills in the order of its keys.
//!
//! An id is kept in the fewest bytes that keep it apart from all others: a UUID in its usual form as its 16 bytes, any
//! other text as itself. Times at the beginning of ids stay there, so that such ids still grow at the table's right
//! edge; and ids that come in no order are added in one sweep over the table instead of each at a place of its own.

use std::collections::HashMap;

use anyhow::{Result, anyhow};
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension};

use crate::domain::event::GlobalPosition;
use crate::store::sqlite::id_filter::IdFilter;
use crate::store::sqlite::import::ROWS_BETWEEN_LOOKS;
use crate::store::sqlite::insert::insert;

/// Says at which position the event with an id stands.
pub(super) const INSERT_ID: &str = "INSERT INTO ids (id, position) VALUES (?1, ?2)";

/// How a UUID is written: hexadecimal digits, small, and dashes where this has them.
const UUID_FORM: &[u8; 36] = b"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

/// An id as the table keeps it. The order is SQLite's: texts come before bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum IdKey {
    Text(Box<str>),
    Uuid([u8; 16]),
}

impl IdKey {
    /// The key of an id. Different ids have different keys.
    pub(super) fn of(id: &str) -> Self {
        uuid(id.as_bytes()).map_or_else(|| Self::Text(id.into()), Self::Uuid)
    }

    /// The key that the table keeps.
    ///
    /// # Errors
    /// One that foldback does not write.
    pub(super) fn stored(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Text(text) => Ok(Self::Text(std::str::from_utf8(text)?.into())),
            ValueRef::Blob(bytes) => {
                let bytes = bytes.try_into();
                Ok(Self::Uuid(bytes.map_err(|_| anyhow!("the store keeps a UUID of other than 16 bytes"))?))
            }
            other => Err(anyhow!("the store keeps an id that is {}", other.data_type())),
        }
    }
}

/// The bytes of a UUID that is written as all UUIDs are; `None` for any other text, such as one with capitals.
fn uuid(text: &[u8]) -> Option<[u8; 16]> {
    let text: &[u8; 36] = text.try_into().ok()?;
    let mut digits = [0; 32];
    let mut at = digits.iter_mut();
    for (byte, form) in text.iter().zip(UUID_FORM) {
        match (byte, form) {
            (b'-', b'-') => {}
            (b'0'..=b'9', b'x') => *at.next()? = byte - b'0',
            (b'a'..=b'f', b'x') => *at.next()? = byte - b'a' + 10,
            _ => return None,
        }
    }
    let mut bytes = [0; 16];
    for (byte, [high, low]) in bytes.iter_mut().zip(digits.as_chunks().0) {
        *byte = high << 4 | low;
    }
    Some(bytes)
}

impl ToSql for IdKey {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Uuid(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The position of the event with that id.
pub(super) fn position(conn: &Connection, key: &IdKey) -> rusqlite::Result<Option<GlobalPosition>> {
    let mut statement = conn.prepare_cached("SELECT position FROM ids WHERE id = ?1")?;
    statement.query_row([key], |row| row.get(0).map(GlobalPosition::from_sql)).optional()
}

/// The ids that a batch has added, and that are not in the table yet.
#[derive(Debug)]
pub(super) struct WaitingIds {
    /// No id in the table, and none that waits, comes after this one.
    greatest: Option<IdKey>,
    /// Those that came in the order of their keys, each greater than all that were there.
    rising: Vec<(IdKey, GlobalPosition)>,
    /// The others.
    others: HashMap<IdKey, GlobalPosition>,
}

impl WaitingIds {
    /// None yet, beside what the table has.
    pub(super) fn none(conn: &Connection) -> Result<Self> {
        let mut statement = conn.prepare_cached("SELECT id FROM ids ORDER BY id DESC LIMIT 1")?;
        let mut rows = statement.query([])?;
        let greatest = match rows.next()? {
            Some(row) => Some(IdKey::stored(row.get_ref(0)?)?),
            None => None,
        };
        Ok(Self { greatest, rising: Vec::new(), others: HashMap::new() })
    }

    /// Whether no event has that id, in the table or among those that wait.
    pub(super) fn is_new(&self, conn: &Connection, filter: &mut IdFilter, key: &IdKey) -> Result<bool> {
        // Ids that begin with their time are new for that reason, and nothing has to be looked up.
        if self.greatest.as_ref().is_none_or(|greatest| key > greatest) {
            return Ok(true);
        }
        let waiting = self.rising.iter().map(|(key, _)| key).chain(self.others.keys());
        if filter.is_surely_new(conn, key, waiting)? {
            return Ok(true);
        }
        let is_waiting = self.others.contains_key(key)
            || self.rising.binary_search_by(|(there, _)| there.cmp(key)).is_ok();
        Ok(!is_waiting && position(conn, key)?.is_none())
    }

    /// Adds an id that is new.
    pub(super) fn push(&mut self, filter: &mut IdFilter, key: IdKey, position: GlobalPosition) {
        filter.add(&key);
        if self.greatest.as_ref().is_none_or(|greatest| key > *greatest) {
            self.greatest = Some(key.clone());
            self.rising.push((key, position));
        } else {
            self.others.insert(key, position);
        }
    }

    /// Writes those that wait. `goes_on` is asked now and then; false if it said no.
    pub(super) fn write(&mut self, conn: &Connection, mut goes_on: impl FnMut() -> bool) -> Result<bool> {
        let mut all = std::mem::take(&mut self.rising);
        if !self.others.is_empty() {
            all.extend(self.others.drain());
            all.sort_unstable();
        }
        for some in all.chunks(ROWS_BETWEEN_LOOKS) {
            // A few rows are written before anybody could want otherwise.
            if some.len() == ROWS_BETWEEN_LOOKS && !goes_on() {
                return Ok(false);
            }
            insert(conn, ("ids", 2), some, |(key, position), row| {
                row.put(key)?;
                row.put(position.to_sql())
            })?;
        }
        all.clear();
        self.rising = all;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::types::Value;

    #[test]
    fn a_uuid_is_kept_as_its_bytes_and_anything_else_as_it_is() {
        let uuid = "018cc255-f215-7ca5-85e7-bb0f12278575";
        let bytes = [1, 140, 194, 85, 242, 21, 124, 165, 133, 231, 187, 15, 18, 39, 133, 117];
        assert_eq!(IdKey::of(uuid), IdKey::Uuid(bytes));
        for text in [
            "",
            "x",
            "018CC255-f215-7ca5-85e7-bb0f12278575",
            "018cc255f2157ca585e7bb0f12278575",
            "018cc255-f215-7ca5-85e7-bb0f1227857",
            "018cc255-f215-7ca5-85e7-bb0f122785-5",
            "018cc255-f215-7ca5-85e7bbb0f12278575",
            "018cc255-f215-7ca5-85e7-bb0f1227857é",
        ] {
            assert_eq!(IdKey::of(text), IdKey::Text(text.into()));
        }
    }

    #[test]
    fn the_order_of_keys_is_that_of_the_table() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("CREATE TABLE ids (id ANY PRIMARY KEY, position INTEGER) STRICT, WITHOUT ROWID")
            .unwrap();
        let ids = [
            "b",
            "a",
            "é",
            "ab",
            "",
            "00000000-0000-0000-0000-000000000000",
            "7",
            "zz",
            "ffffffff-0000-0000-0000-000000000000",
            "A",
        ];
        let mut keys = ids.map(IdKey::of);
        for key in &keys {
            conn.execute(INSERT_ID, (key, 1)).unwrap();
        }
        keys.sort();
        let mut statement = conn.prepare("SELECT id FROM ids ORDER BY id").unwrap();
        let stored: Vec<Value> =
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let expected = keys.map(|key| match key {
            IdKey::Text(text) => Value::Text(text.into()),
            IdKey::Uuid(bytes) => Value::Blob(bytes.to_vec()),
        });
        assert_eq!(stored, expected);
    }
}
