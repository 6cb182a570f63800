//! The index of event ids, filled in the order of its keys.
//!
//! Ids in random order are added in one pass over the table instead of each at a place of its own.

use std::collections::HashMap;

use anyhow::Result;
use rusqlite::Connection;

use crate::cancel::{Cancel, Cancelled, OrCancelled};
use crate::domain::event::GlobalPosition;
use crate::store::sql::insert::insert;
use crate::store::sql::position::SqlPosition;
use crate::store::sqlite::import::id_filter::IdFilter;
use crate::store::sqlite::import::id_key::{IdKey, has_texts, positions};

/// Rows written between two checks for cancellation: about a millisecond of work.
pub(in crate::store::sqlite) const ROWS_BETWEEN_LOOKS: usize = 1024;

/// Records the position of the event with an id.
pub(in crate::store::sqlite) const INSERT_ID: &str = "INSERT INTO ids (id, position) VALUES (?1, ?2)";

/// The ids of a batch that are not in the table yet.
#[derive(Debug)]
pub(in crate::store::sqlite) struct WaitingIds {
    /// No id in the table or in this batch sorts after this one.
    greatest: Option<IdKey>,
    /// Whether the table has texts, among which a UUID may be in another spelling.
    has_texts: bool,
    /// Ids that arrived in rising order, each greater than all before.
    rising: Vec<(IdKey, GlobalPosition)>,
    others: HashMap<IdKey, GlobalPosition>,
}

impl WaitingIds {
    /// An empty batch for this table.
    pub(in crate::store::sqlite) fn none(conn: &Connection) -> Result<Self> {
        let mut statement = conn.prepare_cached("SELECT id FROM ids ORDER BY id DESC LIMIT 1")?;
        let mut rows = statement.query([])?;
        let greatest = match rows.next()? {
            Some(row) => Some(IdKey::stored(row.get_ref(0)?)?),
            None => None,
        };
        Ok(Self { greatest, has_texts: has_texts(conn)?, rising: Vec::new(), others: HashMap::new() })
    }

    /// Whether no event has that id, in the table or in the batch.
    pub(in crate::store::sqlite) fn is_new(
        &self,
        conn: &Connection,
        filter: &mut IdFilter,
        id: &str,
        key: &IdKey,
    ) -> Result<bool> {
        // An id that begins with its time is new for that reason, without a lookup.
        let may_be_spelled = self.has_texts && matches!(key, IdKey::Uuid(_));
        if !may_be_spelled && self.greatest.as_ref().is_none_or(|greatest| key > greatest) {
            return Ok(true);
        }
        let waiting = self.rising.iter().map(|(key, _)| key).chain(self.others.keys());
        if filter.is_surely_new(conn, key, waiting)? {
            return Ok(true);
        }
        let is_waiting = self.others.contains_key(key)
            || self.rising.binary_search_by(|(there, _)| there.cmp(key)).is_ok();
        Ok(!is_waiting && positions(conn, id)?.is_empty())
    }

    /// Adds a new id.
    pub(in crate::store::sqlite) fn push(
        &mut self,
        filter: &mut IdFilter,
        key: IdKey,
        position: GlobalPosition,
    ) {
        filter.add(&key);
        if self.greatest.as_ref().is_none_or(|greatest| key > *greatest) {
            self.greatest = Some(key.clone());
            self.rising.push((key, position));
        } else {
            self.others.insert(key, position);
        }
    }

