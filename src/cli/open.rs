//! Paths on the command line: a store, or a log that is first read into a scratch store.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cancel::Cancel;
use crate::cli::exit::VerbFailure;
use crate::cli::output::say;
use crate::cli::progress::with_bar;
use crate::domain::aggregates::Aggregates;
use crate::domain::aggregates::choice::SAMPLE_EVENTS;
use crate::domain::counted::counted;
use crate::domain::event::{GlobalPosition, StreamName};
use crate::domain::mapping::{MAPPING_BYTES_MAX, Mappings};
use crate::sample::{embedded, source_name};
use crate::store::cache::cache_folder;
use crate::store::import::import;
use crate::store::import::options::{ImportOptions, ImportProgress, LogChanged};
use crate::store::import::report::ImportReport;
use crate::store::import::report::times_unread;
use crate::store::jsonl::formats::{BEGINNING_BYTES, Format};
use crate::store::jsonl::input::{LogInput, is_stream, stream_name};
use crate::store::jsonl::packed::is_packed;
use crate::store::jsonl::split::LogEnd;
use crate::store::jsonl::utf16::ByteOrder;
use crate::store::scratch::{self, Scratch};
use crate::store::sqlite::SqliteStore;
use crate::store::{Direction, EventReader};

/// The first bytes of an SQLite file.
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";

/// A store that a verb reads.
pub struct OpenedLog {
    /// The store, open for reading.
    pub store: SqliteStore,
    /// Keeps a log's scratch store locked for this process.
    _scratch: Option<Scratch>,
    /// Dropped after the fields above, when nobody has the files open any more.
    _clearing: Option<ScratchCleaner>,
}

/// On drop, removes abandoned scratch stores, whose processes have ended.
pub struct ScratchCleaner;

impl Drop for ScratchCleaner {
    fn drop(&mut self) {
        if let Ok(cache) = cache_folder() {
            scratch::clear_private(&cache);
        }
    }
}

/// Opens a path for reading: a store as it is; a log is imported to its end first, with progress on stderr.
///
/// # Errors
/// There is no such file, or it is neither a store nor a log.
pub fn for_looking(path: &Path, map: Option<&Path>, aggregates: &Aggregates) -> Result<OpenedLog> {
    if is_stream(path) {
        let scratch = read_stream(path, map, aggregates)?;
        let store = opened(&scratch.store, aggregates)?;
        return Ok(OpenedLog { store, _scratch: Some(scratch), _clearing: Some(ScratchCleaner) });
    }
    if !is_log(path) {
        refuse_mapping(path, map)?;
        let store = opened(path, aggregates)?;
        if let Some(notice) = store.notice() {
            say(&notice);
        }
        say_left_out_of(&store)?;
        return Ok(OpenedLog { store, _scratch: None, _clearing: None });
    }
    let scratch = read_log(path, map, aggregates)?;
    let store = opened(&scratch.store, aggregates)?;
    Ok(OpenedLog { store, _scratch: Some(scratch), _clearing: None })
}

/// The store at a path, open for reading, with these aggregates if its events are theirs.
fn opened(path: &Path, aggregates: &Aggregates) -> Result<SqliteStore> {
    let store = SqliteStore::open_read_only(path, aggregates)?;
    let chosen = aggregates_of(&store)?;
    Ok(if chosen.digest() == aggregates.digest() {
        store
    } else {
        SqliteStore::open_read_only(path, &chosen)?
    })
}

/// The aggregates of an open store: those that it was opened with, if its first events are theirs.
///
/// # Errors
/// Errors of the store.
pub fn aggregates_of(store: &SqliteStore) -> Result<Aggregates> {
    let events = store.read_all(GlobalPosition::new(1), Direction::Forward, SAMPLE_EVENTS)?;
    Ok(store.aggregates()?.chosen_for(&events).read_by(Mappings::default()))
}

/// The aggregates of a log by its first events, which are read into a store that is removed again. They are those that
/// were given if nothing of the log can be read.
///
/// # Errors
/// The cache folder cannot be written, or the log cannot be opened.
pub fn aggregates_of_beginning(log: &Path, aggregates: &Aggregates) -> Result<Aggregates> {
    // Dropped last, when nobody has the store open any more.
    let _clearing = ScratchCleaner;
    let scratch = scratch::private(&cache_folder()?, aggregates)?;
    let mut store = SqliteStore::open(&scratch.store, aggregates)?;
    let enough = Cancel::new();
    let mut stop = |progress: &ImportProgress| {
        if progress.n_events >= SAMPLE_EVENTS as u64 {
            enough.cancel();
        }
    };
    drop(import(&mut store, LogInput::at(log)?, &ImportOptions::default(), &enough, &mut stop));
    aggregates_of(&store)
}

