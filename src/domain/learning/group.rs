//! The streams of one aggregate while their events are read: types, fields, and numbers that may be running totals.

use indexmap::{IndexMap, IndexSet};

use crate::domain::aggregates::grouping::StreamGroup;
use crate::domain::event::{GlobalPosition, RecordedEvent};
use crate::domain::learning::amounts::TotalInType;
use crate::domain::learning::event_type::TypeReading;
use crate::domain::learning::sign_tally::TotalStep;
use crate::domain::learning::written_number::WrittenNumber;

/// The most streams of a log whose totals are followed, some 100 MB. Events of others count for types and sums only.
pub const STREAMS_MAX: usize = 500_000;

/// The most types of events of an aggregate that are kept.
pub const TYPES_MAX: usize = 250;

/// The most numeric fields of an aggregate that are tried as running totals at the same time.
const TOTALS_MAX: usize = 16;

/// The most numeric fields of an aggregate that are tried as running totals at all.
const TOTALS_EVER_MAX: usize = 256;

/// The number of changes after which a field is dropped if amounts explain less than half of them.
const TRIAL_CHANGES: u64 = 256;

/// The number of events after which a field that never changed is dropped.
const UNCHANGED_MAX: u64 = 4_096;

/// The streams of one aggregate.
#[derive(Clone, Debug)]
pub(super) struct GroupReading {
    pub(super) group: StreamGroup,
    pub(super) n_streams: u64,
    pub(super) n_events: u64,
    pub(super) types: IndexMap<String, TypeInGroup>,
    /// Events of types that are not kept.
    pub(super) n_of_other_types: u64,
    /// The fields of all types; a field's number is its index.
    pub(super) fields: IndexSet<Vec<String>>,
    /// By the number of the field.
    pub(super) totals: IndexMap<usize, TotalReading>,
    /// Events with a number that was not tried as a running total.
    pub(super) n_untried: u64,
}

/// A type of events with the totals that its events have.
#[derive(Clone, Debug)]
pub(super) struct TypeInGroup {
    pub(super) reading: TypeReading,
    /// By the number of the total's field.
    pub(super) totals: IndexMap<usize, TotalInType>,
}

/// A numeric field, tried as a running total.
#[derive(Clone, Debug, Default)]
pub(super) struct TotalReading {
    pub(super) is_dropped: bool,
    /// The most decimals with which it was written, floating point apart.
    pub(super) n_decimals: u32,
    n_steps: u64,
    n_changes: u64,
    n_explained: u64,
}

/// The last total of a stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct LastTotal {
    field: usize,
    number: WrittenNumber,
}

impl GroupReading {
    pub(super) fn new(group: StreamGroup) -> Self {
        Self {
            group,
            n_streams: 0,
            n_events: 0,
            types: IndexMap::new(),
            n_of_other_types: 0,
            fields: IndexSet::new(),
            totals: IndexMap::new(),
            n_untried: 0,
        }
    }

    /// Takes an event. `lasts` are the last totals of its stream; `None` if the stream is not followed.
    pub(super) fn take(&mut self, event: &RecordedEvent, lasts: Option<&mut Vec<LastTotal>>) {
        self.n_events += 1;
        let of_type = match self.types.get_index_of(&event.event_type) {
            Some(index) => index,
            None if self.types.len() == TYPES_MAX => {
                self.n_of_other_types += 1;
                return;
            }
            None => {
                let new = TypeInGroup { reading: TypeReading::new(event), totals: IndexMap::new() };
                self.types.insert_full(event.event_type.clone(), new).0
            }
        };
        let Some((_, of_type)) = self.types.get_index_mut(of_type) else { return };
        of_type.reading.take(event, &mut self.fields);
        let Some(lasts) = lasts else { return };
        let mut step = TotalsStep { totals: &mut self.totals, lasts, dropped: Vec::new(), is_untried: false };
        step.take(of_type, event.position);
        let TotalsStep { dropped, is_untried, .. } = step;
        self.n_untried += u64::from(is_untried);
        for field in dropped {
            self.types.values_mut().for_each(|of_type| _ = of_type.totals.swap_remove(&field));
        }
    }
}

/// The totals of one event.
struct TotalsStep<'a> {
    totals: &'a mut IndexMap<usize, TotalReading>,
    lasts: &'a mut Vec<LastTotal>,
    /// The fields that turn out to be no totals at this event.
    dropped: Vec<usize>,
    is_untried: bool,
}

impl TotalsStep<'_> {
    /// Takes the totals of an event whose fields were read.
    fn take(&mut self, TypeInGroup { reading, totals: in_type }: &mut TypeInGroup, position: GlobalPosition) {
        for (index, field) in reading.fields.iter().enumerate() {
            let Some(after) = field.number_at(position) else { continue };
            let Some(total) = tried(self.totals, field.id) else {
                self.is_untried = true;
                continue;
            };
            if total.is_dropped {
                self.lasts.retain(|last| last.field != field.id);
                continue;
            }
            let before = followed(self.lasts, LastTotal { field: field.id, number: after });
            let is_first = before.is_none();
            let step = TotalStep { position, before: before.unwrap_or(WrittenNumber::ZERO), after, is_first };
            let is_explained = in_type.entry(field.id).or_default().take(&step, index, &reading.fields);
            total.take(&step, is_explained);
            if total.is_dropped {
                self.dropped.push(field.id);
            }
        }
    }
}

/// Keeps a total of a stream, and gives the one before it.
fn followed(lasts: &mut Vec<LastTotal>, new: LastTotal) -> Option<WrittenNumber> {
    match lasts.iter_mut().find(|last| last.field == new.field) {
        Some(last) => Some(std::mem::replace(last, new).number),
        None => {
            lasts.push(new);
            None
        }
    }
}

/// The field as a total; it is begun with if there is room. `None` if there is none.
fn tried(totals: &mut IndexMap<usize, TotalReading>, field: usize) -> Option<&mut TotalReading> {
    if !totals.contains_key(&field) {
        let n_tried = totals.values().filter(|total| !total.is_dropped).count();
        if totals.len() == TOTALS_EVER_MAX || n_tried == TOTALS_MAX {
            return None;
        }
        totals.insert(field, TotalReading::default());
    }
    totals.get_mut(&field)
}

impl TotalReading {
    fn take(&mut self, step: &TotalStep, is_explained: bool) {
        if !step.after.is_float {
            self.n_decimals = self.n_decimals.max(step.after.value.n_decimals());
        }
        if step.is_first {
            return;
        }
        self.n_steps += 1;
        if step.before.value != step.after.value {
            self.n_changes += 1;
            self.n_explained += u64::from(is_explained);
        }
        let is_unexplained = self.n_changes == TRIAL_CHANGES && self.n_explained * 2 < TRIAL_CHANGES;
        self.is_dropped = is_unexplained || (self.n_steps == UNCHANGED_MAX && self.n_changes == 0);
    }
}
