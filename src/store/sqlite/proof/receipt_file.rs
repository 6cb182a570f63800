//! The receipt beside a store, which exposes a loss of its newest events.
//!
//! SQLite silently drops damage at the end of its write-ahead log: the store is intact then, and shorter. So each
//! commit records how far the store goes before the commit is acknowledged to anybody. A receipt that is behind the
//! store is normal: it is written after the commit, and synced a little later. One that is ahead of the store, or has
//! another hash, means that something was lost or changed. From then on nothing is appended, because a newer receipt
//! would hide that.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rusqlite::Connection;

use crate::store::proof::receipt::{RECEIPT_BYTES, Receipt};
use crate::store::sqlite::file::beside::with_suffix;
use crate::store::sqlite::proof::links::{self, Link, hash_at};

/// How long the receipt may wait for its sync: a sync for each commit would double the cost of a commit.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// How long to wait for another process that is writing the receipt, which takes some microseconds. After that the
/// receipt stays behind until the next commit.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often to retry in the meantime.
const LOOK_EVERY: Duration = Duration::from_micros(100);

/// The receipt file of a store. It is opened each time, so that a file that the user has removed is noticed.
#[derive(Debug)]
pub(in crate::store::sqlite) struct ReceiptFile {
    path: PathBuf,
    /// The path of the store.
    beside: PathBuf,
    /// The id of the store.
    store: String,
    /// The time since which something waits for a sync.
    waits_since: Option<Instant>,
    /// During a bulk of commits, the newest of them; the receipt is updated when they are on the disk.
    in_bulk: Option<Option<Link>>,
    /// Why the last commit could not be recorded.
    trouble: Option<anyhow::Error>,
}

/// The path of a store's receipt.
pub fn path_of(store: &Path) -> PathBuf {
    with_suffix(store, "-receipt")
}

/// The receipt beside a store; `None` if there is none.
///
/// # Errors
/// It cannot be read, or is not a receipt.
pub fn beside(store: &Path) -> Result<Option<Receipt>> {
    let path = path_of(store);
    read(&path).with_context(|| format!("the receipt {} cannot be read", path.display()))
}

/// The receipt in a file; `None` if there is no file.
fn read(path: &Path) -> Result<Option<Receipt>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    // Another process may be writing a newer one.
    lock(|| file.try_lock_shared())?;
    let text = text_of(&mut file)?;
    // An empty file: its creation was interrupted.
    if text.is_empty() { Ok(None) } else { Ok(Some(Receipt::parse(&text)?)) }
}