/// The aggregates of the store at a path; a store that cannot be read has those that were given, and is reported when it
/// is opened.
///
/// # Errors
/// Errors of the store.
pub fn aggregates_at(path: &Path, aggregates: &Aggregates) -> Result<Aggregates> {
    SqliteStore::open_read_only(path, aggregates)
        .map_or_else(|_| Ok(aggregates.clone()), |store| aggregates_of(&store))
}

/// Refuses `--map` for a store, which carries its own mappings.
///
/// # Errors
/// A mapping is given.
pub fn refuse_mapping(path: &Path, map: Option<&Path>) -> Result<()> {
    match map {
        // A missing file is reported when it is opened.
        Some(_) if path.exists() => {
            Err(VerbFailure::usage(format!("--map is for logs, and {} is not one", path.display())))
        }
        _ => Ok(()),
    }
}

/// Whether the path is a log of events rather than a store: a stream, or a file that does not begin like a store. A
/// file of another format counts as a log, so that the log reader names its format. A missing or unreadable path counts
/// as a store and is reported when it is opened.
pub fn is_log(path: &Path) -> bool {
    if is_stream(path) {
        return true;
    }
    let Some(beginning) = beginning_of(path) else { return false };
    if beginning.starts_with(SQLITE_MAGIC) {
        return false;
    }
    // The beginning may end in the middle of a character.
    let is_text = match str::from_utf8(&beginning) {
        Ok(text) => !text.contains('\0'),
        Err(error) => error.error_len().is_none() && !beginning.contains(&0),
    };
    let first = beginning.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'{' | b'['))
        || is_packed(&beginning)
        || Format::of(&beginning).is_some()
        || ByteOrder::of(&beginning).is_some()
        || (is_text && !beginning.is_empty() && !has_ending(path, &["db", "sqlite", "sqlite3"]))
        || has_ending(path, &["jsonl", "ndjson", "json"])
}

/// Whether the file is a database and so not a log. A pipe is not examined, because bytes taken from it are gone.
pub fn is_database(path: &Path) -> bool {
    path.is_file() && beginning_of(path).is_some_and(|beginning| beginning.starts_with(SQLITE_MAGIC))
}

/// The first bytes of a readable file. Do not call it for a store that is open: closing another descriptor of its file
/// would end SQLite's locks on it.
fn beginning_of(path: &Path) -> Option<Vec<u8>> {
    let mut beginning = Vec::with_capacity(BEGINNING_BYTES);
    File::open(path).ok()?.take(BEGINNING_BYTES as u64).read_to_end(&mut beginning).ok()?;
    Some(beginning)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| endings.iter().any(|one| ending == *one))
}

/// The text of a mapping file, which is parsed as a check.
///
/// # Errors
/// It cannot be read, or is not a valid mapping.
pub fn mapping_text(map: Option<&Path>, aggregates: &Aggregates) -> Result<Option<String>> {
    let Some(map) = map else { return Ok(None) };
    let file = map.display();
    let cannot = || format!("the mapping file {file} cannot be read");
    // One byte more than the limit, so that a longer file is noticed.
    let mut bytes = Vec::new();
    let opened = File::open(map).with_context(cannot)?;
    opened.take(MAPPING_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).with_context(cannot)?;
    let text = match bytes.len() > MAPPING_BYTES_MAX {
        true => String::from_utf8_lossy(&bytes).into_owned(),
        false => String::from_utf8(bytes).with_context(cannot)?,
    };
    aggregates.parse_mapping(&text).with_context(|| format!("the mapping file {file}"))?;
    Ok(Some(text))
}

/// A new store with a bundled sample, in the cache folder.
///
/// # Errors
/// The cache folder cannot be written.
pub fn sample_copy(sample: &str, aggregates: &Aggregates) -> Result<Scratch> {
    let log = embedded(sample).unwrap_or_default();
    let scratch = scratch::private(&cache_folder()?, aggregates)?;
    let mut store = SqliteStore::open(&scratch.store, aggregates)?;
    let input = LogInput::Stream { name: source_name(sample), bytes: Box::new(log.as_bytes()) };
    import(&mut store, input, &ImportOptions::default(), &Cancel::never(), &mut |_| {})?;
    Ok(scratch)
}

