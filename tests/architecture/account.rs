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

/// The files whose words may speak of accounts beside those that know it: where the bank's projections are put together,
/// names in tables and files as they are stored, and examples for people.
const MAY_SPEAK_OF_IT: [&str; 20] = [
    "lib.rs",
    "cli/args.rs",
    "cli/sample.rs",
    "domain.rs",
    "domain/command/grammar.rs",
    "domain/mapping",
    "domain/money/decimal.rs",
    "read_model.rs",
    "read_model/engine/batch.rs",
    "read_model/engine/differences.rs",
    "read_model/engine/skipped.rs",
    "read_model/projections.rs",
    "read_model/projections/documents.rs",
    "read_model/projections/list.rs",
    "read_model/projections/not_understood.rs",
    "read_model/projections/stream_rows.rs",
    "read_model/questions",
    "read_model/rows.rs",
    "tui/fixture",
    "tui/model/lead.rs",
];

#[test]
fn no_word_of_the_machine_is_about_accounts() {
    let is_free = |source: &Source| {
        may_know_it(source) || MAY_SPEAK_OF_IT.iter().any(|free| source.path.starts_with(free))
    };
    let spoken: Vec<String> = sources()
        .iter()
        .filter(|source| !is_free(source))
        .flat_map(|source| {
            let about = source.lines().filter(|(_, line)| line.to_lowercase().contains("account"));
            about.map(|(n, line)| format!("{}:{n}: {}", source.path, line.trim())).collect::<Vec<_>>()
        })
        .collect();
    check("the machine speaks of streams, and screens take the domain's word from its presentation", &spoken);
}
