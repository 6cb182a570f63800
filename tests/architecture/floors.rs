//! The rooms' floors: arrows go downstairs only, and never from the pure side to the worldly one.

use super::sources::{Source, check, names, sources};

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
            "names the room `{target}`, which has no floor: add it to FLOORS in tests/architecture/floors.rs"
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

#[test]
fn arrows_go_downstairs_only() {
    let mut wrong = Vec::new();
    // The bank that the tests of the screen draw is not part of the screen.
    let is_of_program = |source: &&Source| source.path != "lib.rs" && !source.path.starts_with("tui/fixture");
    for source in sources().iter().filter(is_of_program) {
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
        ("tui", "read_model::rows::StreamRow"),
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
