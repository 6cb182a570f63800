//! Questions in SQL from the screen: answers in parts, and stopping them.

use foldback::domain::aggregates::Aggregates;
use std::sync::mpsc::{Receiver, channel};

use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::catch_up::{CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::read_model::presentation_of;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::N_SCREEN_ROWS_MAX;
use foldback::read_model::questions::sql::limits::{DEADLINE, Limits};
use foldback::read_model::rows::{AsOf, Value};
use foldback::runtime::rows_worker::asker::Asker;
use foldback::store::sqlite::SqliteStore;
use foldback::tui::message::Message;
use foldback::tui::questions::Answer;
use foldback::tui::questions::sql::{AnswerOutcome, SqlQuestion};
use tempfile::TempDir;

use crate::support::sample_store;

/// Asks a question, and returns the messages up to the end of the answer.
fn answers(asker: &Asker, inbox: &Receiver<Message>, ticket: u64, sql: &str) -> Vec<Message> {
    asker.ask(ticket, SqlQuestion { sql: sql.to_owned(), as_of: AsOf::Checkpoint }).unwrap();
    let mut messages = Vec::new();
    loop {
        let message = inbox.recv().unwrap();
        let is_last = match &message {
            Message::Answered(_, Answer::SqlBeginning(answered)) => answered.end.is_some(),
            Message::Answered(_, Answer::SqlEnd(..)) => true,
            _ => false,
        };
        messages.push(message);
        if is_last {
            return messages;
        }
    }
}

/// The rows of an answer in parts, and how it ended.
fn whole(messages: Vec<Message>) -> (Vec<Vec<Value>>, AnswerOutcome) {
    let mut rows = Vec::new();
    for message in messages {
        match message {
            Message::Answered(_, Answer::SqlBeginning(answered)) => {
                rows.extend(answered.rows);
                if let Some(end) = answered.end {
                    return (rows, end.how);
                }
            }
            Message::Answered(_, Answer::SqlRows(more)) => rows.extend(more),
            Message::Answered(_, Answer::SqlEnd(end)) => return (rows, end.how),
            other => panic!("{other:?}"),
        }
    }
    panic!("it has not ended");
}

/// A store with the bank, its read model at the head.
fn projected(folder: &TempDir) -> Location {
    let store =
        SqliteStore::open_read_only(&sample_store(folder.path(), "bank"), &Aggregates::bank()).unwrap();
    let location = Location::of(&store.log_identity()).unwrap();
    project_to_head(&store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
    location
}

#[test]
fn an_answer_comes_in_order_and_is_cut_where_it_is_too_long() {
    let folder = TempDir::new().unwrap();
    let (inbox, messages) = channel();
    let asker = Asker::start(&projected(&folder), inbox);
    let up_to = |n: u64| {
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n}) SELECT i FROM n"
        )
    };
    let numbers = |n: usize| (1..).take(n).map(|i| vec![Value::Integer(i)]).collect::<Vec<_>>();
    assert_eq!(whole(answers(&asker, &messages, 1, &up_to(1_234))), (numbers(1_234), AnswerOutcome::Whole));
    let cut = whole(answers(&asker, &messages, 2, &up_to(1_000_000_000_000)));
    assert_eq!(cut, (numbers(N_SCREEN_ROWS_MAX), AnswerOutcome::Cut));
    let long =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT hex(zeroblob(200000)) FROM n";
    let (rows, how) = whole(answers(&asker, &messages, 3, long));
    assert!(how == AnswerOutcome::Cut && rows.len() < 200, "{} rows, {how:?}", rows.len());
    let (rows, how) = whole(answers(&asker, &messages, 4, "SELECT * FROM nowhere"));
    assert_eq!((rows, how), (Vec::new(), AnswerOutcome::Failed("no such table: nowhere".to_owned())));
    asker.stop_and_wait();
}

#[test]
fn a_newer_question_stops_the_older_one_and_so_does_the_end() {
    let folder = TempDir::new().unwrap();
    let (inbox, messages) = channel();
    let asker = Asker::start(&projected(&folder), inbox);
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let question = |sql: &str| SqlQuestion { sql: sql.to_owned(), as_of: AsOf::Checkpoint };
    let began = std::time::Instant::now();
    asker.ask(1, question(endless)).unwrap();
    asker.ask(2, question("SELECT 2")).unwrap();
    let answered = |message: &Message| matches!(message, Message::Answered(2, Answer::SqlBeginning(_)));
    assert!(messages.iter().any(|message| answered(&message)));
    asker.ask(3, question(endless)).unwrap();
    asker.stop_and_wait();
    assert!(began.elapsed() < DEADLINE, "a question was waited for");
}

#[test]
fn every_question_that_comes_with_foldback_is_answered() {
    let folder = TempDir::new().unwrap();
    let mut read_model = ReadModel::open(&projected(&folder));
    let mut unanswered = Vec::new();
    for position in [0, 204, 407] {
        let as_of = AsOf::Position(GlobalPosition::new(position));
        for saved in presentation_of(&Aggregates::bank()).in_console() {
            let answered = read_model.table(saved.sql, as_of, 100, &Limits::default());
            unanswered.extend(answered.err().map(|why| format!("{} at {position}: {why}", saved.name)));
        }
    }
    assert!(unanswered.is_empty(), "{}", unanswered.join("\n"));
}