    /// Writes the batch.
    pub(in crate::store::sqlite) fn write(
        &mut self,
        conn: &Connection,
        cancel: &Cancel,
    ) -> Result<OrCancelled<()>> {
        let mut all = std::mem::take(&mut self.rising);
        if !self.others.is_empty() {
            all.extend(self.others.drain());
            all.sort_unstable();
        }
        for some in all.chunks(ROWS_BETWEEN_LOOKS) {
            // A few rows are written without a check.
            if some.len() == ROWS_BETWEEN_LOOKS && cancel.is_cancelled() {
                return Ok(Err(Cancelled));
            }
            insert(conn, "ids", 2, some, |(key, position), row| {
                row.put(key)?;
                row.put(position.to_sql())
            })?;
        }
        all.clear();
        self.rising = all;
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::types::Value;

    const BYTES: [u8; 16] = [1, 140, 194, 85, 242, 21, 124, 165, 133, 231, 187, 15, 18, 39, 133, 117];

    /// One UUID in the spellings of various systems.
    const SPELLINGS: [&str; 9] = [
        "018cc255-f215-7ca5-85e7-bb0f12278575",
        "018CC255-F215-7CA5-85E7-BB0F12278575",
        "018cc255f2157ca585e7bb0f12278575",
        "018CC255F2157CA585E7BB0F12278575",
        "{018cc255-f215-7ca5-85e7-bb0f12278575}",
        "{018CC255-F215-7CA5-85E7-BB0F12278575}",
        "urn:uuid:018cc255-f215-7ca5-85e7-bb0f12278575",
        "URN:UUID:018CC255-f215-7ca5-85e7-bb0f12278575",
        "018CC255-f215-7ca5-85e7-bb0f12278575",
    ];

    fn table() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        let tables = "CREATE TABLE ids (id ANY PRIMARY KEY, position INTEGER) STRICT, WITHOUT ROWID;
                      CREATE TABLE events (position INTEGER PRIMARY KEY, clock INTEGER) STRICT";
        conn.execute_batch(tables).unwrap();
        conn
    }

    #[test]
    fn a_uuid_is_kept_as_its_bytes_and_anything_else_as_it_is() {
        for uuid in SPELLINGS {
            assert_eq!(IdKey::of(uuid), IdKey::Uuid(BYTES), "{uuid}");
            assert_eq!(IdKey::Text(uuid.into()).by_value(), IdKey::Uuid(BYTES), "{uuid}");
        }
        for text in [
            "",
            "x",
            "018cc255-f215-7ca5-85e7-bb0f1227857",
            "018cc255-f215-7ca5-85e7-bb0f122785-5",
            "018cc255-f215-7ca5-85e7bbb0f12278575",
            "018cc255-f215-7ca5-85e7-bb0f1227857é",
            "{018cc255-f215-7ca5-85e7-bb0f12278575",
            "urn:uuid:018cc255-f215-7ca5-85e7-bb0f1227857",
            "uuid:urn:018cc255-f215-7ca5-85e7-bb0f12278575",
        ] {
            assert_eq!(IdKey::of(text), IdKey::Text(text.into()));
        }
    }

    #[test]
    fn a_uuid_is_found_under_every_spelling_that_a_store_from_before_kept() {
        for kept in &SPELLINGS[1..7] {
            let conn = table();
            conn.execute(INSERT_ID, (IdKey::Text((*kept).into()), 7)).unwrap();
            let (waiting, mut filter) = (WaitingIds::none(&conn).unwrap(), IdFilter::default());
            for asked in SPELLINGS {
                assert_eq!(positions(&conn, asked).unwrap(), [GlobalPosition::new(7)], "{kept} {asked}");
                assert!(
                    !waiting.is_new(&conn, &mut filter, asked, &IdKey::of(asked)).unwrap(),
                    "{kept} {asked}"
                );
            }
            let other = "118cc255-f215-7ca5-85e7-bb0f12278575";
            assert!(waiting.is_new(&conn, &mut filter, other, &IdKey::of(other)).unwrap());
        }
        // An older store's two ids for one UUID are found as the one that is asked for.
        let conn = table();
        for (kept, position) in [(IdKey::Uuid(BYTES), 1), (IdKey::Text(SPELLINGS[1].into()), 2)] {
            conn.execute(INSERT_ID, (kept, position)).unwrap();
        }
        let found = |id| positions(&conn, id).unwrap().first().map(|position| position.number());
        assert_eq!([found(SPELLINGS[0]), found(SPELLINGS[1])], [Some(1), Some(2)]);
    }

    #[test]
    fn the_order_of_keys_is_that_of_the_table() {
        let conn = table();
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
