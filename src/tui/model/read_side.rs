//! The read side, as last reported to the screen.

use crate::domain::moment::Moment;
use crate::read_model::rows::steering::ProjectorStatus;

/// The read side as last heard of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadSide {
    /// Up to where it has been projected.
    pub checkpoint: Moment,
    /// How the one who projects stands.
    pub status: ProjectorStatus,
    /// Whether another process projects, and this one follows.
    pub is_followed: bool,
    /// Whether its rows were begun again from the first event, and have not come to the head yet.
    pub is_begun_again: bool,
}
