//! The decider: given a history, a command leads to certain events, or a rule refuses it.

#[path = "decider/commands.rs"]
mod commands;
#[path = "decider/laws.rs"]
mod laws;
#[path = "decider/limits.rs"]
mod limits;
#[path = "decider/rules.rs"]
mod rules;
#[path = "decider/scene.rs"]
mod scene;
mod support;
