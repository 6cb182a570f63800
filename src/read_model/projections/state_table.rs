//! A table of states: a projection's row a stream, and the words and questions that it gives the screen.

use crate::domain::state::State;
use crate::read_model::rows::saved::SavedQuestion;

/// A table in which a projection keeps the states of streams, a row each.
pub struct StateTable {
    /// Its name in the database.
    pub table: &'static str,
    /// Whether states like this one are kept here.
    pub keeps: fn(&State) -> bool,
    /// The parts of a row in which the filter of the rows looks, in words.
    pub filtered_by: &'static str,
    /// The tables that questions about these streams are asked of, the most important one first, and what to know of
    /// their values.
    pub tables: &'static str,
    /// The saved questions about these streams, in the order in which they are offered.
    pub questions: fn() -> Vec<SavedQuestion>,
}
