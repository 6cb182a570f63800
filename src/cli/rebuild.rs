//! The verb `rebuild`: the read model, rebuilt from the first event.

use anyhow::{Result, bail};

use crate::cli::args::check::RebuildArgs;
use crate::cli::disk;
use crate::cli::exit::ExitCode;
use crate::cli::open::for_looking;
use crate::cli::output::{Output, say};
use crate::cli::progress::{ProgressUnit, progress_bar};
use crate::domain::aggregates::Aggregates;
use crate::read_model::engine::differences::GenerationComparison;
use crate::read_model::engine::location::Location;
use crate::read_model::engine::rebuild::{
    NewGeneration, Rebuild, RebuildOptions, RebuildReport, ReplacePolicy, rebuild,
};
use crate::read_model::rows::steering::process_words;
use crate::runtime::shell::signals::cancelled;

/// Rebuilds the read model beside the current one and reports how the two differ. The new one then becomes the current
/// one, unless only a comparison is asked for.
///
/// # Errors
/// There is no such store, another process rebuilds, the read model cannot be written, or the rebuild was cancelled.
pub fn run(args: &RebuildArgs, aggregates: &Aggregates) -> Result<ExitCode> {
    rebuilt(args, aggregates).map_err(|error| disk::explain(&args.target.store, error))
}

fn rebuilt(args: &RebuildArgs, aggregates: &Aggregates) -> Result<ExitCode> {
    let opened = for_looking(&args.target.store, args.target.map.as_deref(), aggregates)?;
    let store = &opened.store;
    let location = Location::of(&store.log_identity())?;
    let options = RebuildOptions {
        replaces: if args.check { ReplacePolicy::Never } else { ReplacePolicy::Always },
        fail_at: args.failure.position(),
        cancel: cancelled(ExitCode::Error as u8)?,
    };
    let bar = progress_bar("projecting", ProgressUnit::Items);
    let (mut is_comparing, mut found) = (false, Vec::new());
    let built = rebuild(store, &location, &options, &mut |report| {
        let (begins_comparing, n_all, n) = match report {
            RebuildReport::Projected(progress) => (false, progress.n_events_all, progress.n_events),
            RebuildReport::Comparing(compared) => (true, compared.n_rows_all, compared.n_rows),
            RebuildReport::Compared(comparison) => {
                return bar.suspend(|| found.extend(differences(comparison, args.check)));
            }
        };
        if begins_comparing != is_comparing {
            is_comparing = begins_comparing;
            bar.reset();
            bar.set_message(if is_comparing { "comparing" } else { "projecting" });
        }
        bar.set_length(n_all);
        bar.set_position(n);
    });
    bar.finish_and_clear();
    let rebuilt = match built? {
        Rebuild::Done(rebuilt) => rebuilt,
        Rebuild::Cancelled => bail!("cancelled; the read model is unchanged"),
        Rebuild::HeldBy(process) => bail!(
            "{} is rebuilding the read model already; wait until it has finished",
            process_words(process)
        ),
    };
    let mut out = Output::stdout();
    if !args.check {
        out.has_done("the read model is rebuilt");
    }
    for difference in found {
        for line in difference.lines() {
            out.text(line)?;
        }
    }
    out.text(&format!("{}: {}", location.folder().display(), outcome(&rebuilt, args.check)))?;
    out.finish()?;
    Ok(if args.check && rebuilt.comparison.is_fault() { ExitCode::Found } else { ExitCode::Done })
}

/// Reports the differences: on stdout for a check, whose answer they are; on stderr before a rebuild goes on.
fn differences(comparison: &GenerationComparison, is_check: bool) -> Vec<String> {
    let differences: Vec<String> = match comparison {
        GenerationComparison::Nothing(why) => {
            say(&format!("there is nothing to compare with: {why}"));
            Vec::new()
        }
        GenerationComparison::Compared { differences, .. } => {
            differences.iter().map(ToString::to_string).collect()
        }
    };
    if is_check {
        return differences;
    }
    differences.iter().for_each(|difference| say(difference));
    Vec::new()
}

fn outcome(rebuilt: &NewGeneration, is_check: bool) -> String {
    let up_to = rebuilt.checkpoint.position;
    let compared = match &rebuilt.comparison {
        GenerationComparison::Nothing(_) => "nothing to compare with".to_owned(),
        GenerationComparison::Compared { at, differences } => {
            let rows = match differences.len() {
                0 => "the same rows".to_owned(),
                1 => "different rows in 1 table".to_owned(),
                n => format!("different rows in {n} tables"),
            };
            if *at == up_to { rows } else { format!("{rows} up to {at}") }
        }
    };
    if is_check {
        format!("compared up to {up_to}, {compared}")
    } else {
        format!("projected up to {up_to}, {compared}")
    }
}
