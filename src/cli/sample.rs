//! The verb `sample`: a made-up log on stdout.

use anyhow::Result;

use crate::cli::args::write::Sample;
use crate::cli::exit::{ExitCode, VerbFailure};
use crate::cli::output::Output;
use crate::sample::bank_shape::BankShape;
use crate::sample::{EMBEDDED, bank, embedded};

/// The defaults for a generated bank.
const SHAPE: BankShape = BankShape { n_events: 100_000, n_accounts: 1_000, seed: 1 };

/// Writes a bundled or a generated log.
///
/// # Errors
/// There is no sample of that name, or it does not come in sizes.
pub fn run(args: &Sample) -> Result<ExitCode> {
    let Some(log) = embedded(&args.name) else {
        return Err(no_such_sample(&args.name));
    };
    let is_made_up = args.events.is_some() || args.accounts.is_some() || args.seed.is_some();
    let mut out = Output::stdout();
    if !is_made_up {
        for line in log.lines() {
            out.json(line)?;
        }
    } else if args.name == "bank" {
        let shape = BankShape {
            n_events: args.events.unwrap_or(SHAPE.n_events),
            n_accounts: args.accounts.unwrap_or(SHAPE.n_accounts),
            seed: args.seed.unwrap_or(SHAPE.seed),
        };
        for event in bank(&shape) {
            out.json(&event.to_json_line())?;
        }
    } else {
        let name = &args.name;
        return Err(VerbFailure::usage(format!(
            "the sample '{name}' has one size; `foldback sample bank` can have any size"
        )));
    }
    out.finish()?;
    Ok(ExitCode::Done)
}

/// The error for an unknown sample.
pub fn no_such_sample(name: &str) -> anyhow::Error {
    VerbFailure::usage(format!("there is no sample '{name}'; the samples are: {}", EMBEDDED.join(", ")))
}
