//! The location of a store's read model: its folder, the pointer to the current generation, the projector's lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};

use crate::domain::aggregates::Aggregates;
use crate::read_model::projections::declared::checked::CheckedProjection;
use crate::read_model::projections::list::Projections;
use crate::store::cache::cache_folder;
use crate::store::log::LogIdentity;

/// Attempts to recreate a lock file that was deleted while it was being locked: each failure takes another process that
/// deletes the folder at just that moment.
const N_LOCK_ATTEMPTS_MAX: usize = 16;

/// The longest pointer file that is read, in bytes: the number and the id of a generation take less than 70.
const POINTER_BYTES_MAX: u64 = 256;

/// The free space, in bytes, that the disk beside a store needs for a read model to be kept there. Even a reader needs
/// the index of the write-ahead log.
#[cfg(target_os = "linux")]
const ROOM_BYTES: u64 = 1 << 20;

/// The endings of a generation's files, after its number; SQLite creates all but the first.
const GENERATION_ENDS: [&str; 4] = ["db", "db-wal", "db-shm", "db-journal"];

/// The folder of one store's read model, which need not exist, and what must have filled it.
#[derive(Clone, Debug)]
pub struct Location {
    folder: PathBuf,
    log: LogIdentity,
    projections: Projections,
}

/// The pointer to the current generation. The id distinguishes it from one of the same number in a folder that was
/// deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// The number of the generation; its file is `<number>.db`.
    pub number: u64,
    /// A UUID assigned at its creation.
    pub id: String,
}

/// The right to project, as long as this value lives.
#[derive(Debug)]
pub struct ProjectorLock {
    file: File,
    path: PathBuf,
}

/// The result of trying to become the projector.
#[derive(Debug)]
pub enum LockOutcome {
    /// The lock is taken: this process projects.
    Taken(ProjectorLock),
    /// Another process projects: its id, if it could be read.
    HeldBy(Option<u32>),
}

impl Location {
    /// The read model of a log: beside it (`bank.db` → `bank.read/`) if that folder can be written and its disk has room,
    /// otherwise in the cache folder. Creates the folder.
    ///
    /// # Errors
    /// Neither place can be written.
    pub fn of(log: &LogIdentity) -> Result<Self> {
        // All paths to a store lead to the same place.
        let store = fs::canonicalize(&log.path).unwrap_or_else(|_| log.path.clone());
        let name = store.file_name().unwrap_or_default();
        let folder = match store.extension() {
            Some(extension) if extension == "db" => store.with_extension("read"),
            _ => {
                // `bank.db` and `bank.sqlite` are two stores.
                let mut name = name.to_os_string();
                name.push(".read");
                store.with_file_name(name)
            }
        };
        let beside = Self::in_folder(folder, log);
        if has_room(&store) && beside.prepare().is_ok() {
            return Ok(beside);
        }
        Self::in_cache(&cache_folder()?, log)
    }

