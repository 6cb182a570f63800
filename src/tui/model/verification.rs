//! Verification, as the screen knows it: how far the log is proved, and the first fault.

use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;

/// What has been proved of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Every link of the chain up to here holds.
    pub up_to: GlobalPosition,
    /// What there is to say of the rest.
    pub state: VerificationState,
}

/// What there is to say of a log beyond what has been proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerificationState {
    /// It is still being looked at.
    Running,
    /// There was nothing more, and the store has all that the receipt beside it says.
    Whole {
        /// Whether there is such a receipt: without one a loss at the end does not show.
        has_receipt: bool,
    },
    /// This is not as it should be.
    Broken(FirstFault),
}

/// The first thing in a log that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstFault {
    /// The event at which it shows, which may be missing; `None` where it is no event's.
    pub at: Option<Moment>,
    /// How many of the newest events are missing; 0 where it is something else.
    pub n_lost: u64,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl Verification {
    /// What is not as it should be.
    pub fn fault(&self) -> Option<&FirstFault> {
        match &self.state {
            VerificationState::Broken(fault) => Some(fault),
            VerificationState::Running | VerificationState::Whole { .. } => None,
        }
    }
}

impl FirstFault {
    /// Where one looks for it: what is missing behind the head is missing at the head.
    pub fn place(&self, head: Moment) -> Option<Moment> {
        self.at.map(|at| if at.position > head.position { head } else { at })
    }
}
