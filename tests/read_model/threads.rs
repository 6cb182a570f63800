//! The projector's threads: held and released, followed and taken over, with files deleted while they run.

use std::fs;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use foldback::domain::event::GlobalPosition;
use foldback::domain::moment::Moment;
use foldback::read_model::engine::generation::RebuildReason;
use foldback::read_model::engine::location::Location;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::rows::steering::Order;
use foldback::read_model::rows::{Failure, Lag};
use foldback::runtime::position::reach;
use foldback::runtime::projector::ProjectorThreads;
use foldback::runtime::projector::messages::{ProjectorControl, ProjectorReport, ReleasePace};
use foldback::runtime::projector::rebuilder::Rebuilder;
use foldback::runtime::projector::subscription_thread::{N_HANDED_EVENTS_MAX, N_QUEUE_BATCHES_MAX};
use foldback::store::EventReader;
use foldback::tui::message::Message;
use foldback::tui::model::rebuild::{RebuildEnd, RebuiltRows};

use crate::logs::{
    append_deposits, dump, events_of, location_in, location_of, project_in_batches, rebuilt,
    store_of_deposits,
};
use crate::support::{TempStore, log_at};

/// The longest wait for something that must happen: enough for a loaded machine, and far more than needed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running projector with its reports.
pub struct Running {
    threads: ProjectorThreads,
    reports: Receiver<ProjectorReport>,
}

impl Running {
    pub fn start(temp: &TempStore, location: &Location) -> Self {
        Self::failing_at(temp, location, None)
    }

    /// A projector that fails on purpose on the event at a position.
    pub fn failing_at(temp: &TempStore, location: &Location, position: Option<u64>) -> Self {
        let fail_at = position.map(GlobalPosition::new);
        let (sender, reports) = channel();
        let report = move |report| drop(sender.send(report));
        Self {
            threads: ProjectorThreads::start(
                log_at(&temp.path()),
                location,
                fail_at,
                ReleasePace::AtOnce,
                report,
            )
            .unwrap(),
            reports,
        }
    }

    pub fn send(&self, control: ProjectorControl) {
        self.threads.send(control);
    }

    /// The first matching report; fails on a failure and after [`PATIENCE`], even while other reports come.
    pub fn wait_for<T>(&self, what: &str, mut wanted: impl FnMut(&ProjectorReport) -> Option<T>) -> T {
        let (began, mut last) = (Instant::now(), None);
        loop {
            let report = PATIENCE
                .checked_sub(began.elapsed())
                .and_then(|left| self.reports.recv_timeout(left).ok())
                .unwrap_or_else(|| panic!("{what}: not within {PATIENCE:?}; the last report was {last:?}"));
            if let Some(found) = wanted(&report) {
                return found;
            }
            if let ProjectorReport::Status { status, .. } = &report {
                assert_eq!(status.failure, None, "{what}");
            }
            last = Some(report);
        }
    }

    pub fn wait_for_checkpoint(&self, position: u64) {
        self.wait_for(&format!("the checkpoint {position}"), |report| match report {
            ProjectorReport::Status { checkpoint, status, .. } if status.n_queued == 0 => {
                (checkpoint.position.number() == position).then_some(())
            }
            _ => None,
        });
    }

    /// Waits for the next report of any kind.
    pub fn wait_for_report(&self) {
        drop(self.reports.recv_timeout(PATIENCE).expect("it tells something"));
    }

    /// Waits until this process is the projector, or another one.
    pub fn wait_for_role(&self, wanted: bool) {
        self.wait_for("a role", |report| match report {
            ProjectorReport::Status { is_here, status, .. } => {
                (*is_here == wanted && status.process == Some(std::process::id())).then_some(())
            }
            _ => None,
        });
    }

    pub fn wait_until_held(&self) {
        self.wait_for("being held", |report| match report {
            ProjectorReport::Status { status, .. } => status.pace.is_held.then_some(()),
            _ => None,
        });
    }

    /// Waits for the failure of the event at a position.
    pub fn wait_for_failure_at(&self, position: u64) -> Failure {
        loop {
            let report = self.reports.recv_timeout(PATIENCE).expect("it fails");
            if let ProjectorReport::Status { status, .. } = report
                && let Some(failure) = status.failure
                && failure.event.as_ref().is_some_and(|event| event.position == position)
            {
                return failure;
            }
        }
    }
}

pub fn position(location: &Location) -> u64 {
    ReadModel::open(location).reading().unwrap().checkpoint().unwrap().position.number()
}

/// The rows for the log, whoever projects it.
pub fn rows_of(temp: &TempStore) -> Vec<(String, Vec<Vec<rusqlite::types::Value>>)> {
    let fresh = tempfile::tempdir().unwrap();
    let location = location_in(&fresh.path().join("fresh"));
    project_in_batches(&location, &events_of(temp), &[]);
    dump(&location)
}

