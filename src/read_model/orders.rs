//! Orders to the one who projects, and what it says of itself, in two files beside the generations: so it can be steered
//! and watched from every process.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::read_model::location::Location;
use crate::read_model::rows::steering::{Order, ProjectorStatus};

/// The longest stretch of orders that is read at once, in bytes: thousands of key presses.
const ORDERS_BYTES_MAX: u64 = 64 << 10;

/// The longest status that is read, in bytes: its longest part is the reason of a failure.
const STATUS_BYTES_MAX: u64 = 64 << 10;

/// Gives an order to whoever projects; it is taken at that one's next beat.
///
/// # Errors
/// The folder cannot be written.
pub fn give(location: &Location, order: &Order) -> Result<()> {
    let path = orders_path(location);
    let mut line = serde_json::to_string(order)?;
    line.push('\n');
    // A short write at the end is one piece, whoever else writes.
    let file = OpenOptions::new().create(true).append(true).open(&path);
    file.and_then(|mut file| file.write_all(line.as_bytes()))
        .with_context(|| format!("{} cannot be written, so the projector cannot be steered", path.display()))
}

/// What has been ordered, for the one who projects.
#[derive(Debug)]
pub struct Orders {
    path: PathBuf,
    n_bytes_taken: u64,
}

impl Orders {
    /// The orders that come from now on: what was said to an earlier one who projected does not count.
    pub fn begin(location: &Location) -> Self {
        let path = orders_path(location);
        let _ = fs::remove_file(&path);
        Self { path, n_bytes_taken: 0 }
    }

    /// The orders since the last look, in the order in which they were given. What is no order is passed over.
    pub fn take(&mut self) -> Vec<Order> {
        let n_bytes = fs::metadata(&self.path).map_or(0, |file| file.len());
        if n_bytes < self.n_bytes_taken {
            // The folder was deleted, or another one began the file anew.
            self.n_bytes_taken = 0;
        }
        if n_bytes == self.n_bytes_taken {
            return Vec::new();
        }
        let text = self.read_on().unwrap_or_default();
        // A line that is still being written waits for its end.
        let whole = text.rfind('\n').map_or("", |end| text.get(..=end).unwrap_or_default());
        self.n_bytes_taken += whole.len() as u64;
        if self.n_bytes_taken == n_bytes && n_bytes > ORDERS_BYTES_MAX {
            // All that was ordered is known: the file need not grow for ever.
            let _ = fs::remove_file(&self.path);
            self.n_bytes_taken = 0;
        }
        whole.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    fn read_on(&self) -> std::io::Result<String> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.n_bytes_taken))?;
        let mut bytes = Vec::new();
        file.take(ORDERS_BYTES_MAX).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Says how the one who projects stands, to all who look.
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

/// What the one who projects said last; `None` where nobody has said anything that can be understood.
///
/// # Errors
/// It is there and cannot be read.
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
