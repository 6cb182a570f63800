//! Logs compressed with gzip or zstd, decompressed as they are read.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::GzDecoder;
use zstd::stream::read::Decoder;

/// The most times that a text may be longer than its compressed bytes. Logs shrink about twenty times, repetitive ones
/// a hundred times. Gzip reaches a thousand at most, and so do files made to fill a disk.
pub const UNPACKED_RATIO_MAX: u64 = 250;

/// A text up to this length, in bytes, may have any ratio: it fills no disk.
pub const UNPACKED_BYTES_FREE: u64 = 256 * 1024 * 1024;

/// The first bytes of a member of a gzip file.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The first bytes of a frame of a zstd file.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The first bytes of a zstd frame without text, after a byte from `0x50` to `0x5f`.
const SKIPPED_MAGIC: [u8; 3] = [0x2a, 0x4d, 0x18];

/// Number of bytes that identify a member.
pub(super) const MAGIC_BYTES: usize = 4;

/// A reader whose next bytes can be examined before they are read.
pub(super) struct Peekable<R> {
    ahead: Vec<u8>,
    inner: BufReader<R>,
}

impl<R: Read> Peekable<R> {
    /// Reads these bytes, `n_at_once` at a time.
    pub(super) fn new(bytes: R, n_at_once: usize) -> Self {
        Self { ahead: Vec::new(), inner: BufReader::with_capacity(n_at_once, bytes) }
    }

    /// At least the next `n` bytes, and more if they are in memory; fewer only at the end.
    pub(super) fn peek(&mut self, n: usize) -> io::Result<&[u8]> {
        if self.ahead.is_empty() && self.inner.fill_buf()?.len() >= n {
            return Ok(self.inner.buffer());
        }
        while self.ahead.len() < n {
            let more = self.inner.fill_buf()?.to_vec();
            if more.is_empty() {
                break;
            }
            self.inner.consume(more.len());
            self.ahead.extend_from_slice(&more);
        }
        Ok(&self.ahead)
    }
}

impl<R: Read> BufRead for Peekable<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ahead.is_empty() { self.inner.fill_buf() } else { Ok(&self.ahead) }
    }

    fn consume(&mut self, n: usize) {
        if self.ahead.is_empty() {
            self.inner.consume(n);
        } else {
            self.ahead.drain(..n.min(self.ahead.len()));
        }
    }
}

impl<R: Read> Read for Peekable<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ahead.is_empty() {
            return self.inner.read(into);
        }
        let n = self.ahead.as_slice().read(into)?;
        self.consume(n);
        Ok(n)
    }
}

/// A member of a compressed file, identified by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Gzip,
    Zstd,
    /// A zstd frame without text.
    Skipped,
}

fn member(beginning: &[u8]) -> Option<Member> {
    match beginning {
        [first, rest @ ..] if (0x50..=0x5f).contains(first) && rest.starts_with(&SKIPPED_MAGIC) => {
            Some(Member::Skipped)
        }
        beginning if beginning.starts_with(&GZIP_MAGIC) => Some(Member::Gzip),
        beginning if beginning.starts_with(&ZSTD_MAGIC) => Some(Member::Zstd),
        _ => None,
    }
}

/// Whether a file with this beginning is compressed in a supported format.
pub fn is_packed(beginning: &[u8]) -> bool {
    member(beginning).is_some()
}

/// Decompresses one member after the other, as long as the output stays in proportion to the input.
pub(super) struct Unpacked<R: Read> {
    state: Unpacking<R>,
    n_packed: Arc<AtomicU64>,
    n_unpacked: u64,
    /// Number of bytes after the last member that belong to no member, zeros not counted.
    n_behind: Arc<AtomicU64>,
}

enum Unpacking<R: Read> {
    Between(Peekable<R>),
    Gzip(Box<GzDecoder<Peekable<R>>>),
    Zstd(Box<Decoder<'static, Peekable<R>>>),
    /// At the end, or after an error.
    Done,
}

impl<R: Read> Unpacked<R> {
    /// Decompresses these bytes. `n_packed` counts the compressed bytes read, `n_behind` the bytes skipped after the
    /// compressed data.
    pub(super) fn new(bytes: Peekable<R>, n_packed: Arc<AtomicU64>, n_behind: Arc<AtomicU64>) -> Self {
        Self { state: Unpacking::Between(bytes), n_packed, n_unpacked: 0, n_behind }
    }

    fn check_ratio(&self) -> io::Result<()> {
        let n_fair = self.n_packed.load(Ordering::Relaxed).saturating_mul(UNPACKED_RATIO_MAX);
        if self.n_unpacked > n_fair.max(UNPACKED_BYTES_FREE) {
            return Err(io::Error::other(format!(
                "it unpacks to more than {UNPACKED_RATIO_MAX} times its length; if that is what it should do, unpack it first"
            )));
        }
        Ok(())
    }

