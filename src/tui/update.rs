//! The update: a message changes the model and gives effects.
//!
//! Its files:
//!
//! - `actions.rs`: the actions of keys
//! - `browse.rs`: keys while nothing is being typed: counts, and actions
//! - `burst.rs`: bursts of keys: pasted lines, or the keys of a script
//! - `charting.rs`: the choice of the field that the chart draws
//! - `completion.rs`: completion of the line that is being typed: its candidates, and the next one
//! - `console.rs`: keys in the SQL console
//! - `copying.rs`: copying to the terminal's clipboard: what a key chooses
//! - `finding.rs`: searching: start, stop, progress, and moving among hits
//! - `guide.rs`: keys while the guide is open
//! - `line.rs`: editing the line that is being typed, by keys or by a paste
//! - `mouse.rs`: the mouse
//! - `moves.rs`: moves of the playhead
//! - `overlay.rs`: keys while the inspector or the help is open
//! - `prompts.rs`: opening and closing prompts, over whatever is open
//! - `rebuild.rs`: rebuilding: start, cancel, result
//! - `requests.rs`: requests: the questions of the panes, asked when they change, and their answers, taken in
//! - `steering.rs`: steering the read side: orders to the projector, and the clock of the query view
//! - `stream_list.rs`: keys in the query view's list: moving, and filtering
//! - `typing.rs`: keys in the prompt
//! - `verifying.rs`: verification: its reports, and the jump to the first fault

mod actions;
mod browse;
mod burst;
mod charting;
mod completion;
mod console;
mod copying;
mod finding;
mod guide;
mod line;
mod mouse;
mod moves;
mod overlay;
mod prompts;
mod rebuild;
mod requests;
mod steering;
mod stream_list;
mod typing;
mod verifying;

use std::time::Duration;

use crate::domain::event::Timestamp;
use crate::domain::moment::Reach;
use crate::tui::effect::{CommandOutcome, Deed, Effect, TerminalEffect};
use crate::tui::key::Key;
use crate::tui::layout::drawn;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::model::mode::Mode;
use crate::tui::model::notice::Tone;
use crate::tui::model::read_side::ReadSide;
use crate::tui::questions::timing::Basis;

/// Takes a message into the model; returns the effects.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let mut effects = Vec::new();
    take_in(model, message, &mut effects);
    requests::ask(model, &mut effects);
    effects
}

/// How long the loop may sleep until the playhead has to move by itself; `None` = until the next message.
pub fn due(model: &Model) -> Option<Duration> {
    model.playback.due()
}

fn take_in(model: &mut Model, message: Message, effects: &mut Vec<Effect>) {
    match message {
        Message::Key(key) => press(model, key, effects),
        // Each of its keys is a message of its own.
        Message::Burst(keys) => burst(model, &keys, effects),
        Message::Mouse(mouse) => mouse::mouse(model, mouse),
        Message::Pasted(text) if matches!(model.mode, Mode::Console(_)) => console::paste(model, &text),
        Message::Pasted(text) => line::paste(model, &text),
        Message::Resized(size) => {
            model.size = drawn(size);
            effects.push(Effect::Terminal(TerminalEffect::Redraw));
        }
        Message::Ticked(elapsed) => tick(model, elapsed),
        // A log never shrinks: a lower head was read before a command's own append was reported.
        // If events are really lost, the verifier reports it.
        Message::HeadMoved { head, .. } if head.moment.position < model.head.position => {
            effects.push(Effect::Do(Deed::Verify));
        }
        Message::MappingsChanged => {
            effects.push(Effect::Do(Deed::Project));
            model.ask_again(Basis::Folds);
        }
        Message::HeadMoved { head, first_clock } => head_moved(model, head, first_clock, effects),
        Message::Answered(ticket, answer) => requests::receive(model, ticket, answer, effects),
        Message::Submitted(submitted) => submitted_command(model, submitted, effects),
        Message::ReadForCopy(text) => copying::copy(model, text, effects),
        Message::Projected { checkpoint, status, is_followed } => {
            let Reach { moment: checkpoint, n_events: n_projected } = checkpoint;
            let is_begun_again = model.read_side.is_begun_again && checkpoint.position < model.head.position;
            model.read_side =
                ReadSide { checkpoint, n_projected, status: *status, is_followed, is_begun_again };
        }
        Message::ReadModelBegun(why) => {
            rebuild::replaced(model);
            model.read_side.is_begun_again = true;
            model.notify(Tone::Plain, format!("the query view is being rebuilt: {why}"));
        }
        Message::ReadModelDamaged(wrong) => rebuild::damaged(model, &wrong, effects),
        Message::ReadModelReplaced => rebuild::replaced(model),
        Message::RebuildReached(progress) => rebuild::reached(model, progress),
        Message::RebuildEnded(end) => rebuild::ended(model, end),
        Message::Verified(verification) => verifying::verified(model, *verification),
        Message::ImportReached(import) => model.import = Some(import),
        Message::ImportEnded(text) => import_ended(model, &text),
        Message::LeftOut(left_out, why_nothing) => {
            model.left_out = *left_out;
            model.why_nothing = why_nothing;
        }
        Message::EnvelopeFound(words) => model.found_envelope = Some(words),
        Message::LogWaitedFor(waits) => model.waits_for_log = waits,
        Message::LogReplaced => effects.push(Effect::Do(Deed::OpenAgain)),
        Message::Failed(why) => failed(model, why),
        Message::Crashed => effects.push(Effect::Do(Deed::Crash)),
        Message::Suspended => effects.push(Effect::Terminal(TerminalEffect::Suspend)),
        Message::Resumed => effects.push(Effect::Terminal(TerminalEffect::Resume)),
        Message::Terminated => effects.push(Effect::Do(Deed::Quit)),
    }
}

