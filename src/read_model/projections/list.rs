//! The projections of a log: those that every log has, and those of its aggregates.

use std::fmt;
use std::sync::Arc;

use rusqlite::Connection;

use crate::domain::aggregates::{Aggregates, ProjectionText};
use crate::domain::fold::Fold;
use crate::read_model::projections::Projection;
use crate::read_model::projections::account::accounts::ACCOUNT_TABLE;
use crate::read_model::projections::declared::checked::CheckedProjection;
use crate::read_model::projections::declared::deadline::StatementDeadline;
use crate::read_model::projections::declared::file::BadProjection;
use crate::read_model::projections::declared::projection::{CurrentEvent, Declared};
use crate::read_model::projections::declared::table::DeclaredTable;
use crate::read_model::projections::documents::DOCUMENT_TABLE;
use crate::read_model::projections::not_understood::NotUnderstood;
use crate::read_model::projections::state_table::StateTable;
use crate::read_model::rows::columns::ColumnMeaning;

/// The engine's own tables and views, and the view of the log: names that are taken.
const ENGINE_TABLES: &str = include_str!("../engine/schema.sql");
const EVENTS_VIEW: &str = include_str!("../questions/sql/events.sql");

/// All tables of states.
static STATE_TABLES: [&StateTable; 2] = [&ACCOUNT_TABLE, &DOCUMENT_TABLE];

/// The projections of a log. The table of documents and the events not understood are in every read model; the tables of
/// an aggregate are only where a log has it.
#[derive(Clone)]
pub struct Projections {
    tables: Vec<&'static StateTable>,
    declared: Vec<Arc<CheckedProjection>>,
    /// The event that a connection projects, for declared projections.
    current: CurrentEvent,
}

impl Projections {
    /// The projections of a log with these aggregates, those that a person wrote included.
    pub fn of(aggregates: &Aggregates) -> Self {
        // They were checked when they were read.
        let declared = declared_projections(aggregates).unwrap_or_default();
        Self::bundled_of(aggregates).with_declared(declared)
    }

    fn bundled_of(aggregates: &Aggregates) -> Self {
        let used: Vec<_> = aggregates.all().map(|aggregate| state_table_of(&*aggregate.fold).table).collect();
        let is_here =
            |table: &&StateTable| table.table == DOCUMENT_TABLE.table || used.contains(&table.table);
        let tables = STATE_TABLES.into_iter().filter(is_here).collect();
        Self { tables, declared: Vec::new(), current: CurrentEvent::default() }
    }

    /// The same ones with other projections of a person.
    pub fn with_declared(self, declared: Vec<Arc<CheckedProjection>>) -> Self {
        Self { declared, ..self }
    }

    /// The same ones for another connection, which is given what declared projections need.
    ///
    /// # Errors
    /// Errors of SQLite.
    pub(in crate::read_model) fn on(&self, connection: &Connection) -> rusqlite::Result<Self> {
        let current = CurrentEvent::default();
        if !self.declared.is_empty() {
            current.register(connection)?;
        }
        Ok(Self { current, ..self.clone() })
    }

    /// The deadline of the statement that runs; `None` if there are no declared projections.
    pub(in crate::read_model) fn statement_deadline(&self) -> Option<&StatementDeadline> {
        (!self.declared.is_empty()).then_some(&self.current.deadline)
    }

    /// The tables of declared projections.
    pub(in crate::read_model) fn declared_tables(&self) -> impl Iterator<Item = &DeclaredTable> {
        self.declared.iter().flat_map(|checked| checked.tables())
    }

    /// All of them, for one batch.
    pub fn begin(&self) -> Vec<Box<dyn Projection>> {
        let declared = |checked| Box::new(Declared::new(checked, &self.current)) as Box<dyn Projection>;
        self.bundled().into_iter().chain(self.declared.iter().map(declared)).collect()
    }

    /// Those that foldback brings along.
    pub(in crate::read_model) fn bundled(&self) -> Vec<Box<dyn Projection>> {
        let of_tables = self.tables.iter().flat_map(|table| (table.projections)());
        of_tables.chain([Box::new(NotUnderstood::default()) as Box<dyn Projection>]).collect()
    }

    /// The meanings of the columns of their tables and views, by name.
    pub fn columns(&self) -> Vec<ColumnMeaning> {
        let mut columns = Vec::new();
        for column in self.bundled().iter().flat_map(|projection| projection.columns()) {
            if !columns.contains(column) {
                columns.push(*column);
            }
        }
        columns
    }

    /// The tables of states that they keep.
    pub(in crate::read_model) fn tables(&self) -> &[&'static StateTable] {
        &self.tables
    }
}

impl fmt::Debug for Projections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tables = self.tables.iter().map(|table| table.table);
        f.debug_list().entries(tables.chain(self.declared_tables().map(|table| table.name.as_str()))).finish()
    }
}

/// The table that has the states of this fold.
pub(in crate::read_model) fn state_table_of(fold: &dyn Fold) -> &'static StateTable {
    let initial = fold.initial();
    STATE_TABLES.into_iter().find(|table| (table.keeps)(&initial)).unwrap_or(&DOCUMENT_TABLE)
}

/// The projections that a person wrote for a log with these aggregates.
///
/// # Errors
/// The first mistake, with the number of its file from 0.
pub fn declared_projections(
    aggregates: &Aggregates,
) -> Result<Vec<Arc<CheckedProjection>>, (usize, BadProjection)> {
    let bundled = Projections::bundled_of(aggregates).bundled();
    let bundled = bundled.iter().map(|projection| projection.schema()).chain([ENGINE_TABLES, EVENTS_VIEW]);
    let mut taken: Vec<String> = bundled.flat_map(names_in).map(str::to_owned).collect();
    let mut declared: Vec<Arc<CheckedProjection>> = Vec::new();
    for (nth, ProjectionText { text, .. }) in aggregates.projections().iter().enumerate() {
        let checked = CheckedProjection::of(text, &taken).map_err(|bad| (nth, bad))?;
        if declared.iter().any(|other| other.name() == checked.name()) {
            let why = format!("another file has a projection {}; choose another name", checked.name());
            return Err((nth, BadProjection { line: 1, why }));
        }
        taken.extend(checked.tables().iter().map(|table| table.name.clone()));
        declared.push(Arc::new(checked));
    }
    Ok(declared)
}

/// The names of the tables and views that an SQL text of foldback's creates.
fn names_in(sql: &str) -> impl Iterator<Item = &str> {
    sql.lines().filter_map(name_in)
}

fn name_in(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("CREATE TABLE ").or_else(|| line.strip_prefix("CREATE VIEW "))?;
    rest.split([' ', '(']).next()
}
