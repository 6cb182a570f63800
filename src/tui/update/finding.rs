//! Searching: start, stop, progress, and moving among hits.

use crate::domain::event::GlobalPosition;
use crate::replay::search::Search;
use crate::tui::effect::{Deed, Effect};
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::key_name;
use crate::tui::model::Model;
use crate::tui::model::hits::{FindState, Hits, NextHit};
use crate::tui::model::mode::Mode;
use crate::tui::model::notice::Tone;
use crate::tui::questions::Question;
use crate::tui::questions::find::{FindQuestion, NewHits, NextHitQuestion};
use crate::tui::questions::timing::Ticket;
use crate::tui::update::{moves, prompts};

/// Begins the typed search; the playhead goes to its first hit.
pub(super) fn enter(model: &mut Model, effects: &mut Vec<Effect>) {
    let Mode::Find(prompt) = &model.mode else { return };
    let text = prompt.text().trim().to_owned();
    // An invalid search stays in the prompt, to be corrected.
    match Search::parse_within(&text, model.head.position) {
        Err(why) => return model.notify(Tone::Bad, why.to_string()),
        Ok(search) if search.is_everything() => {}
        Ok(search) => (model.find.text, model.find.search) = (text, search),
    }
    prompts::close_done(model);
    begin(model, true, effects);
}

/// Goes to the next hit after the playhead, or to the previous one.
pub(super) fn go_on(model: &mut Model, is_forward: bool, effects: &mut Vec<Effect>) {
    if model.find.hits.is_none() {
        begin(model, is_forward, effects);
    } else {
        next(model, is_forward, effects);
    }
}

fn begin(model: &mut Model, is_forward: bool, effects: &mut Vec<Effect>) {
    if model.find.text.is_empty() {
        model.notify(Tone::Plain, format!("nothing to find yet: {} begins", key_name(KeyAction::Find)));
        return;
    }
    let (around, head) = (model.playhead.position, model.head.position);
    model.find.hits = Some(Hits::begun(around, head));
    model.find.waits = Some(is_forward);
    ask(model, GlobalPosition::START, effects);
}

fn ask(model: &mut Model, after: GlobalPosition, effects: &mut Vec<Effect>) {
    model.find.ticket += 1;
    let (around, head) = (model.playhead.position, model.head.position);
    let question = FindQuestion { search: model.find.search.clone(), around, after, head };
    effects.push(Effect::Ask(model.find.ticket, Question::Find(question)));
}

/// Continues the search in new events, once the rest has been searched.
pub(super) fn ask_for_appended(model: &mut Model, effects: &mut Vec<Effect>) {
    let head = model.head.position;
    let Some(hits) = model.find.hits.as_mut().filter(|hits| hits.wants_appended(head)) else { return };
    let after = hits.head;
    hits.go_on(head);
    ask(model, after, effects);
}

/// Goes to the next hit as soon as it is known.
fn next(model: &mut Model, is_forward: bool, effects: &mut Vec<Effect>) {
    let from = model.playhead.position;
    let Some(hits) = &model.find.hits else { return };
    (model.find.waits, model.find.has_asked) = (None, false);
    let is_behind = hits.head < model.head.position && hits.state != FindState::Running;
    match hits.next(from, is_forward) {
        NextHit::At(hit) if !is_behind => jump(model, hit.position, is_forward),
        NextHit::Nowhere if !is_behind => found_nothing(model),
        NextHit::NotSearched if hits.state == FindState::Running => model.find.waits = Some(is_forward),
        _ => {
            model.find.next_ticket += 1;
            let question = NextHitQuestion { search: model.find.search.clone(), from, is_forward };
            effects.push(Effect::Ask(model.find.next_ticket, Question::NextHit(question)));
            (model.find.waits, model.find.has_asked) = (Some(is_forward), true);
        }
    }
}

/// Takes hits, or the progress of the search.
pub(super) fn hits_came(model: &mut Model, ticket: Ticket, came: NewHits, effects: &mut Vec<Effect>) {
    if ticket != model.find.ticket {
        return;
    }
    let nothing_found = nothing_found(model);
    let Some(hits) = &mut model.find.hits else { return };
    hits.take(came);
    if hits.n_hits > 0 && model.notice.as_ref().is_some_and(|notice| notice.text == nothing_found) {
        // A new event is a hit.
        model.notice = None;
    }
    if let Some(is_forward) = model.find.waits.filter(|_| !model.find.has_asked) {
        next(model, is_forward, effects);
    }
}

/// Reports that a search failed.
pub(super) fn failed(model: &mut Model, ticket: Ticket, why: String) {
    if ticket == model.find.ticket {
        stop(model);
        model.notify(Tone::Bad, why);
    }
}

/// Takes the answer about the next hit.
pub(super) fn found_next(model: &mut Model, ticket: Ticket, found: Option<GlobalPosition>) {
    if ticket != model.find.next_ticket {
        return;
    }
    let Some(is_forward) = model.find.waits.take() else { return };
    match found {
        Some(position) => jump(model, position, is_forward),
        None => found_nothing(model),
    }
}

fn jump(model: &mut Model, position: GlobalPosition, is_forward: bool) {
    let here = model.playhead.position;
    moves::jump(model, position);
    let text = &model.find.text;
    let text = match (is_forward, position.cmp(&here)) {
        (_, std::cmp::Ordering::Equal) => format!("{text} · this is the only hit"),
        (true, std::cmp::Ordering::Less) => format!("{text} · past the head, on from the beginning"),
        (false, std::cmp::Ordering::Greater) => format!("{text} · past the beginning, back from the head"),
        _ => return,
    };
    model.notify(Tone::Plain, text);
}

fn found_nothing(model: &mut Model) {
    model.notify(Tone::Plain, nothing_found(model));
}

fn nothing_found(model: &Model) -> String {
    format!("nothing found: {}", model.find.search)
}

/// Stops all searches; the hits stay. Returns whether a search was running.
pub(super) fn stop(model: &mut Model) -> bool {
    let was_waiting = model.find.drop_wait();
    let running = model.find.hits.as_mut().filter(|hits| hits.state == FindState::Running);
    let was_running = running.is_some();
    if let Some(hits) = running {
        (hits.state, hits.progress) = (FindState::Stopped, None);
    }
    model.find.ticket += 1;
    was_waiting || was_running
}

/// Stops searching; if nothing is being searched, removes the marks. Returns whether there was anything to do.
pub(super) fn escape(model: &mut Model, effects: &mut Vec<Effect>) -> bool {
    if stop(model) {
        effects.push(Effect::Do(Deed::StopFinding));
        let [next, previous, escape] =
            [KeyAction::FindNext, KeyAction::FindPrevious, KeyAction::Escape].map(key_name);
        model.notify(
            Tone::Plain,
            format!(
                "stopped searching; the hits stay marked, {next} and {previous} go to them, {escape} removes the marks"
            ),
        );
        return true;
    }
    model.find.hits.take().is_some()
}
