//! The input of a log: a file or a pipe, compressed or not.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};

use crate::store::jsonl::formats::Format;
use crate::store::jsonl::packed::{MAGIC_BYTES, Peekable, Unpacked, is_packed};
use crate::store::jsonl::utf16::{ByteOrder, Utf16};

/// The path that means standard input.
const STDIN: &str = "-";

/// Bytes of a log's beginning that are kept, to check whether a file still begins with them.
const BEGINNING_KEPT_BYTES: usize = 4 * 1024;

/// Bytes read from a file at once.
const READ_BYTES: usize = 256 * 1024;

/// A log that can be opened.
pub enum LogInput {
    /// A file, which can be read again from its beginning.
    File(PathBuf),
    /// Bytes that can be read once, such as standard input.
    Stream {
        /// Its name, in messages and in the store.
        name: String,
        /// The bytes, compressed or not.
        bytes: Box<dyn Read + Send>,
    },
}

/// A log that is being read.
pub struct OpenLog {
    /// Its text, decompressed, in UTF-8.
    pub text: Box<dyn Read + Send>,
    /// Bytes of the file read so far, counted as they are in the file (compressed).
    pub n_read: Arc<AtomicU64>,
    /// The file's length in bytes, if the log is a file.
    pub n_total: Option<u64>,
    /// Whether the log is compressed.
    pub is_packed: bool,
    /// Bytes after the compressed data that were skipped so far, zeros not counted.
    pub n_behind: Arc<AtomicU64>,
    /// The first bytes read, as they are in the file (compressed).
    pub beginning: FirstBytes,
}

/// The first bytes read from a log, shared with its reader.
#[derive(Clone, Debug, Default)]
pub struct FirstBytes(Arc<Mutex<Vec<u8>>>);

impl FirstBytes {
    /// Whether the file at a path begins with these bytes; false if it cannot be read.
    pub fn is_of(&self, path: &Path) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(kept.len() as u64).read_to_end(&mut bytes));
        read.is_ok() && bytes == *kept
    }

    fn extend(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = BEGINNING_KEPT_BYTES.saturating_sub(kept.len());
        kept.extend(bytes.iter().take(room));
    }
}

/// The identity of the file at a path, and its length.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FileIdentity {
    /// The device that it is on; 0 if the system does not report it.
    pub device: u64,
    /// Its inode number on the device; 0 if the system does not report it.
    pub number: u64,
    /// Its length in bytes.
    pub n_bytes: u64,
}

impl FileIdentity {
    /// The file of a log; `None` for a stream, or if there is no file.
    pub fn of(input: &LogInput) -> Option<Self> {
        match input {
            LogInput::File(path) => Self::at(path).ok(),
            LogInput::Stream { .. } => None,
        }
    }

    /// The file at a path.
    ///
    /// # Errors
    /// There is no such file, or its metadata may not be read.
    pub fn at(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        let n_bytes = metadata.len();
        #[cfg(unix)]
        let (device, number) = {
            use std::os::unix::fs::MetadataExt;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let (device, number) = (0, 0);
        Ok(Self { device, number, n_bytes })
    }

    /// Whether it is the same file, whatever its length.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.number) == (other.device, other.number)
    }
}

impl LogInput {
    /// The log at this path; `-` is standard input.
    ///
    /// # Errors
    /// There is no such file, it is a folder, or it may not be read.
    pub fn at(path: &Path) -> Result<Self> {
        let name = stream_name(path);
        let metadata = fs::metadata(path);
        if path == Path::new(STDIN) || (is_stdin(path) && !metadata.as_ref().is_ok_and(fs::Metadata::is_file))
        {
            return Ok(Self::Stream { name, bytes: Box::new(io::stdin()) });
        }
        let shown = path.display();
        let kind = metadata.with_context(|| format!("the log {shown} cannot be opened"))?.file_type();
        if kind.is_dir() {
            bail!("{shown} is a folder, not a log");
        }
        if kind.is_file() {
            return Ok(Self::File(path.to_owned()));
        }
        let is_socket = is_socket(kind);
        let file = (!is_socket).then(|| opened(path)).transpose()?;
        match file.filter(|file| is_pipe(kind) || file.is_terminal()) {
            // A named pipe (`<(zcat …)`) is read once, too.
            Some(file) => Ok(Self::Stream { name, bytes: Box::new(file) }),
            None if is_socket => bail!("{shown} is a socket, not a log"),
            None => bail!("{shown} is a device, not a log: its end may never come"),
        }
    }

    /// Its name in messages.
    pub fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stream { name, .. } => name.clone(),
        }
    }

    /// Its name in a store: for a file, the name without the folder.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => {
                path.file_name().map_or_else(|| self.shown(), |name| name.to_string_lossy().into_owned())
            }
            Self::Stream { name, .. } => name.clone(),
        }
    }

    /// The same log, to be opened elsewhere. A stream's bytes move there.
    pub fn to_be_read(&mut self) -> Self {
        match self {
            Self::File(path) => Self::File(path.clone()),
            Self::Stream { name, bytes } => {
                Self::Stream { name: name.clone(), bytes: std::mem::replace(bytes, Box::new(AlreadyRead)) }
            }
        }
    }

    /// Opens the log, a file at its beginning. A stream opens once.
    ///
    /// # Errors
    /// Those of [`LogInput::at`]; a stream that was opened before.
    pub fn open(&mut self) -> Result<OpenLog> {
        match self {
            Self::File(path) => {
                let file = opened(path)?;
                let n_total = file.metadata().ok().map(|metadata| metadata.len());
                let failed = || format!("{} cannot be read", path.display());
                unpacked(Box::new(file), n_total, Some(path)).with_context(failed)
            }
            Self::Stream { name, bytes } => {
                let bytes = std::mem::replace(bytes, Box::new(AlreadyRead));
                unpacked(bytes, None, None).with_context(|| format!("{name} cannot be read"))
            }
        }
    }
}

