//! Orders to the projector and its status: two files beside the generations, for every process.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::read_model::engine::location::Location;
use crate::read_model::rows::steering::{Order, ProjectorStatus};

/// The most bytes of orders that are read at once: thousands of key presses.
const ORDERS_BYTES_MAX: u64 = 64 << 10;

/// The largest file of orders, in bytes: some 50,000 orders, more than a person gives.
const ORDERS_FILE_BYTES_MAX: u64 = 1 << 20;

/// The longest status that is read, in bytes: its longest part is the reason of a failure.
const STATUS_BYTES_MAX: u64 = 64 << 10;

/// Gives an order to the projector, which takes it at its next beat.
///
/// # Errors
/// The folder cannot be written.
pub fn give(location: &Location, order: &Order) -> Result<()> {
    let path = orders_path(location);
    if fs::metadata(&path).is_ok_and(|file| file.len() > ORDERS_FILE_BYTES_MAX) {
        bail!("too many orders were given to the projector from here; give them where it runs");
    }
    let mut line = serde_json::to_string(order)?;
    line.push('\n');
    // A short write at the end of a file is atomic, whoever else writes.
    let file = OpenOptions::new().create(true).append(true).open(&path);
    file.and_then(|mut file| file.write_all(line.as_bytes()))
        .with_context(|| format!("{} cannot be written, so the projector cannot be steered", path.display()))
}

/// The orders for the projector.
#[derive(Debug)]
pub struct Orders {
    path: PathBuf,
    n_bytes_taken: u64,
}

impl Orders {
    /// The orders from now on: those given to an earlier projector do not count.
    pub fn begin(location: &Location) -> Self {
        let path = orders_path(location);
        let _ = fs::remove_file(&path);
        Self { path, n_bytes_taken: 0 }
    }

    /// The orders since the last call, in the order in which they were given. Anything that is not an order is ignored.
    pub fn take(&mut self) -> Vec<Order> {
        let n_bytes = fs::metadata(&self.path).map_or(0, |file| file.len());
        if n_bytes < self.n_bytes_taken {
            // The folder was deleted, or another process started the file again.
            self.n_bytes_taken = 0;
        }
        if n_bytes == self.n_bytes_taken {
            return Vec::new();
        }
        let bytes = self.read_on().unwrap_or_default();
        // A line that is still being written waits for its end. A line longer than any order is ignored.
        let n_whole = match bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None if bytes.len() as u64 >= ORDERS_BYTES_MAX => bytes.len(),
            None => 0,
        };
        self.n_bytes_taken += n_whole as u64;
        let lines = bytes.get(..n_whole).unwrap_or_default().split(|byte| *byte == b'\n');
        lines.filter_map(|line| serde_json::from_slice(line).ok()).collect()
    }

    fn read_on(&self) -> std::io::Result<Vec<u8>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.n_bytes_taken))?;
        let mut bytes = Vec::new();
        file.take(ORDERS_BYTES_MAX).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Publishes the projector's status.
///
/// # Errors
/// The folder cannot be written.
pub fn publish(location: &Location, status: &ProjectorStatus) -> Result<()> {
    let path = status_path(location);
    let written = path.with_extension("new");
    let text = serde_json::to_string(status)?;
    fs::write(&written, text)
        .and_then(|()| fs::rename(&written, &path))
        .with_context(|| format!("{} cannot be written", path.display()))
}

/// The last status of this process, if it is the projector; a status left by another process does not count.
///
/// # Errors
/// It exists and cannot be read.
pub fn status_of(location: &Location, process: Option<u32>) -> Result<Option<ProjectorStatus>> {
    Ok(status(location)?.filter(|status| status.process == process))
}

/// The last status of a projector; `None` if there is none that can be parsed.
///
/// # Errors
/// It exists and cannot be read.
pub fn status(location: &Location) -> Result<Option<ProjectorStatus>> {
    let path = status_path(location);
    let file = match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.with_context(|| format!("{} cannot be opened", path.display()))?,
    };
    let mut text = Vec::new();
    let read = file.take(STATUS_BYTES_MAX).read_to_end(&mut text);
    read.with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(serde_json::from_slice(&text).ok())
}

fn orders_path(location: &Location) -> PathBuf {
    location.folder().join("orders")
}

fn status_path(location: &Location) -> PathBuf {
    location.folder().join("status")
}
