//! The parts of an event, found in the first records of a log that has not our own form.
//!
//! A part is found by the names that systems give to it, and by what stands there: a stream's name repeats, a type is one
//! of few, an id is never there twice, a version counts up in its stream. What is found says which path it is, why, how
//! surely, and in how many of the records. The order of fields within a record does not matter.
//!
//! Its files:
//!
//! - `arrays.rs`: the arrays in a log's records that may hold its events: pages of a feed, batches, a whole export
//! - `event_parts.rs`: the parts of an event among the fields of records, and the envelope that they make
//! - `fields.rs`: the fields of the first records of a log: their paths, and the values at them
//! - `found.rs`: an envelope that was found, and the words about it: in one line, and in the comments of a mapping file
//! - `names.rs`: the names that systems give to the parts of an event, each with how surely it is that part
//! - `search.rs`: the search for the parts of an event among fields: by their names, and by what their values look like
//! - `shapes.rs`: the looks of a field's values: names of streams, types, times, ids and versions
//! - `systems.rs`: systems whose events are recognised by the fields that they have

mod arrays;
mod event_parts;
pub mod fields;
pub mod found;
mod names;
mod search;
mod shapes;
mod systems;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::domain::json::is_object;
use crate::domain::mapping::envelope::Envelope;
use crate::domain::mapping::envelope::otlp;
use crate::domain::mapping::envelope::parts::EnvelopePaths;
use crate::domain::mapping::envelope::times::TimeFormat;
use crate::domain::mapping::envelope::typed_values::TypedValues;
use crate::domain::mapping::finding::event_parts::{DataOtherwise, find_in, path_text};
use crate::domain::mapping::finding::fields::{BYTES_MAX, RECORDS_MAX};
use crate::domain::mapping::finding::found::{EnvelopeFinding, FoundEnvelope, NothingFound};

/// The words for logs of OpenTelemetry.
const OTLP: &str = "OpenTelemetry's logs (OTLP)";

/// Finds the parts of an event in the first records of a log, given as their JSON. Records after the first
/// [`RECORDS_MAX`] or [`BYTES_MAX`] are not looked at.
pub fn find<'r>(records: impl IntoIterator<Item = &'r str>) -> EnvelopeFinding {
    let (ours, with_any_time) = (Envelope::ours(), ours_with_any_time());
    let (mut values, mut n_bytes) = (Vec::new(), 0);
    let (mut n_ours, mut n_with_other_times) = (0_usize, 0_usize);
    let records = records.into_iter().flat_map(|record| batch(record).unwrap_or_else(|| vec![record]));
    for record in records.take(RECORDS_MAX) {
        let is_ours = ours.read(record, |_| false).is_ok();
        n_ours += usize::from(is_ours);
        let reads = |envelope: &Envelope| envelope.read(record, |_| false).is_ok();
        n_with_other_times += usize::from(!is_ours && with_any_time.as_ref().is_ok_and(reads));
        n_bytes += record.len();
        values.extend(serde_json::from_str::<Value>(record));
        if n_bytes >= BYTES_MAX {
            break;
        }
    }
    if n_ours > 0 && n_with_other_times <= n_ours {
        return EnvelopeFinding::Ours;
    }
    if let Some(found) = find_in_otlp(&values) {
        return found;
    }
    let whole = find_in(&values, DataOtherwise::SureRecord);
    let is_whole_record = match &whole {
        EnvelopeFinding::Found(found) => found.said.data == ".",
        EnvelopeFinding::Ours | EnvelopeFinding::NotFound(_) => true,
    };
    // An event may have a list of objects, too: it has a stream, a type and data of its own.
    if let Some(found) = is_whole_record.then(|| find_in_arrays(&values)).flatten() {
        return EnvelopeFinding::Found(Box::new(found));
    }
    whole
}

