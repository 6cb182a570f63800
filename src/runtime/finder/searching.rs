//! One search: the part of the log that it covers, and the hits in a piece of it.

use std::ops::{ControlFlow, RangeInclusive};
use std::rc::Rc;

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::replay::at::At;
use crate::replay::matcher::{FoundTexts, Matcher};
use crate::replay::search::Search;
use crate::runtime::position::{beginning_of, position_of};
use crate::store::EventReader;
use crate::store::log::LogReader;
use crate::store::log::scan::{RowRange, ScanFilter, ScannedRow, StreamNumber};

/// Stream names that are matched together: a few tenths of a millisecond of work.
const STREAMS_PER_BLOCK: u64 = 1_024;

/// The most event types that are remembered with their matches: more than a log of one system has. Other types are
/// matched each time.
const TYPES_KEPT_MAX: usize = 64;

/// The part of a log that a search covers: positions, or the versions of one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The stream, if its index of versions is used.
    pub stream: Option<StreamNumber>,
    /// The range of numbers, both ends included; empty if no event can be a hit.
    pub numbers: RangeInclusive<u64>,
}

/// The positions to search, from the search's own ends and within these. An event with a time is never before the first
/// position whose clock is no earlier than that time; but a late event may be anywhere up to the head.
///
/// # Errors
/// The store cannot be read.
pub fn positions_of(
    store: &dyn EventReader,
    search: &Search,
    within: RangeInclusive<u64>,
) -> Result<RangeInclusive<u64>> {
    let from = search.from.map(|at| beginning_of(store, at)).transpose()?;
    let to =
        search.to.filter(|at| !matches!(at, At::Time(_))).map(|at| position_of(store, at)).transpose()?;
    let first = from.map_or(1, GlobalPosition::number).max(*within.start()).max(1);
    let last = to.map_or(u64::MAX, GlobalPosition::number).min(*within.end());
    Ok(first..=last)
}

/// The number in a search's scope for a position: that of the last event up to it.
///
/// # Errors
/// The store cannot be read.
pub fn start_in(store: &dyn EventReader, search: &Search, at: GlobalPosition) -> Result<u64> {
    Ok(match &search.stream {
        Some(stream) => store.version_at(stream, at)?.number(),
        None => at.number(),
    })
}

impl Scope {
    /// The part of these positions that the search covers.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn of(store: &dyn LogReader, search: &Search, within: RangeInclusive<u64>) -> Result<Self> {
        let positions = positions_of(store, search, within)?;
        let Some(stream) = &search.stream else { return Ok(Self { stream: None, numbers: positions }) };
        let nothing = Self { stream: None, numbers: RangeInclusive::new(1, 0) };
        let Some(number) = store.stream_number(stream)?.filter(|_| !positions.is_empty()) else {
            return Ok(nothing);
        };
        let before = store.version_at(stream, GlobalPosition::new(positions.start() - 1))?;
        let last = store.version_at(stream, GlobalPosition::new(*positions.end()))?;
        Ok(Self { stream: Some(number), numbers: before.number() + 1..=last.number() })
    }

    /// The number of events with these numbers of the scope.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn n_events(&self, log: &dyn EventReader, numbers: &RangeInclusive<u64>) -> Result<u64> {
        n_events_in(log, self.stream, numbers)
    }
}

/// The number of events with these versions of a stream, or at these positions of the log.
///
/// # Errors
/// The log cannot be read.
pub(super) fn n_events_in(
    log: &dyn EventReader,
    stream: Option<StreamNumber>,
    numbers: &RangeInclusive<u64>,
) -> Result<u64> {
    if numbers.is_empty() {
        return Ok(0);
    }
    // Versions have no gaps, in any log.
    let (before, last) = (numbers.start().saturating_sub(1), *numbers.end());
    match stream {
        Some(_) => Ok(last - before),
        None => log.count(GlobalPosition::new(before), GlobalPosition::new(last)),
    }
}

