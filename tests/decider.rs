//! The decider: given what happened, when a command comes, then this happens, or that rule refuses it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends with the first thing that is not as it says"
)]

mod support;

use std::collections::BTreeMap;

use foldback::domain::aggregates::account::command::Command;
use foldback::domain::aggregates::account::events::{AccountEvent, Decided};
use foldback::domain::aggregates::account::refusal::{Refusal, Rule};
use foldback::domain::aggregates::account::{AccountFold, AccountState, Overflow, Status, decide};
use foldback::domain::chain::ChainHash;
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition};
use foldback::domain::fold::{Fold, Meaning};
use foldback::domain::money::Currency;
use foldback::domain::money::decimal::BadAmount;
use proptest::prelude::*;
use support::stream;

/// What names the transfer of every command here.
const TRANSFER: &str = "t-1";

type Accounts = BTreeMap<StreamName, AccountState>;

/// What has happened, and then what a command led to.
struct Scene {
    accounts: Accounts,
    outcome: Option<Result<Vec<Decided>, Refusal>>,
}

/// What has happened: `(account, type, data)` in the log's own words.
fn given(events: &[(&str, &str, &str)]) -> Scene {
    let mut accounts = Accounts::new();
    for (account, event_type, data) in events {
        let state = accounts.entry(stream(account)).or_default();
        let meaning = AccountFold::default().evolve(state, &recorded(account, event_type, data));
        assert_eq!(meaning, Meaning::Understood, "{account} {event_type} {data}");
    }
    Scene { accounts, outcome: None }
}

impl Scene {
    fn when(mut self, command: &str) -> Self {
        self.outcome = Some(decide_on(&self.accounts, &Command::parse(command).unwrap()));
        self
    }

    /// Exactly these events: `(account, type, data)`.
    fn then(self, events: &[(&str, &str, &str)]) {
        let decided = self.outcome.expect("when").unwrap();
        let texts: Vec<_> =
            decided.iter().map(|d| (d.stream.as_str(), d.event.type_name(), d.event.to_json())).collect();
        let texts: Vec<_> = texts.iter().map(|(stream, t, data)| (*stream, *t, data.as_str())).collect();
        assert_eq!(texts, events);
    }

    /// That rule of that account, said in these words.
    fn then_refused(self, account: &str, rule: Rule, text: &str) {
        let refusal = self.outcome.expect("when").unwrap_err();
        assert_eq!(refusal, Refusal { account: stream(account), rule });
        assert_eq!(refusal.to_string(), text);
    }
}

fn decide_on(accounts: &Accounts, command: &Command) -> Result<Vec<Decided>, Refusal> {
    let state = |name: &StreamName| accounts.get(name).cloned().unwrap_or_default();
    let counterparty = command.counterparty().map(state);
    decide(command, &state(&command.account), counterparty.as_ref(), TRANSFER)
}

fn recorded(account: &str, event_type: &str, data: &str) -> RecordedEvent {
    RecordedEvent {
        position: GlobalPosition::new(1),
        stream: stream(account),
        version: StreamPosition::new(1),
        id: None,
        event_type: event_type.to_owned(),
        time: None,
        clock: None,
        data: data.to_owned(),
        metadata: None,
        source: None,
        hash: ChainHash::default(),
    }
}

fn currency(code: &str) -> Option<Currency> {
    Some(Currency::from_code(code).unwrap())
}

