//! The loop: the only room with threads, channels and clocks.
//!
//! Its files:
//!
//! - `command_time.rs`: the time of a command's events: the machine's clock, or in the sample bank the time after its last event
//! - `finder.rs`: the finder: searches the log in the background, in both directions from the playhead, with progress and cancel
//! - `importer.rs`: the importer: reads a log into its scratch store while the explorer runs
//! - `late.rs`: the count of late events that an answer by time leaves out
//! - `log_worker.rs`: the log worker: answers the screen's questions to the log, on a thread with its own reader
//! - `position.rs`: the position of a place in history
//! - `projector.rs`: the projector's threads: they project from a bounded queue, or follow another process that projects
//! - `rows_worker.rs`: the rows worker: answers the screen's questions to the read model, on a thread with its own connection
//! - `shell.rs`: the shell around the screen: terminal, input, frames, and the threads that answer
//! - `verify.rs`: verification: proving a log in the background, and checking a store as a whole
//! - `watcher.rs`: the watcher: notices appends of other processes by one cheap question, four times a second
//! - `whole_fold.rs`: the fold of a whole log up to a position: one thread reads, another folds

pub mod command_time;
pub mod finder;
pub mod importer;
pub mod late;
pub mod log_worker;
pub mod position;
pub mod projector;
pub mod rows_worker;
pub mod shell;
pub mod verify;
pub mod watcher;
pub mod whole_fold;

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Instant;

use anyhow::Result;

use crate::runtime::shell::frames::Frames;
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::update::{due, update};

/// How many messages are taken in before it is seen whether a frame is due: a flood of them must not starve the screen.
const MESSAGES_A_FRAME_MAX: usize = 1_000;

/// How often the loop did something: what idleness is measured by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turns {
    /// How often it woke up.
    pub n_wakes: u64,
    /// How many frames it drew.
    pub n_frames: u64,
}

/// Whether the loop goes on after an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It does.
    GoOn,
    /// The program ends.
    End,
    /// What is open is to be opened again.
    OpenAgain,
}

/// The loop: sleeps until a message comes, the playhead is due to move or a frame is due, takes in what has come, hands out
/// what the screen wants done, and draws when it is time ([`Frames`]). It ends when an effect says so, or when nothing can wake it any more; answers why,
/// and how often it did something.
///
/// # Errors
/// What drawing or handing out fails with.
pub fn run(
    model: &mut Model,
    inbox: &Receiver<Message>,
    mut draw: impl FnMut(&Model) -> Result<()>,
    mut hand_out: impl FnMut(Effect) -> Result<Next>,
) -> Result<(Next, Turns)> {
    let mut turns = Turns::default();
    let mut last_tick = Instant::now();
    let mut frames = Frames::new(last_tick);
    loop {
        let first = match wait(model, inbox, &mut last_tick, frames.due(model.is_answered())) {
            Woken::By(message) => Some(message),
            Woken::ForFrame => None,
            Woken::Disconnected => {
                if frames.due(true).is_some() {
                    draw(model)?;
                    turns.n_frames += 1;
                }
                return Ok((Next::End, turns));
            }
        };
        turns.n_wakes += 1;
        let rest = first.is_some().then(|| inbox.try_iter().take(MESSAGES_A_FRAME_MAX));
        for message in first.into_iter().chain(rest.into_iter().flatten()) {
            frames.heard(Instant::now(), message.is_waited_on());
            for effect in update(model, message) {
                let next = hand_out(effect)?;
                if next != Next::GoOn {
                    return Ok((next, turns));
                }
            }
        }
        if frames.due(model.is_answered()).is_some_and(|due| due <= Instant::now()) {
            draw(model)?;
            turns.n_frames += 1;
            frames.drew(Instant::now(), model.is_answered());
        }
    }
}

/// Why the loop goes on.
enum Woken {
    By(Message),
    ForFrame,
    /// Nobody is left who could send a message.
    Disconnected,
}

/// Sleeps until there is a message, or a frame is due.
fn wait(
    model: &Model,
    inbox: &Receiver<Message>,
    last_tick: &mut Instant,
    frame_due: Option<Instant>,
) -> Woken {
    let tick_due = due(model).map(|due_in| *last_tick + due_in);
    let next = tick_due.into_iter().chain(frame_due).min();
    let received = match next {
        Some(next) => inbox.recv_timeout(next.saturating_duration_since(Instant::now())),
        None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    if tick_due.is_none() {
        // Time that went by while nothing moved by itself is not owed to the playhead.
        *last_tick = Instant::now();
    }
    match received {
        Ok(message) => Woken::By(message),
        Err(RecvTimeoutError::Timeout) if tick_due == next => {
            let elapsed = last_tick.elapsed();
            *last_tick = Instant::now();
            Woken::By(Message::Ticked(elapsed))
        }
        Err(RecvTimeoutError::Timeout) => Woken::ForFrame,
        Err(RecvTimeoutError::Disconnected) => Woken::Disconnected,
    }
}
