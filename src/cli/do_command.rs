//! The verb `do`: a command done, refused, or previewed.

use std::path::Path;

use anyhow::{Result, bail};

use crate::cli::args::write::Do;
use crate::cli::exit::{ExitCode, VerbFailure};
use crate::cli::open::{aggregates_at, aggregates_of_beginning, is_log, say_left_out_of};
use crate::cli::output::{
    JsonObject, Output, event_json, event_text, json_array, one_line, say, say_receipt_trouble,
};
use crate::command_handler::{CommandContext, HandleError, handle, preview};
use crate::domain::aggregates::Aggregates;
use crate::domain::command::language::TAKES_NO_COMMANDS;
use crate::domain::decider::{PlannedChange, PlannedEvent};
use crate::domain::event::{GlobalPosition, StreamPosition};
use crate::read_model::engine::location::Location;
use crate::replay::not_understood::NotUnderstoodOf;
use crate::runtime::command_time::time_of_command;
use crate::runtime::log_worker::seeker::Seeker;
use crate::store::clock;
use crate::store::folded_log::FoldedLog;
use crate::store::jsonl::input::is_stream;
use crate::store::sqlite::SqliteStore;
use crate::store::{Appended, Conflict, EventReader};

/// Carries out a command on the present, or shows its effect.
///
/// # Errors
/// The text is not a command, there is no such store, or the store fails. A refusal and a conflict are answers, not
/// errors, and have exit codes of their own.
pub fn run(args: &Do, aggregates: &Aggregates) -> Result<ExitCode> {
    if is_log(&args.store) {
        bail!(why_not_on_log(&args.store, aggregates)?);
    }
    let aggregates = &aggregates_at(&args.store, aggregates)?;
    if args.dry_run {
        on(&mut SqliteStore::open_read_only(&args.store, aggregates)?, args)
    } else {
        on(&mut SqliteStore::open(&args.store, aggregates)?, args)
    }
}

/// Why a log takes no command, and what to do if a store made from it would take some. A stream is not read for that.
fn why_not_on_log(path: &Path, aggregates: &Aggregates) -> Result<String> {
    let log = path.display();
    if !is_stream(path) && aggregates_of_beginning(path, aggregates)?.commands().is_empty() {
        return Ok(format!("{log}: {TAKES_NO_COMMANDS}"));
    }
    Ok(format!(
        "{log} is a log, which takes no commands; create a store from it: foldback new bank.db --from {log}"
    ))
}

/// [`run`] on an open store.
///
/// # Errors
/// Those of [`run`].
pub fn on(store: &mut SqliteStore, args: &Do) -> Result<ExitCode> {
    let aggregates = store.aggregates()?;
    let command =
        aggregates.commands().parse(&args.command).map_err(|why| VerbFailure::usage(why.to_string()))?;
    say_left_out_of(store)?;
    let expected = args.expect.map(StreamPosition::new);
    let mut seeker = Seeker::new(&Location::of(&store.log_identity())?);
    let participants = seeker.participants(FoldedLog { log: store, aggregates: &aggregates }, &command)?;
    let mut report = CommandReport::new(args.json, participants.not_understood());
    let outcome = if args.dry_run {
        let changes = preview(&aggregates, &command, expected, &participants);
        changes.and_then(|changes| Ok(report.planned(&changes, store.head()?)?))
    } else {
        let id = args.id.unwrap_or_else(clock::new_id);
        let context = CommandContext { id, now: time_of_command(store)?, expected };
        let appended = handle(store, &aggregates, &command, &context, participants);
        say_receipt_trouble(store);
        if appended.is_ok() {
            report.out.has_done("the command is done");
        }
        appended.and_then(|appended| Ok(report.appended(&appended)?))
    };
    let code = match outcome {
        Ok(()) => ExitCode::Done,
        Err(error) => report.not_done(error)?,
    };
    report.finish()?;
    Ok(code)
}

/// Reports the outcome of a command.
struct CommandReport {
    out: Output,
    is_json: bool,
    /// Events that were not understood in the states on which the decision rests.
    left_out: NotUnderstoodOf,
}

impl CommandReport {
    fn new(is_json: bool, left_out: NotUnderstoodOf) -> Self {
        Self { out: Output::stdout(), is_json, left_out }
    }

    fn with_left_out(&self, json: JsonObject) -> JsonObject {
        json.with("n_not_understood", self.left_out.n_events())
    }

    fn json(&mut self, json: JsonObject) -> Result<()> {
        let json = self.with_left_out(json).finish();
        Ok(self.out.json(&json)?)
    }

    /// Prints the events that would be appended, each with the change of the field that charts draw.
    fn planned(&mut self, changes: &[PlannedChange], head: GlobalPosition) -> Result<()> {
        if self.is_json {
            let event = |PlannedChange { event, version, .. }: &PlannedChange| {
                JsonObject::new()
                    .with("stream", &event.stream)
                    .with("version", version)
                    .with("type", &event.event_type)
                    .with_raw("data", &event.data)
                    .finish()
            };
            let events = json_array(changes.iter().map(event));
            return self.json(JsonObject::new().with_raw("events", &events).with("position", head));
        }
        for PlannedChange { event: PlannedEvent { stream, event_type, data }, version, before, after } in
            changes
        {
            let data = one_line(data);
            self.out.text(&format!("would append  {stream} v{version}  {event_type}  {data}"))?;
            let measure = after.shape().measure.filter(|measure| after.differs(before, *measure));
            if let Some((field, spec)) = measure.and_then(|field| Some((field, after.shape().spec(field)?))) {
                let (label, before, after) = (&spec.label, before.shown(field), after.shown(field));
                self.out.text(&format!("              {label} {before} -> {after}"))?;
            }
        }
        Ok(())
    }

    fn appended(&mut self, appended: &Appended) -> Result<()> {
        if self.is_json {
            let events = json_array(appended.events.iter().map(event_json));
            return self.json(JsonObject::new().with_raw("events", &events).with("position", appended.head));
        }
        if appended.was_there {
            say("this command was done before; nothing was appended now");
        }
        for event in &appended.events {
            self.out.text(&event_text(event))?;
        }
        Ok(())
    }

    /// Reports why the command was not carried out, unless that is an error.
    fn not_done(&mut self, error: HandleError) -> Result<ExitCode> {
        let (code, json, text) = match error {
            HandleError::Refused(refusal) => {
                let text = refusal.to_string();
                let json = self.with_left_out(JsonObject::new().with("refused", &text));
                (ExitCode::Refused, json, format!("refused: {text}"))
            }
            HandleError::Conflict(conflict) => {
                let Conflict { stream, expected, actual } = &conflict;
                let inner = JsonObject::new()
                    .with("stream", stream)
                    .with("expected", expected)
                    .with("actual", actual);
                let json = JsonObject::new().with_raw("conflict", &inner.finish());
                // There was no decision.
                self.left_out = NotUnderstoodOf::default();
                (ExitCode::Conflict, json, format!("conflict: {conflict}"))
            }
            HandleError::Store(error) => return Err(error),
            error @ HandleError::IdReused { .. } => return Err(error.into()),
        };
        if self.is_json {
            self.out.json(&json.finish())?;
        } else {
            say(&text);
        }
        Ok(code)
    }

    /// Reports the events that the decision leaves out, and flushes the output.
    fn finish(self) -> Result<()> {
        self.out.finish()?;
        if !self.left_out.is_empty() {
            say(&format!("decided without {}, not understood", self.left_out));
        }
        Ok(())
    }
}
