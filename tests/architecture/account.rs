//! Only the account's own files know what an account is: everything else speaks states, fields, values and rows.

use super::sources::{Source, check, sources};

/// The rooms and files that know the account: its aggregate, the closed enums that hold it, its rows, and the samples.
const KNOW_IT: [&str; 6] = [
    "domain/aggregates",
    "domain/state.rs",
    "domain/fold.rs",
    "read_model/projections/account",
    "sample.rs",
    "sample/",
];

fn may_know_it(source: &Source) -> bool {
    KNOW_IT.iter().any(|known| source.path.starts_with(known))
}

fn names_it(source: &Source) -> bool {
    source.code().any(|(_, line)| line.contains("aggregates::account") || line.contains(".account()"))
}

#[test]
fn nobody_above_the_domain_knows_what_an_account_is() {
    let found: Vec<String> = sources()
        .iter()
        .filter(|source| names_it(source) && !may_know_it(source))
        .map(|source| source.path.clone())
        .collect();
    let what_to_do = "these name the account's aggregate. Let them speak `State`, `FieldId`, `FieldValue` and rows; what \
                      an account is belongs into domain/aggregates/account or read_model/projections/account";
    check(what_to_do, &found);
}
