//! A person's own questions in SQL, answered safely: on a connection of their own that can only read, within a
//! deadline.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::Result;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};

use crate::domain::event::GlobalPosition;
use crate::read_model::as_of;
use crate::read_model::batch::read_mark;
use crate::read_model::query::{ReadModel, connect};
use crate::read_model::rows::{AsOf, Checkpoint, Table, Value};

/// How long a question may take, unless told otherwise.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// Rows that a screen takes of one answer: some hundred pages, and a few MiB.
pub const N_SCREEN_ROWS_MAX: usize = 10_000;

/// Bytes that a screen takes of one answer.
pub const N_SCREEN_BYTES_MAX: usize = 64 << 20;

/// The longest value in an answer, and in between: comparing two that are longer can take longer than the deadline, in
/// one instruction that cannot be interrupted.
const N_VALUE_BYTES_MAX: i32 = 512 << 10;

/// The longest question: more than a person writes.
const N_SQL_BYTES_MAX: i32 = 64 << 10;

/// The most columns of an answer, and of what is sorted or grouped on the way.
const N_COLUMNS_MAX: i32 = 256;

/// How deep expressions may be nested: working one out takes a stack frame a level.
const EXPRESSION_DEPTH_MAX: i32 = 200;

/// How many SELECTs may be joined by UNION and the like.
const N_COMPOUND_MAX: i32 = 50;

/// The longest pattern of LIKE and GLOB, which cost its length times that of the text.
const N_PATTERN_BYTES_MAX: i32 = 1000;

/// The deadline is looked at after so many instructions of SQLite's machine: well under a millisecond of work.
const N_INSTRUCTIONS: i32 = 1000;

/// What a question may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long it may take.
    pub deadline: Duration,
    /// Stops it as soon as this is true.
    pub is_cancelled: Arc<AtomicBool>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { deadline: DEADLINE, is_cancelled: Arc::default() }
    }
}

/// Why a question has no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// There is no read model.
    NoReadModel,
    /// It wants more than to select: what it wants.
    NotAllowed(String),
    /// It took longer than this.
    Deadline(Duration),
    /// It was cancelled.
    Cancelled,
    /// SQLite does not understand it, or could not work it out: in SQLite's words.
    Wrong(String),
    /// The read model could not be read.
    ReadModel(anyhow::Error),
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoReadModel => {
                f.write_str("there is no read model yet; `foldback rebuild STORE` makes one")
            }
            Self::NotAllowed(what) => write!(f, "only SELECT is answered here, {what} is not allowed"),
            Self::Deadline(time) => write!(
                f,
                "the question took longer than {} and was stopped; ask for less, or allow it more time",
                seconds(*time)
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

/// Takes an answer as it comes: first the columns and the checkpoint that it is as of, then row after row.
pub trait Answer {
    /// The question has been understood; it is answered as of this position, from a read model at that checkpoint.
    fn begin(&mut self, columns: &[String], as_of: GlobalPosition, checkpoint: Checkpoint);

    /// The next row, as long as the columns; decides whether to go on.
    fn row(&mut self, row: Vec<Value>) -> ControlFlow<()>;
}

/// An answer held in memory, as a screen shows it: no more than [`N_SCREEN_ROWS_MAX`] rows.
#[derive(Debug)]
struct Held {
    table: Table,
    n_rows_max: usize,
    n_bytes: usize,
}

impl Answer for Held {
    fn begin(&mut self, columns: &[String], as_of: GlobalPosition, checkpoint: Checkpoint) {
        self.table.columns = columns.to_vec();
        self.table.as_of = as_of;
        self.table.checkpoint = checkpoint;
    }

    fn row(&mut self, row: Vec<Value>) -> ControlFlow<()> {
        self.n_bytes += row.iter().map(n_bytes).sum::<usize>();
        if self.table.rows.len() == self.n_rows_max || self.n_bytes > N_SCREEN_BYTES_MAX {
            self.table.is_cut = true;
            return ControlFlow::Break(());
        }
        self.table.rows.push(row);
        ControlFlow::Continue(())
    }
}

/// What a value takes in memory, in bytes.
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
        let mut held = Held { table: Table::default(), n_rows_max, n_bytes: 0 };
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
        answer: &mut dyn Answer,
    ) -> Result<(), Unanswered> {
        let path = self.current_path().map_err(Unanswered::ReadModel)?.ok_or(Unanswered::NoReadModel)?;
        let connection = connect(&path).map_err(Unanswered::ReadModel)?;
        let checkpoint = begin(&connection).map_err(Unanswered::ReadModel)?;
        as_of::register(&connection, as_of, &checkpoint).map_err(|error| plain(&error))?;
        let as_of = as_of.position(&checkpoint);
        let confined = Confined::new(connection, limits).map_err(|error| plain(&error))?;
        let answered = confined.answer(sql, as_of, checkpoint, answer);
        answered.map_err(|error| confined.explain(&error))
    }
}

/// From here on the connection sees the read model as of one checkpoint: this one.
fn begin(connection: &Connection) -> Result<Checkpoint> {
    connection.execute_batch("BEGIN")?;
    Ok(read_mark(connection)?.checkpoint)
}

/// A connection that does nothing but answer one question.
struct Confined {
    connection: Connection,
    /// What the authorizer has refused.
    refused: Receiver<String>,
    /// Up to when it may run, in nanoseconds since it was made.
    until: Arc<AtomicU64>,
    limits: Limits,
}

