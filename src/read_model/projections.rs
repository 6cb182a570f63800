//! Projections: how events become rows, a file each.
//!
//! Its files:
//!
//! - `account.rs`: the bank's projections
//! - `columns.rs`: names, currencies and other values in the columns of rows
//! - `documents.rs`: the projection `documents`: the current state of each stream of an aggregate without tables of its own
//! - `not_understood.rs`: the projection `not_understood`: events not understood, or only in part, each with its reason
//! - `stream_rows.rs`: the row of a stream, in the table of its aggregate

pub mod account;
pub(in crate::read_model) mod columns;
pub mod documents;
pub mod not_understood;
pub(in crate::read_model) mod stream_rows;
