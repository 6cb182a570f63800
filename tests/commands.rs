//! Commands reach the log whole, once, and decided on what stands in it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends with the first thing that is not as it says"
)]

mod support;

use anyhow::Result;
use foldback::command_handler::{CommandContext, HandleError, handle, preview};
use foldback::domain::aggregates::account::command::Command;
use foldback::domain::aggregates::account::events::Would;
use foldback::domain::aggregates::account::refusal::{Refusal, Rule};
use foldback::domain::aggregates::account::{AccountFold, AccountState, Status};
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition, Timestamp};
use foldback::domain::fold::Fold;
use foldback::domain::mapping::Mappings;
use foldback::domain::provenance;
use foldback::replay::snapshots::Snapshots;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{AppendError, Appended, Conflict, Direction, EventReader, EventStore, StreamWrite};
use proptest::prelude::*;
use support::{TempStore, at, deposit, stream, write};
use uuid::Uuid;

fn command(text: &str) -> Command {
    Command::parse(text).unwrap()
}

fn context(id: u128) -> CommandContext {
    CommandContext { id: Uuid::from_u128(id), now: at(1_700_000_000), expected: None }
}

fn expecting(id: u128, version: u64) -> CommandContext {
    CommandContext { expected: Some(StreamPosition::new(version)), ..context(id) }
}

fn run(
    store: &mut SqliteStore,
    command: &Command,
    context: &CommandContext,
) -> std::result::Result<Appended, HandleError> {
    handle(store, command, context, &mut Snapshots::default())
}

fn look(store: &SqliteStore, text: &str) -> std::result::Result<Vec<Would>, HandleError> {
    preview(store, &command(text), None, &mut Snapshots::default())
}

/// Handles commands one after another, each with an id of its own.
fn given(store: &mut SqliteStore, commands: &[&str]) {
    for text in commands {
        run(store, &command(text), &CommandContext { id: Uuid::now_v7(), ..context(0) }).unwrap();
    }
}

fn log(store: &SqliteStore) -> Vec<RecordedEvent> {
    store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap()
}

fn state(store: &SqliteStore, name: &str) -> AccountState {
    let fold = AccountFold { mappings: store.mappings().unwrap() };
    let mut state = fold.initial();
    for event in store.read_stream(&stream(name), StreamPosition::new(1), usize::MAX).unwrap() {
        fold.evolve(&mut state, &event);
    }
    state
}

