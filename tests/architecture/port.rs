//! A log is opened by its port.

use super::sources::{check, names, sources};

/// The rooms that open a log by its port: of the store that keeps it they know nothing.
const BY_THE_PORT: [&str; 7] =
    ["domain", "replay", "sample", "read_model", "command_handler", "tui", "runtime"];

#[test]
fn only_the_store_and_the_verbs_name_our_own_store() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| BY_THE_PORT.contains(&s.room())) {
        for (n, line) in
            source.code().filter(|(_, line)| names(line, "SqliteStore") || names(line, "SqliteLog"))
        {
            wrong.push(format!(
                "src/{}:{n}: `{}`: ask `store::log::Log` for a connection",
                source.path,
                line.trim()
            ));
        }
    }
    check("rooms that open our own store", &wrong);
}
