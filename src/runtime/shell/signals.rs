//! Signals of the operating system.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use crate::cancel::Cancel;
use crate::runtime::shell::terminal::is_in_front;
use crate::tui::message::Message;

/// How long the program waits before it acts on being continued in the background: a shell that ends also continues the
/// jobs that it has asked to end, and both signals must be seen before the program stops again.
const BEHIND_WAIT: Duration = Duration::from_millis(50);

/// Starts the thread that turns signals into messages. SIGTERM, SIGHUP, SIGINT and SIGQUIT end the program in good
/// order, SIGTSTP suspends it, and after SIGCONT it takes the terminal again. SIGSTOP cannot be caught. SIGTTIN and
/// SIGTTOU are not, because the system sends them while another job has the terminal, when there is nothing to give
/// back. SIGCONT follows these as well.
///
/// # Errors
/// The system refuses to deliver the signals.
pub fn start(inbox: Sender<Message>) -> Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])
        .context("could not listen to signals")?;
    thread::spawn(move || {
        loop {
            let mut came: Vec<_> = signals.wait().collect();
            if came.contains(&SIGCONT) && !is_in_front() {
                thread::sleep(BEHIND_WAIT);
                came.extend(signals.pending());
            }
            let mut messages: Vec<Message> = came.into_iter().map(message_of).collect();
            messages.sort_by_key(|message| *message != Message::Terminated);
            if messages.into_iter().any(|message| inbox.send(message).is_err()) {
                return;
            }
        }
    });
    Ok(())
}

fn message_of(signal: i32) -> Message {
    match signal {
        SIGTSTP => Message::Suspended,
        SIGCONT => Message::Resumed,
        _ => Message::Terminated,
    }
}

/// A token that is cancelled when the system, or Ctrl-C, asks the program to end, for verbs that have to clean up
/// first. At the second request the program ends at once, with this exit code.
///
/// # Errors
/// The system refuses to deliver the signals.
pub fn cancelled(code_at_once: u8) -> Result<Cancel> {
    let cancel = Cancel::new();
    for signal in [SIGTERM, SIGHUP, SIGINT] {
        // In this order, because the flag must still be unset the first time.
        flag::register_conditional_shutdown(signal, code_at_once.into(), cancel.flag())
            .and_then(|_| flag::register(signal, cancel.flag()))
            .context("could not listen to signals")?;
    }
    Ok(cancel)
}

/// Makes a write beyond the largest allowed size of a file (`ulimit -f`) fail like one on a full disk. By default the
/// system would end the program at once, without a message.
///
/// # Errors
/// The system refuses to deliver the signal.
pub fn survive_file_size_limit() -> Result<()> {
    flag::register(SIGXFSZ, Arc::default()).context("could not listen to signals")?;
    Ok(())
}
