//! A cache of the streams that the latest batches touched, with their rows.

use std::collections::HashMap;

use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::Touched;

/// The most accounts that are kept: some 30 MB, and more than twice as many as a batch can touch, so that the busy ones
/// stay.
const N_ACCOUNTS_MAX: usize = 131_072;

/// Accounts as of one checkpoint.
#[derive(Debug, Default)]
pub(in crate::read_model) struct KnownAccounts {
    at: GlobalPosition,
    accounts: HashMap<StreamName, Touched>,
}

impl KnownAccounts {
    /// Removes and returns the accounts as of a checkpoint. A failed batch keeps nothing, because its accounts do not
    /// agree with the rows.
    pub(in crate::read_model) fn take(&mut self, at: GlobalPosition) -> HashMap<StreamName, Touched> {
        let accounts = std::mem::take(&mut self.accounts);
        if self.at == at { accounts } else { HashMap::new() }
    }

    /// Keeps the accounts that a batch touched, and as many of the others as there is room for.
    pub(in crate::read_model) fn keep(
        &mut self,
        at: GlobalPosition,
        others: HashMap<StreamName, Touched>,
        touched: Vec<Touched>,
    ) {
        let n_others = N_ACCOUNTS_MAX.saturating_sub(touched.len());
        self.at = at;
        self.accounts = if others.len() > n_others { HashMap::new() } else { others };
        let touched = touched.into_iter().take(N_ACCOUNTS_MAX);
        self.accounts
            .extend(touched.map(|account| (account.name.clone(), Touched { is_new: false, ..account })));
    }
}
