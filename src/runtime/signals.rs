//! What the system says to the program.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Sender;
use std::thread;

use anyhow::{Context, Result};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
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

/// What becomes true when the system, or Ctrl-C, asks the program to end: for verbs that have something to put in order
/// first. Asked a second time, the program ends at once, with this exit code.
///
/// # Errors
/// The system does not let the signals be taken.
pub fn cancelled(code_at_once: u8) -> Result<Arc<AtomicBool>> {
    let is_cancelled = Arc::<AtomicBool>::default();
    for signal in [SIGTERM, SIGHUP, SIGINT] {
        // In this order: the first time the flag is still down.
        flag::register_conditional_shutdown(signal, code_at_once.into(), Arc::clone(&is_cancelled))
            .and_then(|_| flag::register(signal, Arc::clone(&is_cancelled)))
            .context("could not listen to signals")?;
    }
    Ok(is_cancelled)
}

/// Has a write beyond the largest size that a file may have (`ulimit -f`) fail like one on a full disk: by itself the system
/// would end the program there and then, with a message to nobody.
///
/// # Errors
/// The system does not let the signal be taken.
pub fn survive_file_size_limit() -> Result<()> {
    flag::register(SIGXFSZ, Arc::default()).context("could not listen to signals")?;
    Ok(())
}
