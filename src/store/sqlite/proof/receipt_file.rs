//! The receipt beside a store, which exposes a loss of its newest events.
//!
//! SQLite drops what is damaged at the end of its write-ahead log without a word: the store is whole then, and shorter.
//! So whoever commits writes down how far the store goes, before it is told to anybody as committed. A receipt that is
//! behind the store is as usual: it is written after the commit, and brought to the disk a little later. One that is
//! ahead of the store, or has another hash, means that something was lost or changed; from then on nothing is
//! appended, since the receipt would go on as if it had not been.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rusqlite::Connection;

use crate::store::sqlite::file::beside::with_suffix;
use crate::store::sqlite::proof::links::{self, Link, hash_at};
use crate::store::sqlite::proof::receipt::{RECEIPT_BYTES, Receipt};

/// How long the receipt may be on its way to the disk: a sync for each commit would double what a commit costs.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// How long to wait for another process that is writing the receipt, which takes some microseconds. After that the
/// receipt stays behind until the next commit.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often to look whether it has finished.
const LOOK_EVERY: Duration = Duration::from_micros(100);

/// The file beside a store. It is opened anew each time, so that one which a person has taken away is gone.
#[derive(Debug)]
pub(in crate::store::sqlite) struct ReceiptFile {
    path: PathBuf,
    /// The store that it is beside.
    beside: PathBuf,
    /// The id of the store.
    store: String,
    /// Since when something waits for a sync.
    waits_since: Option<Instant>,
    /// Whether it is left behind until a bulk of commits is on the disk, and the newest of them.
    in_bulk: Option<Option<Link>>,
    /// Why the last commit could not be written down.
    trouble: Option<anyhow::Error>,
}

/// Where the receipt of a store is.
pub fn path_of(store: &Path) -> PathBuf {
    with_suffix(store, "-receipt")
}

/// The receipt beside a store; `None` where there is none.
///
/// # Errors
/// It cannot be read, or is none.
pub fn beside(store: &Path) -> Result<Option<Receipt>> {
    let path = path_of(store);
    read(&path).with_context(|| format!("the receipt {} cannot be read", path.display()))
}

/// The receipt in a file; `None` where there is no file.
fn read(path: &Path) -> Result<Option<Receipt>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    // Somebody may be in the middle of writing a newer one.
    lock(|| file.try_lock_shared())?;
    let text = text_of(&mut file)?;
    // One that was made and never written: its making was interrupted.
    if text.is_empty() { Ok(None) } else { Ok(Some(Receipt::parse(&text)?)) }
}

/// As much of a file's text as a receipt has.
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

    /// Whether the store has all that the receipt says; to be asked inside a transaction, before anything is added.
    ///
    /// # Errors
    /// What the store does not have.
    pub(in crate::store::sqlite) fn check(&self, conn: &Connection, newest: Link) -> Result<()> {
        let advice = "`verify` tells more; to go on from what there is, remove the receipt";
        let path = self.path.display();
        let kept = read(&self.path).map_err(|why| {
            let is_of_system = why.is::<io::Error>();
            let advice =
                if is_of_system { "look at its permissions and at the disk, and try again" } else { advice };
            why.context(format!("nothing was written, for the receipt {path} cannot be read; {advice}"))
        })?;
        let Some(kept) = kept else { return Ok(()) };
        if kept.store != self.store {
            bail!("nothing was written, for the receipt {path} is of another store; {advice}");
        }
        let is_newest = kept.place == newest.place;
        let there = if is_newest { Some(newest.hash) } else { hash_at(conn, kept.place)? };
        if there == Some(kept.hash) {
            return Ok(());
        }
        let newest = newest.place;
        if newest < kept.place {
            bail!(
                "nothing was written, for the store had {} according to its receipt {path}, and has {newest} now: what \
                 came last was lost; {advice}",
                kept.place
            );
        }
        bail!(
            "nothing was written, for up to {} the store is not what it was according to its receipt {path}; {advice}",
            kept.place
        );
    }

    /// Writes down that the store goes as far as this link, which has been committed, unless somebody has written down more.
    /// What goes wrong is kept as trouble: what was committed is committed.
    pub(in crate::store::sqlite) fn keep(&mut self, newest: Link) {
        if let Some(committed) = &mut self.in_bulk {
            *committed = Some(newest);
            return;
        }
        let kept = self.write(newest).and_then(|()| self.sync_when_due());
        let path = self.path.display();
        self.trouble = kept
            .with_context(|| format!("what was committed was not written down in the receipt {path}"))
            .err();
    }

    /// From here to [`ReceiptFile::end_bulk`] commits are not on the disk yet, and so not written down.
    pub(in crate::store::sqlite) fn begin_bulk(&mut self) {
        self.in_bulk = Some(None);
    }

    /// From here on each commit is written down again; answers the newest of those that were not, if there was one.
    pub(in crate::store::sqlite) fn end_bulk(&mut self) -> Option<Link> {
        self.in_bulk.take().flatten()
    }

    /// Makes the receipt of a new store, whatever stands there.
    ///
    /// # Errors
    /// The disk's.
    pub(in crate::store::sqlite) fn begin(&mut self, conn: &Connection) -> Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => self.write(links::newest(conn)?),
        }
    }

    /// Why the last commit could not be written down, once.
    pub(in crate::store::sqlite) fn take_trouble(&mut self) -> Option<anyhow::Error> {
        self.trouble.take()
    }

    /// Brings to the disk what has waited for long enough.
    ///
    /// # Errors
    /// The disk's.
    pub(in crate::store::sqlite) fn sync_when_due(&mut self) -> Result<()> {
        self.sync_when_due_at(Instant::now())
    }

    fn sync_when_due_at(&mut self, now: Instant) -> Result<()> {
        if self.sync_due().is_some_and(|due| now >= due) { self.sync() } else { Ok(()) }
    }

    /// When there will be something to be brought to the disk; `None` while nothing waits.
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
        // The lock goes with the file when that is closed.
        lock(|| file.try_lock())?;
        let there = text_of(&mut file)?;
        if there.is_empty() {
            // Whoever may write to the store is to write to this as well.
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
                // A part of a receipt is none.
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
            // Without it the receipt is behind, as it may be.
            _ = self.sync();
        }
    }
}

/// Tries to lock until it is locked, or nobody would wait any longer.
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
    use crate::domain::chain::ChainHash;
    use crate::domain::event::GlobalPosition;
    use crate::store::sqlite::proof::receipt::LinkPlace;

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
    fn what_waits_is_brought_to_the_disk_when_it_is_due_and_not_before() {
        let (_folder, mut file) = receipt_file();
        assert_eq!(file.sync_due(), None);
        file.write(link(1, 1)).unwrap();
        let since = file.waits_since.unwrap();
        assert_eq!(file.sync_due(), Some(since + SYNC_EVERY));
        // A sync of what is not there fails: so it shows whether there was one.
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
    fn a_commit_brings_to_the_disk_what_has_waited_for_long() {
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
    fn one_who_is_writing_the_receipt_is_waited_for_and_not_for_ever() {
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
