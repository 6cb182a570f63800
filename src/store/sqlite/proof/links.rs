//! The links of the chain in the tables: the newest, and the hash of each.

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::chain::{self, MappingLink};
use crate::domain::event::{GlobalPosition, SourceId};
use crate::domain::hash::ChainHash;
use crate::store::proof::receipt::LinkPlace;
use crate::store::sql::position::SqlPosition;
use crate::store::sqlite::read::rows::{self, from_sql, to_sql};

/// A link of the chain: where it is, and its hash.
#[derive(Clone, Copy, Debug)]
pub(in crate::store::sqlite) struct Link {
    pub(in crate::store::sqlite) place: LinkPlace,
    pub(in crate::store::sqlite) hash: ChainHash,
}

/// The newest link. Call it inside a transaction, so that all reads see the same state.
pub(in crate::store::sqlite) fn newest(conn: &Connection) -> Result<Link> {
    let mapping = newest_mapping(conn)?;
    let position = rows::head(conn)?;
    let place = LinkPlace { position, mapping };
    let hash = hash_at(conn, place)?.with_context(|| format!("the link at {place} has no hash"))?;
    Ok(Link { place, hash })
}

/// The number of the newest mapping; 0 if there is none.
pub(in crate::store::sqlite) fn newest_mapping(conn: &Connection) -> rusqlite::Result<u64> {
    let mut statement = conn.prepare_cached("SELECT coalesce(max(id), 0) FROM mappings")?;
    statement.query_one([], |row| row.get(0).map(from_sql))
}

/// The hash of a link; `None` if there is no such link.
pub(in crate::store::sqlite) fn hash_at(conn: &Connection, place: LinkPlace) -> Result<Option<ChainHash>> {
    let LinkPlace { position, mapping } = place;
    if mapping > 0 {
        let sql = "SELECT head, hash FROM mappings WHERE id = ?1";
        let mut statement = conn.prepare_cached(sql)?;
        let found = statement
            .query_row([to_sql(mapping)], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))
            .optional()?;
        match found {
            None => return Ok(None),
            Some((head, hash)) if head == position.to_sql() => return Ok(Some(ChainHash(hash))),
            Some(_) => {}
        }
    }
    if position == GlobalPosition::START {
        return beginning(conn).map(Some);
    }
    let mut statement = conn.prepare_cached("SELECT hash FROM events WHERE position = ?1")?;
    Ok(statement.query_row([position.to_sql()], |row| row.get(0)).optional()?.map(ChainHash))
}

/// The hash with which the chain begins.
pub(in crate::store::sqlite) fn beginning(conn: &Connection) -> Result<ChainHash> {
    let mut statement = conn.prepare_cached("SELECT id, created FROM store")?;
    Ok(statement.query_one([], |row| Ok(chain::beginning(row.get_ref(0)?.as_str()?, row.get(1)?)))?)
}

/// Adds a mapping of a source after the newest link, and returns the new link; `None` reads the source's events without
/// a mapping.
pub(in crate::store::sqlite) fn add_mapping(
    conn: &Connection,
    source: i64,
    newest: Link,
    since: i64,
    text: Option<&str>,
) -> Result<Link> {
    let place = LinkPlace { mapping: newest.place.mapping + 1, ..newest.place };
    let (id, head) = (to_sql(place.mapping), place.position);
    let sql = "SELECT log, name, beginning_bytes, beginning_hash FROM sources WHERE id = ?1";
    let hash = conn.query_one(sql, [source], |row| {
        let link = MappingLink {
            id,
            source: SourceId(source),
            log: SourceId(row.get(0)?),
            since,
            head,
            name: row.get_ref(1)?.as_str()?,
            beginning_bytes: from_sql(row.get(2)?),
            beginning_hash: row.get_ref(3)?.as_str()?,
            text,
        };
        Ok(link.after(newest.hash))
    })?;
    conn.execute(
        "INSERT INTO mappings (id, source, since, head, text, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![id, source, since, head.to_sql(), text, hash.0],
    )?;
    Ok(Link { place, hash })
}
