//! A search in both directions from a place, until the two meet.

use std::ops::{ControlFlow, RangeInclusive};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::event::{GlobalPosition, StreamPosition};
use crate::domain::moment::Moment;
use crate::replay::matcher::Matcher;
use crate::replay::search::Search;
use crate::runtime::finder::pieces::SearchPieces;
use crate::runtime::finder::searching::{Scope, Searcher, n_events_in};
use crate::store::EventReader;
use crate::store::log::Log;
use crate::store::log::scan::StreamNumber;
use crate::tui::questions::find::{FindProgress, NewHits, RingPart};

/// The interval between two reports: a person reads no faster, and each report redraws the screen.
const REPORT_EVERY: Duration = Duration::from_millis(50);

/// Before this time a rate is not meaningful.
const RATE_AFTER: Duration = Duration::from_millis(200);

/// The most hits that each direction reports one by one; both together take some 3 MB in the model. Further hits are
/// counted, and enough of them reported for the ruler's marks.
const HITS_REPORTED_MAX: u64 = 50_000;

/// Number of parts of the log; one further hit is reported for each: a ruler that is zoomed in a little still has one for
/// each of its columns.
const MARKS_MAX: u64 = 16_384;

/// The most searched pieces that wait to be reported, so that a search does not run ahead of its reports.
const PIECES_WAITING_MAX: usize = 16;

/// A search in both directions from a place.
pub(super) struct TwoWaySearch {
    stream: Option<StreamNumber>,
    pieces: SearchPieces,
    n_events: u64,
    /// The whole part, before any of it is searched.
    whole: RingPart,
    head: GlobalPosition,
}

/// The result of one piece.
struct SearchedPiece {
    is_forward: bool,
    n_events: u64,
    /// The position that its direction has reached.
    reached: GlobalPosition,
    marks: Vec<Moment>,
    n_hits: u64,
    /// Whether its direction has reported all of its hits so far.
    is_all_reported: bool,
}

impl TwoWaySearch {
    /// A search of a scope from a place in it; `whole` is the part of the log, up to its head, that the scope covers.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(super) fn of(
        store: &dyn EventReader,
        scope: &Scope,
        start: u64,
        whole: RingPart,
        head: GlobalPosition,
    ) -> Result<Self> {
        let n_events = scope.n_events(store, &scope.numbers)?;
        let pieces = SearchPieces::around(store, scope, start)?;
        Ok(Self { stream: scope.stream, n_events, pieces, whole, head })
    }

    /// Searches, and reports; ends early if it is cancelled.
    pub(super) fn search(
        &self,
        log: &dyn Log,
        search: &Search,
        cancel: &Cancel,
        report: &mut dyn FnMut(NewHits),
    ) -> Result<()> {
        let matcher = Matcher::new(search)?;
        let n_taken = AtomicUsize::new(0);
        thread::scope(|scope| {
            let (sender, results) = sync_channel(PIECES_WAITING_MAX);
            for is_forward in [true, false] {
                let side = SearchSide { sides: self, search, is_forward, n_taken: &n_taken, cancel };
                let (results, matcher) = (sender.clone(), matcher.clone());
                scope.spawn(move || {
                    if let Err(error) = side.search(log, matcher, &results) {
                        drop(results.send(Err(error)));
                    }
                });
            }
            drop(sender);
            HitReporter::new(self).report_all(&results, cancel, report)
        })
    }
}

/// One direction of a search.
struct SearchSide<'a> {
    sides: &'a TwoWaySearch,
    search: &'a Search,
    is_forward: bool,
    /// Number of pieces that both directions have taken.
    n_taken: &'a AtomicUsize,
    cancel: &'a Cancel,
}

