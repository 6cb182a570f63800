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

use std::sync::Arc;

use crate::domain::aggregates::Aggregates;
use crate::domain::state::State;
use crate::read_model::projections::account::saved_questions;
use crate::read_model::rows::saved::{Noun, Presentation};

/// The words and saved questions of the domain that these aggregates are, for the screen: those of the first aggregate,
/// which takes the streams that none of the others does.
pub fn presentation_of(aggregates: &Aggregates) -> Presentation {
    let commands = aggregates.commands();
    let first = aggregates.first();
    if let State::Account(_) = first.fold.initial() {
        return saved_questions::presentation(commands);
    }
    Presentation {
        stream: Noun::of(first.name),
        filtered_by: "name or a listed text".into(),
        tables: "documents".into(),
        commands,
        columns: Arc::new(first.fold.shape().clone()),
        ..Presentation::default()
    }
}