#[test]
fn it_catches_up_and_comes_along() {
    let mut temp = store_of_deposits(20_000);
    let location = location_of(&temp);
    let running = Running::start(&temp, &location);
    running.wait_for_role(true);
    running.wait_for_checkpoint(20_000);
    append_deposits(&mut temp, 3);
    running.send(ProjectorControl::HeadMoved);
    running.wait_for_checkpoint(20_003);
    assert_eq!(dump(&location), rows_of(&temp));
}

#[test]
fn held_it_leaves_the_checkpoint_while_the_log_and_the_lag_grow_and_released_it_catches_up() {
    let mut temp = store_of_deposits(10);
    let location = location_of(&temp);
    let running = Running::start(&temp, &location);
    running.wait_for_checkpoint(10);
    running.send(ProjectorControl::Order(Order::Hold));
    running.wait_until_held();
    for n in 1..=5_u64 {
        append_deposits(&mut temp, 1);
        running.send(ProjectorControl::HeadMoved);
        let checkpoint = running.wait_for("the queue to fill", |report| match report {
            ProjectorReport::Status { checkpoint, status, .. } if status.pace.is_held => {
                (status.n_queued == n).then_some(*checkpoint)
            }
            _ => None,
        });
        let head = Moment { position: temp.store.head().unwrap(), clock: None };
        let lag = Lag::between(&reach(&temp.store, checkpoint).unwrap(), &reach(&temp.store, head).unwrap());
        assert_eq!((checkpoint.position.number(), lag.n_events), (10, n));
        assert_eq!(position(&location), 10);
    }
    running.send(ProjectorControl::Order(Order::Release));
    running.wait_for_checkpoint(15);
    assert_eq!(dump(&location), rows_of(&temp));
}

#[test]
fn the_queue_is_bounded_however_long_the_log() {
    let n_most = (N_HANDED_EVENTS_MAX * N_QUEUE_BATCHES_MAX) as u64;
    let mut temp = store_of_deposits(10);
    let location = location_of(&temp);
    let running = Running::start(&temp, &location);
    running.wait_for_checkpoint(10);
    running.send(ProjectorControl::Order(Order::Hold));
    running.wait_until_held();
    // More batches than fit: each of these appends is handed over by itself.
    for n in 1..=N_QUEUE_BATCHES_MAX + 3 {
        append_deposits(&mut temp, 1);
        running.send(ProjectorControl::HeadMoved);
        if n <= N_QUEUE_BATCHES_MAX {
            running.wait_for("the queue to fill", |report| match report {
                ProjectorReport::Status { status, .. } => (status.n_queued == n as u64).then_some(()),
                _ => None,
            });
        }
    }
    running.send(ProjectorControl::Order(Order::Release));
    let end = 10 + N_QUEUE_BATCHES_MAX as u64 + 3;
    running.wait_for("the end", |report| match report {
        ProjectorReport::Status { checkpoint, status, .. } => {
            assert!(status.n_queued <= n_most && status.n_queued_max == n_most);
            (checkpoint.position.number() == end).then_some(())
        }
        _ => None,
    });
    // Held with a full queue, it still ends when asked to.
    running.send(ProjectorControl::Order(Order::Hold));
    append_deposits(&mut temp, 1);
    running.send(ProjectorControl::HeadMoved);
    drop(running);
    assert_eq!(position(&location), end);
}

#[test]
fn one_projects_and_the_other_follows_and_takes_over() {
    let mut temp = store_of_deposits(10);
    let location = location_of(&temp);
    let first = Running::start(&temp, &location);
    first.wait_for_role(true);
    first.wait_for_checkpoint(10);
    let second = Running::start(&temp, &location);
    second.wait_for_role(false);
    second.wait_for_checkpoint(10);
    append_deposits(&mut temp, 4);
    first.send(ProjectorControl::HeadMoved);
    second.wait_for_checkpoint(14);
    drop(first);
    second.wait_for_role(true);
    append_deposits(&mut temp, 4);
    second.send(ProjectorControl::HeadMoved);
    second.wait_for_checkpoint(18);
    assert_eq!(dump(&location), rows_of(&temp));
}

#[test]
fn a_read_model_deleted_under_it_is_made_again() {
    let temp = store_of_deposits(50);
    let location = location_of(&temp);
    let running = Running::start(&temp, &location);
    running.wait_for_checkpoint(50);
    // In one step, because files that are recreated meanwhile would prevent deleting the folder.
    let away = temp.folder.path().join("away");
    fs::rename(location.folder(), &away).unwrap();
    fs::remove_dir_all(&away).unwrap();
    running.wait_for_role(true);
    running.wait_for_checkpoint(50);
    fs::remove_file(location.folder().join("current")).unwrap();
    running.wait_for("a new one", |report| {
        matches!(report, ProjectorReport::Restarted(RebuildReason::Missing)).then_some(())
    });
    running.wait_for_checkpoint(50);
    assert_eq!(dump(&location), rows_of(&temp));
}

