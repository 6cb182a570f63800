//! Commands: each reaches the log whole and once, decided on the log's present content.

#[path = "commands/appended.rs"]
mod appended;
#[path = "commands/given.rs"]
mod given;
#[path = "commands/made_up.rs"]
mod made_up;
#[path = "commands/once.rs"]
mod once;
#[path = "commands/overtaken.rs"]
mod overtaken;
mod support;
