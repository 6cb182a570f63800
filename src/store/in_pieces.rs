//! A long stretch of a log in pieces, worked at on every core, with the results taken in order.

use std::ops::{ControlFlow, RangeInclusive};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::Result;

use crate::store::sqlite::SqliteStore;

/// How many results wait for their turn, of each worker: one to take and one behind it, so that nobody waits while the
/// others work, and no more is held in memory.
const WAITING_MAX: usize = 2;

/// How many work at most: beyond that the one who takes the results is what is waited for.
const WORKERS_MAX: usize = 4;

/// From how many pieces on more than one works: opening a store takes a millisecond, as a piece does.
const PIECES_SHARED_MIN: u64 = 8;

/// What a worker makes of a piece, with the store that it has open for itself.
pub type Work<'s, T> = Box<dyn FnMut(RangeInclusive<u64>) -> Result<T> + 's>;

/// Cuts `whole` into pieces of `n` (the last may be shorter), has `begin`'s work done to each, and gives the results to
/// `take` in order, until that breaks off.
///
/// # Errors
/// Those of the work, of `take`, and of opening the store again.
pub fn in_pieces<T: Send>(
    store: &SqliteStore,
    whole: RangeInclusive<u64>,
    n: u64,
    begin: impl for<'s> Fn(&'s SqliteStore) -> Result<Work<'s, T>> + Sync,
    mut take: impl FnMut(T) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let pieces = Pieces { whole, n };
    let n_workers = thread::available_parallelism().map_or(1, usize::from).min(WORKERS_MAX);
    if n_workers == 1 || pieces.count() < PIECES_SHARED_MIN {
        let mut work = begin(store)?;
        for piece in (0..).map_while(|nth| pieces.nth(nth)) {
            if take(work(piece)?)?.is_break() {
                break;
            }
        }
        return Ok(());
    }
    thread::scope(|scope| {
        let (pieces, begin) = (&pieces, &begin);
        let mut results: Vec<Receiver<Result<T>>> = Vec::new();
        for first in 0..n_workers {
            let (sender, receiver) = sync_channel(WAITING_MAX);
            let path = store.path();
            scope.spawn(move || {
                let opened = SqliteStore::open_read_only(path).map_err(anyhow::Error::from);
                let worked =
                    opened.and_then(|store| work_at(begin(&store)?, pieces, first, n_workers, &sender));
                if let Err(error) = worked {
                    drop(sender.send(Err(error)));
                }
            });
            results.push(receiver);
        }
        // Piece by piece, each from the one whose turn it is; where one has nothing more, nobody has.
        for receiver in results.iter().cycle() {
            let Ok(result) = receiver.recv() else { break };
            if take(result?)?.is_break() {
                break;
            }
        }
        // Whoever still works finds nobody to give it to, and ends.
        drop(results);
        Ok(())
    })
}

/// Does every `n_workers`th piece, until nobody takes the results.
fn work_at<T>(
    mut work: Work<'_, T>,
    pieces: &Pieces,
    first: usize,
    n_workers: usize,
    results: &SyncSender<Result<T>>,
) -> Result<()> {
    for nth in (first as u64..).step_by(n_workers) {
        let Some(piece) = pieces.nth(nth) else { break };
        if results.send(Ok(work(piece)?)).is_err() {
            break;
        }
    }
    Ok(())
}

/// A stretch cut into pieces.
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
        let store = SqliteStore::create(&folder.path().join("bank.db")).unwrap();
        fn begin(_: &SqliteStore) -> Result<Work<'_, u64>> {
            Ok(Box::new(|piece| Ok(*piece.start())))
        }
        for n_taken in [0_usize, 1, 7, 100] {
            let mut taken = Vec::new();
            in_pieces(&store, 1..=100, 1, begin, |first| {
                taken.push(first);
                Ok(if taken.len() > n_taken { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            })
            .unwrap();
            assert_eq!(taken, (1..=100).take(n_taken + 1).collect::<Vec<_>>());
        }
        fn failing(_: &SqliteStore) -> Result<Work<'_, u64>> {
            Ok(Box::new(|piece| if *piece.start() == 50 { anyhow::bail!("no") } else { Ok(1) }))
        }
        let mut n_taken = 0;
        let failed = in_pieces(&store, 1..=100, 1, failing, |n| {
            n_taken += n;
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!((failed.unwrap_err().to_string(), n_taken), ("no".to_owned(), 49));
    }
}
