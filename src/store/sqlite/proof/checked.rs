//! Checked reading: every row is compared with its link in the chain.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use anyhow::{Context, Result, bail};
use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::domain::chain::{self, EventLink};
use crate::domain::event::{GlobalPosition, SourceId, StreamName, StreamPosition};
use crate::domain::hash::ChainHash;
use crate::store::ANSWER_BYTES_MAX;
use crate::store::micros::from_micros;
use crate::store::proof::checked::{CheckedRow, CheckedStretch, MappingRow};
use crate::store::proof::finding::Fault;
use crate::store::proof::receipt::LinkPlace;
use crate::store::sql::position::SqlPosition;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::file::error::is_content;
use crate::store::sqlite::import::id_key::IdKey;
use crate::store::sqlite::proof::links;
use crate::store::sqlite::read::rows::{from_sql, to_sql};

/// The row of an event in SQLite's pages.
struct RawRow<'a> {
    position: i64,
    row: CheckedRow,
    /// Its type, id, data and metadata.
    texts: [Option<&'a [u8]>; 4],
}

impl RawRow<'_> {
    /// The fault of its link, given its position and the hash of the link before it.
    fn link_fault(&self, stream: &StreamName, position: GlobalPosition, before: ChainHash) -> Option<Fault> {
        let [event_type, id, data, metadata] = self.texts;
        let CheckedRow { version, time, source, place, hash: kept, .. } = self.row;
        let content =
            chain::content_of([Some(stream.as_str().as_bytes()), event_type, id, data, metadata], time);
        let after = EventLink { content, position, version, source, place }.after(before);
        let is_whole = after == kept;
        (!is_whole)
            .then(|| Fault::at(position, format!("the hash {kept} as recorded"), format!("the hash {after}")))
    }
}

