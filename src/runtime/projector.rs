//! The projector's thread: takes events from the bounded queue into the read model, or follows another process that
//! does.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::domain::event::GlobalPosition;
use crate::read_model::batch::ApplyError;
use crate::read_model::catch_up::N_BATCH_EVENTS_MAX;
use crate::read_model::generation::Unfit;
use crate::read_model::location::Location;
use crate::read_model::projector::{Opening, Projector, Standing, is_damage};
use crate::read_model::query::ReadModel;
use crate::read_model::rows::Checkpoint;
use crate::runtime::subscription::{Ended, Feed, SubscriptionThread};

/// How often it looks whether the read model was replaced or deleted and, while another process projects, how far that
/// is and whether it has gone: a person does not notice the wait, and the machine not the look.
const BEAT: Duration = Duration::from_millis(250);

/// How often in a row a read model is begun anew without a batch going into it, before it is left alone.
const N_BEGUN_MAX: u32 = 3;

/// What a projector is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectorControl {
    /// Take nothing from the queue until released.
    Hold,
    /// Go on; also after a failure.
    Release,
    /// The log has grown.
    HeadMoved,
    /// End.
    Stop,
}

/// What a projector tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectorReport {
    /// How it stands: told whenever one of these has changed.
    Checkpoint {
        /// How far the read model has been projected.
        checkpoint: Checkpoint,
        /// Events that wait in the queue.
        n_queued: usize,
        /// Whether it takes nothing from the queue.
        is_held: bool,
    },
    /// Who projects.
    Role {
        /// Whether it is this one.
        is_projecting: bool,
        /// The process id of the other one, where it is known.
        other: Option<u32>,
    },
    /// The read model is begun anew, and why.
    Begun(Unfit),
    /// Another generation is read now, which somebody made beside the one before.
    Replaced,
    /// It stopped. Where the event at a position is the reason, that; it goes on when the log grows or it is released.
    Failed {
        /// The event that could not be projected.
        position: Option<GlobalPosition>,
        /// Why.
        why: String,
    },
}

/// The running threads of a projector and its subscription. They end when this is dropped, after the transaction that
/// is under way.
#[derive(Debug)]
pub struct ProjectorThreads {
    inbox: Sender<Wake>,
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
    /// Projects the store's log into the read model at that place. `report` is called from the thread: it must not
    /// wait for the one who drops this.
    ///
    /// # Errors
    /// The system gives no thread. All other trouble is reported.
    pub fn start(
        store: &Path,
        location: &Location,
        report: impl FnMut(ProjectorReport) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (inbox, wakes) = channel();
        let mut thread = ProjectorThread {
            store: store.to_path_buf(),
            location: location.clone(),
            report,
            to_self: inbox.clone(),
            role: Role::Undecided,
            n_subscriptions: 0,
            is_held: false,
            told: None,
            trouble: None,
            n_begun: 0,
            n_bad_beats: 0,
        };
        let thread = thread::Builder::new().name("projector".to_owned()).spawn(move || thread.run(&wakes))?;
        Ok(Self { inbox, thread: Some(thread) })
    }

    /// Tells the projector something. One that has ended does not mind.
    pub fn send(&self, control: ProjectorControl) {
        let _ = self.inbox.send(Wake::Control(control));
    }
}

impl Drop for ProjectorThreads {
    fn drop(&mut self) {
        self.send(ProjectorControl::Stop);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to do.
            let _ = thread.join();
        }
    }
}

/// What this process is for the read model.
enum Role {
    /// It was not asked yet, or the lock was deleted.
    Undecided,
    /// It projects. Without a subscription it waits, after a failure, for the log to grow or to be released.
    Projecting(Box<Projector>, Option<SubscriptionThread>),
    /// Another one projects.
    Following { read_model: ReadModel, version: (i64, i64), other: Option<u32> },
}

struct ProjectorThread<R> {
    store: PathBuf,
    location: Location,
    report: R,
    to_self: Sender<Wake>,
    role: Role,
    n_subscriptions: u64,
    is_held: bool,
    /// The latest report of how it stands.
    told: Option<ProjectorReport>,
    /// The latest failure, which is told once.
    trouble: Option<String>,
    /// How often in a row the read model was begun anew.
    n_begun: u32,
    /// How many beats in a row have failed.
    n_bad_beats: u32,
}

