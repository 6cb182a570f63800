//! The map of the house.
//!
//! foldback is a time machine for event-sourced systems, in a terminal: it opens an event store, lets a person issue
//! commands, and has a slider over all of history. This page says where everything is, what may name what, and what
//! never happens; `tests/architecture.rs` reads the sources and fails where they differ.
//!
//! # The tree
//!
//! ```text
//! src/
//!   main.rs           arguments in, exit code out
//!   cancel            the token by which anything that takes long is stopped
//!   domain/           facts and decisions: events, folds, what may be asked; the bank is one of its aggregates. Pure
//!   store/            the port to event stores, our own log in one SQLite file, and logs as lines of JSON
//!   replay/           the past, at any position: folds, snapshots, differences, searches. Pure
//!   sample/           logs to play with. Pure
//!   command_handler   load, fold, decide, append
//!   read_model/       the present, as queries want it, in a database of its own: engine, projections, questions, rows
//!   tui/              the screen, as values: model, messages, effects, update, view. Pure
//!   runtime/          threads, channels and clocks: the loop, and the workers around it
//!   cli/              the command line, a file a verb
//! ```
//!
//! The front page of a room, `foo.rs` beside `foo/`, lists its files, each with the file's own first sentence.
//!
//! # The arrows
//!
//! Downstairs only, and never from the pure side to the worldly one. What is pure knows values and functions: no
//! database, thread, file, clock or terminal.
//!
//! ```text
//!  floor   pure                       touches the world
//!    4                                main · cli
//!    3                                runtime         threads, channels, clocks
//!    2     tui ── rows, lag ────────▶ read_model · command_handler
//!    1     replay · sample            store           the port and its adapters
//!    0     domain · cancel
//! ```
//!
//! `tui` names `read_model::rows`, which are plain values, and nothing else of the read model.
//!
//! # What never happens, and the test that guards it
//!
//! 1. The log is only appended to. Looking at the past writes nothing to it, and foreign stores are never written:
//!    `tests/store.rs`, `tests/commands.rs`, `tests/promises.rs`.
//! 2. Any state on the screen equals the fold of the log up to the playhead; snapshots only make it fast:
//!    `src/replay/reconstruct.rs`, `tests/read_model/snapshots.rs`.
//! 3. The read model can be deleted at any time; a rebuild gives the same rows: `tests/read_model.rs`.
//! 4. A checkpoint moves in the same transaction as the rows it vouches for: `tests/read_model.rs`.
//! 5. The screen is a function of the model; the model is a fold of messages: `tests/update.rs`.
//! 6. Only the loop changes the model, and the loop never waits for a worker: `tests/architecture.rs`, by which `tui`
//!    has nothing to wait for.
//! 7. Every queue, cache, window and input has a limit, and the limit is a named constant with a reason; beyond it there
//!    is a sentence: `tests/limits.rs`, `src/runtime/shell/outbox.rs`, `src/replay/snapshots.rs`. No bytes end the program:
//!    `tests/fuzz.rs`.
//! 8. No byte of an event reaches the terminal undisplayed: control, bidi and zero-width characters are shown, not
//!    sent: `src/domain/visible.rs`.
//! 9. What stands in the log is not changed unnoticed, and nothing that was acknowledged is lost unnoticed: each link of the
//!    chain vouches for all before it, and the receipt beside the store for what was committed: `tests/store/chain.rs`,
//!    `tests/store/receipt.rs`, `tests/verify.rs`.

// No input may end the program: nothing that can panic on data. Tests and benchmarks may: they end with the first
// thing that is not as they say.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

pub mod cancel;
pub mod cli;
pub mod command_handler;
pub mod domain;
pub mod read_model;
pub mod replay;
pub mod runtime;
pub mod sample;
pub mod store;
pub mod tui;
