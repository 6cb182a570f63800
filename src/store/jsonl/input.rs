//! Where the bytes of a log come from: a file or a stream, gzipped or not.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail};
use flate2::bufread::MultiGzDecoder;

/// How a gzipped file begins.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// How many times longer than the bytes that it comes in a gzipped text may be. Logs get to be some twenty times shorter,
/// those of few words a hundred times; a thousand times is what gzip can do at most, and what is made to fill a disk does.
pub const UNPACKED_RATIO_MAX: u64 = 250;

/// How long a text may be whatever it was packed into, in bytes: less than this fills no disk.
pub const UNPACKED_BYTES_FREE: u64 = 256 * 1024 * 1024;

/// How much is read from a file at once.
const READ_BYTES: usize = 256 * 1024;

/// A log to be read.
pub enum LogInput {
    /// A file, which can be read again from its beginning.
    File(PathBuf),
    /// Bytes that come once, such as standard input.
    Stream {
        /// What messages and the store call it.
        name: String,
        /// The bytes, gzipped or not.
        bytes: Box<dyn Read + Send>,
    },
}

/// A log that is being read.
pub struct OpenLog {
    /// Its text, unpacked.
    pub text: Box<dyn Read + Send>,
    /// How many bytes of the file have been read, packed as they are.
    pub n_read: Arc<AtomicU64>,
    /// How many bytes the file has, where it is one.
    pub n_total: Option<u64>,
    /// Whether the bytes are gzipped.
    pub is_packed: bool,
}

/// Which file stands at a path, and how long it is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FileIdentity {
    /// The device that it is on; 0 where the system does not say.
    pub device: u64,
    /// Its number there; 0 where the system does not say.
    pub number: u64,
    /// How many bytes it has.
    pub n_bytes: u64,
}

impl FileIdentity {
    /// The file of a log; `None` for a stream, and where there is no file.
    pub fn of(input: &LogInput) -> Option<Self> {
        match input {
            LogInput::File(path) => Self::at(path).ok(),
            LogInput::Stream { .. } => None,
        }
    }

    /// The file at a path.
    ///
    /// # Errors
    /// No such file, or one that may not be looked at.
    pub fn at(path: &Path) -> io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
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

    /// Whether it is the same file, however long.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.number) == (other.device, other.number)
    }
}

impl LogInput {
    /// The log at this path; `-` is standard input.
    ///
    /// # Errors
    /// No such file, a folder, a file that may not be read.
    pub fn at(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::Stream { name: "standard input".to_owned(), bytes: Box::new(io::stdin()) });
        }
        let file = opened(path)?;
        // A pipe by a name (`<(zcat …)`) is read once, too.
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Ok(Self::Stream { name: path.display().to_string(), bytes: Box::new(file) });
        }
        Ok(Self::File(path.to_owned()))
    }

    /// What messages call it.
    pub fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stream { name, .. } => name.clone(),
        }
    }

    /// What a store calls it: of a file its name without the folder.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => {
                path.file_name().map_or_else(|| self.shown(), |name| name.to_string_lossy().into_owned())
            }
            Self::Stream { name, .. } => name.clone(),
        }
    }

    /// Opens it, a file at its beginning. A stream opens once.
    ///
    /// # Errors
    /// See [`LogInput::at`]; a stream that was opened before.
    pub fn open(&mut self) -> Result<OpenLog> {
        match self {
            Self::File(path) => {
                let file = opened(path)?;
                let n_total = file.metadata().ok().map(|metadata| metadata.len());
                let failed = || format!("{} cannot be read", path.display());
                unpacked(Box::new(file), n_total).with_context(failed)
            }
            Self::Stream { name, bytes } => {
                let bytes = std::mem::replace(bytes, Box::new(AlreadyRead));
                unpacked(bytes, None).with_context(|| format!("{name} cannot be read"))
            }
        }
    }
}

fn opened(path: &Path) -> Result<File> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("the log {shown} cannot be opened"))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        bail!("{shown} is a folder, not a log");
    }
    Ok(file)
}

/// The text of bytes that are gzipped or not, as their beginning says.
fn unpacked(bytes: Box<dyn Read + Send>, n_total: Option<u64>) -> io::Result<OpenLog> {
    let n_read = Arc::new(AtomicU64::new(0));
    let mut counted = BufReader::with_capacity(READ_BYTES, Counted { bytes, n_read: Arc::clone(&n_read) });
    let mut beginning = Vec::with_capacity(GZIP_MAGIC.len());
    Read::by_ref(&mut counted).take(GZIP_MAGIC.len() as u64).read_to_end(&mut beginning)?;
    let is_packed = beginning == GZIP_MAGIC;
    let whole = Cursor::new(beginning).chain(counted);
    let text: Box<dyn Read + Send> = if is_packed {
        let n_packed = Arc::clone(&n_read);
        Box::new(Unpacked { text: MultiGzDecoder::new(whole), n_packed, n_unpacked: 0 })
    } else {
        Box::new(whole)
    };
    Ok(OpenLog { text, n_read, n_total, is_packed })
}

/// Unpacks, as long as what comes out is in proportion to what goes in.
struct Unpacked<R> {
    text: MultiGzDecoder<R>,
    n_packed: Arc<AtomicU64>,
    n_unpacked: u64,
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n_fair = self.n_packed.load(Ordering::Relaxed).saturating_mul(UNPACKED_RATIO_MAX);
        if self.n_unpacked > n_fair.max(UNPACKED_BYTES_FREE) {
            return Err(io::Error::other(format!(
                "it unpacks to more than {UNPACKED_RATIO_MAX} times its length; if that is what it should do, unpack it first"
            )));
        }
        let n = self.text.read(into)?;
        self.n_unpacked += n as u64;
        Ok(n)
    }
}

/// Counts the bytes that pass.
struct Counted {
    bytes: Box<dyn Read + Send>,
    n_read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(into)?;
        self.n_read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// What is left of a stream that somebody reads already.
struct AlreadyRead;

impl Read for AlreadyRead {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("it has been read already, and comes only once"))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn text_of(bytes: Vec<u8>) -> io::Result<String> {
        let mut input = LogInput::Stream { name: "t".to_owned(), bytes: Box::new(Cursor::new(bytes)) };
        let mut text = String::new();
        input.open().unwrap().text.read_to_string(&mut text)?;
        Ok(text)
    }

    fn gz(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_is_known_by_its_first_bytes_and_may_have_several_members() {
        assert_eq!(text_of(b"plain".to_vec()).unwrap(), "plain");
        assert_eq!(text_of(gz("packed")).unwrap(), "packed");
        assert_eq!(text_of([gz("one "), gz("two")].concat()).unwrap(), "one two");
        for short in [&b""[..], b"\x1f", b"x"] {
            assert_eq!(text_of(short.to_vec()).unwrap().as_bytes(), short);
        }
    }

    #[test]
    fn gzip_that_was_cut_is_an_error_not_an_end() {
        let mut bytes = gz(&"a line\n".repeat(1000));
        bytes.truncate(bytes.len() - 5);
        assert_eq!(text_of(bytes).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn a_missing_file_and_a_folder_are_no_logs() {
        let folder = tempfile::tempdir().unwrap();
        let why = |path: &Path| LogInput::at(path).err().unwrap().to_string();
        assert!(why(folder.path()).ends_with("is a folder, not a log"));
        assert!(why(&folder.path().join("none.jsonl")).ends_with("none.jsonl cannot be opened"));
    }
}
