//! The projections of a log: those that every log has, and those of its aggregates.

use std::fmt;

use crate::domain::aggregates::Aggregates;
use crate::domain::fold::Fold;
use crate::read_model::projections::Projection;
use crate::read_model::projections::account::accounts::ACCOUNT_TABLE;
use crate::read_model::projections::documents::DOCUMENT_TABLE;
use crate::read_model::projections::not_understood::NotUnderstood;
use crate::read_model::projections::state_table::StateTable;
use crate::read_model::rows::columns::ColumnMeaning;

/// All tables of states.
static STATE_TABLES: [&StateTable; 2] = [&ACCOUNT_TABLE, &DOCUMENT_TABLE];

/// The projections of a log. The table of documents and the events not understood are in every read model; the tables of
/// an aggregate are only where a log has it.
#[derive(Clone)]
pub struct Projections {
    tables: Vec<&'static StateTable>,
}

impl Projections {
    /// The projections of a log with these aggregates.
    pub fn of(aggregates: &Aggregates) -> Self {
        let used: Vec<_> = aggregates.all().map(|aggregate| state_table_of(&*aggregate.fold).table).collect();
        let is_here =
            |table: &&StateTable| table.table == DOCUMENT_TABLE.table || used.contains(&table.table);
        Self { tables: STATE_TABLES.into_iter().filter(is_here).collect() }
    }

    /// All of them, for one batch.
    pub fn begin(&self) -> Vec<Box<dyn Projection>> {
        let of_tables = self.tables.iter().flat_map(|table| (table.projections)());
        of_tables.chain([Box::new(NotUnderstood::default()) as Box<dyn Projection>]).collect()
    }

    /// The meanings of the columns of their tables and views, by name.
    pub fn columns(&self) -> Vec<ColumnMeaning> {
        let mut columns = Vec::new();
        for column in self.begin().iter().flat_map(|projection| projection.columns()) {
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
        f.debug_list().entries(self.tables.iter().map(|table| table.table)).finish()
    }
}

/// The table that has the states of this fold.
pub(in crate::read_model) fn state_table_of(fold: &dyn Fold) -> &'static StateTable {
    let initial = fold.initial();
    STATE_TABLES.into_iter().find(|table| (table.keeps)(&initial)).unwrap_or(&DOCUMENT_TABLE)
}
