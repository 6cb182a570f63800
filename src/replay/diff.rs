//! The difference between two states, field by field.

use crate::domain::aggregates::account::state::{AccountState, Status};
use crate::domain::money::Currency;

/// A field of an account's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The owner.
    Owner,
    /// What the account allows.
    Status,
    /// The currency.
    Currency,
    /// The balance.
    Balance,
    /// The overdraft limit.
    OverdraftLimit,
}

impl Field {
    /// All fields in the order in which screens show them; a field's number is its place here.
    pub const ALL: [Self; 5] =
        [Self::Owner, Self::Status, Self::Currency, Self::Balance, Self::OverdraftLimit];

    /// The name on screens.
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Status => "status",
            Self::Currency => "currency",
            Self::Balance => "balance",
            Self::OverdraftLimit => "overdraft",
        }
    }

    /// Whether two states differ in it.
    pub fn differs(self, before: &AccountState, after: &AccountState) -> bool {
        match self {
            Self::Owner => before.owner != after.owner,
            Self::Status => before.status != after.status,
            Self::Currency => before.currency != after.currency,
            Self::Balance => before.balance != after.balance,
            Self::OverdraftLimit => before.overdraft_limit != after.overdraft_limit,
        }
    }
}

/// A field that changed. Amounts are in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The owner.
    Owner { before: Option<String>, after: Option<String> },
    /// The status.
    Status { before: Status, after: Status },
    /// The currency.
    Currency { before: Option<Currency>, after: Option<Currency> },
    /// The balance.
    Balance { before: i64, after: i64 },
    /// The overdraft limit.
    OverdraftLimit { before: i64, after: i64 },
}

impl Change {
    /// The change of a field.
    fn of(field: Field, before: &AccountState, after: &AccountState) -> Self {
        match field {
            Field::Owner => Self::Owner { before: before.owner.clone(), after: after.owner.clone() },
            Field::Status => Self::Status { before: before.status, after: after.status },
            Field::Currency => Self::Currency { before: before.currency, after: after.currency },
            Field::Balance => Self::Balance { before: before.balance, after: after.balance },
            Field::OverdraftLimit => {
                Self::OverdraftLimit { before: before.overdraft_limit, after: after.overdraft_limit }
            }
        }
    }

    /// The field that changed.
    pub fn field(&self) -> Field {
        match self {
            Self::Owner { .. } => Field::Owner,
            Self::Status { .. } => Field::Status,
            Self::Currency { .. } => Field::Currency,
            Self::Balance { .. } => Field::Balance,
            Self::OverdraftLimit { .. } => Field::OverdraftLimit,
        }
    }
}

/// The fields in which two states differ, in the order of [`Field::ALL`].
pub fn changes(before: &AccountState, after: &AccountState) -> Vec<Change> {
    let differing = Field::ALL.into_iter().filter(|field| field.differs(before, after));
    differing.map(|field| Change::of(field, before, after)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_differs_is_a_change_and_no_other() {
        let before = AccountState::default();
        let after = AccountState {
            status: Status::Open,
            owner: Some("Ada".to_owned()),
            currency: Currency::from_code("EUR"),
            balance: 5,
            overdraft_limit: 7,
        };
        let fields: Vec<Field> = changes(&before, &after).iter().map(Change::field).collect();
        assert_eq!(fields, Field::ALL);
        assert_eq!(changes(&after, &after), []);
        for (place, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, place);
        }
    }
}
