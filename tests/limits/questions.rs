//! Limits for questions and screens.

use foldback::cli::print::{PrintedScreen, screen, size_of};
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::GlobalPosition;
use foldback::domain::moment::{Moment, Reach};
use foldback::read_model::questions::sql::N_SCREEN_ROWS_MAX;
use foldback::read_model::questions::sql::confined::{N_COLUMNS_MAX, N_SQL_BYTES_MAX, N_VALUE_BYTES_MAX};
use foldback::tui::key::{Key, KeyCode};
use foldback::tui::layout::SIZE_MAX;
use foldback::tui::message::Message;
use foldback::tui::model::console::{QUESTION_BYTES_MAX, QUESTIONS_MAX};
use foldback::tui::model::size::Size;
use foldback::tui::questions::place::WALKS_MAX;
use foldback::tui::update::update;

use crate::limit::{Limit, bytes, check, count, limit, model, notice, press, size};
use crate::support::sample_store;

/// Limits for questions and screens.
pub(crate) fn of_questions_and_screens() -> Vec<Limit> {
    let (rows, most) = (count(N_SCREEN_ROWS_MAX), size(SIZE_MAX));
    vec![
        limit(
            "a question in SQL",
            bytes(QUESTION_BYTES_MAX),
            "a question is 64 KiB long at most: the rest was left out",
            || {
                assert_eq!(N_SQL_BYTES_MAX, QUESTION_BYTES_MAX);
                let mut model = model();
                press(&mut model, "S");
                let _ = update(&mut model, Message::Pasted("x".repeat(QUESTION_BYTES_MAX + 1)));
                notice(&model)
            },
        ),
        limit(
            "questions in the console's history",
            QUESTIONS_MAX.to_string(),
            "the oldest is forgotten",
            asked_once_too_often,
        ),
        limit(
            "changes of the playhead's direction in one burst of keys",
            WALKS_MAX.to_string(),
            "too many keys at once: the playhead is still on its way, this one was left out",
            turned_too_often,
        ),
        limit("rows of an answer on the screen", rows.clone(), format!("{rows} rows and more"), || {
            asked("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 20000) SELECT i FROM n")
        }),
        limit("columns of an answer", N_COLUMNS_MAX.to_string(), "too many columns in result set", || {
            asked(&format!("SELECT 1{}", ",1".repeat(usize::try_from(N_COLUMNS_MAX).unwrap())))
        }),
        limit(
            "a value in an answer",
            bytes(usize::try_from(N_VALUE_BYTES_MAX).unwrap()),
            "a value would be longer than allowed (512 KiB)",
            || asked("SELECT zeroblob(1000000)"),
        ),
        limit(
            "a printed screen",
            most.clone(),
            format!("a screen has at least 40×10 and at most {most} cells"),
            || size_of("1001x40").unwrap_err().to_string(),
        ),
        limit("a terminal", most, "the rest stays empty", || {
            let mut model = model();
            let _ = update(&mut model, Message::Resized(Size { width: u16::MAX, height: u16::MAX }));
            assert_eq!(model.size, SIZE_MAX);
            "the rest stays empty".to_owned()
        }),
    ]
}

/// What happens to the history after three questions too many.
fn asked_once_too_often() -> String {
    let mut model = model();
    (0..QUESTIONS_MAX + 3)
        .for_each(|n| press(&mut model, &format!(":sql SELECT {n}<enter><enter><esc><esc>")));
    let history = &model.console.history;
    assert_eq!((history.len(), history[0].as_str()), (QUESTIONS_MAX, "SELECT 3"));
    "the oldest is forgotten".to_owned()
}

/// The notice after one change of direction too many, none of which the log has answered.
fn turned_too_often() -> String {
    let mut model = model();
    let moment = Moment { position: GlobalPosition::new(100), clock: None };
    let head = Reach { moment, n_events: 100 };
    let _ = update(&mut model, Message::HeadMoved { head, first_clock: None });
    (0..=WALKS_MAX).for_each(|nth| press(&mut model, if nth.is_multiple_of(2) { "," } else { "." }));
    notice(&model)
}

/// The screen with the answer to a question.
fn asked(sql: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let store = sample_store(folder.path(), "seed");
    let mut keys = vec![Key::char('S')];
    keys.extend(sql.chars().map(Key::char));
    keys.push(Key::plain(KeyCode::Enter));
    let size = Size { width: 120, height: 36 };
    screen(&PrintedScreen {
        path: &store,
        map: None,
        at: None,
        keys: &keys,
        size,
        aggregates: &Aggregates::bank(),
    })
    .unwrap()
}

#[test]
fn beyond_each_limit_of_questions_and_screens_there_is_a_sentence() {
    check(&of_questions_and_screens());
}
