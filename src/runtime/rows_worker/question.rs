//! One SQL question on its own thread, which is abandoned if it does not stop in time.
//!
//! SQLite checks a deadline between the instructions of its virtual machine. Some instructions take seconds on long
//! values (`instr`, `trim`), and so may preparing a question. The caller does not wait for that.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::read_model::engine::location::Location;
use crate::read_model::questions::query::ReadModel;
use crate::read_model::questions::sql::answer::{AnswerHeader, QueryFailure, RowSink};
use crate::read_model::questions::sql::limits::Limits;
use crate::read_model::questions::sql::n_bytes;
use crate::read_model::rows::{AsOf, Value};

/// How long after its deadline a question may still report that it has stopped; this includes opening the read model.
const GRACE: Duration = Duration::from_millis(250);

/// The interval between two checks for cancellation, while no rows come.
const LOOK: Duration = Duration::from_millis(50);

/// The most rows, and the most bytes of values, in one part: enough that passing them on costs nothing.
const N_ROWS_AT_ONCE: usize = 256;
const N_BYTES_AT_ONCE: usize = 256 << 10;

/// The longest time that a row waits for others, while rows come.
const WAIT_MAX: Duration = Duration::from_millis(20);

/// The most parts that wait for a slow receiver: one while the next is being filled.
const N_PARTS_WAITING: usize = 2;

/// Several times the stack that the deepest nesting allowed by SQLite needs.
const STACK_BYTES: usize = 8 << 20;

/// The most questions of this process that run or were abandoned: an abandoned one may keep a core busy until its
/// instruction ends.
const N_THREADS_MAX: usize = 4;

/// Number of such threads.
static N_THREADS: AtomicUsize = AtomicUsize::new(0);

/// Counts a thread for as long as this lives.
struct RunningQuestion;

impl RunningQuestion {
    /// `None` if there are too many already.
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

enum AnswerPart {
    Begin(AnswerHeader),
    Rows(Vec<Vec<Value>>),
    End(Result<(), QueryFailure>),
}

/// Answers a question in SQL like [`ReadModel::sql`], and returns soon after its deadline, or after it was cancelled,
/// whatever the question does.
///
/// # Errors
/// See [`Unanswered`]: one clear sentence. Rows may have been given before.
pub fn ask(
    location: &Location,
    sql: &str,
    as_of: AsOf,
    limits: &Limits,
    answer: &mut dyn RowSink,
) -> Result<(), QueryFailure> {
    let busy = "earlier questions have not stopped yet; ask again in a moment";
    let counted = RunningQuestion::one().ok_or_else(|| QueryFailure::Wrong(busy.to_owned()))?;
    let (parts, given) = sync_channel(N_PARTS_WAITING);
    let (location, sql, its_limits) = (location.clone(), sql.to_owned(), limits.clone());
    let work = move || {
        let _counted = counted;
        let mut handing = HandingOver { parts, rows: Vec::new(), n_bytes: 0, handed: Instant::now() };
        let answered = ReadModel::open(&location).sql(&sql, as_of, &its_limits, &mut handing);
        _ = handing.hand_over();
        // If the caller no longer waits, the end does not matter.
        _ = handing.parts.send(AnswerPart::End(answered));
    };
    let started = thread::Builder::new().name("question".to_owned()).stack_size(STACK_BYTES).spawn(work);
    started.map_err(|error| QueryFailure::ReadModel(error.into()))?;
    let mut left = limits.deadline.saturating_add(GRACE);
    loop {
        let began = Instant::now();
        let part = given.recv_timeout(left.min(LOOK));
        // Time that the receiver takes does not count.
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
            Err(RecvTimeoutError::Timeout) if limits.cancel.is_cancelled() => {
                return Err(QueryFailure::Cancelled);
            }
            Err(RecvTimeoutError::Timeout) if left.is_zero() => {
                return Err(QueryFailure::Deadline(limits.deadline));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(QueryFailure::ReadModel(anyhow::anyhow!("its thread ended")));
            }
        }
    }
}

/// Passes an answer on to the thread that asked.
struct HandingOver {
    parts: SyncSender<AnswerPart>,
    rows: Vec<Vec<Value>>,
    n_bytes: usize,
    handed: Instant,
}

impl HandingOver {
    /// Waits for a slow receiver; stops if there is none any more.
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
    fn begin(&mut self, beginning: AnswerHeader) {
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
