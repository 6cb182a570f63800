//! The chart of a stream: a field of its state after each event, folded as far as asked.

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
use crate::tui::questions::chart::{Chart, ChartQuestion, ChartValue};

/// The most points of a chart: more than two per column of any screen.
const CHART_POINTS_MAX: usize = 1_024;

/// A chart in progress, which can be continued.
pub(super) struct ChartInProgress {
    stream: StreamName,
    /// The name of the field that was asked for.
    asked: Option<String>,
    trace: Trace,
    line: ChartLine,
}

/// The points of the chart so far.
struct ChartLine {
    /// The name of the field that is drawn.
    field: Option<String>,
    /// Its place in the states, once they have it.
    place: Option<FieldId>,
    /// Its value at each position.
    points: Vec<(GlobalPosition, ChartValue)>,
    /// Number of events per point.
    stride: u64,
}

impl ChartInProgress {
    /// An empty chart of a field of a stream's state.
    pub(super) fn new(question: &ChartQuestion, field: Option<String>, fold: &dyn Fold) -> Self {
        let ChartQuestion { stream, field: asked, .. } = question.clone();
        let line = ChartLine { field, place: None, points: Vec::new(), stride: 1 };
        Self { stream, asked, trace: Trace::before_the_first_event(fold), line }
    }

    /// Whether it is the chart that the question asks for. A field that was chosen unasked stays, also when an earlier one
    /// gets a number.
    pub(super) fn answers(&self, question: &ChartQuestion) -> bool {
        let is_asked = self.asked == question.field && self.stream == question.stream;
        is_asked && self.line.field.is_some() && (self.asked.is_none() || self.asked == self.line.field)
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
        if self.line.field.is_none() {
            return Ok(());
        }
        let version = log.version_at(&self.stream, to)?;
        let (snapshots, kept) = seeker.snapshots();
        if self.trace.version == StreamPosition::START && version.number() >= FAR_EVENTS {
            self.take_in(kept, folded_log, version)?;
        }
        let Self { stream, trace, line, .. } = self;
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
        let points = std::iter::once(&first).filter(|first| first.version > StreamPosition::START);
        let points = points.chain(&traces).map(|trace| self.line.point(trace)).collect();
        (self.line.points, self.line.stride) = (points, stride);
        self.trace = last.clone();
        Ok(())
    }

    /// The chart so far; its last point is that of the newest event.
    pub(super) fn drawn(&mut self) -> Chart {
        let Self { stream, trace, line, .. } = self;
        let last = line.point(trace);
        let ChartLine { field, place, points, stride } = line;
        let mut points = points.clone();
        if points.last() != Some(&last) && trace.version > StreamPosition::START && field.is_some() {
            points.push(last);
        }
        let (state, shape) = (&trace.state, trace.state.shape());
        let label = place.and_then(|place| shape.spec(place)).map(|spec| spec.label.clone().into_owned());
        Chart {
            stream: stream.clone(),
            label: label.or_else(|| field.clone()).unwrap_or_default(),
            field: field.clone(),
            is_measure: place.is_some() && shape.measure == *place,
            currency: place.and_then(|place| state.currency_of(place)),
            points,
            every: *stride,
        }
    }
}

impl ChartLine {
    fn point(&mut self, trace: &Trace) -> (GlobalPosition, ChartValue) {
        let Some(name) = &self.field else { return (trace.position, ChartValue::Nothing) };
        // The fields of a state may come with its events, in an order that a snapshot keeps.
        let shape = trace.state.shape();
        let is_there = |place: FieldId| shape.spec(place).is_some_and(|spec| spec.name == *name);
        if !self.place.is_some_and(is_there) {
            self.place = shape.find(name);
        }
        let value = self.place.map_or(ChartValue::Nothing, |place| ChartValue::of(&trace.state.field(place)));
        (trace.position, value)
    }

    /// Adds the present value as a point. If there are too many points, every second one is dropped, but not the first.
    fn push(&mut self, trace: &Trace) {
        let number = trace.version.number();
        if number > 1 && !number.is_multiple_of(self.stride) {
            return;
        }
        let point = self.point(trace);
        self.points.push(point);
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
