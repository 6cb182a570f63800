//! A person's own SQL, answered safely: on a read-only connection, within a deadline.
//!
//! Its files:
//!
//! - `answer.rs`: the answer to a question in SQL: its rows as they come, or the reason why it has no answer
//! - `confined.rs`: a connection confined to answering one question
//! - `events.rs`: the view `events` of questions in SQL: the log itself, up to the position of the answers
//! - `limits.rs`: the limits of a question in SQL
//! - `minor_units.rs`: the columns of a result that are amounts in minor units
//! - `temp_space.rs`: the disk space of a query's temporary files

pub mod answer;
pub mod confined;
pub(in crate::read_model) mod events;
pub mod limits;
pub mod minor_units;
pub mod temp_space;

use std::ops::ControlFlow;
use std::path::Path;

use anyhow::Result;
use rusqlite::Connection;

use crate::domain::moment::Moment;
use crate::read_model::engine::projection_state::read_state;
use crate::read_model::projections::declared::history;
use crate::read_model::projections::list::Projections;
use crate::read_model::questions::as_of;
use crate::read_model::questions::query::{ReadModel, connect};
use crate::read_model::questions::sql::answer::{AnswerHeader, AnswerPlace, QueryFailure, RowSink};
use crate::read_model::questions::sql::confined::{Confined, bound, plain};
use crate::read_model::questions::sql::limits::Limits;
use crate::read_model::questions::sql::minor_units::EmptyTables;
use crate::read_model::rows::{AsOf, Table, Value};

/// The most rows of an answer on a screen: some hundred pages, and a few MiB.
pub const N_SCREEN_ROWS_MAX: usize = 10_000;

/// The most bytes of an answer on a screen.
const N_SCREEN_BYTES_MAX: usize = 64 << 20;

/// The remaining room for an answer on a screen.
#[derive(Debug)]
pub struct Room {
    n_rows: usize,
    n_bytes: usize,
}

impl Room {
    /// Room for `n_rows` rows and 64 MiB.
    pub fn for_rows(n_rows: usize) -> Self {
        Self { n_rows, n_bytes: N_SCREEN_BYTES_MAX }
    }

    /// Counts a row; `false` if there is no room for it.
    pub fn take(&mut self, row: &[Value]) -> bool {
        let n_bytes = row.iter().map(n_bytes).sum();
        match (self.n_rows.checked_sub(1), self.n_bytes.checked_sub(n_bytes)) {
            (Some(n_rows), Some(n_bytes)) => {
                (self.n_rows, self.n_bytes) = (n_rows, n_bytes);
                true
            }
            _ => false,
        }
    }
}

/// An answer in memory, for a screen.
#[derive(Debug)]
struct Held {
    table: Table,
    room: Room,
}

impl RowSink for Held {
    fn begin(&mut self, beginning: AnswerHeader) {
        let AnswerHeader { columns, in_minor_units, as_of, checkpoint } = beginning;
        let table = std::mem::take(&mut self.table);
        self.table = Table { columns, in_minor_units, as_of, checkpoint, ..table };
    }

    fn row(&mut self, row: Vec<Value>) -> ControlFlow<()> {
        if !self.room.take(&row) {
            self.table.is_cut = true;
            return ControlFlow::Break(());
        }
        self.table.rows.push(row);
        ControlFlow::Continue(())
    }
}

/// The memory that a value takes, in bytes.
pub fn n_bytes(value: &Value) -> usize {
    let beside = match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        Value::Null | Value::Integer(_) | Value::Real(_) => 0,
    };
    beside.saturating_add(size_of::<Value>())
}

impl ReadModel {
    /// Answers a question in SQL, cut after `n_rows_max` rows (and after 64 MiB).
    ///
    /// # Errors
    /// See [`Unanswered`]: one clear sentence.
    pub fn table(
        &mut self,
        sql: &str,
        as_of: AsOf,
        n_rows_max: usize,
        limits: &Limits,
    ) -> Result<Table, QueryFailure> {
        let mut held = Held { table: Table::default(), room: Room::for_rows(n_rows_max) };
        self.sql(sql, as_of, limits, &mut held)?;
        Ok(held.table)
    }

    /// Answers a question in SQL, row by row and uncut; the views answer as of the position.
    ///
    /// # Errors
    /// See [`Unanswered`]: one clear sentence. Rows may have been given before.
    pub fn sql(
        &mut self,
        sql: &str,
        as_of: AsOf,
        limits: &Limits,
        answer: &mut dyn RowSink,
    ) -> Result<(), QueryFailure> {
        let (connection, checkpoint) =
            self.connect_to_ask().map_err(QueryFailure::ReadModel)?.ok_or(QueryFailure::NoReadModel)?;
        as_of::register(&connection, as_of, &checkpoint).map_err(|error| plain(&error))?;
        // If one view is broken, the others can still be queried.
        let columns = self.location().projections().columns();
        let empty = EmptyTables::like(&connection, &columns, as_of, &checkpoint).ok();
        let as_of = as_of.position(&checkpoint);
        bound(&connection).map_err(|error| plain(&error))?;
        create_views(&connection, self.location().projections()).map_err(|error| plain(&error))?;
        // Dropped after the connection.
        let log = events::attach(&connection, sql, self.location().log()).map_err(QueryFailure::Log)?;
        let confined = Confined::new(connection, limits, log.is_some()).map_err(|error| plain(&error))?;
        confined.answer(sql, AnswerPlace { as_of, checkpoint }, empty.as_ref(), answer)
    }

    /// A separate connection to the current generation, and the checkpoint that it sees; `None` if there is no read
    /// model. If the generation is just being replaced, it is looked up once more.
    fn connect_to_ask(&mut self) -> Result<Option<(Connection, Moment)>> {
        let Some(path) = self.current_path()? else { return Ok(None) };
        let connected = connect_at_checkpoint(&path);
        match self.current_path()? {
            Some(other) if connected.is_err() && other != path => connect_at_checkpoint(&other).map(Some),
            _ => connected.map(Some),
        }
    }
}

fn connect_at_checkpoint(path: &Path) -> Result<(Connection, Moment)> {
    let connection = connect(path)?;
    let checkpoint = begin(&connection)?;
    Ok((connection, checkpoint))
}

/// From here on the connection sees the read model at one checkpoint, which is returned.
fn begin(connection: &Connection) -> Result<Moment> {
    connection.execute_batch("BEGIN")?;
    Ok(read_state(connection)?.checkpoint)
}

/// Creates the views of declared projections, which are temporary: they take the places of the tables.
fn create_views(connection: &Connection, projections: &Projections) -> rusqlite::Result<()> {
    connection.pragma_update(None, "query_only", false)?;
    projections.declared_tables().try_for_each(|table| connection.execute_batch(&history::view(table)))?;
    connection.pragma_update(None, "query_only", true)
}
