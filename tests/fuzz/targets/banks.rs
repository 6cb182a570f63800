//! Banks to be attacked: stores on the disk, created once and then copied or read.

use foldback::domain::aggregates::Aggregates;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use foldback::cancel::Cancel;
use foldback::domain::moment::Moment;
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::store::import::import;
use foldback::store::import::options::ImportOptions;
use foldback::store::import::report::ImportReport;
use foldback::store::jsonl::input::LogInput;
use foldback::store::sqlite::SqliteStore;
use tempfile::TempDir;

/// Texts that a terminal would obey, hide, reorder, or draw wider than they look.
const HOSTILE: [&str; 8] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{9b}31m\u{90}q\u{9c}",
    "\u{202e}evil\u{2066}\u{200f}",
    "a\u{200b}\u{200d}\u{feff}\u{ad}b\u{fe0f}",
    "\u{301}\u{301}\u{301}z\u{301}\u{35c}",
    "👩\u{200d}👩\u{200d}👧🏽🇩🇪",
    "\r\n\t\u{8}\u{0}\u{7f}\u{85}\u{2028}",
    "漢字\u{1160}\u{3164}\u{e0041}\u{1f3fb}",
];

/// A log with hostile text everywhere: streams, types, owners, notes, keys, ids, metadata.
pub(crate) fn hostile_log() -> String {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let mut log = String::new();
    for (nth, text) in (1_u64..).zip(HOSTILE) {
        let stream = quoted(&format!("{text}{nth}"));
        let next = quoted(&format!("{}{}", HOSTILE[nth as usize % HOSTILE.len()], nth % 8 + 1));
        let (text, time) = (quoted(text), format!("2024-03-{nth:02}T10:00:00Z"));
        for (event_type, data) in [
            ("\"AccountOpened\"", format!(r#"{{"owner":{text},"currency":"EUR"}}"#)),
            ("\"Deposited\"", format!(r#"{{"amount":{},"note":{text}}}"#, 1_000 * nth)),
            (text.as_str(), format!(r#"{{{text}:[{text},{{}},{text}]}}"#)),
            ("\"TransferSent\"", format!(r#"{{"to":{next},"amount":{nth},"transfer":{text}}}"#)),
            ("\"AccountFrozen\"", format!(r#"{{"reason":{text}}}"#)),
        ] {
            let metadata = format!(r#"{{"command":{text},{text}:null}}"#);
            log += &format!(
                r#"{{"stream":{stream},"type":{event_type},"time":"{time}","data":{data},"metadata":{metadata}}}"#
            );
            log.push('\n');
        }
    }
    log
}

/// A store in a folder of its own, with its read model projected up to the head.
pub(crate) struct Bank {
    pub(crate) store: SqliteStore,
    pub(crate) location: Location,
    pub(crate) checkpoint: Moment,
    _folder: TempDir,
}

impl Bank {
    /// The bank of a log, as much of it as can be read.
    pub(crate) fn of_log(log: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = empty_store(folder.path());
        // Errors in the log are for another target.
        drop(import_bytes(&mut store, log, &ImportOptions::default()));
        let location = Location::of(&store.log_identity()).unwrap();
        let caught_up = project_to_head(&store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
        let CatchUp::Done { checkpoint, .. } = caught_up else { panic!("{caught_up:?}") };
        Self { store, location, checkpoint, _folder: folder }
    }
}

thread_local! {
    /// The bank of [`hostile_log`].
    pub(crate) static HOSTILE_BANK: Bank = {
        let bank = Bank::of_log(hostile_log().as_bytes());
        let n_events = hostile_log().lines().count() as u64;
        assert_eq!(bank.checkpoint.position.number(), n_events, "all of it is a log");
        bank
    };
    /// The larger bundled sample.
    pub(crate) static SAMPLE_BANK: Bank = Bank::of_log(foldback::sample::embedded("bank").unwrap().as_bytes());
    /// The bytes of a store without events.
    static EMPTY: Vec<u8> = bytes_of_store(b"");
}

/// The bytes of the store of a log, all in one file.
pub(crate) fn bytes_of_store(log: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.db");
    let mut store = SqliteStore::create(&path, &Aggregates::bank()).unwrap();
    import_bytes(&mut store, log, &ImportOptions::default()).unwrap();
    drop(store);
    std::fs::read(path).unwrap()
}

/// A store without events in a folder: a copy, which is faster than creating one.
pub(crate) fn empty_store(folder: &Path) -> SqliteStore {
    let path = store_path(folder);
    EMPTY.with(|bytes| std::fs::write(&path, bytes).unwrap());
    SqliteStore::open(&path, &Aggregates::bank()).unwrap()
}

/// The path of the store in a folder.
pub(crate) fn store_path(folder: &Path) -> PathBuf {
    folder.join("bank.db")
}

/// Imports the bytes of a log.
pub(crate) fn import_bytes(
    store: &mut SqliteStore,
    log: &[u8],
    options: &ImportOptions,
) -> anyhow::Result<ImportReport> {
    let input = LogInput::Stream { name: "a pipe".to_owned(), bytes: Box::new(Cursor::new(log.to_vec())) };
    import(store, input, options, &Cancel::never(), &mut |_| {})
}
