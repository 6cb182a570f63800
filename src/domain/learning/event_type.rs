//! The events of one type: how many there are and where, the fields of their data, and an example.

use indexmap::IndexSet;
use serde_json::value::RawValue;

use crate::domain::event::{GlobalPosition, RecordedEvent};
use crate::domain::json::{each_member, is_object};
use crate::domain::learning::field::FieldReading;
use crate::domain::wrappers::{unwrapped, unwrapped_value};

/// The most fields of a type that are kept: more than any form has; data with more uses keys as values.
pub const FIELDS_MAX: usize = 64;

/// How deep within the data fields are looked for.
pub const DEPTH_MAX: usize = 6;

/// The longest key of a field, in bytes.
pub const KEY_BYTES_MAX: usize = 128;

/// The most characters of an event's data that are shown as an example.
const EXAMPLE_CHARS_MAX: usize = 200;

/// The events of one type so far.
#[derive(Clone, Debug)]
pub(super) struct TypeReading {
    pub(super) n_events: u64,
    pub(super) first: GlobalPosition,
    pub(super) last: GlobalPosition,
    /// The data of the first event, cut if it is long.
    pub(super) example: String,
    pub(super) fields: Vec<FieldReading>,
    /// Events whose data is not JSON.
    pub(super) n_unreadable: u64,
    /// Events with a field that is not kept.
    pub(super) n_cut: u64,
    root: KeyNode,
}

/// A place in the tree of the keys of a type's data.
#[derive(Clone, Debug, Default)]
struct KeyNode {
    /// The keys from the data down to here.
    keys: Vec<String>,
    /// The field whose values are here.
    field: Option<usize>,
    /// The members, in the order in which they first came, which is that of most events.
    below: Vec<KeyNode>,
}

/// The reading of one event.
struct DataReader<'a> {
    position: GlobalPosition,
    fields: &'a mut Vec<FieldReading>,
    /// The fields of all types, which gives each a number.
    known: &'a mut IndexSet<Vec<String>>,
    is_cut: bool,
}

impl TypeReading {
    /// A type, at its first event.
    pub(super) fn new(event: &RecordedEvent) -> Self {
        Self {
            n_events: 0,
            first: event.position,
            last: event.position,
            example: cut(event.data.trim_ascii()),
            fields: Vec::new(),
            n_unreadable: 0,
            n_cut: 0,
            root: KeyNode::default(),
        }
    }

    /// Takes the fields of an event. `known` are those of all types, by whose order they are numbered.
    pub(super) fn take(&mut self, event: &RecordedEvent, known: &mut IndexSet<Vec<String>>) {
        self.n_events += 1;
        self.last = event.position;
        let data = unwrapped(&event.event_type, &event.data);
        let mut reader =
            DataReader { position: event.position, fields: &mut self.fields, known, is_cut: false };
        let is_read = if is_object(data) {
            reader.object(data, &mut self.root, DEPTH_MAX)
        } else {
            serde_json::from_str::<&RawValue>(data)
                .map(|value| reader.leaf(value.get(), &mut self.root))
                .is_ok()
        };
        self.n_cut += u64::from(reader.is_cut);
        self.n_unreadable += u64::from(!is_read);
    }
}

impl DataReader<'_> {
    /// Reads the members of an object; false if it is not JSON.
    fn object(&mut self, object: &str, node: &mut KeyNode, n_levels: usize) -> bool {
        let mut nth = 0;
        let read = each_member(object, |key, value| {
            let member = key.filter(|_| n_levels > 0).and_then(|key| node.member(key, nth));
            let Some((place, member)) = member else {
                self.is_cut = true;
                return Ok(());
            };
            nth = place + 1;
            let json = unwrapped_value(value).get();
            if is_object(json) {
                self.object(json, member, n_levels - 1);
            } else {
                self.leaf(json, member);
            }
            Ok(())
        });
        read.is_ok()
    }

    /// Reads a value that is not an object.
    fn leaf(&mut self, json: &str, node: &mut KeyNode) {
        let field = match node.field {
            Some(field) => field,
            None if self.fields.len() == FIELDS_MAX => {
                self.is_cut = true;
                return;
            }
            None => {
                let (number, _) = self.known.insert_full(node.keys.clone());
                self.fields.push(FieldReading::new(node.keys.clone(), number));
                *node.field.insert(self.fields.len() - 1)
            }
        };
        if let Some(field) = self.fields.get_mut(field) {
            field.take(json, self.position);
        }
    }
}

