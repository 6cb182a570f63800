//! The real program in a pseudo-terminal: it draws, obeys keys, and restores the terminal however it ends.

#[path = "terminal/colours.rs"]
mod colours;
#[path = "terminal/drawing.rs"]
mod drawing;
#[path = "terminal/given_back.rs"]
mod given_back;
#[path = "terminal/hostile.rs"]
mod hostile;
#[path = "terminal/keys.rs"]
mod keys;
#[path = "terminal/log.rs"]
mod log;
#[path = "terminal/pasting.rs"]
mod pasting;
#[path = "support/pty.rs"]
mod pty;
#[path = "terminal/read_side.rs"]
mod read_side;
#[path = "terminal/rotation.rs"]
mod rotation;
#[path = "terminal/silent.rs"]
mod silent;
#[path = "terminal/stopping.rs"]
mod stopping;
#[path = "terminal/store.rs"]
mod store;
mod support;
#[path = "terminal/write_side.rs"]
mod write_side;
