//! A field of the events of one type: its kinds, how often it is there, its sum, and its value in the newest event.

use serde::{Serialize, Serializer};

use crate::domain::event::GlobalPosition;
use crate::domain::json::unquoted;
use crate::domain::learning::written_number::WrittenNumber;
use crate::domain::number::Number;

/// The kind of a value that is not an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    Number,
    /// A text that is a number, such as `"700.00"`.
    NumericText,
    Text,
    Flag,
    Null,
    List,
}

impl ValueKind {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 6] =
        [Self::Number, Self::NumericText, Self::Text, Self::Flag, Self::List, Self::Null];

    /// The kind of a JSON value that is not an object.
    fn of(json: &str, number: Option<WrittenNumber>) -> Self {
        match (json.as_bytes().first(), number) {
            (Some(b'"'), Some(_)) => Self::NumericText,
            (Some(b'"'), None) => Self::Text,
            (Some(b't' | b'f'), _) => Self::Flag,
            (Some(b'n'), _) => Self::Null,
            (Some(b'['), _) => Self::List,
            _ => Self::Number,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::NumericText => "numeric text",
            Self::Text => "text",
            Self::Flag => "true or false",
            Self::Null => "null",
            Self::List => "list",
        }
    }
}

/// How many values there were of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindCounts([u64; ValueKind::ALL.len()]);

impl KindCounts {
    fn add(&mut self, kind: ValueKind) {
        if let Some(n) = self.0.get_mut(kind as usize) {
            *n += 1;
        }
    }

    pub fn of(&self, kind: ValueKind) -> u64 {
        self.0.get(kind as usize).copied().unwrap_or(0)
    }

    /// The kinds that there are.
    pub fn present(&self) -> impl Iterator<Item = ValueKind> {
        let counts = *self;
        ValueKind::ALL.into_iter().filter(move |kind| counts.of(*kind) > 0)
    }

    /// Numbers and numeric texts.
    pub fn n_numeric(&self) -> u64 {
        self.of(ValueKind::Number) + self.of(ValueKind::NumericText)
    }

    /// Whether a number, or a text that is one, was among the values, and nothing else but null.
    pub fn is_numeric(&self) -> bool {
        self.n_numeric() > 0 && self.present().all(|kind| kind.is_numeric() || kind == ValueKind::Null)
    }
}

/// The counts by the words of the kinds that there are.
impl Serialize for KindCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.present().map(|kind| (kind.word(), self.of(kind))))
    }
}

impl ValueKind {
    fn is_numeric(self) -> bool {
        matches!(self, Self::Number | Self::NumericText)
    }
}

/// The most bytes of an example, and of a text that the sign of an amount may depend on.
pub(super) const TEXT_BYTES_MAX: usize = 64;

/// A field so far.
#[derive(Clone, Debug)]
pub(super) struct FieldReading {
    /// Its keys, from the data down; none for data that is not an object.
    pub(super) keys: Vec<String>,
    /// Its number among the fields of the group.
    pub(super) id: usize,
    pub(super) kinds: KindCounts,
    /// The events that have it.
    pub(super) n_events: u64,
    /// The sum of its numbers; `None` once it has too many digits.
    pub(super) sum: Option<Number>,
    /// Its first value, in JSON, if it is short.
    pub(super) example: Option<String>,
    /// The position of the newest event that has it.
    at: GlobalPosition,
    number: Option<WrittenNumber>,
    /// Its text there, if it is short: the memory is used again.
    text: String,
    has_text: bool,
}

impl FieldReading {
    pub(super) fn new(keys: Vec<String>, id: usize) -> Self {
        Self {
            keys,
            id,
            kinds: KindCounts::default(),
            n_events: 0,
            sum: Some(Number::ZERO),
            example: None,
            at: GlobalPosition::START,
            number: None,
            text: String::new(),
            has_text: false,
        }
    }

    /// Takes the value of an event. Of a key that appears twice, the last value is the event's.
    pub(super) fn take(&mut self, json: &str, position: GlobalPosition) {
        let number = WrittenNumber::of_json(json);
        let kind = ValueKind::of(json, number);
        let is_again = self.at == position;
        if is_again {
            self.sum = self.sum.zip(self.number).map_or(self.sum, |(sum, number)| sum.minus(number.value));
        } else {
            self.n_events += 1;
            self.kinds.add(kind);
        }
        if let Some(number) = number {
            self.sum = self.sum.and_then(|sum| sum.plus(number.value));
        }
        self.has_text = kind == ValueKind::Text && json.len() <= TEXT_BYTES_MAX;
        if self.has_text {
            self.text.clear();
            self.text.push_str(unquoted(json).as_deref().unwrap_or_default());
        }
        if self.example.is_none() && kind != ValueKind::Null && json.len() <= TEXT_BYTES_MAX {
            self.example = Some(json.to_owned());
        }
        (self.at, self.number) = (position, number);
    }

    /// Its number in the event at this position.
    pub(super) fn number_at(&self, position: GlobalPosition) -> Option<WrittenNumber> {
        self.number.filter(|_| self.at == position)
    }

    /// Its text in the event at this position, if it is short and not a number.
    pub(super) fn text_at(&self, position: GlobalPosition) -> Option<&str> {
        Some(self.text.as_str()).filter(|_| self.has_text && self.at == position)
    }
}
