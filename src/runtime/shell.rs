//! The explorer around the screen: the terminal, its input, its frames, and the threads that answer.
//!
//! Its files:
//!
//! - `drawing.rs`: frames on their way to the terminal, with the sixteen colours in the codes that every terminal knows
//! - `explorer.rs`: the explorer: a store, a screen, and the threads between them
//! - `frames.rs`: when a frame is drawn: with the answer that a person waits for if that comes in time, and no more often than is seen
//! - `headless.rs`: the explorer without a terminal: every effect is answered before the next key
//! - `input.rs`: what the terminal sends, as messages
//! - `outbox.rs`: the effects that wait for a worker: of one kind, the newest
//! - `signals.rs`: what the system says to the program
//! - `terminal.rs`: taking the terminal, and giving it back as it was, however the program ends

pub mod drawing;
pub mod explorer;
pub mod frames;
pub mod headless;
pub mod input;
pub mod outbox;
pub mod signals;
pub mod terminal;
