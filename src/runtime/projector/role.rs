//! The role of a process: it projects, or follows the process that does.

use crate::read_model::engine::orders::Orders;
use crate::read_model::engine::projector::Projector;
use crate::runtime::projector::following::Following;
use crate::runtime::projector::subscription_thread::SubscriptionThread;

/// The role of this process for the read model.
pub(super) enum Role {
    /// Not decided yet, or the lock was deleted.
    Undecided,
    /// This process is the projector.
    Projecting(Box<RunningProjector>),
    /// Another process is the projector.
    Following(Box<Following>),
}

/// The parts of a running projector.
pub(super) struct RunningProjector {
    pub(super) projector: Projector,
    /// `None` after a failure, until the log grows or an order comes.
    pub(super) subscription: Option<SubscriptionThread>,
    pub(super) orders: Orders,
}

impl Role {
    /// Number of events waiting in the queue.
    pub(super) fn n_waiting(&self) -> usize {
        match self {
            Self::Projecting(projecting) => {
                projecting.subscription.as_ref().map_or(0, SubscriptionThread::n_waiting)
            }
            Self::Undecided | Self::Following(_) => 0,
        }
    }
}
