//! Scratch stores in the cache folder: for a log that is opened directly, and for a sample.
//!
//! The store of a log is kept, so that opening the log again reads only what is new. It is found by the log's path.
//! Identity and beginning of the file, and the hash of everything read, show whether it is still the same file. Each
//! store belongs to one process, which holds the lock of its folder. A second foldback on the same log gets a store of
//! its own, which is removed like a sample's after that process has ended.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};

use crate::domain::aggregates::Aggregates;
use crate::domain::mapping::envelope::Envelope;
use crate::store::clock;
use crate::store::import::LogImport;
use crate::store::import::options::{IfChanged, ImportOptions};
use crate::store::jsonl::input::{FileIdentity, LogInput};
use crate::store::jsonl::split::LogEnd;
use crate::store::sqlite::SqliteStore;

/// Bytes of a file that are compared when it is opened again.
const BEGINNING_BYTES: u64 = 64 * 1024;

/// Attempts to lock a folder that another process is removing.
const TRIES_MAX: usize = 16;

/// The file in a log's folder that identifies the log.
const DESCRIPTION: &str = "log.json";

/// The version of these stores: with another one a log is imported again.
const FORM: u32 = 3;

/// A store in the cache folder, locked for this process while this value lives.
#[derive(Debug)]
pub struct Scratch {
    /// The path of the store, which exists.
    pub store: PathBuf,
    /// The aggregates that its streams belong to.
    pub aggregates: Aggregates,
    /// A note for the user.
    pub notice: Option<String>,
    folder: PathBuf,
    log: Option<LogFile>,
    _lock: File,
}

/// The log of a scratch store.
#[derive(Clone, Debug)]
struct LogFile {
    path: PathBuf,
    mapping: Option<String>,
}

/// The record of a log from one opening to the next.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Description {
    path: PathBuf,
    file: FileIdentity,
    /// Number of bytes that `beginning_hash` covers.
    beginning_bytes: u64,
    beginning_hash: String,
    mapping: Option<String>,
    /// See [`FORM`].
    form: u32,
    /// The store's file in the same folder.
    store: String,
}

/// The store of a log that is opened directly, below a cache folder: as it was left, or empty if the log is new or has
/// changed. [`Scratch::import`] reads the log into it. `mapping` is the text of the mapping file.
///
/// # Errors
/// The log cannot be opened or is not a file; the cache folder cannot be written; the mapping is not valid.
pub fn for_log(cache: &Path, path: &Path, mapping: Option<&str>, aggregates: &Aggregates) -> Result<Scratch> {
    let path =
        fs::canonicalize(path).with_context(|| format!("the log {} cannot be opened", path.display()))?;
    if !fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
        bail!("{} is not a file that can be read twice; import it into a store instead", path.display());
    }
    let key = blake3::hash(path.as_os_str().as_encoded_bytes()).to_hex();
    let folder = cache.join("logs").join(key.as_str());
    // Without a mapping, the last one that was given stays.
    let kept = || described(&folder).and_then(|description| description.mapping);
    let log = LogFile { path, mapping: mapping.map(str::to_owned).or_else(kept) };
    let Some(lock) = locked(&folder)? else {
        let mut scratch = private(cache, aggregates)?;
        scratch.log = Some(log);
        return Ok(scratch);
    };
    let description = described(&folder);
    let is_known = description.is_some();
    let (kept, notice) = match description {
        Some(description) => match log.differs(&description, aggregates)? {
            None => (Some(folder.join(description.store)), None),
            Some(notice) => (None, notice),
        },
        None => (None, None),
    };
    let aggregates = aggregates.clone();
    let mut scratch =
        Scratch { store: PathBuf::new(), aggregates, notice, folder, log: Some(log), _lock: lock };
    match kept.filter(|store| SqliteStore::open(store, &scratch.aggregates).is_ok()) {
        Some(store) => {
            scratch.store = store;
            scratch.give_mapping()?;
            scratch.describe()?;
        }
        None => {
            if is_known && scratch.notice.is_none() {
                scratch.notice = Some(
                    "the stored copy of the log cannot be used any more; the log is read again".to_owned(),
                );
            }
            scratch.start_again()?;
        }
    }
    Ok(scratch)
}

