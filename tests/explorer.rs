//! What the workers answer to the screen's questions, on a real store, and when the loop wakes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends with the first thing that is not as it says"
)]

#[path = "explorer/accounts.rs"]
mod accounts;
#[path = "explorer/currencies.rs"]
mod currencies;
#[path = "explorer/file_checker.rs"]
mod file_checker;
#[path = "explorer/mappings.rs"]
mod mappings;
#[path = "explorer/rotation.rs"]
mod rotation;
mod support;
#[path = "explorer/verifier.rs"]
mod verifier;

use std::cell::RefCell;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};

use foldback::domain::aggregates::account::{AccountFold, AccountState};
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition};
use foldback::domain::fold::Fold;
use foldback::domain::mapping::MappingDigests;
use foldback::read_model::engine::catch_up::{Options, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::{DEADLINE, Limits, N_SCREEN_ROWS_MAX};
use foldback::read_model::rows::{AsOf, Value};
use foldback::replay::FoldFrom;
use foldback::runtime::log_worker::StoreWorker;
use foldback::runtime::log_worker::seeker::Seeker;
use foldback::runtime::rows_worker::asker::Asker;
use foldback::runtime::watcher::head_moved;
use foldback::runtime::{Next, Turns, run};
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader, EventStore};
use foldback::tui::effect::{
    ChartQuestion, CompareQuestion, Effect, LookQuestion, Place, SqlQuestion, SurveyQuestion,
};
use foldback::tui::message::{Key, Message};
use foldback::tui::model::answers::{Chart, ComparedAccount, Comparison, Look, Survey, SurveyColumn};
use foldback::tui::model::results::Ending;
use foldback::tui::model::ruler::Ruler;
use foldback::tui::model::saved::SAVED_QUESTIONS;
use foldback::tui::model::{Model, Moment, OpenStore, Size, StoreKind};
use proptest::prelude::*;
use support::{TempStore, cases, deposit, sample_store, stream, with_time, write};
use tempfile::TempDir;

fn worker_of(path: &Path) -> StoreWorker {
    let store = SqliteStore::open_read_only(path).unwrap();
    let location = Location::beside(path, store.id()).unwrap();
    StoreWorker::new(store, Seeker::new(&location)).unwrap()
}

/// The bundled bank in a store, with its whole log in memory beside it.
struct Bank {
    worker: StoreWorker,
    log: Vec<RecordedEvent>,
    _folder: TempDir,
}

impl Bank {
    fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let path = sample_store(folder.path(), "bank");
        let store = SqliteStore::open_read_only(&path).unwrap();
        let log = store.read_all(GlobalPosition::new(1), Direction::Forward, usize::MAX).unwrap();
        Self { worker: worker_of(&path), log, _folder: folder }
    }

    fn ask(&mut self, effect: Effect) -> Message {
        self.worker.answer(effect, &mut || true).unwrap()
    }

    fn look(&mut self, playhead: u64, pinned: Option<&StreamName>, rows: usize) -> Look {
        let question = LookQuestion {
            playhead: GlobalPosition::new(playhead),
            head_in_sight: GlobalPosition::START,
            pinned: pinned.cloned(),
            from: FoldFrom::Snapshot,
            n_before: rows,
            n_after: rows,
        };
        match self.ask(Effect::Look(1, question)) {
            Message::Looked(1, look) => *look,
            other => panic!("{other:?}"),
        }
    }

    fn survey(&mut self, question: &SurveyQuestion, goes_on: &mut dyn FnMut() -> bool) -> Survey {
        match self.worker.answer(Effect::Survey(1, question.clone()), goes_on) {
            Some(Message::Surveyed(1, survey)) => *survey,
            other => panic!("{other:?}"),
        }
    }

    fn head(&self) -> u64 {
        self.log.len() as u64
    }

    /// The plain fold of an account's events up to a position.
    fn folded(&self, stream: &StreamName, at: u64) -> (AccountState, u64) {
        let fold = AccountFold::default();
        let mut state = fold.initial();
        let events = self.log.iter().filter(|e| e.stream == *stream && e.position.number() <= at);
        let version = events.map(|event| fold.evolve(&mut state, event)).count();
        (state, version as u64)
    }

    fn accounts(&self) -> Vec<StreamName> {
        let mut names: Vec<_> = self.log.iter().map(|event| event.stream.clone()).collect();
        names.sort();
        names.dedup();
        names
    }

    fn model(&self) -> Model {
        let store = OpenStore { name: "bank".to_owned(), kind: StoreKind::Own };
        let mut model = Model::new(store, Size { width: 120, height: 36 });
        let last = self.log.last().unwrap();
        model.head = Moment { position: last.position, clock: last.clock };
        model.first_clock = self.log[0].clock;
        model
    }
}

