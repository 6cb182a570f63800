//! The finder: searches the log in the background, in both directions from the playhead, with progress and cancel.
//!
//! Its files:
//!
//! - `searching.rs`: one search: the part of the log that it covers, and the hits in a piece of it
//! - `sides.rs`: a search in both directions from a place, until the two meet

pub mod searching;
mod sides;

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use anyhow::Result;

use crate::domain::event::GlobalPosition;
use crate::replay::matcher::Matcher;
use crate::runtime::finder::searching::{Scope, Searcher, start_in};
use crate::runtime::finder::sides::Sides;
use crate::store::EventReader;
use crate::store::sqlite::SqliteStore;
use crate::tui::effect::{FindNextQuestion, FindQuestion};
use crate::tui::message::Message;
use crate::tui::model::hits::{HitsCame, RingPart};

/// The searches of one explorer: at most one for all hits is under way, and one for the next hit.
#[derive(Debug)]
pub struct Finder {
    path: PathBuf,
    inbox: Sender<Message>,
    /// The ticket of the search that is wanted; 0 = none.
    all: Arc<AtomicU64>,
    next: Arc<AtomicU64>,
    /// Those under way, and those before them that have not noticed yet that they are not wanted any more.
    threads: RefCell<Vec<JoinHandle<()>>>,
}

impl Finder {
    /// Searches this store, with connections of its own for each search, and tells through the inbox.
    pub fn new(path: &Path, inbox: Sender<Message>) -> Self {
        let (all, next) = (Arc::default(), Arc::default());
        Self { path: path.to_path_buf(), inbox, all, next, threads: RefCell::default() }
    }

    /// Begins a search for all hits; one under way stops.
    pub fn find(&self, ticket: u64, question: FindQuestion) {
        let failed = move |why| Message::FindFailed(ticket, why);
        self.begin(&self.all, ticket, failed, move |path, is_wanted, tell| {
            find(path, &question, is_wanted, &mut |came| tell(Message::HitsCame(ticket, Box::new(came))))
        });
    }

    /// Begins a search for the next hit; one under way stops.
    pub fn find_next(&self, ticket: u64, question: FindNextQuestion) {
        self.begin(&self.next, ticket, Message::Failed, move |path, is_wanted, tell| {
            let found = find_next(&SqliteStore::open_read_only(path)?, &question, is_wanted)?;
            tell(Message::FoundNext(ticket, found));
            Ok(())
        });
    }

    fn begin(
        &self,
        current: &Arc<AtomicU64>,
        ticket: u64,
        failed: impl FnOnce(String) -> Message + Send + 'static,
        search: impl FnOnce(&Path, &(dyn Fn() -> bool + Sync), &dyn Fn(Message)) -> Result<()> + Send + 'static,
    ) {
        current.store(ticket, Ordering::Relaxed);
        let (path, inbox, current) = (self.path.clone(), self.inbox.clone(), Arc::clone(current));
        let thread = thread::spawn(move || {
            let is_wanted = || current.load(Ordering::Relaxed) == ticket;
            // Nobody listens any more when the program is ending.
            let tell = |message| drop(inbox.send(message));
            if let Err(error) = search(&path, &is_wanted, &tell) {
                tell(failed(format!("could not search: {error:#}")));
            }
        });
        let mut threads = self.threads.borrow_mut();
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
    }

    /// Stops what is under way.
    pub fn stop(&self) {
        self.all.store(0, Ordering::Relaxed);
        self.next.store(0, Ordering::Relaxed);
    }

    /// Stops searching, and waits until the store is closed.
    pub fn stop_and_wait(self) {
        self.stop();
        for thread in self.threads.into_inner() {
            drop(thread.join());
        }
    }
}

/// Tells all hits, the nearest first, until it is not wanted any more: one thread searches on towards the head and, past
/// it, from the beginning; another searches back; in the end they meet.
///
/// # Errors
/// The store cannot be opened or read.
pub fn find(
    path: &Path,
    question: &FindQuestion,
    is_wanted: &(dyn Fn() -> bool + Sync),
    tell: &mut dyn FnMut(HitsCame),
) -> Result<()> {
    let store = SqliteStore::open_read_only(path)?;
    let within = question.after.number() + 1..=question.head.number();
    let FindQuestion { search, around, after, head } = question;
    let scope = Scope::of(&store, search, within)?;
    // What has been appended is searched from its beginning on, wherever the playhead is: what counts as searched begins
    // and ends with it.
    let (from, whole) = if *after == GlobalPosition::START {
        (*around, RingPart { first: around.plus(1), last: *around })
    } else {
        (*after, RingPart { first: after.plus(1), last: *head })
    };
    let start = start_in(&store, search, from)?;
    Sides::new(&scope, start, whole, *head).search(path, search, is_wanted, tell)
}

/// The next hit beyond a position; past the end of the log the search goes on at its other end, and ends with the event
/// at that position. `None` where there is none, or when it is not wanted any more.
///
/// # Errors
/// The store's own.
pub fn find_next(
    store: &SqliteStore,
    question: &FindNextQuestion,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Option<GlobalPosition>> {
    let FindNextQuestion { search, from, is_forward } = question;
    let scope = Scope::of(store, search, 1..=store.head()?.number())?;
    let mut searcher = Searcher::new(store, Matcher::new(search)?);
    let start = start_in(store, search, *from)?;
    // Going back, the event at the position itself is the last to be looked at.
    let start = if *is_forward { start } else { start_in(store, search, from.minus(1))? };
    let pieces = sides::pieces_around(&scope.numbers, start);
    let n = pieces.len();
    for nth in 0..n {
        let Some(piece) = pieces.get(if *is_forward { nth } else { n - 1 - nth }) else { break };
        if !is_wanted() {
            break;
        }
        let mut found = None;
        searcher.hits(scope.stream, piece, is_wanted, |hit| {
            found = Some(hit.position);
            if *is_forward { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if found.is_some() {
            return Ok(found.filter(|_| is_wanted()));
        }
    }
    Ok(None)
}
