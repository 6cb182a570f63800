//! The SQL console: questions, their answers, and the editor.

use foldback::read_model::rows::{AsOf, Value};
use foldback::tui::effect::{Deed, Effect, TerminalEffect};
use foldback::tui::key::{Key, KeyCode};
use foldback::tui::layout::layout;
use foldback::tui::message::{Message, Mouse, MouseAction};
use foldback::tui::model::Model;
use foldback::tui::model::console::{ConsolePart, QUESTION_BYTES_MAX};
use foldback::tui::model::focus::QueryClock;
use foldback::tui::model::mode::Mode;
use foldback::tui::questions::sql::{AnswerEnd, AnswerOutcome, SqlAnswer};
use foldback::tui::questions::{Answer, Question};
use foldback::tui::update::update;
use proptest::prelude::*;

use crate::support;
use crate::walk::{at, deeds, key, moment, press, reach, screen, walk};

/// The question that was asked, with its ticket.
fn asked(effects: &[Effect]) -> Option<(u64, String, AsOf)> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask(ticket, Question::Sql(question)) => Some((*ticket, question.sql.clone(), question.as_of)),
        _ => None,
    })
}

/// The beginning of an answer: one row per number.
fn begun(as_of: u64, numbers: &[i64]) -> SqlAnswer {
    let checkpoint = moment(100);
    let columns = vec!["n".to_owned()];
    SqlAnswer { columns, rows: rows(numbers), as_of: at(as_of), checkpoint, ..SqlAnswer::default() }
}

fn rows(numbers: &[i64]) -> Vec<Vec<Value>> {
    numbers.iter().map(|n| vec![Value::Integer(*n)]).collect()
}

fn end(how: AnswerOutcome) -> AnswerEnd {
    AnswerEnd { how, took: None }
}

/// The numbers that the console shows, and how the answer ended.
fn shown(model: &Model) -> (Vec<i64>, Option<AnswerOutcome>) {
    let Some(results) = model.console.answer.answer() else { return (Vec::new(), None) };
    let number = |nth| match results.row_at(nth) {
        Some([Value::Integer(n)]) => *n,
        other => panic!("{other:?}"),
    };
    ((0..results.n_rows()).map(number).collect(), results.end().map(|end| end.how.clone()))
}

/// A screen with its read side at the head, the console open and a question asked; and its ticket.
fn console(sql: &str) -> (Model, u64) {
    let mut model = screen();
    let checkpoint = reach(100);
    update(&mut model, Message::Projected { checkpoint, status: Box::default(), is_followed: false });
    press(&mut model, "S");
    press(&mut model, sql);
    let (ticket, text, as_of) = asked(&key(&mut model, KeyCode::Enter)).unwrap();
    assert_eq!((text.as_str(), as_of), (sql, AsOf::Checkpoint));
    (model, ticket)
}

#[test]
fn an_answer_comes_in_parts_and_can_be_stopped() {
    let (mut model, ticket) = console("SELECT n");
    assert!(model.console.is_running());
    update(&mut model, Message::Answered(ticket, Answer::SqlBeginning(Box::new(begun(100, &[3])))));
    update(&mut model, Message::Answered(ticket, Answer::SqlRows(rows(&[1, 2]))));
    assert_eq!(shown(&model), (vec![3, 1, 2], None));
    assert_eq!(deeds(key(&mut model, KeyCode::Esc)), [Effect::Do(Deed::StopAsking)]);
    assert!(matches!(model.mode, Mode::Console(ConsolePart::Editor)), "it stops before it closes");
    update(&mut model, Message::Answered(ticket, Answer::SqlRows(rows(&[4]))));
    update(&mut model, Message::Answered(ticket, Answer::SqlEnd(end(AnswerOutcome::Whole))));
    assert_eq!(shown(&model), (vec![3, 1, 2], Some(AnswerOutcome::Stopped)));
    // A stopped question is not repeated by itself.
    model.query_clock = QueryClock::Playhead;
    key(&mut model, KeyCode::Tab);
    assert_eq!(asked(&walk(&mut model, ",")), None);
    key(&mut model, KeyCode::Esc);
    key(&mut model, KeyCode::Esc);
    assert!(matches!(model.mode, Mode::Browse));
    press(&mut model, "S");
    assert_eq!((model.console.text().as_str(), shown(&model).0), ("SELECT n", vec![3, 1, 2]));
}

