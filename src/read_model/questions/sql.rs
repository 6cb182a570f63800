//! A person's own SQL, answered safely: on a read-only connection, within a deadline.
//!
//! Its files:
//!
//! - `confined.rs`: a connection confined to answering one question
//! - `minor_units.rs`: the columns of a result that are amounts in minor units
//! - `temp_space.rs`: the disk space of a query's temporary files

pub mod confined;
pub mod minor_units;
pub mod temp_space;

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use rusqlite::Connection;

use crate::cancel::Cancel;
use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::read_model::engine::projection_state::read_state;
use crate::read_model::questions::as_of;
use crate::read_model::questions::query::{ReadModel, connect};
use crate::read_model::questions::sql::confined::{Confined, plain};
use crate::read_model::questions::sql::minor_units::EmptyTables;
use crate::read_model::rows::{AsOf, Table, Value};

/// The default time limit of a question.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// The default limit for the temporary files of a question, in bytes: enough to sort some ten million lines of
/// statements.
pub const N_TEMP_BYTES_MAX: u64 = 1 << 30;

/// The most rows of an answer on a screen: some hundred pages, and a few MiB.
pub const N_SCREEN_ROWS_MAX: usize = 10_000;

/// The most bytes of an answer on a screen.
const N_SCREEN_BYTES_MAX: usize = 64 << 20;

/// The limits of a question.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The time limit.
    pub deadline: Duration,
    /// The limit for its temporary files, in bytes.
    pub n_temp_bytes_max: u64,
    /// Stops it.
    pub cancel: Cancel,
}

impl Default for Limits {
    fn default() -> Self {
        Self { deadline: DEADLINE, n_temp_bytes_max: N_TEMP_BYTES_MAX, cancel: Cancel::never() }
    }
}

/// The reason why a question has no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// There is no read model.
    NoReadModel,
    /// It does more than select; the text says what.
    NotAllowed(String),
    /// It took longer than this limit.
    Deadline(Duration),
    /// Its temporary files took more than this limit, in bytes.
    TempSpace(u64),
    /// It was cancelled.
    Cancelled,
    /// SQLite does not understand it, or could not evaluate it; in SQLite's words.
    Wrong(String),
    /// The read model could not be read.
    ReadModel(anyhow::Error),
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoReadModel => {
                f.write_str("there is no read model yet; `foldback rebuild STORE` creates one")
            }
            Self::NotAllowed(what) => write!(f, "only SELECT is answered here, {what} is not allowed"),
            Self::Deadline(time) => write!(
                f,
                "the question took longer than {} and was stopped; ask for less, or allow it more time",
                seconds(*time)
            ),
            Self::TempSpace(n_bytes) => write!(
                f,
                "the question took more than {} MiB of temporary files and was stopped; sort or join less",
                n_bytes >> 20
            ),
            Self::Cancelled => f.write_str("the question was cancelled"),
            Self::Wrong(why) => f.write_str(why),
            Self::ReadModel(why) => write!(f, "the read model cannot be read: {why:#}"),
        }
    }
}

impl std::error::Error for Unanswered {}

fn seconds(time: Duration) -> String {
    if time.subsec_nanos() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}

/// The beginning of an answer, once the question has been understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerHeader {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// Whether each column is an amount in minor units, directly from a view or a table; empty if that is not known.
    pub in_minor_units: Vec<bool>,
    /// The position of the answer.
    pub as_of: GlobalPosition,
    /// The checkpoint of the read model.
    pub checkpoint: Moment,
}

/// Receives an answer as it comes: first its beginning, then row after row.
pub trait RowSink {
    /// Called once, when the question has been understood.
    fn begin(&mut self, beginning: AnswerHeader);

    /// Called for each row, which is as long as the columns; decides whether to go on.
    fn row(&mut self, row: Vec<Value>) -> ControlFlow<()>;
}

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
    ) -> Result<Table, Unanswered> {
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
    ) -> Result<(), Unanswered> {
        let (connection, checkpoint) =
            self.connect_to_ask().map_err(Unanswered::ReadModel)?.ok_or(Unanswered::NoReadModel)?;
        as_of::register(&connection, as_of, &checkpoint).map_err(|error| plain(&error))?;
        // If one view is broken, the others can still be queried.
        let empty = EmptyTables::like(&connection, as_of, &checkpoint).ok();
        let as_of = as_of.position(&checkpoint);
        let confined = Confined::new(connection, limits).map_err(|error| plain(&error))?;
        confined.answer(sql, (as_of, checkpoint), empty.as_ref(), answer)
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
