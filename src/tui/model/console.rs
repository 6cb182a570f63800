//! The SQL console: the text in the editor, the question asked, and its answer so far.

use ratatui_textarea::{CursorMove, TextArea};

use crate::domain::event::GlobalPosition;
use crate::read_model::rows::AsOf;
use crate::tui::model::results::Results;
use crate::tui::model::slot::Slot;
use crate::tui::questions::sql::{AnswerEnd, Answered, Ending, SqlQuestion};

/// The longest question, in bytes: as long as the read model takes one.
pub const QUESTION_BYTES_MAX: usize = 64 << 10;

/// How many questions are remembered: more than anybody goes back.
pub const QUESTIONS_MAX: usize = 100;

/// The part of the console that keys go to, and so what stands under the question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConsolePart {
    /// The question is being written.
    #[default]
    Editor,
    /// The answer is being looked at.
    Results,
    /// One of the saved questions is being chosen.
    Saved,
}

/// The console. It stays as it is while it is closed.
#[derive(Clone, Debug)]
pub struct Console {
    /// The question that is being written, and the cursor in it.
    pub editor: TextArea<'static>,
    /// Questions that were asked, oldest first.
    pub history: Vec<String>,
    /// The question of the history that is shown, counted from the newest; `None` = the own text.
    pub recalled: Option<usize>,
    /// What was written before a question of the history took its place.
    pub own_text: String,
    /// Which of the saved questions is chosen.
    pub saved: usize,
    /// The question that the answer is to follow; `None` where none was asked, or the last one was stopped.
    pub asked: Option<String>,
    /// The checkpoint that was known when it was asked.
    pub asked_at: GlobalPosition,
    /// Whether the answer was left for what one of its rows leads to.
    pub is_left_by_row: bool,
    /// What was asked last, and the answer on the screen.
    pub answer: Slot<SqlQuestion, Results>,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            editor: editor_of(""),
            history: Vec::new(),
            recalled: None,
            own_text: String::new(),
            saved: 0,
            asked: None,
            asked_at: GlobalPosition::START,
            is_left_by_row: false,
            answer: Slot::default(),
        }
    }
}

/// An editor with this text, and the cursor at its end.
fn editor_of(text: &str) -> TextArea<'static> {
    let mut editor = TextArea::new(text.split('\n').map(str::to_owned).collect());
    // Nothing is undone here: earlier questions are in the history.
    editor.set_max_histories(0);
    editor.move_cursor(CursorMove::Bottom);
    editor.move_cursor(CursorMove::End);
    editor
}

impl Console {
    /// What is written.
    pub fn text(&self) -> String {
        self.editor.lines().join("\n")
    }

    /// How long what is written is, in bytes.
    pub fn n_bytes(&self) -> usize {
        let lines = self.editor.lines();
        lines.iter().map(String::len).sum::<usize>() + lines.len().saturating_sub(1)
    }

    /// Whether nothing is written.
    pub fn is_blank(&self) -> bool {
        self.editor.lines().iter().all(|line| line.trim().is_empty())
    }

    /// Puts another text in the place of what is written.
    pub fn write(&mut self, text: &str) {
        self.editor = editor_of(text);
    }

    /// Keeps what is written in the history, before something else takes its place.
    pub fn keep_own_text(&mut self) {
        let text = self.text();
        self.remember(text);
    }

    /// Takes the question before the one that is shown in the place of what is written, or the one after it; after the
    /// last one comes what was written.
    pub fn recall(&mut self, is_older: bool) {
        let next = match (self.recalled, is_older) {
            (None, true) => Some(0),
            (Some(nth), true) => Some(nth + 1),
            (Some(nth), false) => nth.checked_sub(1),
            (None, false) => return,
        };
        let text = match next {
            Some(nth) => match self.history.iter().nth_back(nth) {
                Some(text) => text.clone(),
                None => return,
            },
            None => std::mem::take(&mut self.own_text),
        };
        if self.recalled.is_none() {
            self.own_text = self.text();
        }
        self.recalled = next;
        self.write(&text);
        if is_older {
            // So that the next key up goes on.
            self.editor.move_cursor(CursorMove::Top);
            self.editor.move_cursor(CursorMove::End);
        }
    }