fn survey_question(ruler: Ruler, n_columns: u16, stream: Option<&StreamName>) -> SurveyQuestion {
    let head_in_sight = GlobalPosition::START;
    SurveyQuestion {
        ruler,
        n_columns,
        stream: stream.cloned(),
        is_projected: true,
        head_in_sight,
        nearest: 0,
    }
}

#[test]
fn at_every_position_every_account_is_what_its_events_add_up_to() {
    let mut bank = Bank::open();
    for account in bank.accounts() {
        for at in (0..=bank.head()).rev().step_by(7).chain((0..=bank.head()).step_by(31)) {
            let state = bank.look(at, Some(&account), 3).state.unwrap();
            let seen = (state.trace.state.clone(), state.trace.version.number());
            assert_eq!(seen, bank.folded(&account, at), "{account} at {at}");
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
                bank.survey(&survey_question(ruler.clone(), n_columns, Some(&account)), &mut || true);
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
fn the_chart_goes_through_the_balance_after_every_event() {
    let mut bank = Bank::open();
    for stream in bank.accounts() {
        let question = ChartQuestion { stream: stream.clone(), head: GlobalPosition::new(bank.head()) };
        let Message::Charted(1, Chart { points, .. }) = bank.ask(Effect::Chart(1, question)) else {
            panic!()
        };
        let positions = bank.log.iter().filter(|event| event.stream == stream).map(|event| event.position);
        let expected: Vec<_> =
            positions.map(|position| (position, bank.folded(&stream, position.number()).0.balance)).collect();
        assert_eq!(points, expected);
    }
}

#[test]
fn a_comparison_gives_each_account_as_the_write_side_has_it() {
    let mut bank = Bank::open();
    let accounts = bank.accounts();
    let playhead = GlobalPosition::new(150);
    let rows_at = GlobalPosition::new(300);
    let read_by = MappingDigests::default();
    let question =
        CompareQuestion { playhead, rows_at, read_by: read_by.clone(), accounts: accounts.clone() };
    let compared = |account: StreamName| {
        let (at_playhead, _) = bank.folded(&account, 150);
        let (at_rows, version) = bank.folded(&account, 300);
        let version_at_rows = StreamPosition::new(version);
        ComparedAccount { account, at_playhead, at_rows, version_at_rows, n_not_understood_at_rows: 0 }
    };
    let accounts = accounts.into_iter().map(compared).collect();
    let expected = Comparison { playhead, rows_at, read_by, is_of_older_mapping: false, accounts };
    assert_eq!(bank.ask(Effect::Compare(1, question)), Message::Compared(1, expected));
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
        accounts,
    };
    assert_eq!(bank.worker.answer(Effect::Compare(1, question), &mut || false), None);
}

#[test]
fn a_survey_comes_in_parts_from_the_playhead_outwards_and_goes_on_where_it_was() {
    let mut bank = Bank::open();
    let model = bank.model();
    let accounts = bank.accounts();
    let question = SurveyQuestion { nearest: 30, ..survey_question(Ruler::of(&model, 100), 100, None) };
    let whole = bank.survey(&question, &mut || true);
    let known = |survey: &Survey| {
        let known = |(nth, column): (usize, &SurveyColumn)| column.events.is_some().then_some(nth);
        survey.columns.iter().enumerate().filter_map(known).collect::<Vec<_>>()
    };
    let mut fresh = Bank::open();
    let mut n_left = 3;
    let mut so_many = || {
        n_left -= 1;
        n_left >= 0
    };
    let first = fresh.survey(&question, &mut so_many);
    assert_eq!((known(&first), first.is_whole()), (vec![29, 30, 31], false));
    assert_eq!(fresh.survey(&question, &mut || true), whole);
    // Another account, and the same once more: what is known of the columns is known.
    for account in &accounts {
        let of_account = SurveyQuestion { stream: Some(account.clone()), ..question.clone() };
        let survey = fresh.survey(&of_account, &mut || true);
        assert_eq!(survey, Bank::open().survey(&of_account, &mut || true), "{account}");
    }
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
            let survey = bank.survey(&survey_question(ruler.clone(), n_columns, Some(&account)), &mut || true);
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

#[test]
fn events_that_are_no_later_than_the_head_before_them_come_into_the_last_column() {
    let mut temp = TempStore::new();
    temp.store.append(&[write("a", vec![with_time(5, deposit(1)), with_time(9, deposit(1))])]).unwrap();
    let mut worker = worker_of(&temp.path());
    let mut survey = |store: &SqliteStore| {
        let moved = head_moved(store, store.head().unwrap(), None).unwrap();
        let open = OpenStore { name: "bank".to_owned(), kind: StoreKind::Own };
        let mut model = Model::new(open, Size { width: 120, height: 36 });
        foldback::tui::update::update(&mut model, moved);
        foldback::tui::update::update(&mut model, Message::Key(Key::char('t')));
        let question = survey_question(Ruler::of(&model, 3), 3, Some(&stream("a")));
        let Some(Message::Surveyed(1, survey)) = worker.answer(Effect::Survey(1, question), &mut || true)
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

proptest! {
    #![proptest_config(cases(12))]
    #[test]
    fn steps_along_an_account_go_from_one_of_its_events_to_the_next(
        from in any::<prop::sample::Index>(), account in any::<prop::sample::Index>(), by in -30_i64..30
    ) {
        prop_assume!(by != 0);
        let mut bank = Bank::open();
        let names = bank.accounts();
        let stream = names[account.index(names.len())].clone();
        let from = from.index(bank.log.len() + 1) as u64;
        let own = || bank.log.iter().filter(|e| e.stream == stream).map(|e| e.position.number());
        let mut way: Vec<u64> = if by > 0 {
            own().filter(|position| *position > from).collect()
        } else {
            own().filter(|position| *position < from).collect::<Vec<_>>().into_iter().rev().collect()
        };
        way.truncate(usize::try_from(by.unsigned_abs()).unwrap());
        let place = Place::OfAccount { stream: stream.clone(), from: GlobalPosition::new(from), by };
        let Message::Located(1, _, located) = bank.ask(Effect::Locate(1, place)) else { panic!() };
        prop_assert_eq!(located.map(|located| located.position.number()), way.last().copied());
    }
}

#[test]
fn the_loop_draws_once_for_all_that_has_come_and_never_without_a_reason() {
    let bank = Bank::open();
    let turns_after = |messages: &[Message]| {
        let (sender, inbox) = channel();
        for message in messages {
            sender.send(message.clone()).unwrap();
        }
        drop(sender);
        run(&mut bank.model(), &inbox, |_| Ok(()), |_| Ok(Next::GoOn)).unwrap()
    };
    let idle = Turns { n_wakes: 0, n_frames: 0 };
    assert_eq!(turns_after(&[]), (Next::End, idle));
    let busy = vec![Message::Key(Key::char('h')); 50];
    assert_eq!(turns_after(&busy), (Next::End, Turns { n_wakes: 1, n_frames: 1 }));
}

#[test]
fn the_loop_sleeps_until_something_comes() {
    let mut model = Bank::open().model();
    let (sender, inbox) = channel();
    let (drawn, frames) = channel();
    let running = std::thread::spawn(move || {
        let hand_out = |effect| Ok(if effect == Effect::Quit { Next::End } else { Next::GoOn });
        run(&mut model, &inbox, |_| Ok(drawn.send(())?), hand_out).unwrap()
    });
    sender.send(Message::Key(Key::char('h'))).unwrap();
    frames.recv().unwrap();
    // Longer than any poll of the program: nothing may be drawn, and nothing may wake it.
    let quiet = frames.recv_timeout(std::time::Duration::from_millis(600));
    assert_eq!(quiet, Err(std::sync::mpsc::RecvTimeoutError::Timeout));
    sender.send(Message::Terminated).unwrap();
    // For the key, for the frame that its answer was waited for in vain, and for the end.
    assert_eq!(running.join().unwrap(), (Next::End, Turns { n_wakes: 3, n_frames: 1 }));
}

#[test]
fn a_frame_waits_for_the_answers_that_belong_into_it() {
    let bank = RefCell::new(Bank::open());
    let mut model = bank.borrow().model();
    model.playhead = model.head;
    let (sender, inbox) = channel();
    let sender = RefCell::new(Some(sender));
    let tell =
        |message: Message| sender.borrow().iter().for_each(|sender| sender.send(message.clone()).unwrap());
    tell(Message::Key(Key::char('h')));
    let drawn = RefCell::new(Vec::new());
    let draw = |model: &Model| {
        drawn.borrow_mut().push((model.playhead.position.number(), model.is_answered()));
        match drawn.borrow().len() {
            // By way of a seek and of the look around the place that it finds.
            1 => tell(Message::Key(Key::char('<'))),
            _ => drop(sender.take()),
        }
        Ok(())
    };
    let hand_out = |effect| {
        if matches!(effect, Effect::Look(..) | Effect::Locate(..)) {
            tell(bank.borrow_mut().ask(effect));
        }
        Ok(Next::GoOn)
    };
    run(&mut model, &inbox, draw, hand_out).unwrap();
    let bank = bank.borrow();
    let at = bank.head() - 1;
    let stream = &bank.log[usize::try_from(at).unwrap() - 1].stream;
    let before = bank.log.iter().rev().find(|e| e.stream == *stream && e.position.number() < at).unwrap();
    assert_eq!(drawn.into_inner(), [(at, true), (before.position.number(), true)]);
}

#[test]
fn the_loop_ends_when_the_screen_wants_it_to() {
    let bank = Bank::open();
    let (sender, inbox) = channel();
    sender.send(Message::Key(Key::char('q'))).unwrap();
    let hand_out = |effect| Ok(if effect == Effect::Quit { Next::End } else { Next::GoOn });
    let (next, _) = run(&mut bank.model(), &inbox, |_| Ok(()), hand_out).unwrap();
    assert_eq!(next, Next::End);
}

/// Asks, and answers the messages up to the end of the answer.
fn answers(asker: &Asker, inbox: &Receiver<Message>, ticket: u64, sql: &str) -> Vec<Message> {
    asker.ask(ticket, SqlQuestion { sql: sql.to_owned(), as_of: AsOf::Checkpoint }).unwrap();
    let mut messages = Vec::new();
    loop {
        let message = inbox.recv().unwrap();
        let is_last = match &message {
            Message::Answered(_, answered) => answered.end.is_some(),
            Message::AnswerEnded(..) => true,
            _ => false,
        };
        messages.push(message);
        if is_last {
            return messages;
        }
    }
}

/// The rows of an answer in parts, and how it ended.
fn whole(messages: Vec<Message>) -> (Vec<Vec<Value>>, Ending) {
    let mut rows = Vec::new();
    for message in messages {
        match message {
            Message::Answered(_, answered) => {
                rows.extend(answered.rows);
                if let Some(end) = answered.end {
                    return (rows, end.how);
                }
            }
            Message::RowsCame(_, more) => rows.extend(more),
            Message::AnswerEnded(_, end) => return (rows, end.how),
            other => panic!("{other:?}"),
        }
    }
    panic!("it has not ended");
}

/// A store with the bank, its read model at the head.
fn projected(folder: &TempDir) -> Location {
    let store = SqliteStore::open_read_only(&sample_store(folder.path(), "bank")).unwrap();
    let location = Location::beside(store.path(), store.id()).unwrap();
    project_to_head(&store, &location, &Options::default(), &mut |_| {}).unwrap();
    location
}

#[test]
fn an_answer_comes_in_order_and_is_cut_where_it_is_too_long() {
    let folder = TempDir::new().unwrap();
    let (inbox, messages) = channel();
    let asker = Asker::start(&projected(&folder), inbox);
    let up_to = |n: u64| {
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n}) SELECT i FROM n"
        )
    };
    let numbers = |n: usize| (1..).take(n).map(|i| vec![Value::Integer(i)]).collect::<Vec<_>>();
    assert_eq!(whole(answers(&asker, &messages, 1, &up_to(1_234))), (numbers(1_234), Ending::Whole));
    let cut = whole(answers(&asker, &messages, 2, &up_to(1_000_000_000_000)));
    assert_eq!(cut, (numbers(N_SCREEN_ROWS_MAX), Ending::Cut));
    let long =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT hex(zeroblob(200000)) FROM n";
    let (rows, how) = whole(answers(&asker, &messages, 3, long));
    assert!(how == Ending::Cut && rows.len() < 200, "{} rows, {how:?}", rows.len());
    let (rows, how) = whole(answers(&asker, &messages, 4, "SELECT * FROM nowhere"));
    assert_eq!((rows, how), (Vec::new(), Ending::Failed("no such table: nowhere".to_owned())));
    asker.stop_and_wait();
}

#[test]
fn a_newer_question_stops_the_older_one_and_so_does_the_end() {
    let folder = TempDir::new().unwrap();
    let (inbox, messages) = channel();
    let asker = Asker::start(&projected(&folder), inbox);
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let question = |sql: &str| SqlQuestion { sql: sql.to_owned(), as_of: AsOf::Checkpoint };
    let began = std::time::Instant::now();
    asker.ask(1, question(endless)).unwrap();
    asker.ask(2, question("SELECT 2")).unwrap();
    let answered = |message: &Message| matches!(message, Message::Answered(2, _));
    assert!(messages.iter().any(|message| answered(&message)));
    asker.ask(3, question(endless)).unwrap();
    asker.stop_and_wait();
    assert!(began.elapsed() < DEADLINE, "a question was waited for");
}

#[test]
fn every_question_that_comes_with_foldback_is_answered() {
    let folder = TempDir::new().unwrap();
    let mut read_model = ReadModel::open(&projected(&folder));
    let mut unanswered = Vec::new();
    for position in [0, 204, 407] {
        let as_of = AsOf::Position(GlobalPosition::new(position));
        for saved in SAVED_QUESTIONS {
            let answered = read_model.table(saved.sql, as_of, 100, &Limits::default());
            unanswered.extend(answered.err().map(|why| format!("{} at {position}: {why}", saved.name)));
        }
    }
    assert!(unanswered.is_empty(), "{}", unanswered.join("\n"));
}

#[test]
fn a_column_that_holds_an_event_with_a_snapshot_says_so() {
    let mut temp = TempStore::new();
    let deposits = |n: usize| vec![deposit(1); n];
    let writes =
        [write("acc-1", deposits(499)), write("acc-2", deposits(600)), write("acc-1", deposits(901))];
    temp.store.append(&writes).unwrap();
    let location = Location::beside(&temp.path(), temp.store.id()).unwrap();
    project_to_head(&temp.store, &location, &Options::default(), &mut |_| {}).unwrap();
    let store = OpenStore { name: "bank.db".to_owned(), kind: StoreKind::Own };
    let mut model = Model::new(store, Size { width: 120, height: 36 });
    model.head = Moment { position: GlobalPosition::new(2_000), clock: None };
    let name = StreamName::new("acc-1").unwrap();
    let question = survey_question(Ruler::of(&model, 20), 20, Some(&name));
    let survey = match worker_of(&temp.path()).answer(Effect::Survey(1, question), &mut || true) {
        Some(Message::Surveyed(1, survey)) => *survey,
        other => panic!("{other:?}"),
    };
    let marked: Vec<usize> =
        (0..20).filter(|nth| survey.columns[*nth].marks.is_some_and(|marks| marks.has_snapshot)).collect();
    // The account's versions 500 and 1,000 stand at 1,100 and 1,600; a column holds a hundred events.
    assert_eq!(marked, [10, 15]);
}

#[test]
fn the_chart_of_a_long_account_has_its_first_and_newest_event_and_every_so_many_between() {
    let mut temp = TempStore::new();
    let amounts: Vec<i64> = (1..=6_100).map(|n| (n * 7_919) % 1_000).collect();
    temp.store.append(&[write("acc-1", amounts.iter().map(|amount| deposit(*amount)).collect())]).unwrap();
    let question = ChartQuestion { stream: stream("acc-1"), head: GlobalPosition::new(6_100) };
    let chart = || match worker_of(&temp.path()).answer(Effect::Chart(1, question.clone()), &mut || true) {
        Some(Message::Charted(1, chart)) => chart,
        other => panic!("{other:?}"),
    };
    let expected = |every: usize| {
        let versions = (1..=6_100).filter(|n| *n == 1 || n % every == 0 || *n == 6_100);
        versions.map(|n| (GlobalPosition::new(n as u64), amounts[..n].iter().sum())).collect::<Vec<_>>()
    };
    let folded = chart();
    assert_eq!((folded.every, &folded.points), (8, &expected(8)));
    let location = Location::beside(&temp.path(), temp.store.id()).unwrap();
    project_to_head(&temp.store, &location, &Options::default(), &mut |_| {}).unwrap();
    let from_snapshots = chart();
    assert_eq!((from_snapshots.every, &from_snapshots.points), (500, &expected(500)));
}
