//! The engine of a read model: generations, batches, checkpoint, snapshots, rebuilds.
//!
//! Its files:
//!
//! - `batch.rs`: batches: events become rows and the checkpoint moves, in one transaction
//! - `batch_streams.rs`: the streams that a batch touches, as the rows and the batch so far have them
//! - `catch_up.rs`: projecting up to the head, for a verb that waits for it
//! - `compare.rs`: comparison of two generations, table by table and row by row
//! - `contradiction.rs`: the error of rows that contradict the log
//! - `differences.rs`: differences between two generations, as plain values and in words
//! - `file_check.rs`: SQLite's own check of a generation's file, once after each write
//! - `generation.rs`: a generation of a read model: one SQLite file with the rows of all projections
//! - `known.rs`: a cache of the streams that the latest batches touched, with their rows
//! - `layout.rs`: the schema of a generation: how it is created, and whether a file still has it
//! - `live.rs`: the live generation while it is compared with a new one: read as of one checkpoint, its file checked
//! - `location.rs`: the location of a store's read model: its folder, the pointer to the current generation, the projector's lock
//! - `memory.rs`: a wait until a query has given back its memory
//! - `orders.rs`: orders to the projector and its status: two files beside the generations, for every process
//! - `projection_state.rs`: the state of a projection: how far it has come, of which log, and by which mappings
//! - `projector.rs`: the projector: applies batches to the current generation, or starts a new one if it is unusable
//! - `rebuild.rs`: rebuilds: the next generation is built beside the current one and compared with it before it takes over
//! - `sealed_states.rs`: sealed states: rows of snapshots, each with a checksum over everything that its state depends on
//! - `skipped.rs`: the events that the projector skipped on request, recorded for everybody to see
//! - `snapshots.rs`: kept snapshots: states that make every seek short. Each carries a checksum; a snapshot whose checksum fails is ignored
//! - `subscription.rs`: the subscription: the log from a checkpoint on, in batches, each with the fold for its events
//! - `traces.rs`: traces in columns: a state of any aggregate as JSON, and its history in numbers

pub mod batch;
pub(in crate::read_model) mod batch_streams;
pub mod catch_up;
pub mod compare;
pub(in crate::read_model) mod contradiction;
pub mod differences;
pub mod file_check;
pub mod generation;
pub(in crate::read_model) mod known;
pub(in crate::read_model) mod layout;
pub(in crate::read_model) mod live;
pub mod location;
pub mod memory;
pub mod orders;
pub mod projection_state;
pub mod projector;
pub mod rebuild;
pub(in crate::read_model) mod sealed_states;
pub mod skipped;
pub mod snapshots;
pub mod subscription;
pub(in crate::read_model) mod traces;