/// A new store in the cache folder with the events of a stream.
fn read_stream(path: &Path, map: Option<&Path>, aggregates: &Aggregates) -> Result<Scratch> {
    let mapping = mapping_text(map, aggregates)?;
    let scratch = scratch::private(&cache_folder()?, aggregates)?;
    let mut store = SqliteStore::open(&scratch.store, aggregates)?;
    let options = ImportOptions { mapping, ..ImportOptions::default() };
    let input = LogInput::at(path)?;
    let name = input.shown();
    let report = with_bar(&name, |progress| import(&mut store, input, &options, &Cancel::never(), progress))?;
    something_read(&report, &name)?;
    Ok(scratch)
}

/// Imports a log to its end.
fn read_log(path: &Path, map: Option<&Path>, aggregates: &Aggregates) -> Result<Scratch> {
    let mapping = mapping_text(map, aggregates)?;
    let mut scratch = scratch::for_log(&cache_folder()?, path, mapping.as_deref(), aggregates)?;
    if let Some(notice) = &scratch.notice {
        say(notice);
    }
    let report = match read_scratch(&scratch, path) {
        Err(error) if error.is::<LogChanged>() => {
            say(&error.to_string());
            scratch.start_again()?;
            read_scratch(&scratch, path)?
        }
        report => report?,
    };
    something_read(&report, &path.display().to_string())?;
    Ok(scratch)
}

/// The most bad lines that are reported with their reasons. All are counted.
const BAD_LINES_SAID_MAX: usize = 20;

/// Reports how a log was read if its envelope was found by itself, and the lines that are not in the store: the first
/// ones each with its reason, and the number of the others.
pub fn say_left_out(report: &ImportReport, log: &str) {
    let notes = [
        report.found_note(log),
        report.table_note(log),
        report.times_note(log),
        report.doubt_note(log),
        report.behind_note(log),
    ];
    for note in notes.into_iter().flatten() {
        say(&note);
    }
    for bad in report.bad.iter().take(BAD_LINES_SAID_MAX) {
        say(&format!("{log}, {bad}"));
    }
    let n_said = report.bad.len().min(BAD_LINES_SAID_MAX) as u64;
    if report.n_bad > n_said {
        let n_more = counted(report.n_bad - n_said, "more bad line");
        say(&format!("{log}: {n_more}; of all of them, {}", report.left_out.in_words()));
    }
}

/// Checks that a log is empty or that some of it can be read.
///
/// # Errors
/// None of its lines can be read.
fn something_read(report: &ImportReport, log: &str) -> Result<()> {
    if report.n_bad == 0 || report.n_events + report.n_duplicates > 0 {
        say_left_out(report, log);
        return Ok(());
    }
    bail!("{log}: {}", report.left_out.why_nothing(&report.looked_for, &report.fields).join("; "))
}

/// Reports the lines left out of the logs that a store was made from.
///
/// # Errors
/// Errors of the store.
pub fn say_left_out_of(store: &SqliteStore) -> Result<()> {
    for (_, name, left_out) in store.left_out()? {
        let (path, lines) = (name_of(store.path()), counted(left_out.n(), "line"));
        if left_out.n() > 0 {
            say(&format!("{path}: {lines} of {name} left out: {}", left_out.in_words()));
        }
        if let Some(note) = times_unread(left_out.n_times_unread()) {
            say(&format!("{path}: {name}: {note}"));
        }
    }
    Ok(())
}

fn read_scratch(scratch: &Scratch, path: &Path) -> Result<ImportReport> {
    let mut store = SqliteStore::open(&scratch.store, &scratch.aggregates)?;
    let Some(mut import) = scratch.import(LogEnd::Finished) else { return Ok(ImportReport::default()) };
    // Ctrl-C ends the whole program. Events committed until then are there the next time.
    with_bar(&path.display().to_string(), |progress| import.read_on(&mut store, &Cancel::never(), progress))
}

/// The name of a path in the header and in messages.
pub fn name_of(path: &Path) -> String {
    if is_stream(path) {
        return stream_name(path);
    }
    path.file_name().map_or_else(|| PathBuf::from(path), PathBuf::from).display().to_string()
}

/// The stream of that name, which must have an event somewhere in the log.
///
/// # Errors
/// The whole log has no such stream, or the name is not valid.
pub fn known_stream(store: &dyn EventReader, name: &str) -> Result<StreamName> {
    let missing = || {
        VerbFailure::missing(format!(
            "there is no stream '{name}'; `foldback query` and the explorer list them"
        ))
    };
    let stream = StreamName::new(name).map_err(|_| missing())?;
    if store.version_at(&stream, store.head()?)?.number() == 0 {
        return Err(missing());
    }
    Ok(stream)
}
