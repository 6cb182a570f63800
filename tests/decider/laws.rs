//! The laws of every decided log, and of any log at all.

use std::collections::BTreeMap;

use foldback::domain::aggregates::account::decider::AccountDecision;
use foldback::domain::aggregates::account::events::AccountEvent;
use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::aggregates::account::state::{AccountState, Status};
use foldback::domain::fold::Meaning;
use foldback::domain::money::Currency;
use proptest::prelude::*;

use crate::scene::{Accounts, account_command, decide_on, recorded};
use crate::support;
use crate::support::stream;

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
            let command = account_command(&text);
            let before = sums(&accounts);
            let Ok(decided) = decide_on(&accounts, &command) else { continue };
            for AccountDecision { stream, event } in &decided {
                // Decided events can always be applied, and read back unchanged from the log.
                let state = accounts.entry(stream.clone()).or_default();
                let mut folded = state.clone();
                prop_assert_eq!(state.apply(event, None), Ok(()));
                let written = recorded(stream.as_str(), event.type_name(), &event.to_json());
                prop_assert_eq!(AccountFold::default().evolve_account(&mut folded, &written), Meaning::Understood);
                prop_assert_eq!(&folded, &*state);
                prop_assert!(i128::from(state.balance) >= -i128::from(state.overdraft_limit), "{text}: {state:?}");
                prop_assert!(state.status != Status::Closed || state.balance == 0);
            }
            // There are both legs of a transfer or neither, and they cancel out.
            let legs: Vec<&AccountEvent> = decided.iter().map(|d| &d.event).filter(|e| e.transfer().is_some()).collect();
            prop_assert!(legs.is_empty() || legs.len() == 2);
            if let [AccountEvent::TransferSent { to, amount: out, transfer: sent, .. },
                    AccountEvent::TransferReceived { from, amount: taken, transfer: got, .. }] = legs.as_slice() {
                prop_assert_eq!((to, from), (&decided[1].stream, &decided[0].stream));
                prop_assert_eq!((out, sent), (taken, got));
            } else {
                prop_assert!(legs.is_empty());
            }
            // The sum of a currency changes by deposits and withdrawals only, and by exactly their amounts.
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
    fn no_event_ends_the_fold_and_an_event_not_understood_changes_nothing(
        events in prop::collection::vec(("(Deposited|Withdrawn|TransferSent|OverdraftLimitSet|AccountOpened|\\PC{0,12})", any_data()), 0..20)
    ) {
        let mut state = AccountState::default();
        for (event_type, data) in events {
            let before = state.clone();
            if AccountFold::default().evolve_account(&mut state, &recorded("a", &event_type, &data)) != Meaning::Understood {
                prop_assert_eq!(&state, &before, "{} {}", event_type, data);
            }
        }
        // The resulting states do not panic the decider either.
        for text in ["deposit a 1", "withdraw a 1", "overdraft a 1", "close a", "transfer a b 1", "transfer b a 1"] {
            let b = AccountState { status: Status::Open, balance: 5, ..AccountState::default() };
            let accounts = Accounts::from([(stream("a"), state.clone()), (stream("b"), b)]);
            let _ = decide_on(&accounts, &account_command(text)).map_err(|refusal| refusal.to_string());
        }
    }
}

/// JSON of our form with any figures, JSON of other forms, and text that is not JSON.
fn any_data() -> impl Strategy<Value = String> {
    let figure = || prop_oneof![any::<i64>(), -2_i64..3, Just(i64::MIN), Just(i64::MAX)];
    prop_oneof![
        4 => figure().prop_map(|n| format!(r#"{{"amount":{n},"to":"b","limit":{n}}}"#)),
        2 => figure().prop_map(|n| format!(r#"{{"currency":"JPY","overdraft_limit":{n},"owner":"x"}}"#)),
        1 => "\\PC{0,30}",
        1 => figure().prop_map(|n| format!("[{n}]")),
    ]
}
