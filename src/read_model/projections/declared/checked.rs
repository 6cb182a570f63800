//! The check of a projection's file in an empty database: its tables, its statements, what they may do.
//!
//! The database has nothing but the projection's own tables, so a statement that it can prepare touches no other.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, Error};

use crate::read_model::projections::declared::deadline::STATEMENT_DEADLINE;
use crate::read_model::projections::declared::file::{
    BadProjection, EventHandler, FileStatement, ProjectionFile, is_plain_name, parse,
};
use crate::read_model::projections::declared::permissions::{is_table_of_json, refusal, refusal_in_table};
use crate::read_model::projections::declared::table::{DeclaredColumn, DeclaredTable, columns_of};
use crate::read_model::projections::declared::{functions, history};

/// The most columns of a table.
pub const N_TABLE_COLUMNS_MAX: usize = 100;

/// The version of histories, triggers and functions. It has to rise whenever the same file would give other rows.
const FORM: i64 = 1;

/// A projection that can be run.
#[derive(Clone, Debug)]
pub struct CheckedProjection {
    /// Its name, as its file says.
    title: String,
    /// The name in a read model, which no projection of foldback has.
    pub(super) recorded_name: String,
    pub(super) version: i64,
    pub(super) tables: Vec<DeclaredTable>,
    pub(super) schema: String,
    pub(super) handlers: Vec<CheckedHandler>,
    pub(super) deadline: Duration,
}

/// The statements for events of some types.
#[derive(Clone, Debug)]
pub(super) struct CheckedHandler {
    types: EventHandler,
    pub(super) statements: Vec<CheckedStatement>,
}

impl CheckedHandler {
    pub(super) fn takes(&self, event_type: &str) -> bool {
        self.types.takes(event_type)
    }
}

/// A statement that can be run.
#[derive(Clone, Debug)]
pub(super) struct CheckedStatement {
    pub(super) line: usize,
    pub(super) sql: String,
    /// Its parameters, in the order of their numbers from 1.
    pub(super) parameters: Vec<EventParameter>,
    /// Whether it takes values out of JSON in a way in which SQLite rounds numbers.
    pub(super) rounds_json: bool,
}

/// A part of an event as a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventParameter {
    Position,
    Stream,
    Version,
    Type,
    Time,
    Data,
    Raw,
    Metadata,
    State,
}

const PARAMETERS: [(&str, EventParameter); 9] = [
    (":position", EventParameter::Position),
    (":stream", EventParameter::Stream),
    (":version", EventParameter::Version),
    (":type", EventParameter::Type),
    (":time", EventParameter::Time),
    (":data", EventParameter::Data),
    (":raw", EventParameter::Raw),
    (":metadata", EventParameter::Metadata),
    (":state", EventParameter::State),
];

impl CheckedProjection {
    /// Parses and checks the file of a projection. `taken` are the names of tables and views that the read model has
    /// already.
    ///
    /// # Errors
    /// The first mistake, with its line.
    pub fn of(text: &str, taken: &[String]) -> Result<Self, BadProjection> {
        let file = parse(text)?;
        let empty = CheckingDatabase::new().map_err(|error| BadProjection::new(1, error.to_string()))?;
        let mut tables: Vec<DeclaredTable> = Vec::new();
        for statement in &file.tables {
            let table = empty.create(statement)?;
            if taken.iter().any(|name| name.eq_ignore_ascii_case(&table.name)) {
                let why = format!(
                    "the read model has a table or view {} of its own; choose another name",
                    table.name
                );
                return Err(BadProjection::new(statement.line, why));
            }
            tables.push(table);
        }
        let names: Vec<_> = tables.iter().map(|table| table.name.clone()).collect();
        let handlers = file.handlers.iter().map(|handler| empty.handler(handler, &names));
        let handlers = handlers.collect::<Result<_, _>>()?;
        let schema = tables.iter().map(history::schema).collect();
        let version = version(&file);
        let recorded_name = format!("declared {}", file.name);
        let (title, deadline) = (file.name, STATEMENT_DEADLINE);
        Ok(Self { title, recorded_name, version, tables, schema, handlers, deadline })
    }

    /// The same projection with another deadline for each statement.
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Its name, as its file says.
    pub fn name(&self) -> &str {
        &self.title
    }

    /// The tables that it fills.
    pub(in crate::read_model) fn tables(&self) -> &[DeclaredTable] {
        &self.tables
    }
}

/// A number that changes with the text of the file.
fn version(file: &ProjectionFile) -> i64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&FORM.to_le_bytes()).update(&file.digest);
    let mut first = [0; 8];
    first.copy_from_slice(hasher.finalize().as_bytes().split_at(8).0);
    i64::from_le_bytes(first)
}

/// A database in memory with nothing but the projection's tables.
struct CheckingDatabase {
    connection: Connection,
    state: Arc<Mutex<CheckState>>,
}

/// What is prepared, and what the authorizer saw meanwhile.
#[derive(Default)]
struct CheckState {
    phase: CheckPhase,
    refused: Option<String>,
    reads_json_tables: bool,
}

/// Whose statements are prepared.
#[derive(Default)]
enum CheckPhase {
    /// Those of the check itself.
    #[default]
    Own,
    /// A person's, which create tables.
    Tables,
    /// A person's, which change rows of these tables.
    Rows(Vec<String>),
}

