//! The limit on the work of one evaluation.

use std::cell::Cell;

use crate::domain::expression::computed::{Computed, ListValue, MapValue, WhyUnknown};

/// The most work of one evaluation: terms evaluated, items of lists, and every [`BYTES_A_STEP`] bytes of text or JSON
/// that are read or made. They take a fraction of a second, and less memory than 100 MiB.
pub const STEPS_MAX: usize = 2_000_000;

/// The bytes of text that count as one step.
const BYTES_A_STEP: usize = 32;

/// The work that an evaluation has left.
#[derive(Debug)]
pub struct WorkLeft(Cell<usize>);

impl WorkLeft {
    /// The work of a new evaluation.
    pub fn all() -> Self {
        Self(Cell::new(STEPS_MAX))
    }

    /// Takes some steps.
    ///
    /// # Errors
    /// No work is left, now and from then on.
    #[inline]
    pub fn spend(&self, n_steps: usize) -> Result<(), WhyUnknown> {
        match self.0.get().checked_sub(n_steps) {
            Some(left) if left > 0 => {
                self.0.set(left);
                Ok(())
            }
            _ => {
                self.0.set(0);
                Err(WhyUnknown::TooMuchWork)
            }
        }
    }

    /// Takes the steps of reading a text.
    pub fn spend_bytes(&self, n_bytes: usize) -> Result<(), WhyUnknown> {
        self.spend(n_bytes / BYTES_A_STEP)
    }

    /// Takes the steps of reading or making a value.
    #[inline]
    pub fn spend_on(&self, value: &Computed<'_>) -> Result<(), WhyUnknown> {
        match value {
            Computed::Text(text)
            | Computed::List(ListValue::Json(text))
            | Computed::Map(MapValue::Json(text)) => self.spend_bytes(text.len()),
            Computed::List(ListValue::Made(items)) => self.spend(items.len()),
            Computed::Map(MapValue::Made(members)) => self.spend(members.len()),
            _ => Ok(()),
        }
    }

    /// Whether none is left.
    pub fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}
