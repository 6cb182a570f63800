//! Late events: those whose own time is earlier than the clock at their position.

use std::ops::RangeInclusive;

use anyhow::Result;

use crate::domain::event::{GlobalPosition, Timestamp, to_micros};
use crate::store::log::late::LateEvent;
use crate::store::micros::from_micros;
use crate::store::sql::position::SqlPosition;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::read::rows::to_sql;

impl SqliteStore {
    /// The late events among these positions, rising.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn late_events(&self, positions: &RangeInclusive<u64>) -> Result<Vec<LateEvent>> {
        let sql = "SELECT position, time FROM events WHERE position BETWEEN ?1 AND ?2 AND time < clock ORDER BY position";
        let ends = (to_sql(*positions.start()), to_sql(*positions.end()));
        self.explained(|conn| {
            let mut statement = conn.prepare_cached(sql)?;
            let mut rows = statement.query(ends)?;
            let mut late = Vec::new();
            while let Some(row) = rows.next()? {
                let position = GlobalPosition::from_sql(row.get(0)?);
                late.push(LateEvent { position, time: from_micros(row.get(1)?)? });
            }
            Ok(late)
        })
    }

    /// Number of events among these positions whose own time is no later than `time`.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn n_no_later(&self, positions: &RangeInclusive<u64>, time: Timestamp) -> Result<u64> {
        let sql = "SELECT count(*) FROM events WHERE position BETWEEN ?1 AND ?2 AND time <= ?3";
        let params = (to_sql(*positions.start()), to_sql(*positions.end()), to_micros(time));
        self.explained(|conn| {
            let n: i64 = conn.prepare_cached(sql)?.query_row(params, |row| row.get(0))?;
            Ok(u64::try_from(n).unwrap_or(0))
        })
    }
}
