//! The sources keep to the plan in `src/lib.rs`: the tree, the arrows, and what each room may name.

#[path = "architecture/account.rs"]
mod account;
#[path = "architecture/allowance.rs"]
mod allowance;
#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/port.rs"]
mod port;
#[path = "architecture/questions.rs"]
mod questions;
#[path = "architecture/sizes.rs"]
mod sizes;
#[path = "architecture/syntax.rs"]
mod syntax;
#[path = "architecture/type_names.rs"]
mod type_names;
#[path = "architecture/widgets.rs"]
mod widgets;

use std::path::{Path, PathBuf};

/// The rooms of the house and the floor that each is on. Arrows go downstairs only.
const FLOORS: [(&str, u8); 11] = [
    ("cancel", 0),
    ("domain", 0),
    ("replay", 1),
    ("store", 1),
    ("sample", 1),
    ("read_model", 2),
    ("command_handler", 2),
    ("tui", 2),
    ("runtime", 3),
    ("cli", 4),
    ("main", 5),
];

/// The one arrow on a floor: the screen names what queries answer, which are plain values.
const TO_ROWS: (&str, &str) = ("tui", "read_model::rows");

/// The rooms that have no contact with the outside world.
const PURE: [&str; 5] = ["cancel", "domain", "replay", "sample", "tui"];

/// Names that pure rooms must not contain: databases, threads, files, the network, processes, clocks, random numbers,
/// terminals.
const WORLDLY: [&str; 22] = [
    "rusqlite",
    "std::thread",
    "std::fs",
    "std::net",
    "std::process",
    "std::io",
    "std::env",
    "std::sync::mpsc",
    "SystemTime",
    "Instant",
    "Timestamp::now",
    "Zoned::now",
    "now_v7",
    "new_v4",
    "crossterm",
    "signal_hook",
    "etcetera",
    "indicatif",
    "println!",
    "eprintln!",
    "print!",
    "anyhow",
];

/// A file of `src`.
struct Source {
    /// As in `domain/event.rs`.
    path: String,
    text: String,
}

impl Source {
    /// The room that it belongs to: its top-level module.
    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Its lines before its tests, numbered from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_tests = |line: &str| line.starts_with("#[cfg(test)]");
        self.text.lines().take_while(move |line| !is_tests(line)).enumerate().map(|(n, line)| (n + 1, line))
    }

    /// Its lines of code, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let code = |line: &'_ str| !line.trim_start().starts_with("//");
        self.lines()
            .filter(move |(_, line)| code(line))
            .map(|(n, line)| (n, line.split_once(" // ").map_or(line, |(code, _)| code)))
    }

    fn sentence(&self) -> Option<&str> {
        self.text.lines().next()?.strip_prefix("//! ")
    }
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The files of `src`, without those that contain only tests.
fn sources() -> Vec<Source> {
    let source = |(path, text): (PathBuf, String)| {
        let path = path.strip_prefix(src()).unwrap().to_str().unwrap().replace('\\', "/");
        Source { path, text }
    };
    files_below(&src()).into_iter().filter(|(path, _)| !path.ends_with("tests.rs")).map(source).collect()
}

/// The Rust files below a folder, each with its text, by path.
fn files_below(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files.sort();
    assert!(!files.is_empty());
    files
}