/// The beginning of a file, as long as a receipt.
fn text_of(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::with_capacity(RECEIPT_BYTES);
    Read::by_ref(file).take(RECEIPT_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl ReceiptFile {
    pub(in crate::store::sqlite) fn of(store: &Path, id: &str) -> Self {
        Self {
            path: path_of(store),
            beside: store.to_owned(),
            store: id.to_owned(),
            waits_since: None,
            in_bulk: None,
            trouble: None,
        }
    }

    /// Checks that the store has everything that the receipt covers. Call it inside a transaction, before anything is
    /// added.
    ///
    /// # Errors
    /// The part that the store does not have.
    pub(in crate::store::sqlite) fn check(&self, conn: &Connection, newest: Link) -> Result<()> {
        let advice =
            "`foldback verify` reports more; to continue with the events that are left, remove the receipt";
        let path = self.path.display();
        let kept = read(&self.path).map_err(|why| {
            let is_of_system = why.is::<io::Error>();
            let advice =
                if is_of_system { "check its permissions and the disk, and try again" } else { advice };
            why.context(format!("nothing was written: the receipt {path} cannot be read; {advice}"))
        })?;
        let Some(kept) = kept else { return Ok(()) };
        if kept.store != self.store {
            bail!("nothing was written: the receipt {path} is of another store; {advice}");
        }
        let is_newest = kept.place == newest.place;
        let there = if is_newest { Some(newest.hash) } else { hash_at(conn, kept.place)? };
        if there == Some(kept.hash) {
            return Ok(());
        }
        let newest = newest.place;
        if newest < kept.place {
            bail!(
                "nothing was written: the store had {} according to its receipt {path}, and has {newest} now: the newest part was lost; {advice}",
                kept.place
            );
        }
        bail!(
            "nothing was written: up to {} the store differs from its receipt {path}; {advice}",
            kept.place
        );
    }

    /// Records that the store goes up to this committed link, unless a later one is recorded. An error is kept as
    /// trouble, because the commit itself succeeded.
    pub(in crate::store::sqlite) fn keep(&mut self, newest: Link) {
        if let Some(committed) = &mut self.in_bulk {
            *committed = Some(newest);
            return;
        }
        let kept = self.write(newest).and_then(|()| self.sync_when_due());
        let path = self.path.display();
        self.trouble =
            kept.with_context(|| format!("the last commit was not recorded in the receipt {path}")).err();
    }

    /// From here to [`ReceiptFile::end_bulk`] commits are not on the disk yet, and so are not recorded.
    pub(in crate::store::sqlite) fn begin_bulk(&mut self) {
        self.in_bulk = Some(None);
    }

    /// From here on each commit is recorded again. Returns the newest one that was not, if any.
    pub(in crate::store::sqlite) fn end_bulk(&mut self) -> Option<Link> {
        self.in_bulk.take().flatten()
    }

    /// Creates the receipt of a new store, replacing any file in its place.
    ///
    /// # Errors
    /// Errors of the disk.
    pub(in crate::store::sqlite) fn begin(&mut self, conn: &Connection) -> Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => self.write(links::newest(conn)?),
        }
    }

    /// Why the last commit could not be recorded; reported once.
    pub(in crate::store::sqlite) fn take_trouble(&mut self) -> Option<anyhow::Error> {
        self.trouble.take()
    }

    /// Syncs the receipt to the disk, if it has waited for long enough.
    ///
    /// # Errors
    /// Errors of the disk.
    pub(in crate::store::sqlite) fn sync_when_due(&mut self) -> Result<()> {
        self.sync_when_due_at(Instant::now())
    }

    fn sync_when_due_at(&mut self, now: Instant) -> Result<()> {
        if self.sync_due().is_some_and(|due| now >= due) { self.sync() } else { Ok(()) }
    }

    /// When there will be something to sync; `None` if nothing waits.
    pub(in crate::store::sqlite) fn sync_due(&self) -> Option<Instant> {
        self.waits_since.map(|since| since + SYNC_EVERY)
    }

    fn sync(&mut self) -> Result<()> {
        OpenOptions::new().write(true).open(&self.path)?.sync_data()?;
        self.waits_since = None;
        Ok(())
    }

    fn write(&mut self, Link { place, hash }: Link) -> Result<()> {
        let receipt = Receipt { store: self.store.clone(), place, hash };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.path)?;
        // The lock is released when the file is closed.
        lock(|| file.try_lock())?;
        let there = text_of(&mut file)?;
        if there.is_empty() {
            // Everybody who may write to the store has to be able to write to the receipt as well.
            file.set_permissions(fs::metadata(&self.beside)?.permissions())?;
        } else {
            let there = Receipt::parse(&there)?;
            if there.store != self.store {
                bail!("it has become another store's");
            }
            if there.place >= place {
                return Ok(());
            }
        }
        file.seek(SeekFrom::Start(0))?;
        if let Err(error) = file.write_all(receipt.to_string().as_bytes()) {
            if there.is_empty() {
                // A part of a receipt is useless.
                _ = file.set_len(0);
            }
            return Err(error.into());
        }
        self.waits_since.get_or_insert_with(Instant::now);
        Ok(())
    }
}

impl Drop for ReceiptFile {
    fn drop(&mut self) {
        if self.waits_since.is_some() {
            // Without the sync the receipt is behind, which is normal.
            _ = self.sync();
        }
    }
}

