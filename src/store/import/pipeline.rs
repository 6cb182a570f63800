//! The pipeline: reading and parsing on their own threads, while earlier events are written.
//!
//! ```text
//! read, unpack, split ──▶ parse ──▶ in the order of the log
//!   (one thread)     └──▶ parse ──┘   (whoever calls)
//!         ▲                                 │
//!         └── memory that was used, again ◀─┘
//! ```
//!
//! The threads belong to nobody once the pipeline is dropped: a pipe that nobody writes to cannot be left otherwise.
//! They end with the first thing that they cannot hand on.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use crate::store::import::FIRST_EVENTS;
use crate::store::import::chunk::{Chunk, Spent};
use crate::store::import::reader::{Block, LogReader};

/// How many threads parse at the most: with more of them they only wait for the one that writes, which takes three
/// times as long for an event.
const PARSERS_MAX: usize = 4;

/// How much of a log, with its events, is in memory between the reading and the writing, in bytes, beside the block that is
/// being read: as much as is parsed while a transaction is being committed.
const IN_FLIGHT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// How much text a block has beyond its last record, in bytes: some milliseconds of work for each thread.
const BLOCK_BYTES: usize = 512 * 1024;

/// The longest buffer that is kept to be used again: a longer one belonged to a line that was.
const KEPT_BYTES_MAX: usize = 2 * BLOCK_BYTES;

/// A log on its way through the threads.
pub(super) struct Pipeline {
    /// The parsers' outlets. Blocks go to the parsers in turn, and so they come.
    parsed: Vec<Receiver<Chunk>>,
    turn: usize,
    spent: Sender<Spent>,
    reading: JoinHandle<LogReader>,
}

impl Pipeline {
    /// Starts to read, up to a place where the log was read before if one is given.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn start(reader: LogReader, until: Option<u64>) -> Result<Self> {
        let n_parsers = thread::available_parallelism().map_or(1, |n| n.get().min(PARSERS_MAX));
        let (mut to_parse, mut parsed) = (Vec::new(), Vec::new());
        for _ in 0..n_parsers {
            // What is on the way in both is limited by the reader, in bytes.
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
        // As many wait in it as there are blocks on the way.
        let (spent, returned) = channel();
        let reading = spawn("read", move || read(reader, until, &to_parse, &returned))?;
        Ok(Self { parsed, turn: 0, spent, reading })
    }

    /// The log's next chunk; `None` if there is none in that time. Not to be asked after the last one.
    ///
    /// # Errors
    /// A thread has ended that should not have.
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

    /// Gives a chunk back that has been taken.
    pub(super) fn give_back(&self, chunk: Chunk) {
        // After the last block nobody needs it.
        _ = self.spent.send(chunk.spent());
    }

    /// The reader, when the last chunk has been taken.
    ///
    /// # Errors
    /// See [`Pipeline::next`].
    pub(super) fn end(self) -> Result<LogReader> {
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

/// Reads blocks and hands them to the parsers in turn, until the log is at its end or nobody takes them.
fn read(
    mut reader: LogReader,
    until: Option<u64>,
    parsers: &[Sender<Block>],
    returned: &Receiver<Spent>,
) -> LogReader {
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
            let Spent { mut text, weight } = spent;
            in_flight = in_flight.saturating_sub(weight);
            if text.capacity() <= KEPT_BYTES_MAX {
                text.clear();
                spare.push(text);
            }
        }
        let block = reader.block((n_lines, BLOCK_BYTES), until, spare.pop().unwrap_or_default());
        in_flight += block.weight();
        let is_last = block.is_last;
        // Nobody takes it where the import has ended.
        if parser.send(block).is_err() || is_last {
            return reader;
        }
        n_lines = usize::MAX;
    }
    reader
}
