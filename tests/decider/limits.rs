//! Amounts at the limits of what can be counted, and histories that begin anywhere.

use foldback::domain::aggregates::account::events::AccountEvent;
use foldback::domain::aggregates::account::events::Overflow;
use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::aggregates::account::refusal::Rule;
use foldback::domain::aggregates::account::state::{AccountState, Status};
use foldback::domain::fold::Meaning;
use foldback::domain::money::decimal::BadAmount;

use crate::scene::{MAX, OPEN_A, currency, given, recorded};
use crate::support::stream;

#[test]
fn a_withdrawal_up_to_the_largest_limit_below_the_smallest_balance_is_exact() {
    let plain = ("a", "AccountOpened", "{}");
    let limit = ("a", "OverdraftLimitSet", r#"{"limit":9223372036854775807}"#);
    let debt = ("a", "Withdrawn", r#"{"amount":9223372036854775800}"#);
    given(&[plain, limit, debt]).when("withdraw a 7").then(&[("a", "Withdrawn", r#"{"amount":7}"#)]);
    let rule = Rule::NotCovered { amount: 8, balance: 7 - i64::MAX, limit: i64::MAX, currency: None };
    let text = "a has -9,223,372,036,854,775,800 and an overdraft limit of 9,223,372,036,854,775,807: 8 is more than that";
    given(&[plain, limit, debt]).when("withdraw a 8").then_refused("a", rule, text);
    // With the lowest possible balance no limit covers anything.
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

#[test]
fn an_event_that_cannot_be_counted_leaves_the_state_as_it_was() {
    let mut state = given(&[OPEN_A, ("a", "Deposited", MAX)]).accounts[&stream("a")].clone();
    let before = state.clone();
    let meaning =
        AccountFold::default().evolve_account(&mut state, &recorded("a", "Deposited", r#"{"amount":1}"#));
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