fn refusal(result: std::result::Result<Appended, HandleError>) -> Refusal {
    match result {
        Err(HandleError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn conflict(result: std::result::Result<Appended, HandleError>) -> Conflict {
    match result {
        Err(HandleError::Conflict(conflict)) => conflict,
        other => panic!("no conflict: {other:?}"),
    }
}

#[test]
fn a_command_becomes_an_event_that_says_where_it_came_from() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a --currency EUR"]);
    let wish = command("deposit a 50.00 --note tea");
    let handled = run(&mut temp.store, &wish, &context(7)).unwrap();

    let id = "00000000-0000-0000-0000-000000000007";
    let expected = RecordedEvent {
        position: GlobalPosition::new(2),
        stream: stream("a"),
        version: StreamPosition::new(2),
        id: Some(id.to_owned()),
        event_type: "Deposited".to_owned(),
        time: Some(at(1_700_000_000)),
        clock: Some(at(1_700_000_000)),
        data: r#"{"amount":5000,"note":"tea"}"#.to_owned(),
        metadata: Some(format!(
            r#"{{"correlation":"{id}","causation":"{id}","command":"deposit a 50.00 --note tea"}}"#
        )),
        source: None,
        hash: handled.events[0].hash,
    };
    assert_eq!(handled, Appended { events: vec![expected], head: GlobalPosition::new(2), was_there: false });
    assert_eq!(log(&temp.store).last(), handled.events.last());
}

#[test]
fn both_legs_of_a_transfer_stand_in_the_log_with_one_transfer_id() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a --currency EUR", "open b --currency EUR", "deposit a 50"]);
    let handled = run(&mut temp.store, &command("transfer a b 20"), &context(9)).unwrap();
    let id = Uuid::from_u128(9);
    let legs: Vec<_> = handled
        .events
        .iter()
        .map(|e| (e.position.number(), e.stream.as_str(), e.id.clone().unwrap(), e.data.as_str()))
        .collect();
    assert_eq!(
        legs,
        [
            (4, "a", id.to_string(), format!(r#"{{"to":"b","amount":2000,"transfer":"{id}"}}"#).as_str()),
            (
                5,
                "b",
                provenance::event_id(id, 1).to_string(),
                format!(r#"{{"from":"a","amount":2000,"transfer":"{id}"}}"#).as_str()
            ),
        ]
    );
    assert_eq!([state(&temp.store, "a").balance, state(&temp.store, "b").balance], [3000, 2000]);
}

#[test]
fn a_refused_command_leaves_the_log_as_it_was() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a --currency EUR", "open b --currency EUR", "deposit a 50"]);
    let before = log(&temp.store);
    let refused = refusal(run(&mut temp.store, &command("transfer a b 50.01"), &context(1)));
    let currency = state(&temp.store, "a").currency;
    let rule = Rule::NotCovered { amount: 5001, balance: 5000, limit: 0, currency };
    assert_eq!(refused, Refusal { account: stream("a"), rule });
    let refused = refusal(run(&mut temp.store, &command("transfer a c 1"), &context(2)));
    assert_eq!(refused, Refusal { account: stream("c"), rule: Rule::NoSuchAccount });
    let refused = refusal(run(&mut temp.store, &command("transfer a a 1"), &context(3)));
    assert_eq!(refused, Refusal { account: stream("a"), rule: Rule::SameAccount });
    assert_eq!(log(&temp.store), before);
}

#[test]
fn a_version_that_is_not_the_expected_one_is_a_conflict_and_nothing_is_appended() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "open b", "deposit a 50", "deposit b 50"]);
    let before = log(&temp.store);
    let (expected, actual) = (StreamPosition::new(1), StreamPosition::new(2));
    for text in ["deposit a 1", "transfer a b 1", "withdraw a 1000"] {
        let conflict = conflict(run(&mut temp.store, &command(text), &expecting(1, 1)));
        assert_eq!(conflict, Conflict { stream: stream("a"), expected, actual }, "{text}");
    }
    assert_eq!(log(&temp.store), before);
    let handled = run(&mut temp.store, &command("transfer a b 1"), &expecting(1, 2)).unwrap();
    assert_eq!(handled.head, GlobalPosition::new(6), "the receiver may have any version");
}

#[test]
fn the_same_command_sent_again_is_answered_and_not_done_again() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "open b", "deposit a 50"]);
    let wish = command("transfer a b 20");
    let first = run(&mut temp.store, &wish, &expecting(5, 2)).unwrap();
    given(&mut temp.store, &["deposit a 1"]);
    let later = CommandContext { now: at(1_800_000_000), ..expecting(5, 2) };
    let again = run(&mut temp.store, &wish, &later).unwrap();
    let head = GlobalPosition::new(6);
    assert_eq!(again, Appended { events: first.events, head, was_there: true });
    assert_eq!(log(&temp.store).len(), 6);
}

#[test]
fn an_id_that_belongs_to_something_else_is_an_error() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a"]);
    run(&mut temp.store, &command("deposit a 1"), &context(5)).unwrap();
    let before = log(&temp.store);
    let error = run(&mut temp.store, &command("deposit a 2"), &context(5)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the id 00000000-0000-0000-0000-000000000005 belongs to another command (deposit a 1); use a new one"
    );
    assert_eq!(log(&temp.store), before);
}

#[test]
fn the_second_id_of_a_transfer_that_belongs_to_something_else_leaves_no_half_transfer() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "open b", "deposit a 50"]);
    let taken = provenance::event_id(Uuid::from_u128(5), 1).to_string();
    temp.store.append(&[write("c", vec![support::with_id(&taken, deposit(1))])]).unwrap();
    let before = log(&temp.store);
    let error = run(&mut temp.store, &command("transfer a b 20"), &context(5)).unwrap_err();
    assert!(matches!(error, HandleError::IdReused { .. }), "{error}");
    assert_eq!(log(&temp.store), before);
}

