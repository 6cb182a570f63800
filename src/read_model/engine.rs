//! How a read model is kept: generations, batches, checkpoint, snapshots, rebuilds.
//!
//! Its files:
//!
//! - `batch.rs`: a batch of events becomes rows, and the checkpoint moves, in one transaction
//! - `catch_up.rs`: projecting up to the head while one waits, for verbs
//! - `compare.rs`: how the rows of two generations differ, table by table, read side by side
//! - `differences.rs`: what differs between two generations, as plain values and in words
//! - `file_check.rs`: whether a generation's file is whole: SQLite's own check of its pages and indexes, done once after each time that it was written
//! - `generation.rs`: one generation of a read model: a SQLite file with the rows of all projections
//! - `known.rs`: the accounts that the latest batches touched, as their rows have them: what is known need not be read again
//! - `layout.rs`: the tables and views of a generation: how they are made, and whether a file has them as they are made
//! - `live.rs`: the live generation as it is compared with a new one: read as of one checkpoint, and checked as a file
//! - `location.rs`: where a store's read model is: its folder, the pointer to the current generation, the lock of the one who projects
//! - `memory.rs`: waiting until a question has given back the memory that it took
//! - `orders.rs`: orders to the one who projects, and what it says of itself: two files beside the generations, for every process
//! - `projector.rs`: the one who projects: applies batches to the current generation, and begins a new one where that is none to go on with
//! - `rebuild.rs`: building the next generation beside the current one; what it would change is said before it takes its place
//! - `skipped.rs`: the events that a person let the projector skip, recorded where everybody sees them
//! - `snapshots.rs`: states that the read model keeps so that every seek is short: each is sealed, and one whose seal does not hold is none
//! - `subscription.rs`: reads the log on from a checkpoint, in batches, each with the fold that reads its events
//! - `traces.rs`: a trace in columns: an account's state and how it came to be, as rows of accounts and snapshots both have it

pub mod batch;
pub mod catch_up;
pub mod compare;
pub mod differences;
pub mod file_check;
pub mod generation;
pub(in crate::read_model) mod known;
pub(in crate::read_model) mod layout;
pub(in crate::read_model) mod live;
pub mod location;
pub mod memory;
pub mod orders;
pub mod projector;
pub mod rebuild;
pub mod skipped;
pub mod snapshots;
pub mod subscription;
pub(in crate::read_model) mod traces;
