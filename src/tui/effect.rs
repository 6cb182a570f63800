//! Effects: what the screen wants done.

use crate::domain::command::Command;
use crate::domain::event::GlobalPosition;
use crate::domain::moment::Reach;
use crate::read_model::rows::steering::Order;
use crate::tui::questions::Question;
use crate::tui::questions::place::Place;
use crate::tui::questions::timing::Ticket;

/// A task for the rest of the program.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Answer a question. The ticket comes back with the answer; if two questions of one kind wait, only the newer one
    /// is answered.
    Ask(Ticket, Question),
    /// Do a deed; each one is carried out.
    Do(Deed),
    /// Do something with the terminal.
    Terminal(TerminalEffect),
}

/// An action by a part of the program other than the terminal.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Decide a command and append its events.
    Submit(Command),
    /// Read the event at a place as JSON, to be copied.
    ReadForCopy(Place),
    /// Stop searching.
    StopFinding,
    /// Stop answering the question in SQL.
    StopAsking,
    /// Project new events.
    Project,
    /// Verify new events.
    Verify,
    /// Give an order to the projector.
    Steer(Order),
    /// Rebuild the read model, beside the one that is in use.
    Rebuild,
    /// Stop rebuilding.
    StopRebuild,
    StopImport,
    /// Open the log from its beginning.
    OpenAgain,
    /// End, because a part of the program has panicked.
    Crash,
    /// End.
    Quit,
}

/// An action on the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalEffect {
    /// Put a text on the terminal's clipboard.
    Copy(String),
    /// Capture or release the mouse.
    TakeMouse(bool),
    /// Redraw the whole screen: the terminal may have lost some of it.
    Redraw,
    /// Ask the system to suspend the program and the other programs of its job.
    AskToSuspend,
    /// Give the terminal back and stop until the shell continues the program.
    Suspend,
    /// Take the terminal again after a stop.
    Resume,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandOutcome {
    /// Its events are on the disk.
    Appended {
        /// The position of its first event.
        first: GlobalPosition,
        /// The new head.
        head: Reach,
        /// Trouble beside that, although the command is done.
        trouble: Option<String>,
    },
    /// A rule refused it.
    Refused(String),
    Failed(String),
}
