//! The result of learning from a log: aggregates, types of events, fields, sums, totals, and the events left out.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::domain::aggregates::grouping::StreamGroup;
use crate::domain::counted::counted;
use crate::domain::event::GlobalPosition;
use crate::domain::learning::event_type::{DEPTH_MAX, FIELDS_MAX, KEY_BYTES_MAX};
use crate::domain::learning::field::{FieldReading, KindCounts};
use crate::domain::learning::group::{GroupReading, STREAMS_MAX, TYPES_MAX, TypeInGroup};
use crate::domain::learning::learned_total::LearnedTotal;
use crate::domain::learning::proof::proved_totals;
use crate::domain::number::Number;

/// All that was learned of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnedLog {
    pub n_events: u64,
    /// The position of the last event; 0 if there is none.
    pub last: GlobalPosition,
    /// The streams that are followed.
    pub n_streams: u64,
    /// Those with events, in the order of their groups.
    pub aggregates: Vec<LearnedAggregate>,
    pub not_learned: NotLearned,
}

/// The streams of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LearnedAggregate {
    #[serde(flatten)]
    pub group: StreamGroup,
    pub n_streams: u64,
    pub n_events: u64,
    /// In the order of their first events.
    pub types: Vec<LearnedType>,
    pub totals: Vec<LearnedTotal>,
}

/// The events of one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LearnedType {
    #[serde(rename = "type")]
    pub event_type: String,
    pub n_events: u64,
    pub first: GlobalPosition,
    pub last: GlobalPosition,
    /// The data of the first one in JSON, cut if it is long.
    pub example: String,
    /// The fields with values that are not objects, in the order in which they came.
    pub fields: Vec<LearnedField>,
}

/// A field of the events of one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LearnedField {
    /// From the data down; none for data that is not an object.
    #[serde(rename = "path")]
    pub keys: Vec<String>,
    pub kinds: KindCounts,
    /// The events that have it.
    pub n_events: u64,
    /// The sum of its numbers; `None` if there are none, if there are other texts as well, or if it has too many
    /// digits. In JSON it has all its digits.
    #[serde(serialize_with = "exact_number")]
    pub sum: Option<Number>,
    /// A value in JSON, if there is a short one.
    #[serde(serialize_with = "raw_json")]
    pub example: Option<String>,
}

/// Events that were read in part only, or not at all, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NotLearned {
    /// Events of streams beyond the limit: they count for types and sums, not for running totals.
    pub n_not_followed: u64,
    /// Events of types beyond the limit.
    pub n_of_other_types: u64,
    /// Events with a number that was not tried as a running total.
    pub n_untried: u64,
    /// Events with a field beyond the limits.
    pub n_cut: u64,
    /// Events whose data is not JSON.
    pub n_unreadable: u64,
}

impl NotLearned {
    /// A sentence for each reason that there is, without a full stop.
    pub fn words(&self) -> Vec<String> {
        let reasons = [
            (self.n_not_followed, format!("running totals are followed in {STREAMS_MAX} streams at most")),
            (self.n_of_other_types, format!("an aggregate has {TYPES_MAX} types of events at most")),
            (self.n_untried, "a number of theirs was not tried as a running total".to_owned()),
            (
                self.n_cut,
                format!(
                    "of a type {FIELDS_MAX} fields are kept, {DEPTH_MAX} levels deep, each with a key of \
                     {KEY_BYTES_MAX} bytes at most"
                ),
            ),
            (self.n_unreadable, "their data is not JSON".to_owned()),
        ];
        let sentence =
            |(n, why): (u64, String)| format!("{} not learned from in full: {why}", counted(n, "event"));
        reasons.into_iter().filter(|(n, _)| *n > 0).map(sentence).collect()
    }
}

impl From<&GroupReading> for LearnedAggregate {
    fn from(reading: &GroupReading) -> Self {
        Self {
            group: reading.group.clone(),
            n_streams: reading.n_streams,
            n_events: reading.n_events,
            types: reading
                .types
                .iter()
                .map(|(event_type, of_type)| learned_type(event_type, of_type))
                .collect(),
            totals: proved_totals(reading),
        }
    }
}

fn learned_type(event_type: &str, TypeInGroup { reading, .. }: &TypeInGroup) -> LearnedType {
    LearnedType {
        event_type: event_type.to_owned(),
        n_events: reading.n_events,
        first: reading.first,
        last: reading.last,
        example: reading.example.clone(),
        fields: reading.fields.iter().map(Into::into).collect(),
    }
}

impl From<&FieldReading> for LearnedField {
    fn from(reading: &FieldReading) -> Self {
        let FieldReading { keys, kinds, n_events, sum, example, .. } = reading;
        let sum = sum.filter(|_| kinds.is_numeric());
        Self { keys: keys.clone(), kinds: *kinds, n_events: *n_events, sum, example: example.clone() }
    }
}

fn exact_number<S: Serializer>(number: &Option<Number>, serializer: S) -> Result<S::Ok, S::Error> {
    raw_json(&number.map(|number| number.to_string()), serializer)
}

fn raw_json<S: Serializer>(json: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    let raw = json.clone().and_then(|json| RawValue::from_string(json).ok());
    raw.serialize(serializer)
}
