//! The update: a message changes the model and gives effects.
//!
//! Its files:
//!
//! - `account_list.rs`: keys in the query view's list: moving, and filtering
//! - `browse.rs`: keys while nothing is being typed
//! - `burst.rs`: bursts of keys: pasted lines, or the keys of a script
//! - `console.rs`: keys in the SQL console
//! - `finding.rs`: searching: start, stop, progress, and moving among hits
//! - `mouse.rs`: the mouse
//! - `moves.rs`: moves of the playhead
//! - `rebuild.rs`: rebuilding: start, cancel, result
//! - `steering.rs`: steering the read side: orders to the projector, and the clock of the query view
//! - `typing.rs`: keys in the prompt
//! - `verifying.rs`: verification: its reports, and the jump to the first fault
//! - `wants.rs`: requests: the questions that the panes need, asked when they change

mod account_list;
mod browse;
mod burst;
mod console;
mod finding;
mod mouse;
mod moves;
mod rebuild;
mod steering;
mod typing;
mod verifying;
mod wants;

use std::time::Duration;

use crate::domain::counted::counted;
use crate::domain::event::{StreamName, Timestamp};
use crate::domain::moment::Moment;
use crate::tui::effect::{Effect, Submitted};
use crate::tui::layout::drawn;
use crate::tui::message::{Key, Message};
use crate::tui::model::read_side::ReadSide;
use crate::tui::model::{Mode, Model, QueryForm, Selection, Tone};
use crate::tui::questions::look::Look;
use crate::tui::questions::place::{Located, Place};
use crate::tui::questions::statement::Statement;

/// Takes one thing that happened into the model; answers what the screen wants done because of it.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    if let Message::Burst(keys) = message {
        return burst::burst(model, &keys);
    }
    let mut effects = Vec::new();
    take_in(model, message, &mut effects);
    wants::wants(model, &mut effects);
    effects
}

/// How long the loop may sleep until the playhead has to move by itself; `None` = until something happens.
pub fn due(model: &Model) -> Option<Duration> {
    model.playback.due()
}

