//! The demo: a session on the sample bank, as an animated picture for the README and as a recording for terminals.

use foldback::cli::print::{PrintedScreen, picture};
use foldback::domain::aggregates::Aggregates;
use foldback::tui::model::size::Size;
use foldback::tui::script::keys_of;
use foldback::tui::theme::Theme;
use foldback::tui::theme::palette::{Background, ColourDepth};
use ratatui::buffer::Buffer;

use crate::support::{is_blessing, sample_store};
use crate::{cast, svg};

const SIZE: Size = Size { width: 104, height: 28 };

/// The session: keys, in the notation of `print --keys`, and how many milliseconds the screen stays after them.
const SESSION: [(&str, u32); 30] = [
    ("", 2_500),
    // Scrub back over history, and on event by event.
    ("HHHHHH", 400),
    ("HHHHHH", 400),
    ("HHHHHH", 400),
    ("HHHHHH", 400),
    ("HHHHHH", 1_000),
    (",", 700),
    (",", 700),
    (",", 1_200),
    // Along one account's own events.
    ("s", 1_000),
    ("<lt>", 900),
    ("<lt>", 900),
    ("<lt>", 1_600),
    // The query view as of the playhead.
    ("a", 2_500),
    ("a", 800),
    // Find events.
    ("/re", 500),
    ("nt", 700),
    ("<enter>", 1_500),
    ("n", 900),
    ("n", 900),
    ("n", 1_500),
    // When?
    ("<esc>:go", 500),
    ("to 2024-03-14", 900),
    ("<enter>", 2_000),
    // A command, and the rule that refuses it.
    (":withdraw", 500),
    (" acc-01 20", 2_000),
    ("000", 2_500),
    // Money in and out by day.
    ("<esc>v", 2_500),
    ("v", 2_500),
    ("<esc>G", 2_000),
];

/// The frame that is shown where nothing is animated.
pub const STILL: usize = 12;

/// A screen of the session, and how many milliseconds it stays.
pub struct Frame {
    pub picture: Buffer,
    pub stays_ms: u32,
}

fn frames() -> Vec<Frame> {
    let folder = tempfile::tempdir().unwrap();
    let store = sample_store(folder.path(), "bank");
    let theme = Theme::of(ColourDepth::Rgb, Background::Dark);
    let mut keys = Vec::new();
    let frame = |(pressed, stays_ms)| {
        keys.extend(keys_of(pressed).unwrap());
        let wanted = PrintedScreen {
            path: &store,
            map: None,
            at: None,
            keys: &keys,
            size: SIZE,
            aggregates: &Aggregates::bank(),
        };
        Frame { picture: picture(&wanted, &theme).unwrap(), stays_ms }
    };
    SESSION.into_iter().map(frame).collect()
}

#[test]
fn the_moving_picture_is_the_programs() {
    let frames = frames();
    for (path, expected) in
        [("assets/demo.cast", cast::recording(&frames)), ("assets/demo.svg", svg::moving_picture(&frames))]
    {
        if is_blessing() {
            std::fs::write(path, expected).unwrap();
        } else {
            let is_same = std::fs::read_to_string(path).unwrap() == expected;
            assert!(is_same, "{path} is out of date; FOLDBACK_BLESS=1 updates it");
        }
    }
}
