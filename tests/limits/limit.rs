//! A limit that a user can meet, and the message beyond it.

use foldback::domain::aggregates::Aggregates;
use std::io::Cursor;
use std::process::Command as Process;

use foldback::cancel::Cancel;
use foldback::read_model::presentation_of;
use foldback::store::import::import;
use foldback::store::import::options::ImportOptions;
use foldback::store::import::report::ImportReport;
use foldback::store::jsonl::input::LogInput;
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::size::Size;
use foldback::tui::model::store::{OpenStore, StoreKind};
use foldback::tui::script::keys_of;
use foldback::tui::update::update;

use crate::support::TempStore;

/// A limit that a user can meet.
pub(crate) struct Limit {
    /// The thing that is limited.
    pub(crate) what: &'static str,
    /// The limit.
    pub(crate) most: String,
    /// The message or the effect beyond it.
    pub(crate) beyond: String,
    /// Exceeds it; returns the message, or a description of the effect.
    pub(crate) go: fn() -> String,
}

pub(crate) fn limit(
    what: &'static str,
    most: String,
    beyond: impl Into<String>,
    go: fn() -> String,
) -> Limit {
    Limit { what, most, beyond: beyond.into(), go }
}

pub(crate) fn bytes(n: usize) -> String {
    match n {
        _ if n >= 1 << 20 => format!("{} MiB", n >> 20),
        _ if n >= 16 << 10 => format!("{} KiB", n >> 10),
        _ => format!("{} bytes", count(n)),
    }
}

pub(crate) fn count(n: usize) -> String {
    let digits = n.to_string();
    let groups: Vec<_> =
        digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

pub(crate) fn size(Size { width, height }: Size) -> String {
    format!("{width}×{height}")
}

pub(crate) fn event(stream: &str, event_type: &str, id: &str, data: &str) -> String {
    let closing = "]".repeat(data.bytes().filter(|byte| *byte == b'[').count());
    format!(r#"{{"stream":"{stream}","type":"{event_type}","id":"{id}","data":{data}{closing}}}"#)
}

pub(crate) fn imported(log: &str) -> ImportReport {
    let mut temp = TempStore::new();
    let bytes = Box::new(Cursor::new(log.to_owned().into_bytes()));
    let input = LogInput::Stream { name: "a log".to_owned(), bytes };
    import(&mut temp.store, input, &ImportOptions::default(), &Cancel::never(), &mut |_| {}).unwrap()
}

pub(crate) fn foldback(arguments: &[&str]) -> String {
    let output = Process::new(env!("CARGO_BIN_EXE_foldback")).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).unwrap()
}

pub(crate) fn model() -> Model {
    let store = OpenStore { name: "bank.db".to_owned(), kind: StoreKind::Own, takes_commands: true };
    Model::new(store, presentation_of(&Aggregates::bank()), Size { width: 120, height: 36 })
}

pub(crate) fn press(model: &mut Model, keys: &str) {
    for key in keys_of(keys).unwrap() {
        let _ = update(model, Message::Key(key));
    }
}

pub(crate) fn notice(model: &Model) -> String {
    model.notice.as_ref().unwrap().text.clone()
}

pub(crate) fn check(limits: &[Limit]) {
    for Limit { what, beyond, go, .. } in limits {
        let said = go();
        assert!(said.contains(beyond), "{what}: {said}");
    }
}
