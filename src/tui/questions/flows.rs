//! The money that came in and went out by day.

use crate::domain::event::GlobalPosition;
/// What came in and went out by day?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowsQuestion {
    /// The checkpoint that is shown.
    pub checkpoint: GlobalPosition,
}
