//! Logs, in and out: what an import takes, what it knows again, and what an export gives back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends with the first thing that is not as it says"
)]

#[path = "logs/bad_lines.rs"]
mod bad_lines;
#[path = "logs/forms.rs"]
mod forms;
#[path = "logs/in_and_out.rs"]
mod in_and_out;
#[path = "logs/known.rs"]
mod known;
#[path = "logs/laws.rs"]
mod laws;
#[path = "logs/mappings.rs"]
mod mappings;
#[path = "logs/real_bank.rs"]
mod real_bank;
mod support;
