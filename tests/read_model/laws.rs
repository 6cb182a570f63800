//! Rows are the fold of the log, however they came about.

use std::collections::BTreeMap;

use foldback::domain::aggregates::Aggregates;
use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::aggregates::account::state::AccountState;
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, Timestamp};
use foldback::domain::moment::Moment;
use foldback::domain::state::State;
use foldback::read_model::engine::batch::ApplyError;
use foldback::read_model::engine::differences::GenerationComparison;
use foldback::read_model::engine::rebuild::NewGeneration;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::rows::series::GroupTotal;
use foldback::read_model::rows::stream_table::StreamTableRow;
use foldback::read_model::rows::{AsOf, StreamRow, Value};
use foldback::store::{EventReader, EventStore};
use proptest::prelude::{any, prop_assert_eq};
use proptest::{proptest, sample};

use crate::logs::{
    any_log, append, apply, catch_up, dump, events_of, location_in, location_of, project_in_batches,
    projector_at, rebuilt, store_of, store_of_deposits,
};
use crate::saved::statement;
use crate::support::{TempStore, cases, event, stream, write};

/// The expected answers of the read model, computed from the log alone.
#[derive(Debug, Default, PartialEq)]
pub struct Expected {
    pub checkpoint: Moment,
    accounts: Vec<StreamRow>,
    totals: Vec<GroupTotal>,
    statements: Vec<Vec<StreamTableRow>>,
    n_not_understood: u64,
}

fn integer(number: Option<i64>) -> Value {
    number.map_or(Value::Null, Value::Integer)
}

fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.to_owned()))
}

/// What the events give, each read as the fold does.
pub fn expected_by(fold: &AccountFold, events: &[RecordedEvent]) -> Expected {
    let mut states = BTreeMap::<StreamName, AccountState>::new();
    let mut statements = BTreeMap::<StreamName, Vec<StreamTableRow>>::new();
    let mut accounts = BTreeMap::<StreamName, StreamRow>::new();
    for event in events {
        let state = states.entry(event.stream.clone()).or_default();
        let before = state.balance;
        let happened = fold.understand(state, event).ok().map(|read| read.event);
        let moves = happened.as_ref().is_some_and(|happened| happened.balance_change().is_some());
        statements.entry(event.stream.clone()).or_default().push(StreamTableRow {
            position: event.position,
            version: event.version,
            is_understood: happened.is_some(),
            values: vec![
                integer(event.time.map(Timestamp::as_microsecond)),
                text(Some(&event.event_type)),
                text(happened.as_ref().and_then(|h| h.counterparty()).map(StreamName::as_str)),
                integer(moves.then(|| state.balance - before)),
                integer(Some(state.balance)),
            ],
        });
        let n_before = accounts.get(&event.stream).map_or(0, |row: &StreamRow| row.n_not_understood);
        let row = StreamRow {
            stream: event.stream.clone(),
            columns: State::Account(state.clone()).document(),
            version: event.version,
            position: event.position,
            n_not_understood: n_before + u64::from(happened.is_none()),
        };
        accounts.insert(event.stream.clone(), row);
    }
    let mut totals = BTreeMap::new();
    for row in accounts.values().filter(|row| row.has_state()) {
        let (balance, currency) = row.measured().unwrap();
        let total = totals.entry(currency).or_insert((0_i128, 0));
        *total = (total.0 + i128::from(balance), total.1 + 1);
    }
    let totals =
        totals.into_iter().map(|(unit, (sum, n_streams))| GroupTotal { unit, sum, n_streams }).collect();
    let checkpoint = events
        .last()
        .map_or_else(Moment::default, |last| Moment { position: last.position, clock: last.clock });
    Expected {
        n_not_understood: accounts.values().map(|row| row.n_not_understood).sum(),
        checkpoint,
        accounts: accounts.into_values().collect(),
        totals,
        statements: statements.into_values().collect(),
    }
}

impl Expected {
    /// Without the accounts that have no event yet.
    pub fn of_accounts_with_events(mut self) -> Self {
        self.accounts.retain(|row| row.version.number() > 0);
        self.statements.retain(|lines| !lines.is_empty());
        self
    }

    /// With another checkpoint: that of the rows, not the position of the question.
    pub fn at_checkpoint(self, checkpoint: Moment) -> Self {
        Self { checkpoint, ..self }
    }
}

