//! A declared projection at work: each event's statements, on the tables of a generation.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Result, anyhow};
use rusqlite::functions::FunctionFlags;
use rusqlite::{CachedStatement, Connection, Error, ErrorCode, Transaction};

use crate::domain::aggregates::declared::upcast::UpcastEvent;
use crate::domain::event::{RecordedEvent, Timestamp, to_micros};
use crate::read_model::projections::declared::checked::{
    CheckedProjection, CheckedStatement, EventParameter,
};
use crate::read_model::projections::declared::deadline::StatementDeadline;
use crate::read_model::projections::declared::functions;
use crate::read_model::projections::declared::history::POSITION_FUNCTION;
use crate::read_model::projections::{Projection, Step, Touched};
use crate::read_model::rows::columns::ColumnMeaning;
use crate::store::sql::position::SqlPosition;

/// What the triggers and the deadline of one connection know about the event being projected.
#[derive(Clone, Debug, Default)]
pub(in crate::read_model) struct CurrentEvent {
    position: Arc<AtomicI64>,
    pub(in crate::read_model) deadline: StatementDeadline,
}

impl CurrentEvent {
    /// Gives a connection that projects what declared projections need.
    ///
    /// # Errors
    /// Errors of SQLite.
    pub(in crate::read_model) fn register(&self, connection: &Connection) -> rusqlite::Result<()> {
        functions::register(connection)?;
        // So that a REPLACE deletes rows in the way of a DELETE, with its trigger.
        connection.pragma_update(None, "recursive_triggers", true)?;
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
        let position = Arc::clone(&self.position);
        connection.create_scalar_function(POSITION_FUNCTION, 0, flags, move |_| {
            Ok(position.load(Ordering::Relaxed))
        })
    }
}

/// A declared projection for one batch.
pub(in crate::read_model) struct Declared {
    checked: Arc<CheckedProjection>,
    current: CurrentEvent,
}

impl Declared {
    pub(in crate::read_model) fn new(checked: &Arc<CheckedProjection>, current: &CurrentEvent) -> Self {
        Self { checked: Arc::clone(checked), current: current.clone() }
    }

    fn run(
        &self,
        tx: &Transaction<'_>,
        statement: &CheckedStatement,
        values: &mut EventValues<'_>,
    ) -> Result<()> {
        let mut prepared = tx.prepare_cached(&statement.sql)?;
        for (nth, parameter) in statement.parameters.iter().enumerate() {
            values.bind(&mut prepared, nth + 1, *parameter, statement.rounds_json)?;
        }
        self.current.deadline.begin(self.checked.deadline);
        let done = prepared.raw_execute();
        let is_late = self.current.deadline.is_over();
        self.current.deadline.end();
        done.map(drop).map_err(|error| self.failure(error, is_late))
    }

    /// An error of a statement: of the event, if another event could be projected; otherwise of the database.
    fn failure(&self, error: Error, is_late: bool) -> anyhow::Error {
        match (error.sqlite_error_code(), &error) {
            (Some(ErrorCode::OperationInterrupted), _) if is_late => {
                anyhow!("it took longer than {:?}", self.checked.deadline)
            }
            (
                Some(
                    ErrorCode::ConstraintViolation
                    | ErrorCode::TypeMismatch
                    | ErrorCode::TooBig
                    | ErrorCode::Unknown,
                ),
                Error::SqliteFailure(_, Some(text)),
            ) => anyhow!("{text}"),
            _ => error.into(),
        }
    }
}

impl Projection for Declared {
    fn name(&self) -> &str {
        &self.checked.recorded_name
    }

    fn version(&self) -> i64 {
        self.checked.version
    }

    fn schema(&self) -> &str {
        &self.checked.schema
    }

    fn present(&self) -> Vec<&str> {
        self.checked.tables.iter().map(|table| table.name.as_str()).collect()
    }

    fn columns(&self) -> &'static [ColumnMeaning] {
        &[]
    }

    fn apply(&mut self, tx: &Transaction<'_>, step: &Step<'_>) -> Result<()> {
        let as_read = step.fold.as_read(step.event).map_err(|why| anyhow!("{why}"))?;
        let mut values = EventValues { step, as_read: &as_read, time: None, state: None };
        for handler in self.checked.handlers.iter().filter(|one| one.takes(&as_read.event_type)) {
            for statement in &handler.statements {
                self.current.position.store(step.event.position.to_sql(), Ordering::Relaxed);
                self.run(tx, statement, &mut values).map_err(|why| {
                    why.context(format!("the projection {}, line {}", self.checked.name(), statement.line))
                })?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, _: &Transaction<'_>, _: &[Touched]) -> Result<()> {
        Ok(())
    }
}

/// The values of an event's parameters; those that cost something are made when a statement asks for them.
struct EventValues<'s> {
    step: &'s Step<'s>,
    as_read: &'s UpcastEvent<'s>,
    time: Option<Option<String>>,
    state: Option<String>,
}

impl EventValues<'_> {
    fn bind(
        &mut self,
        statement: &mut CachedStatement<'_>,
        nth: usize,
        parameter: EventParameter,
        rounds_json: bool,
    ) -> Result<()> {
        let RecordedEvent { position, stream, version, event_type, time, data, metadata, .. } =
            self.step.event;
        let json = match parameter {
            EventParameter::Position => return Ok(statement.raw_bind_parameter(nth, position.to_sql())?),
            EventParameter::Stream => return Ok(statement.raw_bind_parameter(nth, stream.as_str())?),
            EventParameter::Version => return Ok(statement.raw_bind_parameter(nth, version.to_sql())?),
            EventParameter::Type => return Ok(statement.raw_bind_parameter(nth, event_type.as_str())?),
            EventParameter::Time => {
                let time = self.time.get_or_insert_with(|| time.map(written));
                return Ok(statement.raw_bind_parameter(nth, time.as_deref())?);
            }
            EventParameter::Data => Some(&*self.as_read.data),
            EventParameter::Raw => Some(data.as_str()),
            EventParameter::Metadata => metadata.as_deref(),
            EventParameter::State => {
                if self.state.is_none() {
                    self.state = Some(serde_json::to_string(self.step.after)?);
                }
                self.state.as_deref()
            }
        };
        if rounds_json && json.is_some_and(functions::has_rounded_number) {
            let why = "json_each and json_tree would round a number of this event that neither an integer nor a double holds";
            return Err(anyhow!(why));
        }
        Ok(statement.raw_bind_parameter(nth, json)?)
    }
}

/// A time as views write it: UTC with six digits of the second, or microseconds since 1970 for years that ISO 8601 does
/// not write with four digits.
fn written(time: Timestamp) -> String {
    let micros = to_micros(time);
    match time.strftime("%Y").to_string() {
        year if year.len() == 4 => {
            format!("{}.{:06}Z", time.strftime("%Y-%m-%dT%H:%M:%S"), micros.rem_euclid(1_000_000))
        }
        _ => micros.to_string(),
    }
}
