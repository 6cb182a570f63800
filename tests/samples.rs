//! The bundled logs and the generated banks keep their promises.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use foldback::domain::aggregates::Aggregates;
use foldback::domain::aggregates::account::command::AccountCommand;
use foldback::domain::aggregates::account::decider::AccountDecision;
use foldback::domain::aggregates::account::decider::decide;
use foldback::domain::aggregates::account::events::AccountEvent;
use foldback::domain::aggregates::account::state::{AccountState, Status};
use foldback::domain::event::{StreamName, Timestamp};
use foldback::domain::provenance::{Provenance, event_id, metadata};
use foldback::sample::bank_shape::BankShape;
use foldback::sample::{EMBEDDED, bank, embedded};
use proptest::prelude::*;
use uuid::{Uuid, Version};

/// An event of a sample, read back from its line.
#[derive(Debug)]
struct Line {
    stream: StreamName,
    event_type: String,
    time: Option<Timestamp>,
    data: String,
    id: Option<String>,
    metadata: Option<String>,
}

impl Line {
    fn read(text: &str) -> Self {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Fields<'a> {
            stream: String,
            #[serde(rename = "type")]
            event_type: String,
            time: Option<String>,
            #[serde(borrow)]
            data: &'a serde_json::value::RawValue,
            id: Option<String>,
            metadata: Option<&'a serde_json::value::RawValue>,
        }
        let fields: Fields<'_> = serde_json::from_str(text).expect(text);
        Self {
            stream: StreamName::new(&fields.stream).unwrap(),
            event_type: fields.event_type,
            time: fields.time.map(|t| t.parse().unwrap()),
            data: fields.data.get().to_owned(),
            id: fields.id,
            metadata: fields.metadata.map(|m| m.get().to_owned()),
        }
    }

    fn happened(&self) -> AccountEvent {
        let read = AccountEvent::from_json(&self.event_type, &self.data);
        read.unwrap_or_else(|why| panic!("{self:?}: {why}")).event
    }
}

/// Decides every command of a log again, on the state before it: the result must be the events in the log, ids and
/// metadata included.
fn decide_again(lines: &[Line]) -> BTreeMap<StreamName, AccountState> {
    let mut states: BTreeMap<StreamName, AccountState> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let from = Provenance::from_json(first.metadata.as_deref().unwrap()).unwrap();
        let command = Aggregates::bank().commands().parse(&from.command).unwrap();
        let command = AccountCommand::of(&command).unwrap();
        let command_id = Uuid::parse_str(&from.causation).unwrap();
        assert_eq!(command_id.get_version(), Some(Version::SortRand));
        assert_eq!(from.correlation, from.causation);
        let acting = states.get(&command.account).cloned().unwrap_or_default();
        let counterparty = command.counterparty().map(|c| states.get(c).cloned().unwrap_or_default());
        let decided = decide(&command, &acting, counterparty.as_ref(), &command_id.to_string())
            .unwrap_or_else(|refusal| panic!("{command}: {refusal}"));
        let (together, after) = rest.split_at(decided.len());
        for (n, (line, decided)) in together.iter().zip(&decided).enumerate() {
            let stands = AccountDecision { stream: line.stream.clone(), event: line.happened() };
            assert_eq!(&stands, decided, "{command}");
            assert_eq!(line.data, decided.event.to_json());
            assert_eq!(line.event_type, decided.event.type_name());
            assert_eq!(line.time, first.time, "both legs of a transfer happen at once");
            assert_eq!(line.id, Some(event_id(command_id, n).to_string()));
            assert_eq!(line.metadata, Some(metadata(command_id, &command.to_string())));
            assert!(ids.insert(line.id.clone()), "an id names one event");
            let state = states.entry(line.stream.clone()).or_default();
            assert_eq!(state.apply(&decided.event, None), Ok(()));
            assert!(state.balance >= -state.overdraft_limit, "{} is at {}", line.stream, state.balance);
        }
        rest = after;
    }
    states
}

fn made_up(shape: &BankShape) -> Vec<Line> {
    bank(shape).map(|event| Line::read(&event.to_json_line())).collect()
}

fn bundled(name: &str) -> Vec<Line> {
    embedded(name).unwrap().lines().map(Line::read).collect()
}

/// Counts the lines by a value of theirs.
fn count<'a>(lines: &'a [Line], of: impl Fn(&'a Line) -> Option<String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for what in lines.iter().filter_map(of) {
        *counts.entry(what).or_default() += 1;
    }
    counts
}

