//! Parallel work on a part of a log, in pieces, with the results in order.

use std::ops::{ControlFlow, RangeInclusive};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::Result;

use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition};
use crate::store::log::{Log, LogReader};
use crate::store::{Direction, EventReader};

/// The most parts that wait per worker: one to be taken and one more, so that nobody waits while the others work, and
/// memory stays bounded.
const WAITING_MAX: usize = 2;

/// The most workers. With more, the consumer of the results would be the bottleneck.
const WORKERS_MAX: usize = 4;

/// With at least this many pieces there are several workers. Opening a store takes a millisecond, like a piece.
const PIECES_SHARED_MIN: u64 = 8;

/// Takes a part of a piece's result, and decides whether to go on.
pub type ResultSink<'g, T> = &'g mut dyn FnMut(T) -> Result<ControlFlow<()>>;

/// Processes a piece with a connection of its own. The result is given part by part, so that a piece of long events is
/// not held as a whole.
pub type Work<'s, T> = Box<dyn FnMut(RangeInclusive<u64>, ResultSink<'_, T>) -> Result<()> + 's>;

/// A part of a piece's result.
struct PiecePart<T> {
    /// `None` if the piece has no result.
    of: Option<T>,
    /// Whether it is the last part of its piece.
    is_last: bool,
}

/// Cuts `whole` into pieces of `n` (the last may be shorter), processes each with `begin`'s work and a connection to
/// the log, and passes the parts of the results to `take` in order, until it stops.
///
/// # Errors
/// Those of the work, of `take`, and of opening the log.
pub fn in_pieces<T: Send>(
    log: &dyn Log,
    whole: RangeInclusive<u64>,
    n: u64,
    begin: impl for<'s> Fn(&'s dyn LogReader) -> Result<Work<'s, T>> + Sync,
    mut take: impl FnMut(T) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let pieces = Pieces { whole, n };
    let n_workers = thread::available_parallelism().map_or(1, usize::from).min(WORKERS_MAX);
    if n_workers == 1 || pieces.count() < PIECES_SHARED_MIN {
        let reader = log.reader()?;
        let mut work = begin(&*reader)?;
        let mut is_wanted = true;
        for piece in (0..).map_while(|nth| pieces.nth(nth)) {
            work(piece, &mut |part| {
                let flow = take(part)?;
                is_wanted = flow.is_continue();
                Ok(flow)
            })?;
            if !is_wanted {
                break;
            }
        }
        return Ok(());
    }
    thread::scope(|scope| {
        let (pieces, begin) = (&pieces, &begin);
        let mut results: Vec<Receiver<Result<PiecePart<T>>>> = Vec::new();
        for first in 0..n_workers {
            let (sender, receiver) = sync_channel(WAITING_MAX);
            scope.spawn(move || {
                let worked = log
                    .reader()
                    .and_then(|reader| work_at(begin(&*reader)?, pieces, first, n_workers, &sender));
                if let Err(error) = worked {
                    drop(sender.send(Err(error)));
                }
            });
            results.push(receiver);
        }
        take_in_turn(&results, &mut take)?;
        // Workers that are still busy find no receiver, and end.
        drop(results);
        Ok(())
    })
}

/// Reads the events of a piece (positions, or versions of a stream) and gives them part by part, each as large as one
/// answer of the store.
///
/// # Errors
/// Those of the store, and of `give`.
pub fn each_part(
    store: &dyn EventReader,
    stream: Option<&StreamName>,
    piece: &RangeInclusive<u64>,
    give: ResultSink<'_, Vec<RecordedEvent>>,
) -> Result<()> {
    let mut next = *piece.start();
    while next <= *piece.end() {
        let n = usize::try_from(piece.end() - next + 1).unwrap_or(usize::MAX);
        let mut events = match stream {
            None => store.read_all(GlobalPosition::new(next), Direction::Forward, n)?,
            Some(stream) => store.read_stream(stream, StreamPosition::new(next), n)?,
        };
        let number = |event: &RecordedEvent| match stream {
            None => event.position.number(),
            Some(_) => event.version.number(),
        };
        events.retain(|event| number(event) <= *piece.end());
        let Some(last) = events.last().map(number) else { break };
        if give(events)?.is_break() {
            break;
        }
        next = last + 1;
    }
    Ok(())
}

