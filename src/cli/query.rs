//! The verb `query`: questions to the read model, in SQL.
//!
//! Its files:
//!
//! - `behind.rs`: read models behind the head: the reason, and the message about it
//! - `csv.rs`: query results as CSV
//! - `form.rs`: the output formats of a query
//! - `lines.rs`: query results as lines of JSON
//! - `schema.rs`: the list of views and tables that can be queried, with their meaning
//! - `table.rs`: query results as a table of text
//! - `timeout.rs`: the longest time that a question may take, as written on the command line

pub mod behind;
pub mod csv;
pub mod form;
pub mod lines;
pub mod schema;
pub mod table;
pub mod timeout;

use std::io::{self, Read};
use std::ops::ControlFlow;

use anyhow::{Context, Result, bail};

use crate::cancel::Cancel;
use crate::cli::args::ask::Query;
use crate::cli::disk;
use crate::cli::exit::{ExitCode, VerbFailure};
use crate::cli::open::for_looking;
use crate::cli::output::{Output, say, say_late_left_out};
use crate::cli::progress::DelayedBar;
use crate::cli::query::behind::LagReason;
use crate::cli::query::csv::Csv;
use crate::cli::query::form::AnswerFormat;
use crate::cli::query::lines::JsonLines;
use crate::cli::query::schema::{word, write_rows, write_text};
use crate::cli::query::table::AlignedTable;
use crate::domain::aggregates::Aggregates;
use crate::domain::event::GlobalPosition;
use crate::read_model::engine::catch_up::CatchUpOptions;
use crate::read_model::engine::file_check::{Extent, file_fault};
use crate::read_model::engine::generation::RebuildReason;
use crate::read_model::engine::location::Location;
use crate::read_model::questions::query::ReadModel;
use crate::read_model::questions::sql::answer::{AnswerHeader, RowSink};
use crate::read_model::questions::sql::confined::N_SQL_BYTES_MAX;
use crate::read_model::questions::sql::limits::{DEADLINE, Limits};
use crate::read_model::rows::{AsOf, Value};
use crate::runtime::late::LateLeftOut;
use crate::runtime::position::position_of;
use crate::runtime::projector::catching_up::{CatchUpOutcome, catch_up};
use crate::runtime::rows_worker::question;
use crate::runtime::shell::signals::cancelled;
use crate::store::EventReader;
use crate::store::jsonl::input::is_stdin;
use crate::store::sqlite::SqliteStore;

/// The question that means standard input.
const STDIN: &str = "-";

/// Projects up to the head and answers the question. If another process runs the projector, the answer is as of its
/// checkpoint.
///
/// # Errors
/// There is no such store, its read model can be neither read nor created, or the question cannot be answered.
pub fn run(args: &Query, aggregates: &Aggregates) -> Result<ExitCode> {
    if args.sql == STDIN && is_stdin(&args.target.store) {
        return Err(VerbFailure::usage("the log and the question cannot both come from standard input"));
    }
    let question = question_of(&args.sql)?;
    let word = word(&question)?;
    let opened = for_looking(&args.target.store, args.target.map.as_deref(), aggregates)?;
    let (mut out, mut form) = (Output::stdout(), answer_format(args));
    let of_log = || opened.store.log_identity().aggregates;
    match word {
        Some(word) if args.json || args.csv => write_rows(word, &of_log(), form.as_mut(), &mut out)?,
        Some(word) => write_text(word, &of_log(), &mut out)?,
        None => {
            let writer = AnswerWriter { out, form, failed: None, as_of: None };
            let asked = ask(args, &question, &opened.store, writer);
            return asked.map_err(|error| disk::explain(&args.target.store, error));
        }
    }
    out.finish()?;
    Ok(ExitCode::Done)
}

/// The requested format: a table unless JSON or CSV is requested.
fn answer_format(args: &Query) -> Box<dyn AnswerFormat> {
    match (args.json, args.csv) {
        (true, _) => Box::<JsonLines>::default(),
        (_, true) => Box::<Csv>::default(),
        _ => Box::<AlignedTable>::default(),
    }
}

fn ask(args: &Query, sql: &str, store: &SqliteStore, mut writer: AnswerWriter) -> Result<ExitCode> {
    let location = Location::of(&store.log_identity())?;
    let asked = args.at.map(|at| position_of(store, at)).transpose()?;
    let cancel = cancelled(ExitCode::Error as u8)?;
    let behind = if args.stale {
        refuse_damaged(&location, &cancel)?;
        Some(LagReason::Stale)
    } else {
        project(args, store, &location, &cancel)?
    };
    if let (Some(asked), Some(behind)) = (asked, &behind) {
        refuse_later(&location, asked, behind)?;
    }
    let older_mapping = match &behind {
        Some(behind) if is_of_older_mapping(store, &location)? => Some(behind.older_mapping()),
        _ => None,
    };
    let deadline = args.timeout.unwrap_or(DEADLINE);
    let limits = Limits { deadline, cancel: cancel.clone(), ..Limits::default() };
    let as_of = asked.map_or(AsOf::Checkpoint, AsOf::Position);
    let answered = question::ask(&location, sql, as_of, &limits, &mut writer);
    if let Some(error) = writer.failed {
        return Err(error.into());
    }
    answered?;
    writer.form.finish(&mut writer.out)?;
    writer.out.finish()?;
    if let Some(older_mapping) = older_mapping {
        say(&older_mapping);
    }
    say_missing(&location, as_of)?;
    say_late_left_out(
        asked.map(|asked| LateLeftOut::of(&store.log(), args.at, asked, &cancel)).transpose()?.flatten(),
    );
    let head = store.head()?;
    match args.at {
        Some(_) => {}
        None => {
            if let Some((behind, as_of)) = behind.zip(writer.as_of)
                && let Some(notice) = behind.notice(as_of, head, store.count(as_of, head)?)
            {
                say(&notice);
            }
        }
    }
    Ok(ExitCode::Done)
}