#[test]
fn a_preview_tells_what_would_happen_and_writes_nothing() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a --currency EUR", "open b --currency EUR", "deposit a 50"]);
    let before = log(&temp.store);
    let would = look(&temp.store, "transfer a b 20").unwrap();
    let refused = look(&temp.store, "withdraw a 50.01").unwrap_err();
    assert_eq!(log(&temp.store), before);

    assert_eq!(
        refused.to_string(),
        "a has 50.00 EUR and an overdraft limit of 0.00 EUR: 50.01 EUR is more than that"
    );
    let told: Vec<_> = would
        .iter()
        .map(|w| (w.stream.as_str(), w.version.number(), w.before.balance, w.after.balance))
        .collect();
    assert_eq!(told, [("a", 3, 5000, 3000), ("b", 2, 0, 2000)]);
    let types: Vec<_> = would.iter().map(|w| w.event.type_name()).collect();
    assert_eq!(types, ["TransferSent", "TransferReceived"]);
}

#[test]
fn a_command_that_was_done_meanwhile_is_answered_and_not_refused() {
    let wish = command("withdraw a 50");
    for n_meanwhile in [0, 1] {
        let mut temp = TempStore::new();
        given(&mut temp.store, &["open a", "deposit a 50"]);
        let again = wish.clone();
        let mut overtaken = Overtaken::new(&mut temp.store, move |store| {
            for _ in 0..n_meanwhile {
                given(store, &["deposit a 1"]);
            }
            run(store, &again, &context(5)).unwrap();
        });
        let answered = handle(&mut overtaken, &wish, &context(5), &mut Snapshots::default()).unwrap();
        assert!(answered.was_there);
        assert_eq!(answered.events, log(&temp.store)[2 + n_meanwhile..]);
    }
}

#[test]
fn a_command_that_was_done_after_a_conflict_is_answered_and_not_refused() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "deposit a 50"]);
    let wish = command("withdraw a 50");
    let mut overtaken =
        Overtaken::new(&mut temp.store, |store| given(store, &["withdraw a 1", "deposit a 1"]));
    let again = wish.clone();
    overtaken.after_append = Some(Box::new(move |store| _ = run(store, &again, &context(5)).unwrap()));
    let answered = handle(&mut overtaken, &wish, &context(5), &mut Snapshots::default()).unwrap();
    assert!(answered.was_there);
    assert_eq!(answered.events, log(&temp.store)[4..]);
}

#[test]
fn a_receiver_that_moves_on_is_no_conflict_for_who_expects_the_senders_version() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "open b", "deposit a 50"]);
    let wish = command("transfer a b 20");
    let mut overtaken = Overtaken::new(&mut temp.store, |store| given(store, &["deposit b 1"]));
    let appended = handle(&mut overtaken, &wish, &expecting(5, 2), &mut Snapshots::default()).unwrap();
    assert_eq!(appended.head, GlobalPosition::new(6));
    let mut overtaken = Overtaken::new(&mut temp.store, |store| given(store, &["deposit a 1"]));
    let error = handle(&mut overtaken, &wish, &expecting(6, 3), &mut Snapshots::default());
    let (expected, actual) = (StreamPosition::new(3), StreamPosition::new(4));
    assert_eq!(conflict(error), Conflict { stream: stream("a"), expected, actual });
}

#[test]
fn commands_of_many_threads_on_one_account_are_all_decided() {
    let n_each = support::rounds(100);
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "open b"]);
    let path = temp.path();
    std::thread::scope(|scope| {
        for from in ["a", "b", "a", "b"] {
            let path = &path;
            scope.spawn(move || {
                let mut store = SqliteStore::open(path).unwrap();
                for n in 0..n_each {
                    let text = if n % 3 == 2 {
                        format!("transfer {from} {} 1", if from == "a" { "b" } else { "a" })
                    } else {
                        format!("deposit {from} 5")
                    };
                    given(&mut store, &[&text]);
                }
            });
        }
    });
    let n_transfers = n_each / 3 * 4;
    let n_deposits = (n_each - n_each / 3) * 4;
    assert_eq!(log(&temp.store).len() as u32, 2 + 2 * n_transfers + n_deposits);
    let sum = state(&temp.store, "a").balance + state(&temp.store, "b").balance;
    assert_eq!(sum, i64::from(n_deposits) * 5);
}

type Meanwhile = Box<dyn FnOnce(&mut SqliteStore) + Send>;

/// A store to which somebody else appends just before, or just after, one's own first append reaches it.
struct Overtaken<'a> {
    store: &'a mut SqliteStore,
    before_append: Option<Meanwhile>,
    after_append: Option<Meanwhile>,
}

impl<'a> Overtaken<'a> {
    fn new(store: &'a mut SqliteStore, before: impl FnOnce(&mut SqliteStore) + Send + 'static) -> Self {
        Self { store, before_append: Some(Box::new(before)), after_append: None }
    }
}

