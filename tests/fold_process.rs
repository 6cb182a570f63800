//! Folds that run in programs of the user's: the protocol over real child processes, what goes wrong with them, and the
//! adapters with the real libraries.

#[path = "fold_process/adapters.rs"]
mod adapters;
#[path = "fold_process/decisions.rs"]
mod decisions;
#[path = "fold_process/endings.rs"]
mod endings;
#[path = "fold_process/hostile.rs"]
mod hostile;
#[path = "fold_process/libraries.rs"]
mod libraries;
#[path = "fold_process/program.rs"]
mod program;
#[path = "fold_process/requests.rs"]
mod requests;
#[path = "fold_process/shared_store.rs"]
mod shared_store;
mod support;
#[path = "fold_process/typescript.rs"]
mod typescript;
