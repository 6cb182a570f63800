//! The explorer's start: on the bundled bank, a store or a log.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};

use crate::cancel::Cancel;
use crate::cli::args::Explore;
use crate::cli::exit::{ExitCode, VerbFailure};
use crate::cli::open::{
    ScratchCleaner, aggregates_at, aggregates_of, is_log, mapping_text, name_of, refuse_mapping, sample_copy,
};
use crate::cli::output::say;
use crate::domain::aggregates::Aggregates;
use crate::domain::aggregates::choice::SAMPLE_EVENTS;
use crate::domain::event::GlobalPosition;
use crate::runtime::importer::LogToRead;
use crate::runtime::shell::explorer::{ExplorerOpening, explore};
use crate::store::EventReader;
use crate::store::cache::cache_folder;
use crate::store::import::LogImport;
use crate::store::import::options::{ImportOptions, ImportProgress};
use crate::store::jsonl::input::{LogInput, is_stdin, is_stream};
use crate::store::jsonl::split::LogEnd;
use crate::store::log::Log;
use crate::store::scratch::{self, Scratch};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::log::SqliteLog;
use crate::tui::model::store::{OpenStore, StoreKind};
use crate::tui::theme::Theme;
use crate::tui::theme::palette::{Background, ColourDepth};

/// The terminal of this process, even if standard input is something else.
const TERMINAL: &str = "/dev/tty";

/// Opens the explorer on a path; without one, on a scratch copy of the bundled bank.
///
/// # Errors
/// The path cannot be opened, or the terminal cannot be used.
pub fn run(args: &Explore, aggregates: &Aggregates) -> Result<ExitCode> {
    let path = args.store.as_deref();
    // If a log comes from standard input, keys come from the terminal itself.
    let has_keys = match path {
        Some(path) if is_stdin(path) => File::open(TERMINAL).is_ok(),
        _ => io::stdin().is_terminal(),
    };
    if !is_drawable() || !has_keys {
        let store = path.map_or("STORE".to_owned(), |path| path.display().to_string());
        say(&format!(
            "the explorer needs a terminal; without one, `foldback print {store}` prints its screen as text, and \
             `foldback events`, `state` and `query` give the same answers (see foldback --help)"
        ));
        return Ok(ExitCode::Usage);
    }
    let options = ExploreOptions {
        map: args.map.as_deref(),
        fail_at: args.failure.position(),
        theme: theme(args),
        aggregates,
    };
    match path {
        None => explore_sample(options)?,
        Some(path) if is_stdin(path) && io::stdin().is_terminal() => {
            let shown = path.display();
            return Err(VerbFailure::usage(format!(
                "standard input is the keyboard here; pipe a log into it: `… | foldback {shown}`"
            )));
        }
        Some(path) if is_stream(path) => explore_stream(path, options)?,
        Some(path) if is_log(path) => explore_log(path, options)?,
        Some(path) => {
            refuse_mapping(path, options.map)?;
            explore_store(path, options)?;
        }
    }
    Ok(ExitCode::Done)
}

/// How to explore, whatever is explored.
#[derive(Clone, Copy)]
struct ExploreOptions<'a> {
    map: Option<&'a Path>,
    fail_at: Option<GlobalPosition>,
    theme: Theme,
    aggregates: &'a Aggregates,
}

fn explore_sample(options: ExploreOptions<'_>) -> Result<()> {
    let ExploreOptions { fail_at, theme, aggregates, .. } = options;
    let scratch = sample_copy("bank", aggregates)?;
    let store = OpenStore { name: "bank".to_owned(), kind: StoreKind::SampleCopy, takes_commands: true };
    let open = || {
        let log = Arc::new(SqliteLog::open(&scratch.store, aggregates)?);
        Ok(ExplorerOpening { log, store: store.clone(), notice: None, import: None, fail_at })
    };
    explore(open, theme)
}

fn explore_store(path: &Path, options: ExploreOptions<'_>) -> Result<()> {
    let ExploreOptions { fail_at, theme, aggregates, .. } = options;
    let aggregates = &aggregates_at(path, aggregates)?;
    // A store that is read-only can still be explored.
    let (log, kind, notice) = match SqliteLog::open(path, aggregates) {
        Ok(log) => (log, StoreKind::Own, None),
        Err(why) => {
            let store = SqliteStore::open_read_only(path, aggregates)?;
            let notice = store.notice().unwrap_or_else(|| why.to_string());
            (store.log(), StoreKind::ReadOnly, Some(notice))
        }
    };
    let log = Arc::new(log);
    let store = OpenStore { name: name_of(path), kind, takes_commands: log.abilities().takes_commands };
    let open = || {
        Ok(ExplorerOpening {
            log: Arc::<SqliteLog>::clone(&log),
            store: store.clone(),
            notice: notice.clone(),
            import: None,
            fail_at,
        })
    };
    explore(open, theme)
}

