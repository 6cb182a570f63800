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

use crate::read_model::projections::account::saved_questions;
use crate::read_model::rows::saved::Presentation;

/// The words and saved questions of the domain, for the screen.
pub fn presentation() -> Presentation {
    saved_questions::presentation()
}
