//! Read-ahead: one thread reads the log while another works, in bounded memory.
//!
//! Callers that work through the whole log use this and wait: the calling thread reads, a second one projects, folds or
//! checks, and ends before the call returns. Rooms below the runtime need it, where no loop could serve it; so it is
//! here, beside the port that it reads from. (Threads that follow the log while the explorer is open are in the
//! runtime.)

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread;

use anyhow::Result;

/// The side of the second thread: takes chunks and reports what is done.
#[derive(Debug)]
pub struct Ahead<C, D> {
    chunks: Receiver<C>,
    done: Sender<D>,
}

impl<C, D> Ahead<C, D> {
    /// Waits for the next chunk; `None` after the last.
    pub fn next(&self) -> Option<C> {
        self.chunks.recv().ok()
    }

    /// Reports what is done to the reading thread, and gives it buffers back.
    pub fn report(&self, done: D) {
        // Only if the reading thread has failed, there is no receiver.
        let _ = self.done.send(done);
    }
}

/// Reads chunks on the calling thread until there are none, while `take` consumes them on a second one. `on_done` is
/// called on the calling thread with the reports of `take`. Returns the result of `take`, which may end before the last
/// chunk. At most `n_waiting_max` chunks wait; in addition, one is being read and one is being consumed.
///
/// # Errors
/// Those of `read`; chunks read before are consumed first.
pub fn read_ahead<S, C: Send, D: Send, T: Send>(
    n_waiting_max: usize,
    source: &mut S,
    mut read: impl FnMut(&mut S) -> Result<Option<C>>,
    take: impl FnOnce(&Ahead<C, D>) -> T + Send,
    mut on_done: impl FnMut(&mut S, D),
) -> Result<T> {
    let (sender, chunks) = sync_channel(n_waiting_max);
    // It is emptied before each chunk is read, so it holds at most as many reports as there can be chunks.
    let (done, dones) = channel();
    thread::scope(|scope| {
        let taker = scope.spawn(move || take(&Ahead { chunks, done }));
        let read_to_end = loop {
            dones.try_iter().for_each(|done| on_done(source, done));
            let is_taken = match read(source) {
                Ok(chunk) => chunk.is_some_and(|chunk| sender.send(chunk).is_ok()),
                Err(error) => break Err(error),
            };
            if !is_taken {
                break Ok(());
            }
        };
        drop(sender);
        dones.iter().for_each(|done| on_done(source, done));
        let taken = taker.join().unwrap_or_else(|panic| resume_unwind(panic));
        read_to_end.map(|()| taken)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn chunks_are_taken_in_order_and_every_one_is_reported() {
        let (mut last, mut reported) = (0, Vec::new());
        let read = |last: &mut u32| {
            *last += 1;
            Ok((*last <= 100).then_some(*last))
        };
        let take = |ahead: &Ahead<u32, u32>| {
            let mut sum = 0;
            while let Some(chunk) = ahead.next() {
                sum += chunk;
                ahead.report(chunk);
            }
            sum
        };
        assert_eq!(read_ahead(1, &mut last, read, take, |_, done| reported.push(done)).unwrap(), 5_050);
        assert_eq!(reported, (1..=100).collect::<Vec<_>>());
    }

    #[test]
    fn who_takes_may_end_first_and_little_is_read_in_vain() {
        let mut n_read = 0;
        let read = |n_read: &mut usize| {
            *n_read += 1;
            Ok(Some(*n_read))
        };
        let take = |ahead: &Ahead<usize, ()>| ahead.next();
        let first = read_ahead(2, &mut n_read, read, take, |_, ()| {}).unwrap();
        assert_eq!(first, Some(1));
        assert!(n_read <= 5, "{n_read}");
    }

    #[test]
    fn a_read_error_comes_after_the_chunks_before_it() {
        let mut chunks = vec![2, 1];
        let read =
            |chunks: &mut Vec<u32>| chunks.pop().map_or_else(|| bail!("it is torn"), |chunk| Ok(Some(chunk)));
        let mut reported = Vec::new();
        let take = |ahead: &Ahead<u32, u32>| {
            while let Some(chunk) = ahead.next() {
                ahead.report(chunk);
            }
        };
        let torn = read_ahead(1, &mut chunks, read, take, |_, done| reported.push(done));
        assert_eq!(torn.unwrap_err().to_string(), "it is torn");
        assert_eq!(reported, [1, 2]);
    }
}