impl SearchSide<'_> {
    /// Searches piece by piece, until the directions meet or it is cancelled.
    fn search(
        &self,
        log: &dyn Log,
        matcher: Matcher,
        results: &SyncSender<Result<SearchedPiece>>,
    ) -> Result<()> {
        let pieces = &self.sides.pieces;
        if pieces.n() == 0 {
            return Ok(());
        }
        let store = log.reader()?;
        let mut searcher = Searcher::new(&*store, matcher);
        let mut reported = HitSampler { n: 0, last_cell: None, n_positions: self.sides.head.number().max(1) };
        for nth in 0.. {
            if self.n_taken.fetch_add(1, Ordering::Relaxed) >= pieces.n() {
                break;
            }
            let place = if self.is_forward { Some(nth) } else { pieces.n().checked_sub(nth + 1) };
            let Some(piece) = place.and_then(|place| pieces.nth(&*store, place).transpose()).transpose()?
            else {
                break;
            };
            let mut hits = Vec::new();
            searcher.hits(self.sides.stream, &piece, self.cancel, |hit| {
                hits.push(hit);
                ControlFlow::Continue(())
            })?;
            let reached = self.reached(&*store, &piece)?;
            // The result of an interrupted piece is not valid.
            if self.cancel.is_cancelled() {
                break;
            }
            let n_hits = hits.len() as u64;
            let marks = reported.marks(hits, self.is_forward);
            let is_all_reported = reported.n <= HITS_REPORTED_MAX;
            let n_events = n_events_in(&*store, self.sides.stream, &piece)?;
            let searched = SearchedPiece {
                is_forward: self.is_forward,
                n_events,
                reached,
                marks,
                n_hits,
                is_all_reported,
            };
            if results.send(Ok(searched)).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// The position of the far end of a piece.
    fn reached(&self, store: &dyn EventReader, piece: &RangeInclusive<u64>) -> Result<GlobalPosition> {
        let number = if self.is_forward { *piece.end() } else { *piece.start() };
        let Some(stream) = &self.search.stream else { return Ok(GlobalPosition::new(number)) };
        let event = store.read_stream(stream, StreamPosition::new(number), 1)?.pop();
        Ok(event.map_or(self.sides.head, |event| event.position))
    }
}

/// How many hits a direction has found, and which of them it has reported.
struct HitSampler {
    n: u64,
    last_cell: Option<u64>,
    n_positions: u64,
}

impl HitSampler {
    /// The hits of a piece that are reported: all of them, or one per cell if there are too many.
    fn marks(&mut self, mut hits: Vec<Moment>, is_forward: bool) -> Vec<Moment> {
        self.n = self.n.saturating_add(hits.len() as u64);
        if self.n <= HITS_REPORTED_MAX {
            return hits;
        }
        if !is_forward {
            hits.reverse();
        }
        hits.retain(|hit| {
            let cell =
                u128::from(hit.position.number()) * u128::from(MARKS_MAX) / u128::from(self.n_positions);
            let cell = u64::try_from(cell).ok();
            std::mem::replace(&mut self.last_cell, cell) != cell
        });
        hits
    }
}

/// Decides what to report, and when.
struct HitReporter<'a> {
    sides: &'a TwoWaySearch,
    began: Instant,
    reported: Option<Instant>,
    /// Results that are not reported yet.
    came: NewHits,
    is_all_reported: bool,
    /// Whether the forward direction has reported a hit.
    has_reported_forward: bool,
    /// Whether the backward direction has.
    has_reported_backward: bool,
}

impl<'a> HitReporter<'a> {
    fn new(sides: &'a TwoWaySearch) -> Self {
        let came = NewHits {
            unsearched: Some(sides.whole),
            untold: Some(sides.whole),
            progress: FindProgress { n_all: sides.n_events, ..FindProgress::default() },
            ..NewHits::default()
        };
        Self {
            sides,
            began: Instant::now(),
            reported: None,
            came,
            is_all_reported: true,
            has_reported_forward: false,
            has_reported_backward: false,
        }
    }

    /// Reports results from time to time, and the first hit of each direction at once, because somebody waits for that.
    fn report_all(
        mut self,
        results: &Receiver<Result<SearchedPiece>>,
        cancel: &Cancel,
        report: &mut dyn FnMut(NewHits),
    ) -> Result<()> {
        let mut n_pieces = 0;
        // An error ends this and both directions, whose results have no receiver then.
        while let Ok(searched) = results.recv() {
            n_pieces += 1;
            let is_first = self.take(searched?);
            let is_time = self.reported.unwrap_or(self.began).elapsed() >= REPORT_EVERY;
            if (is_first || is_time) && !cancel.is_cancelled() && n_pieces < self.sides.pieces.n() {
                report(self.news());
            }
        }
        if n_pieces == self.sides.pieces.n() && !cancel.is_cancelled() {
            self.came.unsearched = None;
            self.came.untold = self.came.untold.filter(|_| !self.is_all_reported);
            report(self.news());
        }
        Ok(())
    }

    /// Takes the result of a piece; returns whether it has the first hit of its direction.
    fn take(&mut self, searched: SearchedPiece) -> bool {
        let came = &mut self.came;
        came.n_hits += searched.n_hits;
        came.progress.n_done += searched.n_events;
        let moved = |part: &mut Option<RingPart>| {
            let Some(part) = part else { return };
            if searched.is_forward {
                part.first = searched.reached.plus(1);
            } else {
                part.last = searched.reached.minus(1);
            }
        };
        moved(&mut came.unsearched);
        if searched.is_all_reported {
            moved(&mut came.untold);
        }
        self.is_all_reported &= searched.is_all_reported;
        let has_hits = !searched.marks.is_empty();
        came.marks.extend(searched.marks);
        let has_told = if searched.is_forward {
            &mut self.has_reported_forward
        } else {
            &mut self.has_reported_backward
        };
        has_hits && !std::mem::replace(has_told, *has_told || has_hits)
    }

    /// The results since the last report.
    fn news(&mut self) -> NewHits {
        let elapsed = self.began.elapsed();
        let progress = &mut self.came.progress;
        if elapsed >= RATE_AFTER && progress.n_done > 0 {
            let rate = u128::from(progress.n_done) * 1_000_000 / elapsed.as_micros().max(1);
            progress.per_second = u64::try_from(rate).ok();
            let n_left = progress.n_all.saturating_sub(progress.n_done);
            progress.seconds_left = progress.per_second.map(|rate| n_left.div_ceil(rate.max(1)));
        }
        self.reported = Some(Instant::now());
        let mut marks = std::mem::take(&mut self.came.marks);
        marks.sort_by_key(|mark| mark.position);
        NewHits { marks, ..self.came.clone() }
    }
}