impl KeyNode {
    /// The member with this key and its place; `likely` is where it is in most events. `None` if it is not kept.
    fn member(&mut self, key: &str, likely: usize) -> Option<(usize, &mut Self)> {
        let is_it = |node: &Self| node.keys.last().is_some_and(|last| last == key);
        let place = match self.below.get(likely) {
            Some(node) if is_it(node) => likely,
            _ => match self.below.iter().position(is_it) {
                Some(place) => place,
                None => {
                    self.add(key)?;
                    self.below.len() - 1
                }
            },
        };
        self.below.get_mut(place).map(|node| (place, node))
    }

    fn add(&mut self, key: &str) -> Option<()> {
        if self.below.len() == FIELDS_MAX || key.len() > KEY_BYTES_MAX {
            return None;
        }
        let keys = self.keys.iter().cloned().chain([key.to_owned()]).collect();
        self.below.push(Self { keys, ..Self::default() });
        Some(())
    }
}

/// The beginning of a text that is too long.
fn cut(text: &str) -> String {
    match text.char_indices().nth(EXAMPLE_CHARS_MAX) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{StreamName, StreamPosition};
    use crate::domain::hash::ChainHash;

    fn event(position: u64, data: &str) -> RecordedEvent {
        RecordedEvent {
            position: GlobalPosition::new(position),
            stream: StreamName::new("a-1").unwrap(),
            version: StreamPosition::new(position),
            id: None,
            event_type: "T".to_owned(),
            time: None,
            clock: None,
            data: data.to_owned(),
            metadata: None,
            source: None,
            hash: ChainHash([0; 32]),
        }
    }

    fn read(data: &[&str]) -> TypeReading {
        let mut known = IndexSet::new();
        let mut reading = TypeReading::new(&event(1, data.first().unwrap()));
        for (nth, data) in data.iter().enumerate() {
            reading.take(&event(nth as u64 + 1, data), &mut known);
        }
        reading
    }

    /// Path, kinds, number of events and sum of each field.
    fn fields(reading: &TypeReading) -> Vec<String> {
        let line = |field: &FieldReading| {
            let kinds = field.kinds.present().map(|kind| format!("{} {}", field.kinds.of(kind), kind.word()));
            let kinds = kinds.collect::<Vec<_>>().join(", ");
            let sum = field.sum.map_or_else(|| "-".to_owned(), |sum| sum.to_string());
            format!("{}: {kinds}; {} events, sum {sum}", field.keys.join("."), field.n_events)
        };
        reading.fields.iter().map(line).collect()
    }

    #[test]
    fn fields_are_counted_by_kind_and_numbers_are_added_up_exactly() {
        let reading = read(&[
            r#"{"amount":0.1,"to":{"name":"Ada","iban":null},"tags":[1,{"amount":5}]}"#,
            r#"{"T":{"to":{"name":"Bo"},"amount":"0.2","paid":true}}"#,
            r#"{"amount":{"_type_":"decimal_str","_data_":"12.30"},"amount":{"_type_":"decimal_str","_data_":"0.30"}}"#,
        ]);
        let expected = [
            "amount: 1 number, 2 numeric text; 3 events, sum 0.6",
            "to.name: 2 text; 2 events, sum 0",
            "to.iban: 1 null; 1 events, sum 0",
            "tags: 1 list; 1 events, sum 0",
            "paid: 1 true or false; 1 events, sum 0",
        ];
        assert_eq!(fields(&reading), expected);
        assert_eq!((reading.n_events, reading.n_unreadable, reading.n_cut), (3, 0, 0));
        assert_eq!((reading.first, reading.last), (GlobalPosition::new(1), GlobalPosition::new(3)));
    }

    #[test]
    fn data_that_is_not_an_object_is_a_field_without_keys_and_data_that_is_not_json_is_counted() {
        let reading = read(&["7", "\"x\"", "{\"a\":", "5 5"]);
        assert_eq!(fields(&reading), [": 1 number, 1 text; 2 events, sum 7"]);
        assert_eq!((reading.n_events, reading.n_unreadable), (4, 2));
    }

    #[test]
    fn what_is_too_much_is_counted_as_cut() {
        let wide: Vec<String> = (0..=FIELDS_MAX).map(|nth| format!("\"f{nth}\":1")).collect();
        let deep = "{\"a\":".repeat(DEPTH_MAX + 1) + "1" + &"}".repeat(DEPTH_MAX + 1);
        let long = format!("{{\"{}\":1}}", "k".repeat(KEY_BYTES_MAX + 1));
        for data in [format!("{{{}}}", wide.join(",")), deep, long] {
            let reading = read(&[&data, "{}"]);
            assert!(reading.fields.len() <= FIELDS_MAX);
            assert_eq!((reading.n_events, reading.n_cut), (2, 1), "{data}");
            assert!(reading.example.chars().count() <= EXAMPLE_CHARS_MAX + 1);
        }
    }
}
