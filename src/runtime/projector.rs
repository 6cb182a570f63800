//! The projector's threads: they project from a bounded queue, or follow another process that projects.
//!
//! Its files:
//!
//! - `catching_up.rs`: projecting up to the head for a verb, or waiting for the process that projects
//! - `following.rs`: following another process that projects: its progress and its status
//! - `pace.rs`: the projector's pace: how many events it may take now, and how many a second it takes
//! - `rebuilder.rs`: the rebuilder: rebuilds the read model in the background, with progress and cancel
//! - `role.rs`: the role of a process: it projects, or follows the process that does
//! - `subscription.rs`: the subscription's thread: reads the log from a checkpoint on, into the projector's bounded queue
//! - `thread.rs`: the projecting thread: takes batches from the queue, obeys orders, stops at failures, reports its status
//! - `told.rs`: the projector's last report, so that only changes are reported

pub mod catching_up;
mod following;
mod pace;
pub mod rebuilder;
mod role;
pub mod subscription;
mod thread;
mod told;

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use crate::cancel::Cancel;
use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::read_model::engine::catch_up::CatchUpOptions;
use crate::read_model::engine::generation::Unfit;
use crate::read_model::engine::location::Location;
use crate::read_model::rows::steering::{Order, ProjectorStatus};
use crate::runtime::projector::subscription::Feed;
use crate::runtime::projector::thread::ProjectorThread;
use crate::store::log::Log;

/// How fast a released projector takes the events that waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReleasePace {
    /// As fast as possible.
    #[default]
    AtOnce,
    /// Within a second or two, so that a person sees the read side catch up.
    Watchable,
}

/// A message to a projector.
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
    Stands {
        /// The checkpoint of the read model.
        checkpoint: Moment,
        /// The projector's status.
        status: ProjectorStatus,
        /// Whether this process is the projector; otherwise this one follows another.
        is_here: bool,
    },
    /// The read model is begun again, for this reason.
    Begun(Unfit),
    /// Another generation is current now, built beside the previous one.
    Replaced,
    /// An order did not reach the projector, for this reason.
    Unheard(String),
}

/// The threads of a projector and its subscription. They end at once when this is dropped: the current transaction is
/// rolled back and left for the next projector.
#[derive(Debug)]
pub struct ProjectorThreads {
    inbox: Sender<Wake>,
    /// Interrupts the current transaction.
    cancel: Cancel,
    thread: Option<JoinHandle<()>>,
}

/// Everything that can wake the thread.
#[derive(Debug)]
enum Wake {
    Control(ProjectorControl),
    /// From the subscription with this number; earlier ones no longer count.
    Feed(u64, Feed),
}

impl ProjectorThreads {
    /// Projects the log into a read model. Fails on purpose on the event at `fail_at`, until it is ordered to retry.
    /// `report` is called on the thread and must not wait for the owner of this.
    ///
    /// # Errors
    /// The system refuses a thread. All other trouble is reported.
    pub fn start(
        log: Arc<dyn Log>,
        location: &Location,
        fail_at: Option<GlobalPosition>,
        release_pace: ReleasePace,
        report: impl FnMut(ProjectorReport) + Send + 'static,
    ) -> std::io::Result<Self> {
        // Neither the loop nor the subscription may wait for the projector. While it writes one transaction, there are
        // at most a few orders of a person, four notes a second that the head has moved, and one note per batch in the
        // bounded queue.
        let (inbox, wakes) = channel();
        let location = location.clone();
        let options = CatchUpOptions { fail_at, ..CatchUpOptions::default() };
        let cancel = options.cancel.clone();
        let mut thread = ProjectorThread::new(log, location, options, release_pace, inbox.clone(), report);
        let thread =
            std::thread::Builder::new().name("projector".to_owned()).spawn(move || thread.run(&wakes))?;
        Ok(Self { inbox, cancel, thread: Some(thread) })
    }

    /// Sends a message to the projector, which is ignored if it has ended.
    pub fn send(&self, control: ProjectorControl) {
        let _ = self.inbox.send(Wake::Control(control));
    }
}

impl Drop for ProjectorThreads {
    fn drop(&mut self) {
        self.cancel.cancel();
        self.send(ProjectorControl::Stop);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to do.
            let _ = thread.join();
        }
    }
}
