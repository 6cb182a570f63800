//! The recorded minute: keys and mouse events with their times.

use std::time::Duration;

use foldback::domain::event::GlobalPosition;
use foldback::tui::key::{Key, KeyCode};
use foldback::tui::message::{Message, Mouse, MouseAction};

/// The size of the terminal.
pub const WIDTH: u16 = 120;
/// Its height.
pub const HEIGHT: u16 = 36;

/// The ruler's line on a screen of that size: its row, its first column, and its number of columns.
const RULER: (u16, u16, u16) = (33, 1, 118);

/// The parts of the minute.
pub const PARTS: [&str; 13] = [
    "steps, key held",
    "pages, key held",
    "columns of the ruler, key held",
    "drag over the ruler",
    "to shares of history",
    "to either end",
    "along the busiest account, key held",
    "the busiest account: to shares of history",
    "the busiest account: drag over the ruler",
    "by time: columns of the ruler, key held",
    "by time: drag over the ruler",
    "zooming, and steps where it is narrow",
    "all over",
];

/// Keys or mouse events at one time.
#[derive(Clone, Debug)]
pub struct Stroke {
    /// The time since the beginning of the minute.
    pub at: Duration,
    /// The part of the minute.
    pub part: &'static str,
    /// The keys and mouse events.
    pub presses: Vec<Press>,
}

/// A key, or the mouse on the ruler.
#[derive(Clone, Copy, Debug)]
pub enum Press {
    /// A character.
    Char(char),
    /// Enter.
    Enter,
    /// PgUp.
    PageUp,
    /// PgDn.
    PageDown,
    /// The mouse in a column of the ruler.
    Mouse(MouseAction, u16),
}

impl Press {
    /// The message for it.
    pub fn message(self) -> Message {
        let key = |code| Message::Key(Key::plain(code));
        match self {
            Self::Char(c) => key(KeyCode::Char(c)),
            Self::Enter => key(KeyCode::Enter),
            Self::PageUp => key(KeyCode::PageUp),
            Self::PageDown => key(KeyCode::PageDown),
            Self::Mouse(action, column) => {
                Message::Mouse(Mouse { action, column: RULER.1 + column, row: RULER.0 })
            }
        }
    }

    /// The bytes that a terminal sends for it.
    pub fn bytes(self) -> String {
        match self {
            Self::Char(c) => c.to_string(),
            Self::Enter => "\r".to_owned(),
            Self::PageUp => "\x1b[5~".to_owned(),
            Self::PageDown => "\x1b[6~".to_owned(),
            Self::Mouse(action, column) => {
                let (button, end) = match action {
                    MouseAction::Drag => (32, 'M'),
                    MouseAction::Release => (0, 'm'),
                    _ => (0, 'M'),
                };
                format!("\x1b[<{button};{};{}{end}", RULER.1 + column + 1, RULER.0 + 1)
            }
        }
    }
}

struct Recorder {
    at: Duration,
    strokes: Vec<Stroke>,
}

impl Recorder {
    fn press(&mut self, part: usize, millis: u64, presses: Vec<Press>) {
        self.at += Duration::from_millis(millis);
        self.strokes.push(Stroke { at: self.at, part: PARTS[part], presses });
    }

    /// A key that is held down, which repeats thirty times a second.
    fn hold(&mut self, part: usize, key: Press, times: usize) {
        for _ in 0..times {
            self.press(part, 33, vec![key]);
        }
    }

    fn line(&mut self, part: usize, millis: u64, line: &str) {
        let typed = line.chars().map(Press::Char);
        self.press(part, millis, typed.chain([Press::Enter]).collect());
    }

    /// Jumps to many shares of history, in no order.
    fn shares(&mut self, part: usize, times: u32, from: u32) {
        for nth in from..from + times {
            self.line(part, 150, &format!(":goto {}.{}%", nth * 37 % 100, nth * 7 % 10));
        }
    }

    /// Drags from one end of the ruler to the other, faster than frames are drawn.
    fn drag(&mut self, part: usize) {
        let last = RULER.2 - 1;
        self.press(part, 200, vec![Press::Mouse(MouseAction::Press, last)]);
        for column in (0..last).rev() {
            self.press(part, 9, vec![Press::Mouse(MouseAction::Drag, column)]);
        }
        for column in 0..last {
            self.press(part, 9, vec![Press::Mouse(MouseAction::Drag, column)]);
        }
        self.press(part, 9, vec![Press::Mouse(MouseAction::Release, last)]);
    }
}

/// The minute on a log whose busiest account has an event at this position.
pub fn minute(of_busiest: GlobalPosition) -> Vec<Stroke> {
    use Press::{Char, PageDown, PageUp};
    let mut r = Recorder { at: Duration::ZERO, strokes: Vec::new() };
    r.hold(0, Char('h'), 90);
    r.hold(0, Char('l'), 60);
    r.hold(1, PageUp, 60);
    r.hold(1, PageDown, 30);
    r.line(2, 200, ":goto 50%");
    r.hold(2, Char('L'), 45);
    r.hold(2, Char('H'), 90);
    r.drag(3);
    r.shares(4, 40, 1);
    for _ in 0..5 {
        r.press(5, 200, vec![Char('g')]);
        r.press(5, 200, vec![Char('G')]);
    }
    r.line(6, 200, &format!(":goto {of_busiest}"));
    r.press(6, 200, vec![Char('s')]);
    r.hold(6, Char('<'), 90);
    r.hold(6, Char('>'), 120);
    r.shares(7, 60, 3);
    r.drag(8);
    r.press(8, 200, vec![Char('s')]);
    r.press(9, 200, vec![Char('t')]);
    r.line(9, 200, ":goto 60%");
    r.hold(9, Char('H'), 45);
    r.line(9, 200, ":goto 30%");
    r.hold(9, Char('L'), 45);
    r.drag(10);
    r.press(11, 200, vec![Char('t')]);
    r.line(11, 200, ":goto 77%");
    for _ in 0..18 {
        r.press(11, 100, vec![Char('z')]);
    }
    r.hold(11, Char('l'), 30);
    r.hold(11, Char('H'), 30);
    for _ in 0..6 {
        r.press(11, 100, vec![Char('Z')]);
    }
    r.press(11, 100, vec![Char('0')]);
    let left = Duration::from_secs(60).saturating_sub(r.at).as_millis() / 150;
    r.shares(12, u32::try_from(left).unwrap(), 11);
    r.strokes
}
