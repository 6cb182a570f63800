//! Rebuilding: start, cancel, result.

use crate::domain::counted::counted;
use crate::tui::effect::{Deed, Effect};
use crate::tui::model::Model;
use crate::tui::model::notice::Tone;
use crate::tui::model::rebuild::{RebuildEnd, RebuildProgress, RebuiltRows, RunningRebuild};
use crate::tui::notice_lines::notice_fits;
use crate::tui::questions::timing::Basis;
use crate::tui::text::seconds_words;

/// How to list all differences before they are gone.
const ALL_OF_THEM: &str = "before a rebuild, foldback rebuild --check lists them all";

/// Begins a rebuild, or stops the running one.
pub(super) fn begin_or_stop(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.rebuild.is_some() {
        stop(model, effects);
        return;
    }
    model.rebuild = Some(RunningRebuild::default());
    effects.push(Effect::Do(Deed::Rebuild));
}

/// Rebuilds a damaged read model, unless a rebuild is running.
pub(super) fn damaged(model: &mut Model, wrong: &str, effects: &mut Vec<Effect>) {
    if model.rebuild.is_none() {
        begin_or_stop(model, effects);
    }
    model.notify(Tone::Bad, format!("the read model is damaged ({wrong}): it is being rebuilt"));
}

/// Stops the running rebuild; returns whether there was one.
pub(super) fn stop(model: &mut Model, effects: &mut Vec<Effect>) -> bool {
    let Some(rebuild) = &mut model.rebuild else { return false };
    if std::mem::replace(&mut rebuild.is_stopping, true) {
        return false;
    }
    effects.push(Effect::Do(Deed::StopRebuild));
    true
}

/// Takes the progress of a rebuild.
pub(super) fn reached(model: &mut Model, progress: RebuildProgress) {
    if let Some(rebuild) = &mut model.rebuild {
        rebuild.progress = Some(progress);
    }
}

/// Takes the end of a rebuild.
pub(super) fn ended(model: &mut Model, end: RebuildEnd) {
    model.rebuild = None;
    match end {
        RebuildEnd::Done { n_events, millis, rows } => {
            replaced(model);
            done(model, n_events, millis, &rows);
        }
        RebuildEnd::Stopped => {
            model.notify(Tone::Plain, "the rebuild was stopped; the query view is as it was");
        }
        RebuildEnd::Failed(why) => model.notify(Tone::Bad, why),
    }
}

/// The rows were replaced, though the checkpoint may be the same.
pub(super) fn replaced(model: &mut Model) {
    model.ask_again(Basis::Rows);
}

fn done(model: &mut Model, n_events: u64, millis: u64, rows: &RebuiltRows) {
    let rebuilt = format!("rebuilt {} in {}", counted(n_events, "event"), seconds_words(millis));
    match rows {
        RebuiltRows::Same => model.notify(Tone::Done, format!("{rebuilt} · the same rows")),
        RebuiltRows::SameUpTo(at) => {
            model.notify(Tone::Done, format!("{rebuilt} · the same rows up to {at}"));
        }
        RebuiltRows::NothingBefore(why) => {
            model.notify(Tone::Done, format!("{rebuilt} · nothing to compare with: {why}"));
        }
        RebuiltRows::Other(tables) => {
            let text = differences(tables, &rebuilt, |text| notice_fits(text, model.size.width));
            model.notify(Tone::Plain, text);
        }
    }
}

/// As many of the differing tables as fit, and at least the first one, cut if necessary.
fn differences(tables: &[String], rebuilt: &str, fits: impl Fn(&str) -> bool) -> String {
    let of = |n: usize| {
        let listed = tables.iter().take(n).map(String::as_str).collect::<Vec<_>>().join("; ");
        let left = match tables.len() - n {
            0 => String::new(),
            n_left => format!("; and in {n_left} more"),
        };
        format!("{rebuilt} · different rows in {listed}{left} · {ALL_OF_THEM}")
    };
    let most = (1..=tables.len()).rev().map(of).find(|text| fits(text));
    most.unwrap_or_else(|| of(1))
}
