//! Limits: beyond each there is a sentence, and nothing ends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends with the first thing that is not as it says"
)]

mod support;

use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Command as Process;

use flate2::Compression;
use flate2::write::GzEncoder;
use foldback::cli::print::{Wanted, screen, size_of};
use foldback::cli::verify::RECEIPTS_BYTES_MAX;
use foldback::domain::aggregates::account::command::{COMMAND_BYTES_MAX, Command};
use foldback::domain::event::{
    EVENT_ID_BYTES_MAX, EVENT_TYPE_BYTES_MAX, GlobalPosition, STREAM_NAME_BYTES_MAX,
};
use foldback::domain::mapping::{MAPPING_BYTES_MAX, Mapping};
use foldback::domain::money::decimal::AMOUNT_CHARS_MAX;
use foldback::read_model::questions::sql::N_SCREEN_ROWS_MAX;
use foldback::read_model::questions::sql::confined::{N_COLUMNS_MAX, N_SQL_BYTES_MAX, N_VALUE_BYTES_MAX};
use foldback::replay::at::{AT_BYTES_MAX, At};
use foldback::replay::search::{N_TEXTS_MAX, N_TYPES_MAX, SEARCH_BYTES_MAX, Search};
use foldback::sample::EVENTS_MAX;
use foldback::store::import::report::ImportReport;
use foldback::store::import::{BAD_LINES_KEPT_MAX, ImportOptions, import};
use foldback::store::jsonl::input::LogInput;
use foldback::store::jsonl::packed::{UNPACKED_BYTES_FREE, UNPACKED_RATIO_MAX};
use foldback::store::jsonl::split::{LogEnd, Records};
use foldback::store::jsonl::{DEPTH_MAX, LINE_BYTES_MAX};
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader};
use foldback::tui::layout::SIZE_MAX;
use foldback::tui::message::{Key, KeyCode, Message};
use foldback::tui::model::console::{QUESTION_BYTES_MAX, QUESTIONS_MAX};
use foldback::tui::model::places::{PLACES_MAX, Places};
use foldback::tui::model::prompt::{HISTORY_LINES_MAX, PROMPT_CHARS_MAX};
use foldback::tui::model::{Model, OpenStore, Size, StoreKind};
use foldback::tui::script::keys_of;
use foldback::tui::update::update;
use rusqlite::Connection;
use support::{TempStore, check_part, sample_store};

/// A limit that somebody can meet.
struct Limit {
    /// What has it.
    what: &'static str,
    /// The most.
    most: String,
    /// What is said, or happens, beyond it.
    beyond: String,
    /// Goes beyond it; gives what was said, or in words what happened.
    go: fn() -> String,
}

fn limit(what: &'static str, most: String, beyond: impl Into<String>, go: fn() -> String) -> Limit {
    Limit { what, most, beyond: beyond.into(), go }
}

fn bytes(n: usize) -> String {
    match n {
        _ if n >= 1 << 20 => format!("{} MiB", n >> 20),
        _ if n >= 16 << 10 => format!("{} KiB", n >> 10),
        _ => format!("{} bytes", count(n)),
    }
}

