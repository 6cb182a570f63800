//! The check of the read model's file in the background, once after each write.

use std::sync::mpsc::{Sender, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use crate::cancel::Cancel;
use crate::read_model::engine::file_check::{Extent, file_fault};
use crate::read_model::engine::location::Location;
use crate::tui::message::Message;

/// The thread that checks: about a second of work for a million events, and none where nobody has written.
#[derive(Debug)]
pub struct FileChecker {
    begins: SyncSender<()>,
    cancel: Cancel,
    thread: JoinHandle<()>,
}

impl FileChecker {
    /// Starts the thread. Once [`FileChecker::beginning`] is called, it checks the current generation on a connection of its
    /// own, and sends only damage to the inbox.
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
                // Nobody listens any more when the program is ending.
                drop(inbox.send(Message::ReadModelDamaged(wrong)));
            }
        });
        Self { begins, cancel, thread }
    }

    /// A function that lets it begin: to be called once the projector has opened the file, and has replaced one that it could
    /// not go on from.
    pub fn beginning(&self) -> impl Fn() + Send + use<> {
        let begins = self.begins.clone();
        // One that has begun already, or ended, does not mind.
        move || _ = begins.try_send(())
    }

    /// Ends, and waits until the file is closed.
    pub fn stop_and_wait(self) {
        self.cancel.cancel();
        _ = self.begins.try_send(());
        drop(self.thread.join());
    }
}
