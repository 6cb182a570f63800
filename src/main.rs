//! Arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    foldback::cli::run(std::env::args_os()).into()
}