    /// The read model of a log in a cache folder, identified by the log's id. Creates the folder.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn in_cache(cache: &Path, log: &LogIdentity) -> Result<Self> {
        // The id comes from a file that anybody may have written, so it is not used as a path.
        let name = blake3::hash(log.id.as_bytes()).to_hex();
        let location = Self::in_folder(cache.join("read").join(name.as_str()), log);
        location.prepare()?;
        Ok(location)
    }

    /// The read model of a log in this very folder.
    pub fn in_folder(folder: PathBuf, log: &LogIdentity) -> Self {
        let projections = Projections::of(&log.aggregates);
        Self { folder, log: log.clone(), projections }
    }

    /// The same location with other projections of a person than the log's.
    pub fn with_declared(self, declared: Vec<Arc<CheckedProjection>>) -> Self {
        Self { projections: self.projections.with_declared(declared), ..self }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn store_id(&self) -> &str {
        &self.log.id
    }

    /// The log whose read model it is.
    pub(in crate::read_model) fn log(&self) -> &LogIdentity {
        &self.log
    }

    /// The log's aggregates. Rows that were filled by others, with another digest, are not those of the log.
    pub(in crate::read_model) fn aggregates(&self) -> &Aggregates {
        &self.log.aggregates
    }

    /// The projections of the log.
    pub(in crate::read_model) fn projections(&self) -> &Projections {
        &self.projections
    }

    /// The path of a generation's file.
    pub fn generation_path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number}.db"))
    }

    /// The path of the file that records the state in which the current generation's file passed its check.
    pub(in crate::read_model) fn checked_path(&self) -> PathBuf {
        self.folder.join("checked")
    }

    /// The pointer to the current generation; `None` if there is none, or it cannot be parsed.
    ///
    /// # Errors
    /// The pointer exists and cannot be read.
    pub fn current(&self) -> Result<Option<Pointer>> {
        let path = self.pointer_path();
        let file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.with_context(|| format!("{} cannot be opened", path.display()))?,
        };
        let mut bytes = Vec::new();
        let read = file.take(POINTER_BYTES_MAX).read_to_end(&mut bytes);
        read.with_context(|| format!("{} cannot be read", path.display()))?;
        Ok(Pointer::from_text(&String::from_utf8_lossy(&bytes)))
    }

    /// Whether there is a pointer, even one that cannot be parsed.
    pub fn has_pointer(&self) -> bool {
        self.pointer_path().exists()
    }

    /// Makes a generation the current one, in one atomic step that is on the disk when this returns. The files of
    /// earlier generations are deleted, as far as possible.
    ///
    /// # Errors
    /// The folder cannot be written, or the generation is no longer in it; the old pointer stays.
    pub fn point_to(&self, pointer: &Pointer) -> Result<()> {
        let path = self.pointer_path();
        let generation = self.generation_path(pointer.number);
        fs::metadata(&generation).with_context(|| format!("{} was deleted", generation.display()))?;
        let written = self.folder.join(format!("current.{}.new", pointer.id));
        let replace = || -> std::io::Result<()> {
            let mut file = File::create(&written)?;
            file.write_all(pointer.to_text().as_bytes())?;
            file.sync_all()?;
            fs::rename(&written, &path)?;
            sync_folder(&self.folder)
        };
        if let Err(error) = replace() {
            let _ = fs::remove_file(&written);
            return Err(error).with_context(|| format!("{} cannot be replaced", path.display()));
        }
        self.remove_before(pointer.number);
        Ok(())
    }

    /// Reserves an unused number: creates the empty file of the next generation, and the folder if it is missing.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn reserve(&self) -> Result<u64> {
        self.prepare()?;
        let pointed = self.current().ok().flatten().map_or(0, |p| p.number);
        // Also higher than leftovers of deleted generations: a new file must never meet an old one's -wal.
        let highest = self.numbers().into_iter().max().unwrap_or(0).max(pointed);
        let mut number = highest;
        loop {
            number = number.checked_add(1).context("the generations have run out of numbers")?;
            let path = self.generation_path(number);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => return Ok(number),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("{} cannot be made", path.display()));
                }
            }
        }
    }

    /// Tries to become the projector, without waiting. Creates the folder if it is missing.
    ///
    /// # Errors
    /// The lock file cannot be created.
    pub fn try_lock(&self) -> Result<LockOutcome> {
        self.lock_file("lock")
    }

    /// Tries to take the lock for building the next generation beside the current one.
    ///
    /// # Errors
    /// The lock file cannot be created.
    pub fn try_lock_rebuild(&self) -> Result<LockOutcome> {
        self.lock_file("rebuild.lock")
    }

    fn lock_file(&self, name: &str) -> Result<LockOutcome> {
        let path = self.folder.join(name);
        for _ in 0..N_LOCK_ATTEMPTS_MAX {
            self.prepare()?;
            let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
            let file = match opened {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                opened => opened.with_context(|| format!("{} cannot be opened", path.display()))?,
            };
            let mut lock = ProjectorLock { file, path: path.clone() };
            match lock.file.try_lock() {
                Ok(()) if lock.is_current() => {
                    lock.sign();
                    return Ok(LockOutcome::Taken(lock));
                }
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(LockOutcome::HeldBy(lock.signature())),
                Err(TryLockError::Error(error)) => {
                    return Err(error).with_context(|| format!("{} cannot be locked", path.display()));
                }
            }
        }
        anyhow::bail!("{} is deleted again and again", path.display())
    }

    fn pointer_path(&self) -> PathBuf {
        self.folder.join("current")
    }

    /// Creates the folder, and checks that files can be created in it.
    fn prepare(&self) -> Result<()> {
        let unusable = || format!("the read model cannot be kept in {}", self.folder.display());
        fs::create_dir_all(&self.folder).with_context(unusable)?;
        let lock = self.folder.join("lock");
        OpenOptions::new().write(true).create(true).truncate(false).open(lock).with_context(unusable)?;
        Ok(())
    }

    /// The numbers at the beginning of file names in the folder.
    fn numbers(&self) -> Vec<u64> {
        let names = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        names.filter_map(|name| number_of(name.to_str()?)).collect()
    }

    /// Deletes the files of a generation, as far as possible. On systems where an open file cannot be deleted, a later
    /// call deletes it.
    pub(in crate::read_model) fn remove(&self, number: u64) {
        for end in GENERATION_ENDS {
            let _ = fs::remove_file(self.folder.join(format!("{number}.{end}")));
        }
    }

    fn remove_before(&self, number: u64) {
        for old in self.numbers().into_iter().filter(|n| *n < number) {
            self.remove(old);
        }
    }
}

