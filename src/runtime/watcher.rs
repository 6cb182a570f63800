//! The watcher: notices appends of other processes by one cheap question, four times a second.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::domain::event::{GlobalPosition, Timestamp};
use crate::domain::moment::Moment;
use crate::runtime::position::reach;
use crate::store::EventReader;
use crate::store::log::LogReader;
use crate::tui::message::Message;

/// The interval in which appends of other processes are noticed. Four queries a second have no measurable cost.
pub const POLL: Duration = Duration::from_millis(250);

/// Starts the thread that watches a log. It ends when `stop` is dropped.
pub fn start(store: Box<dyn LogReader>, stop: Receiver<()>, inbox: Sender<Message>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut watcher = Watcher { store, seen: None, n_mappings: None, first_clock: None };
        let mut reported = None;
        loop {
            let messages = match watcher.look() {
                Ok(news) => {
                    reported = None;
                    news
                }
                Err(error) => {
                    // Trouble that lasts is reported once.
                    let why = format!("{error:#}");
                    let is_news = reported.as_ref() != Some(&why);
                    reported = Some(why.clone());
                    is_news.then_some(Message::Failed(why)).into_iter().collect()
                }
            };
            if messages.into_iter().any(|message| inbox.send(message).is_err()) {
                return;
            }
            match stop.recv_timeout(POLL) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    })
}

struct Watcher {
    store: Box<dyn LogReader>,
    seen: Option<(i64, GlobalPosition)>,
    /// The number of the newest mapping at the last look.
    n_mappings: Option<u64>,
    first_clock: Option<Timestamp>,
}

impl Watcher {
    /// The messages for a log that has grown or has another mapping since the last look.
    fn look(&mut self) -> Result<Vec<Message>> {
        self.store.check_place()?;
        let version = self.store.data_version().context("could not see whether the log has grown")?;
        if self.seen.is_some_and(|(seen, _)| seen == version) {
            return Ok(Vec::new());
        }
        let n_mappings = self.store.n_mappings()?;
        let is_read_otherwise = self.n_mappings.replace(n_mappings).is_some_and(|seen| seen != n_mappings);
        let mut news: Vec<_> = is_read_otherwise.then_some(Message::MappingsChanged).into_iter().collect();
        let head = self.store.head()?;
        let is_new = self.seen.is_none_or(|(_, seen)| seen != head);
        self.seen = Some((version, head));
        if !is_new {
            return Ok(news);
        }
        let moved = head_moved(&*self.store, head, self.first_clock)?;
        if let Message::HeadMoved { first_clock, .. } = &moved {
            self.first_clock = *first_clock;
        }
        news.push(moved);
        Ok(news)
    }
}

/// The message about the head. `first_clock` is the clock of the first event that has a time, if known.
///
/// # Errors
/// Errors of the store.
pub fn head_moved(
    store: &dyn EventReader,
    head: GlobalPosition,
    first_clock: Option<Timestamp>,
) -> Result<Message> {
    let clock = store.clock_at(head)?;
    let first_clock = match (first_clock, clock) {
        (Some(first), _) => Some(first),
        (None, Some(_)) => {
            // The clock of the first event that has one: that after the last that is before all time.
            let before = store.position_at(Timestamp::MIN)?;
            store.clock_at(store.nth(before, 1)?)?
        }
        (None, None) => None,
    };
    Ok(Message::HeadMoved { head: reach(store, Moment { position: head, clock })?, first_clock })
}
