//! Commands reach the log whole, once, and decided on what stands in it.

#[path = "commands/appended.rs"]
mod appended;
#[path = "commands/given.rs"]
mod given;
#[path = "commands/once.rs"]
mod once;
#[path = "commands/overtaken.rs"]
mod overtaken;
mod support;
