//! The importer: reads a log into its scratch store while the explorer runs.

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};

use crate::cancel::Cancel;
use crate::domain::counted::counted;
use crate::domain::left_out::LeftOut;
use crate::store::import::LogImport;
use crate::store::import::missing_log::is_missing;
use crate::store::import::options::{ImportProgress, LogChanged};
use crate::store::import::report::ImportReport;
use crate::store::import::rotation::OpenFile;
use crate::store::import::target::{ImportTarget, left_out_of};
use crate::store::scratch::Scratch;
use crate::tui::message::Message;
use crate::tui::model::import::RunningImport;

/// The interval between two checks of the log for growth: soon enough for a person, at the cost of one query about the
/// file.
const POLL: Duration = Duration::from_millis(500);

/// A log with its scratch store.
pub struct LogToRead {
    /// The log's file, or the name of a stream.
    pub log: PathBuf,
    /// The store for its events.
    pub scratch: Scratch,
    pub import: LogImport,
}

/// The thread that imports a log.
#[derive(Debug)]
pub struct Importer {
    cancel: Cancel,
    /// Dropped to end the thread.
    ends: Sender<()>,
    thread: JoinHandle<()>,
}

impl Importer {
    /// Starts the import, which continues as the log grows.
    pub fn start(log: LogToRead, inbox: Sender<Message>) -> Self {
        let cancel = Cancel::new();
        // Nothing is ever sent: the channel is closed to end the thread.
        let (ends, stop) = channel();
        let cancelled = cancel.clone();
        let thread = thread::spawn(move || {
            let mut reading = LogFollower { log, inbox, cancel: cancelled, left_out: LeftOut::default() };
            if let Err(error) = reading.run(&stop) {
                let message = match error.downcast_ref::<LogChanged>() {
                    Some(_) => reading.start_again(),
                    None => {
                        // If no event could be read, the panes say why as long as they are empty.
                        let left_out = Box::new(reading.kept_left_out());
                        drop(reading.inbox.send(Message::LeftOut(left_out, vec![format!("{error:#}")])));
                        Message::ImportEnded(format!("reading stopped: {error:#}"))
                    }
                };
                // When the program is ending, there is no receiver.
                drop(reading.inbox.send(message));
            }
            // The scratch store stays locked for as long as it is in use.
            _ = stop.recv();
        });
        Self { cancel, ends, thread }
    }

    /// Stops reading; committed events stay.
    pub fn stop(&self) {
        self.cancel.cancel();
    }

    /// Stops reading, and waits until the current batch is on the disk.
    pub fn stop_and_wait(self) {
        self.stop();
        drop(self.ends);
        drop(self.thread.join());
    }
}

struct LogFollower {
    log: LogToRead,
    inbox: Sender<Message>,
    cancel: Cancel,
    /// The lines left out of the log.
    left_out: LeftOut,
}

impl LogFollower {
    fn run(&mut self, stop: &Receiver<()>) -> Result<()> {
        let mut store = ImportTarget::open(&self.log.scratch.store, &self.log.scratch.aggregates)?;
        let (mut seen, mut is_gone) = (self.stamp(), false);
        match self.read_named(&mut store, true)? {
            Some(report) => self.report(&report),
            None => is_gone = true,
        }
        while !self.cancel.is_cancelled() {
            match stop.recv_timeout(POLL) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            let now = self.stamp();
            if now == seen && !is_gone {
                continue;
            }
            match self.log.import.open_file() {
                OpenFile::Named if is_gone => {
                    is_gone = false;
                    drop(self.inbox.send(Message::LogWaitedFor(false)));
                    seen = None;
                }
                OpenFile::Renamed if !is_gone => {
                    // The writer may still have the file open, under its new name.
                    drop(self.inbox.send(Message::LogWaitedFor(true)));
                    is_gone = true;
                }
                OpenFile::Cut if !is_gone => {
                    self.change_over(&mut store, "was cut and written from its beginning again")?;
                    seen = None;
                }
                OpenFile::Recreated if !is_gone => {
                    self.change_over(&mut store, "was removed and created again")?;
                    seen = None;
                }
                _ => {}
            }
            if is_gone && now.is_none_or(|(n_bytes, _)| n_bytes == 0) {
                seen = now;
                self.read_rest(&mut store)?;
                continue;
            }
            if is_gone {
                self.change_over(&mut store, "is a new file now")?;
                is_gone = false;
                drop(self.inbox.send(Message::LogWaitedFor(false)));
                seen = None;
            }
            if now != seen {
                seen = now;
                match self.read_named(&mut store, false)? {
                    Some(report) if report.n_bad + report.n_times_unread > 0 => self.report(&report),
                    Some(_) => {}
                    None => is_gone = true,
                }
            }
        }
        Ok(())
    }

    /// Reads the file that has the log's name; `None`, and a message, if no file has it.
    fn read_named(&mut self, store: &mut ImportTarget, reports: bool) -> Result<Option<ImportReport>> {
        match self.read(store, reports) {
            Err(error) if is_missing(&error) => {
                drop(self.inbox.send(Message::LogWaitedFor(true)));
                Ok(None)
            }
            report => report.map(Some),
        }
    }

