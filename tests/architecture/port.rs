//! A log is opened and verified by its port.

use super::sources::{check, sources};

/// The rooms that open a log by its port: of the store that keeps it they know nothing.
const BY_THE_PORT: [&str; 7] =
    ["domain", "replay", "sample", "read_model", "command_handler", "tui", "runtime"];

/// The parts of the store that every log has: the port, and the proof by its values.
const THE_PORT: [&str; 3] = ["store/log", "store/proof", "store/in_pieces.rs"];

#[test]
fn only_the_store_and_the_verbs_name_our_own_store() {
    let by_the_port =
        |path: &str, room| BY_THE_PORT.contains(&room) || THE_PORT.iter().any(|part| path.starts_with(part));
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| by_the_port(&s.path, s.room())) {
        for (n, line) in source.code().filter(|(_, line)| is_of_our_own_store(line)) {
            let line = line.trim();
            wrong.push(format!("src/{}:{n}: `{line}`: use `store::log` and `store::proof`", source.path));
        }
    }
    check("rooms that know our own store", &wrong);
}

/// Whether a line names a module or a type of our own store, on whatever path.
fn is_of_our_own_store(line: &str) -> bool {
    let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.into_iter().any(|word| ["sqlite", "SqliteStore", "SqliteLog"].contains(&word))
}
