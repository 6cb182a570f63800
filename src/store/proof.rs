//! What is proved of a log, as values.
//!
//! Its files:
//!
//! - `finding.rs`: the checks of a log, and what each finds

pub mod finding;
