//! The disk space of a query's temporary files.
//!
//! SQLite has no limit for them. It removes their names as soon as it has opened them, so they are open files without a
//! name. Those that were opened after the question began are counted.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The folder with a process's open files. Without such a folder the files are not seen, and only the deadline bounds
/// them.
const OPEN_FILES: &str = "/dev/fd";

/// The shortest interval between two checks: a check takes some 50 µs, and a disk writes a few MiB in this time.
const INTERVAL: Duration = Duration::from_millis(5);

/// The identity of a file: its device, its inode number, and its name when it was opened, if the system reports that.
/// An inode number is reused as soon as its file is gone, possibly between two checks; the names that SQLite makes up
/// are not.
type FileId = (u64, u64, Option<PathBuf>);

/// Watches the unnamed files that this process opens from now on; their total size is bounded.
#[derive(Debug)]
pub struct TempSpace {
    /// Files that were open at the beginning.
    others: HashMap<FileId, u64>,
    checked_at: Instant,
    n_bytes_max: u64,
}

impl TempSpace {
    /// Allows new files to take up to `n_bytes_max` bytes.
    pub fn new(n_bytes_max: u64) -> Self {
        Self { others: open_files(|_| true), checked_at: Instant::now(), n_bytes_max }
    }

    /// Whether the limit is exceeded. Cheap, because most calls do not check the files.
    pub fn is_exceeded(&mut self, now: Instant) -> bool {
        if now.duration_since(self.checked_at) < INTERVAL {
            return false;
        }
        self.checked_at = now;
        self.n_bytes() > self.n_bytes_max
    }

    fn n_bytes(&mut self) -> u64 {
        let open = open_files(|_| true);
        self.others.retain(|file, _| open.contains_key(file));
        let nameless = open_files(|metadata| metadata.nlink() == 0);
        nameless.iter().filter(|(file, _)| !self.others.contains_key(file)).map(|(_, n_bytes)| n_bytes).sum()
    }
}

/// The open files of this process, and their lengths.
fn open_files(is_wanted: impl Fn(&fs::Metadata) -> bool) -> HashMap<FileId, u64> {
    let Ok(descriptors) = fs::read_dir(OPEN_FILES) else { return HashMap::new() };
    let file = |descriptor: PathBuf| {
        let metadata = fs::metadata(&descriptor).ok()?;
        let id = (metadata.dev(), metadata.ino(), fs::read_link(&descriptor).ok());
        (metadata.is_file() && is_wanted(&metadata)).then_some((id, metadata.len()))
    };
    descriptors.filter_map(|descriptor| file(descriptor.ok()?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// On most disks the second file gets the inode number of the first one.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_is_counted_whose_number_was_another_files_before() {
        let folder = tempfile::tempdir().unwrap();
        let nameless = |name: &str| {
            let path = folder.path().join(name);
            let file = fs::File::create_new(&path).unwrap();
            fs::remove_file(path).unwrap();
            file
        };
        let before = nameless("before");
        let mut space = TempSpace::new(u64::MAX);
        let n_others = space.n_bytes();
        drop(before);
        let mut after = nameless("after");
        after.write_all(&[0; 5000]).unwrap();
        assert!(space.n_bytes() >= n_others + 5000);
    }

    #[test]
    fn files_without_a_name_are_counted_that_were_opened_later() {
        let mut before = tempfile::tempfile().unwrap();
        before.write_all(&[0; 5000]).unwrap();
        let mut space = TempSpace::new(2000);
        let mut named = tempfile::NamedTempFile::new().unwrap();
        named.write_all(&[0; 5000]).unwrap();
        let n_others = space.n_bytes();
        let mut after = tempfile::tempfile().unwrap();
        after.write_all(&[0; 1000]).unwrap();
        assert!(space.n_bytes() >= n_others + 1000);
        assert!(space.n_bytes() < n_others + 5000);
        let later = Instant::now() + 2 * INTERVAL;
        assert!(!space.is_exceeded(later));
        after.write_all(&[0; 1001]).unwrap();
        assert!(!space.is_exceeded(later), "it does not look again at once");
        assert!(space.is_exceeded(later + INTERVAL));
    }
}
