//! The SQL console: the text in the editor, the question asked, and its answer so far.

use ratatui_textarea::{CursorMove, TextArea};

use crate::domain::event::GlobalPosition;
use crate::read_model::rows::AsOf;
use crate::tui::model::results::Results;
use crate::tui::model::slot::Slot;
use crate::tui::questions::sql::{AnswerEnd, AnswerOutcome, SqlAnswer, SqlQuestion};
use crate::tui::questions::timing::Ticket;

/// The longest question, in bytes: the limit of the read model.
pub const QUESTION_BYTES_MAX: usize = 64 << 10;

/// The most questions kept in the history.
pub const QUESTIONS_MAX: usize = 100;

/// The part of the console that has the keys. It also determines what is shown under the question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConsolePart {
    /// The editor: the question is being written.
    #[default]
    Editor,
    /// The answer.
    Results,
    /// The list of saved questions.
    Saved,
}

/// The console, which keeps its content while it is closed.
#[derive(Clone, Debug)]
pub struct Console {
    /// The question that is being written, and the cursor in it.
    pub editor: TextArea<'static>,
    /// Questions that were asked, oldest first.
    pub history: Vec<String>,
    /// The question from the history that is shown, counted from the newest; `None` = the own text.
    pub recalled: Option<usize>,
    /// The text written before a question from the history replaced it.
    pub own_text: String,
    /// The index of the chosen saved question.
    pub saved: usize,
    /// The question to be answered; `None` if none was asked, or the last one was stopped.
    pub asked: Option<String>,
    /// The checkpoint that was known when it was asked.
    pub asked_at: GlobalPosition,
    /// Whether one of its rows led away from the answer.
    pub is_left_by_row: bool,
    /// The last question, and the answer on the screen.
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
    // Undo is off: earlier questions are in the history.
    editor.set_max_histories(0);
    editor.move_cursor(CursorMove::Bottom);
    editor.move_cursor(CursorMove::End);
    editor
}

impl Console {
    /// The text in the editor.
    pub fn text(&self) -> String {
        self.editor.lines().join("\n")
    }

    /// The length of the text in bytes.
    pub fn n_bytes(&self) -> usize {
        let lines = self.editor.lines();
        lines.iter().map(String::len).sum::<usize>() + lines.len().saturating_sub(1)
    }

    /// Whether the editor is blank.
    pub fn is_blank(&self) -> bool {
        self.editor.lines().iter().all(|line| line.trim().is_empty())
    }

    /// Replaces the text in the editor.
    pub fn write(&mut self, text: &str) {
        self.editor = editor_of(text);
    }

    /// Keeps the text before a question from the history replaces it.
    pub fn keep_own_text(&mut self) {
        let text = self.text();
        self.remember(text);
    }

    /// Replaces the text by the previous question in the history, or by the next one. After the newest one the own text
    /// returns.
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
            // The next key up then goes further back.
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

    /// Whether the saved questions are shown under the editor instead of an answer.
    pub fn shows_saved(&self, part: ConsolePart) -> bool {
        part == ConsolePart::Saved || self.is_blank()
    }

    /// Whether more rows may arrive for the last question.
    pub fn is_running(&self) -> bool {
        if !self.answer.is_settled() {
            return self.asked.is_some() && self.answer.question().is_some();
        }
        self.answer.answer().is_some_and(|results| results.end().is_none())
    }

    /// Asks the question in the editor, and adds it to the history.
    pub fn ask(&mut self) {
        let text = self.text().trim().to_owned();
        self.remember(text.clone());
        self.recalled = None;
        if self.asked.as_ref() == Some(&text) {
            self.answer.ask_again();
        } else {
            // An old answer would be taken for one to this question.
            self.answer.clear();
            self.asked = Some(text);
        }
    }

    /// The ticket and the question to ask, unless it is the one asked last. `reached` is the position that the read
    /// model can answer now.
    pub fn question(
        &mut self,
        as_of: AsOf,
        reached: GlobalPosition,
        checkpoint: GlobalPosition,
    ) -> Option<(Ticket, SqlQuestion)> {
        let sql = self.asked.as_ref()?;
        let is_asked = self.answer.question().is_some_and(|q| q.sql == *sql && q.as_of == as_of);
        // A question asked ahead of the checkpoint is asked again when the checkpoint has moved. It waits for its
        // answer first; otherwise a busy log would prevent any answer.
        let is_behind = matches!(as_of, AsOf::Position(_)) && self.is_behind(reached);
        if is_asked && !(is_behind && checkpoint > self.asked_at) {
            return None;
        }
        let question = SqlQuestion { sql: sql.clone(), as_of };
        if is_asked {
            self.answer.ask_again();
        }
        self.asked_at = checkpoint;
        self.answer.ask(question)
    }

    /// Whether there is an answer, as of a position before this one.
    pub fn is_behind(&self, reached: GlobalPosition) -> bool {
        let answer = self.answer.answer().filter(|_| self.answer.is_settled() && !self.is_running());
        answer.and_then(Results::as_of).is_some_and(|as_of| as_of < reached)
    }

    /// Stops the running question; the rows that have arrived stay.
    pub fn stop(&mut self) {
        self.asked = None;
        let end = AnswerEnd { how: AnswerOutcome::Stopped, took: None };
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

    /// Takes the beginning of an answer; one to an older question is dropped.
    pub fn answered(&mut self, ticket: Ticket, answered: SqlAnswer) {
        let Some(asked) = self.answer.question().map(|question| question.as_of) else { return };
        let mut results = Results::begun(answered, asked);
        if let Some(old) = self.answer.answer() {
            results = results.in_place_of(old);
        }
        self.answer.receive(ticket, results);
    }

    /// Takes the end of an answer, which may come before any row.
    pub fn ended(&mut self, ticket: Ticket, end: AnswerEnd) {
        if let Some(results) = self.answer.answer_to(ticket) {
            results.end_with(end);
        } else if let Some(asked) = self.answer.question().map(|question| question.as_of) {
            self.answer.receive(ticket, Results::ended(end, asked));
        }
    }
}