    fn remember(&mut self, text: String) {
        if self.history.last() == Some(&text) {
            return;
        }
        if self.history.len() == QUESTIONS_MAX {
            self.history.remove(0);
        }
        self.history.push(text);
    }

    /// Whether the saved questions stand under the editor, and not an answer.
    pub fn shows_saved(&self, part: ConsolePart) -> bool {
        part == ConsolePart::Saved || self.is_blank()
    }

    /// Whether rows of the question that was asked last may still come.
    pub fn is_running(&self) -> bool {
        if !self.answer.is_settled() {
            return self.asked.is_some() && self.answer.question().is_some();
        }
        self.answer.answer().is_some_and(|results| results.end().is_none())
    }

    /// Asks what is written, and remembers it.
    pub fn ask(&mut self) {
        let text = self.text().trim().to_owned();
        self.remember(text.clone());
        self.recalled = None;
        if self.asked.as_ref() == Some(&text) {
            self.answer.ask_again();
        } else {
            // The answer to another question would be taken for one to this.
            self.answer.clear();
            self.asked = Some(text);
        }
    }

    /// The ticket and the question to ask, if it is not the one that was asked last. `reached` is the position that the
    /// read model could answer as of now, of those that this is to follow.
    pub fn want(
        &mut self,
        as_of: AsOf,
        reached: GlobalPosition,
        checkpoint: GlobalPosition,
    ) -> Option<(u64, SqlQuestion)> {
        let sql = self.asked.as_ref()?;
        let is_asked = self.answer.question().is_some_and(|q| q.sql == *sql && q.as_of == as_of);
        // Asked ahead of the checkpoint, it is asked again when that has come on: not before it was answered, lest it
        // never is.
        let is_behind = matches!(as_of, AsOf::Position(_)) && self.is_behind(reached);
        if is_asked && !(is_behind && checkpoint > self.asked_at) {
            return None;
        }
        let question = SqlQuestion { sql: sql.clone(), as_of };
        if is_asked {
            self.answer.ask_again();
        }
        self.asked_at = checkpoint;
        self.answer.want(question)
    }

    /// Whether the answer is there, and as of a position before this one.
    pub fn is_behind(&self, reached: GlobalPosition) -> bool {
        let answer = self.answer.answer().filter(|_| self.answer.is_settled() && !self.is_running());
        answer.and_then(Results::as_of).is_some_and(|as_of| as_of < reached)
    }

    /// Stops the question under way; what has come of its answer stays.
    pub fn stop(&mut self) {
        self.asked = None;
        let end = AnswerEnd { how: Ending::Stopped, took: None };
        let is_settled = self.answer.is_settled();
        let asked = self.answer.question().map_or(AsOf::Checkpoint, |question| question.as_of);
        let stopped = match self.answer.take().filter(|_| is_settled) {
            Some(mut results) => {
                results.end_with(end);
                results
            }
            None => Results::ended(end, asked),
        };
        self.answer.settle(stopped);
    }

    /// The answer begins to come; one to an older question is dropped.
    pub fn answered(&mut self, ticket: u64, answered: Answered) {
        let Some(asked) = self.answer.question().map(|question| question.as_of) else { return };
        let mut results = Results::begun(answered, asked);
        if let Some(old) = self.answer.answer() {
            results = results.in_place_of(old);
        }
        self.answer.receive(ticket, results);
    }

    /// The answer has ended, maybe before any of it came.
    pub fn ended(&mut self, ticket: u64, end: AnswerEnd) {
        if let Some(results) = self.answer.answer_to(ticket) {
            results.end_with(end);
        } else if let Some(asked) = self.answer.question().map(|question| question.as_of) {
            self.answer.receive(ticket, Results::ended(end, asked));
        }
    }
}