/// Takes the pieces from the workers in turn. If one has nothing more, nobody has.
fn take_in_turn<T>(results: &[Receiver<Result<PiecePart<T>>>], take: ResultSink<'_, T>) -> Result<()> {
    for receiver in results.iter().cycle() {
        loop {
            let Ok(part) = receiver.recv() else { return Ok(()) };
            let PiecePart { of, is_last } = part?;
            if let Some(of) = of
                && take(of)?.is_break()
            {
                return Ok(());
            }
            if is_last {
                break;
            }
        }
    }
    Ok(())
}

/// Processes every `n_workers`th piece, until there is no receiver.
fn work_at<T>(
    mut work: Work<'_, T>,
    pieces: &Pieces,
    first: usize,
    n_workers: usize,
    results: &SyncSender<Result<PiecePart<T>>>,
) -> Result<()> {
    for nth in (first as u64..).step_by(n_workers) {
        let Some(piece) = pieces.nth(nth) else { break };
        // One part is held back, because only the end of the piece shows that it was the last.
        let mut held = None;
        let mut is_wanted = true;
        work(piece, &mut |part| {
            if let Some(of) = held.replace(part) {
                is_wanted = results.send(Ok(PiecePart { of: Some(of), is_last: false })).is_ok();
            }
            Ok(if is_wanted { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        if !is_wanted || results.send(Ok(PiecePart { of: held, is_last: true })).is_err() {
            break;
        }
    }
    Ok(())
}

/// A range cut into pieces.
struct Pieces {
    whole: RangeInclusive<u64>,
    n: u64,
}

impl Pieces {
    fn count(&self) -> u64 {
        if self.whole.is_empty() { 0 } else { (self.whole.end() - self.whole.start()) / self.n.max(1) + 1 }
    }

    fn nth(&self, nth: u64) -> Option<RangeInclusive<u64>> {
        if nth >= self.count() {
            return None;
        }
        let first = self.whole.start() + nth * self.n.max(1);
        Some(first..=first.saturating_add(self.n.max(1) - 1).min(*self.whole.end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::Aggregates;
    use crate::store::sqlite::SqliteStore;

    #[test]
    fn pieces_make_up_the_whole() {
        let pieces = |whole, n| {
            (0..)
                .map_while(|nth| Pieces { whole: RangeInclusive::clone(&whole), n }.nth(nth))
                .collect::<Vec<_>>()
        };
        assert_eq!(pieces(3..=9, 3), [3..=5, 6..=8, 9..=9]);
        assert_eq!(pieces(RangeInclusive::new(1, 0), 3), []);
        assert_eq!(pieces(5..=5, 3), [5..=5]);
    }

    #[test]
    fn results_come_in_order_and_no_more_are_made_than_are_taken() {
        let folder = tempfile::tempdir().unwrap();
        let log = SqliteStore::create(&folder.path().join("bank.db"), &Aggregates::bank()).unwrap().log();
        fn begin(_: &dyn LogReader) -> Result<Work<'_, u64>> {
            Ok(Box::new(|piece, give| give(*piece.start()).map(drop)))
        }
        for n_taken in [0_usize, 1, 7, 100] {
            let mut taken = Vec::new();
            in_pieces(&log, 1..=100, 1, begin, |first| {
                taken.push(first);
                Ok(if taken.len() > n_taken { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            })
            .unwrap();
            assert_eq!(taken, (1..=100).take(n_taken + 1).collect::<Vec<_>>());
        }
        fn in_parts(_: &dyn LogReader) -> Result<Work<'_, u64>> {
            // A piece that begins with n has n modulo 3 parts, so some have none.
            Ok(Box::new(|piece, give| {
                (0..piece.start() % 3).try_for_each(|_| give(*piece.start()).map(drop))
            }))
        }
        let mut parts = Vec::new();
        in_pieces(&log, 1..=100, 1, in_parts, |part| {
            parts.push(part);
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
        let expected = (1..=100_u64).flat_map(|n| std::iter::repeat_n(n, usize::try_from(n % 3).unwrap()));
        assert_eq!(parts, expected.collect::<Vec<_>>());
        fn failing(_: &dyn LogReader) -> Result<Work<'_, u64>> {
            Ok(Box::new(|piece, give| {
                if *piece.start() == 50 {
                    anyhow::bail!("no")
                }
                give(1).map(drop)
            }))
        }
        let mut n_taken = 0;
        let failed = in_pieces(&log, 1..=100, 1, failing, |n| {
            n_taken += n;
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!((failed.unwrap_err().to_string(), n_taken), ("no".to_owned(), 49));
    }
}
