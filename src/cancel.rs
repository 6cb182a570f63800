//! The token that stops anything long.
//!
//! The caller of a long task hands in a [`Cancel`]. The task asks it every few events, and answers [`Cancelled`] where an
//! end was asked for. A callback for progress only reports: it stops nothing by what it returns.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request to stop, shared by the side that may make it and the side that heeds it: a clone is the same token.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

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
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether an end was asked for. As cheap as reading a number: a hot loop may ask for each of its rows.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
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
        Arc::clone(&self.0)
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
    use super::{Cancel, Cancelled};

    #[test]
    fn a_clone_is_the_same_token_and_another_token_is_not() {
        let (token, other) = (Cancel::new(), Cancel::never());
        let clone = token.clone();
        assert_eq!((token.check(), clone.check()), (Ok(()), Ok(())));
        clone.cancel();
        assert_eq!((token.check(), clone.check(), other.check()), (Err(Cancelled), Err(Cancelled), Ok(())));
    }
}
