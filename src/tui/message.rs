//! Messages: everything that can happen to the screen.

use std::time::Duration;

use crate::domain::event::Timestamp;
use crate::domain::left_out::LeftOut;
use crate::domain::moment::Reach;
use crate::read_model::rows::steering::ProjectorStatus;
use crate::tui::effect::CommandOutcome;
use crate::tui::key::Key;
use crate::tui::model::import::RunningImport;
use crate::tui::model::rebuild::{RebuildEnd, RebuildProgress};
use crate::tui::model::size::Size;
use crate::tui::model::verification::Verification;
use crate::tui::questions::Answer;
use crate::tui::questions::timing::Ticket;

/// An input to `update`.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// Keys that arrived at once, with text before and maybe after an Enter among them: pasted lines, or a script.
    Burst(Vec<Key>),
    /// An action of the mouse.
    Mouse(Mouse),
    /// A text was pasted.
    Pasted(String),
    /// The terminal has a new size.
    Resized(Size),
    /// The time since the last tick, while the playhead moves by itself.
    Ticked(Duration),
    /// The log has a new head, or the clock of its first event is known.
    HeadMoved { head: Reach, first_clock: Option<Timestamp> },
    /// A log in the store has a new mapping.
    MappingsChanged,
    /// An answer to a question, or a part of one, with the question's ticket.
    Answered(Ticket, Answer),
    /// The outcome of a command.
    Submitted(CommandOutcome),
    /// An event as JSON, to be copied.
    ReadForCopy(String),
    /// The checkpoint or the projector's status has changed. `is_followed` says whether the projector is another
    /// process.
    Projected { checkpoint: Reach, status: Box<ProjectorStatus>, is_followed: bool },
    /// The read model is rebuilt, for this reason.
    ReadModelBegun(String),
    /// The file of the read model is damaged in this way.
    ReadModelDamaged(String),
    /// The read model's rows were replaced; the checkpoint may be the same.
    ReadModelReplaced,
    /// The progress of a rebuild.
    RebuildReached(RebuildProgress),
    /// A rebuild has ended.
    RebuildEnded(RebuildEnd),
    /// The progress or the result of verifying the log.
    Verified(Box<Verification>),
    /// The progress of an import.
    ImportReached(RunningImport),
    /// An import has ended or was stopped; the text is the notice about it.
    ImportEnded(String),
    /// The lines left out of the imported logs; and, if nothing could be read of them, the reasons in sentences.
    LeftOut(Box<LeftOut>, Vec<String>),
    /// The parts of an event were found in the log by themselves; the text says what was taken for what.
    EnvelopeFound(String),
    /// Whether the log's file is missing and awaited.
    LogWaitedFor(bool),
    /// The log was replaced and is read from its beginning.
    LogReplaced,
    /// Something failed; the text says what, to which thing, and what to do.
    Failed(String),
    /// The system asks the program to give the terminal back and to stop.
    Suspended,
    /// The program continues after it was stopped, by whatever signal.
    Resumed,
    /// A part of the program has panicked.
    Crashed,
    /// The system asks the program to end.
    Terminated,
}

impl Message {
    /// Whether the user waits for the result: of an input, or of the playhead's own movement.
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

    /// Whether it comes from the user, the terminal or the system, whatever log is open.
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

/// An action of the mouse in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    pub action: MouseAction,
    /// The cell's column.
    pub column: u16,
    /// The cell's row.
    pub row: u16,
}

/// The kind of a mouse action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseAction {
    /// The left button was pressed.
    Press,
    /// The mouse moved with the left button held down.
    Drag,
    /// The left button was released.
    Release,
    /// The wheel was turned up.
    WheelUp,
    /// The wheel was turned down.
    WheelDown,
}
