//! The projecting thread: takes batches from the queue, obeys orders, stops at failures, reports its status.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::domain::moment::Moment;
use crate::read_model::engine::batch::ApplyError;
use crate::read_model::engine::catch_up::{CatchUpOptions, N_TRANSACTION_EVENTS_MAX};
use crate::read_model::engine::generation::RebuildReason;
use crate::read_model::engine::location::Location;
use crate::read_model::engine::orders::{self, Orders};
use crate::read_model::engine::projector::{OpenedProjector, Projector, Standing, is_damage};
use crate::read_model::rows::Failure;
use crate::read_model::rows::steering::{Order, Pace, ProjectorStatus};
use crate::runtime::projector::following::Following;
use crate::runtime::projector::last_reports::LastReports;
use crate::runtime::projector::messages::{ProjectorControl, ProjectorReport, ReleasePace, Wake};
use crate::runtime::projector::pace::{Gate, Meter};
use crate::runtime::projector::role::{Role, RunningProjector};
use crate::runtime::projector::subscription_thread::{
    Feed, N_QUEUE_EVENTS_MAX, SubscriptionEnd, SubscriptionThread,
};
use crate::store::log::Log;

/// The interval in which it checks whether the read model was replaced or deleted, for orders of other processes, and
/// the progress of another process's projector: too short for a person to notice, and cheap.
const BEAT: Duration = Duration::from_millis(250);

/// The most times in a row that a read model is begun again without projecting a batch, before it is left alone.
const N_BEGUN_MAX: u32 = 3;

pub(super) struct ProjectorThread<R> {
    log: Arc<dyn Log>,
    location: Location,
    report: R,
    to_self: Sender<Wake>,
    role: Role,
    n_subscriptions: u64,
    gate: Gate,
    meter: Meter,
    release_pace: ReleasePace,
    options: CatchUpOptions,
    /// Why it has stopped.
    failure: Option<Failure>,
    /// The present obstacle to reading the read model.
    trouble: Option<Failure>,
    last_reports: LastReports,
    /// How many times in a row the read model was begun again.
    n_begun: u32,
    /// Number of consecutive failed beats.
    n_bad_beats: u32,
}

impl<R: FnMut(ProjectorReport)> ProjectorThread<R> {
    pub(super) fn new(
        log: Arc<dyn Log>,
        location: Location,
        options: CatchUpOptions,
        release_pace: ReleasePace,
        to_self: Sender<Wake>,
        report: R,
    ) -> Self {
        Self {
            log,
            location,
            report,
            to_self,
            role: Role::Undecided,
            n_subscriptions: 0,
            gate: Gate::new(Pace::default(), Instant::now()),
            meter: Meter::new(),
            release_pace,
            options,
            failure: None,
            trouble: None,
            last_reports: LastReports::default(),
            n_begun: 0,
            n_bad_beats: 0,
        }
    }

