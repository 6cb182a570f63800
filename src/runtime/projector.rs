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
use crate::read_model::engine::catch_up::Options;
use crate::read_model::engine::generation::Unfit;
use crate::read_model::engine::location::Location;
use crate::read_model::rows::steering::{Order, ProjectorStatus};
use crate::runtime::projector::subscription::Feed;
use crate::runtime::projector::thread::ProjectorThread;
use crate::store::log::Log;

/// How fast the events that wait are taken when a held projector is let go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReleasePace {
    /// As fast as it goes.
    #[default]
    AtOnce,
    /// Within a second or two, so that a person sees the read side catch up.
    Watchable,
}

/// What a projector is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectorControl {
    /// What a person wants of it. Where another process projects, the order is passed on.
    Order(Order),
    /// The log has grown.
    HeadMoved,
    /// End.
    Stop,
}

/// What a projector tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectorReport {
    /// How it stands: told whenever one of these has changed.
    Stands {
        /// How far the read model has been projected.
        checkpoint: Moment,
        /// How the one who projects stands.
        status: ProjectorStatus,
        /// Whether that is this process; otherwise another one projects, and this one follows.
        is_here: bool,
    },
    /// The read model is begun anew, and why.
    Begun(Unfit),
    /// Another generation is read now, which somebody made beside the one before.
    Replaced,
    /// An order did not reach the one who projects, and why.
    Unheard(String),
}

/// The running threads of a projector and its subscription. They end when this is dropped, at once: the
/// transaction that is under way is left for the next one who projects.
#[derive(Debug)]
pub struct ProjectorThreads {
    inbox: Sender<Wake>,
    /// Stops the transaction that is under way.
    cancel: Cancel,
    thread: Option<JoinHandle<()>>,
}

/// Everything that can wake the thread.
#[derive(Debug)]
enum Wake {
    Control(ProjectorControl),
    /// From the subscription of this number; those before it no longer count.
    Feed(u64, Feed),
}

impl ProjectorThreads {
    /// Projects the log into the read model at that place; it fails on purpose on the event at `fail_at`, until it
    /// is told to try again. `report` is called from the thread: it must not wait for the one who drops this.
    ///
    /// # Errors
    /// The system gives no thread. All other trouble is reported.
    pub fn start(
        log: Arc<dyn Log>,
        location: &Location,
        fail_at: Option<GlobalPosition>,
        release_pace: ReleasePace,
        report: impl FnMut(ProjectorReport) + Send + 'static,
    ) -> std::io::Result<Self> {
        // Neither the loop nor the subscription may wait for the projector: while it writes one transaction, what comes are
        // a few orders of a person, four words a second at most that the head has moved, and a word for each batch in the
        // bounded queue.
        let (inbox, wakes) = channel();
        let location = location.clone();
        let options = Options { fail_at, ..Options::default() };
        let cancel = options.cancel.clone();
        let mut thread = ProjectorThread::new(log, location, options, release_pace, inbox.clone(), report);
        let thread =
            std::thread::Builder::new().name("projector".to_owned()).spawn(move || thread.run(&wakes))?;
        Ok(Self { inbox, cancel, thread: Some(thread) })
    }

    /// Tells the projector something. One that has ended does not mind.
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