/// The paths into this crate in a line of code, without their beginning: `domain::event::StreamName` for `use
/// crate::domain::event::StreamName`.
fn paths_in(line: &str) -> Vec<&str> {
    let beginnings = ["crate::", "foldback::"];
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut paths = Vec::new();
    for beginning in beginnings {
        for (at, _) in line.match_indices(beginning) {
            let before = line[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let rest = &line[at + beginning.len()..];
            paths.push(&rest[..rest.find(|c| !is_path(c)).unwrap_or(rest.len())]);
        }
    }
    paths
}

fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// Why a room may not name a path; `None` if it may.
fn wrong_arrow(room: &str, path: &str) -> Option<String> {
    let target = path.split("::").next().unwrap_or_default();
    if target.is_empty() {
        return Some(
            "names several rooms in one `use crate::{…}`: write a `use` for each, so that the arrows show"
                .into(),
        );
    }
    let own = floor(room).expect(room);
    let Some(other) = floor(target) else {
        return Some(format!(
            "names the room `{target}`, which has no floor: add it to FLOORS in tests/architecture.rs"
        ));
    };
    let rows = room == TO_ROWS.0 && (path == TO_ROWS.1 || path.starts_with(&format!("{}::", TO_ROWS.1)));
    let downstairs = other < own || room == target || rows;
    let into_the_world = PURE.contains(&room) && !PURE.contains(&target) && !rows;
    if downstairs && !into_the_world {
        return None;
    }
    Some(format!(
        "names `{path}`: {room} is on floor {own}{} and {target} on floor {other}; arrows go downstairs only, and never \
         from the pure side to the worldly one. Move the code, or hand the value in",
        if PURE.contains(&room) { ", pure," } else { "" }
    ))
}

/// Fails with all violations.
fn check(what: &str, wrong: &[String]) {
    assert!(wrong.is_empty(), "{what}:\n  {}\n", wrong.join("\n  "));
}

#[test]
fn arrows_go_downstairs_only() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| s.path != "lib.rs") {
        if floor(source.room()).is_none() {
            let room = source.room();
            wrong.push(format!("src/{}: the room `{room}` has no floor: add it to FLOORS", source.path));
            continue;
        }
        for (n, line) in source.code() {
            for path in paths_in(line) {
                let told = wrong_arrow(source.room(), path);
                wrong.extend(told.map(|what| format!("src/{}:{n}: {what}", source.path)));
            }
        }
    }
    check("arrows that the plan does not have", &wrong);
}

#[test]
fn the_check_of_arrows_sees_the_wrong_ones() {
    for (room, path) in [
        ("domain", "store::EventReader"),
        ("replay", "store::EventReader"),
        ("store", "sample::bank"),
        ("tui", "read_model::query::ReadModel"),
        ("tui", "read_model"),
        ("tui", "command_handler::handle"),
        ("tui", "store::Direction"),
        ("read_model", "tui::model"),
        ("runtime", "cli::exit"),
        ("domain", "new_room::x"),
        ("domain", ""),
    ] {
        assert!(wrong_arrow(room, path).is_some(), "{room} -> {path}");
    }
    for (room, path) in [
        ("tui", "read_model::rows::AccountRow"),
        ("tui", "replay::at::At"),
        ("tui", "tui::model"),
        ("store", "domain::event"),
        ("main", "cli::run"),
        ("runtime", "tui::update"),
    ] {
        assert_eq!(wrong_arrow(room, path), None, "{room} -> {path}");
    }
    let line = "use crate::a::b::C; let x = crate::d::e(foldback::f, mycrate::g);";
    assert_eq!(paths_in(line), ["a::b::C", "d::e", "f"]);
    assert_eq!(paths_in("use crate::{a, b};"), [""]);
}

#[test]
fn pure_rooms_name_nothing_of_the_world() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| PURE.contains(&s.room())) {
        for (n, line) in source.code() {
            let named = WORLDLY.iter().find(|word| names(line, word));
            let draws = source.room() != "tui" && names(line, "ratatui");
            for word in named.into_iter().chain(draws.then_some(&"ratatui")) {
                wrong.push(format!(
                    "src/{}:{n}: names `{word}`: {} is pure; let the caller hand the value in",
                    source.path,
                    source.room()
                ));
            }
        }
    }
    check("pure rooms that touch the world", &wrong);
}

/// Whether a line contains a name, as a whole word.
fn names(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && (!after.is_some_and(is_part) || word.ends_with('!'))
    })
}

#[test]
fn every_file_says_first_what_it_is_for() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut wrong = Vec::new();
    for (path, text) in files_below(&src()).into_iter().chain(files_below(&tests)) {
        let shown = path.display();
        if !text.starts_with("//! ") {
            wrong.push(format!("{shown}: begin it with a line `//! What it is for.`"));
        }
        if path.ends_with("mod.rs") {
            wrong.push(format!("{shown}: call it after its folder, beside the folder"));
        }
    }
    check("files that are not as files are here", &wrong);
}

