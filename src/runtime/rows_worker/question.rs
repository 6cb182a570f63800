//! One SQL question on its own thread, which is abandoned if it does not stop in time.
//!
//! SQLite looks at a deadline between the instructions of its machine. Some instructions take seconds on long values
//! (`instr`, `trim`), and so may understanding a question: whoever asked does not wait for that.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::read_model::engine::location::Location;
use crate::read_model::questions::query::ReadModel;
use crate::read_model::questions::sql::{Beginning, Limits, RowSink, Unanswered, n_bytes};
use crate::read_model::rows::{AsOf, Value};

/// How long after its deadline a question may still say that it has stopped: opening the read model is in it.
const GRACE: Duration = Duration::from_millis(250);

/// How often it is looked whether the question was cancelled, while no rows come.
const LOOK: Duration = Duration::from_millis(50);

/// Most rows that are handed over at once, and most bytes of values: enough that handing over costs nothing.
const N_ROWS_AT_ONCE: usize = 256;
const N_BYTES_AT_ONCE: usize = 256 << 10;

/// How long a row waits for others at most, as long as rows come.
const WAIT_MAX: Duration = Duration::from_millis(20);

/// How many such parts wait for a slow reader: one while the next is being filled.
const N_PARTS_WAITING: usize = 2;

/// What a question that is nested as deep as SQLite allows takes of the stack, several times over.
const STACK_BYTES: usize = 8 << 20;

/// Most questions of this process that are under way or left to themselves: each of these may keep a core busy until its
/// instruction ends.
const N_THREADS_MAX: usize = 4;

/// How many there are.
static N_THREADS: AtomicUsize = AtomicUsize::new(0);

/// Counts a thread as long as it lives.
struct RunningQuestion;

impl RunningQuestion {
    /// `None` where there are too many already.
    fn one() -> Option<Self> {
        let count = |n: usize| (n < N_THREADS_MAX).then_some(n + 1);
        N_THREADS.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count).ok().map(|_| Self)
    }
}

impl Drop for RunningQuestion {
    fn drop(&mut self) {
        N_THREADS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A part of an answer.
enum AnswerPart {
    Begin(Beginning),
    Rows(Vec<Vec<Value>>),
    End(Result<(), Unanswered>),
}

/// Answers a question in SQL as [`ReadModel::sql`] does, and returns soon after its deadline, or after it was
/// cancelled, whatever the question does.
///
/// # Errors
/// See [`Unanswered`]: one clear sentence. Rows may have been given before.
pub fn ask(
    location: &Location,
    sql: &str,
    as_of: AsOf,
    limits: &Limits,
    answer: &mut dyn RowSink,
) -> Result<(), Unanswered> {
    let busy = "earlier questions have not stopped yet; ask again in a moment";
    let counted = RunningQuestion::one().ok_or_else(|| Unanswered::Wrong(busy.to_owned()))?;
    let (parts, given) = sync_channel(N_PARTS_WAITING);
    let (location, sql, its_limits) = (location.clone(), sql.to_owned(), limits.clone());
    let work = move || {
        let _counted = counted;
        let mut handing = HandingOver { parts, rows: Vec::new(), n_bytes: 0, handed: Instant::now() };
        let answered = ReadModel::open(&location).sql(&sql, as_of, &its_limits, &mut handing);
        _ = handing.hand_over();
        // Who no longer waits for the end needs no end.
        _ = handing.parts.send(AnswerPart::End(answered));
    };
    let started = thread::Builder::new().name("question".to_owned()).stack_size(STACK_BYTES).spawn(work);
    started.map_err(|error| Unanswered::ReadModel(error.into()))?;
    let mut left = limits.deadline.saturating_add(GRACE);
    loop {
        let began = Instant::now();
        let part = given.recv_timeout(left.min(LOOK));
        // A slow reader of the answer is not a slow question.
        left = left.saturating_sub(began.elapsed());
        match part {
            Ok(AnswerPart::Begin(beginning)) => answer.begin(beginning),
            Ok(AnswerPart::Rows(rows)) => {
                for row in rows {
                    if answer.row(row).is_break() {
                        return Ok(());
                    }
                }
            }
            Ok(AnswerPart::End(answered)) => return answered,
            Err(RecvTimeoutError::Timeout) if limits.is_cancelled.load(Ordering::Relaxed) => {
                return Err(Unanswered::Cancelled);
            }
            Err(RecvTimeoutError::Timeout) if left.is_zero() => {
                return Err(Unanswered::Deadline(limits.deadline));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Unanswered::ReadModel(anyhow::anyhow!("its thread ended")));
            }
        }
    }
}

/// Hands an answer over to the thread that asked.
struct HandingOver {
    parts: SyncSender<AnswerPart>,
    rows: Vec<Vec<Value>>,
    n_bytes: usize,
    handed: Instant,
}

impl HandingOver {
    /// Waits while the reader is behind; there is nobody to go on for where it has gone.
    fn hand_over(&mut self) -> ControlFlow<()> {
        let rows = std::mem::take(&mut self.rows);
        (self.n_bytes, self.handed) = (0, Instant::now());
        if rows.is_empty() || self.parts.send(AnswerPart::Rows(rows)).is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }
}

impl RowSink for HandingOver {
    fn begin(&mut self, beginning: Beginning) {
        _ = self.parts.send(AnswerPart::Begin(beginning));
    }

    fn row(&mut self, row: Vec<Value>) -> ControlFlow<()> {
        self.n_bytes += row.iter().map(n_bytes).sum::<usize>();
        self.rows.push(row);
        let is_much = self.rows.len() >= N_ROWS_AT_ONCE || self.n_bytes >= N_BYTES_AT_ONCE;
        if is_much || self.handed.elapsed() >= WAIT_MAX {
            return self.hand_over();
        }
        ControlFlow::Continue(())
    }
}