/// Finds the parts of an event in the first rows of a table, given as JSON objects. `form` are the words for the table.
/// The kinds of the values are not the table's, so its rows are never lines of our own.
pub fn find_in_table<'r>(rows: impl IntoIterator<Item = &'r str>, form: &'static str) -> EnvelopeFinding {
    let values: Vec<Value> =
        rows.into_iter().take(RECORDS_MAX).filter_map(|row| serde_json::from_str(row).ok()).collect();
    match find_in(&values, DataOtherwise::Record) {
        EnvelopeFinding::Found(mut found) => {
            found.form = Some(form);
            EnvelopeFinding::Found(found)
        }
        EnvelopeFinding::NotFound(nothing) => {
            EnvelopeFinding::NotFound(NothingFound { form: Some(form), ..nothing })
        }
        EnvelopeFinding::Ours => EnvelopeFinding::Ours,
    }
}

/// Finds the parts of an event in the first exports of OpenTelemetry's logs; `None` if the records are no such exports.
fn find_in_otlp(exports: &[Value]) -> Option<EnvelopeFinding> {
    let records = exports.iter().filter_map(|export| otlp::records(&export.to_string())).flatten();
    let records: Vec<Value> = records
        .take(RECORDS_MAX)
        .filter_map(|record| serde_json::from_str(&record).ok())
        .map(with_own_data)
        .collect();
    if records.is_empty() {
        return None;
    }
    Some(match find_in(&records, DataOtherwise::At(&["attributes".to_owned()])) {
        EnvelopeFinding::Found(mut found) => {
            found.said.typed_values = Some(TypedValues::Otlp);
            found.system = Some(OTLP);
            EnvelopeFinding::Found(found)
        }
        EnvelopeFinding::NotFound(nothing) => {
            EnvelopeFinding::NotFound(NothingFound { form: Some(OTLP), ..nothing })
        }
        EnvelopeFinding::Ours => EnvelopeFinding::Ours,
    })
}

/// The record without what is never its data: its resource, its scope, and a body that is a message for people.
fn with_own_data(mut record: Value) -> Value {
    if let Some(members) = record.as_object_mut() {
        members.retain(|key, value| match key.as_str() {
            "resource" | "scope" => false,
            "body" => value.is_object(),
            _ => true,
        });
    }
    record
}

/// The objects of a record that is an array of objects, such as a batch of events; `None` for anything else.
pub fn batch(record: &str) -> Option<Vec<&str>> {
    if !record.trim_ascii_start().starts_with('[') {
        return None;
    }
    let elements: Vec<&RawValue> = serde_json::from_str(record).ok()?;
    let elements: Vec<&str> = elements.into_iter().map(RawValue::get).collect();
    (!elements.is_empty() && elements.iter().all(|element| is_object(element))).then_some(elements)
}

/// Our own lines with times of any form.
fn ours_with_any_time() -> Result<Envelope, (&'static str, &'static str)> {
    Envelope::foreign(EnvelopePaths {
        stream: vec!["stream".to_owned()],
        event_type: vec!["type".to_owned()],
        data: "data".to_owned(),
        time: Some("time".to_owned()),
        time_format: TimeFormat::Any,
        ..EnvelopePaths::default()
    })
}

/// The envelope of the events in an array that the records have, if there is one. If its elements lack a part, the
/// fields beside the array may have it.
fn find_in_arrays(records: &[Value]) -> Option<FoundEnvelope> {
    arrays::of(records).into_iter().find_map(|array| {
        let elements: Vec<Value> =
            array.elements.iter().take(RECORDS_MAX).map(|(element, _)| (*element).clone()).collect();
        let path = path_text(&array.path);
        if let EnvelopeFinding::Found(mut found) = find_in(&elements, DataOtherwise::SureRecord) {
            found.said.records = Some(path);
            found.left_beside = array.beside().iter().map(|path| path_text(path)).collect();
            return Some(*found);
        }
        match find_in(&array.with_fields_beside(RECORDS_MAX), DataOtherwise::At(&array.path)) {
            EnvelopeFinding::Found(mut found) => {
                (found.said.records, found.said.has_fields_beside) = (Some(path), true);
                Some(*found)
            }
            EnvelopeFinding::Ours | EnvelopeFinding::NotFound(_) => None,
        }
    })
}

#[cfg(test)]
mod tests;
