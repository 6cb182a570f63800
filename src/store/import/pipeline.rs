//! The pipeline: reading and parsing on their own threads, while earlier events are written.
//!
//! ```text
//! read, unpack, split ──▶ parse ──▶ in the order of the log
//!   (one thread)     └──▶ parse ──┘   (the caller)
//!         ▲                                 │
//!         └── memory that was used, again ◀─┘
//! ```
//!
//! The threads are detached when the pipeline is dropped, because a thread that reads a silent pipe cannot be stopped.
//! They end as soon as they cannot pass something on.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use crate::store::import::chunk::{Chunk, ReusableBuffers};
use crate::store::import::options::FIRST_EVENTS;
use crate::store::import::reader::{Block, LogFileReader};

/// The most threads that parse. More of them would only wait for the writer, which takes three times as long per event.
const PARSERS_MAX: usize = 4;

/// The most bytes of a log, with its events, in memory between reading and writing, not counting the block that is
/// being read: about what is parsed during one commit.
const IN_FLIGHT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bytes of text in a block, up to its last record: some milliseconds of work for a parser.
const BLOCK_BYTES: usize = 512 * 1024;

/// The longest buffer that is reused. A longer one belonged to an unusually long line.
const KEPT_BYTES_MAX: usize = 2 * BLOCK_BYTES;

/// A log on its way through the threads.
pub(super) struct Pipeline {
    /// The parsers' outputs. Blocks go to the parsers in turn, and chunks are taken in the same turn.
    parsed: Vec<Receiver<Chunk>>,
    turn: usize,
    spent: Sender<ReusableBuffers>,
    reading: JoinHandle<LogFileReader>,
}

impl Pipeline {
    /// Starts reading, up to `until`, the place to which the log was read before, if one is given.
    ///
    /// # Errors
    /// The system refuses a thread.
    pub(super) fn start(reader: LogFileReader, until: Option<u64>) -> Result<Self> {
        let n_parsers = thread::available_parallelism().map_or(1, |n| n.get().min(PARSERS_MAX));
        let (mut to_parse, mut parsed) = (Vec::new(), Vec::new());
        for _ in 0..n_parsers {
            // The reader limits the bytes in both channels.
            let (block_sender, blocks) = channel::<Block>();
            let (chunk_sender, chunks) = channel();
            let (lines, is_strict) = (reader.lines().clone(), reader.is_strict());
            let parse = move || {
                for block in blocks {
                    if chunk_sender.send(Chunk::of(block, &lines, is_strict)).is_err() {
                        return;
                    }
                }
            };
            spawn("parse", parse)?;
            to_parse.push(block_sender);
            parsed.push(chunks);
        }
        // It holds at most as many chunks as there are blocks on the way.
        let (spent, returned) = channel();
        let reading = spawn("read", move || read(reader, until, &to_parse, &returned))?;
        Ok(Self { parsed, turn: 0, spent, reading })
    }

    /// The log's next chunk; `None` after `patience`. Do not call it after the last chunk.
    ///
    /// # Errors
    /// A thread ended unexpectedly.
    pub(super) fn next(&mut self, patience: Duration) -> Result<Option<Chunk>> {
        let chunks = self.parsed.get(self.turn).context("nobody parses")?;
        match chunks.recv_timeout(patience) {
            Ok(chunk) => {
                self.turn = (self.turn + 1) % self.parsed.len();
                Ok(Some(chunk))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(anyhow!("the log is no longer being read")),
        }
    }

    /// Gives a consumed chunk back.
    pub(super) fn give_back(&self, chunk: Chunk) {
        // After the last block nobody needs it.
        _ = self.spent.send(chunk.spent());
    }

    /// The reader, after the last chunk has been consumed.
    ///
    /// # Errors
    /// Those of [`Pipeline::next`].
    pub(super) fn end(self) -> Result<LogFileReader> {
        drop((self.spent, self.parsed));
        self.reading.join().map_err(|_| anyhow!("the log is no longer being read"))
    }
}

pub(super) fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .context("the system gives no thread to read with")
}

/// Reads blocks and sends them to the parsers in turn, until the log ends or nobody receives them.
fn read(
    mut reader: LogFileReader,
    until: Option<u64>,
    parsers: &[Sender<Block>],
    returned: &Receiver<ReusableBuffers>,
) -> LogFileReader {
    let (mut n_lines, mut in_flight, mut spare) = (FIRST_EVENTS, 0, Vec::new());
    for parser in parsers.iter().cycle() {
        loop {
            let spent = if in_flight > IN_FLIGHT_BYTES_MAX {
                match returned.recv() {
                    Ok(spent) => spent,
                    Err(_) => return reader,
                }
            } else {
                match returned.try_recv() {
                    Ok(spent) => spent,
                    Err(_) => break,
                }
            };
            let ReusableBuffers { mut text, weight } = spent;
            in_flight = in_flight.saturating_sub(weight);
            if text.capacity() <= KEPT_BYTES_MAX {
                text.clear();
                spare.push(text);
            }
        }
        let block = reader.block(n_lines, BLOCK_BYTES, until, spare.pop().unwrap_or_default());
        in_flight += block.weight();
        let is_last = block.is_last;
        // After the end of the import there is no receiver.
        if parser.send(block).is_err() || is_last {
            return reader;
        }
        n_lines = usize::MAX;
    }
    reader
}
