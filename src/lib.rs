//! foldback: a time machine for event-sourced systems, in a terminal.

pub mod domain;
pub mod read_model;
pub mod runtime;
pub mod store;