/// Whether the path is a stream, which can be read only once: standard input, a pipe, and anything else that is neither
/// a file nor a folder. The path is not opened to find out, because bytes taken from a pipe are gone.
pub fn is_stream(path: &Path) -> bool {
    let is_other = |metadata: fs::Metadata| !metadata.is_file() && !metadata.is_dir();
    path == Path::new(STDIN) || fs::metadata(path).map_or_else(|_| is_stdin(path), is_other)
}

/// The name of a stream in messages.
pub fn stream_name(path: &Path) -> String {
    if path == Path::new(STDIN) || is_stdin(path) {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

/// Whether it is one of the system's names for standard input. These cannot be opened if standard input is a socket.
pub fn is_stdin(path: &Path) -> bool {
    ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].iter().any(|name| path == Path::new(name))
}

#[cfg(unix)]
fn is_pipe(kind: fs::FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(unix)]
fn is_socket(kind: fs::FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_socket(&kind)
}

#[cfg(not(unix))]
fn is_pipe(_: fs::FileType) -> bool {
    true
}

#[cfg(not(unix))]
fn is_socket(_: fs::FileType) -> bool {
    false
}

fn opened(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("the log {} cannot be opened", path.display()))
}

/// Decompresses the bytes if their beginning says that they are compressed. `file` is the name of their file, if they
/// have one.
fn unpacked(bytes: Box<dyn Read + Send>, n_total: Option<u64>, file: Option<&Path>) -> Result<OpenLog> {
    let (n_read, n_behind) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let beginning = FirstBytes::default();
    let counted = CountingReader { bytes, n_read: Arc::clone(&n_read), beginning: beginning.clone() };
    let mut bytes = Peekable::new(counted, READ_BYTES);
    let is_packed = is_packed(bytes.peek(MAGIC_BYTES)?);
    let mut text: Peekable<Box<dyn Read + Send>> = if is_packed {
        let unpacked = Unpacked::new(bytes, Arc::clone(&n_read), Arc::clone(&n_behind));
        Peekable::new(Box::new(unpacked), READ_BYTES)
    } else {
        Peekable::new(Box::new(bytes), READ_BYTES)
    };
    // An error in the compressed data is reported by the read that meets it.
    let start = text.peek(MAGIC_BYTES).unwrap_or_default();
    if is_packed && self::is_packed(start) {
        bail!("it is compressed twice; decompress it once, and read that with `foldback -`");
    }
    if let Some(format) = Format::of(start) {
        bail!(format.sentence(file));
    }
    let text: Box<dyn Read + Send> = match ByteOrder::of(start) {
        Some(order) => Box::new(Utf16::new(text, order)),
        None => Box::new(text),
    };
    Ok(OpenLog { text, n_read, n_total, is_packed, n_behind, beginning })
}

/// Counts the bytes that pass, and keeps the first of them.
struct CountingReader {
    bytes: Box<dyn Read + Send>,
    n_read: Arc<AtomicU64>,
    beginning: FirstBytes,
}

impl Read for CountingReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(into)?;
        if self.n_read.fetch_add(n as u64, Ordering::Relaxed) < BEGINNING_KEPT_BYTES as u64 {
            self.beginning.extend(into.get(..n).unwrap_or_default());
        }
        Ok(n)
    }
}

/// The rest of a stream that is being read already.
struct AlreadyRead;

impl Read for AlreadyRead {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("it has been read already, and can be read only once"))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn text_of(bytes: Vec<u8>) -> Result<String> {
        let mut input = LogInput::Stream { name: "t".to_owned(), bytes: Box::new(Cursor::new(bytes)) };
        let mut text = String::new();
        input.open()?.text.read_to_string(&mut text)?;
        Ok(text)
    }

    fn zst(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).unwrap()
    }

    #[test]
    fn a_packed_log_is_known_by_its_first_bytes_and_one_of_another_kind_too() {
        for plain in [&b""[..], b"\x1f", b"x", b"plain"] {
            assert_eq!(text_of(plain.to_vec()).unwrap().as_bytes(), plain);
            assert_eq!(text_of(zst(plain)).unwrap().as_bytes(), plain);
        }
        let why = |bytes: &[u8]| format!("{:#}", text_of(bytes.to_vec()).unwrap_err());
        let bzip2 =
            "t cannot be read: it is compressed with bzip2; this reads it: `bzip2 -dc FILE | foldback -`";
        assert_eq!(why(b"BZh9"), bzip2);
        assert_eq!(why(&zst(b"BZh9")), bzip2);
        let twice =
            "t cannot be read: it is compressed twice; decompress it once, and read that with `foldback -`";
        assert_eq!(why(&zst(&zst(b"text"))), twice);
    }

    #[test]
    fn a_missing_file_and_a_folder_are_no_logs() {
        let folder = tempfile::tempdir().unwrap();
        let why = |path: &Path| LogInput::at(path).err().unwrap().to_string();
        assert!(why(folder.path()).ends_with("is a folder, not a log"));
        let socket = folder.path().join("socket");
        let _listens = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert!(why(&socket).ends_with("is a socket, not a log"));
        for device in ["/dev/zero", "/dev/null"] {
            assert!(why(Path::new(device)).ends_with("is a device, not a log: its end may never come"));
        }
        assert!(why(&folder.path().join("none.jsonl")).ends_with("none.jsonl cannot be opened"));
    }
}
