//! The rebuilder: rebuilds the read model in the background, with progress and cancel.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::cancel::Cancel;
use crate::read_model::engine::differences::{GenerationComparison, TableDifference};
use crate::read_model::engine::location::Location;
use crate::read_model::engine::rebuild::{NewGeneration, Rebuild, RebuildOptions, RebuildReport, rebuild};
use crate::read_model::rows::steering::process_words;
use crate::store::log::Log;
use crate::tui::message::Message;
use crate::tui::model::rebuild::{RebuildEnd, RebuildPhase, RebuildProgress, RebuiltRows};

/// Before this time a rate is not meaningful.
const RATE_AFTER: Duration = Duration::from_millis(200);

/// The interval between two reports: a person reads no faster, and each report redraws the screen.
const REPORT_EVERY: Duration = Duration::from_millis(50);

/// The rebuilds of one explorer; at most one runs at a time.
pub struct Rebuilder {
    log: Arc<dyn Log>,
    location: Location,
    inbox: Sender<Message>,
    /// The running rebuild, and earlier ones whose threads have not quite ended yet.
    under_way: RefCell<Vec<RebuildThread>>,
}

#[derive(Debug)]
struct RebuildThread {
    cancel: Cancel,
    thread: JoinHandle<()>,
}

impl Rebuilder {
    /// Rebuilds this read model from this log, with a connection of its own for each rebuild, and reports to the inbox.
    pub fn new(log: Arc<dyn Log>, location: &Location, inbox: Sender<Message>) -> Self {
        Self { log, location: location.clone(), inbox, under_way: RefCell::default() }
    }

    /// Begins a rebuild. If one runs already, this one ends at once and says so.
    pub fn begin(&self) {
        let options = RebuildOptions::default();
        let cancel = options.cancel.clone();
        let (log, location, inbox) = (Arc::clone(&self.log), self.location.clone(), self.inbox.clone());
        let thread = thread::spawn(move || {
            let end = run(&*log, &location, &options, &inbox);
            let end = end.unwrap_or_else(|error| RebuildEnd::Failed(format!("could not rebuild: {error:#}")));
            // When the program is ending, there is no receiver.
            drop(inbox.send(Message::RebuildEnded(end)));
        });
        let mut under_way = self.under_way.borrow_mut();
        under_way.retain(|before| !before.thread.is_finished());
        under_way.push(RebuildThread { cancel, thread });
    }

    /// Stops the running rebuild.
    pub fn stop(&self) {
        for under_way in &*self.under_way.borrow() {
            under_way.cancel.cancel();
        }
    }

    /// Stops it, and waits until the unfinished generation is removed.
    pub fn stop_and_wait(self) {
        self.stop();
        for under_way in self.under_way.into_inner() {
            drop(under_way.thread.join());
        }
    }
}

fn run(
    log: &dyn Log,
    location: &Location,
    options: &RebuildOptions,
    inbox: &Sender<Message>,
) -> Result<RebuildEnd> {
    let store = log.reader()?;
    let started = Instant::now();
    let mut pace = RebuildRate::new();
    let built = rebuild(&*store, location, options, &mut |reported| {
        let progress = match reported {
            RebuildReport::Projected(progress) => {
                pace.reached(RebuildPhase::Projecting, progress.n_events, progress.n_events_all)
            }
            RebuildReport::Comparing(compared) => {
                pace.reached(RebuildPhase::Comparing, compared.n_rows, compared.n_rows_all)
            }
            // It is reported at the end: nobody could read it in the moment before the replacement.
            RebuildReport::Compared(_) => None,
        };
        if let Some(progress) = progress {
            drop(inbox.send(Message::RebuildReached(progress)));
        }
    })?;
    Ok(match built {
        Rebuild::Done(rebuilt) => RebuildEnd::Done {
            n_events: rebuilt.n_events,
            millis: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            rows: rows(&rebuilt),
        },
        Rebuild::Cancelled => RebuildEnd::Stopped,
        Rebuild::HeldBy(holder) => {
            let who = process_words(holder);
            RebuildEnd::Failed(format!("{who} rebuilds the read model already; this screen will follow it"))
        }
    })
}

fn rows(rebuilt: &NewGeneration) -> RebuiltRows {
    match &rebuilt.comparison {
        GenerationComparison::Nothing(why) => RebuiltRows::NothingBefore(why.to_string()),
        GenerationComparison::Compared { differences, .. } if !differences.is_empty() => {
            RebuiltRows::Other(differences.iter().map(TableDifference::brief).collect())
        }
        GenerationComparison::Compared { at, .. } if *at < rebuilt.checkpoint.position => {
            RebuiltRows::SameUpTo(*at)
        }
        GenerationComparison::Compared { .. } => RebuiltRows::Same,
    }
}

/// The rate of a phase.
struct RebuildRate {
    /// The phase, its beginning, and the count at that time.
    phase: Option<(RebuildPhase, Instant, u64)>,
    reported: Option<Instant>,
}

impl RebuildRate {
    fn new() -> Self {
        Self { phase: None, reported: None }
    }

    /// The progress, if it is time for a report.
    fn reached(&mut self, phase: RebuildPhase, n_done: u64, n_all: u64) -> Option<RebuildProgress> {
        let now = Instant::now();
        let (since, from) = match self.phase {
            Some((before, since, from)) if before == phase => (since, from),
            _ => {
                self.phase = Some((phase, now, n_done));
                self.reported = None;
                (now, n_done)
            }
        };
        if self.reported.is_some_and(|reported| now.duration_since(reported) < REPORT_EVERY) {
            return None;
        }
        self.reported = Some(now);
        let per_second = rate(n_done.saturating_sub(from), now.duration_since(since));
        let seconds_left = per_second.map(|rate| n_all.saturating_sub(n_done).div_ceil(rate.max(1)));
        Some(RebuildProgress { phase, n_done, n_all, per_second, seconds_left })
    }
}

/// Events or rows per second; `None` while that is not meaningful.
fn rate(n: u64, elapsed: Duration) -> Option<u64> {
    if elapsed < RATE_AFTER || n == 0 {
        return None;
    }
    u64::try_from(u128::from(n) * 1_000_000 / elapsed.as_micros().max(1)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_reported_once_it_is_meaningful() {
        assert_eq!(rate(1_000, Duration::from_millis(10)), None);
        assert_eq!(rate(0, Duration::from_secs(1)), None);
        assert_eq!(rate(30_000, Duration::from_millis(500)), Some(60_000));
        let mut pace = RebuildRate::new();
        let first = pace.reached(RebuildPhase::Projecting, 512, 12_431);
        let expected = RebuildProgress {
            phase: RebuildPhase::Projecting,
            n_done: 512,
            n_all: 12_431,
            per_second: None,
            seconds_left: None,
        };
        assert_eq!(first, Some(expected));
        // A report right after it is suppressed, unless the phase changes.
        assert_eq!(pace.reached(RebuildPhase::Projecting, 1_024, 12_431), None);
        assert!(pace.reached(RebuildPhase::Comparing, 0, 50_000).is_some());
    }
}
