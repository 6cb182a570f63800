//! The read side, as last reported to the screen.

use crate::domain::moment::Moment;
use crate::read_model::rows::steering::ProjectorStatus;

/// The read side, as last reported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadSide {
    /// The moment up to which it is projected.
    pub checkpoint: Moment,
    /// Number of events up to there.
    pub n_projected: u64,
    /// The projector's status.
    pub status: ProjectorStatus,
    /// Whether another process runs the projector, and this one follows.
    pub is_followed: bool,
    /// Whether projecting started again from the first event and has not reached the head yet.
    pub is_begun_again: bool,
}
