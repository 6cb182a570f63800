//! Text that would act on a terminal is shown, and never sent.

use tempfile::TempDir;

use crate::pty::{ESC, Session};
use crate::store::foldback;

/// Texts that would act on a terminal, or hide on it, if they were sent.
const HOSTILE: [&str; 6] = [
    "\u{1b}[2J",
    "\u{1b}]52;c;aGk=\u{7}",
    "\u{9b}31m",
    "\u{202e}evil",
    "zero\u{200b}width",
    "\u{2066}isolate",
];

#[test]
fn hostile_text_is_shown_and_never_sent() {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("hostile.jsonl");
    let lines = HOSTILE.iter().enumerate().flat_map(|(nth, text)| {
        let line = |event_type: &str, data: serde_json::Value| {
            let stream = format!("acc-{nth}{text}");
            let time = "2024-03-14T10:22:07Z";
            serde_json::json!({"stream": stream, "type": event_type, "time": time, "data": data}).to_string()
                + "\n"
        };
        let opened = line("AccountOpened", serde_json::json!({"owner": format!("Eve {text}")}));
        let deposited = line("Deposited", serde_json::json!({"amount": 5, "note": text}));
        let other = line(&format!("Strange{text}"), serde_json::json!({text.to_owned(): text}));
        [opened, deposited, other]
    });
    std::fs::write(&log, lines.collect::<String>()).unwrap();
    let store = folder.path().join("hostile.db").to_str().unwrap().to_owned();
    foldback(&["new", &store, "--from", log.to_str().unwrap()]);

    let mut session = Session::start(120, 36, &[&store]);
    session.wait_for("18 · lag 0");
    for step in 0..18 {
        // The event in full, the account's statement, a search for it and a command about it.
        session.type_keys("\r");
        session.wait_for("imported from");
        session.type_keys(ESC);
        session
            .wait_until("the panes", |text| text.contains("Query view") && !text.contains("imported from"));
        session.type_keys("\t\t\r");
        session.wait_for("Statement");
        session.type_keys(&format!("{ESC}\x1b[Z\x1b[Z:deposit acc\t"));
        session.wait_for("deposit");
        session.type_keys(&format!("{ESC},"));
        let at = format!("{} of 18", 17 - step);
        session.wait_for(&at);
    }
    session.type_keys("q");
    let sent = String::from_utf8_lossy(&session.sent).into_owned();
    session.ends_and_gives_the_terminal_back();
    for text in HOSTILE {
        assert!(!sent.contains(text), "{text:?} was sent");
    }
    for hidden in ['\u{9b}', '\u{202e}', '\u{200b}', '\u{2066}'] {
        assert!(!sent.contains(hidden), "{hidden:?} was sent");
    }
    assert!(sent.contains('␛') && sent.contains("U+202E") && sent.contains("U+200B"));
}