#[test]
fn the_answer_to_an_older_question_is_dropped() {
    let (mut model, old) = console("SELECT n");
    press(&mut model, "2");
    let (new, ..) = asked(&key(&mut model, KeyCode::Enter)).unwrap();
    update(&mut model, Message::Answered(old, Answer::SqlBeginning(Box::new(begun(100, &[1])))));
    update(&mut model, Message::Answered(old, Answer::SqlEnd(end(AnswerOutcome::Failed("no".to_owned())))));
    assert_eq!((shown(&model), model.console.is_running()), ((vec![], None), true));
    update(&mut model, Message::Answered(new, Answer::SqlEnd(end(AnswerOutcome::Failed("no".to_owned())))));
    assert_eq!(shown(&model), (vec![], Some(AnswerOutcome::Failed("no".to_owned()))));
}

#[test]
fn a_question_that_follows_the_playhead_is_asked_again_where_that_goes() {
    let (mut model, ticket) = console("SELECT n");
    let whole = |as_of, n| Box::new(SqlAnswer { end: Some(end(AnswerOutcome::Whole)), ..begun(as_of, &[n]) });
    update(&mut model, Message::Answered(ticket, Answer::SqlBeginning(whole(100, 1))));
    key(&mut model, KeyCode::Tab);
    let (first, _, as_of) = asked(&press(&mut model, "a")).unwrap();
    assert_eq!(as_of, AsOf::Position(at(100)));
    let (second, _, as_of) = asked(&walk(&mut model, ",")).unwrap();
    assert_eq!(as_of, AsOf::Position(at(99)));
    // The old answer stays until the newest question is answered.
    update(&mut model, Message::Answered(first, Answer::SqlBeginning(whole(100, 2))));
    assert_eq!((shown(&model).0, model.console.answer.is_settled()), (vec![1], false));
    update(&mut model, Message::Answered(second, Answer::SqlBeginning(whole(99, 3))));
    assert_eq!((shown(&model).0, model.console.answer.is_settled()), (vec![3], true));
    // Closed, it follows nothing; opened again, it catches up.
    key(&mut model, KeyCode::Esc);
    key(&mut model, KeyCode::Esc);
    assert_eq!(asked(&walk(&mut model, ",")), None);
    assert_eq!(asked(&press(&mut model, "S")).unwrap().2, AsOf::Position(at(98)));
}

#[test]
fn newer_events_are_reported_at_the_checkpoint_and_asked_for_when_the_playhead_is_ahead_of_it() {
    let projected = |position| Message::Projected {
        checkpoint: reach(position),
        status: Box::default(),
        is_followed: false,
    };
    let (mut model, ticket) = console("SELECT n");
    let whole = |as_of| Box::new(SqlAnswer { end: Some(end(AnswerOutcome::Whole)), ..begun(as_of, &[1]) });
    update(&mut model, Message::Answered(ticket, Answer::SqlBeginning(whole(100))));
    update(&mut model, Message::HeadMoved { head: reach(101), first_clock: None });
    assert_eq!(asked(&update(&mut model, projected(101))), None);
    assert!(model.console.is_behind(model.query_position()));
    let (again, ..) = asked(&key(&mut model, KeyCode::Enter)).unwrap();
    update(&mut model, Message::Answered(again, Answer::SqlBeginning(whole(101))));
    assert!(!model.console.is_behind(model.query_position()));
    key(&mut model, KeyCode::Tab);
    press(&mut model, "a");
    let moved = update(&mut model, Message::HeadMoved { head: reach(102), first_clock: None });
    let (early, ..) = asked(&moved).unwrap();
    // Not while it is being answered, or it would never be.
    assert_eq!(asked(&update(&mut model, projected(102))), None);
    let late =
        asked(&update(&mut model, Message::Answered(early, Answer::SqlBeginning(whole(101))))).unwrap();
    assert_eq!(late.2, AsOf::Position(at(102)));
    assert_eq!(
        asked(&update(&mut model, Message::Answered(late.0, Answer::SqlBeginning(whole(101))))),
        None,
        "once a checkpoint"
    );
}