/// An empty store of our own below a cache folder. Those of processes that have ended are removed.
///
/// # Errors
/// The cache folder cannot be written.
pub fn private(cache: &Path, aggregates: &Aggregates) -> Result<Scratch> {
    clear_private(cache);
    let all = private_folder(cache);
    for _ in 0..TRIES_MAX {
        let folder = all.join(clock::new_id().to_string());
        if let Some(lock) = locked(&folder)? {
            let aggregates = aggregates.clone();
            let mut scratch =
                Scratch { store: PathBuf::new(), aggregates, notice: None, folder, log: None, _lock: lock };
            scratch.start_again()?;
            return Ok(scratch);
        }
    }
    Err(anyhow!("no folder in {} can be had alone", all.display()))
}

impl Scratch {
    /// Whether the store belongs to a log, and so takes no commands.
    pub fn is_log(&self) -> bool {
        self.log.is_some()
    }

    /// The import of the log, or of its new part, into the store; `None` for a store without a log. After
    /// [`LogChanged`](crate::store::import::options::LogChanged), call [`Scratch::start_again`] and import again.
    pub fn import(&self, end: LogEnd) -> Option<LogImport> {
        let log = self.log.as_ref()?;
        let (mapping, if_changed) = (log.mapping.clone(), IfChanged::Stop);
        let options = ImportOptions { mapping, end, if_changed, ..ImportOptions::default() };
        Some(LogImport::new(LogInput::File(log.path.clone()), options))
    }

    /// Replaces the store by an empty one, so that [`Scratch::store`] changes. The old one is removed.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn start_again(&mut self) -> Result<()> {
        let failed = || format!("the cache folder {} cannot be written", self.folder.display());
        // The name changes, because the old store may still be open. (No needed file is removed: the folder is locked
        // for us.)
        for entry in fs::read_dir(&self.folder).with_context(failed)?.flatten() {
            let _ = fs::remove_file(entry.path());
        }
        self.store = self.folder.join(format!("{}.db", clock::new_id()));
        SqliteStore::create(&self.store, &self.aggregates).with_context(failed)?;
        self.describe()
    }

    /// Gives the store the log's mapping, before anybody folds by the old one.
    fn give_mapping(&self) -> Result<()> {
        let Some(mapping) = self.log.as_ref().and_then(|log| log.mapping.as_deref()) else { return Ok(()) };
        let mut store = SqliteStore::open(&self.store, &self.aggregates)?;
        let given = self.aggregates.parse_mapping(mapping)?;
        for source in store.sources()?.into_iter().filter(|source| source.id == source.log) {
            let recorded = source.mapping.map(|text| self.aggregates.parse_mapping(&text)).transpose()?;
            // An envelope stays that was found, if the file says nothing of it.
            let found =
                recorded.filter(|recorded| given.envelope().is_ours() && !recorded.envelope().is_ours());
            let text = found.map_or_else(|| mapping.to_owned(), |found| found.complete(mapping));
            store.set_mapping(source.id, &text)?;
        }
        Ok(())
    }

    /// Makes sure that the store is not reused: it holds more than the log's file does.
    pub fn forget(&self) {
        // If it cannot be removed, the comparison will show that the log is another.
        _ = fs::remove_file(self.folder.join(DESCRIPTION));
    }

    /// Records which log it is.
    fn describe(&self) -> Result<()> {
        let Some(log) = &self.log else { return Ok(()) };
        let (beginning_bytes, beginning_hash) = log.beginning(BEGINNING_BYTES)?;
        let store = self.store.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (path, mapping) = (log.path.clone(), log.mapping.clone());
        let file = FileIdentity::at(&path)?;
        let form = FORM;
        let description = Description { path, file, beginning_bytes, beginning_hash, mapping, form, store };
        let text = serde_json::to_string(&description)?;
        let (new, place) = (self.folder.join("log.json.new"), self.folder.join(DESCRIPTION));
        let written = fs::write(&new, text).and_then(|()| fs::rename(&new, &place));
        written.with_context(|| format!("the cache folder {} cannot be written", self.folder.display()))
    }
}