const OPEN_A: (&str, &str, &str) = ("a", "AccountOpened", r#"{"currency":"EUR"}"#);
const OPEN_B: (&str, &str, &str) = ("b", "AccountOpened", r#"{"currency":"EUR"}"#);
const A_HAS_50: (&str, &str, &str) = ("a", "Deposited", r#"{"amount":5000}"#);
const A_FROZEN: (&str, &str, &str) = ("a", "AccountFrozen", r#"{"reason":"card lost"}"#);
const A_CLOSED: (&str, &str, &str) = ("a", "AccountClosed", "{}");
const MAX: &str = r#"{"amount":9223372036854775807}"#;

// --- what happens ---------------------------------------------------------------------------------------------------

#[test]
fn an_account_is_opened_with_owner_and_currency_or_with_neither() {
    given(&[]).when(r#"open a --owner "Ada Lovelace" --currency eur"#).then(&[(
        "a",
        "AccountOpened",
        r#"{"owner":"Ada Lovelace","currency":"EUR"}"#,
    )]);
    given(&[]).when("open a").then(&[("a", "AccountOpened", "{}")]);
}

#[test]
fn money_goes_in_and_out_in_the_currencys_minor_units() {
    given(&[OPEN_A]).when("deposit a 50.5 --note tea").then(&[(
        "a",
        "Deposited",
        r#"{"amount":5050,"note":"tea"}"#,
    )]);
    given(&[OPEN_A, A_HAS_50]).when("withdraw a 50").then(&[("a", "Withdrawn", r#"{"amount":5000}"#)]);
    for (code, amount) in [("JPY", 50), ("EUR", 5_000), ("KWD", 50_000)] {
        let (opened, deposited) =
            (format!(r#"{{"currency":"{code}"}}"#), format!(r#"{{"amount":{amount}}}"#));
        given(&[("a", "AccountOpened", &opened)]).when("deposit a 50").then(&[(
            "a",
            "Deposited",
            &deposited,
        )]);
    }
}

#[test]
fn an_account_without_a_currency_counts_in_plain_units() {
    given(&[("a", "deposit", r#"{"amount": 100}"#), ("a", "withdraw", r#"{"amount": 50}"#)])
        .when("withdraw a 50")
        .then(&[("a", "Withdrawn", r#"{"amount":50}"#)]);
    given(&[("a", "deposit", r#"{"amount": 100}"#)]).when("deposit a 1.00").then(&[(
        "a",
        "Deposited",
        r#"{"amount":1}"#,
    )]);
    let unit = "an account without a currency".to_owned();
    given(&[("a", "deposit", r#"{"amount": 100}"#)]).when("deposit a 0.5").then_refused(
        "a",
        Rule::BadAmount(BadAmount::TooManyDecimals { written: 1, allowed: 0, unit }),
        "1 decimal is too many: an account without a currency has 0",
    );
}

#[test]
fn a_transfer_is_two_legs_with_one_transfer_id() {
    given(&[OPEN_A, OPEN_B, A_HAS_50]).when("transfer a b 20 --note rent").then(&[
        ("a", "TransferSent", r#"{"to":"b","amount":2000,"transfer":"t-1","note":"rent"}"#),
        ("b", "TransferReceived", r#"{"from":"a","amount":2000,"transfer":"t-1","note":"rent"}"#),
    ]);
}

#[test]
fn an_overdraft_limit_lets_a_balance_go_that_far_below_zero_and_no_further() {
    let limit = ("a", "OverdraftLimitSet", r#"{"limit":10000}"#);
    given(&[OPEN_A]).when("overdraft a 100").then(&[limit]);
    given(&[OPEN_A, limit, A_HAS_50]).when("withdraw a 150").then(&[(
        "a",
        "Withdrawn",
        r#"{"amount":15000}"#,
    )]);
    given(&[OPEN_A, limit, A_HAS_50]).when("withdraw a 150.01").then_refused(
        "a",
        Rule::NotCovered { amount: 15_001, balance: 5_000, limit: 10_000, currency: currency("EUR") },
        "a has 50.00 EUR and an overdraft limit of 100.00 EUR: 150.01 EUR is more than that",
    );
}

#[test]
fn an_account_is_frozen_unfrozen_and_closed() {
    given(&[OPEN_A]).when("freeze a --reason 'card lost'").then(&[A_FROZEN]);
    given(&[OPEN_A]).when("freeze a").then(&[("a", "AccountFrozen", "{}")]);
    given(&[OPEN_A, A_FROZEN]).when("unfreeze a").then(&[("a", "AccountUnfrozen", "{}")]);
    given(&[OPEN_A, A_FROZEN, ("a", "AccountUnfrozen", "{}")]).when("close a").then(&[A_CLOSED]);
}

// --- what is refused ------------------------------------------------------------------------------------------------

#[test]
fn only_an_account_that_exists_does_anything() {
    for command in [
        "deposit a 1",
        "withdraw a 1",
        "transfer a b 1",
        "overdraft a 1",
        "freeze a",
        "unfreeze a",
        "close a",
    ] {
        let text = "there is no account a; open it first";
        given(&[OPEN_B]).when(command).then_refused("a", Rule::NoSuchAccount, text);
    }
    let text = "there is no account b; open it first";
    given(&[OPEN_A, A_HAS_50]).when("transfer a b 1").then_refused("b", Rule::NoSuchAccount, text);
}

#[test]
fn an_account_is_opened_once() {
    let closed = [OPEN_A, A_CLOSED];
    for (events, status) in
        [(&[OPEN_A][..], Status::Open), (&[OPEN_A, A_FROZEN], Status::Frozen), (&closed, Status::Closed)]
    {
        let text = format!("a exists already and is {}", status.word());
        given(events).when("open a").then_refused("a", Rule::AlreadyExists { status }, &text);
    }
}

#[test]
fn nothing_but_unfreezing_is_done_with_a_frozen_account() {
    let text = "a is frozen: only unfreeze is allowed";
    for command in [
        "deposit a 1",
        "withdraw a 1",
        "transfer a b 1",
        "transfer b a 1",
        "overdraft a 1",
        "freeze a",
        "close a",
    ] {
        let b_has_50 = ("b", "Deposited", r#"{"amount":5000}"#);
        given(&[OPEN_A, OPEN_B, A_HAS_50, b_has_50, A_FROZEN]).when(command).then_refused(
            "a",
            Rule::Frozen,
            text,
        );
    }
    given(&[OPEN_A]).when("unfreeze a").then_refused("a", Rule::NotFrozen, "a is not frozen");
}

#[test]
fn nothing_is_done_with_a_closed_account() {
    let text = "a is closed: nothing is allowed any more";
    for command in [
        "deposit a 1",
        "withdraw a 1",
        "transfer a b 1",
        "transfer b a 1",
        "overdraft a 1",
        "freeze a",
        "unfreeze a",
        "close a",
    ] {
        let b_has_50 = ("b", "Deposited", r#"{"amount":5000}"#);
        given(&[OPEN_A, OPEN_B, b_has_50, A_CLOSED]).when(command).then_refused("a", Rule::Closed, text);
    }
}

#[test]
fn an_amount_is_more_than_zero() {
    for (amount, units, shown) in
        [("0", 0, "0.00"), ("-1", -100, "-1.00"), ("0.00", 0, "0.00"), ("-0.01", -1, "-0.01")]
    {
        for command in ["deposit a", "withdraw a", "transfer a b"] {
            given(&[OPEN_A, OPEN_B, A_HAS_50]).when(&format!("{command} {amount}")).then_refused(
                "a",
                Rule::NotPositive { amount: units, currency: currency("EUR") },
                &format!("an amount must be more than zero, and {shown} EUR is not"),
            );
        }
    }
}

#[test]
fn an_amount_with_more_decimals_than_the_currency_is_refused_not_rounded() {
    for (code, amount, written, allowed) in
        [("JPY", "0.5", 1, 0), ("EUR", "0.005", 3, 2), ("KWD", "0.0005", 4, 3)]
    {
        let opened = format!(r#"{{"currency":"{code}"}}"#);
        given(&[("a", "AccountOpened", &opened)]).when(&format!("deposit a {amount}")).then_refused(
            "a",
            Rule::BadAmount(BadAmount::TooManyDecimals { written, allowed, unit: code.to_owned() }),
            &match written {
                1 => format!("1 decimal is too many: {code} has {allowed}"),
                _ => format!("{written} decimals are too many: {code} has {allowed}"),
            },
        );
    }
}

#[test]
fn nothing_goes_out_beyond_balance_and_limit() {
    for command in ["withdraw a 50.01", "transfer a b 50.01"] {
        given(&[OPEN_A, OPEN_B, A_HAS_50]).when(command).then_refused(
            "a",
            Rule::NotCovered { amount: 5_001, balance: 5_000, limit: 0, currency: currency("EUR") },
            "a has 50.00 EUR and an overdraft limit of 0.00 EUR: 50.01 EUR is more than that",
        );
    }
}

#[test]
fn an_overdraft_limit_is_not_negative_and_covers_the_debt() {
    given(&[OPEN_A]).when("overdraft a -1").then_refused(
        "a",
        Rule::NegativeLimit { limit: -100, currency: currency("EUR") },
        "an overdraft limit cannot be below zero, and -1.00 EUR is",
    );
    let limit = ("a", "OverdraftLimitSet", r#"{"limit":10000}"#);
    let debt = ("a", "Withdrawn", r#"{"amount":8000}"#);
    given(&[OPEN_A, limit, debt]).when("overdraft a 79.99").then_refused(
        "a",
        Rule::LimitBelowDebt { limit: 7_999, balance: -8_000, currency: currency("EUR") },
        "a is at -80.00 EUR: an overdraft limit of 79.99 EUR would not cover it",
    );
    given(&[OPEN_A, limit, debt]).when("overdraft a 80").then(&[(
        "a",
        "OverdraftLimitSet",
        r#"{"limit":8000}"#,
    )]);
}

#[test]
fn only_an_account_at_zero_is_closed() {
    for (event, balance, shown) in [
        (("a", "Deposited", r#"{"amount":1}"#), 1, "0.01"),
        (("a", "Withdrawn", r#"{"amount":1}"#), -1, "-0.01"),
    ] {
        given(&[OPEN_A, event]).when("close a").then_refused(
            "a",
            Rule::BalanceNotZero { balance, currency: currency("EUR") },
            &format!("a still has {shown} EUR: only an account at zero is closed"),
        );
    }
}

#[test]
fn a_transfer_stays_in_one_currency_and_has_two_ends() {
    let yen = ("b", "AccountOpened", r#"{"currency":"JPY"}"#);
    given(&[OPEN_A, A_HAS_50, yen]).when("transfer a b 1").then_refused(
        "a",
        Rule::CurrencyMismatch { from: currency("EUR"), to: currency("JPY") },
        "a transfer stays in one currency: a counts in EUR, the receiver in JPY",
    );
    given(&[OPEN_A, A_HAS_50, ("b", "AccountOpened", "{}")]).when("transfer a b 1").then_refused(
        "a",
        Rule::CurrencyMismatch { from: currency("EUR"), to: None },
        "a transfer stays in one currency: a counts in EUR, the receiver in plain units",
    );
    let text = "a transfer from a to itself moves nothing";
    given(&[OPEN_A, A_HAS_50]).when("transfer a a 1").then_refused("a", Rule::SameAccount, text);
}

#[test]
fn a_currency_is_one_of_iso_4217() {
    for code in ["QQQ", "EURO", "E", "€", ""] {
        let text = format!("'{code}' is no currency of ISO 4217, such as EUR");
        let rule = Rule::UnknownCurrency { code: code.to_owned() };
        given(&[]).when(&format!("open a --currency '{code}'")).then_refused("a", rule, &text);
    }
}

#[test]
fn a_withdrawal_up_to_the_largest_limit_below_the_smallest_balance_is_exact() {
    let plain = ("a", "AccountOpened", "{}");
    let limit = ("a", "OverdraftLimitSet", r#"{"limit":9223372036854775807}"#);
    let debt = ("a", "Withdrawn", r#"{"amount":9223372036854775800}"#);
    given(&[plain, limit, debt]).when("withdraw a 7").then(&[("a", "Withdrawn", r#"{"amount":7}"#)]);
    let rule = Rule::NotCovered { amount: 8, balance: 7 - i64::MAX, limit: i64::MAX, currency: None };
    let text = "a has -9,223,372,036,854,775,800 and an overdraft limit of 9,223,372,036,854,775,807: 8 is more than that";
    given(&[plain, limit, debt]).when("withdraw a 8").then_refused("a", rule, text);
    // As far down as a balance goes, no limit covers anything.
    let lowest = ("a", "Deposited", r#"{"amount":-9223372036854775808}"#);
    let rule = Rule::NotCovered { amount: 1, balance: i64::MIN, limit: i64::MAX, currency: None };
    let text = "a has -9,223,372,036,854,775,808 and an overdraft limit of 9,223,372,036,854,775,807: 1 is more than that";
    given(&[plain, limit, lowest]).when("withdraw a 1").then_refused("a", rule, text);
}

#[test]
fn a_sum_that_cannot_be_counted_is_refused_and_never_wraps() {
    let full = ("a", "Deposited", MAX);
    let plain = ("a", "AccountOpened", "{}");
    let text = "a is at 9223372036854775807: 1 more would be past what can be counted";
    let rule = Rule::Overflow { amount: 1, balance: i64::MAX };
    given(&[plain, full]).when("deposit a 1").then_refused("a", rule.clone(), text);
    let b = ("b", "deposit", r#"{"amount":1}"#);
    given(&[plain, full, b]).when("transfer b a 1").then_refused("a", rule, text);

    let limit = ("a", "OverdraftLimitSet", r#"{"limit":9223372036854775807}"#);
    let debt = ("a", "Withdrawn", MAX);
    let more = ("a", "Deposited", r#"{"amount":5}"#);
    given(&[plain, limit, debt, more]).when("withdraw a 5").then(&[("a", "Withdrawn", r#"{"amount":5}"#)]);
    given(&[plain, limit, debt]).when("withdraw a 1").then_refused(
        "a",
        Rule::NotCovered { amount: 1, balance: -i64::MAX, limit: i64::MAX, currency: None },
        "a has -9,223,372,036,854,775,807 and an overdraft limit of 9,223,372,036,854,775,807: 1 is more than that",
    );
    given(&[OPEN_A]).when("deposit a 92233720368547758.08").then_refused(
        "a",
        Rule::BadAmount(BadAmount::TooLarge),
        "the amount is larger than an account can count",
    );
}

// --- what history may hold ------------------------------------------------------------------------------------------

#[test]
fn an_event_that_cannot_be_counted_leaves_the_state_as_it_was() {
    let mut state = given(&[OPEN_A, ("a", "Deposited", MAX)]).accounts[&stream("a")].clone();
    let before = state.clone();
    let meaning = AccountFold::default().evolve(&mut state, &recorded("a", "Deposited", r#"{"amount":1}"#));
    assert_eq!(meaning, Meaning::NotUnderstood("it would take the balance past what can be counted".into()));
    assert_eq!(state, before);
    let lowest = AccountEvent::Withdrawn { amount: i64::MIN, note: None };
    assert_eq!(state.apply(&lowest, None), Err(Overflow));
    assert_eq!(state, before);
}

#[test]
fn a_balance_below_zero_in_history_is_shown_and_counted_from() {
    let scene = given(&[OPEN_A, ("a", "Withdrawn", r#"{"amount":700}"#)]);
    assert_eq!(scene.accounts[&stream("a")].balance, -700);
    scene.when("deposit a 1").then(&[("a", "Deposited", r#"{"amount":100}"#)]);
}

#[test]
fn a_log_that_begins_in_the_middle_of_a_life_takes_its_currency_whatever_comes_first() {
    for first in [
        AccountEvent::Deposited { amount: 1, note: None },
        AccountEvent::OverdraftLimitSet { limit: 1 },
        AccountEvent::AccountFrozen { reason: None },
        AccountEvent::AccountUnfrozen {},
        AccountEvent::AccountClosed {},
    ] {
        let mut state = AccountState::default();
        assert_eq!(state.apply(&first, currency("EUR")), Ok(()));
        assert_eq!(state.currency, currency("EUR"), "{first:?}");
        assert_ne!(state.status, Status::None, "{first:?}");
    }
}

// --- laws -----------------------------------------------------------------------------------------------------------

/// Commands on a few accounts, as a person might think of them: many are refused.
fn any_command() -> impl Strategy<Value = String> {
    let account = || prop::sample::select(vec!["a", "b", "c", "d"]);
    let amount = || prop_oneof![8 => (-1_i64..300).prop_map(|n| n.to_string()), 1 => Just("90000000000000000".to_owned())];
    let code = prop::sample::select(vec!["", " --currency EUR", " --currency JPY"]);
    prop_oneof![
        3 => (account(), code).prop_map(|(a, c)| format!("open {a}{c}")),
        4 => (account(), amount()).prop_map(|(a, n)| format!("deposit {a} {n}")),
        3 => (account(), amount()).prop_map(|(a, n)| format!("withdraw {a} {n}")),
        6 => (account(), account(), amount()).prop_map(|(a, b, n)| format!("transfer {a} {b} {n}")),
        2 => (account(), amount()).prop_map(|(a, n)| format!("overdraft {a} {n}")),
        1 => account().prop_map(|a| format!("freeze {a}")),
        2 => account().prop_map(|a| format!("unfreeze {a}")),
        1 => account().prop_map(|a| format!("close {a}")),
    ]
}

fn sums(accounts: &Accounts) -> BTreeMap<Option<Currency>, i128> {
    let mut sums = BTreeMap::new();
    for state in accounts.values() {
        *sums.entry(state.currency).or_default() += i128::from(state.balance);
    }
    sums
}

proptest! {
    #![proptest_config(support::cases(128))]

    #[test]
    fn the_laws_of_every_log_that_was_decided(commands in prop::collection::vec(any_command(), 1..60)) {
        let mut accounts = Accounts::new();
        for text in commands {
            let command = Command::parse(&text).unwrap();
            let before = sums(&accounts);
            let Ok(decided) = decide_on(&accounts, &command) else { continue };
            for Decided { stream, event } in &decided {
                // What is decided can always be applied, and reads from the log as what it was.
                let state = accounts.entry(stream.clone()).or_default();
                let mut folded = state.clone();
                prop_assert_eq!(state.apply(event, None), Ok(()));
                let written = recorded(stream.as_str(), event.type_name(), &event.to_json());
                prop_assert_eq!(AccountFold::default().evolve(&mut folded, &written), Meaning::Understood);
                prop_assert_eq!(&folded, &*state);
                prop_assert!(i128::from(state.balance) >= -i128::from(state.overdraft_limit), "{text}: {state:?}");
                prop_assert!(state.status != Status::Closed || state.balance == 0);
            }
            // Both legs of a transfer or neither, and they cancel out.
            let legs: Vec<&AccountEvent> = decided.iter().map(|d| &d.event).filter(|e| e.transfer().is_some()).collect();
            prop_assert!(legs.is_empty() || legs.len() == 2);
            if let [AccountEvent::TransferSent { to, amount: out, transfer: sent, .. },
                    AccountEvent::TransferReceived { from, amount: taken, transfer: got, .. }] = legs.as_slice() {
                prop_assert_eq!((to, from), (&decided[1].stream, &decided[0].stream));
                prop_assert_eq!((out, sent), (taken, got));
            } else {
                prop_assert!(legs.is_empty());
            }
            // The sum of a currency changes by deposits and withdrawals only, and by all that they say.
            let after = sums(&accounts);
            let acting = &accounts[&command.account];
            let change = match decided[0].event {
                AccountEvent::Deposited { amount, .. } => i128::from(amount),
                AccountEvent::Withdrawn { amount, .. } => -i128::from(amount),
                _ => 0,
            };
            for (currency, sum) in after {
                let expected = if currency == acting.currency { change } else { 0 };
                prop_assert_eq!(sum - before.get(&currency).copied().unwrap_or(0), expected, "{}", text);
            }
        }
    }

    #[test]
    fn no_event_ends_the_fold_and_what_has_no_meaning_changes_nothing(
        events in prop::collection::vec(("(Deposited|Withdrawn|TransferSent|OverdraftLimitSet|AccountOpened|\\PC{0,12})", any_data()), 0..20)
    ) {
        let mut state = AccountState::default();
        for (event_type, data) in events {
            let before = state.clone();
            if AccountFold::default().evolve(&mut state, &recorded("a", &event_type, &data)) != Meaning::Understood {
                prop_assert_eq!(&state, &before, "{} {}", event_type, data);
            }
        }
        // Nor does what became of it end the decider.
        for text in ["deposit a 1", "withdraw a 1", "overdraft a 1", "close a", "transfer a b 1", "transfer b a 1"] {
            let b = AccountState { status: Status::Open, balance: 5, ..AccountState::default() };
            let accounts = Accounts::from([(stream("a"), state.clone()), (stream("b"), b)]);
            let _ = decide_on(&accounts, &Command::parse(text).unwrap()).map_err(|refusal| refusal.to_string());
        }
    }
}

/// JSON of our shape with any figures in it, JSON of another shape, and what is no JSON.
fn any_data() -> impl Strategy<Value = String> {
    let figure = || prop_oneof![any::<i64>(), -2_i64..3, Just(i64::MIN), Just(i64::MAX)];
    prop_oneof![
        4 => figure().prop_map(|n| format!(r#"{{"amount":{n},"to":"b","limit":{n}}}"#)),
        2 => figure().prop_map(|n| format!(r#"{{"currency":"JPY","overdraft_limit":{n},"owner":"x"}}"#)),
        1 => "\\PC{0,30}",
        1 => figure().prop_map(|n| format!("[{n}]")),
    ]
}
