//! Effects: what the screen wants done.

use crate::domain::aggregates::account::command::Command;
use crate::domain::event::{GlobalPosition, Timestamp};
use crate::read_model::rows::steering::Order;
use crate::tui::questions::Question;
use crate::tui::questions::timing::Ticket;

/// Something that the screen wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Answer a question. The ticket comes back with the answer; of two questions of one kind that wait, only the newer is
    /// answered.
    Ask(Ticket, Question),
    /// Do something; each deed is done.
    Do(Deed),
    /// Have the terminal do something.
    Terminal(TerminalEffect),
}

/// Something to be done by a part of the program other than the terminal.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Decide a command and append the events that it leads to.
    Submit(Command),
    /// Read an event as JSON, to be copied.
    ReadForCopy(GlobalPosition),
    /// Stop searching.
    StopFinding,
    /// Stop answering the question in SQL.
    StopAsking,
    /// Project new events.
    Project,
    /// Verify what has come to the log.
    Verify,
    /// Give the projector an order.
    Steer(Order),
    /// Rebuild the read model, beside the one that is read.
    Rebuild,
    /// Stop rebuilding.
    StopRebuild,
    /// Stop the import.
    StopImport,
    /// Open the log from its beginning.
    OpenAgain,
    /// End, because a part of the program has panicked.
    Crash,
    /// End.
    Quit,
}

/// Something for the terminal to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalEffect {
    /// Put a text on the terminal's clipboard.
    Copy(String),
    /// Capture or release the mouse.
    TakeMouse(bool),
    /// Draw the whole screen again: the terminal may have forgotten some of it.
    Redraw,
    /// Ask the system to suspend the program and the other programs of its job.
    AskToSuspend,
    /// Give the terminal back and stop until the shell continues the program.
    Suspend,
    /// Take the terminal again after a stop.
    Resume,
}

/// The outcome of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandOutcome {
    /// Its events are on the disk.
    Appended {
        /// The position of its first event.
        first: GlobalPosition,
        /// The new head.
        head: GlobalPosition,
        /// The clock at the new head.
        clock: Option<Timestamp>,
        /// Trouble beside that, although the command is done.
        trouble: Option<String>,
    },
    /// A rule refused it.
    Refused(String),
    /// It failed.
    Failed(String),
}
