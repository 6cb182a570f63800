//! The verb `state` without a name: the states of all streams, folded from the log itself.

use std::io::Write;

use anyhow::{Result, bail};
use unicode_width::UnicodeWidthStr;

use crate::cli::args::ask::StateArgs;
use crate::cli::exit::ExitCode;
use crate::cli::open::for_looking;
use crate::cli::output::{Output, say_late_left_out};
use crate::cli::progress::DelayedBar;
use crate::domain::aggregates::Aggregates;
use crate::domain::shape::{FieldId, FieldSpec};
use crate::domain::state::State;
use crate::domain::value::FieldValue;
use crate::domain::visible::visible;
use crate::replay::all_states::AllStates;
use crate::replay::at::At;
use crate::replay::trace::{StateAt, StateByTime, Trace};
use crate::runtime::late::LateLeftOut;
use crate::runtime::position::position_of;
use crate::runtime::shell::signals::cancelled;
use crate::runtime::whole_fold::fold_all;

/// Folds the whole log up to a position and lists every stream that exists by then.
///
/// # Errors
/// There is no such store, it cannot be read, or the verb was cancelled.
pub fn run(args: &StateArgs, aggregates: &Aggregates) -> Result<ExitCode> {
    let opened = for_looking(&args.target.store, args.target.map.as_deref(), aggregates)?;
    let store = &opened.store;
    let position = position_of(store, args.at.unwrap_or(At::Head))?;
    let cancel = cancelled(ExitCode::Error as u8)?;
    let count_left_out = || LateLeftOut::of(&store.log(), args.at, position, &cancel);
    let mut bar = DelayedBar::new("folding");
    let everyone = fold_all(store, position, &cancel, &mut |progress| {
        bar.update(progress);
    });
    bar.finish();
    let Ok(everyone) = everyone? else { bail!("cancelled; nothing was written") };
    let mut out = Output::stdout();
    let left_out = if args.json {
        let left_out = count_left_out()?;
        let n_late_left_out = Some(left_out.as_ref().map_or(0, |left_out| left_out.n_late));
        let (n_lines_left_out, n_times_unread) = (store.n_lines_left_out()?, store.n_times_unread()?);
        for (stream, folded) in everyone.by_name() {
            let Trace { version, n_not_understood, n_partly_understood, ref state, .. } = *folded;
            let fold = state.fold_kind();
            let state_at =
                StateAt { stream, position, version, n_not_understood, n_partly_understood, fold, state };
            out.json_of(&StateByTime { state_at, n_late_left_out, n_lines_left_out, n_times_unread })?;
        }
        left_out
    } else {
        write_text(&everyone, &mut out)?;
        // The answer appears before the count of late events is complete.
        out.flush()?;
        count_left_out()?
    };
    out.finish()?;
    say_late_left_out(left_out);
    Ok(ExitCode::Done)
}

/// What states are whose events nobody explained.
pub(super) const MERGED: &str = "merged, not folded: the last value of each field of its events' data";

/// Writes one stream per line, with the measures right-aligned.
fn write_text(everyone: &AllStates, out: &mut Output) -> Result<()> {
    let lines = || everyone.by_name().into_iter().map(|(name, folded)| (visible(name.as_str()), folded));
    let name_width = lines().map(|(name, _)| name.width()).max().unwrap_or(0);
    let measure_width = lines().map(|(_, folded)| measure(&folded.state).width()).max().unwrap_or(0);
    if lines().any(|(_, folded)| folded.state.is_merged()) {
        out.text(MERGED)?;
    }
    for (name, folded) in lines() {
        let name_gap = " ".repeat(name_width - name.width());
        let (version, fields) = (folded.version.to_string(), listed(&folded.state, measure_width));
        let left_out = match (folded.n_not_understood, folded.n_partly_understood) {
            (0, 0) => String::new(),
            (n, 0) => format!("  ({n} not understood)"),
            (0, n_partly) => format!("  ({n_partly} understood in part)"),
            (n, n_partly) => format!("  ({n} not understood, {n_partly} in part)"),
        };
        out.text(&format!("{name}{name_gap}  v{version:<8} {fields}{left_out}"))?;
    }
    Ok(())
}

/// The listed fields of a state: words, the measure, what the stream is about, then the others with their names.
fn listed(state: &State, measure_width: usize) -> String {
    let shape = state.shape();
    if state.is_open() {
        let named =
            shape.ids().zip(shape.fields.iter()).filter(|(field, _)| state.field(*field) != FieldValue::Null);
        let named = named.map(|(field, spec)| format!("{} {}", spec.label, state.shown(field)));
        return named.collect::<Vec<_>>().join("  ");
    }
    let roles = shape.roles();
    let is_word = |field: &FieldId| shape.spec(*field).is_some_and(FieldSpec::is_word);
    let (words, others): (Vec<FieldId>, Vec<FieldId>) = roles.others.into_iter().partition(is_word);
    let mut text: String = words.into_iter().map(|word| format!("{:<7} ", state.shown(word))).collect();
    if measure_width > 0 {
        let measure = measure(state);
        text += &" ".repeat(measure_width - measure.width());
        text += &measure;
    }
    let named = |field: FieldId| {
        let label = shape.spec(field).map_or("", |spec| spec.label.as_ref());
        format!("{label} {}", state.shown(field))
    };
    let subject = roles.subject.map(|subject| state.shown(subject));
    for part in subject.into_iter().chain(others.into_iter().map(named)) {
        text += "  ";
        text += &part;
    }
    text
}

/// The field that a chart draws, as text; empty if the state has none.
fn measure(state: &State) -> String {
    state.shape().measure.map_or_else(String::new, |measure| state.shown(measure))
}
