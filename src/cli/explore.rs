//! The explorer, on the bundled bank, on a store, or on a log.

use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::Result;

use crate::cli::open::{is_log, mapping_text, name_of, refuse_mapping, sample_copy};
use crate::cli::output::say;
use crate::cli::{ExitCode, Explore};
use crate::domain::event::GlobalPosition;
use crate::runtime::explorer::{Opening, explore};
use crate::runtime::importer::LogToRead;
use crate::store::scratch;
use crate::store::sqlite::SqliteStore;
use crate::tui::model::{OpenStore, StoreKind};
use crate::tui::theme::Theme;

/// Opens the explorer on what the path names; without one, on a scratch copy of the bundled bank.
///
/// # Errors
/// What the path names cannot be opened, or the terminal cannot be used.
pub fn run(args: &Explore) -> Result<ExitCode> {
    let (path, map) = (args.store.as_deref(), args.map.as_deref());
    let fail_at = args.failing.position();
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        let store = path.map_or("STORE".to_owned(), |path| path.display().to_string());
        say(&format!(
            "the explorer needs a terminal; without one, `foldback print {store}` shows its screen as text, and \
             `foldback events`, `state` and `query` answer what it would (see foldback --help)"
        ));
        return Ok(ExitCode::Usage);
    }
    match path {
        None => explore_sample(fail_at)?,
        Some(path) if is_log(path) => explore_log(path, map, fail_at)?,
        Some(path) => {
            refuse_mapping(path, map)?;
            explore_store(path, fail_at)?;
        }
    }
    Ok(ExitCode::Done)
}

fn explore_sample(fail_at: Option<GlobalPosition>) -> Result<()> {
    let scratch = sample_copy("bank")?;
    let store = OpenStore { name: "bank".to_owned(), kind: StoreKind::SampleCopy };
    let open = || {
        Ok(Opening { path: scratch.store.clone(), store: store.clone(), notice: None, log: None, fail_at })
    };
    explore(open, theme())
}

fn explore_store(path: &Path, fail_at: Option<GlobalPosition>) -> Result<()> {
    // A store that can only be read can still be looked at.
    let (kind, notice) = match SqliteStore::open(path) {
        Ok(_) => (StoreKind::Own, None),
        Err(why) => {
            SqliteStore::open_read_only(path)?;
            (StoreKind::ReadOnly, Some(why.to_string()))
        }
    };
    let store = OpenStore { name: name_of(path), kind };
    let open = || {
        Ok(Opening {
            path: path.to_path_buf(),
            store: store.clone(),
            notice: notice.clone(),
            log: None,
            fail_at,
        })
    };
    explore(open, theme())
}

fn explore_log(path: &Path, map: Option<&Path>, fail_at: Option<GlobalPosition>) -> Result<()> {
    let mapping = mapping_text(map)?;
    let cache = scratch::cache_folder()?;
    let mut is_first = true;
    let open = || {
        let scratch = scratch::for_log(&cache, path, mapping.as_deref())?;
        let replaced = "the log was cut or replaced: it is read from its beginning".to_owned();
        let notice = if std::mem::take(&mut is_first) { scratch.notice.clone() } else { Some(replaced) };
        let store = OpenStore { name: name_of(path), kind: StoreKind::Log };
        let log = LogToRead { log: path.to_path_buf(), scratch };
        Ok(Opening { path: log.scratch.store.clone(), store, notice, log: Some(log), fail_at })
    };
    explore(open, theme())
}

/// How the screen looks here: without colours where `NO_COLOR` asks for that (<https://no-color.org>).
fn theme() -> Theme {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Theme::from_env(no_color)
}
