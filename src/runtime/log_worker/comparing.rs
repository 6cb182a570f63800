//! States of the write side for the rows that the query view shows, so that both can be compared.

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::event::{GlobalPosition, StreamName};
use crate::replay::reconstruct::FoldFrom;
use crate::replay::trace::Trace;
use crate::runtime::log_worker::LogWorker;
use crate::tui::questions::comparison::{CompareQuestion, ComparedStream, Comparison};

impl LogWorker {
    /// The write side's states of the streams, and whether they come from the same mappings as the rows.
    pub(super) fn compare(&mut self, question: &CompareQuestion, cancel: &Cancel) -> Result<Comparison> {
        let CompareQuestion { playhead, rows_at, ref read_by, ref streams } = *question;
        let is_of_older_mapping = !self.aggregates.mappings().read_alike(read_by);
        let mut compared = Vec::with_capacity(streams.len());
        for stream in streams {
            let at_playhead = self.compared(stream, playhead, cancel)?;
            let at_rows = self.compared(stream, rows_at, cancel)?;
            compared.push(ComparedStream {
                stream: stream.clone(),
                at_playhead: at_playhead.state,
                version_at_rows: at_rows.version,
                n_not_understood_at_rows: at_rows.n_not_understood,
                at_rows: at_rows.state,
            });
            cancel.check()?;
        }
        let read_by = read_by.clone();
        Ok(Comparison { playhead, rows_at, read_by, is_of_older_mapping, streams: compared })
    }

    /// A stream's state at a position and its origin. When the playhead moves, most streams of a window stay the
    /// same.
    fn compared(&mut self, stream: &StreamName, at: GlobalPosition, cancel: &Cancel) -> Result<Trace> {
        let version = self.store.version_at(stream, at)?;
        let key = (stream.clone(), version);
        if let Some(trace) = self.compared.get(&key) {
            return Ok(trace.clone());
        }
        let trace = self.state_at(stream, at, FoldFrom::Snapshot, cancel)?.trace;
        self.compared.put(key, trace.clone());
        Ok(trace)
    }
}
