//! A command: done, refused, or only looked at.

use anyhow::Result;
use uuid::Uuid;

use crate::cli::args::Do;
use crate::cli::open::is_log;
use crate::cli::output::{
    JsonObject, Output, event_json, event_text, json_array, one_line, say, say_receipt_trouble,
};
use crate::cli::{ExitCode, Failure};
use crate::command_handler::{CommandContext, HandleError, handle, preview};
use crate::domain::account::AccountFold;
use crate::domain::account::events::Would;
use crate::domain::command::Command;
use crate::domain::event::{GlobalPosition, StreamPosition, Timestamp};
use crate::domain::money::with_code;
use crate::read_model::location::Location;
use crate::replay::snapshots::Snapshots;
use crate::runtime::seeker::Seeker;
use crate::store::sqlite::SqliteStore;
use crate::store::{Appended, Conflict, EventReader};

/// Does a command on the present, or says what it would do.
///
/// # Errors
/// It is no command, there is no such store, or the store cannot do it. A refusal and a conflict are no errors but
/// answers, with exit codes of their own.
pub fn run(args: &Do) -> Result<ExitCode> {
    let command = Command::parse(&args.command).map_err(|why| Failure::usage(why.to_string()))?;
    if is_log(&args.store) {
        let log = args.store.display();
        let text = format!(
            "{log} is a log, which takes no commands; make a store of it: foldback new bank.db --from {log}"
        );
        return Err(anyhow::anyhow!(text));
    }
    let expected = args.expect.map(StreamPosition::new);
    let context =
        CommandContext { id: args.id.unwrap_or_else(Uuid::now_v7), now: Timestamp::now(), expected };
    let mut out = Output::stdout();
    let outcome = if args.dry_run {
        let store = SqliteStore::open_read_only(&args.store)?;
        let mut seeker = seeker(&store)?;
        preview(&store, &command, expected, snapshots(&mut seeker, &store, &command)?)
            .and_then(|would| Ok(tell_would(&mut out, &would, store.head()?, args.json)?))
    } else {
        let mut store = SqliteStore::open(&args.store)?;
        let mut seeker = seeker(&store)?;
        let snapshots = snapshots(&mut seeker, &store, &command)?;
        let appended = handle(&mut store, &command, &context, snapshots);
        say_receipt_trouble(&mut store);
        appended.and_then(|appended| Ok(tell_appended(&mut out, &appended, args.json)?))
    };
    let code = match outcome {
        Ok(()) => ExitCode::Done,
        Err(error) => tell_not_done(&mut out, error, args.json)?,
    };
    out.finish()?;
    Ok(code)
}

fn seeker(store: &SqliteStore) -> Result<Seeker> {
    Ok(Seeker::new(&Location::beside(store.path(), store.id())?))
}

/// Snapshots of the accounts that the command is about: deciding it costs the same however long their histories are.
fn snapshots<'s>(
    seeker: &'s mut Seeker,
    store: &SqliteStore,
    command: &Command,
) -> Result<&'s mut Snapshots> {
    seeker.for_command((store, &AccountFold { mappings: store.mappings()? }), command)
}

fn tell_would(out: &mut Output, would: &[Would], head: GlobalPosition, is_json: bool) -> Result<()> {
    if is_json {
        let event = |would: &Would| {
            JsonObject::new()
                .with("stream", &would.stream)
                .with("version", would.version)
                .with("type", would.event.type_name())
                .with_raw("data", &would.event.to_json())
                .finish()
        };
        let events = json_array(would.iter().map(event));
        return Ok(out.json(&JsonObject::new().with_raw("events", &events).with("position", head).finish())?);
    }
    for Would { stream, event, before, after, version } in would {
        let (type_name, data) = (event.type_name(), one_line(&event.to_json()));
        out.text(&format!("would append  {stream} v{version}  {type_name}  {data}"))?;
        if before.balance != after.balance {
            let money = |minor_units| with_code(i128::from(minor_units), after.currency);
            let (before, after) = (money(before.balance), money(after.balance));
            out.text(&format!("              balance {before} -> {after}"))?;
        }
    }
    Ok(())
}

fn tell_appended(out: &mut Output, appended: &Appended, is_json: bool) -> Result<()> {
    if is_json {
        let events = json_array(appended.events.iter().map(event_json));
        let json = JsonObject::new().with_raw("events", &events).with("position", appended.head);
        return Ok(out.json(&json.finish())?);
    }
    if appended.was_there {
        say("this command was done before; nothing was appended now");
    }
    for event in &appended.events {
        out.text(&event_text(event))?;
    }
    Ok(())
}

/// Says why nothing was done; what is neither a refusal nor a conflict is an error.
fn tell_not_done(out: &mut Output, error: HandleError, is_json: bool) -> Result<ExitCode> {
    let (code, json, text) = match error {
        HandleError::Refused(refusal) => {
            let text = refusal.to_string();
            (ExitCode::Refused, JsonObject::new().with("refused", &text), format!("refused: {text}"))
        }
        HandleError::Conflict(conflict) => {
            let Conflict { stream, expected, actual } = &conflict;
            let inner =
                JsonObject::new().with("stream", stream).with("expected", expected).with("actual", actual);
            let json = JsonObject::new().with_raw("conflict", &inner.finish());
            (ExitCode::Conflict, json, format!("conflict: {conflict}"))
        }
        HandleError::Store(error) => return Err(error),
        error @ HandleError::IdReused { .. } => return Err(error.into()),
    };
    if is_json {
        out.json(&json.finish())?;
    } else {
        say(&text);
    }
    Ok(code)
}
