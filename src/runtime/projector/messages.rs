//! Messages to a projector's thread, and its reports.

use crate::domain::moment::Moment;
use crate::read_model::engine::generation::RebuildReason;
use crate::read_model::rows::steering::{Order, ProjectorStatus};
use crate::runtime::projector::subscription_thread::Feed;

/// How fast a released projector takes the events that waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReleasePace {
    /// As fast as possible.
    #[default]
    AtOnce,
    /// Within a second or two, so that a person sees the read side catch up.
    Watchable,
}

/// A message to a projector's thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectorControl {
    /// An order of the user's. If another process is the projector, the order is passed on.
    Order(Order),
    /// The log has grown.
    HeadMoved,
    /// End the threads.
    Stop,
}

/// A message from a projector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectorReport {
    /// Its status, reported whenever any of it has changed.
    Status {
        /// The checkpoint of the read model.
        checkpoint: Moment,
        /// The projector's status.
        status: ProjectorStatus,
        /// Whether this process is the projector; otherwise this one follows another.
        is_here: bool,
    },
    /// The read model is rebuilt from the first event, for this reason.
    Restarted(RebuildReason),
    /// Another generation is current now, built beside the previous one.
    Replaced,
    /// An order did not reach the projector, for this reason.
    OrderUndelivered(String),
}

/// Everything that can wake the thread.
#[derive(Debug)]
pub(super) enum Wake {
    Control(ProjectorControl),
    /// From the subscription with this number; earlier ones no longer count.
    Feed(u64, Feed),
}
