//! Only the account's own files know what an account is: everything else speaks states, fields, values and rows.

use super::sources::{Source, check, sources, sources_and_sql};

/// The rooms and files that know the account: its aggregate, the closed enums that hold it, its rows, and the samples.
const KNOW_IT: [&str; 6] = [
    "domain/aggregates",
    "domain/state.rs",
    "domain/fold.rs",
    "read_model/projections/account",
    "sample.rs",
    "sample/",
];

/// The names by which code knows it.
const NAMES: [&str; 5] =
    ["aggregates::account", "projections::account", ".account()", "State::Account", "Aggregates::bank"];

/// The files that name it beside those that know it, each with its reason.
const NAME_IT: [(&str, &str); 3] = [
    ("main.rs", "it hands the bank to the verbs"),
    ("read_model/projections/list.rs", "the list of all tables of states"),
    ("tui/fixture", "the bank of the screen's tests"),
];

fn may_know_it(source: &Source) -> bool {
    KNOW_IT.iter().any(|known| source.path.starts_with(known))
}

fn names_it(source: &Source) -> bool {
    source.code().any(|(_, line)| NAMES.iter().any(|name| line.contains(name)))
}

#[test]
fn nobody_above_the_domain_knows_what_an_account_is() {
    let found: Vec<String> = sources()
        .iter()
        .filter(|source| names_it(source) && !may_know_it(source))
        .filter(|source| !NAME_IT.iter().any(|(path, _)| source.path.starts_with(path)))
        .map(|source| source.path.clone())
        .collect();
    let what_to_do = "these name the account's aggregate. Let them speak `State`, `FieldId`, `FieldValue` and rows; what \
                      an account is belongs into domain/aggregates/account or read_model/projections/account";
    check(what_to_do, &found);
}

#[test]
fn the_list_of_files_that_name_it_has_no_file_that_does_not() {
    let all = sources();
    let is_idle = |path: &str| !all.iter().any(|source| source.path.starts_with(path) && names_it(source));
    let idle: Vec<String> =
        NAME_IT.iter().filter(|(path, _)| is_idle(path)).map(|(path, _)| (*path).to_owned()).collect();
    check("these are listed and do not name the account any more; take them off the list", &idle);
}

/// The files whose words may speak of accounts beside those that know it: where the bank's projections are put together,
/// names in tables and files as they are stored, and examples for people.
const MAY_SPEAK_OF_IT: [&str; 12] = [
    "lib.rs",
    "cli/args/ask.rs",
    "cli/args/write.rs",
    "cli/sample.rs",
    "domain.rs",
    "domain/command/grammar.rs",
    "domain/expression/function.rs",
    "domain/money/decimal.rs",
    "read_model/projections.rs",
    "read_model/projections/list.rs",
    "tui/fixture",
    "tui/view.rs",
];

/// The words that only the bank has.
const ITS_WORDS: [&str; 3] = ["account", "balance", "owner"];

/// The lines of a file that speak of the bank, with their numbers.
fn spoken(source: &Source) -> Vec<String> {
    let about = source.lines().filter(|(_, line)| {
        let line = line.to_lowercase();
        ITS_WORDS.iter().any(|word| line.contains(word))
    });
    about.map(|(n, line)| format!("{}:{n}: {}", source.path, line.trim())).collect()
}

#[test]
fn no_word_of_the_machine_is_about_accounts() {
    let is_free = |source: &Source| {
        may_know_it(source) || MAY_SPEAK_OF_IT.iter().any(|free| source.path.starts_with(free))
    };
    let spoken: Vec<String> =
        sources_and_sql().iter().filter(|source| !is_free(source)).flat_map(spoken).collect();
    check("the machine speaks of streams, and screens take the domain's word from its presentation", &spoken);
}

#[test]
fn the_list_of_files_that_may_speak_of_accounts_has_no_file_that_does_not() {
    let all = sources_and_sql();
    let is_idle =
        |path: &&str| !all.iter().any(|source| source.path.starts_with(path) && !spoken(source).is_empty());
    let idle: Vec<String> = MAY_SPEAK_OF_IT.iter().copied().filter(is_idle).map(str::to_owned).collect();
    check("these are listed and do not speak of accounts any more; take them off the list", &idle);
}