/// Whether the rows were projected with another mapping than the log has now. Rows that are replaced meanwhile are
/// newer.
fn is_of_older_mapping(store: &SqliteStore, location: &Location) -> Result<bool> {
    let read_by = ReadModel::open(location).reading()?.mappings()?;
    Ok(!store.mappings()?.read_alike(&read_by))
}

/// Projects up to the head, with a bar if that takes a while. Otherwise gives the reason why the read model may be
/// behind.
fn project(
    args: &Query,
    store: &SqliteStore,
    location: &Location,
    cancel: &Cancel,
) -> Result<Option<LagReason>> {
    let mut bar = DelayedBar::new("projecting");
    let options = CatchUpOptions { fail_at: args.failure.position(), cancel: cancel.clone() };
    let caught_up = catch_up(store, location, &options, &mut |progress| {
        bar.update(progress);
    });
    bar.finish();
    let was_cancelled = cancel.is_cancelled();
    Ok(match caught_up? {
        CatchUpOutcome::AtHead(_) if was_cancelled => bail!("cancelled; the read model is at the head"),
        CatchUpOutcome::AtHead(begun) => {
            // The read model may have been ahead of the log. That is reported.
            if let Some(reason) = begun.filter(RebuildReason::is_damage) {
                say(&format!("{reason}; it has been rebuilt"));
            }
            None
        }
        CatchUpOutcome::Cancelled(position) => {
            bail!("cancelled; projected up to {position} so far, and the next question continues from there")
        }
        CatchUpOutcome::HeldBy(status) => Some(LagReason::HeldBy(status)),
        CatchUpOutcome::Failed(failure) => Some(LagReason::Failed(failure)),
    })
}

/// Reports events that are missing from the answer because they are not understood or were skipped.
fn say_missing(location: &Location, as_of: AsOf) -> Result<()> {
    let mut read_model = ReadModel::open(location);
    let reading = read_model.reading()?.as_of(as_of)?;
    let n_not_understood = reading.n_not_understood()?;
    if n_not_understood > 0 {
        let events = if n_not_understood == 1 { "event is" } else { "events are" };
        say(&format!(
            "{n_not_understood} {events} not understood, and left out; SELECT * FROM not_understood lists them"
        ));
    }
    let n_partly_understood = reading.n_partly_understood()?;
    if n_partly_understood > 0 {
        let events = if n_partly_understood == 1 { "event is" } else { "events are" };
        say(&format!(
            "{n_partly_understood} {events} understood in part: a part is left out; SELECT * FROM not_understood lists them"
        ));
    }
    let skipped = reading.skipped()?;
    if let Some(newest) = skipped.newest.first() {
        say(&match skipped.n_events {
            1 => format!(
                "1 event is missing, at {newest}: it could not be projected and was skipped; SELECT * FROM skipped lists it"
            ),
            n => format!(
                "{n} events are missing, the last at {newest}: they could not be projected and were skipped; SELECT * FROM \
                 skipped lists them"
            ),
        });
    }
    Ok(())
}

/// Refuses a damaged read model; the next projector rebuilds it.
fn refuse_damaged(location: &Location, cancel: &Cancel) -> Result<()> {
    match file_fault(location, Extent::Present, cancel)? {
        Some(wrong) => bail!("the read model is damaged ({wrong}); ask without --stale, and it is rebuilt"),
        None => Ok(()),
    }
}

/// Refuses a question about a position after the checkpoint.
fn refuse_later(location: &Location, asked: GlobalPosition, behind: &LagReason) -> Result<()> {
    let mut read_model = ReadModel::open(location);
    let reading = read_model.reading()?;
    let checkpoint = reading.checkpoint()?.position;
    if reading.exists() && checkpoint < asked {
        bail!(behind.refusal(checkpoint, asked));
    }
    Ok(())
}

/// The text of the question: the argument, or standard input.
fn question_of(word: &str) -> Result<String> {
    if word != STDIN {
        return Ok(word.to_owned());
    }
    let mut question = String::new();
    // One byte more than the limit, so that a longer question is noticed.
    let most = u64::try_from(N_SQL_BYTES_MAX)?.saturating_add(1);
    let read = io::stdin().lock().take(most).read_to_string(&mut question);
    read.context("the question on standard input cannot be read")?;
    Ok(question)
}

/// Writes the answer row by row.
struct AnswerWriter {
    out: Output,
    form: Box<dyn AnswerFormat>,
    failed: Option<io::Error>,
    as_of: Option<GlobalPosition>,
}

impl AnswerWriter {
    fn take(&mut self, written: io::Result<()>) -> ControlFlow<()> {
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }
}

impl RowSink for AnswerWriter {
    fn begin(&mut self, beginning: AnswerHeader) {
        self.as_of = Some(beginning.as_of);
        let written = self.form.begin(&mut self.out, &beginning.columns, &beginning.in_minor_units);
        _ = self.take(written);
    }

    fn row(&mut self, row: Vec<Value>) -> ControlFlow<()> {
        if self.failed.is_some() {
            return ControlFlow::Break(());
        }
        let written = self.form.row(&mut self.out, row);
        self.take(written)
    }
}
