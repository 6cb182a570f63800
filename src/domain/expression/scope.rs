//! The names of an expression, and the values that its place gives them.

use jiff::Timestamp;

use crate::domain::event::RecordedEvent;
use crate::domain::expression::computed::{Computed, WhyUnknown};
use crate::domain::expression::history::ConditionTally;

/// What a name at the beginning of a path means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// The state; in an expression over a record of a log, the record.
    State,
    /// The event's data, as the domain understands it.
    Data,
    /// The event's data as it came.
    Raw,
    Metadata,
    /// The state before the event.
    Old,
    /// The read model's row of the stream, as of the same position.
    View,
    /// The value at the left-hand path of a fold.
    This,
    Stream,
    Type,
    Version,
    Position,
    Time,
}

impl Root {
    /// The roots that have names, with them.
    pub const NAMED: [(&'static str, Self); 12] = [
        ("state", Self::State),
        ("data", Self::Data),
        ("raw", Self::Raw),
        ("metadata", Self::Metadata),
        ("old", Self::Old),
        ("view", Self::View),
        ("this", Self::This),
        ("stream", Self::Stream),
        ("type", Self::Type),
        ("version", Self::Version),
        ("position", Self::Position),
        ("time", Self::Time),
    ];

    /// The root with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(other, _)| *other == name).map(|(_, root)| *root)
    }
}

/// Named fields with values, such as a state or a row.
pub trait NamedValues {
    /// The value at a path of keys: a field, or what lies within it. The path is empty for all of it.
    ///
    /// # Errors
    /// There is no such field, or it cannot be read.
    fn at(&self, path: &[Box<str>]) -> Result<Computed<'_>, WhyUnknown>;
}

/// The fields of a JSON object.
#[derive(Clone, Copy, Debug)]
pub struct JsonFields<'a>(pub &'a str);

impl NamedValues for JsonFields<'_> {
    fn at(&self, path: &[Box<str>]) -> Result<Computed<'_>, WhyUnknown> {
        Computed::from_json_at(self.0, path)
    }
}

/// Fields that may be absent.
#[derive(Clone, Copy, Default)]
pub enum Availability<'a> {
    /// It is not known whether there are any: every field is unknown.
    #[default]
    NotAvailable,
    /// There is no such state or row: every field is missing.
    Missing,
    Present(&'a dyn NamedValues),
}

impl<'a> Availability<'a> {
    fn at(self, path: &[Box<str>]) -> Result<Computed<'a>, WhyUnknown> {
        match self {
            Self::NotAvailable => Err(WhyUnknown::NotAvailable),
            Self::Missing => Err(WhyUnknown::Missing),
            Self::Present(fields) => fields.at(path),
        }
    }
}

/// The values that an expression can read. Its place fills what it has; the rest is unknown.
#[derive(Clone, Default)]
pub struct EvaluationScope<'a> {
    /// For folds the state before the event, elsewhere the one after it.
    pub state: Availability<'a>,
    /// The state before the event; missing at the first event of a stream.
    pub old: Availability<'a>,
    /// The read model's row; not available beyond the checkpoint.
    pub view: Availability<'a>,
    /// The event's data as the domain understands it, in JSON.
    pub data: Option<&'a str>,
    /// The event's data as it came, in JSON.
    pub raw: Option<&'a str>,
    /// The event's metadata, in JSON.
    pub metadata: Option<&'a str>,
    pub stream: Option<&'a str>,
    /// The event's type as recorded.
    pub event_type: Option<&'a str>,
    pub version: Option<u64>,
    pub position: Option<u64>,
    pub time: Option<Timestamp>,
    /// The value at the left-hand path; `None` if nothing is there.
    pub this: Option<Computed<'a>>,
    /// The history of each condition that the expression counts, in the order of
    /// [`Expression::counted_conditions`](super::compiled::Expression::counted_conditions).
    pub history: Option<&'a [ConditionTally]>,
}

impl<'a> EvaluationScope<'a> {
    /// The scope with an event's own parts: no state, and no data as the domain understands it.
    pub fn of_event(event: &'a RecordedEvent) -> Self {
        Self {
            raw: Some(&event.data),
            metadata: event.metadata.as_deref(),
            stream: Some(event.stream.as_str()),
            event_type: Some(&event.event_type),
            version: Some(event.version.number()),
            position: Some(event.position.number()),
            time: event.time,
            ..Self::default()
        }
    }

    /// The value at a path below a root.
    pub(crate) fn read(&self, root: Root, path: &[Box<str>]) -> Result<Computed<'a>, WhyUnknown> {
        let json = |text: Option<&'a str>| match text {
            Some(text) => Computed::from_json_at(text, path),
            None => Err(WhyUnknown::NotAvailable),
        };
        let whole = match root {
            Root::State => return self.state.at(path),
            Root::Old => return self.old.at(path),
            Root::View => return self.view.at(path),
            Root::Data => return json(self.data),
            Root::Raw => return json(self.raw),
            Root::Metadata => return json(self.metadata),
            Root::This => return self.this.clone().ok_or(WhyUnknown::Missing)?.at(path),
            Root::Stream => self.stream.map(Computed::text),
            Root::Type => self.event_type.map(Computed::text),
            Root::Version => self.version.map(|number| Computed::Number(number.into())),
            Root::Position => self.position.map(|number| Computed::Number(number.into())),
            Root::Time => self.time.map(Computed::Time),
        };
        whole.ok_or(WhyUnknown::NotAvailable)?.at(path)
    }

    /// The number of bytes that a look at a root may read.
    pub(crate) fn n_bytes(&self, root: Root) -> usize {
        let json = match root {
            Root::Data => self.data,
            Root::Raw => self.raw,
            Root::Metadata => self.metadata,
            _ => None,
        };
        json.map_or(0, str::len)
    }
}
