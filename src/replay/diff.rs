//! The difference between two states, field by field.

use crate::domain::shape::FieldId;
use crate::domain::state::State;
use crate::domain::value::FieldValue;

/// A changed field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub field: FieldId,
    /// Its value before.
    pub before: FieldValue<'static>,
    /// Its value after.
    pub after: FieldValue<'static>,
}

/// The fields in which two states of one shape differ, in the order of the shape.
pub fn changes(before: &State, after: &State) -> Vec<Change> {
    let differing = after.shape().ids().filter(|field| before.differs(after, *field));
    let change = |field| Change {
        field,
        before: before.field(field).into_owned(),
        after: after.field(field).into_owned(),
    };
    differing.map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::account::state::{AccountState, Status};
    use crate::domain::money::Currency;

    #[test]
    fn every_field_that_differs_is_a_change_and_no_other() {
        let before = State::Account(AccountState::NONE);
        let after = State::Account(AccountState {
            status: Status::Open,
            owner: Some("Ada".to_owned()),
            currency: Currency::from_code("EUR"),
            balance: 5,
            overdraft_limit: 7,
        });
        let text = |text: &str| FieldValue::Text(text.to_owned().into());
        let found: Vec<_> = changes(&before, &after)
            .into_iter()
            .map(|change| (change.field.0, change.before, change.after))
            .collect();
        assert_eq!(
            found,
            [
                (0, FieldValue::Null, text("Ada")),
                (1, text("none"), text("open")),
                (2, FieldValue::Null, text("EUR")),
                (3, FieldValue::Integer(0), FieldValue::Integer(5)),
                (4, FieldValue::Integer(0), FieldValue::Integer(7)),
            ]
        );
        assert_eq!(changes(&after, &after), []);
    }
}
