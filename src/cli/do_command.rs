//! The verb `do`: a command done, refused, or previewed.

use anyhow::Result;

use crate::cli::args::Do;
use crate::cli::exit::{ExitCode, VerbFailure};
use crate::cli::open::{is_log, say_left_out_of};
use crate::cli::output::{
    JsonObject, Output, event_json, event_text, json_array, one_line, say, say_receipt_trouble,
};
use crate::command_handler::{CommandContext, HandleError, handle, preview};
use crate::domain::aggregates::account::command::Command;
use crate::domain::aggregates::account::decider::Would;
use crate::domain::event::{GlobalPosition, StreamPosition};
use crate::domain::money::with_code;
use crate::read_model::engine::location::Location;
use crate::replay::not_understood::NotUnderstoodOf;
use crate::runtime::command_time::time_of_command;
use crate::runtime::log_worker::seeker::Seeker;
use crate::store::clock;
use crate::store::folded_log::FoldedLog;
use crate::store::sqlite::SqliteStore;
use crate::store::{Appended, Conflict, EventReader};

/// Carries out a command on the present, or shows its effect.
///
/// # Errors
/// The text is not a command, there is no such store, or the store fails. A refusal and a conflict are answers, not
/// errors, and have exit codes of their own.
pub fn run(args: &Do) -> Result<ExitCode> {
    let command = Command::parse(&args.command).map_err(|why| VerbFailure::usage(why.to_string()))?;
    if is_log(&args.store) {
        let log = args.store.display();
        let text = format!(
            "{log} is a log, which takes no commands; create a store from it: foldback new bank.db --from {log}"
        );
        return Err(anyhow::anyhow!(text));
    }
    let expected = args.expect.map(StreamPosition::new);
    let id = args.id.unwrap_or_else(clock::new_id);
    let location = |store: &SqliteStore| Location::of(&store.log_identity());
    let mut report;
    let outcome = if args.dry_run {
        let store = SqliteStore::open_read_only(&args.store)?;
        say_left_out_of(&store)?;
        let mut seeker = Seeker::new(&location(&store)?);
        let participants =
            seeker.participants(FoldedLog { log: &store, aggregates: &store.aggregates()? }, &command)?;
        report = CommandReport::new(args.json, participants.not_understood());
        let would = preview(&command, expected, &participants);
        would.and_then(|would| Ok(report.would(&would, store.head()?)?))
    } else {
        let mut store = SqliteStore::open(&args.store)?;
        say_left_out_of(&store)?;
        let mut seeker = Seeker::new(&location(&store)?);
        let aggregates = store.aggregates()?;
        let participants =
            seeker.participants(FoldedLog { log: &store, aggregates: &aggregates }, &command)?;
        report = CommandReport::new(args.json, participants.not_understood());
        let context = CommandContext { id, now: time_of_command(&store)?, expected };
        let appended = handle(&mut store, &aggregates, &command, &context, participants);
        say_receipt_trouble(&mut store);
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

    fn would(&mut self, would: &[Would], head: GlobalPosition) -> Result<()> {
        if self.is_json {
            let event = |would: &Would| {
                JsonObject::new()
                    .with("stream", &would.stream)
                    .with("version", would.version)
                    .with("type", would.event.type_name())
                    .with_raw("data", &would.event.to_json())
                    .finish()
            };
            let events = json_array(would.iter().map(event));
            return self.json(JsonObject::new().with_raw("events", &events).with("position", head));
        }
        for Would { stream, event, before, after, version } in would {
            let (type_name, data) = (event.type_name(), one_line(&event.to_json()));
            self.out.text(&format!("would append  {stream} v{version}  {type_name}  {data}"))?;
            if before.balance != after.balance {
                let money = |minor_units| with_code(i128::from(minor_units), after.currency);
                let (before, after) = (money(before.balance), money(after.balance));
                self.out.text(&format!("              balance {before} -> {after}"))?;
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
