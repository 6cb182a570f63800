//! The verbs `new` and `import`: creating a store, and adding the events of logs to it.

use std::path::Path;

use anyhow::{Result, bail};

use crate::cancel::Cancel;
use crate::cli::args::shared::MappingArgs;
use crate::cli::args::write::{ImportArgs, New};
use crate::cli::exit::{ExitCode, VerbFailure};
use crate::cli::open::{is_database, mapping_text, say_left_out};
use crate::cli::output::{JsonObject, Output, say, say_receipt_trouble};
use crate::cli::progress::with_bar;
use crate::cli::sample::no_such_sample;
use crate::domain::aggregates::Aggregates;
use crate::domain::counted::counted;
use crate::domain::money::grouped;
use crate::runtime::shell::signals::cancelled;
use crate::sample::{embedded, source_name};
use crate::store::EventReader;
use crate::store::import::import;
use crate::store::import::options::ImportOptions;
use crate::store::import::report::ImportReport;
use crate::store::jsonl::input::LogInput;
use crate::store::sqlite::SqliteStore;

/// Creates a store, with the events of a sample or a log if one is named.
///
/// # Errors
/// The store cannot be created, or the log cannot be read. Then there is no store, unless some events were read before.
pub fn new(args: &New, aggregates: &Aggregates) -> Result<ExitCode> {
    let options = options(&args.reading, aggregates)?;
    let input = match (&args.sample, &args.from) {
        (Some(name), _) => {
            let log = embedded(name).ok_or_else(|| no_such_sample(name))?;
            Some(LogInput::Stream { name: source_name(name), bytes: Box::new(log.as_bytes()) })
        }
        (None, Some(log)) => Some(LogInput::at(log)?),
        (None, None) => None,
    };
    if args.reading.map.is_some() && args.from.is_none() {
        return Err(VerbFailure::usage("--map says how a log is read; name the log with --from"));
    }
    let cancel = cancelled(ExitCode::Error as u8)?;
    let mut store = SqliteStore::create(&args.store, aggregates)?;
    let wants_events = input.is_some();
    let report = input.map(|input| read(&mut store, input, &options, &cancel)).transpose();
    let is_empty = store.head()?.number() == 0;
    if wants_events && is_empty && !matches!(&report, Ok(Some(report)) if report.n_bad == 0) {
        // A store without its events would only block the next attempt.
        store.discard()?;
    } else {
        drop(store);
    }
    let report = report?.unwrap_or_default();
    if report.was_cancelled {
        if is_empty {
            bail!("stopped before the first event was imported; {} was not created", args.store.display());
        }
        say(&how_to_go_on(&report, &args.store, args.from.as_deref()));
    }
    print_report(&report, &args.reading, &args.store)
}

/// Adds the events of logs to a store.
///
/// # Errors
/// There is no such store, a log cannot be read to its end, or the mapping does not fit it. Events that were read until
/// then stay.
pub fn run(args: &ImportArgs, aggregates: &Aggregates) -> Result<ExitCode> {
    let options = options(&args.reading, aggregates)?;
    // This check comes before the store is opened, because the store may be one of the logs.
    if let Some(log) = args.logs.iter().find(|log| is_database(log)) {
        let log = log.display();
        bail!("{log} is a database, not a log; if it is a store, `foldback export {log}` writes the log");
    }
    let cancel = cancelled(ExitCode::Error as u8)?;
    let mut store = SqliteStore::open(&args.store, aggregates)?;
    let mut all = ImportReport { head: store.head()?, ..ImportReport::default() };
    for log in &args.logs {
        let report = read(&mut store, LogInput::at(log)?, &options, &cancel)?;
        all.n_events += report.n_events;
        all.n_streams += report.n_streams;
        all.n_duplicates += report.n_duplicates;
        all.n_bad += report.n_bad;
        all.left_out.add_all(&report.left_out);
        all.head = report.head;
        if report.was_cancelled {
            all.was_cancelled = true;
            say(&how_to_go_on(&report, &args.store, Some(log)));
            break;
        }
    }
    print_report(&all, &args.reading, &args.store)
}

fn options(reading: &MappingArgs, aggregates: &Aggregates) -> Result<ImportOptions> {
    let mapping = mapping_text(reading.map.as_deref(), aggregates)?;
    Ok(ImportOptions { mapping, is_strict: reading.strict, ..ImportOptions::default() })
}

/// Reads a log into the store, and reports its bad lines.
fn read(
    store: &mut SqliteStore,
    input: LogInput,
    options: &ImportOptions,
    cancel: &Cancel,
) -> Result<ImportReport> {
    let log = input.shown();
    let report = with_bar(&log, |progress| import(store, input, options, cancel, progress));
    say_receipt_trouble(store);
    let report = report?;
    say_left_out(&report, &log);
    Ok(report)
}

/// The sentence for a stopped import: how much of it is done, and how to continue.
fn how_to_go_on(report: &ImportReport, store: &Path, log: Option<&Path>) -> String {
    let (n, store) = (counted(report.n_events, "event"), store.display());
    match log {
        Some(log) if log != Path::new("-") => {
            let log = log.display();
            format!(
                "stopped after {n} of {log}, which are in {store} now; `foldback import {store} {log}` continues from there"
            )
        }
        _ => format!(
            "stopped after {n}, which are in {store} now; `foldback import {store} -` with the same log adds the rest"
        ),
    }
}

fn print_report(report: &ImportReport, reading: &MappingArgs, store: &Path) -> Result<ExitCode> {
    let ImportReport { n_events, n_streams, n_duplicates, n_bad, head, .. } = report;
    let mut out = Output::stdout();
    out.has_done("the events are in the store");
    if reading.json {
        let json = JsonObject::new()
            .with("events", n_events)
            .with("streams", n_streams)
            .with("duplicates", n_duplicates)
            .with("bad", n_bad)
            .with("head", head);
        out.json(&json.finish())?;
    } else {
        let store = store.display();
        out.text(&format!(
            "{store}: {} of {} added, {} already there, {}; head at {head}",
            counted(*n_events, "event"),
            counted(*n_streams, "stream"),
            grouped(i128::from(*n_duplicates), None),
            counted(*n_bad, "bad line"),
        ))?;
    }
    out.finish()?;
    let is_nothing_read = *n_bad > 0 && n_events + n_duplicates == 0;
    Ok(if is_nothing_read || report.is_cut() || report.was_cancelled {
        ExitCode::Error
    } else {
        ExitCode::Done
    })
}
