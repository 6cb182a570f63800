//! Logs, in and out: what an import takes, what it recognises, and what an export gives.

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
