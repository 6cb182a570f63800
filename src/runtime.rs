//! The loop: the only room with threads, channels and clocks.
//!
//! Its files:
//!
//! - `command_time.rs`: the time of a command's events: the machine's clock, or in the sample bank the time after its last event
//! - `finder.rs`: the finder: searches the log in the background, in both directions from the playhead, with progress and cancel
//! - `fold_process.rs`: a fold that runs in a program of the user's: a client of the protocol that child processes speak
//! - `importer.rs`: the importer: reads a log into its scratch store while the explorer runs
//! - `late.rs`: the count of late events that an answer by time leaves out
//! - `learning.rs`: the learning of a domain from a whole log: how its streams are grouped, and what its events show
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
pub mod fold_process;
pub mod importer;
pub mod late;
pub mod learning;
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

/// The most messages taken between two checks for a due frame: a flood of messages must not starve the screen.
const MESSAGES_A_FRAME_MAX: usize = 1_000;

/// Counts of the loop's activity, by which idleness is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turns {
    /// Number of wake-ups.
    pub n_wakes: u64,
    /// Number of frames drawn.
    pub n_frames: u64,
}

/// The next step of the loop after an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopStep {
    /// It continues.
    GoOn,
    /// The program ends.
    End,
    /// The log is opened again.
    OpenAgain,
}

/// The loop. It sleeps until a message arrives, the playhead is due to move, or a frame is due; it takes messages into
/// the model, hands out effects, and draws when it is time ([`Frames`]). It ends when an effect says so, or when
/// nothing can wake it any more. Returns the reason, and the counts of its activity.
///
/// # Errors
/// Errors of drawing or of handing out.
pub fn run(
    model: &mut Model,
    inbox: &Receiver<Message>,
    mut draw: impl FnMut(&Model) -> Result<()>,
    mut hand_out: impl FnMut(Effect) -> Result<LoopStep>,
) -> Result<(LoopStep, Turns)> {
    let mut turns = Turns::default();
    let mut last_tick = Instant::now();
    let mut frames = Frames::new(last_tick);
    loop {
        let first = match wait(model, inbox, &mut last_tick, frames.due(model.is_answered())) {
            WakeCause::By(message) => Some(message),
            WakeCause::ForFrame => None,
            WakeCause::Disconnected => {
                if frames.due(true).is_some() {
                    draw(model)?;
                    turns.n_frames += 1;
                }
                return Ok((LoopStep::End, turns));
            }
        };
        turns.n_wakes += 1;
        let rest = first.is_some().then(|| inbox.try_iter().take(MESSAGES_A_FRAME_MAX));
        for message in first.into_iter().chain(rest.into_iter().flatten()) {
            frames.heard(Instant::now(), message.is_waited_on());
            for effect in update(model, message) {
                let next = hand_out(effect)?;
                if next != LoopStep::GoOn {
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

/// Why the loop woke up.
enum WakeCause {
    By(Message),
    ForFrame,
    /// Nobody is left who could send a message.
    Disconnected,
}

/// Sleeps until a message arrives or a frame is due.
fn wait(
    model: &Model,
    inbox: &Receiver<Message>,
    last_tick: &mut Instant,
    frame_due: Option<Instant>,
) -> WakeCause {
    let tick_due = due(model).map(|due_in| *last_tick + due_in);
    let next = tick_due.into_iter().chain(frame_due).min();
    let received = match next {
        Some(next) => inbox.recv_timeout(next.saturating_duration_since(Instant::now())),
        None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    if tick_due.is_none() {
        // The playhead does not make up for time in which it did not move by itself.
        *last_tick = Instant::now();
    }
    match received {
        Ok(message) => WakeCause::By(message),
        Err(RecvTimeoutError::Timeout) if tick_due == next => {
            let elapsed = last_tick.elapsed();
            *last_tick = Instant::now();
            WakeCause::By(Message::Ticked(elapsed))
        }
        Err(RecvTimeoutError::Timeout) => WakeCause::ForFrame,
        Err(RecvTimeoutError::Disconnected) => WakeCause::Disconnected,
    }
}
