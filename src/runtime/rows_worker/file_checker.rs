//! The check of the read model's file in the background, once after each write.

use std::sync::mpsc::{Sender, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use crate::cancel::Cancel;
use crate::read_model::engine::file_check::{Extent, file_fault};
use crate::read_model::engine::location::Location;
use crate::tui::message::Message;

/// The thread that checks the file: about a second of work for a million events, and none if nobody has written since.
#[derive(Debug)]
pub struct FileChecker {
    begins: SyncSender<()>,
    cancel: Cancel,
    thread: JoinHandle<()>,
}

impl FileChecker {
    /// Starts the thread. After [`FileChecker::beginning`] it checks the current generation on a connection of its own,
    /// and reports only damage to the inbox.
    pub fn start(location: &Location, inbox: Sender<Message>) -> Self {
        let (begins, begun) = sync_channel(1);
        let cancel = Cancel::new();
        let (location, cancelled) = (location.clone(), cancel.clone());
        let thread = thread::spawn(move || {
            if begun.recv().is_err() {
                return;
            }
            // A file that cannot be read at all is reported by the questions that need it.
            if let Ok(Some(wrong)) = file_fault(&location, Extent::Whole, &cancelled) {
                // When the program is ending, there is no receiver.
                drop(inbox.send(Message::ReadModelDamaged(wrong)));
            }
        });
        Self { begins, cancel, thread }
    }

    /// A function that starts the check. Call it once the projector has opened the file, or has replaced it.
    pub fn beginning(&self) -> impl Fn() + Send + use<> {
        let begins = self.begins.clone();
        // If it has begun already, or ended, the call is ignored.
        move || _ = begins.try_send(())
    }

    /// Ends the thread, and waits until the file is closed.
    pub fn stop_and_wait(self) {
        self.cancel.cancel();
        _ = self.begins.try_send(());
        drop(self.thread.join());
    }
}
