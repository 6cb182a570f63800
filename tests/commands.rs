//! Commands reach the log whole, once, and decided on what stands in it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends with the first thing that is not as it says"
)]

#[path = "commands/appended.rs"]
mod appended;
#[path = "commands/given.rs"]
mod given;
#[path = "commands/once.rs"]
mod once;
#[path = "commands/overtaken.rs"]
mod overtaken;
mod support;