impl Pointer {
    fn to_text(&self) -> String {
        format!("{}.db {}\n", self.number, self.id)
    }

    fn from_text(text: &str) -> Option<Self> {
        let (file, id) = text.strip_suffix('\n')?.split_once(' ')?;
        let number = number_of(file)?;
        (file == format!("{number}.db") && !id.is_empty()).then(|| Self { number, id: id.to_owned() })
    }
}

fn number_of(file: &str) -> Option<u64> {
    let (number, end) = file.split_once('.')?;
    if GENERATION_ENDS.contains(&end) { number.parse().ok() } else { None }
}

impl ProjectorLock {
    /// Whether the lock file is still the one in the folder. If the folder was deleted, others lock another file.
    pub fn is_current(&self) -> bool {
        match (self.file.metadata(), fs::metadata(&self.path)) {
            (Ok(held), Ok(named)) => is_same_file(&held, &named),
            _ => false,
        }
    }

    /// Writes the process id into the lock, for others to show; they can do without.
    fn sign(&mut self) {
        let _ = self.file.set_len(0);
        let _ = self.file.write_all(format!("{}\n", std::process::id()).as_bytes());
    }

    fn signature(&mut self) -> Option<u32> {
        let mut text = String::new();
        self.file.rewind().ok()?;
        (&self.file).take(POINTER_BYTES_MAX).read_to_string(&mut text).ok()?;
        text.trim().parse().ok()
    }
}

impl Drop for ProjectorLock {
    /// Unlocks explicitly: closing the file would leave it locked for as long as a process that is being started from
    /// this one holds a copy of it.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Whether the disk of this file has room; true if the system does not report it.
#[cfg(target_os = "linux")]
fn has_room(file: &Path) -> bool {
    rustix::fs::statvfs(file).map_or(true, |disk| disk.f_bavail.saturating_mul(disk.f_frsize) >= ROOM_BYTES)
}

#[cfg(not(target_os = "linux"))]
fn has_room(_: &Path) -> bool {
    true
}

#[cfg(unix)]
fn is_same_file(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// On other systems an open file cannot be deleted.
#[cfg(not(unix))]
fn is_same_file(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// On other systems a folder cannot be opened like a file.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}
