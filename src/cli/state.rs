//! The verb `state`: the state of one stream at any position.

use std::io::Write;

use anyhow::Result;

use crate::cancel::Cancel;
use crate::cli::args::ask::StateArgs;
use crate::cli::exit::ExitCode;
use crate::cli::open::for_looking;
use crate::cli::open::known_stream;
use crate::cli::output::{Output, say_late_left_out};
use crate::cli::states::{self, MERGED};
use crate::domain::aggregates::Aggregates;
use crate::domain::event::{GlobalPosition, StreamName};
use crate::domain::fold::Meaning;
use crate::domain::value::FieldValue;
use crate::read_model::engine::location::Location;
use crate::replay::at::At;
use crate::replay::reconstruct::{FoldFrom, Reconstruction};
use crate::replay::trace::{StateAt, StateByTime, Trace};
use crate::runtime::late::LateLeftOut;
use crate::runtime::log_worker::seeker::Seeker;
use crate::runtime::position::position_of;
use crate::store::EventReader;
use crate::store::folded_log::FoldedLog;

/// Folds a stream's events up to a position; without a stream, those of all streams.
///
/// # Errors
/// There is no such store, the whole log has no event of that stream, or it cannot be read.
pub fn run(args: &StateArgs, aggregates: &Aggregates) -> Result<ExitCode> {
    let Some(stream) = &args.stream else { return states::run(args, aggregates) };
    let opened = for_looking(&args.target.store, args.target.map.as_deref(), aggregates)?;
    let store = &opened.store;
    let stream = known_stream(store, stream)?;
    let position = position_of(store, args.at.unwrap_or(At::Head))?;
    // Ctrl-C ends this verb by itself.
    let count_left_out = || LateLeftOut::of(&store.log(), args.at, position, &Cancel::never());
    let aggregates = store.aggregates()?;
    let from = if args.no_snapshots { FoldFrom::FirstEvent } else { FoldFrom::Snapshot };
    let mut seeker = Seeker::new(&Location::of(&store.log_identity())?);
    let log = FoldedLog { log: store, aggregates: &aggregates };
    let Reconstruction { trace, meaning, .. } =
        seeker.state_at(log, &stream, position, from, &Cancel::never())?;
    let Trace { version, n_not_understood, n_partly_understood, .. } = trace;
    let mut out = Output::stdout();
    let left_out = if args.json {
        let left_out = count_left_out()?;
        let n_late_left_out = Some(left_out.map_or(0, |left_out| left_out.n_late));
        let (n_lines_left_out, n_times_unread) = (store.n_lines_left_out()?, store.n_times_unread()?);
        let (state, fold) = (&trace.state, trace.state.fold_kind());
        let state_at = StateAt {
            stream: &stream,
            position,
            version,
            n_not_understood,
            n_partly_understood,
            fold,
            state,
        };
        out.json_of(&StateByTime { state_at, n_late_left_out, n_lines_left_out, n_times_unread })?;
        left_out
    } else {
        write_text(&mut out, &stream, position, &trace, meaning.as_ref())?;
        // The answer appears before the count of late events is complete.
        out.flush()?;
        count_left_out()?
    };
    out.finish()?;
    say_late_left_out(left_out);
    Ok(ExitCode::Done)
}

/// Writes the state field by field, and the events that it leaves out.
fn write_text(
    out: &mut Output,
    stream: &StreamName,
    position: GlobalPosition,
    trace: &Trace,
    meaning: Option<&Meaning>,
) -> Result<()> {
    let Trace { version, n_not_understood, n_partly_understood, .. } = *trace;
    out.text(&format!("{stream} v{version} at {position}"))?;
    if trace.state.is_merged() {
        out.text(MERGED)?;
    }
    for (field, spec) in trace.state.shape().ids().zip(trace.state.shape().fields.iter()) {
        if trace.state.is_open() && trace.state.field(field) == FieldValue::Null {
            continue;
        }
        let set_at = match trace.last_set(field).number() {
            0 => String::new(),
            position => format!("  @{position}"),
        };
        out.text(&format!("{:<16} {}{set_at}", spec.label, trace.state.shown(field)))?;
    }
    if n_not_understood > 0 {
        let n_events = version.number();
        out.text(&format!(
            "not understood   {n_not_understood} of {n_events} events, left out of this state"
        ))?;
    }
    if n_partly_understood > 0 {
        let n_events = version.number();
        out.text(&format!(
            "in part          {n_partly_understood} of {n_events} events; a part of each is left out of this state"
        ))?;
    }
    match meaning {
        Some(Meaning::NotUnderstood(why)) => {
            out.text(&format!("its newest event is not understood: {why}"))?;
        }
        Some(Meaning::Partly(why)) => {
            out.text(&format!("its newest event is partly understood: {why}"))?;
        }
        Some(Meaning::Understood) | None => {}
    }
    Ok(())
}