fn take_in(model: &mut Model, message: Message, effects: &mut Vec<Effect>) {
    match message {
        Message::Key(key) => press(model, key, effects),
        // Came apart above: each of its keys is a message of its own.
        Message::Burst(_) => {}
        Message::Mouse(mouse) => mouse::mouse(model, mouse, effects),
        Message::Pasted(text) if matches!(model.mode, Mode::Console(_)) => console::paste(model, &text),
        Message::Pasted(text) => typing::paste(model, &text),
        Message::Resized(size) => {
            model.size = drawn(size);
            effects.push(Effect::Redraw);
        }
        Message::Ticked(elapsed) => tick(model, elapsed),
        // A log never shrinks: a lower head is one that was seen before a command's own append was told.
        // Where it is missing in truth, that is found by who proves it.
        Message::HeadMoved { head, .. } if head.position < model.head.position => {
            effects.push(Effect::Verify);
        }
        Message::MappingsChanged => {
            effects.push(Effect::Project);
            read_again(model);
        }
        Message::HeadMoved { head, first_clock } => head_moved(model, head, first_clock, effects),
        Message::Looked(ticket, look) => looked(model, ticket, *look),
        Message::Surveyed(ticket, survey) => drop(model.survey.receive(ticket, *survey)),
        Message::IdleFound(ticket, active) => moves::take_active_time(model, ticket, &active),
        Message::LateCounted(ticket, n_late) => model.by_time.receive(ticket, n_late),
        Message::Charted(ticket, chart) => drop(model.chart.receive(ticket, chart)),
        Message::AccountsRead(ticket, accounts) => {
            model.seen.see_accounts(&accounts);
            if model.accounts.receive(ticket, *accounts) {
                account_list::choose(model);
            }
        }
        Message::Compared(ticket, comparison) => drop(model.comparison.receive(ticket, comparison)),
        Message::StatementRead(ticket, statement) => take_statement(model, ticket, statement),
        Message::FlowsRead(ticket, flows) => drop(model.flows.receive(ticket, flows)),
        Message::MoneyRead(ticket, money) => drop(model.money.receive(ticket, money)),
        Message::NotUnderstoodCounted(ticket, n) => drop(model.not_understood.receive(ticket, n)),
        Message::Previewed(ticket, preview) => {
            if let Mode::Command(prompt) = &mut model.mode {
                prompt.preview.receive(ticket, preview);
            }
        }
        Message::NamesRead(ticket, names) => typing::names_read(model, ticket, names),
        Message::InspectedEvent(ticket, event) => {
            if let Mode::Inspect(inspector) = model.over_panes_mut() {
                inspector.event.receive(ticket, *event);
            }
        }
        Message::Submitted(submitted) => submitted_command(model, submitted, effects),
        Message::Located(ticket, place, located) if ticket == model.seek => {
            located_place(model, &place, located, effects);
        }
        Message::ReadForCopy(text) => copy(model, text, effects),
        Message::HitsCame(ticket, came) if ticket == model.find.ticket => {
            finding::hits_came(model, *came, effects);
        }
        Message::FoundNext(ticket, found) if ticket == model.find.next_ticket => {
            finding::found_next(model, found);
        }
        Message::FindFailed(ticket, why) if ticket == model.find.ticket => {
            finding::stop(model);
            model.tell(Tone::Bad, why);
        }
        Message::Answered(ticket, answered) => console::answered(model, ticket, *answered),
        Message::RowsCame(ticket, rows) => console::rows_came(model, ticket, rows),
        Message::AnswerEnded(ticket, end) => console::ended(model, ticket, end),
        // Answers to what is not asked any more.
        Message::Located(..) | Message::HitsCame(..) | Message::FoundNext(..) | Message::FindFailed(..) => {}
        Message::Projected { checkpoint, status, is_followed } => {
            let is_begun_again = model.read_side.is_begun_again && checkpoint.position < model.head.position;
            model.read_side = ReadSide { checkpoint, status: *status, is_followed, is_begun_again };
        }
        Message::ReadModelBegun(why) => {
            rebuild::replaced(model);
            model.read_side.is_begun_again = true;
            model.tell(Tone::Plain, format!("the query view is made anew: {why}"));
        }
        Message::ReadModelDamaged(wrong) => rebuild::damaged(model, &wrong, effects),
        Message::ReadModelReplaced => rebuild::replaced(model),
        Message::RebuildReached(progress) => rebuild::reached(model, progress),
        Message::RebuildEnded(end) => rebuild::ended(model, end),
        Message::Verified(verification) => verifying::verified(model, *verification),
        Message::ImportReached(import) => model.import = Some(import),
        Message::ImportEnded(text) => {
            model.import = None;
            let is_first = !std::mem::replace(&mut model.has_read_log, true);
            let before = model.notice.take().filter(|_| is_first);
            let before = before.map_or_else(String::new, |notice| notice.text + " · ");
            model.tell(Tone::Plain, before + &text);
        }
        Message::LeftOut(left_out, why_nothing) => {
            model.left_out = *left_out;
            model.why_nothing = why_nothing;
        }
        Message::LogWaitedFor(waits) => model.waits_for_log = waits,
        Message::LogReplaced => effects.push(Effect::OpenAgain),
        Message::Failed(why) => {
            model.has_failed = true;
            model.seeks_place = false;
            (model.account_steps, model.account_list.choice) = (None, None);
            (model.find.waits, model.find.has_asked) = (None, false);
            model.tell(Tone::Bad, why);
        }
        Message::Crashed => effects.push(Effect::Crash),
        Message::Suspended => effects.push(Effect::Suspend),
        Message::Resumed => effects.push(Effect::Resume),
        Message::Terminated => effects.push(Effect::Quit),
    }
}

fn press(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    model.notice = None;
    ask_again_after_failure(model);
    if key == Key::ctrl('c') {
        effects.push(Effect::Quit);
        return;
    }
    match &model.mode {
        Mode::Browse => browse::browse(model, key, effects),
        Mode::Inspect(_) | Mode::Help { .. } => browse::overlay(model, key, effects),
        Mode::Copy => browse::copy_what(model, key, effects),
        Mode::Console(part) => console::console(model, *part, key, effects),
        Mode::Command(_) | Mode::Find(_) => typing::typing(model, key, effects),
        Mode::Filter(_) => account_list::typing(model, key),
    }
}

/// What has no answer because one failed is asked for again, once a key.
fn ask_again_after_failure(model: &mut Model) {
    if !std::mem::take(&mut model.has_failed) {
        return;
    }
    model.look.ask_again();
    model.active_time.ask_again();
    model.survey.ask_again();
    model.by_time.ask_again();
    model.chart.ask_again();
    model.accounts.ask_again();
    model.comparison.ask_again();
    model.statement.ask_again();
    model.flows.ask_again();
    model.money.ask_again();
    model.not_understood.ask_again();
}

