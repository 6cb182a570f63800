//! The bundled bank in a store, with its whole log in memory, and the workers for the screen.

use foldback::domain::aggregates::Aggregates;
use std::path::Path;

use foldback::cancel::Cancel;
use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::aggregates::account::state::AccountState;
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName};
use foldback::domain::moment::Moment;
use foldback::read_model::engine::location::Location;
use foldback::read_model::presentation_of;
use foldback::replay::reconstruct::FoldFrom;
use foldback::runtime::log_worker::LogWorker;
use foldback::runtime::log_worker::connection::LogConnection;
use foldback::runtime::log_worker::seeker::Seeker;
use foldback::runtime::shell::outbox::Job;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader};
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::ruler::Ruler;
use foldback::tui::model::size::Size;
use foldback::tui::model::store::{OpenStore, StoreKind};
use foldback::tui::questions::look::{Look, LookQuestion};
use foldback::tui::questions::place::Place;
use foldback::tui::questions::survey::{Survey, SurveyQuestion};
use foldback::tui::questions::{Answer, LogQuestion};
use tempfile::TempDir;

use crate::support::sample_store;

pub(crate) fn worker_of(path: &Path) -> LogWorker {
    let store = SqliteStore::open_read_only(path, &Aggregates::bank()).unwrap();
    let location = Location::of(&store.log_identity()).unwrap();
    LogWorker::new(LogConnection::Reading(Box::new(store)), Seeker::new(&location)).unwrap()
}

/// The bundled bank in a store, with its whole log in memory beside it.
pub(crate) struct Bank {
    pub(crate) worker: LogWorker,
    pub(crate) log: Vec<RecordedEvent>,
    pub(crate) _folder: TempDir,
}

impl Bank {
    pub(crate) fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let path = sample_store(folder.path(), "bank");
        let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
        let log = store.read_all(GlobalPosition::new(1), Direction::Forward, usize::MAX).unwrap();
        Self { worker: worker_of(&path), log, _folder: folder }
    }

    pub(crate) fn ask(&mut self, question: LogQuestion) -> Message {
        self.worker.answer(Job::Ask(1, question), &Cancel::never()).unwrap()
    }

    pub(crate) fn look(&mut self, playhead: u64, pinned: Option<&StreamName>, rows: usize) -> Look {
        self.look_at(Place::position(GlobalPosition::new(playhead)), pinned, rows)
    }

    pub(crate) fn look_at(&mut self, at: Place, pinned: Option<&StreamName>, rows: usize) -> Look {
        let question = LookQuestion {
            at,
            head_in_sight: GlobalPosition::START,
            pinned: pinned.cloned(),
            from: FoldFrom::Snapshot,
            n_before: rows,
            n_after: rows,
        };
        match self.ask(LogQuestion::Look(question)) {
            Message::Answered(1, Answer::Look(look)) => *look,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn survey(&mut self, question: &SurveyQuestion, cancel: &Cancel) -> Survey {
        match self.worker.answer(Job::Ask(1, LogQuestion::Survey(question.clone())), cancel) {
            Some(Message::Answered(1, Answer::Survey(survey))) => *survey,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn head(&self) -> u64 {
        self.log.len() as u64
    }

    /// The plain fold of an account's events up to a position.
    pub(crate) fn folded(&self, stream: &StreamName, at: u64) -> (AccountState, u64) {
        let fold = AccountFold::default();
        let mut state = AccountState::default();
        let events = self.log.iter().filter(|e| e.stream == *stream && e.position.number() <= at);
        let version = events.map(|event| fold.evolve_account(&mut state, event)).count();
        (state, version as u64)
    }

    pub(crate) fn accounts(&self) -> Vec<StreamName> {
        let mut names: Vec<_> = self.log.iter().map(|event| event.stream.clone()).collect();
        names.sort();
        names.dedup();
        names
    }

    pub(crate) fn model(&self) -> Model {
        let store = OpenStore { name: "bank".to_owned(), kind: StoreKind::Own, takes_commands: true };
        let mut model =
            Model::new(store, presentation_of(&Aggregates::bank()), Size { width: 120, height: 36 });
        let last = self.log.last().unwrap();
        model.head = Moment { position: last.position, clock: last.clock };
        model.first_clock = self.log[0].clock;
        model
    }
}

pub(crate) fn survey_question(ruler: Ruler, n_columns: u16, stream: Option<&StreamName>) -> SurveyQuestion {
    let head_in_sight = GlobalPosition::START;
    SurveyQuestion {
        ruler,
        n_columns,
        stream: stream.cloned(),
        is_projected: true,
        head_in_sight,
        nearest: 0,
    }
}