impl<R: FnMut(ProjectorReport)> ProjectorThread<R> {
    fn run(&mut self, wakes: &Receiver<Wake>) {
        let mut next_beat = Instant::now();
        loop {
            let wait = next_beat.saturating_duration_since(Instant::now());
            let mut wake = match wakes.recv_timeout(if self.has_work() { Duration::ZERO } else { wait }) {
                Ok(wake) => Some(wake),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            while let Some(next) = wake {
                if matches!(next, Wake::Control(ProjectorControl::Stop)) {
                    return;
                }
                self.take(next);
                wake = wakes.try_recv().ok();
            }
            if Instant::now() >= next_beat {
                self.beat();
                next_beat = Instant::now() + BEAT;
            }
            self.project();
            self.tell();
        }
    }

    fn has_work(&self) -> bool {
        match &self.role {
            Role::Projecting(_, Some(subscription)) => !self.is_held && subscription.n_waiting() > 0,
            _ => false,
        }
    }

    fn take(&mut self, wake: Wake) {
        match wake {
            Wake::Control(ProjectorControl::Stop) => {}
            Wake::Control(ProjectorControl::Hold) => self.is_held = true,
            Wake::Control(ProjectorControl::Release) => {
                self.is_held = false;
                self.subscribe_if_idle();
            }
            Wake::Control(ProjectorControl::HeadMoved) => match &self.role {
                Role::Projecting(_, Some(subscription)) => subscription.head_moved(),
                _ => self.subscribe_if_idle(),
            },
            Wake::Feed(n, Feed::Ended(ended)) if n == self.n_subscriptions => match ended {
                Ended::Unfit(unfit) => self.begin_anew(unfit),
                Ended::Failed(error) => self.fail(None, format!("{error:#}")),
            },
            Wake::Feed(..) => {}
        }
    }

    /// Looks at what nobody announces: whether the lock is free, and whether the read model is still there.
    fn beat(&mut self) {
        let done = match &mut self.role {
            Role::Projecting(projector, _) => match projector.standing() {
                Standing::Current => Ok(()),
                Standing::Moved => self.reopen(),
                Standing::Unlocked => self.try_to_project(),
            },
            Role::Undecided | Role::Following { .. } => self.try_to_project(),
        };
        match done {
            Ok(()) => self.n_bad_beats = 0,
            Err(error) => {
                self.n_bad_beats += 1;
                // Who deletes a folder takes a moment, in which nothing can be made in it: that is told only if it lasts.
                if self.n_bad_beats > 1 {
                    self.fail(None, format!("{error:#}"));
                }
            }
        }
    }

    fn try_to_project(&mut self) -> Result<()> {
        match Projector::open(&self.location)? {
            Opening::Ready(projector, unfit) => {
                self.role = Role::Projecting(projector, None);
                self.told = None;
                (self.report)(ProjectorReport::Role { is_projecting: true, other: None });
                if let Some(unfit) = unfit.filter(|unfit| *unfit != Unfit::Missing) {
                    (self.report)(ProjectorReport::Begun(unfit));
                }
                self.subscribe_if_idle();
            }
            Opening::HeldBy(holder) => {
                let is_known = matches!(&self.role, Role::Following { other, .. } if *other == holder);
                if !is_known {
                    let read_model = ReadModel::open(&self.location);
                    self.role = Role::Following { read_model, version: (-1, -1), other: holder };
                    self.told = None;
                    (self.report)(ProjectorReport::Role { is_projecting: false, other: holder });
                }
            }
        }
        Ok(())
    }

    /// The read model was replaced or deleted: goes on with what is there now.
    fn reopen(&mut self) -> Result<()> {
        let Role::Projecting(projector, subscription) = &mut self.role else { return Ok(()) };
        let unfit = projector.reopen()?;
        *subscription = None;
        // Where it stands in another generation is news, even if it is the same place.
        self.told = None;
        // And so is trouble with it, even if it is the same trouble.
        self.trouble = None;
        (self.report)(unfit.map_or(ProjectorReport::Replaced, ProjectorReport::Begun));
        self.subscribe_if_idle();
        Ok(())
    }

    fn begin_anew(&mut self, why: Unfit) {
        let Role::Projecting(projector, subscription) = &mut self.role else { return };
        *subscription = None;
        self.n_begun += 1;
        if self.n_begun > N_BEGUN_MAX {
            return self.fail(None, format!("{why}, and so was what replaced it"));
        }
        match projector.begin_anew() {
            Ok(()) => {
                self.told = None;
                (self.report)(ProjectorReport::Begun(why));
                self.subscribe_if_idle();
            }
            Err(error) => self.fail(None, format!("{error:#}")),
        }
    }

    /// Reads the log on from the checkpoint, where that is not being done.
    fn subscribe_if_idle(&mut self) {
        let Role::Projecting(projector, subscription @ None) = &mut self.role else { return };
        self.n_subscriptions += 1;
        let (to_self, n) = (self.to_self.clone(), self.n_subscriptions);
        let wake = move |feed| drop(to_self.send(Wake::Feed(n, feed)));
        match SubscriptionThread::start(&self.store, projector.mark().clone(), wake) {
            Ok(started) => *subscription = Some(started),
            Err(error) => self.fail(None, format!("no thread could be started: {error}")),
        }
    }

    /// Takes what waits in the queue into the read model, in one transaction.
    fn project(&mut self) {
        if self.is_held {
            return;
        }
        let Role::Projecting(projector, Some(subscription)) = &mut self.role else { return };
        if subscription.n_waiting() == 0 {
            return;
        }
        if projector.standing() != Standing::Current {
            return self.beat();
        }
        let Some(batch) = subscription.take(N_BATCH_EVENTS_MAX) else { return };
        match projector.apply_batch(batch.after, &batch.events, &batch.fold) {
            Ok(_) => (self.trouble, self.n_begun) = (None, 0),
            Err(error) if is_damage(&error) => self.begin_anew(Unfit::Damaged(error.to_string())),
            Err(ApplyError::Gap { .. }) => {
                if let Err(error) = self.reopen() {
                    self.fail(None, format!("{error:#}"));
                }
            }
            // What cannot be written because it was deleted is no failure.
            Err(_) if projector.standing() != Standing::Current => self.beat(),
            Err(error) => {
                let position = match &error {
                    ApplyError::Event { position, .. } => Some(*position),
                    ApplyError::Gap { .. } | ApplyError::Database(_) => None,
                };
                self.fail(position, error.to_string());
            }
        }
    }

    /// Stops projecting until the log grows or it is released, and says why, once.
    fn fail(&mut self, position: Option<GlobalPosition>, why: String) {
        if let Role::Projecting(_, subscription) = &mut self.role {
            *subscription = None;
        }
        if self.trouble.as_ref() != Some(&why) {
            (self.report)(ProjectorReport::Failed { position, why: why.clone() });
            self.trouble = Some(why);
        }
    }

    /// Reports how it stands, if that is news.
    fn tell(&mut self) {
        let (checkpoint, n_queued) = match &mut self.role {
            Role::Undecided => return,
            Role::Projecting(projector, subscription) => {
                (projector.checkpoint(), subscription.as_ref().map_or(0, SubscriptionThread::n_waiting))
            }
            Role::Following { read_model, version, .. } => match (look(read_model, version), &self.told) {
                (Ok(Some((checkpoint, is_other))), _) => {
                    if is_other {
                        (self.report)(ProjectorReport::Replaced);
                    }
                    (checkpoint, 0)
                }
                (Ok(None), Some(ProjectorReport::Checkpoint { checkpoint, .. })) => (*checkpoint, 0),
                (Ok(None), _) => return,
                (Err(error), _) => return self.fail(None, format!("{error:#}")),
            },
        };
        let report = ProjectorReport::Checkpoint { checkpoint, n_queued, is_held: self.is_held };
        if self.told.as_ref() != Some(&report) {
            (self.report)(report.clone());
            self.told = Some(report);
        }
    }
}

/// The checkpoint, if anything was written since the last look, and whether it is another generation's than at that.
fn look(read_model: &mut ReadModel, version: &mut (i64, i64)) -> Result<Option<(Checkpoint, bool)>> {
    let now = read_model.data_version()?;
    if now == *version {
        return Ok(None);
    }
    let is_other = version.0 >= 0 && version.0 != now.0;
    *version = now;
    Ok(Some((read_model.reading()?.checkpoint()?, is_other)))
}
