//! A screen on a store of a hundred events: keys, and the resulting effects.

use foldback::domain::aggregates::account::state::Status;
use foldback::domain::event::{GlobalPosition, StreamName, StreamPosition};
use foldback::domain::moment::Moment;
use foldback::read_model::presentation;
use foldback::read_model::rows::StreamRow;
use foldback::tui::effect::Effect;
use foldback::tui::message::{Key, KeyCode, Message};
use foldback::tui::model::{Model, OpenStore, Size, StoreKind};
use foldback::tui::questions::look::{EventRow, Look};
use foldback::tui::questions::place::Place;
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

/// A screen on a store of a hundred events, live.
pub(crate) fn screen() -> Model {
    let store = OpenStore { name: "bank.db".to_owned(), kind: StoreKind::Own };
    let mut model = Model::new(store, presentation(), Size { width: 120, height: 36 });
    update(&mut model, Message::HeadMoved { head: moment(100), first_clock: moment(1).clock });
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
        events: vec![row],
        selected: Some(name(account)),
        state: None,
    }
}

/// The seeks among the effects.
pub(crate) fn seeks(effects: &[Effect]) -> Vec<(u64, Place)> {
    let seek = |effect: &Effect| match effect {
        Effect::Ask(ticket, Question::Log(LogQuestion::Place(place))) => Some((*ticket, place.clone())),
        _ => None,
    };
    effects.iter().filter_map(seek).collect()
}

/// Answers the newest look.
pub(crate) fn answer_look(model: &mut Model, effects: &[Effect], account: &str) -> Vec<Effect> {
    let look = look(model.playhead.position.number(), account);
    update(model, Message::Answered(look_ticket(effects), Answer::Look(Box::new(look))))
}

/// The row of an account that has only a name.
pub(crate) fn account_row(account: &str) -> StreamRow {
    StreamRow {
        stream: name(account),
        owner: None,
        currency: None,
        balance: 0,
        overdraft_limit: 0,
        status: Status::Open,
        version: StreamPosition::new(1),
        position: at(1),
        n_not_understood: 0,
    }
}