#[test]
fn rows_are_chosen_sorted_and_copied() {
    let (mut model, ticket) = console("SELECT n");
    let cut = SqlAnswer { end: Some(end(AnswerOutcome::Cut)), ..begun(100, &[3, 1, 2]) };
    update(&mut model, Message::Answered(ticket, Answer::SqlBeginning(Box::new(cut))));
    key(&mut model, KeyCode::Tab);
    press(&mut model, "o");
    assert_eq!(shown(&model).0, [1, 2, 3]);
    assert!(model.notice.as_ref().unwrap().text.starts_with("sorted are the rows that are here"));
    press(&mut model, "o");
    assert_eq!(shown(&model).0, [3, 2, 1]);
    assert_eq!(deeds(press(&mut model, "jy")), [Effect::Terminal(TerminalEffect::Copy("2".to_owned()))]);
    assert_eq!(deeds(press(&mut model, "jjjY")), [Effect::Terminal(TerminalEffect::Copy("1".to_owned()))]);
    press(&mut model, "o");
    assert_eq!(shown(&model).0, [3, 1, 2]);
    let below = layout(&model).unwrap().console.unwrap().below.unwrap();
    let click = Mouse { action: MouseAction::Press, column: below.x + 3, row: below.y + 4 };
    update(&mut model, Message::Mouse(click));
    assert_eq!(deeds(press(&mut model, "y")), [Effect::Terminal(TerminalEffect::Copy("2".to_owned()))]);
}

#[test]
fn a_question_has_lines_a_history_and_a_limit() {
    let (mut model, _) = console("SELECT 1");
    let alt_enter = Key { alt: true, ..Key::plain(KeyCode::Enter) };
    assert_eq!(asked(&update(&mut model, Message::Key(alt_enter))), None);
    update(&mut model, Message::Pasted("+ 1\r\n+ 2\r+ 3".to_owned()));
    assert_eq!(asked(&key(&mut model, KeyCode::Enter)).unwrap().1, "SELECT 1\n+ 1\n+ 2\n+ 3");
    for _ in 0..4 {
        key(&mut model, KeyCode::Up);
    }
    assert_eq!(model.console.text(), "SELECT 1\n+ 1\n+ 2\n+ 3", "the newest of the history");
    key(&mut model, KeyCode::Up);
    assert_eq!(model.console.text(), "SELECT 1");
    key(&mut model, KeyCode::Down);
    for _ in 0..4 {
        key(&mut model, KeyCode::Down);
    }
    assert_eq!(model.console.text(), "SELECT 1\n+ 1\n+ 2\n+ 3");
    update(&mut model, Message::Pasted("é".repeat(QUESTION_BYTES_MAX)));
    assert!(
        model.console.n_bytes() <= QUESTION_BYTES_MAX && model.console.n_bytes() >= QUESTION_BYTES_MAX - 1
    );
    assert!(model.notice.as_ref().unwrap().text.contains("64 KiB"));
}

#[test]
fn a_saved_question_is_put_into_the_editor_and_asked() {
    let mut model = screen();
    press(&mut model, "S");
    key(&mut model, KeyCode::Down);
    key(&mut model, KeyCode::Down);
    let (_, sql, _) = asked(&key(&mut model, KeyCode::Enter)).unwrap();
    let [first, second] = [0, 1].map(|nth| model.presentation.in_console().nth(nth).unwrap().sql);
    assert_eq!((sql.as_str(), model.console.text().as_str()), (second, second));
    update(&mut model, Message::Key(Key::ctrl('t')));
    assert_eq!(asked(&press(&mut model, "1")).unwrap().1, first);
}

proptest! {
    #![proptest_config(support::cases(32))]

    #[test]
    fn no_text_and_no_key_brings_the_editor_down(
        steps in proptest::collection::vec((any::<String>(), 0_usize..20), 0..30)
    ) {
        const CODES: [KeyCode; 9] = [
            KeyCode::Left, KeyCode::Right, KeyCode::Up, KeyCode::Down, KeyCode::Home, KeyCode::End,
            KeyCode::Backspace, KeyCode::Delete, KeyCode::Char('\u{202e}'),
        ];
        let mut model = screen();
        press(&mut model, "S");
        for (text, nth) in steps {
            update(&mut model, Message::Pasted(text));
            let code = CODES.get(nth % CODES.len()).copied().unwrap();
            update(&mut model, Message::Key(Key { alt: nth % 2 == 0, ctrl: nth % 3 == 0, ..Key::plain(code) }));
            update(&mut model, Message::Key(Key::ctrl(['w', 'u', 'k', 'h'][nth % 4])));
        }
        prop_assert!(matches!(model.mode, Mode::Console(_)));
    }
}
