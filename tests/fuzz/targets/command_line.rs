//! Lines that a person types: parsing, completion, and preview.

use foldback::domain::aggregates::Aggregates;
use foldback::domain::command::COMMAND_BYTES_MAX;
use foldback::replay::search::Search;
use foldback::tui::key::{Key, KeyCode};
use foldback::tui::message::Message;
use foldback::tui::model::mode::Mode;
use foldback::tui::model::prompt::{PROMPT_CHARS_MAX, reading};
use foldback::tui::model::size::Size;

use super::banks::{HOSTILE_BANK, SAMPLE_BANK};
use super::screen::watch;

/// Keys that are pressed after the line.
const KEYS: [KeyCode; 6] =
    [KeyCode::Tab, KeyCode::Tab, KeyCode::BackTab, KeyCode::Up, KeyCode::Down, KeyCode::Enter];

/// The first byte chooses the bank and the prompt, the others are the line.
pub fn command_line(bytes: &[u8]) {
    let Some((first, line)) = bytes.split_first() else { return };
    let line = String::from_utf8_lossy(line);
    let commands = Aggregates::bank().commands();
    drop(reading(&line, &commands));
    drop(Search::parse(&line));
    match commands.parse(&line) {
        Ok(command) => {
            let shown = command.to_string();
            // NUL cannot be quoted, and quotes make a line longer.
            if !line.contains('\0') && shown.len() <= COMMAND_BYTES_MAX {
                assert_eq!(commands.parse(&shown), Ok(command), "{line:?} is shown as {shown:?}");
            }
        }
        Err(why) => assert!(!why.0.is_empty()),
    }
    let bank = if first & 1 == 0 { &HOSTILE_BANK } else { &SAMPLE_BANK };
    let prompt = if first & 2 == 0 { ':' } else { '/' };
    bank.with(|bank| {
        watch(bank, Size { width: 80, height: 24 }, |screen| {
            screen.happen(Message::Key(Key::char(prompt)));
            screen.happen(Message::Pasted(line.into_owned()));
            let (Mode::Command(prompt) | Mode::Find(prompt)) = &screen.model().mode else {
                panic!("no prompt")
            };
            assert!(prompt.text().chars().count() <= PROMPT_CHARS_MAX);
            for key in KEYS {
                screen.happen(Message::Key(Key::plain(key)));
            }
        });
    });
}
