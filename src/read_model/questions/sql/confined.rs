//! A connection confined to answering one question.
//!
//! The limits are checked between the instructions of SQLite's virtual machine. Sorting and the like use temporary
//! files, whose size is bounded, with some MiB of memory each; sorting in memory could be neither interrupted nor
//! bounded. Other memory (`json_group_array`, a statement that grows while it is being prepared) is bounded by SQLite's
//! heap limit for the whole process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, Statement};

use crate::read_model::questions::sql::answer::{AnswerHeader, AnswerPlace, QueryFailure, RowSink};
use crate::read_model::questions::sql::limits::Limits;
use crate::read_model::questions::sql::minor_units::EmptyTables;
use crate::read_model::questions::sql::temp_space::TempSpace;
use crate::read_model::rows::Value;

/// The longest value in an answer and in intermediate results, in bytes. Comparing two longer values could exceed the
/// deadline in one instruction, which cannot be interrupted.
pub const N_VALUE_BYTES_MAX: i32 = 512 << 10;

/// The longest question, in bytes: more than a person writes.
pub const N_SQL_BYTES_MAX: usize = 64 << 10;

/// The most columns of an answer, and of sorted or grouped intermediate results.
pub const N_COLUMNS_MAX: i32 = 256;

/// The deepest nesting of expressions: evaluating one takes a stack frame per level.
const EXPRESSION_DEPTH_MAX: i32 = 200;

/// The most SELECTs joined by UNION and the like.
const N_COMPOUND_MAX: i32 = 50;

/// The longest pattern of LIKE and GLOB, whose cost is its length times that of the text.
const N_PATTERN_BYTES_MAX: i32 = 1000;

/// Instructions of SQLite's virtual machine between two checks of the limits: some microseconds of work, or some
/// milliseconds if each instruction makes a long value.
const N_INSTRUCTIONS: i32 = 100;

/// The most memory that SQLite may take in the whole process once a question has been asked (`hard_heap_limit`, which
/// can only be lowered). The caches of all other connections take some 150 MiB while a log is imported, projected and
/// rebuilt at once; a question exceeds this within seconds or never.
const N_HEAP_BYTES_MAX: i64 = 512 << 20;

/// A connection that does nothing but answer one question.
pub(super) struct Confined {
    connection: Connection,
    /// The refusals of the authorizer.
    refused: Receiver<String>,
    /// When it has to stop, in nanoseconds since its creation.
    until: Arc<AtomicU64>,
    /// Whether it was stopped because its temporary files took too much room.
    is_out_of_space: Arc<AtomicBool>,
    limits: Limits,
    /// Whether the log is attached, too.
    has_log: bool,
}

/// Bounds what SQLite takes to understand a question and to answer it.
pub(super) fn bound(connection: &Connection) -> rusqlite::Result<()> {
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, N_VALUE_BYTES_MAX),
        (Limit::SQLITE_LIMIT_COLUMN, N_COLUMNS_MAX),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, EXPRESSION_DEPTH_MAX),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, N_COMPOUND_MAX),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, N_PATTERN_BYTES_MAX),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, most)?;
    }
    confine_memory(connection)
}

impl Confined {
    /// Removes everything from a [bounded](bound) connection that a question does not need.
    pub(super) fn new(mut connection: Connection, limits: &Limits, has_log: bool) -> rusqlite::Result<Self> {
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        // SQLite stops at the first refusal.
        let (refuse, refused) = channel();
        connection.authorizer(Some(move |context: AuthContext<'_>| match forbidden(&context.action) {
            None => Authorization::Allow,
            Some(what) => {
                let _ = refuse.send(what);
                Authorization::Deny
            }
        }))?;
        let until = Arc::new(AtomicU64::new(nanoseconds(limits.deadline)));
        let is_out_of_space = Arc::new(AtomicBool::new(false));
        let cancel = limits.cancel.clone();
        let (until_here, out_of_space) = (Arc::clone(&until), Arc::clone(&is_out_of_space));
        let (started, mut space) = (Instant::now(), TempSpace::new(limits.n_temp_bytes_max));
        let must_stop = move || {
            let now = Instant::now();
            if space.is_exceeded(now) {
                out_of_space.store(true, Ordering::Relaxed);
            }
            cancel.is_cancelled()
                || out_of_space.load(Ordering::Relaxed)
                || nanoseconds(now.duration_since(started)) > until_here.load(Ordering::Relaxed)
        };
        connection.progress_handler(N_INSTRUCTIONS, Some(must_stop))?;
        Ok(Self { connection, refused, until, is_out_of_space, limits: limits.clone(), has_log })
    }

    /// Answers the question, row by row.
    ///
    /// # Errors
    /// See [`Unanswered`].
    pub(super) fn answer(
        &self,
        sql: &str,
        AnswerPlace { as_of, checkpoint }: AnswerPlace,
        empty: Option<&EmptyTables>,
        answer: &mut dyn RowSink,
    ) -> Result<(), QueryFailure> {
        if sql.len() > N_SQL_BYTES_MAX {
            let n_kib = N_SQL_BYTES_MAX >> 10;
            return Err(QueryFailure::Wrong(format!("the question is longer than allowed ({n_kib} KiB)")));
        }
        let mut statement = self.connection.prepare(sql).map_err(|error| self.explain(&error))?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        match (columns.is_empty(), statement.readonly()) {
            (false, true) => {}
            (true, true) => return Err(QueryFailure::Wrong("there is no question in this text".to_owned())),
            (_, false) => return Err(QueryFailure::NotAllowed(first_word(sql))),
        }
        if statement.parameter_count() > 0 {
            let why = "the question has a parameter (?, :name); write the value in its place";
            return Err(QueryFailure::Wrong(why.to_owned()));
        }
        let n_columns = columns.len();
        let in_minor_units = empty.map(|empty| empty.in_minor_units(sql)).unwrap_or_default();
        answer.begin(AnswerHeader { columns, in_minor_units, as_of, checkpoint });
        self.give_rows(&mut statement, n_columns, answer).map_err(|error| self.explain(&error))
    }

    fn give_rows(
        &self,
        statement: &mut Statement<'_>,
        n_columns: usize,
        answer: &mut dyn RowSink,
    ) -> rusqlite::Result<()> {
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let values = (0..n_columns).map(|i| Ok(value(row.get_ref(i)?)));
            let values = values.collect::<rusqlite::Result<_>>()?;
            let given = Instant::now();
            let goes_on = answer.row(values);
            // Time that the receiver takes does not count.
            self.until.fetch_add(nanoseconds(given.elapsed()), Ordering::Relaxed);
            if goes_on.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn explain(&self, error: &rusqlite::Error) -> QueryFailure {
        if let Ok(what) = self.refused.try_recv() {
            return QueryFailure::NotAllowed(what);
        }
        match error {
            rusqlite::Error::SqliteFailure(code, _) if code.code == ErrorCode::OperationInterrupted => {
                if self.limits.cancel.is_cancelled() {
                    QueryFailure::Cancelled
                } else if self.is_out_of_space.load(Ordering::Relaxed) {
                    QueryFailure::TempSpace(self.limits.n_temp_bytes_max)
                } else {
                    QueryFailure::Deadline(self.limits.deadline)
                }
            }
            rusqlite::Error::SqliteFailure(code, _) if self.has_log && is_damage(code.code) => {
                let why = "the log or the read model is damaged; `foldback verify STORE` finds where";
                QueryFailure::Wrong(why.to_owned())
            }
            other => plain(other),
        }
    }
}

