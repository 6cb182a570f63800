//! Proof of a log: the checks and their findings, as values.
//!
//! Its files:
//!
//! - `finding.rs`: the checks of a log, and what each finds

pub mod finding;
