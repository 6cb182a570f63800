//! The output of a child process: lines with a limit on stdout, and the last lines of stderr, each read by a thread.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::runtime::fold_process::limits::{STDERR_LINE_BYTES_MAX, STDERR_LINES_MAX};

/// Lines that wait to be taken. Each request has one line for an answer; a process that writes more has to wait.
const LINES_WAITING_MAX: usize = 1;

/// The longest wait for the end of stderr after the end of a process: something that the process started may keep it open.
const STDERR_WAIT: Duration = Duration::from_millis(300);

/// The outcome of reading on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum OutputPart {
    /// A line without its end.
    Line(Vec<u8>),
    /// A line is longer than the limit. Nothing is read after it.
    TooLong { most: usize },
    /// The output ended, perhaps within a line.
    End { is_half_line: bool },
}

/// Reads lines of at most this number of bytes, on a thread that ends with the output, or when nobody takes the lines.
///
/// # Errors
/// There can be no other thread.
pub(super) fn read_lines(
    output: impl Read + Send + 'static,
    line_bytes: usize,
) -> io::Result<Receiver<OutputPart>> {
    let (sender, lines) = sync_channel(LINES_WAITING_MAX);
    thread::Builder::new().spawn(move || {
        let mut output = BufReader::new(output);
        loop {
            let part = next_part(&mut output, line_bytes);
            let is_last = !matches!(part, OutputPart::Line(_));
            if sender.send(part).is_err() || is_last {
                break;
            }
        }
    })?;
    Ok(lines)
}

fn next_part(output: &mut impl BufRead, line_bytes: usize) -> OutputPart {
    let mut line = Vec::new();
    let with_end = u64::try_from(line_bytes).unwrap_or(u64::MAX).saturating_add(1);
    // A pipe that cannot be read any more counts as ended.
    let _ = output.take(with_end).read_until(b'\n', &mut line);
    if line.pop_if(|last| *last == b'\n').is_some() {
        OutputPart::Line(line)
    } else if line.len() > line_bytes {
        OutputPart::TooLong { most: line_bytes }
    } else {
        OutputPart::End { is_half_line: !line.is_empty() }
    }
}

/// The last lines of a process's stderr.
pub(super) struct Stderr {
    lines: Arc<Mutex<VecDeque<String>>>,
    /// Disconnected when stderr has ended.
    ended: Receiver<()>,
}

impl Stderr {
    /// Reads it on a thread that ends with it.
    ///
    /// # Errors
    /// There can be no other thread.
    pub(super) fn read(stderr: impl Read + Send + 'static) -> io::Result<Self> {
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let (until_end, ended) = sync_channel(0);
        let kept = Arc::clone(&lines);
        thread::Builder::new().spawn(move || {
            let _until_end = until_end;
            let mut stderr = BufReader::new(stderr);
            while let Some(line) = next_stderr_line(&mut stderr) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.push_back(line);
                if kept.len() > STDERR_LINES_MAX {
                    kept.pop_front();
                }
            }
        })?;
        Ok(Self { lines, ended })
    }

    /// Waits a moment for its end.
    pub(super) fn wait(&self) {
        let _ = self.ended.recv_timeout(STDERR_WAIT);
    }

    /// The last lines so far.
    pub(super) fn last_lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// The next line that is not empty, cut to its limit; `None` at the end.
fn next_stderr_line(stderr: &mut impl BufRead) -> Option<String> {
    loop {
        let mut line = Vec::new();
        let most = u64::try_from(STDERR_LINE_BYTES_MAX).unwrap_or(u64::MAX);
        let n_bytes = stderr.by_ref().take(most).read_until(b'\n', &mut line).ok()?;
        if n_bytes == 0 {
            return None;
        }
        if line.last() != Some(&b'\n') {
            stderr.skip_until(b'\n').ok()?;
        }
        let text = String::from_utf8_lossy(&line);
        if !text.trim().is_empty() {
            return Some(text.trim_end().to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(output: &'static [u8]) -> Vec<OutputPart> {
        read_lines(output, 4).unwrap().iter().collect()
    }

    #[test]
    fn lines_end_with_their_byte_and_have_a_limit() {
        let line = |text: &str| OutputPart::Line(text.as_bytes().to_vec());
        let end = |is_half_line| OutputPart::End { is_half_line };
        assert_eq!(parts(b""), [end(false)]);
        assert_eq!(parts(b"abcd\n\nx\r\n"), [line("abcd"), line(""), line("x\r"), end(false)]);
        assert_eq!(parts(b"a\nb"), [line("a"), end(true)]);
        assert_eq!(parts(b"a\nabcde\nb\n"), [line("a"), OutputPart::TooLong { most: 4 }]);
        assert_eq!(parts(b"abcde"), [OutputPart::TooLong { most: 4 }]);
    }

    #[test]
    fn the_last_lines_of_stderr_are_kept_and_cut() {
        let long = "x".repeat(STDERR_LINE_BYTES_MAX + 1);
        let text = format!("1\n2\n\n3\n4\n5\n{long}\n\u{1b}[31m7");
        let stderr = Stderr::read(io::Cursor::new(text)).unwrap();
        stderr.wait();
        let cut = "x".repeat(STDERR_LINE_BYTES_MAX);
        assert_eq!(stderr.last_lines(), ["3", "4", "5", &cut, "\u{1b}[31m7"]);
    }
}