impl LogFile {
    /// Whether the log differs from the one described: `Some` if so, with a note for the user.
    fn differs(&self, known: &Description, aggregates: &Aggregates) -> Result<Option<Option<String>>> {
        let shown = self.path.display();
        let file = FileIdentity::at(&self.path)?;
        let (n_bytes, hash) = self.beginning(known.beginning_bytes)?;
        if file.n_bytes < known.file.n_bytes {
            return Ok(Some(Some(format!("{shown} was cut; it is read again from its beginning"))));
        }
        let is_same_beginning = (n_bytes, hash.as_str()) == (known.beginning_bytes, &known.beginning_hash);
        if self.path != known.path || !file.is_same_file(&known.file) || !is_same_beginning {
            return Ok(Some(Some(format!("{shown} was replaced; it is read again from its beginning"))));
        }
        // The envelope finds events during the import: another one finds others.
        let of = |mapping: Option<&String>| {
            mapping.map_or_else(|| Ok(Envelope::ours()), |text| envelope(text, aggregates))
        };
        let is_same_mapping =
            self.mapping == known.mapping || of(self.mapping.as_ref())? == of(known.mapping.as_ref())?;
        Ok((!is_same_mapping).then_some(None))
    }

    /// The number of bytes at the file's beginning, at most `n_bytes`, and their hash.
    fn beginning(&self, n_bytes: u64) -> Result<(u64, String)> {
        let failed = || format!("{} cannot be read", self.path.display());
        let mut beginning = Vec::new();
        let file = File::open(&self.path).with_context(failed)?;
        file.take(n_bytes).read_to_end(&mut beginning).with_context(failed)?;
        Ok((beginning.len() as u64, blake3::hash(&beginning).to_hex().to_string()))
    }
}

fn envelope(mapping: &str, aggregates: &Aggregates) -> Result<Envelope> {
    Ok(aggregates.parse_mapping(mapping)?.envelope().clone())
}

/// The description in a folder; `None` if it cannot be read.
fn described(folder: &Path) -> Option<Description> {
    let described: Description = serde_json::from_slice(&fs::read(folder.join(DESCRIPTION)).ok()?).ok()?;
    Some(described).filter(|described| described.form == FORM)
}

/// Locks a folder, which is created if necessary; `None` if another process has it. The lock file is beside the folder,
/// so that an unlocked folder is never one that is about to be locked.
fn locked(folder: &Path) -> Result<Option<File>> {
    let failed = || format!("the cache folder {} cannot be written", folder.display());
    let path = lock_path(folder);
    create_unreadable(folder.parent().unwrap_or(folder)).with_context(failed)?;
    let lock = File::options().create(true).truncate(false).write(true).open(&path).with_context(failed)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error).with_context(failed),
    }
    // Another process may have removed it between the opening and the locking.
    if fs::exists(&path).unwrap_or(false) {
        create_unreadable(folder).with_context(failed)?;
        return Ok(Some(lock));
    }
    Ok(None)
}

/// Creates a folder that only the user can read: the log that is copied there may be secret.
#[cfg(unix)]
fn create_unreadable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn create_unreadable(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

fn lock_path(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

fn private_folder(cache: &Path) -> PathBuf {
    cache.join("private")
}

/// Removes the [`private`] stores of processes that have ended. Those that cannot be removed stay until the next time.
pub fn clear_private(cache: &Path) {
    let Ok(entries) = fs::read_dir(private_folder(cache)) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "lock") {
            let _ = clear(&path);
        }
    }
}

fn clear(lock_path: &Path) -> io::Result<()> {
    let lock = File::options().write(true).open(lock_path)?;
    if lock.try_lock().is_err() {
        return Ok(());
    }
    match fs::remove_dir_all(lock_path.with_extension("")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => fs::remove_file(lock_path),
    }
}

#[cfg(test)]
mod tests;