impl SqliteStore {
    /// The hash with which the store's chain begins.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn beginning(&self) -> Result<ChainHash> {
        self.explained(links::beginning)
    }

    /// The stored hash of a link; `None` if there is no such link.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn hash_at(&self, place: LinkPlace) -> Result<Option<ChainHash>> {
        self.explained(|conn| links::hash_at(conn, place))
    }

    /// The number of the newest mapping, counted from 1.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn n_mappings(&self) -> Result<u64> {
        self.explained(|conn| Ok(links::newest_mapping(conn)?))
    }

    /// All mappings, in the order in which they were given.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn mapping_rows(&self) -> Result<Vec<MappingRow>> {
        self.explained(|conn| {
            let mut statement = conn.prepare_cached(
                "SELECT m.id, m.source, s.log, m.head, m.hash, m.since, s.name, s.beginning_bytes, s.beginning_hash, \
                 m.text FROM mappings m LEFT JOIN sources s ON s.id = m.source ORDER BY m.id",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(MappingRow {
                    id: from_sql(row.get(0)?),
                    source: SourceId(row.get(1)?),
                    log: SourceId(row.get(2)?),
                    head: GlobalPosition::from_sql(row.get(3)?),
                    hash: ChainHash(row.get(4)?),
                    since: row.get(5)?,
                    name: row.get(6)?,
                    beginning_bytes: from_sql(row.get(7)?),
                    beginning_hash: row.get(8)?,
                    text: row.get(9)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Checks the events at these positions against their links, each after the stored hash of the link before it;
    /// `mappings` are all mappings. Ends with the first fault, and early if the events are long.
    ///
    /// # Errors
    /// Errors of the store that do not come from its content.
    pub fn check_stretch(
        &self,
        positions: RangeInclusive<u64>,
        mappings: &[MappingRow],
    ) -> Result<CheckedStretch> {
        let (first, last) = (*positions.start(), *positions.end());
        let mut stretch = CheckedStretch::default();
        // Of several mappings given at one position, the last is the link before the next event.
        let given: HashMap<GlobalPosition, ChainHash> =
            mappings.iter().map(|mapping| (mapping.head, mapping.hash)).collect();
        let (mut next, before) = (GlobalPosition::new(first), GlobalPosition::new(first).minus(1));
        let expected = |position| format!("the event at position {position}");
        let begun = self.hash_at(LinkPlace { position: before, mapping: 0 });
        let mut hash = match begun.and_then(|hash| hash.with_context(|| format!("there is none at {before}")))
        {
            Ok(hash) => given.get(&before).copied().unwrap_or(hash),
            Err(why) if is_content(&why) => {
                // The range before has reported that already.
                stretch.fault = Some(Fault::unreadable(Some(before), expected(before), &why));
                return Ok(stretch);
            }
            Err(why) => return Err(why),
        };
        stretch.before = Some(hash);
        let mut n_bytes = 0;
        let checked = self.each_raw(first, last, |names, raw| {
            if raw.position != next.to_sql() {
                stretch.fault = Some(Fault::at(next, expected(next), format!("position {}", raw.position)));
                return Ok(false);
            }
            let name = names(raw.row.stream)?;
            stretch.fault = raw.link_fault(&name, next, hash);
            if stretch.fault.is_some() {
                return Ok(false);
            }
            stretch.sums.add_version([raw.row.stream, raw.row.version.to_sql(), raw.position]);
            if let [_, Some(id), ..] = raw.texts {
                stretch.sums.add_id(&IdKey::of(std::str::from_utf8(id)?), raw.position);
            }
            hash = given.get(&next).copied().unwrap_or(raw.row.hash);
            stretch.rows.push(raw.row);
            next = next.plus(1);
            n_bytes += raw.texts.into_iter().flatten().map(<[u8]>::len).sum::<usize>();
            Ok(n_bytes < ANSWER_BYTES_MAX)
        });
        match checked {
            Err(why) if is_content(&why) => {
                stretch.fault = Some(Fault::unreadable(Some(next), expected(next), &why));
            }
            Err(why) => return Err(why),
            Ok(()) if stretch.fault.is_none() && next.number() <= last && n_bytes < ANSWER_BYTES_MAX => {
                stretch.fault = Some(Fault::at(next, expected(next), "none"));
            }
            Ok(()) => {}
        }
        Ok(stretch)
    }

    /// Calls `take` with the rows of these positions, and a function that reads a stream's name, until it returns
    /// false.
    fn each_raw(
        &self,
        first: u64,
        last: u64,
        mut take: impl FnMut(&mut dyn FnMut(i64) -> Result<StreamName>, RawRow<'_>) -> Result<bool>,
    ) -> Result<()> {
        self.explained(|conn| {
            let mut names = self.names.borrow_mut();
            let mut name = |id| names.name(conn, id);
            let sql = "SELECT position, stream, version, time, clock, source, place, hash, type, id, data, metadata \
                       FROM events WHERE position BETWEEN ?1 AND ?2 ORDER BY position";
            let mut statement = conn.prepare_cached(sql)?;
            let mut rows = statement.query((to_sql(first), to_sql(last)))?;
            while let Some(row) = rows.next()? {
                if !take(&mut name, raw(row)?)? {
                    break;
                }
            }
            Ok(())
        })
    }
}

fn raw<'a>(row: &'a Row<'_>) -> Result<RawRow<'a>> {
    // One flipped bit turns a text into bytes that are not UTF-8.
    let text = |column| -> Result<Option<&'a [u8]>> {
        match row.get_ref(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(text) => Ok(Some(text)),
            other => bail!("a text is {}", other.data_type()),
        }
    };
    let count = |column| -> Result<Option<i64>> {
        let count: Option<i64> = row.get(column)?;
        if count.is_some_and(|count| count < 1) {
            bail!("{} is not a valid count", count.unwrap_or(0))
        }
        Ok(count)
    };
    let time: Option<i64> = row.get(3)?;
    time.map(from_micros).transpose()?;
    Ok(RawRow {
        position: row.get(0)?,
        row: CheckedRow {
            stream: row.get(1)?,
            version: StreamPosition::from_sql(row.get(2)?),
            time,
            clock: row.get(4)?,
            source: count(5)?.map(SourceId),
            place: count(6)?.map(from_sql),
            hash: ChainHash(row.get(7)?),
        },
        texts: [text(8)?, text(9)?, text(10)?, text(11)?],
    })
}
