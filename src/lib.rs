//! foldback: a time machine for event-sourced systems, in a terminal.

pub mod command_handler;
pub mod domain;
pub mod read_model;
pub mod replay;
pub mod runtime;
pub mod sample;
pub mod store;
pub mod tui;
