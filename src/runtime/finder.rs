//! The finder: searches the log in the background, in both directions from the playhead, with progress and cancel.
//!
//! Its files:
//!
//! - `pieces.rs`: the pieces of a search: parts of a log of about the same number of events, in order of distance from a place
//! - `searching.rs`: one search: the part of the log that it covers, and the hits in a piece of it
//! - `sides.rs`: a search in both directions from a place, until the two meet

mod pieces;
pub mod searching;
mod sides;

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use anyhow::Result;

use crate::cancel::{Cancel, Cancelled, NewestTask, OrCancelled};
use crate::domain::event::GlobalPosition;
use crate::replay::matcher::Matcher;
use crate::runtime::finder::pieces::SearchPieces;
use crate::runtime::finder::searching::{Scope, Searcher, start_in};
use crate::runtime::finder::sides::TwoWaySearch;
use crate::store::log::{Log, LogReader};
use crate::tui::message::Message;
use crate::tui::questions::Answer;
use crate::tui::questions::find::{FindQuestion, NewHits, NextHitQuestion, RingPart};

/// The searches of one explorer: at most one for all hits and one for the next hit run at a time.
pub struct Finder {
    log: Arc<dyn Log>,
    inbox: Sender<Message>,
    /// The searches for all hits.
    all: NewestTask,
    /// The searches for the next hit.
    next: NewestTask,
    /// The running threads, including those that have not noticed yet that they were cancelled.
    threads: RefCell<Vec<JoinHandle<()>>>,
}

impl Finder {
    /// Searches this log, with connections of its own for each search, and reports to the inbox.
    pub fn new(log: Arc<dyn Log>, inbox: Sender<Message>) -> Self {
        let (all, next) = (NewestTask::default(), NewestTask::default());
        Self { log, inbox, all, next, threads: RefCell::default() }
    }

    /// Begins a search for all hits; the previous one stops.
    pub fn find(&self, ticket: u64, question: FindQuestion) {
        let failed = move |why| Message::Answered(ticket, Answer::NoSearch(why));
        self.begin(&self.all, failed, move |log, cancel, report| {
            find(log, &question, cancel, &mut |came| {
                report(Message::Answered(ticket, Answer::Hits(Box::new(came))));
            })
        });
    }

    /// Begins a search for the next hit; the previous one stops.
    pub fn find_next(&self, ticket: u64, question: NextHitQuestion) {
        self.begin(&self.next, Message::Failed, move |log, cancel, report| {
            let found = find_next(&*log.reader()?, &question, cancel)?;
            if let Ok(found) = found {
                report(Message::Answered(ticket, Answer::NextHit(found)));
            }
            Ok(())
        });
    }

    fn begin(
        &self,
        newest: &NewestTask,
        failed: impl FnOnce(String) -> Message + Send + 'static,
        search: impl FnOnce(&dyn Log, &Cancel, &dyn Fn(Message)) -> Result<()> + Send + 'static,
    ) {
        let cancel = newest.replace();
        let (log, inbox) = (Arc::clone(&self.log), self.inbox.clone());
        let thread = thread::spawn(move || {
            // When the program is ending, there is no receiver.
            let report = |message| drop(inbox.send(message));
            if let Err(error) = search(&*log, &cancel, &report) {
                report(failed(format!("could not search: {error:#}")));
            }
        });
        let mut threads = self.threads.borrow_mut();
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
    }

    /// Stops all searches.
    pub fn stop(&self) {
        self.all.cancel();
        self.next.cancel();
    }

    /// Stops all searches, and waits until their connections are closed.
    pub fn stop_and_wait(self) {
        self.stop();
        for thread in self.threads.into_inner() {
            drop(thread.join());
        }
    }
}

/// Reports all hits, the nearest first. One thread searches towards the head and continues from the beginning, another
/// searches backward, until they meet.
///
/// # Errors
/// The store cannot be opened or read.
pub fn find(
    log: &dyn Log,
    question: &FindQuestion,
    cancel: &Cancel,
    report: &mut dyn FnMut(NewHits),
) -> Result<()> {
    let store = log.reader()?;
    let within = question.after.number() + 1..=question.head.number();
    let FindQuestion { search, around, after, head } = question;
    let scope = Scope::of(&*store, search, within)?;
    // The search continues at the first new event, wherever the playhead is: the searched part of the log has to stay
    // one range.
    let (from, whole) = if *after == GlobalPosition::START {
        (*around, RingPart { first: around.plus(1), last: *around })
    } else {
        (*after, RingPart { first: after.plus(1), last: *head })
    };
    let start = start_in(&*store, search, from)?;
    TwoWaySearch::of(&*store, &scope, start, whole, *head)?.search(log, search, cancel, report)
}

/// The next hit after a position. At an end of the log the search continues at the other end, and it ends with the
/// event at the position itself. `None` if there is no hit.
///
/// # Errors
/// Errors of the store.
pub fn find_next(
    store: &dyn LogReader,
    question: &NextHitQuestion,
    cancel: &Cancel,
) -> Result<OrCancelled<Option<GlobalPosition>>> {
    let NextHitQuestion { search, from, is_forward } = question;
    let scope = Scope::of(store, search, 1..=store.head()?.number())?;
    let mut searcher = Searcher::new(store, Matcher::new(search)?);
    let start = start_in(store, search, *from)?;
    // Backward, the event at the position itself comes last.
    let start = if *is_forward { start } else { start_in(store, search, from.minus(1))? };
    let pieces = SearchPieces::around(store, &scope, start)?;
    let n = pieces.n();
    for nth in 0..n {
        let Some(piece) = pieces.nth(store, if *is_forward { nth } else { n - 1 - nth })? else { break };
        if cancel.is_cancelled() {
            return Ok(Err(Cancelled));
        }
        let mut found = None;
        searcher.hits(scope.stream, &piece, cancel, |hit| {
            found = Some(hit.position);
            if *is_forward { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if found.is_some() {
            return Ok(cancel.check().map(|()| found));
        }
    }
    Ok(Ok(None))
}