impl CheckingDatabase {
    fn new() -> rusqlite::Result<Self> {
        let mut connection = Connection::open_in_memory()?;
        functions::register(&connection)?;
        let state: Arc<Mutex<CheckState>> = Arc::default();
        let seen = Arc::clone(&state);
        connection.authorizer(Some(move |context: AuthContext<'_>| {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            if let AuthAction::Read { table_name, .. } = context.action {
                seen.reads_json_tables |= is_table_of_json(table_name);
            }
            let refused = match &seen.phase {
                CheckPhase::Own => None,
                CheckPhase::Tables => refusal_in_table(&context.action),
                CheckPhase::Rows(tables) => refusal(&context.action, tables),
            };
            match refused {
                None => Authorization::Allow,
                Some(what) => {
                    seen.refused.get_or_insert(what);
                    Authorization::Deny
                }
            }
        }))?;
        Ok(Self { connection, state })
    }

    /// Enters a phase; returns what the authorizer saw since the last call.
    fn enter(&self, phase: CheckPhase) -> CheckState {
        let new = CheckState { phase, ..CheckState::default() };
        std::mem::replace(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner), new)
    }

    /// The mistake that an error of SQLite reports.
    fn mistake(line: usize, error: &Error, seen: CheckState) -> BadProjection {
        let text = match error {
            Error::SqliteFailure(_, Some(text)) | Error::SqlInputError { msg: text, .. } => text.clone(),
            other => other.to_string(),
        };
        let why = match seen.refused {
            Some(what) => format!("{what} is not allowed in a projection"),
            None if text.starts_with("no such table") => {
                format!("{text}; a projection reads and writes its own tables only")
            }
            None => text,
        };
        BadProjection::new(line, why)
    }

    fn create(&self, statement: &FileStatement) -> Result<DeclaredTable, BadProjection> {
        let line = statement.line;
        let names = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        let wrong = |why: &str| BadProjection::new(line, why);
        let listed = |error: Error| BadProjection::new(line, error.to_string());
        let before = self.listed(names).map_err(listed)?;
        self.enter(CheckPhase::Tables);
        let created = self.connection.execute_batch(&statement.sql);
        let seen = self.enter(CheckPhase::Own);
        created.map_err(|error| Self::mistake(line, &error, seen))?;
        let after = self.listed(names).map_err(listed)?;
        let new: Vec<_> = after.into_iter().filter(|name| !before.contains(name)).collect();
        let [name] = new.as_slice() else {
            return Err(wrong(
                "a statement creates one table, without IF NOT EXISTS and without AUTOINCREMENT",
            ));
        };
        if !is_plain_name(name) {
            return Err(wrong("the name of a table is letters, digits and _, beginning with a letter"));
        }
        if self.connection.prepare(&format!("SELECT rowid FROM \"{name}\"")).is_err() {
            return Err(wrong("a table of a projection has rowids: leave out WITHOUT ROWID"));
        }
        let (create, comment) = (statement.sql.clone(), statement.comment.clone());
        let columns = self.columns(name, line)?;
        Ok(DeclaredTable { name: name.clone(), columns, comment, create })
    }

    fn listed(&self, select: &str) -> rusqlite::Result<Vec<String>> {
        self.connection.prepare(select)?.query_map([], |row| row.get(0))?.collect()
    }

    /// The columns of a table; its key is the first one that has to be there.
    fn columns(&self, table: &str, line: usize) -> Result<Vec<DeclaredColumn>, BadProjection> {
        let failed = |error: Error| BadProjection::new(line, error.to_string());
        let columns = columns_of(&self.connection, table).map_err(failed)?;
        if columns.len() > N_TABLE_COLUMNS_MAX {
            return Err(BadProjection::new(
                line,
                format!("a table has {N_TABLE_COLUMNS_MAX} columns at most"),
            ));
        }
        if let Some(computed) = columns.iter().find(|column| column.is_computed) {
            let why = format!(
                "{} is computed; a default is a literal, and no column is generated",
                computed.column.name
            );
            return Err(BadProjection::new(line, why));
        }
        let columns: Vec<_> = columns.into_iter().map(|read| read.column).collect();
        if !columns.iter().any(|column| column.is_key) {
            return Err(BadProjection::new(line, "a table of a projection has a PRIMARY KEY"));
        }
        Ok(columns)
    }

    fn handler(&self, handler: &EventHandler, tables: &[String]) -> Result<CheckedHandler, BadProjection> {
        let statements =
            handler.statements.iter().map(|one| self.statement(one, tables)).collect::<Result<_, _>>()?;
        Ok(CheckedHandler { types: handler.clone(), statements })
    }

    fn statement(&self, given: &FileStatement, tables: &[String]) -> Result<CheckedStatement, BadProjection> {
        let FileStatement { line, sql, .. } = given;
        self.enter(CheckPhase::Rows(tables.to_vec()));
        let prepared = self.connection.prepare(sql);
        let seen = self.enter(CheckPhase::Own);
        let rounds_json = seen.reads_json_tables;
        let prepared = prepared.map_err(|error| Self::mistake(*line, &error, seen))?;
        if prepared.readonly() {
            return Err(BadProjection::new(*line, "the statement changes nothing"));
        }
        if prepared.column_count() > 0 {
            return Err(BadProjection::new(*line, "nobody reads what RETURNING gives; leave it out"));
        }
        let parameter = |nth: usize| {
            let name = prepared.parameter_name(nth).unwrap_or("?");
            let known = PARAMETERS.iter().find(|(known, _)| *known == name);
            known.map(|(_, parameter)| *parameter).ok_or_else(|| {
                let all = PARAMETERS.map(|(name, _)| name).join(" ");
                BadProjection::new(*line, format!("{name} is not a parameter of an event; there are {all}"))
            })
        };
        let parameters = (1..=prepared.parameter_count()).map(parameter).collect::<Result<_, _>>()?;
        Ok(CheckedStatement { line: *line, sql: sql.clone(), parameters, rounds_json })
    }
}

#[cfg(test)]
mod tests;
