//! The only place with threads, channels and clocks: the loop.

pub mod asker;
pub mod catching_up;
pub mod explorer;
pub mod finder;
pub mod headless;
pub mod importer;
pub mod input;
pub mod outbox;
pub mod position;
pub mod projector;
pub mod query_worker;
pub mod question;
pub mod rebuilder;
pub mod searching;
pub mod signals;
pub mod store_worker;
pub mod subscription;
pub mod terminal;
pub mod watcher;

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Instant;

use anyhow::Result;

use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::update::{due, update};

/// How many messages are taken in before a frame is drawn: a flood of them must not starve the screen.
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

/// The loop: sleeps until a message comes or the playhead is due to move, takes in what has come, hands out what the
/// screen wants done, and draws once. It ends when an effect says so, or when nothing can wake it any more; answers why,
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
    loop {
        let Some(first) = wait(model, inbox, &mut last_tick) else { return Ok((Next::End, turns)) };
        turns.n_wakes += 1;
        let rest = inbox.try_iter().take(MESSAGES_A_FRAME_MAX);
        for message in std::iter::once(first).chain(rest) {
            for effect in update(model, message) {
                let next = hand_out(effect)?;
                if next != Next::GoOn {
                    return Ok((next, turns));
                }
            }
        }
        draw(model)?;
        turns.n_frames += 1;
    }
}

/// Sleeps until there is a message; `None` when nobody is left who could send one.
fn wait(model: &Model, inbox: &Receiver<Message>, last_tick: &mut Instant) -> Option<Message> {
    let Some(due_in) = due(model) else {
        let message = inbox.recv().ok();
        // Time that went by while nothing moved by itself is not owed to the playhead.
        *last_tick = Instant::now();
        return message;
    };
    let left = due_in.saturating_sub(last_tick.elapsed());
    match inbox.recv_timeout(left) {
        Ok(message) => Some(message),
        Err(RecvTimeoutError::Timeout) => {
            let elapsed = last_tick.elapsed();
            *last_tick = Instant::now();
            Some(Message::Ticked(elapsed))
        }
        Err(RecvTimeoutError::Disconnected) => None,
    }
}