fn count(n: usize) -> String {
    let digits = n.to_string();
    let groups: Vec<_> =
        digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

fn size(Size { width, height }: Size) -> String {
    format!("{width}×{height}")
}

/// What logs, and who imports them, can meet.
fn of_logs() -> Vec<Limit> {
    let unpacked =
        format!("{UNPACKED_RATIO_MAX} times its length, from {} on", bytes(UNPACKED_BYTES_FREE as usize));
    vec![
        limit("a line of a log", bytes(LINE_BYTES_MAX), "a bad line: it is longer than 16 MiB", || {
            bad_line(&format!(r#"{{"stream":"a","type":"T","data":"{}"}}"#, "x".repeat(LINE_BYTES_MAX)))
        }),
        limit(
            "how deep the JSON of a line is nested",
            DEPTH_MAX.to_string(),
            "a bad line: it is nested deeper than 128",
            || bad_line(&event("a", "T", "i", &"[".repeat(100_000))),
        ),
        limit(
            "the name of a stream",
            bytes(STREAM_NAME_BYTES_MAX),
            "a bad line: a stream's name cannot be longer than 512 bytes",
            || bad_line(&event(&"s".repeat(STREAM_NAME_BYTES_MAX + 1), "T", "i", "1")),
        ),
        limit(
            "the type of an event",
            bytes(EVENT_TYPE_BYTES_MAX),
            "a bad line: a type has 1 to 512 bytes",
            || bad_line(&event("a", &"t".repeat(EVENT_TYPE_BYTES_MAX + 1), "i", "1")),
        ),
        limit(
            "the id of an event",
            bytes(EVENT_ID_BYTES_MAX),
            "a bad line: an id has 1 to 512 bytes",
            || bad_line(&event("a", "T", &"i".repeat(EVENT_ID_BYTES_MAX + 1), "1")),
        ),
        limit(
            "bad lines that are told with their reasons",
            count(BAD_LINES_KEPT_MAX),
            "the others are counted",
            || {
                let report = imported(&"x\n".repeat(BAD_LINES_KEPT_MAX + 7));
                assert_eq!(
                    (report.n_bad as usize, report.bad.len()),
                    (BAD_LINES_KEPT_MAX + 7, BAD_LINES_KEPT_MAX)
                );
                "the others are counted".to_owned()
            },
        ),
        limit(
            "what a log unpacks to that is packed with gzip or zstd",
            unpacked,
            "it unpacks to more than 250 times its length",
            || {
                let blank = || std::io::repeat(b' ').take(UNPACKED_BYTES_FREE + (1 << 20));
                let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
                std::io::copy(&mut blank(), &mut gzip).unwrap();
                let packed = [gzip.finish().unwrap(), zstd::encode_all(blank(), 1).unwrap()];
                let [why, same] = packed.map(why_not_unpacked);
                assert_eq!(why, same);
                why
            },
        ),
        limit(
            "what is read of a line that does not end",
            "256 MiB".to_owned(),
            "no line ends within 256 MiB: it is not a log of JSON lines",
            || {
                let mut records = Records::new(Box::new(std::io::repeat(b'x')));
                records.next(LogEnd::Finished).unwrap_err().to_string()
            },
        ),
        limit("a mapping file", bytes(MAPPING_BYTES_MAX), "a mapping file has 1 MiB at most", || {
            Mapping::parse(&"#".repeat(MAPPING_BYTES_MAX + 1)).unwrap_err().to_string()
        }),
        limit(
            "the events of a made-up log (`sample`)",
            count(usize::try_from(EVENTS_MAX).unwrap()),
            format!("is not in 0..={EVENTS_MAX}"),
            || foldback(&["sample", "bank", "--events", &(EVENTS_MAX + 1).to_string()]),
        ),
    ]
}

/// What somebody who types can meet.
fn of_lines() -> Vec<Limit> {
    let left_out = format!("a line has {PROMPT_CHARS_MAX} characters at most: the rest was left out");
    vec![
        limit("a line of the prompt", format!("{} characters", count(PROMPT_CHARS_MAX)), left_out, || {
            let mut model = model();
            press(&mut model, ":");
            let _ = update(&mut model, Message::Pasted("x".repeat(PROMPT_CHARS_MAX + 1)));
            notice(&model)
        }),
        limit("lines that the prompt remembers", count(HISTORY_LINES_MAX), "the oldest is forgotten", || {
            let mut model = model();
            (0..HISTORY_LINES_MAX + 3).for_each(|n| press(&mut model, &format!(":goto 0.{n}%<enter>")));
            assert_eq!((model.history.len(), model.history[0].as_str()), (HISTORY_LINES_MAX, "goto 0.3%"));
            "the oldest is forgotten".to_owned()
        }),
        limit("a command (`do`)", bytes(COMMAND_BYTES_MAX), "a command is at most 4096 bytes long", || {
            Command::parse(&format!("freeze acc-1 --reason {}", "x".repeat(COMMAND_BYTES_MAX))).unwrap_err().0
        }),
        limit(
            "a file of receipts",
            bytes(usize::try_from(RECEIPTS_BYTES_MAX).unwrap()),
            "is longer than 16 MiB, which no receipts are",
            || {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("receipts");
                std::fs::write(&path, vec![b' '; usize::try_from(RECEIPTS_BYTES_MAX).unwrap() + 1]).unwrap();
                let words = ["verify", "bank.db", "--receipt", path.to_str().unwrap()];
                let output = Process::new(env!("CARGO_BIN_EXE_foldback")).args(words).output().unwrap();
                assert_eq!(output.status.code(), Some(1));
                String::from_utf8(output.stderr).unwrap()
            },
        ),
        limit("an amount", format!("{AMOUNT_CHARS_MAX} characters"), "is not an amount", || {
            Command::parse(&format!("deposit acc-1 {}", "9".repeat(AMOUNT_CHARS_MAX + 1))).unwrap_err().0
        }),
        limit("a place in history (`--at`)", bytes(AT_BYTES_MAX), "is no place in history", || {
            At::parse(&"1".repeat(AT_BYTES_MAX + 1)).unwrap_err().to_string()
        }),
        limit("a search", bytes(SEARCH_BYTES_MAX), "a search is at most 4096 bytes long", || {
            Search::parse(&"x".repeat(SEARCH_BYTES_MAX + 1)).unwrap_err().0
        }),
        limit("its texts", N_TEXTS_MAX.to_string(), "8 texts are the most", || {
            Search::parse(&"x ".repeat(N_TEXTS_MAX + 1)).unwrap_err().0
        }),
        limit("its types", N_TYPES_MAX.to_string(), "16 types are the most", || {
            Search::parse(&"type:x ".repeat(N_TYPES_MAX + 1)).unwrap_err().0
        }),
        limit("places to go back to", PLACES_MAX.to_string(), "the oldest is forgotten", || {
            let mut places = Places::default();
            (0..200_u64).for_each(|n| places.leave(GlobalPosition::new(n)));
            let mut here = GlobalPosition::new(1_000);
            let n_back = std::iter::from_fn(|| places.back(here).inspect(|place| here = *place)).count();
            assert_eq!(n_back, PLACES_MAX);
            "the oldest is forgotten".to_owned()
        }),
    ]
}

/// What somebody who asks or looks can meet.
fn of_questions_and_screens() -> Vec<Limit> {
    let (rows, most) = (count(N_SCREEN_ROWS_MAX), size(SIZE_MAX));
    vec![
        limit(
            "a question in SQL",
            bytes(QUESTION_BYTES_MAX),
            "a question is 64 KiB long at most: the rest was left out",
            || {
                assert_eq!(N_SQL_BYTES_MAX, QUESTION_BYTES_MAX);
                let mut model = model();
                press(&mut model, "S");
                let _ = update(&mut model, Message::Pasted("x".repeat(QUESTION_BYTES_MAX + 1)));
                notice(&model)
            },
        ),
        limit("questions that are remembered", QUESTIONS_MAX.to_string(), "the oldest is forgotten", || {
            let mut model = model();
            (0..QUESTIONS_MAX + 3)
                .for_each(|n| press(&mut model, &format!(":sql SELECT {n}<enter><enter><esc><esc>")));
            assert_eq!(
                (model.console.history.len(), model.console.history[0].as_str()),
                (QUESTIONS_MAX, "SELECT 3")
            );
            "the oldest is forgotten".to_owned()
        }),
        limit("rows of an answer on the screen", rows.clone(), format!("{rows} rows and more"), || {
            asked("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 20000) SELECT i FROM n")
        }),
        limit("columns of an answer", N_COLUMNS_MAX.to_string(), "too many columns in result set", || {
            asked(&format!("SELECT 1{}", ",1".repeat(usize::try_from(N_COLUMNS_MAX).unwrap())))
        }),
        limit(
            "a value in an answer",
            bytes(usize::try_from(N_VALUE_BYTES_MAX).unwrap()),
            "a value would be longer than allowed (512 KiB)",
            || asked("SELECT zeroblob(1000000)"),
        ),
        limit(
            "a screen that is printed",
            most.clone(),
            format!("a screen has 40×10 cells at least and {most} at most"),
            || size_of("1001x40").unwrap_err().to_string(),
        ),
        limit("what is drawn on of a terminal", most, "the rest stays empty", || {
            let mut model = model();
            let _ = update(&mut model, Message::Resized(Size { width: u16::MAX, height: u16::MAX }));
            assert_eq!(model.size, SIZE_MAX);
            "the rest stays empty".to_owned()
        }),
    ]
}

fn event(stream: &str, event_type: &str, id: &str, data: &str) -> String {
    let closing = "]".repeat(data.bytes().filter(|byte| *byte == b'[').count());
    format!(r#"{{"stream":"{stream}","type":"{event_type}","id":"{id}","data":{data}{closing}}}"#)
}

fn imported(log: &str) -> ImportReport {
    let mut temp = TempStore::new();
    let bytes = Box::new(Cursor::new(log.to_owned().into_bytes()));
    let input = LogInput::Stream { name: "a log".to_owned(), bytes };
    import(&mut temp.store, input, &ImportOptions::default(), &mut |_| std::ops::ControlFlow::Continue(()))
        .unwrap()
}

/// What is wrong with a line; the line behind it is read.
fn why_not_unpacked(packed: Vec<u8>) -> String {
    let mut log = LogInput::Stream { name: "a bomb".to_owned(), bytes: Box::new(Cursor::new(packed)) };
    std::io::copy(&mut log.open().unwrap().text, &mut std::io::sink()).unwrap_err().to_string()
}

fn bad_line(line: &str) -> String {
    let report = imported(&format!("{line}\n{}\n", event("a", "T", "j", "1")));
    assert_eq!((report.n_bad, report.n_events), (1, 1));
    format!("a bad line: {}", report.bad[0].why)
}

fn foldback(arguments: &[&str]) -> String {
    let output = Process::new(env!("CARGO_BIN_EXE_foldback")).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).unwrap()
}

fn model() -> Model {
    let store = OpenStore { name: "bank.db".to_owned(), kind: StoreKind::Own };
    Model::new(store, Size { width: 120, height: 36 })
}

fn press(model: &mut Model, keys: &str) {
    for key in keys_of(keys).unwrap() {
        let _ = update(model, Message::Key(key));
    }
}

fn notice(model: &Model) -> String {
    model.notice.as_ref().unwrap().text.clone()
}

/// The screen with the answer to a question.
fn asked(sql: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let store = sample_store(folder.path(), "seed");
    let mut keys = vec![Key::char('S')];
    keys.extend(sql.chars().map(Key::char));
    keys.push(Key::plain(KeyCode::Enter));
    let size = Size { width: 120, height: 36 };
    screen(&Wanted { path: &store, map: None, at: None, keys: &keys, size }).unwrap()
}

fn check(limits: &[Limit]) {
    for Limit { what, beyond, go, .. } in limits {
        let said = go();
        assert!(said.contains(beyond), "{what}: {said}");
    }
}

#[test]
fn beyond_each_limit_of_a_log_there_is_a_sentence() {
    check(&of_logs());
}

#[test]
fn beyond_each_limit_of_a_line_there_is_a_sentence() {
    check(&of_lines());
}

#[test]
fn beyond_each_limit_of_questions_and_screens_there_is_a_sentence() {
    check(&of_questions_and_screens());
}

/// Changes what an event says as only another program can: past the triggers, which are there again afterwards.
fn overwritten(store: &Path, data: &str) {
    let conn = Connection::open(store).unwrap();
    let trigger: String = conn
        .query_one("SELECT sql FROM sqlite_schema WHERE name = 'events_update'", [], |row| row.get(0))
        .unwrap();
    conn.execute_batch("DROP TRIGGER events_update").unwrap();
    conn.execute("UPDATE events SET data = ?1, metadata = ?1 WHERE position = 2", [data]).unwrap();
    conn.execute_batch(&trigger).unwrap();
}

#[test]
fn json_deeper_than_any_stack_ends_nothing_whoever_wrote_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample_store(folder.path(), "seed");
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(500_000), close.repeat(500_000));
        overwritten(&path, &deep);
        let path = path.to_str().unwrap();
        for words in [
            &["events", path, "--json"][..],
            &["events", path, "a"],
            &["export", path],
            &["state", path, "--at", "2"],
        ] {
            let output = Process::new(env!("CARGO_BIN_EXE_foldback")).args(words).output().unwrap();
            assert!(output.status.code().is_some_and(|code| code < 4), "{words:?}: {:?}", output.status);
        }
        let keys = keys_of("<enter><pgdn><esc>yd<tab><tab><enter>s").unwrap();
        let size = Size { width: 120, height: 36 };
        screen(&Wanted { path: path.as_ref(), map: None, at: None, keys: &keys, size }).unwrap();
    }
    let store = SqliteStore::open_read_only(&path).unwrap();
    let mapping =
        Mapping::parse("[meaning.events.withdraw]\nmeans = \"Deposited\"\namount = \"a.a.a.a\"\n").unwrap();
    for event in store.read_all(GlobalPosition::new(1), Direction::Forward, 9).unwrap() {
        assert!(mapping.read(&event.event_type, &event.data, None).is_err());
    }
}

#[test]
fn every_limit_stands_in_the_readme_as_it_is() {
    let mut table = String::from("\n| what | the most | beyond it |\n|---|---|---|\n");
    for Limit { what, most, beyond, .. } in
        [of_logs(), of_lines(), of_questions_and_screens()].iter().flatten()
    {
        table += &format!("| {what} | {most} | {beyond} |\n");
    }
    check_part("<!-- limits: from tests/limits.rs -->\n", "<!-- /limits -->", &(table + "\n"));
}