/// Handles keys that arrived at once: a pasted text, of which nothing is run, or key by key.
fn burst(model: &mut Model, keys: &[Key], effects: &mut Vec<Effect>) {
    match burst::pasted(&model.mode, keys) {
        Some(text) => effects.extend(update(model, Message::Pasted(text))),
        None => effects.extend(keys.iter().flat_map(|key| update(model, Message::Key(*key)))),
    }
}

fn import_ended(model: &mut Model, text: &str) {
    model.import = None;
    let is_first = !std::mem::replace(&mut model.has_read_log, true);
    let before = model.notice.take().filter(|_| is_first);
    let before = before.map_or_else(String::new, |notice| notice.text + " · ");
    model.notify(Tone::Plain, before + text);
}

fn failed(model: &mut Model, why: String) {
    model.has_failed = true;
    (model.heading, model.stream_list.choice) = (None, None);
    (model.find.waits, model.find.has_asked) = (None, false);
    model.notify(Tone::Bad, why);
}

fn press(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    model.notice = None;
    model.ask_again_after_failure();
    if key == Key::ctrl('c') {
        effects.push(Effect::Do(Deed::Quit));
        return;
    }
    match &model.mode {
        Mode::Browse => browse::browse(model, key, effects),
        Mode::Inspect(_) | Mode::Help { .. } => overlay::overlay(model, key, effects),
        Mode::Guide(open) => guide::guide(model, *open, key, effects),
        Mode::Copy => copying::copy_what(model, key, effects),
        Mode::Console(part) => console::console(model, *part, key, effects),
        Mode::Command(_) | Mode::Find(_) => typing::typing(model, key, effects),
        Mode::Filter(_) => stream_list::typing(model, key),
    }
}

fn tick(model: &mut Model, elapsed: Duration) {
    let steps = model.playback.advance(elapsed);
    if steps > 0 {
        moves::step(model, i64::try_from(steps).unwrap_or(i64::MAX));
    }
}

fn head_moved(model: &mut Model, head: Reach, first_clock: Option<Timestamp>, effects: &mut Vec<Effect>) {
    effects.extend([Effect::Do(Deed::Project), Effect::Do(Deed::Verify)]);
    let Reach { moment: head, n_events } = head;
    (model.head, model.n_events) = (head, n_events);
    model.first_clock = first_clock;
    if model.follows_head || model.playhead.position > head.position {
        model.playhead = head;
        moves::keep_in_sight(model);
    }
}

fn submitted_command(model: &mut Model, submitted: CommandOutcome, effects: &mut Vec<Effect>) {
    match submitted {
        CommandOutcome::Appended { first, head, trouble } => {
            head_moved(model, head, model.first_clock.or(head.moment.clock), effects);
            let head = head.moment.position;
            let range = if first == head { format!("{first}") } else { format!("{first} and {head}") };
            let goes = format!(" · {} goes there", moves::words_to_head(model));
            let hint = if model.follows_head { "" } else { &goes };
            let text = format!("appended {range}, on the disk{hint}");
            match trouble {
                None => model.notify(Tone::Done, text),
                Some(trouble) => model.notify(Tone::Bad, format!("{text} · {trouble}")),
            }
        }
        CommandOutcome::Refused(why) => model.notify(Tone::Bad, format!("refused: {why}")),
        CommandOutcome::Failed(why) => model.notify(Tone::Bad, why),
    }
}
