//! Searching the log beside the screen, with progress and a way to stop.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use anyhow::Result;

use crate::domain::event::{GlobalPosition, RecordedEvent};
use crate::store::sqlite::SqliteStore;
use crate::store::{Direction, EventReader};
use crate::tui::effect::FindQuestion;
use crate::tui::message::Message;

/// How many events are read between two looks at whether the search still goes on: some milliseconds' worth.
const CHUNK_EVENTS: usize = 5_000;

/// The searches of one explorer: at most one is under way.
#[derive(Debug)]
pub struct Finder {
    path: PathBuf,
    inbox: Sender<Message>,
    current: Arc<AtomicU64>,
    /// The search under way, and those before it that have not noticed yet that they are not wanted any more.
    threads: RefCell<Vec<JoinHandle<()>>>,
}

impl Finder {
    /// Searches this store, with a connection for each search, and tells through the inbox.
    pub fn new(path: &Path, inbox: Sender<Message>) -> Self {
        Self {
            path: path.to_path_buf(),
            inbox,
            current: Arc::new(AtomicU64::new(0)),
            threads: RefCell::default(),
        }
    }

    /// Begins a search; one under way stops.
    pub fn find(&self, ticket: u64, question: FindQuestion) {
        self.current.store(ticket, Ordering::Relaxed);
        let (path, inbox, current) = (self.path.clone(), self.inbox.clone(), Arc::clone(&self.current));
        let thread = thread::spawn(move || {
            let is_wanted = || current.load(Ordering::Relaxed) == ticket;
            let progress = |at| drop(inbox.send(Message::FindReached(ticket, at)));
            let store = SqliteStore::open_read_only(&path).map_err(anyhow::Error::from);
            let found = store.and_then(|store| search(&store, &question, is_wanted, progress));
            let message = match found {
                Ok(found) => Message::Found(ticket, found),
                Err(error) => Message::FindFailed(ticket, format!("could not search: {error:#}")),
            };
            // Nobody listens any more when the program is ending.
            drop(inbox.send(message));
        });
        let mut threads = self.threads.borrow_mut();
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
    }

    /// Stops the search under way.
    pub fn stop(&self) {
        self.current.store(0, Ordering::Relaxed);
    }

    /// Stops searching, and waits until the store is closed.
    pub fn stop_and_wait(self) {
        self.stop();
        for thread in self.threads.into_inner() {
            drop(thread.join());
        }
    }
}

/// The next event beyond `from` that holds the text; past the end of the log the search goes on at its other end, and
/// ends with the event at `from`. `None` where there is none, or when it is not wanted any more.
///
/// # Errors
/// The store's own.
pub fn search(
    store: &dyn EventReader,
    question: &FindQuestion,
    is_wanted: impl Fn() -> bool,
    progress: impl Fn(GlobalPosition),
) -> Result<Option<GlobalPosition>> {
    let needle = question.text.to_lowercase();
    let direction = if question.is_forward { Direction::Forward } else { Direction::Backward };
    let beyond = |at: GlobalPosition| if question.is_forward { at.plus(1) } else { at.minus(1) };
    let is_past =
        |at: GlobalPosition| if question.is_forward { at > question.from } else { at < question.from };
    let other_end = if question.is_forward { GlobalPosition::new(1) } else { store.head()? };
    for (begin, is_second) in [(beyond(question.from), false), (other_end, true)] {
        let mut from = begin;
        // The second way round ends where the first began.
        while is_wanted() && from > GlobalPosition::START && !(is_second && is_past(from)) {
            let events = store.read_all(from, direction, CHUNK_EVENTS)?;
            let Some(last) = events.last() else { break };
            from = beyond(last.position);
            if let Some(hit) = events.iter().find(|event| holds(event, &needle)) {
                return Ok(Some(hit.position));
            }
            progress(from);
        }
    }
    Ok(None)
}

/// Whether an event's type, stream or data holds the text, which is in lower case.
fn holds(event: &RecordedEvent, needle: &str) -> bool {
    let parts = [event.event_type.as_str(), event.stream.as_str(), event.data.as_str()];
    parts.into_iter().any(|part| contains_in_any_case(part, needle))
}

fn contains_in_any_case(text: &str, needle: &str) -> bool {
    if text.is_ascii() && needle.is_ascii() {
        let (text, needle) = (text.as_bytes(), needle.as_bytes());
        return text.windows(needle.len().max(1)).any(|window| window.eq_ignore_ascii_case(needle));
    }
    text.to_lowercase().contains(needle)
}
