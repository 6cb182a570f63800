//! A history of some accounts, a command on them, and its outcome.

use std::collections::BTreeMap;

use foldback::domain::aggregates::Aggregates;
use foldback::domain::aggregates::account::command::AccountCommand;
use foldback::domain::aggregates::account::decider::AccountDecision;
use foldback::domain::aggregates::account::decider::decide;
use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::aggregates::account::refusal::{AccountRefusal, Rule};
use foldback::domain::aggregates::account::state::AccountState;
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition};
use foldback::domain::fold::Meaning;
use foldback::domain::hash::ChainHash;
use foldback::domain::money::Currency;

use crate::support::stream;

/// The transfer id in all commands here.
pub(crate) const TRANSFER: &str = "t-1";

pub(crate) type Accounts = BTreeMap<StreamName, AccountState>;

/// A history, and the outcome of a command.
pub(crate) struct Scene {
    pub(crate) accounts: Accounts,
    pub(crate) outcome: Option<Result<Vec<AccountDecision>, AccountRefusal>>,
}

/// A history: `(account, type, data)` in the log's own words.
pub(crate) fn given(events: &[(&str, &str, &str)]) -> Scene {
    let mut accounts = Accounts::new();
    for (account, event_type, data) in events {
        let state = accounts.entry(stream(account)).or_default();
        let meaning = AccountFold::default().evolve_account(state, &recorded(account, event_type, data));
        assert_eq!(meaning, Meaning::Understood, "{account} {event_type} {data}");
    }
    Scene { accounts, outcome: None }
}

impl Scene {
    pub(crate) fn when(mut self, command: &str) -> Self {
        self.outcome = Some(decide_on(&self.accounts, &account_command(command)));
        self
    }

    /// Expects exactly these events: `(account, type, data)`.
    pub(crate) fn then(self, events: &[(&str, &str, &str)]) {
        let decided = self.outcome.expect("when").unwrap();
        let texts: Vec<_> =
            decided.iter().map(|d| (d.stream.as_str(), d.event.type_name(), d.event.to_json())).collect();
        let texts: Vec<_> = texts.iter().map(|(stream, t, data)| (*stream, *t, data.as_str())).collect();
        assert_eq!(texts, events);
    }

    /// Expects a refusal by that rule of that account, with this text.
    pub(crate) fn then_refused(self, account: &str, rule: Rule, text: &str) {
        let refusal = self.outcome.expect("when").unwrap_err();
        assert_eq!(refusal, AccountRefusal { account: stream(account), rule });
        assert_eq!(refusal.to_string(), text);
    }
}

/// The command to an account that a text is.
pub(crate) fn account_command(text: &str) -> AccountCommand {
    AccountCommand::of(&Aggregates::bank().commands().parse(text).unwrap()).unwrap()
}

pub(crate) fn decide_on(
    accounts: &Accounts,
    command: &AccountCommand,
) -> Result<Vec<AccountDecision>, AccountRefusal> {
    let state = |name: &StreamName| accounts.get(name).cloned().unwrap_or_default();
    let counterparty = command.counterparty().map(state);
    decide(command, &state(&command.account), counterparty.as_ref(), TRANSFER)
}

pub(crate) fn recorded(account: &str, event_type: &str, data: &str) -> RecordedEvent {
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

pub(crate) fn currency(code: &str) -> Option<Currency> {
    Some(Currency::from_code(code).unwrap())
}

pub(crate) const OPEN_A: (&str, &str, &str) = ("a", "AccountOpened", r#"{"currency":"EUR"}"#);
pub(crate) const OPEN_B: (&str, &str, &str) = ("b", "AccountOpened", r#"{"currency":"EUR"}"#);
pub(crate) const A_HAS_50: (&str, &str, &str) = ("a", "Deposited", r#"{"amount":5000}"#);
pub(crate) const A_FROZEN: (&str, &str, &str) = ("a", "AccountFrozen", r#"{"reason":"card lost"}"#);
pub(crate) const A_CLOSED: (&str, &str, &str) = ("a", "AccountClosed", "{}");
pub(crate) const MAX: &str = r#"{"amount":9223372036854775807}"#;
