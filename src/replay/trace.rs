//! The state of a stream at a version, and how it came to be: what a snapshot keeps and a fold continues.

use crate::domain::event::{GlobalPosition, RecordedEvent, SourceId, StreamName, StreamPosition};
use crate::domain::fold::{Evolved, Fold, Meaning};
use crate::domain::shape::FieldId;
use crate::domain::state::State;
use crate::domain::state::fold_kind::FoldKind;

/// A stream's state with its origin: what a snapshot keeps and a seek continues from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    pub state: State,
    /// Number of events so far, including those not understood.
    pub version: StreamPosition,
    /// The position of the stream's newest event so far.
    pub position: GlobalPosition,
    /// Number of events not understood; the state leaves them out.
    pub n_not_understood: u64,
    /// Number of events understood in part; the state leaves a part of each out.
    pub n_partly_understood: u64,
    /// The newest source of the events. Sources are numbered in order, so the state depends only on the mappings up to
    /// this one.
    pub newest_source: Option<SourceId>,
    /// For each field of the state, the position of the event that last changed it; 0 if none has.
    pub last_set: Vec<GlobalPosition>,
}

impl Trace {
    /// The trace of a stream before its first event.
    pub fn before_the_first_event(fold: &dyn Fold) -> Self {
        Self {
            state: fold.initial(),
            version: StreamPosition::START,
            position: GlobalPosition::START,
            n_not_understood: 0,
            n_partly_understood: 0,
            newest_source: None,
            last_set: vec![GlobalPosition::START; fold.shape().fields.len()],
        }
    }

    /// Folds the stream's next event. `before` becomes the state before it; reusing it between events saves
    /// allocations.
    pub fn take(&mut self, fold: &dyn Fold, event: &RecordedEvent, before: &mut State) -> Evolved {
        before.clone_from(&self.state);
        let evolved = fold.evolve(&mut self.state, event);
        self.version = event.version;
        self.position = event.position;
        self.newest_source = self.newest_source.max(event.source);
        match evolved.meaning {
            Meaning::NotUnderstood(_) => self.n_not_understood += 1,
            Meaning::Partly(_) | Meaning::Understood => {
                self.n_partly_understood += u64::from(matches!(evolved.meaning, Meaning::Partly(_)));
                self.state.each_difference(before, |FieldId(nth)| {
                    // The event may have brought the field.
                    if nth >= self.last_set.len() {
                        self.last_set.resize(nth + 1, GlobalPosition::START);
                    }
                    if let Some(last) = self.last_set.get_mut(nth) {
                        *last = event.position;
                    }
                });
            }
        }
        evolved
    }

    /// The position of the event that last changed the field; 0 if none has.
    pub fn last_set(&self, field: FieldId) -> GlobalPosition {
        self.last_set.get(field.0).copied().unwrap_or_default()
    }
}

/// A stream's state at a position, in the JSON form that scripts rely on.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct StateAt<'a> {
    /// The stream's name.
    pub stream: &'a StreamName,
    /// The position of the question, at most the head.
    pub position: GlobalPosition,
    /// Number of the stream's events up to there.
    pub version: StreamPosition,
    /// Number of events not understood; the state leaves them out.
    pub n_not_understood: u64,
    /// Number of events understood in part; the state leaves a part of each out.
    pub n_partly_understood: u64,
    /// How the events became the state.
    pub fold: FoldKind,
    pub state: &'a State,
}

/// A stream's state at a place that may be a time, in the JSON form that scripts rely on.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct StateByTime<'a> {
    /// The state at the position of the place.
    #[serde(flatten)]
    pub state_at: StateAt<'a>,
    /// Number of late events that the place leaves out; `None` while they are being counted.
    pub n_late_left_out: Option<u64>,
    /// Number of lines of imported logs that are not in the log.
    pub n_lines_left_out: u64,
    /// Number of events of imported logs that are in the log without their time, which cannot be read. Written if there
    /// are any.
    #[serde(skip_serializing_if = "is_none")]
    pub n_times_unread: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde passes a reference
fn is_none(n: &u64) -> bool {
    *n == 0
}
