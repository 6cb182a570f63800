//! The present, as queries want it, in a database of its own.

pub mod rows;
