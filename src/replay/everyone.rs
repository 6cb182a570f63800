//! The states of all streams, from one pass over the log.

use std::collections::HashMap;

use crate::domain::aggregates::account::fold::AccountFold;
use crate::domain::aggregates::account::state::AccountState;
use crate::domain::event::{RecordedEvent, StreamName, StreamPosition};
use crate::domain::fold::{Fold, Meaning};

/// The states of all accounts that the log has mentioned so far. Memory grows with their number, whatever the length of
/// the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Everyone {
    accounts: HashMap<StreamName, Folded>,
}

/// The fold of an account's events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// Number of its events, including those not understood.
    pub version: StreamPosition,
    /// Number of events not understood; the state leaves them out.
    pub n_not_understood: u64,
    /// Number of events understood in part; the state leaves a text of each out.
    pub n_partly_understood: u64,
    /// The state.
    pub state: AccountState,
}

impl Everyone {
    /// Folds the log's next event.
    pub fn take(&mut self, fold: &AccountFold, event: &RecordedEvent) {
        // Most accounts are known already. A name is copied only for a new one.
        let account = match self.accounts.get_mut(&event.stream) {
            Some(account) => account,
            None => self.accounts.entry(event.stream.clone()).or_default(),
        };
        match fold.evolve(&mut account.state, event) {
            Meaning::Understood => {}
            Meaning::Partly(_) => account.n_partly_understood += 1,
            Meaning::NotUnderstood(_) => account.n_not_understood += 1,
        }
        account.version = event.version;
    }

    /// Number of accounts.
    pub fn n_accounts(&self) -> usize {
        self.accounts.len()
    }

    /// The account of that name.
    pub fn account(&self, name: &StreamName) -> Option<&Folded> {
        self.accounts.get(name)
    }

    /// All of them, in the byte order of their names.
    pub fn by_name(&self) -> Vec<(&StreamName, &Folded)> {
        let mut all: Vec<_> = self.accounts.iter().collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all
    }
}