#[test]
fn it_continues_with_the_generation_of_a_rebuild() {
    let mut temp = store_of_deposits(50);
    let location = location_of(&temp);
    let running = Running::start(&temp, &location);
    running.wait_for_checkpoint(50);
    let old = location.current().unwrap();
    rebuilt(&temp, &location);
    append_deposits(&mut temp, 5);
    running.send(ProjectorControl::HeadMoved);
    running.wait_for_checkpoint(55);
    drop(running);
    assert_ne!(location.current().unwrap(), old);
    assert_eq!(position(&location), 55);
    assert_eq!(dump(&location), rows_of(&temp));
}

#[test]
fn all_processes_with_a_read_model_open_follow_a_rebuild_of_another() {
    let temp = store_of_deposits(50);
    let location = location_of(&temp);
    let projecting = Running::start(&temp, &location);
    projecting.wait_for_checkpoint(50);
    let following = Running::start(&temp, &location);
    following.wait_for_role(false);
    following.wait_for_checkpoint(50);
    let mut read_model = ReadModel::open(&location);
    assert!(read_model.reading().unwrap().exists());
    let current = location.generation_path(location.current().unwrap().unwrap().number);
    let live = rusqlite::Connection::open(current).unwrap();
    live.execute("UPDATE account_rows SET balance = 0", []).unwrap();
    drop(live);
    rebuilt(&temp, &location);
    for running in [&projecting, &following] {
        running.wait_for("the other generation", |report| {
            matches!(report, ProjectorReport::Replaced).then_some(())
        });
    }
    let rows = read_model.reading().unwrap().streams("", 0, 9).unwrap().rows;
    assert!(rows.iter().all(|row| row.measured().unwrap().0 > 0), "{rows:?}");
}

/// The end of the rebuild among the next messages; fails after [`PATIENCE`].
fn end_of_rebuild(messages: &Receiver<Message>) -> RebuildEnd {
    loop {
        match messages.recv_timeout(PATIENCE).expect("a rebuild ends") {
            Message::RebuildEnded(end) => return end,
            Message::RebuildReached(progress) => assert!(progress.n_done <= progress.n_all),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_explorer_rebuilds_in_the_background_and_can_be_stopped() {
    let temp = store_of_deposits(3000);
    let location = location_of(&temp);
    let (inbox, messages) = channel();
    let rebuilder = Rebuilder::new(log_at(&temp.path()), &location, inbox);
    rebuilder.begin();
    let end = end_of_rebuild(&messages);
    let why = RebuiltRows::NothingBefore("there was no read model".to_owned());
    assert!(matches!(&end, RebuildEnd::Done { n_events: 3000, rows, .. } if *rows == why), "{end:?}");

    let (pointer, rows) = (location.current().unwrap(), dump(&location));
    // A stopped rebuild changes nothing, and can be begun again.
    for _ in 0..3 {
        rebuilder.begin();
        rebuilder.stop();
        let end = end_of_rebuild(&messages);
        let is_same = location.current().unwrap() == pointer;
        assert!(matches!((&end, is_same), (RebuildEnd::Stopped, true)), "{end:?}");
        assert_eq!(dump(&location), rows);
    }
    let lock = location.try_lock_rebuild().unwrap();
    rebuilder.begin();
    let who = std::process::id();
    let why = format!("process {who} rebuilds the read model already; this screen will follow it");
    assert_eq!(end_of_rebuild(&messages), RebuildEnd::Failed(why));
    drop(lock);
    rebuilder.begin();
    rebuilder.stop_and_wait();
    assert_eq!(end_of_rebuild(&messages), RebuildEnd::Stopped);
    assert_eq!(location.current().unwrap(), pointer);
}

#[test]
fn a_store_that_cannot_be_read_is_reported() {
    let temp = store_of_deposits(3);
    let location = location_of(&temp);
    let (sender, reports) = channel();
    let nowhere = temp.folder.path().join("nowhere.db");
    let report = move |report| drop(sender.send(report));
    let threads =
        ProjectorThreads::start(log_at(&nowhere), &location, None, ReleasePace::AtOnce, report).unwrap();
    let why = loop {
        if let ProjectorReport::Status { status, .. } = reports.recv_timeout(PATIENCE).unwrap()
            && let Some(Failure { event: None, why }) = status.failure
        {
            break why;
        }
    };
    assert!(why.contains("nowhere.db"), "{why}");
    drop(threads);
}

#[test]
fn a_folder_that_cannot_be_written_is_reported() {
    let temp = store_of_deposits(3);
    let blocked = temp.folder.path().join("a file");
    fs::write(&blocked, "").unwrap();
    let running = Running::start(&temp, &location_in(&blocked));
    let why = loop {
        if let ProjectorReport::Status { status, .. } = running.reports.recv_timeout(PATIENCE).unwrap()
            && let Some(failure) = status.failure
        {
            break failure.why;
        }
    };
    assert!(why.contains("the read model cannot be kept in"), "{why}");
    fs::remove_file(&blocked).unwrap();
    running.wait_for_role(true);
    running.wait_for_checkpoint(3);
}
