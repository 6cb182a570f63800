//! The pieces of a search: parts of a log of about the same number of events, in order of distance from a place.

use std::ops::RangeInclusive;

use anyhow::Result;

use crate::domain::event::GlobalPosition;
use crate::runtime::finder::searching::Scope;
use crate::store::EventReader;

/// Events searched between two choices of the next piece: some milliseconds of work.
const PIECE_EVENTS: usize = 8_192;

/// The pieces of a scope in order of distance from a place, around the end. Together they cover it.
pub(super) struct SearchPieces {
    is_of_stream: bool,
    /// The part after the place, and the part up to it.
    parts: [PartOfScope; 2],
}

/// A part of a scope: the numbers after one, up to another.
struct PartOfScope {
    after: u64,
    last: u64,
    n_pieces: usize,
}

impl SearchPieces {
    /// The pieces of a scope around one of its numbers.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(super) fn around(store: &dyn EventReader, scope: &Scope, start: u64) -> Result<Self> {
        let (before, last) = (scope.numbers.start().saturating_sub(1), *scope.numbers.end());
        let start = start.clamp(before, last.max(before));
        let part = |after: u64, last: u64| -> Result<PartOfScope> {
            let n_events = scope.n_events(store, &(after + 1..=last))?;
            let n_pieces = usize::try_from(n_events.div_ceil(PIECE_EVENTS as u64)).unwrap_or(usize::MAX);
            Ok(PartOfScope { after, last, n_pieces })
        };
        Ok(Self { is_of_stream: scope.stream.is_some(), parts: [part(start, last)?, part(before, start)?] })
    }

    /// How many there are.
    pub(super) fn n(&self) -> usize {
        self.parts.iter().map(|part| part.n_pieces).sum()
    }

    /// The numbers of one of them, counted from 0; `None` if there are not as many.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(super) fn nth(&self, store: &dyn EventReader, nth: usize) -> Result<Option<RangeInclusive<u64>>> {
        let [behind, before] = &self.parts;
        let (part, nth) = match nth.checked_sub(behind.n_pieces) {
            None => (behind, nth),
            Some(nth) => (before, nth),
        };
        if nth >= part.n_pieces {
            return Ok(None);
        }
        let after = self.number(store, part, nth)?;
        let last = if nth + 1 == part.n_pieces { part.last } else { self.number(store, part, nth + 1)? };
        Ok(Some(after + 1..=last))
    }

    /// The number before the nth piece of a part.
    fn number(&self, store: &dyn EventReader, part: &PartOfScope, nth: usize) -> Result<u64> {
        let by = nth.saturating_mul(PIECE_EVENTS);
        if nth == 0 {
            Ok(part.after)
        } else if self.is_of_stream {
            // Versions have no gaps, in any log.
            Ok(part.after + by as u64)
        } else {
            let by = i64::try_from(by).unwrap_or(i64::MAX);
            Ok(store.nth(GlobalPosition::new(part.after), by)?.number())
        }
    }
}