fn is_damage(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
}

/// Makes sorting and the like use files, and limits memory.
fn confine_memory(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "temp_store", "FILE")?;
    connection.pragma_update_and_check(None, "hard_heap_limit", N_HEAP_BYTES_MAX, |_| Ok(()))
}

/// The first word of a statement.
fn first_word(sql: &str) -> String {
    let word = sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    if word.is_empty() { "anything else".to_owned() } else { word.to_ascii_uppercase() }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// A value of SQLite's as a plain one.
pub(in crate::read_model) fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        // SQLite does not guarantee that text is UTF-8: CAST makes text of any bytes.
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

/// The name of an action that is not part of selecting; `None` for any other.
fn forbidden(action: &AuthAction<'_>) -> Option<String> {
    let what = match action {
        // It has the name under which the log is attached.
        AuthAction::Read { table_name, .. } if table_name.starts_with("sqlite_temp_") => {
            "reading the temporary schema"
        }
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => return None,
        // The first one runs code from a file, the other one exposes memory addresses.
        AuthAction::Function { function_name }
            if ["load_extension", "fts3_tokenizer"].contains(function_name) =>
        {
            return Some(format!("{function_name}()"));
        }
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

/// Whether it is one of SQLite's schema tables, which CREATE, DROP and the like write to.
fn is_schema(table: &str) -> bool {
    table.starts_with("sqlite_")
}

/// An error on one line: in our words if the user can do something about it, otherwise in SQLite's own.
pub(super) fn plain(error: &rusqlite::Error) -> QueryFailure {
    let text = match error {
        rusqlite::Error::SqliteFailure(code, _) if code.code == ErrorCode::TooBig => {
            format!("a value would be longer than allowed ({} KiB)", N_VALUE_BYTES_MAX >> 10)
        }
        rusqlite::Error::SqliteFailure(code, _) if code.code == ErrorCode::OutOfMemory => format!(
            "the question needs more memory than there is for questions ({} MiB); ask for less",
            N_HEAP_BYTES_MAX >> 20
        ),
        rusqlite::Error::SqliteFailure(code, _) if code.code == ErrorCode::DiskFull => {
            "there is no room left for temporary files (their folder is TMPDIR's, or /var/tmp); ask for less"
                .to_owned()
        }
        rusqlite::Error::SqliteFailure(code, _) if is_damage(code.code) => {
            "the read model is damaged; `foldback rebuild STORE` rebuilds it".to_owned()
        }
        rusqlite::Error::SqliteFailure(code, _) if code.code == ErrorCode::SystemIoFailure => {
            "the disk under the read model fails; check the disk and try again".to_owned()
        }
        rusqlite::Error::SqliteFailure(_, Some(text)) | rusqlite::Error::SqlInputError { msg: text, .. } => {
            match text.as_str() {
                "Recursion limit" => "the question is nested too deep".to_owned(),
                _ => text.clone(),
            }
        }
        rusqlite::Error::MultipleStatement => "one question at a time: there is text after the ;".to_owned(),
        other => other.to_string(),
    };
    QueryFailure::Wrong(text.lines().map(str::trim).collect::<Vec<_>>().join(" "))
}