/// Matches the events of a store.
pub struct Searcher<'s> {
    store: &'s dyn LogReader,
    matcher: Rc<Matcher>,
    /// The texts that occur in the names of streams, in blocks, as far as these were matched.
    streams: Vec<Option<Box<[FoundTexts]>>>,
    types: Vec<(Box<[u8]>, FoundTexts)>,
}

impl<'s> Searcher<'s> {
    /// A searcher for events that match.
    pub fn new(store: &'s dyn LogReader, matcher: Matcher) -> Self {
        Self { store, matcher: Rc::new(matcher), streams: Vec::new(), types: Vec::new() }
    }

    /// Calls `take` with the hits among these numbers of a scope, in order, until it stops or is cancelled.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn hits(
        &mut self,
        stream: Option<StreamNumber>,
        numbers: &RangeInclusive<u64>,
        cancel: &Cancel,
        mut take: impl FnMut(Moment) -> ControlFlow<()>,
    ) -> Result<()> {
        let range = RowRange { stream, first: *numbers.start(), last: *numbers.end() };
        let (store, matcher) = (self.store, Rc::clone(&self.matcher));
        let filter =
            ScanFilter { types: matcher.types(), times: matcher.times(), has_data: matcher.has_texts() };
        store.scan(range, filter, &mut |row| {
            if cancel.is_cancelled() {
                return Ok(ControlFlow::Break(()));
            }
            if matcher.has_texts() && !matcher.completes(self.elsewhere(row)?, row.data) {
                return Ok(ControlFlow::Continue(()));
            }
            Ok(take(Moment { position: row.position, clock: row.clock()? }))
        })
    }

    /// The texts that occur in a row's type and in the name of its stream.
    fn elsewhere(&mut self, row: &ScannedRow<'_>) -> Result<FoundTexts> {
        Ok(self.in_type(row.event_type).and(self.in_stream(row.stream)?))
    }

    fn in_type(&mut self, event_type: &[u8]) -> FoundTexts {
        if let Some((_, found)) = self.types.iter().find(|(known, _)| **known == *event_type) {
            return *found;
        }
        let found = self.matcher.found_in(event_type);
        if self.types.len() < TYPES_KEPT_MAX {
            self.types.push((event_type.into(), found));
        }
        found
    }

    fn in_stream(&mut self, stream: StreamNumber) -> Result<FoundTexts> {
        let number = stream.0;
        let (block, nth) = (number / STREAMS_PER_BLOCK, number % STREAMS_PER_BLOCK);
        let (Ok(block), Ok(nth)) = (usize::try_from(block), usize::try_from(nth)) else {
            return Ok(FoundTexts::default());
        };
        if self.streams.len() <= block {
            self.streams.resize_with(block + 1, || None);
        }
        if let Some(Some(known)) = self.streams.get(block) {
            return Ok(known.get(nth).copied().unwrap_or_default());
        }
        let names = self.read_block(block as u64)?;
        let found = names.get(nth).copied().unwrap_or_default();
        if let Some(place) = self.streams.get_mut(block) {
            *place = Some(names);
        }
        Ok(found)
    }

    /// The texts in the names of a block of streams. Later streams are not included: a search covers the streams that
    /// existed when it began, or it begins again.
    fn read_block(&self, block: u64) -> Result<Box<[FoundTexts]>> {
        let first = block * STREAMS_PER_BLOCK;
        let n = usize::try_from(STREAMS_PER_BLOCK).unwrap_or(usize::MAX);
        let mut found = vec![FoundTexts::default(); n];
        self.store.stream_names(StreamNumber(first), n, &mut |stream, name| {
            let nth = stream.0.checked_sub(first).and_then(|nth| usize::try_from(nth).ok());
            if let Some(place) = nth.and_then(|nth| found.get_mut(nth)) {
                *place = self.matcher.found_in(name);
            }
        })?;
        Ok(found.into())
    }
}
