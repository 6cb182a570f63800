//! The identity of the open file: whether its path still leads to it.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use crate::store::sqlite::file::beside::with_suffix;

/// The file of an open store: its identity, and its size when it was opened. A store never shrinks.
#[derive(Debug)]
pub(in crate::store::sqlite) struct Identity {
    path: PathBuf,
    file: Option<FileNumber>,
    n_bytes: u64,
    /// The write-ahead log and its identity, if it is the same file as long as the store is open.
    log: Option<(PathBuf, FileNumber)>,
}

/// The identity of a file: its device and its inode number.
type FileNumber = (u64, u64);

impl Identity {
    /// The store's file at this path, which has just been opened.
    pub(in crate::store::sqlite) fn of(path: &Path) -> Self {
        let there = attributes(path).ok();
        let file = there.as_ref().and_then(|there| there.number);
        let n_bytes = there.map_or(0, |there| there.n_bytes);
        Self { path: path.to_owned(), file, n_bytes, log: None }
    }

    /// The same with the write-ahead log, for writers, which keep SQLite from removing the log.
    pub(in crate::store::sqlite) fn with_log(path: &Path) -> Self {
        let log = with_suffix(path, "-wal");
        let which = attributes(&log).ok().and_then(|there| there.number);
        Self { log: which.map(|which| (log, which)), ..Self::of(path) }
    }

    /// Checks that the files exist, are the same and have not been truncated. One or two calls of the system, without
    /// locks: some microseconds.
    ///
    /// # Errors
    /// A sentence that says what became of them, and what to do.
    pub(in crate::store::sqlite) fn check(&self) -> Result<()> {
        self.check_found(found(&self.path))
    }

    /// The same, and that the file has only this name. Call it before anything is written, because commits are tied to
    /// this name.
    ///
    /// # Errors
    /// See [`Identity::check`].
    pub(in crate::store::sqlite) fn check_before_writing(&self) -> Result<()> {
        let found = found(&self.path);
        if let FileFound::File(Attributes { n_names, .. }) = found
            && n_names > 1
        {
            return Err(anyhow!("nothing was written: {}", other_names(&self.path, n_names)));
        }
        self.check_found(found)
    }

    fn check_found(&self, found: FileFound) -> Result<()> {
        let path = self.path.display();
        match found {
            FileFound::Nothing => Err(anyhow!(
                "{path} is no longer there: it was deleted or moved while it was open, and nothing more is written to it; \
                 open it where it is now, or go back to a copy of it"
            )),
            FileFound::File(there) if there.number != self.file => Err(anyhow!(
                "{path} is another file now: it was replaced while it was open, and nothing more is written to it; open \
                 it again"
            )),
            FileFound::File(there) if there.n_bytes < self.n_bytes => Err(anyhow!(
                "{path} was cut while it was open, and nothing more is written to it; go back to a copy of it"
            )),
            FileFound::File(_) | FileFound::Unknown => self.check_log(),
        }
    }

    fn check_log(&self) -> Result<()> {
        let Some((log, which)) = &self.log else { return Ok(()) };
        match found(log) {
            FileFound::File(there) if there.number == Some(*which) => Ok(()),
            FileFound::Unknown => Ok(()),
            FileFound::File(_) | FileFound::Nothing => Err(anyhow!(
                "{}, which holds the newest events, was deleted or replaced while the store was open, and nothing more is \
                 written to it; open the store again, see which events are there, or go back to a copy of it",
                log.display()
            )),
        }
    }
}

/// The sentence for a file with several names: SQLite keeps the newest events beside the name by which the file is
/// opened. (A symbolic link is not a name of its own: it is followed first.)
pub(in crate::store::sqlite) fn other_names(path: &Path, n_names: u64) -> String {
    let path = path.display();
    format!(
        "{path} has {n_names} names (hard links), and events written through one of them are not seen through another and can be lost; \
         remove the other names (find / -samefile {path}), or copy the store"
    )
}

/// Number of names of a file; 1 if the system does not report it.
pub(in crate::store::sqlite) fn n_names(path: &Path) -> u64 {
    attributes(path).map_or(1, |there| there.n_names)
}

enum FileFound {
    File(Attributes),
    Nothing,
    /// The system does not report it; reading or writing will show why.
    Unknown,
}

/// The attributes of a file.
struct Attributes {
    number: Option<FileNumber>,
    n_bytes: u64,
    n_names: u64,
}

fn found(path: &Path) -> FileFound {
    match attributes(path) {
        Ok(attributes) => FileFound::File(attributes),
        Err(error) if error.kind() == ErrorKind::NotFound => FileFound::Nothing,
        Err(_) => FileFound::Unknown,
    }
}

/// Does not ask for a file's times: since Linux 6.13 a write to a file whose times were queried sets them to the
/// nanosecond, which the next sync has to bring to the disk. That makes a commit a quarter slower.
#[cfg(target_os = "linux")]
fn attributes(path: &Path) -> io::Result<Attributes> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    let wanted = StatxFlags::INO | StatxFlags::SIZE | StatxFlags::NLINK;
    let found = statx(CWD, path, AtFlags::empty(), wanted)?;
    let device = u64::from(found.stx_dev_major) << 32 | u64::from(found.stx_dev_minor);
    let number = Some((device, found.stx_ino));
    Ok(Attributes { number, n_bytes: found.stx_size, n_names: u64::from(found.stx_nlink) })
}

#[cfg(all(unix, not(target_os = "linux")))]
fn attributes(path: &Path) -> io::Result<Attributes> {
    use std::os::unix::fs::MetadataExt;
    let found = std::fs::metadata(path)?;
    Ok(Attributes { number: Some((found.dev(), found.ino())), n_bytes: found.len(), n_names: found.nlink() })
}

/// On other systems an open file can be neither deleted nor replaced.
#[cfg(not(unix))]
fn attributes(path: &Path) -> io::Result<Attributes> {
    Ok(Attributes { number: None, n_bytes: std::fs::metadata(path)?.len(), n_names: 1 })
}
