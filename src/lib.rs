//! foldback: a time machine for event-sourced systems, in a terminal.

pub mod domain;
pub mod sample;
pub mod store;
