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

/// How long a program that is continued behind another waits before it takes that up: the shell that ends continues what it
/// has asked to end, and both signals must be seen before the program stops again.
const BEHIND_WAIT: Duration = Duration::from_millis(50);

/// Starts the thread that turns signals into messages: SIGTERM, SIGHUP, SIGINT and SIGQUIT end the program in good order,
/// SIGTSTP suspends it, and SIGCONT has it take the terminal again. SIGSTOP cannot be caught; SIGTTIN and SIGTTOU are not,
/// because the system sends them while the terminal is another job's, when there is nothing to give back. After these too
/// comes SIGCONT.
///
/// # Errors
/// The system does not let the signals be taken.
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

/// A token that is cancelled when the system, or Ctrl-C, asks the program to end: for verbs that have something to put in order
/// first. Asked a second time, the program ends at once, with this exit code.
///
/// # Errors
/// The system does not let the signals be taken.
pub fn cancelled(code_at_once: u8) -> Result<Cancel> {
    let cancel = Cancel::new();
    for signal in [SIGTERM, SIGHUP, SIGINT] {
        // In this order: the first time the flag is still down.
        flag::register_conditional_shutdown(signal, code_at_once.into(), cancel.flag())
            .and_then(|_| flag::register(signal, cancel.flag()))
            .context("could not listen to signals")?;
    }
    Ok(cancel)
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
