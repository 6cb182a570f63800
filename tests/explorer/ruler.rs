//! The columns of the ruler, and the chart below them.

use foldback::domain::aggregates::Aggregates;
use std::sync::atomic::{AtomicU64, Ordering};

use foldback::cancel::Cancel;
use foldback::domain::event::{GlobalPosition, StreamName};
use foldback::domain::mapping::MappingDigests;
use foldback::domain::moment::Moment;
use foldback::read_model::engine::catch_up::{CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::read_model::presentation_of;
use foldback::runtime::shell::outbox::Job;
use foldback::runtime::watcher::head_moved;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventReader, EventStore};
use foldback::tui::key::Key;
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::ruler::Ruler;
use foldback::tui::model::size::Size;
use foldback::tui::model::store::{OpenStore, StoreKind};
use foldback::tui::questions::comparison::CompareQuestion;
use foldback::tui::questions::survey::{Survey, SurveyColumn, SurveyQuestion};
use foldback::tui::questions::{Answer, LogQuestion};

use crate::bank::{Bank, survey_question, worker_of};
use crate::support::{TempStore, deposit, stream, with_time, write};

#[test]
fn the_columns_of_the_ruler_hold_all_events_between_them() {
    let mut bank = Bank::open();
    let account = bank.accounts().remove(0);
    for by_time in [false, true] {
        for n_columns in [1, 2, 58, 118, 500] {
            let mut model = bank.model();
            if by_time {
                foldback::tui::update::update(&mut model, Message::Key(Key::char('t')));
            }
            let ruler = Ruler::of(&model, n_columns);
            let survey =
                bank.survey(&survey_question(ruler.clone(), n_columns, Some(&account)), &Cancel::never());
            assert_eq!((&survey.ruler, survey.stream.as_ref()), (&ruler, Some(&account)));
            assert_eq!((survey.columns.len(), survey.is_whole()), (usize::from(n_columns), true));
            let events: Vec<_> = survey.columns.iter().map(|column| column.events.unwrap()).collect();
            assert_eq!(events.iter().map(|events| events.n_events).sum::<u64>(), bank.head());
            let of_account = survey.columns.iter().map(|column| column.marks.unwrap().n_events).sum::<u64>();
            assert_eq!(of_account, bank.folded(&account, bank.head()).1);
            for (nth, events) in events.iter().enumerate().filter(|_| !by_time) {
                let there = bank.log.iter().filter(|event| {
                    let moment = Moment { position: event.position, clock: event.clock };
                    ruler.column_of(moment).map(usize::from) == Some(nth)
                });
                assert_eq!(events.n_events, there.count() as u64);
            }
        }
    }
}

#[test]
fn nobody_waits_for_an_answer_that_is_not_wanted_any_more() {
    let mut bank = Bank::open();
    let model = bank.model();
    let accounts = bank.accounts();
    let question = CompareQuestion {
        playhead: model.head.position,
        rows_at: model.head.position,
        read_by: MappingDigests::default(),
        streams: accounts,
    };
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(bank.worker.answer(Job::Ask(1, LogQuestion::Comparison(question)), &cancel), None);
}

#[test]
fn a_survey_comes_in_parts_from_the_playhead_outwards_and_continues() {
    let mut bank = Bank::open();
    let model = bank.model();
    let accounts = bank.accounts();
    let question = SurveyQuestion { nearest: 30, ..survey_question(Ruler::of(&model, 100), 100, None) };
    let whole = bank.survey(&question, &Cancel::never());
    let known = |survey: &Survey| {
        let known = |(nth, column): (usize, &SurveyColumn)| column.events.is_some().then_some(nth);
        survey.columns.iter().enumerate().filter_map(known).collect::<Vec<_>>()
    };
    let mut fresh = Bank::open();
    let n_checks = AtomicU64::new(0);
    let after_three = Cancel::new().or_when(move || n_checks.fetch_add(1, Ordering::Relaxed) >= 3);
    let first = fresh.survey(&question, &after_three);
    assert_eq!((known(&first), first.is_whole()), (vec![29, 30, 31], false));
    assert_eq!(fresh.survey(&question, &Cancel::never()), whole);
    // Another account, and the same once more: known columns stay known.
    for account in &accounts {
        let of_account = SurveyQuestion { stream: Some(account.clone()), ..question.clone() };
        let survey = fresh.survey(&of_account, &Cancel::never());
        assert_eq!(survey, Bank::open().survey(&of_account, &Cancel::never()), "{account}");
    }
}

#[test]
fn events_that_are_no_later_than_the_head_before_them_come_into_the_last_column() {
    let mut temp = TempStore::new();
    temp.store.append(&[write("a", vec![with_time(5, deposit(1)), with_time(9, deposit(1))])]).unwrap();
    let mut worker = worker_of(&temp.path());
    let mut survey = |store: &SqliteStore| {
        let moved = head_moved(store, store.head().unwrap(), None).unwrap();
        let open = OpenStore { name: "bank".to_owned(), kind: StoreKind::Own, takes_commands: true };
        let mut model =
            Model::new(open, presentation_of(&Aggregates::bank()), Size { width: 120, height: 36 });
        foldback::tui::update::update(&mut model, moved);
        foldback::tui::update::update(&mut model, Message::Key(Key::char('t')));
        let question = survey_question(Ruler::of(&model, 3), 3, Some(&stream("a")));
        let Some(Message::Answered(1, Answer::Survey(survey))) =
            worker.answer(Job::Ask(1, LogQuestion::Survey(question)), &Cancel::never())
        else {
            panic!()
        };
        let held = |column: &SurveyColumn| (column.events.unwrap().n_events, column.marks.unwrap().n_events);
        survey.columns.iter().map(held).collect::<Vec<_>>()
    };
    assert_eq!(survey(&temp.store), [(1, 1), (0, 0), (1, 1)]);
    temp.store.append(&[write("b", vec![with_time(9, deposit(1))])]).unwrap();
    temp.store.append(&[write("a", vec![with_time(7, deposit(1))])]).unwrap();
    assert_eq!(survey(&temp.store), [(1, 1), (0, 0), (3, 2)]);
}

#[test]
fn a_column_that_holds_an_event_with_a_snapshot_says_so() {
    let mut temp = TempStore::new();
    let deposits = |n: usize| vec![deposit(1); n];
    let writes =
        [write("acc-1", deposits(499)), write("acc-2", deposits(600)), write("acc-1", deposits(901))];
    temp.store.append(&writes).unwrap();
    let location = Location::of(&temp.store.log_identity()).unwrap();
    project_to_head(&temp.store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
    let store = OpenStore { name: "bank.db".to_owned(), kind: StoreKind::Own, takes_commands: true };
    let mut model = Model::new(store, presentation_of(&Aggregates::bank()), Size { width: 120, height: 36 });
    model.head = Moment { position: GlobalPosition::new(2_000), clock: None };
    let name = StreamName::new("acc-1").unwrap();
    let question = survey_question(Ruler::of(&model, 20), 20, Some(&name));
    let survey =
        match worker_of(&temp.path()).answer(Job::Ask(1, LogQuestion::Survey(question)), &Cancel::never()) {
            Some(Message::Answered(1, Answer::Survey(survey))) => *survey,
            other => panic!("{other:?}"),
        };
    let marked: Vec<usize> =
        (0..20).filter(|nth| survey.columns[*nth].marks.is_some_and(|marks| marks.has_snapshot)).collect();
    // The account's versions 500 and 1,000 are at 1,100 and 1,600; a column holds a hundred events.
    assert_eq!(marked, [10, 15]);
}