fn explore_log(path: &Path, options: ExploreOptions<'_>) -> Result<()> {
    let ExploreOptions { map, fail_at, theme, aggregates } = options;
    let mapping = mapping_text(map, aggregates)?;
    let cache = cache_folder()?;
    let mut is_first = true;
    let open = || {
        let scratch = scratch::for_log(&cache, path, mapping.as_deref(), aggregates)?;
        let replaced = "the log was cut or replaced: it is read from its beginning".to_owned();
        let notice = if std::mem::take(&mut is_first) { scratch.notice.clone() } else { Some(replaced) };
        let store = OpenStore { name: name_of(path), kind: StoreKind::Log, takes_commands: false };
        let mut import = scratch.import(LogEnd::Growing).context("the log has no path")?;
        let aggregates = aggregates_of_log(&scratch, &mut import)?;
        let log = Arc::new(SqliteLog::open_read_only(&scratch.store, &aggregates)?);
        let import = Some(LogToRead { log: path.to_path_buf(), scratch, import });
        Ok(ExplorerOpening { log, store, notice, import, fail_at })
    };
    explore(open, theme)
}

/// The aggregates of a log: its first events are imported to see whose they are. The log is open then, in case it is
/// renamed before it is read.
fn aggregates_of_log(scratch: &Scratch, import: &mut LogImport) -> Result<Aggregates> {
    let mut store = SqliteStore::open(&scratch.store, &scratch.aggregates)?;
    if store.head()? == GlobalPosition::START
        && let Some(mut sample) = scratch.import(LogEnd::Growing)
    {
        let enough = Cancel::new();
        let mut stop = |progress: &ImportProgress| {
            if progress.n_events >= SAMPLE_EVENTS as u64 {
                enough.cancel();
            }
        };
        drop(sample.read_on(&mut store, &enough, &mut stop));
    }
    // Errors are reported by the import that goes on from here in the background.
    drop(import.hold_open(&store));
    aggregates_of(&store)
}

/// Explores a stream as it arrives, in a store that is removed when the explorer ends.
fn explore_stream(path: &Path, options: ExploreOptions<'_>) -> Result<()> {
    let ExploreOptions { map, fail_at, theme, aggregates } = options;
    let mapping = mapping_text(map, aggregates)?;
    let mut input = Some(LogInput::at(path)?);
    let _clearing = ScratchCleaner;
    let open = || {
        let scratch = scratch::private(&cache_folder()?, aggregates)?;
        let input = input.take().context("a stream comes only once")?;
        let options = ImportOptions { mapping: mapping.clone(), is_live: true, ..ImportOptions::default() };
        let import = LogImport::new(input, options);
        let store = OpenStore { name: name_of(path), kind: StoreKind::Log, takes_commands: false };
        let log = Arc::new(SqliteLog::open_read_only(&scratch.store, aggregates)?);
        let import = Some(LogToRead { log: path.to_path_buf(), scratch, import });
        Ok(ExplorerOpening { log, store, notice: None, import, fail_at })
    };
    explore(open, theme)
}

/// The theme for this terminal: without colours if `NO_COLOR` is set (<https://no-color.org>), otherwise with the
/// colours that the terminal supports.
fn theme(args: &Explore) -> Theme {
    let variable = |name| std::env::var(name).unwrap_or_default();
    if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return Theme::plain();
    }
    let background = match (args.light, args.dark) {
        (true, _) => Background::Light,
        (_, true) => Background::Dark,
        _ => Background::of(&variable("COLORFGBG")),
    };
    Theme::of(ColourDepth::of(&variable("TERM"), &variable("COLORTERM")), background)
}

/// Whether the terminal can draw a screen. A dumb terminal cannot address its cells.
fn is_drawable() -> bool {
    let term = std::env::var_os("TERM").unwrap_or_default();
    io::stdout().is_terminal() && !term.is_empty() && term != "dumb"
}
