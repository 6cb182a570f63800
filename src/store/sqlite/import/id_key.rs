//! The keys under which a store keeps event ids, and the positions that they lead to.
//!
//! An id is stored in the fewest bytes that distinguish it: a UUID, in whatever spelling, as its 16 bytes, any other
//! text as itself. Timestamps at the beginning of ids stay there, so that such ids are added at the table's right edge.
//!
//! Older stores keep a UUID in an unusual spelling (with capitals, say) as a text. Their table is not changed: if the
//! table has any texts, a UUID is looked up under its other spellings too.

use anyhow::{Result, anyhow};
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use crate::domain::event::GlobalPosition;
use crate::domain::uuids::uuid_of;
use crate::store::sql::position::SqlPosition;

/// An id as the table keeps it. The order is SQLite's: texts come before bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::store::sqlite) enum IdKey {
    Text(Box<str>),
    Uuid([u8; 16]),
}

impl IdKey {
    /// The key of an id. Two ids have the same key if they are the same text or the same UUID.
    pub(in crate::store::sqlite) fn of(id: &str) -> Self {
        uuid_of(id).map_or_else(|| Self::Text(id.into()), |uuid| Self::Uuid(uuid.into_bytes()))
    }

    /// The present key for a stored key of an older store: see the top of this file.
    pub(in crate::store::sqlite) fn by_value(self) -> Self {
        match self {
            Self::Text(text) => Self::of(&text),
            key @ Self::Uuid(_) => key,
        }
    }

    /// A key from the table.
    ///
    /// # Errors
    /// A value that foldback does not write.
    pub(in crate::store::sqlite) fn stored(value: ValueRef<'_>) -> Result<Self> {
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

/// The texts under which an older store may keep a UUID that some systems spell unusually.
fn other_spellings(uuid: Uuid) -> [IdKey; 7] {
    let mut buffer = Uuid::encode_buffer();
    [
        &*uuid.hyphenated().encode_upper(&mut buffer).to_owned(),
        &*uuid.simple().encode_lower(&mut buffer).to_owned(),
        &*uuid.simple().encode_upper(&mut buffer).to_owned(),
        &*uuid.braced().encode_lower(&mut buffer).to_owned(),
        &*uuid.braced().encode_upper(&mut buffer).to_owned(),
        &*uuid.urn().encode_lower(&mut buffer).to_owned(),
        &*uuid.urn().encode_upper(&mut buffer).to_owned(),
    ]
    .map(|text| IdKey::Text(text.into()))
}

impl ToSql for IdKey {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Uuid(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The positions of the events with that id. Only an older store has several, in which different spellings of a UUID
/// were different ids; then the position for the exact spelling is the first.
pub(in crate::store::sqlite) fn positions(
    conn: &Connection,
    id: &str,
) -> rusqlite::Result<Vec<GlobalPosition>> {
    let mut statement = conn.prepare_cached("SELECT position FROM ids WHERE id = ?1")?;
    let mut position =
        |key: &IdKey| statement.query_row([key], |row| row.get(0).map(GlobalPosition::from_sql)).optional();
    let mut found: Vec<_> = position(&IdKey::of(id))?.into_iter().collect();
    if let Some(uuid) = uuid_of(id)
        && has_texts(conn)?
    {
        let exact = position(&IdKey::Text(id.into()))?;
        let others = other_spellings(uuid).into_iter().filter(|key| *key != IdKey::Text(id.into()));
        for key in others {
            found.extend(position(&key)?);
        }
        found.splice(0..0, exact);
    }
    Ok(found)
}

/// Whether some ids are kept as texts.
pub(in crate::store::sqlite) fn has_texts(conn: &Connection) -> rusqlite::Result<bool> {
    // All texts sort before all bytes.
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM ids WHERE id < x'')")?.query_row([], |row| row.get(0))
}
