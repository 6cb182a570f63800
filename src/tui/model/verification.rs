//! Verification, as the screen knows it: how far the log is proved, and the first fault.

use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;

/// How far the log is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Every link of the chain up to here holds.
    pub up_to: GlobalPosition,
    /// The state of the rest.
    pub state: VerificationState,
}

/// The state of the log after the verified part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerificationState {
    /// It is being verified.
    Running,
    /// There was no more, and the store has everything in its receipt.
    Whole {
        /// Whether there is a receipt; without one, a loss at the end goes unnoticed.
        has_receipt: bool,
    },
    /// Something is wrong.
    Broken(FirstFault),
}

/// The first fault found in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstFault {
    /// The event at which it shows, which may be missing; `None` if it belongs to no event.
    pub at: Option<Moment>,
    /// How many of the newest events are missing; 0 for any other fault.
    pub n_lost: u64,
    /// The expected value.
    pub expected: String,
    /// The actual value.
    pub found: String,
}

impl Verification {
    /// The fault, if there is one.
    pub fn fault(&self) -> Option<&FirstFault> {
        match &self.state {
            VerificationState::Broken(fault) => Some(fault),
            VerificationState::Running | VerificationState::Whole { .. } => None,
        }
    }
}

impl FirstFault {
    /// The place to look at: events missing after the head are missing at the head.
    pub fn place(&self, head: Moment) -> Option<Moment> {
        self.at.map(|at| if at.position > head.position { head } else { at })
    }
}