    /// Runs until it is asked to stop.
    pub(super) fn run(&mut self, wakes: &Receiver<Wake>) {
        let mut next_beat = Instant::now();
        loop {
            let to_beat = next_beat.saturating_duration_since(Instant::now());
            let wait = self.due_in().map_or(to_beat, |due| due.min(to_beat));
            let mut wake = match wakes.recv_timeout(wait) {
                Ok(wake) => Some(wake),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            while let Some(next) = wake {
                match next {
                    Wake::Control(ProjectorControl::Stop) => return,
                    Wake::Control(ProjectorControl::HeadMoved) => self.head_moved(),
                    Wake::Control(ProjectorControl::Order(order)) => self.take_order(order),
                    Wake::Feed(n, feed) if n == self.n_subscriptions => self.take_feed(feed),
                    Wake::Feed(..) => {}
                }
                wake = wakes.try_recv().ok();
            }
            let is_beat = Instant::now() >= next_beat;
            if is_beat {
                self.beat();
                next_beat = Instant::now() + BEAT;
            }
            self.project();
            self.report_status(is_beat);
        }
    }

    /// The time until events may be taken from the queue; `None` if none waits, or it is held.
    fn due_in(&self) -> Option<Duration> {
        let now = Instant::now();
        match (self.role.n_waiting(), self.gate.n_allowed(1, now)) {
            (0, _) => None,
            (_, 0) => self.gate.due_in(now),
            (_, _) => Some(Duration::ZERO),
        }
    }

    fn head_moved(&mut self) {
        match &self.role {
            Role::Projecting(projecting) => match &projecting.subscription {
                Some(subscription) => subscription.head_moved(),
                // An event that could not be projected is not retried by itself.
                None if self.failure.as_ref().is_some_and(|failure| failure.event.is_some()) => {}
                None => self.subscribe_if_idle(),
            },
            Role::Undecided | Role::Following(_) => {}
        }
    }

    /// Carries out an order, or passes it on to the projector.
    fn take_order(&mut self, order: Order) {
        match &self.role {
            Role::Following(_) => {
                // The order is also kept, in case this process takes over before the other one has read it.
                self.gate.set_pace(self.gate.pace().after(order), Instant::now());
                if let Err(error) = orders::give(&self.location, &order) {
                    (self.report)(ProjectorReport::OrderUndelivered(format!("{error:#}")));
                }
            }
            Role::Undecided | Role::Projecting(_) => self.obey(order),
        }
    }

    fn obey(&mut self, order: Order) {
        let now = Instant::now();
        let was_held = self.gate.pace().is_held;
        self.gate.set_pace(self.gate.pace().after(order), now);
        match order {
            Order::Step(n_events) => self.gate.step(n_events),
            Order::Release => {
                if was_held && self.release_pace == ReleasePace::Watchable {
                    self.gate.catch_up_watchably(self.role.n_waiting(), now);
                }
                self.subscribe_if_idle();
            }
            Order::Retry => {
                self.fail_on_purpose_no_longer();
                self.subscribe_if_idle();
            }
            Order::Skip(position) => self.skip(position),
            Order::Hold | Order::Speed(_) => {}
        }
    }

    fn fail_on_purpose_no_longer(&mut self) {
        self.options.fail_at = None;
        if let Role::Projecting(projecting) = &mut self.role {
            projecting.projector.fail_at(None);
        }
    }

    /// Skips the event that could not be projected, if it is the one at this position.
    fn skip(&mut self, position: u64) {
        let Role::Projecting(projecting) = &mut self.role else { return };
        let Some(Failure { event: Some(event), why }) = &self.failure else { return };
        if event.position != position {
            return;
        }
        match projecting.projector.skip(event, why) {
            Ok(()) => self.subscribe_if_idle(),
            Err(error) => self.fail(format!("the event at {position} could not be skipped: {error:#}")),
        }
    }

    fn take_feed(&mut self, feed: Feed) {
        match feed {
            Feed::Queued => {}
            Feed::Ended(SubscriptionEnd::Unusable(reason)) => self.restart(reason),
            Feed::Ended(SubscriptionEnd::Failed(error)) => self.fail(format!("{error:#}")),
        }
    }

    /// Checks what nobody announces: whether the lock is free, whether the read model still exists, and orders of other
    /// processes.
    fn beat(&mut self) {
        let done = match &mut self.role {
            Role::Projecting(projecting) => match projecting.projector.standing() {
                Standing::Current => Ok(()),
                Standing::Moved => self.reopen(),
                Standing::Unlocked => self.try_to_project(),
            },
            Role::Undecided | Role::Following(_) => self.try_to_project(),
        };
        match done {
            Ok(()) => (self.n_bad_beats, self.trouble) = (0, None),
            Err(error) => {
                self.n_bad_beats += 1;
                // Deleting a folder takes a moment, in which nothing can be created in it. So trouble is reported only
                // if it lasts.
                if self.n_bad_beats > 1 {
                    self.trouble = Some(Failure { event: None, why: format!("{error:#}") });
                }
            }
        }
        let Role::Projecting(projecting) = &mut self.role else { return };
        if projecting.subscription.as_ref().is_none_or(|subscription| subscription.n_waiting() == 0) {
            self.gate.forget_steps();
        }
        for order in projecting.orders.take() {
            self.obey(order);
        }
    }

    fn try_to_project(&mut self) -> Result<()> {
        match Projector::open(&self.location)? {
            OpenedProjector::Ready(mut projector, reason) => {
                projector.fail_at(self.options.fail_at);
                projector.cancel_when(&self.options.cancel)?;
                let orders = Orders::begin(&self.location);
                let projecting = RunningProjector { projector: *projector, subscription: None, orders };
                self.role = Role::Projecting(Box::new(projecting));
                self.last_reports.forget_screen();
                if let Some(reason) = reason.filter(|reason| *reason != RebuildReason::Missing) {
                    (self.report)(ProjectorReport::Restarted(reason));
                }
                self.subscribe_if_idle();
            }
            OpenedProjector::HeldBy(process) => {
                if !matches!(self.role, Role::Following(_)) {
                    self.role = Role::Following(Box::new(Following::new(&self.location)));
                    (self.last_reports, self.failure) = (LastReports::default(), None);
                }
                if let Role::Following(following) = &mut self.role {
                    let changes = following.look(&self.location, process)?;
                    if changes.is_replaced {
                        (self.report)(ProjectorReport::Replaced);
                    }
                    // A held projector stays held when this process takes over, whoever held it.
                    if let Some(pace) = changes.new_pace {
                        self.gate.set_pace(pace, Instant::now());
                    }
                }
            }
        }
        Ok(())
    }

    /// Continues with the current generation, after the read model was replaced or deleted.
    fn reopen(&mut self) -> Result<()> {
        let Role::Projecting(projecting) = &mut self.role else { return Ok(()) };
        let reason = projecting.projector.reopen()?;
        projecting.subscription = None;
        // The checkpoint in another generation is news, even if it is equal.
        self.last_reports.forget_screen();
        (self.report)(reason.map_or(ProjectorReport::Replaced, ProjectorReport::Restarted));
        self.subscribe_if_idle();
        Ok(())
    }

    fn restart(&mut self, why: RebuildReason) {
        let Role::Projecting(projecting) = &mut self.role else { return };
        projecting.subscription = None;
        self.n_begun += 1;
        if self.n_begun > N_BEGUN_MAX {
            return self.fail(format!("{why}, and so was what replaced it"));
        }
        match projecting.projector.restart() {
            Ok(()) => {
                self.last_reports.forget_screen();
                (self.report)(ProjectorReport::Restarted(why));
                self.subscribe_if_idle();
            }
            Err(error) => self.fail(format!("{error:#}")),
        }
    }

    /// Subscribes to the log from the checkpoint on, unless that is done already.
    fn subscribe_if_idle(&mut self) {
        let Role::Projecting(projecting) = &mut self.role else { return };
        if projecting.subscription.is_some() {
            return;
        }
        self.failure = None;
        self.n_subscriptions += 1;
        let (to_self, n) = (self.to_self.clone(), self.n_subscriptions);
        let wake = move |feed| drop(to_self.send(Wake::Feed(n, feed)));
        match SubscriptionThread::start(Arc::clone(&self.log), projecting.projector.mark().clone(), wake) {
            Ok(started) => projecting.subscription = Some(started),
            Err(error) => self.fail(format!("no thread could be started: {error}")),
        }
    }

    /// Projects the waiting events, in one transaction, as far as the pace allows.
    fn project(&mut self) {
        let now = Instant::now();
        let n_allowed = self.gate.n_allowed(N_TRANSACTION_EVENTS_MAX, now);
        let Role::Projecting(projecting) = &mut self.role else { return };
        let Some(subscription) = &mut projecting.subscription else { return };
        if n_allowed == 0 || subscription.n_waiting() == 0 {
            return;
        }
        if projecting.projector.standing() != Standing::Current {
            return self.beat();
        }
        let Some(batch) = subscription.take(n_allowed) else { return };
        let n_events = u64::try_from(batch.events.len()).unwrap_or(u64::MAX);
        self.gate.took(n_events, now);
        if subscription.n_waiting() == 0 {
            self.gate.has_caught_up();
        }
        match projecting.projector.apply_batch(&batch) {
            Ok(_) => {
                self.meter.count(n_events);
                (self.failure, self.n_begun) = (None, 0);
            }
            Err(error) if is_damage(&error) => self.restart(RebuildReason::Damaged(error.to_string())),
            Err(ApplyError::Gap { .. }) => {
                self.reopen().unwrap_or_else(|error| self.fail(format!("{error:#}")));
            }
            // It is about to end.
            Err(ApplyError::Cancelled) => {}
            // A read model that was deleted is not a failure.
            Err(_) if projecting.projector.standing() != Standing::Current => self.beat(),
            // It stops here, until it is ordered to retry or to skip the event.
            Err(ApplyError::Event(stopped)) => self.stand_still(stopped.failure()),
            Err(error) => self.fail(error.to_string()),
        }
    }

    /// Stops projecting until the log grows or it is released.
    fn fail(&mut self, why: String) {
        self.stand_still(Failure { event: None, why });
    }

    fn stand_still(&mut self, failure: Failure) {
        if let Role::Projecting(projecting) = &mut self.role {
            projecting.subscription = None;
        }
        self.failure = Some(failure);
    }

    fn report_status(&mut self, is_beat: bool) {
        if let Some((checkpoint, status, is_here)) = self.standing() {
            if is_here {
                self.last_reports.others(&self.location, &status, is_beat);
            }
            let report = ProjectorReport::Status { checkpoint, status, is_here };
            self.last_reports.screen(report, &mut self.report);
        }
    }

    /// The checkpoint, the projector's status, and whether that is this process.
    fn standing(&mut self) -> Option<(Moment, ProjectorStatus, bool)> {
        match &self.role {
            // Trouble is reported even before it is known who projects.
            Role::Undecided => self.trouble.clone().map(|trouble| {
                let failure = Some(trouble);
                (Moment::default(), ProjectorStatus { failure, ..ProjectorStatus::default() }, true)
            }),
            Role::Projecting(projecting) => {
                let n_queued = self.role.n_waiting();
                let status = ProjectorStatus {
                    process: Some(std::process::id()),
                    pace: self.gate.pace(),
                    n_queued: u64::try_from(n_queued).unwrap_or(u64::MAX),
                    n_queued_max: u64::try_from(N_QUEUE_EVENTS_MAX).unwrap_or(u64::MAX),
                    per_second: self.meter.per_second(),
                    failure: self.failure.as_ref().or(self.trouble.as_ref()).cloned(),
                };
                Some((projecting.projector.checkpoint(), status, true))
            }
            Role::Following(following) => {
                let Following { checkpoint, status, .. } = &**following;
                let failure = status.failure.as_ref().or(self.trouble.as_ref()).cloned();
                // A projector without a status, such as that of a verb, has no pace that could be controlled.
                let pace = if status.n_queued_max > 0 { status.pace } else { self.gate.pace() };
                Some((*checkpoint, ProjectorStatus { failure, pace, ..status.clone() }, false))
            }
        }
    }
}
