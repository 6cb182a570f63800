//! A cache of the streams that the latest batches touched, with their rows.

use std::collections::HashMap;

use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::projections::Touched;

/// The most streams that are kept: some 30 MB, and more than twice as many as a batch can touch, so that the busy ones
/// stay.
const N_STREAMS_MAX: usize = 131_072;

/// Streams as of one checkpoint.
#[derive(Debug, Default)]
pub(in crate::read_model) struct KnownStreams {
    at: GlobalPosition,
    streams: HashMap<StreamName, Touched>,
}

impl KnownStreams {
    /// Removes and returns the streams as of a checkpoint. A failed batch keeps nothing, because its streams do not
    /// agree with the rows.
    pub(in crate::read_model) fn take(&mut self, at: GlobalPosition) -> HashMap<StreamName, Touched> {
        let streams = std::mem::take(&mut self.streams);
        if self.at == at { streams } else { HashMap::new() }
    }

    /// Keeps the streams that a batch touched, and as many of the others as there is room for.
    pub(in crate::read_model) fn keep(
        &mut self,
        at: GlobalPosition,
        others: HashMap<StreamName, Touched>,
        touched: Vec<Touched>,
    ) {
        let n_others = N_STREAMS_MAX.saturating_sub(touched.len());
        self.at = at;
        self.streams = if others.len() > n_others { HashMap::new() } else { others };
        let touched = touched.into_iter().take(N_STREAMS_MAX);
        self.streams.extend(touched.map(|stream| (stream.name.clone(), Touched { is_new: false, ..stream })));
    }
}
