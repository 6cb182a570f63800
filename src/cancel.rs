//! The token that stops anything long.
//!
//! The caller of a long task passes a [`Cancel`]. The task checks it every few events, and returns [`Cancelled`] if an end
//! was asked for. A callback for progress only reports: what it returns stops nothing.
//!
//! A question that a newer one replaces is cancelled, too: [`NewestTask`] keeps the token of the newest one. A task may also
//! have to end for another reason than a request, such as a limit on its time: [`Cancel::or_when`] adds that.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request to stop, shared by the side that may make it and the side that heeds it: a clone is the same token.
#[derive(Clone, Default)]
pub struct Cancel {
    is_asked: Arc<AtomicBool>,
    /// Another reason to end.
    or_when: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
}

impl Cancel {
    /// A token that nobody has cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A token that nobody cancels, for a caller that waits for the answer however long it takes.
    pub fn never() -> Self {
        Self::default()
    }

    /// Asks for an end. Once asked for, it is not taken back.
    pub fn cancel(&self) {
        self.is_asked.store(true, Ordering::Relaxed);
    }

    /// Whether an end was asked for. As cheap as reading a number: a hot loop may ask for each of its rows.
    pub fn is_cancelled(&self) -> bool {
        self.is_asked.load(Ordering::Relaxed) || self.or_when.as_ref().is_some_and(|ends| ends())
    }

    /// The same token, which also counts as cancelled while `ends` returns true. `ends` is called at each check.
    pub fn or_when(&self, ends: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        let before = self.or_when.clone();
        let either = move || before.as_ref().is_some_and(|before| before()) || ends();
        Self { is_asked: Arc::clone(&self.is_asked), or_when: Some(Arc::new(either)) }
    }

    /// [`Cancelled`] where an end was asked for.
    ///
    /// # Errors
    /// [`Cancelled`], and nothing else.
    pub fn check(&self) -> OrCancelled<()> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    /// The flag of the token, for signal handlers, which can only set one.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_asked)
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cancel").field(&self.is_asked).finish_non_exhaustive()
    }
}

/// The token of the newest of several tasks. A new task replaces the one before.
#[derive(Debug, Default)]
pub struct NewestTask(RefCell<Cancel>);

impl NewestTask {
    /// Cancels the task before, and gives the token of the next one.
    pub fn replace(&self) -> Cancel {
        let next = Cancel::new();
        self.0.replace(next.clone()).cancel();
        next
    }

    /// Cancels the newest task.
    pub fn cancel(&self) {
        self.0.borrow().cancel();
    }
}

/// There is no answer, because an end was asked for before there was one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

/// An answer, or that it was cancelled before there was one.
pub type OrCancelled<T> = Result<T, Cancelled>;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cancelled")
    }
}

impl std::error::Error for Cancelled {}

#[cfg(test)]
mod tests {
    use super::{Cancel, Cancelled, NewestTask};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn a_clone_is_the_same_token_and_another_token_is_not() {
        let (token, other) = (Cancel::new(), Cancel::never());
        let clone = token.clone();
        assert_eq!((token.check(), clone.check()), (Ok(()), Ok(())));
        clone.cancel();
        assert_eq!((token.check(), clone.check(), other.check()), (Err(Cancelled), Err(Cancelled), Ok(())));
    }

    #[test]
    fn a_token_with_another_end_has_both_and_the_token_that_it_comes_from_has_one() {
        let (token, is_late) = (Cancel::new(), Arc::new(AtomicBool::new(false)));
        let clock = Arc::clone(&is_late);
        let both = token.or_when(move || clock.load(Ordering::Relaxed)).or_when(|| false);
        assert_eq!((token.check(), both.check()), (Ok(()), Ok(())));
        is_late.store(true, Ordering::Relaxed);
        assert_eq!((token.check(), both.check()), (Ok(()), Err(Cancelled)));
        is_late.store(false, Ordering::Relaxed);
        assert_eq!(both.check(), Ok(()));
        token.cancel();
        assert_eq!((token.check(), both.check()), (Err(Cancelled), Err(Cancelled)));
    }

    #[test]
    fn a_task_is_cancelled_by_the_one_that_replaces_it() {
        let newest = NewestTask::default();
        let (first, second) = (newest.replace(), newest.replace());
        assert_eq!((first.check(), second.check()), (Err(Cancelled), Ok(())));
        newest.cancel();
        assert_eq!(second.check(), Err(Cancelled));
    }
}