    /// Begins the next member.
    fn begin(&self, mut bytes: Peekable<R>) -> io::Result<Unpacking<R>> {
        Ok(match member(bytes.peek(MAGIC_BYTES)?) {
            Some(Member::Gzip) => Unpacking::Gzip(Box::new(GzDecoder::new(bytes))),
            Some(Member::Zstd) => Unpacking::Zstd(Box::new(Decoder::with_buffer(bytes)?.single_frame())),
            Some(Member::Skipped) => {
                pass_over_frame(&mut bytes)?;
                Unpacking::Between(bytes)
            }
            None if bytes.peek(1)?.first() == Some(&0) => {
                pass_over_zeros(&mut bytes)?;
                Unpacking::Between(bytes)
            }
            None => {
                let n = io::copy(&mut bytes, &mut io::sink())?;
                self.n_behind.store(n, Ordering::Relaxed);
                Unpacking::Done
            }
        })
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.check_ratio()?;
        loop {
            let n = match &mut self.state {
                Unpacking::Gzip(text) => text.read(into)?,
                Unpacking::Zstd(text) => text.read(into)?,
                Unpacking::Between(_) => 0,
                Unpacking::Done => return Ok(0),
            };
            if n > 0 || into.is_empty() {
                self.n_unpacked += n as u64;
                return Ok(n);
            }
            self.state = match std::mem::replace(&mut self.state, Unpacking::Done) {
                Unpacking::Gzip(text) => Unpacking::Between(text.into_inner()),
                Unpacking::Zstd(text) => Unpacking::Between(text.finish()),
                Unpacking::Between(bytes) => self.begin(bytes)?,
                Unpacking::Done => Unpacking::Done,
            };
        }
    }
}

/// Skips a zstd frame without text: a magic number, a length n in four bytes, and n bytes.
fn pass_over_frame<R: Read>(bytes: &mut Peekable<R>) -> io::Result<()> {
    let mut head = [0; 8];
    bytes.read_exact(&mut head)?;
    let [_, _, _, _, length @ ..] = head;
    let n = u64::from(u32::from_le_bytes(length));
    match io::copy(&mut bytes.take(n), &mut io::sink())? {
        passed if passed == n => Ok(()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

fn pass_over_zeros<R: Read>(bytes: &mut Peekable<R>) -> io::Result<()> {
    loop {
        let buffer = bytes.fill_buf()?;
        let n_zeros = buffer.iter().take_while(|byte| **byte == 0).count();
        let is_over = n_zeros < buffer.len() || buffer.is_empty();
        bytes.consume(n_zeros);
        if is_over {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gz(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn zst(text: &str) -> Vec<u8> {
        zstd::encode_all(text.as_bytes(), 3).unwrap()
    }

    fn skipped(n: u8) -> Vec<u8> {
        [&[0x53], &SKIPPED_MAGIC[..], &[n, 0, 0, 0], &vec![7; usize::from(n)]].concat()
    }

    /// Gives out a fixed number of bytes at a time.
    struct Drops(Cursor<Vec<u8>>, usize);

    impl Read for Drops {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(into.len());
            self.0.read(&mut into[..n])
        }
    }

    /// The text, and the number of bytes skipped after it.
    fn unpacked(bytes: &[u8], n_at_once: usize) -> io::Result<(String, u64)> {
        let n_behind = Arc::new(AtomicU64::new(0));
        let bytes = Peekable::new(Drops(Cursor::new(bytes.to_vec()), n_at_once), 1 << 16);
        let n_packed = Arc::new(AtomicU64::new(0));
        let mut text = String::new();
        Unpacked::new(bytes, n_packed, Arc::clone(&n_behind)).read_to_string(&mut text)?;
        Ok((text, n_behind.load(Ordering::Relaxed)))
    }

    #[test]
    fn every_member_is_read_and_bytes_after_the_last_are_counted_except_zeros() {
        let zeros = vec![0; 700];
        for (bytes, text, n_behind) in [
            (vec![gz("one "), gz("two")], "one two", 0),
            (vec![gz("one "), zeros.clone(), gz("two"), zeros.clone()], "one two", 0),
            (vec![gz("one"), b"garbage".to_vec()], "one", 7),
            (vec![gz("one"), zeros.clone(), b"g\0".to_vec()], "one", 2),
            (vec![gz("one"), vec![0x1f]], "one", 1),
            (vec![zst("one "), skipped(3), zst("two"), skipped(0)], "one two", 0),
            (vec![skipped(200), zst("one")], "one", 0),
            (vec![zst("one"), b"xy".to_vec()], "one", 2),
            (vec![zst("one"), zeros], "one", 0),
            (vec![zst("one "), gz("two")], "one two", 0),
            (vec![gz(""), gz("one")], "one", 0),
        ] {
            for n in [1, 3, 1000] {
                assert_eq!(unpacked(&bytes.concat(), n).unwrap(), (text.to_owned(), n_behind), "{bytes:?}");
            }
        }
    }

    #[test]
    fn truncated_data_is_an_error_and_not_an_end() {
        for whole in [gz(&"a line\n".repeat(1000)), zst(&"a line\n".repeat(1000)), skipped(9)] {
            for n_cut in 1..4 {
                let cut = &whole[..whole.len() - n_cut];
                assert_eq!(unpacked(cut, 1000).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
            }
        }
    }
}
