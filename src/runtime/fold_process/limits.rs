//! The limits of a fold process: its time, its windows, its output and its memory.

use std::time::Duration;

/// The most events in a request. One event at a time costs nine times as much; more gain nothing, and delay a cancel.
pub const WINDOW_EVENTS_MAX: usize = 1_000;

/// The most bytes of data in a request, so that a window of large events does not use up the time of a window. One event is
/// sent whatever its size.
pub const WINDOW_BYTES_MAX: usize = 1 << 20;

/// The longest state, in bytes of JSON: more than a screen, a snapshot or a row can use.
pub const STATE_BYTES_MAX: usize = 1 << 20;

/// The most lines of stderr that a message quotes: the end of a traceback.
pub const STDERR_LINES_MAX: usize = 5;

/// The longest line of stderr that is quoted, in bytes.
pub const STDERR_LINE_BYTES_MAX: usize = 400;

/// The longest text of an answer for people, in bytes: the fold's word, a type, a reason.
pub const ANSWER_TEXT_BYTES_MAX: usize = 2_048;

/// The most types, commands, or events of a decision in an answer.
pub const ANSWER_ITEMS_MAX: usize = 10_000;

/// The limits of a process. The defaults are those of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessLimits {
    /// The time from the start to the answer to the hello: an interpreter with large libraries needs seconds.
    pub start_time: Duration,
    /// The time for a request. A window takes some 30 ms in the slowest library that was measured.
    pub window_time: Duration,
    /// The time after a failed start in which the program is not started again. Each question of a screen would start it.
    pub restart_pause: Duration,
    /// The longest line of output, in bytes: 1,000 states of 64 KiB.
    pub line_bytes: usize,
    /// The most data that a process may use, in bytes. A runaway fold fails, and not the machine. Linux only.
    pub memory_bytes: u64,
}

impl Default for ProcessLimits {
    fn default() -> Self {
        Self {
            start_time: Duration::from_secs(10),
            window_time: Duration::from_secs(5),
            restart_pause: Duration::from_secs(1),
            line_bytes: 64 << 20,
            memory_bytes: 2 << 30,
        }
    }
}
