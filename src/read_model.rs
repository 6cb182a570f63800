//! The read model: the present as queries want it, in a database of its own.
//!
//! A read model is a folder with one SQLite file per generation, a pointer to the current one, and a lock for the
//! projector. All of it is derived from the log: it can be deleted at any time, and is filled again.
//!
//! Its files:
//!
//! - `engine.rs`: the engine of a read model: generations, batches, checkpoint, snapshots, rebuilds
//! - `projections.rs`: projections: how events become rows, a file each
//! - `questions.rs`: the questions that the screen and the verbs ask the read model
//! - `rows.rs`: rows: the answers of queries, as plain values

pub mod engine;
pub mod projections;
pub mod questions;
pub mod rows;

use std::borrow::Cow;
use std::sync::Arc;

use crate::domain::aggregates::{Aggregate, Aggregates};
use crate::read_model::projections::list::{Projections, state_table_of};
use crate::read_model::projections::state_table::StateTable;
use crate::read_model::rows::presentation::{Presentation, PresentedAggregate};

/// The words, columns, commands and saved questions of the domain that these aggregates are, for the screen.
pub fn presentation_of(aggregates: &Aggregates) -> Presentation {
    let mut all = aggregates.all();
    let mut event_types: Vec<Cow<'static, str>> = Vec::new();
    let mut tables: Vec<&StateTable> = Vec::new();
    for aggregate in aggregates.all() {
        let is_new = |event_type: &&Cow<'static, str>| !event_types.contains(event_type);
        let new: Vec<_> = aggregate.words.event_types.iter().filter(is_new).cloned().collect();
        event_types.extend(new);
        let table = state_table_of(&*aggregate.fold);
        if !tables.iter().any(|listed| listed.table == table.table) {
            tables.push(table);
        }
    }
    Presentation {
        first: all.next().map(presented).unwrap_or_default(),
        others: all.map(presented).collect(),
        commands: aggregates.commands(),
        event_types,
        column_meanings: Projections::of(aggregates).columns(),
        questions: tables.iter().flat_map(|table| (table.questions)()).map(Arc::new).collect(),
    }
}

/// An aggregate's own words and columns, and the words of the table that has its states.
fn presented(aggregate: &Aggregate) -> PresentedAggregate {
    let StateTable { filtered_by, tables, .. } = state_table_of(&*aggregate.fold);
    PresentedAggregate {
        streams: aggregate.streams.clone(),
        words: aggregate.words.clone(),
        columns: Arc::new(aggregate.fold.shape().clone()),
        filtered_by: (*filtered_by).into(),
        tables: (*tables).into(),
    }
}