#[test]
fn what_a_file_uses_stands_in_plain_sight() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (n, line) in source.code().map(|(n, line)| (n, line.trim_start())) {
            let is_use = line.starts_with("use ") || line.starts_with("pub use ") || line.contains(") use ");
            if line.starts_with("pub use ") || line.starts_with("pub(") && line.contains(") use ") {
                wrong.push(format!(
                    "src/{}:{n}: `pub use`: let others name the thing where it is",
                    source.path
                ));
            }
            if is_use && line.contains("::*") {
                wrong.push(format!("src/{}:{n}: a glob import: name what is used", source.path));
            }
        }
    }
    check("imports that hide where things come from", &wrong);
}

/// The files that a front page lists, each with its sentence: lines such as ``//! - `event.rs`: what happened``.
fn listed(front: &Source) -> Vec<(String, &str)> {
    let folder = front.path.strip_suffix(".rs").unwrap();
    let items = front.text.lines().filter_map(|line| line.strip_prefix("//! - `")?.split_once(".rs`: "));
    items.map(|(name, sentence)| (format!("{folder}/{name}.rs"), sentence)).collect()
}

/// The sentence without what differs between a heading and a list: the case of its first letter, and the full stop.
fn plain(sentence: &str) -> String {
    let mut letters = sentence.trim().trim_end_matches('.').chars();
    let first = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

#[test]
fn the_front_page_of_each_room_lists_its_files_in_their_own_words() {
    let sources = sources();
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| source.path.contains('/')) {
        let (path, says) = (&source.path, plain(source.sentence().unwrap_or_default()));
        let (folder, name) = path.rsplit_once('/').unwrap();
        let front = format!("{folder}.rs");
        let listed = sources.iter().find(|page| page.path == front).map(listed).unwrap_or_default();
        match listed.iter().find(|(other, _)| other == path) {
            None => wrong.push(format!("src/{front}: add the line ``//! - `{name}`: {says}``")),
            Some((_, sentence)) if plain(sentence) != says => wrong
                .push(format!("src/{front}: it says of `{name}` `{sentence}`, and the file itself `{says}`")),
            Some(_) => {}
        }
    }
    for (front, path) in
        sources.iter().flat_map(|front| listed(front).into_iter().map(move |(path, _)| (front, path)))
    {
        if !sources.iter().any(|source| source.path == path) {
            wrong.push(format!("src/{}: take src/{path} out of the list: there is no such file", front.path));
        }
    }
    check("the lists of files on the front pages", &wrong);
}

#[test]
fn every_test_file_is_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest: toml::Table = std::fs::read_to_string(root.join("Cargo.toml")).unwrap().parse().unwrap();
    let declared: Vec<String> = manifest["test"]
        .as_array()
        .unwrap()
        .iter()
        .map(|test| test["name"].as_str().unwrap().to_owned())
        .collect();
    let files = std::fs::read_dir(root.join("tests")).unwrap().map(|entry| entry.unwrap().path());
    let missing: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "support" && !declared.contains(name))
        .map(|name| format!("tests/{name}.rs never runs: add `[[test]] name = \"{name}\"` to Cargo.toml"))
        .collect();
    check("tests that are not run", &missing);
}

#[test]
fn the_tests_that_guard_the_invariants_exist() {
    let lib = std::fs::read_to_string(src().join("lib.rs")).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named: Vec<&str> = lib
        .lines()
        .filter(|line| line.starts_with("//!"))
        .flat_map(|line| line.split('`'))
        .filter(|word| word.starts_with("tests/") || word.starts_with("src/"))
        .collect();
    assert!(named.len() >= 8, "src/lib.rs names the test that guards each invariant: {named:?}");
    let missing: Vec<String> = named
        .iter()
        .filter(|path| !root.join(path).exists())
        .map(|path| format!("src/lib.rs names `{path}`, and there is no such file"))
        .collect();
    check("the guards of the invariants", &missing);
}
