//! The states of all streams, from one pass over the log.

use std::collections::HashMap;

use crate::domain::aggregates::account::fold::AccountFold;
use crate::domain::aggregates::account::state::AccountState;
use crate::domain::event::{RecordedEvent, StreamName, StreamPosition};
use crate::domain::fold::{Fold, Meaning};

/// All accounts that the log has named so far. It takes memory in proportion to how many they are, whatever the length
/// of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Everyone {
    accounts: HashMap<StreamName, Folded>,
}

/// What an account's events add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// How many events that are, those not understood included.
    pub version: StreamPosition,
    /// How many of those are not understood: the state leaves them out.
    pub n_not_understood: u64,
    /// How many of the others are understood in part: the state leaves a text of theirs out.
    pub n_partly_understood: u64,
    /// What the others add up to.
    pub state: AccountState,
}

impl Everyone {
    /// Takes the log's next event in.
    pub fn take(&mut self, fold: &AccountFold, event: &RecordedEvent) {
        // Mostly the account is known: its name is copied only where it is not.
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

    /// How many accounts there are.
    pub fn n_accounts(&self) -> usize {
        self.accounts.len()
    }

    /// The account of that name.
    pub fn account(&self, name: &StreamName) -> Option<&Folded> {
        self.accounts.get(name)
    }

    /// All of them, in the order of their names' bytes.
    pub fn by_name(&self) -> Vec<(&StreamName, &Folded)> {
        let mut all: Vec<_> = self.accounts.iter().collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all
    }
}
