//! The projection `not_understood`: events not understood, or only in part, each with its reason.

use std::collections::HashMap;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName};
use crate::domain::fold::Meaning;
use crate::read_model::projections::{Projection, Step, Touched};
use crate::read_model::rows::columns::ColumnMeaning;
use crate::store::sql::insert::insert;
use crate::store::sql::position::SqlPosition;

/// The most different reasons that are kept. A log has a few of its own, but a reason may quote a value, and so differ
/// for each of a million events.
pub const N_REASONS_MAX: usize = 1_000;

/// The longest reason that is kept, in characters: a sentence with a value in it.
pub const N_REASON_CHARS_MAX: usize = 200;

/// The reason for events whose own reason is not kept.
const OTHER: (i64, &str) =
    (0, "not among the reasons that are kept; foldback state STREAM --at POSITION gives it");

/// The beginning of the reason for an event of which only a text is left out.
const IN_PART: &str = "in part: ";

/// Writes one row for each event that was not understood, or only in part.
#[derive(Debug, Default)]
pub struct NotUnderstood {
    /// The entries from before this batch, read when the batch has the first such event.
    known: Option<ReasonCounts>,
    /// Written at the end of the batch.
    rows: Vec<EventWithReason>,
    /// The same for events that were understood in part.
    rows_in_part: Vec<EventWithReason>,
}

/// An event that was not understood, or only in part.
#[derive(Debug)]
struct EventWithReason {
    position: GlobalPosition,
    /// The running number among its kind, from 1.
    n: i64,
    stream: StreamName,
    event_type: String,
    reason: i64,
}

/// The reasons so far, and the number of events of either kind.
#[derive(Debug)]
struct ReasonCounts {
    n_events: i64,
    n_in_part: i64,
    reasons: HashMap<String, i64>,
}

impl Projection for NotUnderstood {
    fn name(&self) -> &str {
        "not_understood"
    }

    fn version(&self) -> i64 {
        4
    }

    fn schema(&self) -> &str {
        include_str!("not_understood.sql")
    }

    fn present(&self) -> Vec<&str> {
        vec![]
    }

    fn columns(&self) -> &'static [ColumnMeaning] {
        const { &[ColumnMeaning::position("position"), ColumnMeaning::stream("stream")] }
    }

    fn apply(&mut self, tx: &Transaction<'_>, step: &Step<'_>) -> Result<()> {
        if step.evolved.meaning == Meaning::Understood {
            return Ok(());
        }
        let known = match &mut self.known {
            Some(known) => known,
            None => self.known.insert(ReasonCounts::read(tx)?),
        };
        let row = |n, reason| {
            let RecordedEvent { position, stream, event_type, .. } = step.event;
            let (stream, event_type) = (stream.clone(), event_type.clone());
            EventWithReason { position: *position, n, stream, event_type, reason }
        };
        match &step.evolved.meaning {
            Meaning::NotUnderstood(why) => {
                known.n_events = known.n_events.saturating_add(1);
                self.rows.push(row(known.n_events, known.number_of(tx, why)?));
            }
            Meaning::Partly(why) => {
                known.n_in_part = known.n_in_part.saturating_add(1);
                let reason = known.number_of(tx, &format!("{IN_PART}{why}"))?;
                self.rows_in_part.push(row(known.n_in_part, reason));
            }
            Meaning::Understood => {}
        }
        Ok(())
    }

    fn finish(&mut self, tx: &Transaction<'_>, _: &[Touched]) -> Result<()> {
        for (table, rows) in
            [("not_understood_events", &self.rows), ("partly_understood_events", &self.rows_in_part)]
        {
            insert(tx, table, 5, rows, |event, row| {
                row.put(event.position.to_sql())?;
                row.put(event.n)?;
                row.put(event.stream.as_str())?;
                row.put(&event.event_type)?;
                row.put(event.reason)
            })?;
        }
        Ok(())
    }
}

impl ReasonCounts {
    fn read(tx: &Transaction<'_>) -> Result<Self> {
        let mut select = tx.prepare_cached("SELECT reason, id FROM not_understood_reasons WHERE id > 0")?;
        let reasons = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let reasons = reasons.collect::<rusqlite::Result<_>>()?;
        Ok(Self { n_events: up_to(tx, i64::MAX)?, n_in_part: in_part_up_to(tx, i64::MAX)?, reasons })
    }

    /// The number of a reason, which is added if there is room.
    fn number_of(&mut self, tx: &Transaction<'_>, why: &str) -> Result<i64> {
        let kept = why.char_indices().nth(N_REASON_CHARS_MAX).and_then(|(end, _)| why.get(..end));
        let reason = kept.unwrap_or(why);
        if let Some(id) = self.reasons.get(reason) {
            return Ok(*id);
        }
        if self.reasons.len() >= N_REASONS_MAX {
            let row = params![OTHER.0, OTHER.1];
            tx.prepare_cached("INSERT OR IGNORE INTO not_understood_reasons VALUES (?1, ?2)")?
                .execute(row)?;
            return Ok(OTHER.0);
        }
        let id = i64::try_from(self.reasons.len())?.saturating_add(1);
        tx.execute("INSERT INTO not_understood_reasons VALUES (?1, ?2)", params![id, reason])?;
        self.reasons.insert(reason.to_owned(), id);
        Ok(id)
    }
}

/// Number of events up to a position that were not understood.
pub(in crate::read_model) fn up_to(connection: &Connection, position: i64) -> rusqlite::Result<i64> {
    let sql = "SELECT n FROM not_understood_events WHERE position <= ?1 ORDER BY position DESC LIMIT 1";
    Ok(connection.prepare_cached(sql)?.query_row([position], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Number of events up to a position that were understood in part.
pub(in crate::read_model) fn in_part_up_to(connection: &Connection, position: i64) -> rusqlite::Result<i64> {
    let sql = "SELECT n FROM partly_understood_events WHERE position <= ?1 ORDER BY position DESC LIMIT 1";
    Ok(connection.prepare_cached(sql)?.query_row([position], |row| row.get(0)).optional()?.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_kept_up_to_a_number_of_characters_and_those_that_begin_alike_share_one() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("not_understood.sql")).unwrap();
        let tx = connection.transaction().unwrap();
        let mut known = ReasonCounts::read(&tx).unwrap();
        let whole = "ä".repeat(N_REASON_CHARS_MAX);
        let numbers =
            [&whole, &format!("{whole}b"), &whole[2..]].map(|why| known.number_of(&tx, why).unwrap());
        assert_eq!(numbers, [1, 1, 2]);
        let kept = tx.query_row("SELECT group_concat(reason, '|') FROM not_understood_reasons", [], |row| {
            row.get::<_, String>(0)
        });
        assert_eq!(kept.unwrap(), format!("{whole}|{}", &whole[2..]));
    }
}
