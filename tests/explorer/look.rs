//! The content of the panes at a position: the events, the state, the accounts.

use foldback::cancel::Cancel;
use foldback::domain::event::{GlobalPosition, StreamName, StreamPosition};
use foldback::domain::mapping::MappingDigests;
use foldback::domain::moment::Moment;
use foldback::domain::state::State;
use foldback::tui::key::Key;
use foldback::tui::message::Message;
use foldback::tui::model::ruler::Ruler;
use foldback::tui::questions::comparison::{CompareQuestion, ComparedStream, Comparison};
use foldback::tui::questions::{Answer, LogQuestion};
use proptest::prelude::*;

use crate::bank::{Bank, survey_question};
use crate::support::cases;

#[test]
fn at_every_position_every_account_is_the_fold_of_its_events() {
    let mut bank = Bank::open();
    for account in bank.accounts() {
        for at in (0..=bank.head()).rev().step_by(7).chain((0..=bank.head()).step_by(31)) {
            let state = bank.look(at, Some(&account), 3).state.unwrap();
            let seen = (state.trace.state, state.trace.version.number());
            let (expected, version) = bank.folded(&account, at);
            assert_eq!(seen, (State::Account(expected), version), "{account} at {at}");
        }
    }
}

#[test]
fn a_look_shows_the_events_around_the_playhead_and_the_account_of_the_last_one() {
    let mut bank = Bank::open();
    for at in [0, 1, 5, 200, bank.head()] {
        let look = bank.look(at, None, 4);
        let positions: Vec<u64> = look.events.iter().map(|event| event.position.number()).collect();
        let expected: Vec<u64> = (at.saturating_sub(3).max(1)..=(at + 4).min(bank.head())).collect();
        assert_eq!(positions, expected);
        let at_playhead = at.checked_sub(1).and_then(|nth| bank.log.get(usize::try_from(nth).unwrap()));
        assert_eq!(look.selected, at_playhead.map(|event| event.stream.clone()));
        assert_eq!(look.clock, at_playhead.and_then(|event| event.clock));
    }
}

#[test]
fn a_comparison_gives_each_account_as_the_write_side_has_it() {
    let mut bank = Bank::open();
    let streams = bank.accounts();
    let playhead = GlobalPosition::new(150);
    let rows_at = GlobalPosition::new(300);
    let read_by = MappingDigests::default();
    let question = CompareQuestion { playhead, rows_at, read_by: read_by.clone(), streams: streams.clone() };
    let compared = |stream: StreamName| {
        let (at_playhead, _) = bank.folded(&stream, 150);
        let (at_rows, version) = bank.folded(&stream, 300);
        let version_at_rows = StreamPosition::new(version);
        let [at_playhead, at_rows] = [at_playhead, at_rows].map(State::Account);
        ComparedStream { stream, at_playhead, at_rows, version_at_rows, n_not_understood_at_rows: 0 }
    };
    let streams = streams.into_iter().map(compared).collect();
    let expected = Comparison { playhead, rows_at, read_by, is_of_older_mapping: false, streams };
    assert_eq!(
        bank.ask(LogQuestion::Comparison(question)),
        Message::Answered(1, Answer::Comparison(expected))
    );
}

proptest! {
    #![proptest_config(cases(24))]
    #[test]
    fn whatever_ruler_was_asked_before_a_column_holds_the_events_that_fall_into_it(
        rulers in prop::collection::vec((any::<bool>(), 0_u8..12, any::<prop::sample::Index>(), 1_u16..150), 1..5),
        account in any::<prop::sample::Index>(),
    ) {
        let mut bank = Bank::open();
        let names = bank.accounts();
        let account = names[account.index(names.len())].clone();
        for (by_time, n_zooms, at, n_columns) in rulers {
            let mut model = bank.model();
            let at = at.index(bank.log.len());
            model.playhead = Moment { position: bank.log[at].position, clock: bank.log[at].clock };
            for key in std::iter::once('t').filter(|_| by_time).chain((0..n_zooms).map(|_| 'z')) {
                foldback::tui::update::update(&mut model, Message::Key(Key::char(key)));
            }
            let ruler = Ruler::of(&model, n_columns);
            let survey = bank.survey(&survey_question(ruler.clone(), n_columns, Some(&account)), &Cancel::never());
            let mut expected = vec![(0, 0); usize::from(n_columns)];
            for event in &bank.log {
                let moment = Moment { position: event.position, clock: event.clock };
                if let Some(column) = ruler.column_of(moment) {
                    let (n_events, n_of_account) = &mut expected[usize::from(column)];
                    *n_events += 1;
                    *n_of_account += u64::from(event.stream == account);
                }
            }
            let held: Vec<_> = survey
                .columns
                .iter()
                .map(|column| (column.events.unwrap().n_events, column.marks.unwrap().n_events))
                .collect();
            prop_assert_eq!(held, expected);
        }
    }
}
