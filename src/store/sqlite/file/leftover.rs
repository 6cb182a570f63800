//! Leftovers of a creation that was killed: an empty file, or one that SQLite is about to empty.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::store::sqlite::file::beside::with_suffix;

/// The first bytes of a rollback journal that SQLite would play back.
const JOURNAL_MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// The bytes of a rollback journal with the previous number of pages.
const N_PAGES_BEFORE: std::ops::Range<usize> = 16..20;

/// Whether the file at the path is a leftover of a creation that was killed. No byte is changed, and no file with
/// content of anybody's is taken for a leftover.
pub(in crate::store::sqlite) fn is_one(path: &Path) -> bool {
    // The name itself: a link may lead to somebody else's file.
    let Ok(metadata) = fs::symlink_metadata(path) else { return false };
    let has_log = fs::metadata(with_suffix(path, "-wal")).is_ok_and(|log| log.len() > 0);
    metadata.is_file() && !has_log && (metadata.len() == 0 || was_empty_before(path))
}

/// Whether the journal beside a file says that the file was empty before.
fn was_empty_before(path: &Path) -> bool {
    let mut head = [0; N_PAGES_BEFORE.end];
    let read =
        File::open(with_suffix(path, "-journal")).and_then(|mut journal| journal.read_exact(&mut head));
    read.is_ok() && head.starts_with(&JOURNAL_MAGIC) && head.get(N_PAGES_BEFORE) == Some(&[0; 4])
}