/// Retries until the lock is taken or the patience is over.
fn lock(try_lock: impl Fn() -> Result<(), TryLockError>) -> io::Result<()> {
    let since = Instant::now();
    loop {
        match try_lock() {
            Err(TryLockError::WouldBlock) if since.elapsed() < PATIENCE => thread::sleep(LOOK_EVERY),
            Err(error) => return Err(error.into()),
            Ok(()) => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::domain::event::GlobalPosition;
    use crate::domain::hash::ChainHash;
    use crate::store::proof::receipt::LinkPlace;

    const STORE: &str = "018cc255-f215-7ca5-85e7-bb0f12278575";

    /// The receipt file of a store that is an empty file.
    fn receipt_file() -> (TempDir, ReceiptFile) {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("bank.db");
        fs::write(&store, "").unwrap();
        (folder, ReceiptFile::of(&store, STORE))
    }

    fn link(position: u64, hash: u8) -> Link {
        let place = LinkPlace { position: GlobalPosition::new(position), mapping: 0 };
        Link { place, hash: ChainHash([hash; 32]) }
    }

    fn kept(file: &ReceiptFile) -> (u64, ChainHash) {
        let Receipt { place, hash, .. } = read(&file.path).unwrap().unwrap();
        (place.position.number(), hash)
    }

    #[test]
    fn an_older_receipt_never_takes_the_place_of_a_newer_one() {
        let (_folder, mut file) = receipt_file();
        for (written, there) in [((2, 2), (2, 2)), ((1, 1), (2, 2)), ((2, 3), (2, 2)), ((3, 3), (3, 3))] {
            file.write(link(written.0, written.1)).unwrap();
            assert_eq!(kept(&file), (there.0, ChainHash([there.1; 32])), "after {written:?}");
        }
    }

    #[test]
    fn a_waiting_receipt_is_synced_when_due_and_not_before() {
        let (_folder, mut file) = receipt_file();
        assert_eq!(file.sync_due(), None);
        file.write(link(1, 1)).unwrap();
        let since = file.waits_since.unwrap();
        assert_eq!(file.sync_due(), Some(since + SYNC_EVERY));
        // A sync of a missing file fails, which shows whether there was one.
        fs::remove_file(&file.path).unwrap();
        file.sync_when_due_at(since + SYNC_EVERY - Duration::from_nanos(1)).unwrap();
        assert_eq!(file.waits_since, Some(since));
        file.sync_when_due_at(since + SYNC_EVERY).unwrap_err();
        assert_eq!(file.waits_since, Some(since), "it still waits");
        file.write(link(1, 1)).unwrap();
        file.sync_when_due_at(since + SYNC_EVERY).unwrap();
        assert_eq!(file.sync_due(), None, "nothing waits once it is there");
    }

    #[test]
    fn a_commit_syncs_a_receipt_that_has_waited_for_long() {
        let (_folder, mut file) = receipt_file();
        let long_ago = Instant::now().checked_sub(SYNC_EVERY).unwrap();
        file.waits_since = Some(long_ago);
        file.keep(link(1, 1));
        assert_eq!((file.take_trouble().is_none(), file.waits_since), (true, None));
        file.keep(link(2, 2));
        assert!(file.waits_since.is_some_and(|since| since > long_ago), "the next one waits anew");
        assert_eq!(kept(&file).0, 2);
    }

    #[test]
    fn another_writer_of_the_receipt_is_awaited_but_not_forever() {
        let n_looks = std::cell::Cell::new(0);
        let look = |n_held: u32| {
            n_looks.set(n_looks.get() + 1);
            if n_looks.get() <= n_held { Err(TryLockError::WouldBlock) } else { Ok(()) }
        };
        lock(|| look(2)).unwrap();
        assert_eq!(n_looks.take(), 3);
        assert_eq!(lock(|| look(u32::MAX)).unwrap_err().kind(), ErrorKind::WouldBlock);
    }

    #[test]
    fn a_receipt_of_another_store_is_not_overwritten() {
        let (folder, mut file) = receipt_file();
        file.write(link(1, 1)).unwrap();
        let mut other =
            ReceiptFile::of(&folder.path().join("bank.db"), "018cc255-0000-7ca5-85e7-bb0f12278575");
        other.keep(link(2, 2));
        let trouble = format!("{:#}", other.take_trouble().unwrap());
        assert!(trouble.ends_with("it has become another store's"), "{trouble}");
        assert_eq!(kept(&file).0, 1);
    }
}
