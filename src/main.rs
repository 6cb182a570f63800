//! Arguments in, exit code out.

// As in `lib.rs`: no input may end the program.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::process::ExitCode;

use foldback::domain::aggregates::Aggregates;

fn main() -> ExitCode {
    foldback::cli::run(std::env::args_os(), &Aggregates::bank()).into()
}
