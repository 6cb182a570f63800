//! The explorer: a store, a screen, and the threads between them.

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};

use anyhow::{Context, Result};

use crate::read_model::location::Location;
use crate::runtime::finder::Finder;
use crate::runtime::importer::{Importer, LogToRead};
use crate::runtime::projector::{self, ProjectorControl, ProjectorReport};
use crate::runtime::terminal::Screen;
use crate::runtime::{Next, input, query_worker, run, signals, store_worker, watcher};
use crate::store::sqlite::SqliteStore;
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::{Model, OpenStore, StoreKind, Tone};
use crate::tui::theme::Theme;

/// What the explorer is to open.
#[derive(Debug)]
pub struct Opening {
    /// The store's file.
    pub path: PathBuf,
    /// What the header says is open.
    pub store: OpenStore,
    /// What to tell first.
    pub notice: Option<String>,
    /// The log that is read into the store while it is being looked at.
    pub log: Option<LogToRead>,
}

/// Runs the explorer until a person, or the system, ends it.
///
/// # Errors
/// The store cannot be opened, or the terminal cannot be used.
pub fn explore(opening: Opening, theme: Theme) -> Result<()> {
    // Whatever is wrong with the store is said before the screen is taken.
    let takes_commands = matches!(opening.store.kind, StoreKind::Own | StoreKind::SampleCopy);
    let open = |writes: bool| -> Result<SqliteStore> {
        Ok(if writes { SqliteStore::open(&opening.path)? } else { SqliteStore::open_read_only(&opening.path)? })
    };
    let near = open(takes_commands)?;
    let beside = open(false)?;
    let watched = open(false)?;
    let location = Location::beside(&opening.path, near.id())?;

    let (inbox_sender, inbox) = channel();
    let mut screen = Screen::take(theme)?;
    let mut model = Model::new(opening.store, screen.size()?);
    if let Some(notice) = opening.notice {
        model.tell(Tone::Plain, notice);
    }
    signals::start(inbox_sender.clone())?;
    input::start(inbox_sender.clone());
    let workers = Workers::start(near, beside, &opening.path, &location, &inbox_sender)?;
    let importer = opening.log.map(|log| Importer::start(log, inbox_sender.clone()));
    let (keep_watching, stop) = channel();
    let watching = watcher::start(watched, stop, inbox_sender);

    let screen_of_effects = std::cell::RefCell::new(screen);
    let end = run(
        &mut model,
        &inbox,
        |model| screen_of_effects.borrow_mut().draw(model),
        |effect| workers.hand_out(effect, &mut screen_of_effects.borrow_mut(), importer.as_ref()),
    );
    drop(screen_of_effects);
    drop(keep_watching);
    if let Some(importer) = importer {
        importer.stop();
    }
    workers.stop();
    drop(watching.join());
    end.map(|_| ())
}

/// The threads that do what the screen wants done.
struct Workers {
    near: Sender<Effect>,
    beside: Sender<Effect>,
    query: Sender<Effect>,
    finder: Finder,
    projector: projector::Running,
}