#[test]
fn the_seed_is_one_deposit_and_one_withdrawal_that_read_as_ours() {
    let lines = bundled("seed");
    let happened: Vec<AccountEvent> = lines.iter().map(Line::happened).collect();
    assert_eq!(
        happened,
        [
            AccountEvent::Deposited { amount: 100, note: None },
            AccountEvent::Withdrawn { amount: 50, note: None }
        ]
    );
    let words: Vec<(&str, &str)> = lines.iter().map(|l| (l.event_type.as_str(), l.data.as_str())).collect();
    assert_eq!(words, [("deposit", r#"{"amount":100}"#), ("withdraw", r#"{"amount":50}"#)]);
    assert_eq!(lines[0].stream, lines[1].stream);
}

#[test]
fn only_the_bundled_names_are_bundled() {
    assert!(EMBEDDED.iter().all(|name| embedded(name).is_some_and(|log| log.ends_with("}\n"))));
    assert_eq!(embedded("bnk"), None);
}

#[test]
fn every_event_of_the_bundled_bank_is_one_that_the_decider_decides() {
    let lines = bundled("bank");
    let states = decide_again(&lines);
    assert!((350..450).contains(&lines.len()), "{} events", lines.len());
    let names: Vec<&str> = states.keys().map(StreamName::as_str).collect();
    let twelve: Vec<String> = (1..=12).map(|n| format!("acc-{n:02}")).collect();
    assert_eq!(names, twelve);
    let types = count(&lines, |line| Some(line.event_type.clone()));
    assert_eq!(types.len(), 9, "every kind of event happens: {types:?}");
    let currencies: BTreeSet<String> =
        states.values().filter_map(|s| s.currency.map(|c| c.to_string())).collect();
    assert_eq!(currencies.len(), 2);
    let of_status = |status| states.values().filter(|s| s.status == status).count();
    assert_eq!([Status::Open, Status::Frozen, Status::Closed].map(of_status), [10, 1, 1]);
    assert_eq!(states.values().filter(|s| s.balance < 0).count(), 1, "one account is in debt");
}

#[test]
fn the_bundled_banks_times_rise_but_for_one_late_event() {
    let times: Vec<Timestamp> = bundled("bank").iter().map(|line| line.time.unwrap()).collect();
    let mut clock = Timestamp::MIN;
    let mut n_late = 0;
    for time in &times {
        n_late += usize::from(*time < clock);
        clock = clock.max(*time);
    }
    assert_eq!(n_late, 1);
}

#[test]
fn a_shape_has_one_log_for_all_time() {
    let hash = |n_events, n_accounts, seed| {
        let mut hash = blake3::Hasher::new();
        for event in bank(&BankShape { n_events, n_accounts, seed }) {
            hash.update(event.to_json_line().as_bytes());
            hash.update(b"\n");
        }
        hash.finalize().to_hex().to_string()
    };
    // Changing these changes everybody's samples, and every figure that was measured on one.
    assert_eq!(hash(5_000, 100, 1), "5646133239c50da8451540d454cfa3de767f5ce370985748a697997d5c6c831d");
    assert_eq!(hash(3_000, 7, 42), "ba85af6c5c5feb6f481afc9827397e84fc8c14c6521fd9d781689f01bf63d0e8");
    assert_ne!(hash(100, 7, 1), hash(100, 7, 2));
}

#[test]
fn a_made_up_bank_is_busy_in_few_accounts_and_knows_every_event_and_three_currencies() {
    let lines = made_up(&BankShape { n_events: 50_000, n_accounts: 500, seed: 7 });
    let by_stream = count(&lines, |line| Some(line.stream.as_str().to_owned()));
    assert_eq!(by_stream.len(), 500);
    let busiest = by_stream.values().max().copied().unwrap_or(0);
    assert!((1_500..5_000).contains(&busiest), "the busiest of 500 has about a twentieth: {busiest}");
    let types = count(&lines, |line| Some(line.event_type.clone()));
    assert_eq!(types.len(), 9, "every kind of event happens: {types:?}");
    let currencies = count(&lines, |line| match line.happened() {
        AccountEvent::AccountOpened { currency, .. } => currency.map(|c| c.to_string()),
        _ => None,
    });
    assert_eq!(currencies.keys().collect::<Vec<_>>(), ["EUR", "JPY", "USD"]);
}

proptest! {
    #![proptest_config(support::cases(24))]

    #[test]
    fn every_generated_bank_is_one_that_the_decider_decides(n_events in 0_u64..1500, n_accounts in 0_u64..60, seed: u64) {
        let lines = made_up(&BankShape { n_events, n_accounts, seed });
        prop_assert_eq!(lines.len() as u64, n_events);
        prop_assert!(lines.is_sorted_by_key(|line| line.time), "times rise");
        let states = decide_again(&lines);
        prop_assert_eq!(states.len() as u64, n_accounts.max(1).min(n_events));
    }
}
