//! The chart of a stream: its measure after each event, folded as far as asked.

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
use crate::domain::fold::Fold;
use crate::domain::shape::FieldId;
use crate::read_model::engine::snapshots::{FAR_EVENTS, KeptSnapshots};
use crate::replay::fold_loop::{FoldStep, fold_stream};
use crate::replay::snapshots::SNAPSHOT_SPACING_EVENTS;
use crate::replay::trace::Trace;
use crate::runtime::log_worker::seeker::Seeker;
use crate::store::folded_log::FoldedLog;
use crate::tui::questions::chart::Chart;

/// The most points of a chart: more than two per column of any screen.
const CHART_POINTS_MAX: usize = 1_024;

/// A chart in progress, which can be continued.
pub(super) struct ChartInProgress {
    stream: StreamName,
    trace: Trace,
    line: ChartLine,
}

/// The points of the chart so far.
struct ChartLine {
    /// The field that is drawn.
    measure: Option<FieldId>,
    /// Its value at each position; `None` where it is not a number.
    points: Vec<(GlobalPosition, Option<i64>)>,
    /// Number of events per point.
    stride: u64,
}

impl ChartInProgress {
    /// An empty chart of a stream.
    pub(super) fn new(stream: StreamName, fold: &dyn Fold) -> Self {
        let line = ChartLine { measure: fold.shape().measure, points: Vec::new(), stride: 1 };
        Self { stream, trace: Trace::before_the_first_event(fold), line }
    }

    /// Whether it is this stream's chart.
    pub(super) fn is_of(&self, stream: &StreamName) -> bool {
        self.stream == *stream
    }

    /// Folds on to a position, and leaves snapshots on the way. After a cancel another call continues.
    ///
    /// # Errors
    /// The store's own, and [`Cancelled`](crate::cancel::Cancelled).
    pub(super) fn catch_up(
        &mut self,
        folded_log: FoldedLog<'_>,
        seeker: &mut Seeker,
        to: GlobalPosition,
        cancel: &Cancel,
    ) -> Result<()> {
        let FoldedLog { log, aggregates } = folded_log;
        let version = log.version_at(&self.stream, to)?;
        let (snapshots, kept) = seeker.snapshots();
        if self.trace.version == StreamPosition::START && version.number() >= FAR_EVENTS {
            self.take_in(kept, folded_log, version)?;
        }
        let Self { stream, trace, line } = self;
        let read = |from, limit| log.read_stream(stream, from, limit);
        let each = |step: FoldStep<'_>| {
            snapshots.offer(stream, step.trace);
            line.push(step.trace);
        };
        Ok(fold_stream(aggregates.fold_of(stream), trace, version, read, cancel, each)??)
    }

    /// Continues along the snapshots of the stream, if there are as many as the chart needs points.
    fn take_in(
        &mut self,
        kept: &mut KeptSnapshots,
        folded_log: FoldedLog<'_>,
        version: StreamPosition,
    ) -> Result<()> {
        let n_spacings = version.number() / SNAPSHOT_SPACING_EVENTS;
        let n_to_a_point = n_spacings.div_ceil(CHART_POINTS_MAX as u64).max(1);
        let stride = n_to_a_point * SNAPSHOT_SPACING_EVENTS;
        let traces = kept.every(stride, folded_log, &self.stream, version);
        let Some(last) = traces.last().filter(|last| last.version > self.trace.version) else {
            return Ok(());
        };
        let fold = folded_log.aggregates.fold_of(&self.stream);
        let mut first = Trace::before_the_first_event(fold);
        let read = |from, limit| folded_log.log.read_stream(&self.stream, from, limit);
        fold_stream(fold, &mut first, StreamPosition::new(1), read, &Cancel::never(), |_| {})??;
        self.line.stride = stride;
        let points = std::iter::once(&first).filter(|first| first.version > StreamPosition::START);
        self.line.points = points.chain(&traces).map(|trace| self.line.point(trace)).collect();
        self.trace = last.clone();
        Ok(())
    }

    /// The chart so far; its last point is that of the newest event.
    pub(super) fn drawn(&self) -> Chart {
        let ChartLine { measure, points, stride } = &self.line;
        let mut points = points.clone();
        let last = self.line.point(&self.trace);
        if points.last() != Some(&last) && self.trace.version > StreamPosition::START {
            points.push(last);
        }
        let points = points.into_iter().filter_map(|(position, value)| Some((position, value?))).collect();
        let state = &self.trace.state;
        let currency = measure.and_then(|measure| state.currency_of(measure));
        let spec = measure.and_then(|measure| state.shape().spec(measure));
        let label = spec.map_or_else(String::new, |spec| spec.label.clone().into_owned());
        Chart { stream: self.stream.clone(), label, currency, points, every: *stride }
    }
}

impl ChartLine {
    fn point(&self, trace: &Trace) -> (GlobalPosition, Option<i64>) {
        (trace.position, self.measure.and_then(|measure| trace.state.field(measure).as_integer()))
    }

    /// Adds the present value as a point. If there are too many points, every second one is dropped, but not the first.
    fn push(&mut self, trace: &Trace) {
        let number = trace.version.number();
        if number > 1 && !number.is_multiple_of(self.stride) {
            return;
        }
        self.points.push(self.point(trace));
        if self.points.len() > CHART_POINTS_MAX {
            // The points are those of the first event, and of each n-th event after it.
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
