//! The minute in model, update and view alone, and the same rows read by bare SQLite.

use foldback::domain::aggregates::Aggregates;
use std::collections::VecDeque;
use std::mem::discriminant;
use std::path::Path;
use std::time::{Duration, Instant};

use foldback::cancel::Cancel;
use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::location::Location;
use foldback::read_model::presentation_of;
use foldback::read_model::questions::query::ReadModel;
use foldback::runtime::log_worker::LogWorker;
use foldback::runtime::log_worker::connection::LogConnection;
use foldback::runtime::log_worker::seeker::Seeker;
use foldback::runtime::position::reach;
use foldback::runtime::rows_worker::RowsWorker;
use foldback::runtime::shell::outbox::Job;
use foldback::runtime::watcher::head_moved;
use foldback::store::EventReader;
use foldback::store::sqlite::SqliteStore;
use foldback::tui::effect::Effect;
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::size::Size;
use foldback::tui::model::store::{OpenStore, StoreKind};
use foldback::tui::questions::timing::Ticket;
use foldback::tui::questions::{Desk, LogQuestion, Question};
use foldback::tui::theme::Theme;
use foldback::tui::update::update;
use foldback::tui::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rusqlite::{Connection, OpenFlags, params};

use crate::minute::{HEIGHT, Stroke, WIDTH};

/// The results of the walk.
#[derive(Debug, Default)]
pub struct Walked {
    /// The times from each stroke to the frame with the exact state.
    pub took: Vec<Duration>,
    /// The part of them that was spent drawing.
    pub drawing: Vec<Duration>,
    /// Where the playhead was after each stroke.
    pub positions: Vec<GlobalPosition>,
    /// The rows that each stroke's look read.
    pub rows: Vec<Rows>,
}

/// The rows of a look.
#[derive(Debug)]
pub struct Rows {
    from: GlobalPosition,
    to: GlobalPosition,
    stream: String,
    after_version: u64,
    version: u64,
}

struct Screen {
    model: Model,
    near: LogWorker,
    beside: LogWorker,
    query: RowsWorker,
    terminal: Terminal<TestBackend>,
    later: VecDeque<(Ticket, Question)>,
}

impl Screen {
    /// Takes a message into the model, with everything that its frame needs; the rest is done later.
    fn take_in(&mut self, message: Message) {
        let mut messages = vec![message];
        while let Some(message) = messages.pop() {
            for effect in update(&mut self.model, message) {
                match effect {
                    Effect::Ask(ticket, Question::Log(question)) if question.desk() == Desk::Interactive => {
                        messages.extend(self.near.answer(Job::Ask(ticket, question), &Cancel::never()));
                    }
                    Effect::Ask(ticket, question) => self.later.push_back((ticket, question)),
                    Effect::Do(_) | Effect::Terminal(_) => {}
                }
            }
        }
    }

    /// The work of other threads. Of each kind only the newest is processed. Charts and comparisons, which may need
    /// long folds and which nothing here waits for, are left out.
    fn catch_up(&mut self) {
        while let Some((ticket, question)) = self.later.pop_front() {
            if self.later.iter().any(|(_, other)| kind(other) == kind(&question)) {
                continue;
            }
            let answer = match question {
                Question::Rows(question) => Some(self.query.answer(ticket, &question)),
                Question::Log(question @ LogQuestion::Survey(_)) => {
                    self.beside.answer(Job::Ask(ticket, question), &Cancel::never())
                }
                _ => None,
            };
            if let Some(message) = answer {
                self.take_in(message);
            }
        }
    }

    fn draw(&mut self, theme: &Theme) {
        self.terminal.draw(|frame| view(&self.model, theme, frame)).unwrap();
    }
}

/// The kind of a question.
fn kind(question: &Question) -> impl PartialEq + use<> {
    let of_log = if let Question::Log(question) = question { Some(discriminant(question)) } else { None };
    let of_rows = if let Question::Rows(question) = question { Some(discriminant(question)) } else { None };
    (discriminant(question), of_log, of_rows)
}

/// Walks through the minute at full speed.
pub fn walk(store: &SqliteStore, location: &Location, minute: &[Stroke]) -> Walked {
    let open = OpenStore { name: "bank.db".to_owned(), kind: StoreKind::Own, takes_commands: true };
    let worker = || {
        let store = SqliteStore::open_read_only(store.path(), &Aggregates::bank()).unwrap();
        LogWorker::new(LogConnection::Reading(Box::new(store)), Seeker::new(location)).unwrap()
    };
    let mut screen = Screen {
        model: Model::new(open, presentation_of(&Aggregates::bank()), Size { width: WIDTH, height: HEIGHT }),
        near: worker(),
        beside: worker(),
        query: RowsWorker::new(location),
        terminal: Terminal::new(TestBackend::new(WIDTH, HEIGHT)).unwrap(),
        later: VecDeque::new(),
    };
    let theme = Theme::colours();
    screen.take_in(head_moved(store, store.head().unwrap(), None).unwrap());
    let checkpoint = ReadModel::open(location).reading().unwrap().checkpoint().unwrap();
    let checkpoint = reach(store, checkpoint).unwrap();
    screen.take_in(Message::Projected { checkpoint, status: Box::default(), is_followed: false });
    screen.catch_up();
    let mut walked = Walked::default();
    for stroke in minute {
        let began = Instant::now();
        for press in &stroke.presses {
            screen.take_in(press.message());
        }
        let answered = Instant::now();
        screen.draw(&theme);
        walked.took.push(began.elapsed());
        walked.drawing.push(answered.elapsed());
        assert!(screen.model.is_answered(), "{stroke:?}");
        walked.positions.push(screen.model.playhead.position);
        walked.rows.extend(rows(&screen.model));
        screen.catch_up();
    }
    walked
}

fn rows(model: &Model) -> Option<Rows> {
    let look = model.look.answer()?;
    let state = look.state.as_ref()?;
    Some(Rows {
        from: look.events.first()?.position,
        to: look.events.last()?.position,
        stream: state.stream.to_string(),
        after_version: state.from_snapshot.number(),
        version: state.trace.version.number(),
    })
}

/// The time that SQLite needs to read the rows by key, every column of the window and of the folded events.
pub fn bare(path: &Path, rows: &[Rows]) -> Vec<Duration> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut window =
        conn.prepare("SELECT * FROM events WHERE position BETWEEN ?1 AND ?2 ORDER BY position").unwrap();
    let sql = "SELECT e.* FROM streams s CROSS JOIN versions v ON v.stream = s.id \
               CROSS JOIN events e ON e.position = v.position \
               WHERE s.name = ?1 AND v.version > ?2 AND v.version <= ?3";
    let mut history = conn.prepare(sql).unwrap();
    let mut took = Vec::new();
    for rows in rows {
        let began = Instant::now();
        let read = |statement: &mut rusqlite::Statement<'_>, params: &[&dyn rusqlite::ToSql]| {
            let mut rows = statement.query(params).unwrap();
            let mut n_bytes = 0;
            while let Some(row) = rows.next().unwrap() {
                n_bytes += row.get_ref("data").unwrap().as_str().unwrap().len();
            }
            std::hint::black_box(n_bytes);
        };
        let signed = |n: u64| n.cast_signed();
        read(&mut window, params![signed(rows.from.number()), signed(rows.to.number())]);
        let (after, version) = (signed(rows.after_version), signed(rows.version));
        read(&mut history, params![rows.stream, after, version]);
        took.push(began.elapsed());
    }
    took
}
