//! The role of a process: it projects, or follows the process that does.

use crate::read_model::engine::orders::Orders;
use crate::read_model::engine::projector::Projector;
use crate::runtime::projector::following::Following;
use crate::runtime::projector::subscription::SubscriptionThread;

/// What this process is for the read model.
pub(super) enum Role {
    /// It was not asked yet, or the lock was deleted.
    Undecided,
    /// It projects.
    Projecting(Box<Projecting>),
    /// Another one projects.
    Following(Box<Following>),
}

/// The parts of a projector that runs.
pub(super) struct Projecting {
    pub(super) projector: Projector,
    /// Without one it waits, after a failure, for the log to grow or to be told.
    pub(super) subscription: Option<SubscriptionThread>,
    pub(super) orders: Orders,
}

impl Role {
    /// How many events wait in the queue.
    pub(super) fn n_waiting(&self) -> usize {
        match self {
            Self::Projecting(projecting) => {
                projecting.subscription.as_ref().map_or(0, SubscriptionThread::n_waiting)
            }
            Self::Undecided | Self::Following(_) => 0,
        }
    }
}