/// The log has another mapping: what was folded is folded by that one.
fn read_again(model: &mut Model) {
    model.look.ask_again();
    model.chart.ask_again();
    model.comparison.ask_again();
    match &mut model.mode {
        Mode::Inspect(inspector) => inspector.event.ask_again(),
        Mode::Command(prompt) => prompt.preview.ask_again(),
        _ => {}
    }
}

fn tick(model: &mut Model, elapsed: Duration) {
    let steps = model.playback.advance(elapsed);
    if steps > 0 {
        moves::go(model, model.playhead.position.plus(steps));
    }
    if model.playhead.position >= model.head.position {
        model.playback.stop();
    }
}

fn head_moved(model: &mut Model, head: Moment, first_clock: Option<Timestamp>, effects: &mut Vec<Effect>) {
    effects.extend([Effect::Project, Effect::Verify]);
    model.head = head;
    model.first_clock = first_clock;
    if model.follows_head || model.playhead.position > head.position {
        model.playhead = head;
        moves::keep_in_sight(model);
    }
}

/// A statement that has grown shorter than it is scrolled (it is now shown as of an earlier place) begins anew.
fn take_statement(model: &mut Model, ticket: u64, statement: Statement) {
    model.seen.see_types(statement.lines.iter().map(|line| line.event_type.as_str()));
    let (n_newer, n_known) = (statement.n_newer, statement.n_known());
    let is_past_its_end = statement.lines.is_empty() && n_newer > 0;
    let n_asked = model.statement.question().map_or(0, |question| question.n_lines);
    let is_whole = n_known - n_newer < n_asked;
    if !model.statement.receive(ticket, statement) {
        return;
    }
    if let QueryForm::Statement { line } = &mut model.query_form {
        if is_past_its_end {
            *line = 0;
        } else if is_whole {
            *line = (*line).min(n_known.saturating_sub(1));
        }
    }
}

fn looked(model: &mut Model, ticket: u64, look: Look) {
    let clock = look.clock;
    model.seen.see_types(look.events.iter().map(|event| event.event_type.as_str()));
    if model.look.receive(ticket, look) {
        model.playhead.clock = clock;
        // By time, only now it is known where that is on the ruler.
        moves::keep_in_sight(model);
    }
}

fn submitted_command(model: &mut Model, submitted: Submitted, effects: &mut Vec<Effect>) {
    match submitted {
        Submitted::Appended { first, head, clock, trouble } => {
            head_moved(model, Moment { position: head, clock }, model.first_clock.or(clock), effects);
            let range = if first == head { format!("{first}") } else { format!("{first} and {head}") };
            let hint = if model.follows_head { "" } else { " · G goes there" };
            let text = format!("appended {range}, on the disk{hint}");
            match trouble {
                None => model.tell(Tone::Done, text),
                Some(trouble) => model.tell(Tone::Bad, format!("{text} · {trouble}")),
            }
        }
        Submitted::Refused(why) => model.tell(Tone::Bad, format!("refused: {why}")),
        Submitted::Failed(why) => model.tell(Tone::Bad, why),
    }
}

fn located_place(model: &mut Model, place: &Place, located: Option<Located>, effects: &mut Vec<Effect>) {
    model.seeks_place = false;
    if let Place::Account(name) = place {
        match located {
            Some(_) => model.selection = Selection::Pinned(name.clone()),
            None => model.tell(Tone::Bad, no_such_account(name)),
        }
        return;
    }
    if let Place::OfAccount { by, stream, .. } = place {
        let waiting = model.account_steps.take().unwrap_or(0);
        match located {
            Some(located) => moves::go(model, located.moment.position),
            None if *by > 0 => model.tell(Tone::Plain, format!("{stream} has no later event")),
            None => model.tell(Tone::Plain, format!("{stream} has no earlier event")),
        }
        if located.is_some() && waiting != 0 {
            moves::along_account(model, waiting, effects);
        }
        return;
    }
    if let Some(located) = located {
        moves::go(model, located.moment.position);
        model.playhead.clock = located.moment.clock;
        if let Some(time) = located.of_time {
            model.by_time.place(time);
        }
        moves::keep_in_sight(model);
    }
}

/// What is said where a person names an account that does not exist.
fn no_such_account(name: &StreamName) -> String {
    format!("no account is called {name}")
}

fn copy(model: &mut Model, text: String, effects: &mut Vec<Effect>) {
    model.tell(
        Tone::Done,
        format!("{} sent to the terminal's clipboard", counted(text.chars().count() as u64, "character")),
    );
    effects.push(Effect::Copy(text));
}
