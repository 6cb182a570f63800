//! The shell around the screen: terminal, input, frames, and the threads that answer.
//!
//! Its files:
//!
//! - `drawing.rs`: frames on their way to the terminal, with its sixteen colours in codes that every terminal knows
//! - `explorer.rs`: the explorer: a log, a screen, and the threads between them
//! - `frames.rs`: the time to draw: after a short wait for the answer to the last key, and at most 60 frames a second
//! - `headless.rs`: the explorer without a terminal: each effect is answered before the next key
//! - `input.rs`: terminal input, as messages
//! - `outbox.rs`: the outbox: the jobs that wait for a worker. A newer question of a kind cancels the one before
//! - `signals.rs`: signals of the operating system
//! - `terminal.rs`: the terminal: taken over, and restored however the program ends

pub mod drawing;
pub mod explorer;
pub mod frames;
pub mod headless;
pub mod input;
pub mod outbox;
pub mod signals;
pub mod terminal;