impl EventReader for Overtaken<'_> {
    fn head(&self) -> Result<GlobalPosition> {
        self.store.head()
    }

    fn read_all(&self, from: GlobalPosition, way: Direction, limit: usize) -> Result<Vec<RecordedEvent>> {
        self.store.read_all(from, way, limit)
    }

    fn read_stream(
        &self,
        name: &StreamName,
        from: StreamPosition,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>> {
        self.store.read_stream(name, from, limit)
    }

    fn places(&self, name: &StreamName, from: StreamPosition, limit: usize) -> Result<Vec<GlobalPosition>> {
        self.store.places(name, from, limit)
    }

    fn version_at(&self, name: &StreamName, at: GlobalPosition) -> Result<StreamPosition> {
        self.store.version_at(name, at)
    }

    fn position_at(&self, time: Timestamp) -> Result<GlobalPosition> {
        self.store.position_at(time)
    }

    fn clock_at(&self, at: GlobalPosition) -> Result<Option<Timestamp>> {
        self.store.clock_at(at)
    }

    fn streams(&self, prefix: &str, limit: usize) -> Result<Vec<StreamName>> {
        self.store.streams(prefix, limit)
    }

    fn event_by_id(&self, id: &str) -> Result<Option<RecordedEvent>> {
        self.store.event_by_id(id)
    }

    fn mappings(&self) -> Result<Mappings> {
        self.store.mappings()
    }
}

impl EventStore for Overtaken<'_> {
    fn append(&mut self, writes: &[StreamWrite]) -> std::result::Result<Appended, AppendError> {
        if let Some(somebody) = self.before_append.take() {
            somebody(self.store);
        }
        let appended = self.store.append(writes);
        if let Some(somebody) = self.after_append.take() {
            somebody(self.store);
        }
        appended
    }
}

/// Commands on a few accounts, most of which some rule refuses.
fn any_command() -> impl Strategy<Value = String> {
    let account = || prop::sample::select(vec!["a", "b", "c"]);
    let amount = || -1_i64..200;
    prop_oneof![
        2 => (account(), prop::sample::select(vec!["", " --currency EUR", " --currency JPY"]))
            .prop_map(|(a, c)| format!("open {a}{c}")),
        4 => (account(), amount()).prop_map(|(a, n)| format!("deposit {a} {n}")),
        3 => (account(), amount()).prop_map(|(a, n)| format!("withdraw {a} {n}")),
        4 => (account(), account(), amount()).prop_map(|(a, b, n)| format!("transfer {a} {b} {n}")),
        1 => (account(), amount()).prop_map(|(a, n)| format!("overdraft {a} {n}")),
        1 => account().prop_map(|a| format!("freeze {a}")),
        1 => account().prop_map(|a| format!("unfreeze {a}")),
        1 => account().prop_map(|a| format!("close {a}")),
    ]
}

proptest! {
    #![proptest_config(support::cases(16))]

    #[test]
    fn what_a_preview_says_is_what_happens(commands in prop::collection::vec(any_command(), 1..30)) {
        let mut temp = TempStore::new();
        for (n, text) in commands.iter().enumerate() {
            let (wish, context) = (command(text), context(n as u128 + 1));
            let previewed = look(&temp.store, text);
            let (nil, id) = (Uuid::nil().to_string(), context.id.to_string());
            let before = log(&temp.store);
            match run(&mut temp.store, &wish, &context) {
                Ok(handled) => {
                    let previewed = previewed.unwrap();
                    let told = previewed.iter().map(|w| (&w.stream, w.version, w.event.to_json().replace(&nil, &id)));
                    let done = handled.events.iter().map(|e| (&e.stream, e.version, e.data.clone()));
                    prop_assert_eq!(told.collect::<Vec<_>>(), done.collect::<Vec<_>>());
                    for would in &previewed {
                        prop_assert_eq!(&would.after, &state(&temp.store, would.stream.as_str()));
                    }
                    prop_assert_eq!(log(&temp.store).len(), before.len() + handled.events.len());
                }
                Err(error) => {
                    prop_assert_eq!(previewed.unwrap_err().to_string(), error.to_string());
                    prop_assert_eq!(log(&temp.store), before);
                }
            }
        }
        for name in ["a", "b", "c"] {
            let state = state(&temp.store, name);
            prop_assert!(state.balance >= -state.overdraft_limit || state.status == Status::None);
        }    }
}