/// The expectation for these events.
pub fn expected(events: &[RecordedEvent]) -> Expected {
    expected_by(&AccountFold::default(), events)
}

/// All answers of the read model.
pub fn answered(read_model: &mut ReadModel) -> Expected {
    answered_as_of(read_model, AsOf::Checkpoint)
}

/// All answers as of a position.
pub fn answered_as_of(read_model: &mut ReadModel, as_of: AsOf) -> Expected {
    let reading = read_model.reading().unwrap().as_of(as_of).unwrap();
    let window = reading.streams("", 0, usize::MAX).unwrap();
    assert_eq!((window.n_streams, reading.n_streams().unwrap()), {
        let n = window.rows.len() as u64;
        (n, n)
    });
    for row in &window.rows {
        assert_eq!(reading.stream(&row.stream).unwrap().as_ref(), Some(row));
    }
    let lines = |row: &StreamRow| statement(&reading, &row.stream, 0, usize::MAX);
    Expected {
        checkpoint: reading.checkpoint().unwrap(),
        n_not_understood: reading.n_not_understood().unwrap(),
        statements: window.rows.iter().map(lines).collect(),
        totals: reading.totals().unwrap(),
        accounts: window.rows,
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn the_rows_are_the_fold_of_the_log(log in any_log(80), sizes in proptest::collection::vec(0..9_usize, 0..20)) {
        let temp = store_of(&log);
        let location = location_of(&temp);
        let events = events_of(&temp);
        project_in_batches(&location, &events, &sizes);
        prop_assert_eq!(answered(&mut ReadModel::open(&location)), expected(&events));
    }

    #[test]
    fn a_rebuild_gives_the_same_rows_as_any_way_of_coming_there(
        log in any_log(80),
        cut in any::<sample::Index>(),
        sizes in proptest::collection::vec(0..9_usize, 0..20),
    ) {
        let (first, later) = log.split_at(cut.index(log.len() + 1));
        let mut temp = store_of(first);
        let location = location_of(&temp);
        catch_up(&temp, &location);
        append(&mut temp, later);
        catch_up(&temp, &location);
        let grown = dump(&location);
        let in_batches = location_in(&temp.folder.path().join("in batches"));
        project_in_batches(&in_batches, &events_of(&temp), &sizes);
        prop_assert_eq!(&dump(&in_batches), &grown);
        let before = location.current().unwrap();
        let events = events_of(&temp);
        let checkpoint = expected(&events).checkpoint;
        let comparison = GenerationComparison::Compared { at: checkpoint.position, differences: Vec::new() };
        prop_assert_eq!(
            rebuilt(&temp, &location),
            NewGeneration { checkpoint, n_events: events.len() as u64, comparison, is_current: true }
        );
        assert_ne!(location.current().unwrap(), before);
        prop_assert_eq!(dump(&location), grown);
    }

    #[test]
    fn a_statement_ends_at_any_position_and_has_its_newest_lines(
        log in any_log(60),
        up_to in 0..70_u64,
        n in 0..20_usize,
        n_newer in 0..9_usize,
    ) {
        let temp = store_of(&log);
        let location = location_of(&temp);
        catch_up(&temp, &location);
        let mut read_model = ReadModel::open(&location);
        let up_to = GlobalPosition::new(up_to);
        let reading = read_model.reading().unwrap().as_of(AsOf::Position(up_to)).unwrap();
        let all = expected(&events_of(&temp));
        for (row, lines) in all.accounts.iter().zip(&all.statements) {
            let lines: Vec<_> = lines.iter().filter(|line| line.position <= up_to).cloned().collect();
            let older = &lines[..lines.len().saturating_sub(n_newer)];
            let newest = older[older.len().saturating_sub(n)..].to_vec();
            prop_assert_eq!(statement(&reading, &row.stream, n_newer, n), newest);
        }
    }
}

#[test]
fn an_event_that_comes_twice_is_projected_once() {
    let temp = store_of_deposits(50);
    let events = events_of(&temp);
    let (twice, once) = (temp.folder.path().join("twice"), temp.folder.path().join("once"));
    let (twice, once) = (location_in(&twice), location_in(&once));
    project_in_batches(&once, &events, &[]);
    let mut projector = projector_at(&twice);
    let aggregates = Aggregates::bank();
    for (from, to) in [(0, 20), (0, 20), (10, 35), (35, 35), (0, 50)] {
        let after = GlobalPosition::new(from as u64);
        apply(&mut projector, after, &events[from..to], &aggregates).unwrap();
    }
    assert_eq!(dump(&twice), dump(&once));
}

#[test]
fn a_batch_that_leaves_events_out_is_refused_and_leaves_no_trace() {
    let temp = store_of_deposits(9);
    let location = location_of(&temp);
    let events = events_of(&temp);
    let mut projector = projector_at(&location);
    let aggregates = Aggregates::bank();
    apply(&mut projector, GlobalPosition::START, &events[..3], &aggregates).unwrap();
    let before = dump(&location);
    let refused = apply(&mut projector, GlobalPosition::new(4), &events[4..], &aggregates).unwrap_err();
    let (checkpoint, after) = (GlobalPosition::new(3), GlobalPosition::new(4));
    assert!(
        matches!(refused, ApplyError::Gap { checkpoint: c, after: a } if (c, a) == (checkpoint, after)),
        "{refused}"
    );
    assert_eq!(dump(&location), before);
}

#[test]
fn a_total_past_64_bits_is_exact() {
    let mut temp = TempStore::new();
    let most = event("Deposited", &format!(r#"{{"amount":{}}}"#, i64::MAX));
    let all = ["a", "b", "c"].map(|name| write(name, vec![most.clone()]));
    temp.store.append(&all).unwrap();
    let location = location_of(&temp);
    catch_up(&temp, &location);
    // Once more from a total that was stored as text, and back below 64 bits.
    let total = |temp: &TempStore| {
        catch_up(temp, &location);
        ReadModel::open(&location).reading().unwrap().totals().unwrap()
    };
    let row = |balance, n_streams| vec![GroupTotal { unit: None, sum: balance, n_streams }];
    assert_eq!(total(&temp), row(i128::from(i64::MAX) * 3, 3));
    temp.store.append(&[write("d", vec![event("Deposited", r#"{"amount":1}"#)])]).unwrap();
    assert_eq!(total(&temp), row(i128::from(i64::MAX) * 3 + 1, 4));
    let out = event("Withdrawn", &format!(r#"{{"amount":{}}}"#, i64::MAX));
    let all = ["a", "b", "c"].map(|name| write(name, vec![out.clone()]));
    temp.store.append(&all).unwrap();
    assert_eq!(total(&temp), row(1, 4));
}

#[test]
fn an_account_of_events_without_meaning_is_listed_and_not_totalled() {
    let mut temp = TempStore::new();
    temp.store.append(&[write("loan-1", vec![event("LoanGranted", "{}"), event("LoanPaid", "[]")])]).unwrap();
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let mut read_model = ReadModel::open(&location);
    let reading = read_model.reading().unwrap();
    let row = reading.stream(&stream("loan-1")).unwrap().unwrap();
    assert_eq!((row.has_state(), row.version.number(), row.measured()), (false, 2, Some((0, None))));
    assert_eq!(reading.totals().unwrap(), vec![]);
    let lines = statement(&reading, &stream("loan-1"), 0, 9);
    assert_eq!(lines.iter().map(|line| line.integer(3)).collect::<Vec<_>>(), [None, None]);
}

#[test]
fn a_window_of_accounts_is_a_stretch_of_the_whole_list() {
    let temp = store_of_deposits(7);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let mut read_model = ReadModel::open(&location);
    let reading = read_model.reading().unwrap();
    let all = reading.streams("", 0, 100).unwrap().rows;
    assert_eq!(all.len(), 7);
    for from in ["", "acc-0", "acc-3", "acc-30", "acc-6", "b"] {
        let at = all.iter().filter(|row| row.stream.as_str() < from).count();
        for n_before in 0..9 {
            for n_after in 0..9 {
                let window = reading.streams(from, n_before, n_after).unwrap();
                let (first, end) = (at.saturating_sub(n_before), (at + n_after).min(all.len()));
                assert_eq!(window.rows, all[first..end], "{from} {n_before} {n_after}");
                let ends = (window.at, window.has_before, window.has_after, window.n_streams);
                assert_eq!(ends, (at - first, first > 0, end < all.len(), 7), "{from} {n_before} {n_after}");
            }
        }
    }
}

#[test]
fn the_checkpoint_of_a_caught_up_read_model_is_the_head() {
    let temp = store_of_deposits(12);
    let checkpoint = catch_up(&temp, &location_of(&temp));
    assert_eq!(checkpoint.position, temp.store.head().unwrap());
}
