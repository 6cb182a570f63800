//! A line that is being typed: its text, history, completion and preview.

use tui_input::Input;

use crate::tui::model::answers::Preview;
use crate::tui::model::slot::Slot;

/// The most characters that a line may have: what a person types, with room for a pasted note.
pub const PROMPT_CHARS_MAX: usize = 1_000;

/// How many lines of history are kept.
pub const HISTORY_LINES_MAX: usize = 200;

/// How many candidates for completion are asked for and shown.
pub const CANDIDATES_MAX: usize = 8;

/// A line that is being typed.
#[derive(Clone, Debug, Default)]
pub struct Prompt {
    /// The text and the cursor in it.
    pub input: Input,
    /// The line of the history that is shown, counted from the newest; `None` = the own line.
    pub recalled: Option<usize>,
    /// What was typed before a line of the history took its place.
    pub own_line: String,
    /// What could stand where the cursor is.
    pub completion: Option<Completion>,
    /// What the command would do.
    pub preview: Slot<String, Preview>,
    /// The account names that begin with the word at the cursor.
    pub names: Slot<String, Vec<String>>,
}

/// Candidates for the word at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The candidates, in order.
    pub candidates: Vec<String>,
    /// The one that is taken, once a person has begun to choose.
    pub chosen: Option<usize>,
}

impl Prompt {
    /// A prompt with this text in it, the cursor at its end.
    pub fn with_text(text: &str) -> Self {
        Self { input: Input::new(text.to_owned()), ..Self::default() }
    }

    /// The line as typed so far.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// The text up to the cursor.
    pub fn before_cursor(&self) -> String {
        self.text().chars().take(self.input.cursor()).collect()
    }
}
