//! The answer about a chart: the choice of its field, and its points up to the head.

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::shape::{FieldId, Shape};
use crate::replay::reconstruct::FoldFrom;
use crate::runtime::log_worker::LogWorker;
use crate::runtime::log_worker::chart::ChartInProgress;
use crate::store::folded_log::FoldedLog;
use crate::tui::questions::chart::{Chart, ChartQuestion};

impl LogWorker {
    /// The chart up to the head; after a cancel the next call continues.
    pub(super) fn chart(&mut self, question: &ChartQuestion, cancel: &Cancel) -> Result<Chart> {
        let mut chart = match self.chart.take_if(|chart| chart.answers(question)) {
            Some(chart) => chart,
            None => {
                let field = self.charted_field(question, cancel)?;
                let fold = self.aggregates.fold_of(&question.stream);
                ChartInProgress::new(question, field, fold)
            }
        };
        let log = FoldedLog { log: &*self.store, aggregates: &self.aggregates };
        let caught_up = chart.catch_up(log, &mut self.seeker, question.head, cancel);
        let drawn = caught_up.map(|()| chart.drawn());
        // The progress is kept, so that another question about the stream continues from there.
        self.chart = Some(chart);
        drawn
    }

    /// The name of the field to draw. Where the aggregate does not say which fields there are, the state at the head does.
    fn charted_field(&mut self, question: &ChartQuestion, cancel: &Cancel) -> Result<Option<String>> {
        let ChartQuestion { stream, field, head } = question;
        let name_in = |shape: &Shape, field: Option<FieldId>| {
            field.and_then(|field| shape.spec(field)).map(|spec| spec.name.clone().into_owned())
        };
        let shape = self.aggregates.fold_of(stream).shape();
        let known = field.as_deref().and_then(|name| shape.find(name)).or(shape.measure);
        if known.is_some() {
            return Ok(name_in(shape, known));
        }
        let state = self.state_at(stream, *head, FoldFrom::Snapshot, cancel)?.trace.state;
        Ok(name_in(state.shape(), state.charted(field.as_deref())))
    }
}
