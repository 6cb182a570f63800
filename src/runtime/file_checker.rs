//! Checking the read model's file beside the screen, once, when it was written since the last check.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use crate::read_model::file_check::{Extent, file_fault};
use crate::read_model::location::Location;
use crate::tui::message::Message;

/// The thread that checks: about a second of work for a million events, and none where nobody has written.
#[derive(Debug)]
pub struct FileChecker {
    is_cancelled: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl FileChecker {
    /// Checks the current generation at this place, on a connection of its own; only damage is told through the inbox.
    pub fn start(location: &Location, inbox: Sender<Message>) -> Self {
        let is_cancelled = Arc::new(AtomicBool::new(false));
        let (location, stopped) = (location.clone(), Arc::clone(&is_cancelled));
        let thread = thread::spawn(move || {
            // What cannot be read at all those say who read it for an answer.
            if let Ok(Some(wrong)) = file_fault(&location, Extent::Whole, &stopped) {
                // Nobody listens any more when the program is ending.
                drop(inbox.send(Message::ReadModelDamaged(wrong)));
            }
        });
        Self { is_cancelled, thread }
    }

    /// Ends, and waits until the file is closed.
    pub fn stop_and_wait(self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
        drop(self.thread.join());
    }
}
