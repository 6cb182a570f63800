//! The projector's threads: they project from a bounded queue, or follow another process that projects.
//!
//! Its files:
//!
//! - `catching_up.rs`: projecting up to the head for a verb, or waiting for the process that projects
//! - `following.rs`: following another process that projects: its progress and its status
//! - `last_reports.rs`: the last reports of the projector, so that only changes are reported
//! - `messages.rs`: messages to a projector's thread, and its reports
//! - `pace.rs`: the projector's pace: how many events it may take now, and how many a second it takes
//! - `rebuilder.rs`: the rebuilder: rebuilds the read model in the background, with progress and cancel
//! - `role.rs`: the role of a process: it projects, or follows the process that does
//! - `subscription_thread.rs`: the subscription's thread: reads the log from a checkpoint on, into the projector's bounded queue
//! - `thread.rs`: the projecting thread: takes batches from the queue, obeys orders, stops at failures, reports its status

pub mod catching_up;
mod following;
mod last_reports;
pub mod messages;
mod pace;
pub mod rebuilder;
mod role;
pub mod subscription_thread;
mod thread;

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use crate::cancel::Cancel;
use crate::domain::event::GlobalPosition;
use crate::read_model::engine::catch_up::CatchUpOptions;
use crate::read_model::engine::location::Location;
use crate::runtime::projector::messages::{ProjectorControl, ProjectorReport, ReleasePace, Wake};
use crate::runtime::projector::thread::ProjectorThread;
use crate::store::log::Log;

/// The threads of a projector and its subscription. They end at once when this is dropped: the current transaction is
/// rolled back and left for the next projector.
#[derive(Debug)]
pub struct ProjectorThreads {
    inbox: Sender<Wake>,
    /// Interrupts the current transaction.
    cancel: Cancel,
    thread: Option<JoinHandle<()>>,
}

impl ProjectorThreads {
    /// Projects the log into a read model. Fails on purpose on the event at `fail_at`, until it is ordered to retry.
    /// `report` is called on the thread and must not wait for the thread that holds this.
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
