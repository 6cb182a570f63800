//! A screen on a store of a hundred events: keys, and the resulting effects.

use foldback::domain::aggregates::Aggregates;
use foldback::domain::aggregates::account::state::{AccountState, Status};
use foldback::domain::event::{GlobalPosition, StreamName, StreamPosition};
use foldback::domain::moment::{Moment, Reach};
use foldback::domain::state::State;
use foldback::read_model::presentation_of;
use foldback::read_model::rows::StreamRow;
use foldback::tui::effect::Effect;
use foldback::tui::key::{Key, KeyCode};
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::size::Size;
use foldback::tui::model::store::{OpenStore, StoreKind};
use foldback::tui::questions::look::{Arrival, EventRow, Look};
use foldback::tui::questions::place::{Along, Anchor, Place};
use foldback::tui::questions::{Answer, LogQuestion, Question};
use foldback::tui::update::update;

/// The number of the question about the selected account.
pub(crate) const STATEMENT: usize = 0;

pub(crate) fn at(position: u64) -> GlobalPosition {
    GlobalPosition::new(position)
}

pub(crate) fn name(text: &str) -> StreamName {
    StreamName::new(text).unwrap()
}

pub(crate) fn moment(position: u64) -> Moment {
    let clock = (position > 0).then(|| jiff::Timestamp::from_second(position.cast_signed() * 60).unwrap());
    Moment { position: at(position), clock }
}

/// How far a log reaches that has one event at each position.
pub(crate) fn reach(n_events: u64) -> Reach {
    Reach { moment: moment(n_events), n_events }
}

/// A screen on a store of a hundred events, live.
pub(crate) fn screen() -> Model {
    let store = OpenStore { name: "bank.db".to_owned(), kind: StoreKind::Own, takes_commands: true };
    let mut model = Model::new(store, presentation_of(&Aggregates::bank()), Size { width: 120, height: 36 });
    update(&mut model, Message::HeadMoved { head: reach(100), first_clock: moment(1).clock });
    model
}

pub(crate) fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    keys.chars().flat_map(|c| update(model, Message::Key(Key::char(c)))).collect()
}

pub(crate) fn key(model: &mut Model, code: KeyCode) -> Vec<Effect> {
    update(model, Message::Key(Key::plain(code)))
}

/// Opens the prompt, and enters a line.
pub(crate) fn enter(model: &mut Model, line: &str) -> Vec<Effect> {
    press(model, ":");
    press(model, line);
    key(model, KeyCode::Enter)
}

/// Effects without the questions that any move asks.
pub(crate) fn deeds(effects: Vec<Effect>) -> Vec<Effect> {
    effects.into_iter().filter(|effect| !matches!(effect, Effect::Ask(..))).collect()
}

pub(crate) fn look_ticket(effects: &[Effect]) -> u64 {
    effects
        .iter()
        .find_map(|e| {
            if let Effect::Ask(ticket, Question::Log(LogQuestion::Look(_))) = e {
                Some(*ticket)
            } else {
                None
            }
        })
        .unwrap()
}

/// The arrival at a position of that log.
pub(crate) fn arrival(position: u64) -> Arrival {
    Arrival { there: moment(position), of_time: None }
}

pub(crate) fn look(playhead: u64, account: &str) -> Look {
    let row = EventRow {
        position: at(playhead),
        stream: name(account),
        version: StreamPosition::new(1),
        event_type: "Deposited".to_owned(),
        time: None,
        is_late: false,
        is_understood: true,
        amount: None,
        has_amount_to_come: false,
    };
    Look {
        playhead: at(playhead),
        clock: None,
        n_events: playhead,
        of_time: None,
        events: vec![row],
        selected: Some(name(account)),
        state: None,
    }
}

/// The looks among the effects at places that only the log knows.
pub(crate) fn headings(effects: &[Effect]) -> Vec<(u64, Place)> {
    let heading = |effect: &Effect| match effect {
        Effect::Ask(ticket, Question::Log(LogQuestion::Look(look))) if look.at.is_to_be_found() => {
            Some((*ticket, look.at.clone()))
        }
        _ => None,
    };
    effects.iter().filter_map(heading).collect()
}

/// The place that is a number of steps from a position.
pub(crate) fn steps(from: u64, along: Along, by: i64) -> Place {
    Place::position(at(from)).further(along, by).unwrap()
}

/// Presses keys, with the answer to each look: the log has one event at each position. Returns all effects.
pub(crate) fn walk(model: &mut Model, keys: &str) -> Vec<Effect> {
    let mut all = Vec::new();
    for c in keys.chars() {
        let effects = update(model, Message::Key(Key::char(c)));
        all.extend(arrive(model, effects));
    }
    all
}

/// The effects, with those of the answer to the look among them.
pub(crate) fn arrive(model: &mut Model, mut effects: Vec<Effect>) -> Vec<Effect> {
    let look_at = |effect: &Effect| match effect {
        Effect::Ask(ticket, Question::Log(LogQuestion::Look(look))) => Some((*ticket, look.at.clone())),
        _ => None,
    };
    let Some((ticket, place)) = effects.iter().find_map(look_at) else { return effects };
    let Anchor::Position(mut here) = place.from else { panic!("{place:?}") };
    for walk in &place.walks {
        assert_eq!(walk.along, Along::Events);
        here = at(here.number().saturating_add_signed(walk.by)).min(model.head.position);
    }
    let look = Look { clock: moment(here.number()).clock, ..look(here.number(), "acc-1") };
    effects.extend(update(model, Message::Answered(ticket, Answer::Look(Box::new(look)))));
    effects
}

/// Answers the newest look.
pub(crate) fn answer_look(model: &mut Model, effects: &[Effect], account: &str) -> Vec<Effect> {
    let look = look(model.playhead.position.number(), account);
    update(model, Message::Answered(look_ticket(effects), Answer::Look(Box::new(look))))
}

/// The row of a stream that has only a name.
pub(crate) fn stream_row(account: &str) -> StreamRow {
    StreamRow {
        stream: name(account),
        columns: State::Account(AccountState { status: Status::Open, ..AccountState::NONE }).document(),
        version: StreamPosition::new(1),
        position: at(1),
        n_not_understood: 0,
    }
}