impl Confined {
    fn new(mut connection: Connection, limits: &Limits) -> rusqlite::Result<Self> {
        for (limit, most) in [
            (Limit::SQLITE_LIMIT_LENGTH, N_VALUE_BYTES_MAX),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, N_SQL_BYTES_MAX),
            (Limit::SQLITE_LIMIT_COLUMN, N_COLUMNS_MAX),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, EXPRESSION_DEPTH_MAX),
            (Limit::SQLITE_LIMIT_COMPOUND_SELECT, N_COMPOUND_MAX),
            (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, N_PATTERN_BYTES_MAX),
            (Limit::SQLITE_LIMIT_ATTACHED, 0),
            (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
        ] {
            connection.set_limit(limit, most)?;
        }
        let (refuse, refused) = channel();
        connection.authorizer(Some(move |context: AuthContext<'_>| match forbidden(&context.action) {
            None => Authorization::Allow,
            Some(what) => {
                let _ = refuse.send(what);
                Authorization::Deny
            }
        }))?;
        let until = Arc::new(AtomicU64::new(nanoseconds(limits.deadline)));
        let (is_cancelled, until_of_handler) = (Arc::clone(&limits.is_cancelled), Arc::clone(&until));
        let started = Instant::now();
        connection.progress_handler(
            N_INSTRUCTIONS,
            Some(move || {
                is_cancelled.load(Ordering::Relaxed)
                    || nanoseconds(started.elapsed()) > until_of_handler.load(Ordering::Relaxed)
            }),
        )?;
        Ok(Self { connection, refused, until, limits: limits.clone() })
    }

    fn answer(
        &self,
        sql: &str,
        as_of: GlobalPosition,
        checkpoint: Checkpoint,
        answer: &mut dyn Answer,
    ) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare(sql)?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        if columns.is_empty() || !statement.readonly() {
            return Err(rusqlite::Error::InvalidQuery);
        }
        if statement.parameter_count() > 0 {
            return Err(rusqlite::Error::InvalidParameterCount(0, statement.parameter_count()));
        }
        answer.begin(&columns, as_of, checkpoint);
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let values = (0..columns.len()).map(|i| Ok(value(row.get_ref(i)?)));
            let values = values.collect::<rusqlite::Result<_>>()?;
            let given = Instant::now();
            let goes_on = answer.row(values);
            // A slow reader of the answer is not a slow question.
            self.until.fetch_add(nanoseconds(given.elapsed()), Ordering::Relaxed);
            if goes_on.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn explain(&self, error: &rusqlite::Error) -> Unanswered {
        if let Ok(what) = self.refused.try_recv() {
            return Unanswered::NotAllowed(what);
        }
        match error {
            rusqlite::Error::InvalidQuery => Unanswered::NotAllowed("anything else".to_owned()),
            rusqlite::Error::SqliteFailure(code, _) if code.code == ErrorCode::OperationInterrupted => {
                if self.limits.is_cancelled.load(Ordering::Relaxed) {
                    Unanswered::Cancelled
                } else {
                    Unanswered::Deadline(self.limits.deadline)
                }
            }
            other => plain(other),
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// A value that SQLite answers, as a plain one.
pub(super) fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        // SQLite does not see to it that text is UTF-8: CAST makes it of any bytes.
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

/// What an action would be, if it is not part of selecting.
fn forbidden(action: &AuthAction<'_>) -> Option<String> {
    let what = match action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => return None,
        AuthAction::Function { function_name } if *function_name == "load_extension" => "load_extension()",
        AuthAction::Function { .. } => return None,
        AuthAction::Pragma { pragma_name, .. } => return Some(format!("PRAGMA {pragma_name}")),
        AuthAction::Attach { .. } => "ATTACH",
        AuthAction::Detach { .. } => "DETACH",
        AuthAction::Insert { table_name } if !is_schema(table_name) => "INSERT",
        AuthAction::Update { table_name, .. } if !is_schema(table_name) => "UPDATE",
        AuthAction::Delete { table_name } if !is_schema(table_name) => "DELETE",
        AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => "BEGIN, COMMIT or ROLLBACK",
        AuthAction::Reindex { .. } => "REINDEX",
        _ => "changing the schema",
    };
    Some(what.to_owned())
}

/// Whether SQLite keeps the schema there: CREATE, DROP and the like write to it.
fn is_schema(table: &str) -> bool {
    table.starts_with("sqlite_")
}

/// An error in SQLite's own words, as one line.
fn plain(error: &rusqlite::Error) -> Unanswered {
    let text = match error {
        rusqlite::Error::SqliteFailure(code, _) if code.code == ErrorCode::TooBig => {
            format!("a value or the question itself is longer than allowed ({} KiB)", N_VALUE_BYTES_MAX >> 10)
        }
        rusqlite::Error::SqliteFailure(code, _)
            if matches!(code.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) =>
        {
            "the read model is damaged; `foldback rebuild STORE` makes it anew".to_owned()
        }
        rusqlite::Error::SqliteFailure(_, Some(text)) => text.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::MultipleStatement => "one question at a time: there is text after the ;".to_owned(),
        rusqlite::Error::InvalidParameterCount(..) => {
            "the question has a parameter (?, :name); write the value in its place".to_owned()
        }
        other => other.to_string(),
    };
    Unanswered::Wrong(text.lines().map(str::trim).collect::<Vec<_>>().join(" "))
}
