//! The mode: the meaning of keys, with what is open.

use crate::tui::model::console::ConsolePart;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::slot::Slot;
use crate::tui::questions::inspection::{Inspection, InspectionQuestion};

/// The meaning of keys.
#[derive(Clone, Debug, Default)]
pub enum Mode {
    /// The panes have the keys.
    #[default]
    Browse,
    /// The inspector is open on an event.
    Inspect(Inspector),
    /// A command is being typed.
    Command(Prompt),
    /// A search is being typed.
    Find(Prompt),
    /// The filter of the query view's streams is being typed.
    Filter(Prompt),
    /// The SQL console is open, and this part of it has the keys.
    Console(ConsolePart),
    /// The next key chooses what is copied.
    Copy,
    /// The help is open, scrolled down by this many lines.
    Help { scroll: u16 },
    /// The guide is open, over the help.
    Guide(OpenGuide),
}

/// The guide while it is open: its list of pages, or a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenGuide {
    /// The page that is chosen in the list, by its place there.
    pub chosen: usize,
    /// Lines that the chosen page is scrolled down; `None` while the list is open.
    pub page_scroll: Option<u16>,
    /// Lines that the help below is scrolled down.
    pub help_scroll: u16,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Inspector {
    /// The event as it is in the log, once it has been read.
    pub event: Slot<InspectionQuestion, Inspection>,
    /// Lines scrolled down.
    pub scroll: u16,
}

impl Mode {
    /// Whether a line is being typed.
    pub fn is_prompt(&self) -> bool {
        matches!(self, Self::Command(_) | Self::Find(_) | Self::Filter(_))
    }

    /// Whether the panes are in use: nothing is being typed or chosen.
    pub fn shows_panes(&self) -> bool {
        matches!(self, Self::Browse | Self::Inspect(_))
    }
}
