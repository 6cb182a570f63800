//! The seeker: a stream's state from the nearest snapshot in memory or in the read model, or from the first event.

use anyhow::Result;

use crate::cancel::Cancel;
use crate::command_handler::Participants;
use crate::domain::command::Command;
use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::engine::location::Location;
use crate::read_model::engine::snapshots::KeptSnapshots;
use crate::replay::reconstruct::{FoldFrom, Reconstruction, reconstruct};
use crate::replay::snapshots::Snapshots;
use crate::store::folded_log::FoldedLog;

/// Seeks in one log.
pub struct Seeker {
    in_memory: Snapshots,
    kept: KeptSnapshots,
    does_leave: bool,
}

impl Seeker {
    /// Seeks with the snapshots of this read model, and saves some there after a long seek.
    pub fn new(location: &Location) -> Self {
        Self { in_memory: Snapshots::default(), kept: KeptSnapshots::open(location), does_leave: true }
    }

    /// A seeker that changes nothing.
    pub fn that_leaves_nothing(location: &Location) -> Self {
        Self { does_leave: false, ..Self::new(location) }
    }

    /// The state of a stream at a position.
    ///
    /// # Errors
    /// The log cannot be read, and [`Cancelled`](crate::cancel::Cancelled).
    pub fn state_at(
        &mut self,
        folded_log: FoldedLog<'_>,
        stream: &StreamName,
        at: GlobalPosition,
        from: FoldFrom,
        cancel: &Cancel,
    ) -> Result<Reconstruction> {
        let FoldedLog { log, aggregates } = folded_log;
        let version = log.version_at(stream, at)?;
        let read = |from, limit| log.read_stream(stream, from, limit);
        let fold = aggregates.fold_of(stream);
        if from == FoldFrom::FirstEvent {
            return Ok(reconstruct(fold, &mut Snapshots::default(), stream, version, read, cancel)??);
        }
        self.kept.bring(&mut self.in_memory, folded_log, stream, version.minus(1));
        let sought = reconstruct(fold, &mut self.in_memory, stream, version, read, cancel)??;
        if self.does_leave {
            self.kept.leave(&self.in_memory, folded_log, &sought);
        }
        Ok(sought)
    }

    /// The participants of a command with their states at the head, to decide it on.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn participants(&mut self, folded_log: FoldedLog<'_>, command: &Command) -> Result<Participants> {
        let head = folded_log.log.head()?;
        Participants::of(command, |stream| {
            Ok(self.state_at(folded_log, stream, head, FoldFrom::Snapshot, &Cancel::never())?.trace)
        })
    }

    /// The snapshots in memory, and those of the read model.
    pub fn snapshots(&mut self) -> (&mut Snapshots, &mut KeptSnapshots) {
        (&mut self.in_memory, &mut self.kept)
    }

    /// Forgets the snapshots in memory, because the meaning of events has changed.
    pub fn forget(&mut self) {
        self.in_memory.clear();
    }
}
