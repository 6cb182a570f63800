//! Messages: everything that can happen to the screen.

use std::time::Duration;

use crate::domain::event::Timestamp;
use crate::domain::left_out::LeftOut;
use crate::domain::moment::Moment;
use crate::read_model::rows::steering::ProjectorStatus;
use crate::tui::effect::CommandOutcome;
use crate::tui::model::Size;
use crate::tui::model::import::RunningImport;
use crate::tui::model::rebuild::{RebuildEnd, RebuildProgress};
use crate::tui::model::verification::Verification;
use crate::tui::questions::Answer;
use crate::tui::questions::timing::Ticket;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// Keys that came at once, with text before and maybe after an Enter among them: lines that were pasted, or a script.
    Burst(Vec<Key>),
    /// The mouse did something.
    Mouse(Mouse),
    /// A text was pasted.
    Pasted(String),
    /// The terminal has another size.
    Resized(Size),
    /// So much time has gone by since the last tick, while the playhead moves by itself.
    Ticked(Duration),
    /// The log has another head, or its first event another clock.
    HeadMoved { head: Moment, first_clock: Option<Timestamp> },
    /// A log in the store has been given another mapping.
    MappingsChanged,
    /// An answer to a question, or a part of one, with the ticket that it was asked with.
    Answered(Ticket, Answer),
    /// What became of a command.
    Submitted(CommandOutcome),
    /// An event as JSON, to be copied.
    ReadForCopy(String),
    /// The read side has moved, or the one who projects stands otherwise; whether that is another process, which this
    /// one follows.
    Projected { checkpoint: Moment, status: Box<ProjectorStatus>, is_followed: bool },
    /// The read model is begun anew, and why.
    ReadModelBegun(String),
    /// The file of the read model is damaged; what was found.
    ReadModelDamaged(String),
    /// Somebody has replaced the read model's rows: where it stands may be the same.
    ReadModelReplaced,
    /// A rebuild has come so far.
    RebuildReached(RebuildProgress),
    /// A rebuild has ended.
    RebuildEnded(RebuildEnd),
    /// The log has been proved so far.
    Verified(Box<Verification>),
    /// A log is being read in.
    ImportReached(RunningImport),
    /// A log has been read in, or was stopped; what to tell about it.
    ImportEnded(String),
    /// So much of the imported logs is left out; and why nothing of them could be read, in sentences, if so.
    LeftOut(Box<LeftOut>, Vec<String>),
    /// Whether the log's file has gone from its place, and is waited for.
    LogWaitedFor(bool),
    /// The log is another one than it was when it was read: it is read from its beginning.
    LogReplaced,
    /// Something could not be done; the text says what, to which thing, and what to do.
    Failed(String),
    /// The system asks the program to give the terminal back and to stop.
    Suspended,
    /// The program goes on after it was stopped, by whatever signal.
    Resumed,
    /// A part of the program has ended by a panic.
    Crashed,
    /// The system asks the program to end.
    Terminated,
}

impl Message {
    /// Whether a person waits to see what comes of it: of what they did, and of the playhead's own movement.
    pub fn is_waited_on(&self) -> bool {
        matches!(
            self,
            Self::Key(_)
                | Self::Burst(_)
                | Self::Mouse(_)
                | Self::Pasted(_)
                | Self::Resized(_)
                | Self::Resumed
                | Self::Ticked(_)
        )
    }

    /// Whether it comes from a person, the terminal or the system, whatever is open.
    pub fn is_from_outside(&self) -> bool {
        matches!(
            self,
            Self::Key(_)
                | Self::Burst(_)
                | Self::Mouse(_)
                | Self::Pasted(_)
                | Self::Resized(_)
                | Self::Suspended
                | Self::Resumed
                | Self::Crashed
                | Self::Terminated
        )
    }
}

/// A key with what was held down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The key.
    pub code: KeyCode,
    /// Whether Ctrl was down.
    pub ctrl: bool,
    /// Whether Alt was down.
    pub alt: bool,
}

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyCode {
    /// A character, capital where Shift was down.
    Char(char),
    /// Enter.
    Enter,
    /// Esc.
    Esc,
    /// Tab.
    Tab,
    /// Shift-Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// An arrow.
    Left,
    /// An arrow.
    Right,
    /// An arrow.
    Up,
    /// An arrow.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// PgUp.
    PageUp,
    /// PgDn.
    PageDown,
}

impl Key {
    /// A key alone.
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// A character alone.
    pub const fn char(c: char) -> Self {
        Self::plain(KeyCode::Char(c))
    }

    /// The character that it would be in a text pasted as keys; `None` for a key that comes from no paste. A line's end
    /// may come as Ctrl-J, which is the same byte.
    pub fn pasted(self) -> Option<char> {
        match (self.code, self.ctrl, self.alt) {
            (KeyCode::Enter, false, false) | (KeyCode::Char('j'), true, false) => Some('\n'),
            (KeyCode::Tab, false, false) => Some('\t'),
            (KeyCode::Char(c), false, false) => Some(c),
            _ => None,
        }
    }

    /// A character with Ctrl.
    pub const fn ctrl(c: char) -> Self {
        Self { code: KeyCode::Char(c), ctrl: true, alt: false }
    }
}

/// What the mouse did, and in which cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub action: MouseAction,
    /// The cell's column.
    pub column: u16,
    /// The cell's row.
    pub row: u16,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseAction {
    /// The left button went down.
    Press,
    /// It moved with the left button down.
    Drag,
    /// The left button went up.
    Release,
    /// The wheel turned away from the person.
    WheelUp,
    /// The wheel turned towards the person.
    WheelDown,
}
