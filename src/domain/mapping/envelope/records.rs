//! The events of a record that has several, in an array at a path.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::domain::event::Timestamp;
use crate::domain::mapping::envelope::Envelope;
use crate::domain::mapping::envelope::otlp;
use crate::domain::mapping::envelope::typed_values::TypedValues;
use crate::domain::mapping::paths::{Paths, Slots};

/// The most bytes of fields beside an array of events, over all of its events.
pub const BESIDE_BYTES_MAX: usize = 64 * 1024 * 1024;

impl Envelope {
    /// Whether a record has several events.
    pub fn has_several(&self) -> bool {
        self.said.records.is_some() || self.is_otlp()
    }

    /// The events in the array of a record, the oldest first: an array whose times, or versions of one stream, only go
    /// back is turned round. `None` if there is no such array, or if the fields beside it are too long to be in each.
    pub fn elements<'j>(&self, record: &'j str) -> Option<Vec<Cow<'j, str>>> {
        if self.is_otlp() {
            return Some(otlp::records(record)?.into_iter().map(Cow::Owned).collect());
        }
        let mut paths = Paths::default();
        paths.add(self.said.records.as_deref()?, 0).ok()?;
        let mut slots: Slots<'_, 1> = [None];
        paths.pick(record, &mut slots).ok()?;
        let array = slots[0]?.get();
        let elements: Vec<&RawValue> = serde_json::from_str(array).ok()?;
        let elements = elements.into_iter().map(RawValue::get);
        let mut elements: Vec<Cow<'j, str>> = match self.said.has_fields_beside {
            true => with_fields_beside(record, array, elements.collect())?,
            false => elements.map(Cow::Borrowed).collect(),
        };
        if self.is_newest_first(&elements) {
            elements.reverse();
        }
        Some(elements)
    }

    fn is_otlp(&self) -> bool {
        self.said.typed_values == Some(TypedValues::Otlp)
    }

    fn is_newest_first(&self, elements: &[Cow<'_, str>]) -> bool {
        let times: Vec<Option<Timestamp>> = elements.iter().map(|element| self.time_in(element)).collect();
        let versions: Vec<Option<i128>> = elements.iter().map(|element| self.version_in(element)).collect();
        goes_back(&times) || (times.iter().all(Option::is_none) && goes_back(&versions))
    }

    fn time_in(&self, element: &str) -> Option<Timestamp> {
        self.read(element, |_| false).ok()?.time
    }

    fn version_in(&self, element: &str) -> Option<i128> {
        let mut paths = Paths::default();
        paths.add(self.said.version.as_deref()?, 0).ok()?;
        let mut slots: Slots<'_, 1> = [None];
        paths.pick(element, &mut slots).ok()?;
        slots[0]?.get().trim_matches('"').parse().ok()
    }
}

/// The record once for each of the array's elements, with the element in the array's place.
fn with_fields_beside<'j>(record: &str, array: &str, elements: Vec<&str>) -> Option<Vec<Cow<'j, str>>> {
    let start = array.as_ptr().addr().checked_sub(record.as_ptr().addr())?;
    let (before, after) = (record.get(..start)?, record.get(start + array.len()..)?);
    if elements.len().saturating_mul(before.len() + after.len()) > BESIDE_BYTES_MAX {
        return None;
    }
    Some(elements.into_iter().map(|element| [before, element, after].concat().into()).collect())
}

/// Whether all values are there, none is greater than the one before it, and the last is less than the first.
fn goes_back<T: PartialOrd + Copy>(values: &[Option<T>]) -> bool {
    let values: Option<Vec<T>> = values.iter().copied().collect();
    let Some(values) = values else { return false };
    let never_rises = values.windows(2).all(|two| matches!(two, [before, after] if after <= before));
    never_rises && values.first() > values.last()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mapping::envelope::parts::EnvelopePaths;

    #[test]
    fn the_elements_of_an_array_are_given_with_the_oldest_first() {
        let text = str::to_owned;
        let envelope = Envelope::foreign(EnvelopePaths {
            stream: vec![text("s")],
            event_type: vec![text("t")],
            data: text("."),
            time: Some(text("at")),
            version: Some(text("v")),
            records: Some(text("feed.entries")),
            ..EnvelopePaths::default()
        })
        .unwrap();
        let event = |version: usize, at: &str| format!(r#"{{"s":"a","t":"T","v":{version}{at}}}"#);
        let at = |day: usize| format!(r#","at":"2024-03-0{day}T00:00:00Z""#);
        let elements = |events: &[String]| {
            let record = format!(r#"{{"feed":{{"entries":[{}]}}}}"#, events.join(","));
            envelope.elements(&record).unwrap().into_iter().map(Cow::into_owned).collect::<Vec<_>>()
        };
        let (first, second) = (event(1, ""), event(2, ""));
        assert_eq!(elements(&[second.clone(), first.clone()]), [first.clone(), second.clone()]);
        assert_eq!(elements(&[first.clone(), second.clone()]), [first, second]);
        let (early, late) = (event(2, &at(1)), event(1, &at(2)));
        assert_eq!(elements(&[late.clone(), early.clone()]), [early.clone(), late.clone()]);
        assert_eq!(elements(&[early.clone(), late.clone(), early.clone()]), [early.clone(), late, early]);
        assert_eq!(envelope.elements(r#"{"feed":{}}"#), None);
        assert_eq!(envelope.elements(r#"{"feed":{"entries":7}}"#), None);
    }
    #[test]
    fn an_event_has_the_fields_beside_its_array_if_the_envelope_says_so() {
        let envelope = Envelope::foreign(EnvelopePaths {
            stream: vec!["account".to_owned()],
            event_type: vec!["log.events.t".to_owned()],
            data: "log.events".to_owned(),
            records: Some("log.events".to_owned()),
            has_fields_beside: true,
            ..EnvelopePaths::default()
        })
        .unwrap();
        let record = r#"{"account":"a","log":{"n":1.50,"events":[{"t":"T"}, {"t":"U"}]},"bank":"b"}"#;
        let event =
            |t: &str| format!(r#"{{"account":"a","log":{{"n":1.50,"events":{{"t":"{t}"}}}},"bank":"b"}}"#);
        assert_eq!(envelope.elements(record).unwrap(), [event("T"), event("U")]);
        let long =
            format!(r#"{{"x":"{}","log":{{"events":[{{}},{{}}]}}}}"#, "x".repeat(BESIDE_BYTES_MAX / 2));
        assert_eq!(envelope.elements(&long), None);
    }
}
