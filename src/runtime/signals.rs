//! What the system says to the program.

use std::sync::mpsc::Sender;
use std::thread;

use anyhow::{Context, Result};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::tui::message::Message;

/// Starts the thread that turns signals into messages: SIGTERM, SIGHUP, SIGINT and SIGQUIT end the program in good order, SIGCONT draws
/// the screen anew.
///
/// # Errors
/// The system does not let the signals be taken.
pub fn start(inbox: Sender<Message>) -> Result<()> {
    let mut signals =
        Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGCONT]).context("could not listen to signals")?;
    thread::spawn(move || {
        for signal in signals.forever() {
            let message = if signal == SIGCONT { Message::Resumed } else { Message::Terminated };
            if inbox.send(message).is_err() {
                return;
            }
        }
    });
    Ok(())
}
