//! Event types and names seen so far, so that columns and short names stay the same while scrubbing.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use crate::domain::aggregates::account::events::KNOWN_TYPES;
use crate::domain::aggregates::account::state::Status;
use crate::domain::money::Currency;
use crate::tui::questions::accounts::Accounts;

/// How many types are kept: more than a person tells apart. Beyond it the texts of types are chosen among fewer.
pub const SEEN_TYPES_MAX: usize = 200;

/// The longest type that is kept, in bytes.
pub const SEEN_TYPE_BYTES_MAX: usize = 1_000;

/// Event types and currencies that have been in sight. None is forgotten: how a type is shortened depends on the types
/// beside it, and whether a balance says its currency on there being several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenInLog {
    types: BTreeSet<String>,
    /// With `None` where an account counts in plain units.
    currencies: BTreeSet<Option<Currency>>,
    /// The cells of the widest name of an account.
    name_cells: usize,
    has_owners: bool,
}

impl SeenInLog {
    /// Takes in types that were looked at.
    pub fn see_types<'a>(&mut self, types: impl IntoIterator<Item = &'a str>) {
        for name in types {
            let is_new = !KNOWN_TYPES.contains(&name) && !self.types.contains(name);
            if is_new && self.types.len() < SEEN_TYPES_MAX && name.len() <= SEEN_TYPE_BYTES_MAX {
                self.types.insert(name.to_owned());
            }
        }
    }

    /// Takes in the names, owners and currencies of the query view.
    pub fn see_accounts(&mut self, accounts: &Accounts) {
        let widest = accounts.rows.iter().map(|row| row.account.as_str().width()).max();
        self.name_cells = self.name_cells.max(widest.unwrap_or(0));
        self.has_owners |= accounts.rows.iter().any(|row| row.owner.is_some());
        let of_rows = accounts.rows.iter().filter(|row| row.status != Status::None).map(|row| row.currency);
        self.currencies.extend(of_rows.chain(accounts.totals.iter().map(|total| total.currency)));
    }

    /// The types that are known: those that were in sight, and our own.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        KNOWN_TYPES.into_iter().chain(self.types.iter().map(String::as_str))
    }

    /// The cells of the widest name of an account that was in sight.
    pub fn name_cells(&self) -> usize {
        self.name_cells
    }

    /// Whether an account with an owner was in sight.
    pub fn has_owners(&self) -> bool {
        self.has_owners
    }

    /// The currency that all balances have; `None` where there are several, where some are plain units, or where none is
    /// known.
    pub fn only_currency(&self) -> Option<Currency> {
        self.currencies.first().copied().flatten().filter(|_| self.currencies.len() == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_model::rows::TotalRow;

    #[test]
    fn a_currency_is_the_only_one_while_no_account_counts_in_another_or_in_plain_units() {
        let eur = Currency::from_code("EUR");
        let with = |currencies: &[Option<Currency>]| {
            let total =
                |currency: &Option<Currency>| TotalRow { currency: *currency, balance: 1, n_accounts: 1 };
            let mut seen = SeenInLog::default();
            seen.see_accounts(&Accounts {
                totals: currencies.iter().map(total).collect(),
                ..Accounts::default()
            });
            seen.only_currency()
        };
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[eur]), eur);
        assert_eq!(with(&[None]), None);
        assert_eq!(with(&[eur, None]), None);
        assert_eq!(with(&[eur, Currency::from_code("USD")]), None);
    }
}