    fn report(&mut self, report: &ImportReport) {
        self.leave_out(report);
        drop(self.inbox.send(Message::ImportEnded(notice_of(report))));
    }

    fn read(&mut self, store: &mut ImportTarget, reports: bool) -> Result<ImportReport> {
        let Self { log, inbox, cancel, .. } = self;
        let mut reported = None;
        let mut progress = |progress: &ImportProgress| {
            let now = Some(reached(progress));
            let is_news = reports && now != reported;
            reported.clone_from(&now);
            let news = now.filter(|_| is_news);
            if news.is_some_and(|news| inbox.send(Message::ImportReached(news)).is_err()) {
                // There is no receiver any more.
                cancel.cancel();
            }
        };
        let name = log.log.display();
        store.read_on(&mut log.import, cancel, &mut progress).with_context(|| format!("reading {name}"))
    }

    /// Reads what has been added to the open file.
    fn read_rest(&mut self, store: &mut ImportTarget) -> Result<()> {
        let report = store.read_rest(&mut self.log.import, &self.cancel)?;
        if report.n_bad + report.n_times_unread > 0 {
            self.leave_out(&report);
        }
        Ok(())
    }

    /// Reads the open file to its end, and continues with the file that has the log's name now. `how` says what became
    /// of the log.
    fn change_over(&mut self, store: &mut ImportTarget, how: &str) -> Result<()> {
        let report = store.change_over(&mut self.log.import, &self.cancel)?;
        self.log.scratch.forget();
        let mut text = format!("the log {how}: it is read in addition to what was there before");
        if report.n_times_unread > 0 && report.n_bad == 0 {
            self.leave_out(&report);
        }
        if report.n_bad > 0 {
            self.leave_out(&report);
            text += &format!("{} (in the old file)", bad_words(&report));
        }
        drop(self.inbox.send(Message::ImportEnded(text)));
        Ok(())
    }

    /// Reports how the log was read; counts and reports the lines left out; if no event was read, also says why.
    fn leave_out(&mut self, report: &ImportReport) {
        if let Some(found) = &report.found {
            drop(self.inbox.send(Message::EnvelopeFound(found.clone())));
        }
        self.left_out.add_all(&report.left_out);
        let is_nothing = report.head.number() == 0 && self.left_out.n() > 0;
        let why = if is_nothing {
            self.left_out.why_nothing(&report.looked_for, &report.fields)
        } else {
            Vec::new()
        };
        drop(self.inbox.send(Message::LeftOut(Box::new(self.left_out.clone()), why)));
    }

    /// The lines left out according to the store; if it cannot be read, those counted here.
    fn kept_left_out(&self) -> LeftOut {
        let all = left_out_of(&self.log.scratch.store, &self.log.scratch.aggregates).unwrap_or_default();
        if all.n() > 0 { all } else { self.left_out.clone() }
    }

    /// A value that changes when somebody writes to the log.
    fn stamp(&self) -> Option<(u64, SystemTime)> {
        let metadata = fs::metadata(&self.log.log).ok()?;
        Some((metadata.len(), metadata.modified().ok()?))
    }

    /// Replaces the store by an empty one, which the explorer then opens.
    fn start_again(&mut self) -> Message {
        match self.log.scratch.start_again() {
            Ok(()) => Message::LogReplaced,
            Err(error) => Message::ImportEnded(format!("the log is another one now, and: {error:#}")),
        }
    }
}

fn reached(progress: &ImportProgress) -> RunningImport {
    let percent = progress.n_bytes_total.filter(|total| *total > 0).map(|total| {
        let percent = u128::from(progress.n_bytes) * 100 / u128::from(total);
        u8::try_from(percent.min(100)).unwrap_or(100)
    });
    RunningImport { n_events: progress.n_events, n_bad: progress.n_bad, percent }
}

fn notice_of(report: &ImportReport) -> String {
    let (n_events, bad) = (report.n_events, bad_words(report));
    let behind = report.behind_note("the log").map_or_else(String::new, |note| format!(" · {note}"));
    let how = match (report.was_cancelled, n_events) {
        (true, _) => format!("stopped after {}", counted(n_events, "event")),
        (false, 0) => "nothing new".to_owned(),
        (false, _) => format!("read {}", counted(n_events, "event")),
    };
    let found = report.found.as_ref().map_or_else(String::new, |found| format!(" · read as: {found}"));
    let times = report.times_note("the log").map_or_else(String::new, |note| format!(" · {note}"));
    let table = report.table.as_ref().map_or_else(String::new, |note| format!(" · {note}"));
    format!("{how}{bad}{behind}{times}{found}{table}")
}

/// The number of bad lines and the reason of the first one, to be appended to a sentence.
fn bad_words(report: &ImportReport) -> String {
    match (report.n_bad, report.bad.first()) {
        (0, _) | (_, None) => String::new(),
        (1, Some(first)) => format!(" · line {} is bad: {}", first.line, first.why),
        (n, Some(first)) => {
            format!(" · {}, the first is line {}: {}", counted(n, "bad line"), first.line, first.why)
        }
    }
}
