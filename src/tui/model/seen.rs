//! Event types and names seen so far, so that columns and short names stay the same while scrubbing.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use crate::domain::aggregates::account::events::KNOWN_TYPES;
use crate::domain::aggregates::account::state::Status;
use crate::domain::money::Currency;
use crate::tui::questions::listing::Listing;

/// The most types that are kept: more than a person distinguishes. Beyond it, short forms are chosen among fewer types.
pub const SEEN_TYPES_MAX: usize = 200;

/// The longest type that is kept, in bytes.
pub const SEEN_TYPE_BYTES_MAX: usize = 1_000;

/// Event types and currencies shown so far. None is forgotten: a type's short form depends on the other types, and a
/// balance names its currency only if there are several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenInLog {
    types: BTreeSet<String>,
    /// `None` means plain units.
    currencies: BTreeSet<Option<Currency>>,
    /// The width of the widest account name, in cells.
    name_cells: usize,
    has_owners: bool,
}

impl SeenInLog {
    /// Adds the types of events that were shown.
    pub fn see_types<'a>(&mut self, types: impl IntoIterator<Item = &'a str>) {
        for name in types {
            let is_new = !KNOWN_TYPES.contains(&name) && !self.types.contains(name);
            if is_new && self.types.len() < SEEN_TYPES_MAX && name.len() <= SEEN_TYPE_BYTES_MAX {
                self.types.insert(name.to_owned());
            }
        }
    }

    /// Adds the names, owners and currencies of the query view.
    pub fn see_listing(&mut self, listing: &Listing) {
        let widest = listing.rows.iter().map(|row| row.stream.as_str().width()).max();
        self.name_cells = self.name_cells.max(widest.unwrap_or(0));
        self.has_owners |= listing.rows.iter().any(|row| row.owner.is_some());
        let of_rows = listing.rows.iter().filter(|row| row.status != Status::None).map(|row| row.currency);
        self.currencies.extend(of_rows.chain(listing.totals.iter().map(|total| total.unit)));
    }

    /// The known types: those that were shown, and our own.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        KNOWN_TYPES.into_iter().chain(self.types.iter().map(String::as_str))
    }

    /// The width of the widest account name shown so far, in cells.
    pub fn name_cells(&self) -> usize {
        self.name_cells
    }

    /// Whether an account with an owner has been shown.
    pub fn has_owners(&self) -> bool {
        self.has_owners
    }

    /// The currency that all balances have; `None` if there are several, some are in plain units, or none is known.
    pub fn only_currency(&self) -> Option<Currency> {
        self.currencies.first().copied().flatten().filter(|_| self.currencies.len() == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_model::rows::series::GroupTotal;

    #[test]
    fn a_currency_is_the_only_one_while_no_account_counts_in_another_or_in_plain_units() {
        let eur = Currency::from_code("EUR");
        let with = |currencies: &[Option<Currency>]| {
            let total = |currency: &Option<Currency>| GroupTotal { unit: *currency, sum: 1, n_streams: 1 };
            let mut seen = SeenInLog::default();
            seen.see_listing(&Listing {
                totals: currencies.iter().map(total).collect(),
                ..Listing::default()
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
