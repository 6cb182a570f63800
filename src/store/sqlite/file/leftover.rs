//! Leftovers of a creation that was killed: an empty file, or one that SQLite is about to empty.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::store::sqlite::file::beside::with_suffix;

/// How a rollback journal begins that SQLite plays back.
const JOURNAL_MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// Where a rollback journal says how many pages its database had before.
const N_PAGES_BEFORE: std::ops::Range<usize> = 16..20;

/// Whether nothing is at the path but what the making of a store leaves that was killed. No byte is changed, and no file
/// that anybody has put something into is one.
pub(in crate::store::sqlite) fn is_one(path: &Path) -> bool {
    // Its own name: a link may lead to a file of somebody else's.
    let Ok(metadata) = fs::symlink_metadata(path) else { return false };
    let has_log = fs::metadata(with_suffix(path, "-wal")).is_ok_and(|log| log.len() > 0);
    metadata.is_file() && !has_log && (metadata.len() == 0 || was_empty_before(path))
}

/// Whether the journal beside a file says that there was nothing in it before what it takes back.
fn was_empty_before(path: &Path) -> bool {
    let mut head = [0; N_PAGES_BEFORE.end];
    let read =
        File::open(with_suffix(path, "-journal")).and_then(|mut journal| journal.read_exact(&mut head));
    read.is_ok() && head.starts_with(&JOURNAL_MAGIC) && head.get(N_PAGES_BEFORE) == Some(&[0; 4])
}
