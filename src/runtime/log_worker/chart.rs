//! The chart of a stream: its measure after each event, folded as far as asked.

use anyhow::Result;

use crate::domain::aggregates::account::fold::AccountFold;
use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
use crate::read_model::engine::snapshots::{FAR_EVENTS, KeptSnapshots};
use crate::replay::reconstruct::FOLD_CHUNK_EVENTS;
use crate::replay::snapshots::SNAPSHOT_SPACING_EVENTS;
use crate::replay::trace::Trace;
use crate::runtime::log_worker::seeker::Seeker;
use crate::store::EventReader;
use crate::tui::questions::chart::Chart;

/// How many points of a balance chart are kept: more than any screen has columns, with two points to each.
const CHART_POINTS_MAX: usize = 1_024;

/// A chart that goes on where it stopped.
pub(super) struct ChartInProgress {
    stream: StreamName,
    trace: Trace,
    points: Vec<(GlobalPosition, i64)>,
    /// A point is kept every so many events.
    stride: u64,
}

impl ChartInProgress {
    /// The chart of an account of which nothing has been read yet.
    pub(super) fn new(stream: StreamName) -> Self {
        Self { stream, trace: Trace::default(), points: Vec::new(), stride: 1 }
    }

    /// Whether it is this account's.
    pub(super) fn is_of(&self, stream: &StreamName) -> bool {
        self.stream == *stream
    }

    /// Folds on to a position, and leaves snapshots on the way; `false` where `goes_on` said before the end that nobody
    /// waits for it any more.
    ///
    /// # Errors
    /// The store's own.
    pub(super) fn catch_up(
        &mut self,
        (store, fold): (&dyn EventReader, &AccountFold),
        seeker: &mut Seeker,
        to: GlobalPosition,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<bool> {
        let version = store.version_at(&self.stream, to)?;
        let (snapshots, kept) = seeker.snapshots();
        if self.trace.version == StreamPosition::START && version.number() >= FAR_EVENTS {
            self.take_in(kept, (store, fold), version);
        }
        while self.trace.version < version {
            let events = store.read_stream(&self.stream, self.trace.version.plus(1), FOLD_CHUNK_EVENTS)?;
            if events.is_empty() {
                break;
            }
            for event in events.iter().take_while(|event| event.version <= version) {
                self.trace.step(fold, event);
                snapshots.offer(&self.stream, &self.trace);
                self.push();
            }
            if self.trace.version < version && !goes_on() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Goes on along the snapshots that are kept of the account: as many as a chart has points for.
    fn take_in(
        &mut self,
        kept: &mut KeptSnapshots,
        (store, fold): (&dyn EventReader, &AccountFold),
        version: StreamPosition,
    ) {
        let n_spacings = version.number() / SNAPSHOT_SPACING_EVENTS;
        let n_to_a_point = n_spacings.div_ceil(CHART_POINTS_MAX as u64).max(1);
        let stride = n_to_a_point * SNAPSHOT_SPACING_EVENTS;
        let traces = kept.every(stride, (store, fold), &self.stream, version);
        let Some(last) = traces.last().filter(|last| last.version > self.trace.version) else { return };
        let mut first = Trace::default();
        // What cannot be read now is missing at the beginning of the line, and nowhere else.
        let events = store.read_stream(&self.stream, StreamPosition::new(1), 1).unwrap_or_default();
        events.iter().for_each(|event| drop(first.step(fold, event)));
        self.stride = stride;
        let points = std::iter::once(&first).filter(|first| first.version > StreamPosition::START);
        self.points = points.chain(&traces).map(|trace| (trace.position, trace.state.balance)).collect();
        self.trace = last.clone();
    }

    /// The chart as far as it has been folded; its last point is that of the newest event.
    pub(super) fn drawn(&self) -> Chart {
        let mut points = self.points.clone();
        let last = (self.trace.position, self.trace.state.balance);
        if points.last() != Some(&last) && self.trace.version > StreamPosition::START {
            points.push(last);
        }
        let (stream, currency, every) = (self.stream.clone(), self.trace.state.currency, self.stride);
        Chart { stream, currency, points, every }
    }

    /// Takes the balance now as a point; where there are too many, every second one goes. The first one stays.
    fn push(&mut self) {
        let number = self.trace.version.number();
        if number > 1 && !number.is_multiple_of(self.stride) {
            return;
        }
        self.points.push((self.trace.position, self.trace.state.balance));
        if self.points.len() > CHART_POINTS_MAX {
            // The points are those of the first event, and of each at which the stride comes round.
            let mut nth = 0;
            let is_first_its_own = self.stride > 1;
            self.points.retain(|_| {
                nth += 1;
                nth == 1 || (nth - u64::from(is_first_its_own)) % 2 == 0
            });
            self.stride *= 2;
        }
    }
}
