//! Keys in a SQL answer.

use crate::read_model::rows::Value;
use crate::tui::effect::Effect;
use crate::tui::key::Key;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::console::{ConsoleAction, console_key_names, works_in_answer};
use crate::tui::keymap::{action_of, key_name};
use crate::tui::layout::{layout, results_rows};
use crate::tui::model::Model;
use crate::tui::model::focus::{QueryClock, Selection};
use crate::tui::model::lead::{Lead, lead};
use crate::tui::model::mode::Mode;
use crate::tui::model::notice::Tone;
use crate::tui::model::results::Results;
use crate::tui::questions::sql::AnswerOutcome;
use crate::tui::update::console::asking::ask;
use crate::tui::update::copying::copy;
use crate::tui::update::{actions, moves, steering};

/// Handles a key in the answer: the keys of the table come first, then those of the playhead.
pub(super) fn look(model: &mut Model, action: Option<ConsoleAction>, key: Key, effects: &mut Vec<Effect>) {
    let room = room(model);
    let page = isize::try_from(room.max(1)).unwrap_or(isize::MAX);
    match action {
        Some(ConsoleAction::RowUp) => go_down(model, -1),
        Some(ConsoleAction::RowDown) => go_down(model, 1),
        Some(ConsoleAction::PageUp) => go_down(model, -page),
        Some(ConsoleAction::PageDown) => go_down(model, page),
        Some(ConsoleAction::FirstRow) => go_down(model, isize::MIN),
        Some(ConsoleAction::LastRow) => go_down(model, isize::MAX),
        Some(ConsoleAction::ColumnLeft) => go_right(model, -1),
        Some(ConsoleAction::ColumnRight) => go_right(model, 1),
        Some(ConsoleAction::Sort) => sort(model),
        Some(ConsoleAction::CopyValue) => copy_value(model, effects),
        Some(ConsoleAction::CopyRow) => copy_row(model, effects),
        Some(ConsoleAction::TurnClock) => turn_clock(model),
        Some(ConsoleAction::AskAgain) => ask(model),
        Some(ConsoleAction::OpenRow) => follow_row(model),
        _ => follow(model, key, effects),
    }
}

/// Leaves the console for the target of the chosen row.
fn follow_row(model: &mut Model) {
    let lead =
        model.console.answer.answer().and_then(|answer| lead(answer, &model.presentation.column_meanings));
    match lead {
        None => {
            let text = model.presentation.worded("this row has no position and no {stream} to go to");
            let again = console_key_names(&[ConsoleAction::AskAgain]);
            model.notify(Tone::Plain, format!("{text} · {again} asks again"));
        }
        Some(Lead::Event(position)) if position > model.head.position => {
            let head = model.head.position;
            model.notify(Tone::Bad, format!("there is no event at {position}: the head is {head}"));
        }
        Some(Lead::Event(position)) => {
            leave(model);
            moves::jump(model, position);
            model.notify(
                Tone::Plain,
                format!("the event at {position} · {} goes back to the answer", key_name(KeyAction::Sql)),
            );
        }
        Some(Lead::Stream(name)) => {
            leave(model);
            let text = format!("{name} is selected · {} goes back to the answer", key_name(KeyAction::Sql));
            model.selection = Selection::Pinned(name);
            model.notify(Tone::Plain, text);
        }
    }
}

fn leave(model: &mut Model) {
    model.mode = Mode::Browse;
    model.console.is_left_by_row = true;
}

/// Handles the keys that move the playhead, which the answer may follow, and those of the program.
fn follow(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    let Some(action) = action_of(key) else { return };
    if works_in_answer(action) {
        actions::act(model, action, 1, effects);
    }
}

fn room(model: &Model) -> usize {
    layout(model).map_or(1, |panes| results_rows(&panes))
}

fn go_down(model: &mut Model, by: isize) {
    let room = room(model);
    if let Some(results) = model.console.answer.answer_mut() {
        results.go_down(by, room);
    }
}

/// Scrolls the answer by a number of rows.
pub(super) fn scroll(model: &mut Model, by: isize) {
    let room = room(model);
    if let Some(results) = model.console.answer.answer_mut() {
        results.scroll(by, room);
    }
}

/// Chooses the `nth` visible row.
pub(super) fn choose_in_sight(model: &mut Model, nth: usize) {
    if let Some(results) = model.console.answer.answer_mut() {
        results.choose(results.top + nth);
    }
}

fn go_right(model: &mut Model, by: isize) {
    if let Some(results) = model.console.answer.answer_mut() {
        results.go_right(by);
    }
}

fn sort(model: &mut Model) {
    let Some(results) = model.console.answer.answer_mut().filter(|results| results.n_rows() > 0) else {
        return;
    };
    results.turn_sorting();
    let is_cut = results.end().is_some_and(|end| end.how == AnswerOutcome::Cut);
    if is_cut && results.sorting.is_some() {
        let text = "sorted are the rows that are here: there are more, which ORDER BY in the question would sort too";
        model.notify(Tone::Plain, text);
    }
}

fn turn_clock(model: &mut Model) {
    steering::turn_clock(model);
    let text = match model.query_clock {
        QueryClock::Checkpoint => "asked as of the checkpoint: as the query side is now",
        QueryClock::Playhead => "asked as of the playhead: moving it asks again",
    };
    model.notify(Tone::Plain, text);
}

fn copy_value(model: &mut Model, effects: &mut Vec<Effect>) {
    let value =
        |results: &Results| Some(results.row_at(results.row)?.get(results.column)?.clone().into_text());
    match model.console.answer.answer().and_then(value) {
        Some(text) => copy(model, text, effects),
        None => model.notify(Tone::Plain, "there is no row to copy from"),
    }
}

fn copy_row(model: &mut Model, effects: &mut Vec<Effect>) {
    let row = |results: &Results| {
        let values: Vec<String> =
            results.row_at(results.row)?.iter().cloned().map(Value::into_text).collect();
        Some(values.join("\t"))
    };
    match model.console.answer.answer().and_then(row) {
        Some(text) => copy(model, text, effects),
        None => model.notify(Tone::Plain, "there is no row to copy"),
    }
}

#[cfg(test)]
mod tests {
    use crate::tui::fixture::Bank;
    use crate::tui::model::Model;
    use crate::tui::model::console::ConsolePart;
    use crate::tui::model::mode::Mode;

    fn said(model: &Model) -> &str {
        model.notice.as_ref().map_or("", |notice| notice.text.as_str())
    }

    #[test]
    fn a_row_of_an_answer_leads_to_its_event_and_the_console_leads_back() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "Stransactions<enter><tab>j<enter>");
        assert!(matches!(model.mode, Mode::Browse));
        assert_eq!((model.playhead.position.number(), model.follows_head), (9, false));
        assert_eq!(said(&model), "the event at 9 · S goes back to the answer");
        bank.press(&mut model, "u");
        assert_eq!(model.playhead.position.number(), 10);
        bank.press(&mut model, "S");
        assert!(matches!(model.mode, Mode::Console(ConsolePart::Results)));
        // Opened again in another way, the console shows the editor.
        bank.press(&mut model, "<esc><esc>S");
        assert!(matches!(model.mode, Mode::Console(ConsolePart::Editor)));
    }

    #[test]
    fn a_row_without_a_position_selects_its_account() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "Saccounts<enter><tab>jj<enter>");
        assert!(matches!(model.mode, Mode::Browse));
        assert_eq!(model.selected().map(|name| name.as_str()), Some("acc-3"));
        assert_eq!((model.playhead.position.number(), model.follows_head), (10, true));
    }
}
