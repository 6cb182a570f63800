//! The parts of an event, found in the first records of a log that has not our own form.
//!
//! A part is found by the names that systems give to it, and by what stands there: a stream's name repeats, a type is one
//! of few, an id is never there twice, a version counts up in its stream. What is found says which path it is, why, how
//! surely, and in how many of the records. The order of fields within a record does not matter.
//!
//! Its files:
//!
//! - `arrays.rs`: the arrays in a log's records that may hold its events: pages of a feed, batches, a whole export
//! - `fields.rs`: the fields of the first records of a log: their paths, and the values at them
//! - `found.rs`: an envelope that was found, and the words about it: in one line, and in the comments of a mapping file
//! - `names.rs`: the names that systems give to the parts of an event, each with how surely it is that part
//! - `search.rs`: the search for the parts of an event among fields: by their names, and by what their values look like
//! - `shapes.rs`: the looks of a field's values: names of streams, types, times, ids and versions
//! - `systems.rs`: systems whose events are recognised by the fields that they have

mod arrays;
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
use crate::domain::mapping::envelope::parts::EnvelopePaths;
use crate::domain::mapping::envelope::times::TimeFormat;
use crate::domain::mapping::finding::fields::{BYTES_MAX, RECORDS_MAX, RecordFields, Seen};
use crate::domain::mapping::finding::found::{
    FoundEnvelope, FoundPart, NO_ZONE, NothingFound, Sureness, only_member, whole_record,
};
use crate::domain::mapping::finding::names::{LIKELY_POINTS, SURE_POINTS};
use crate::domain::mapping::finding::search::Candidate;
use crate::domain::mapping::finding::systems::System;
use crate::domain::mapping::path_text::path_of;

/// What the first records of a log are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvelopeFinding {
    /// Lines of our own: one of them is an event as it is, and not most have a time that our own form does not.
    Ours,
    /// Events of another system.
    Found(Box<FoundEnvelope>),
    /// Records in which no event was found.
    NotFound(NothingFound),
}

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

/// What the data of an event is if no field looks like it.
#[derive(Clone, Copy)]
enum DataOtherwise<'p> {
    /// The record itself, if it surely has a stream and a type.
    SureRecord,
    /// The record itself.
    Record,
    /// The object at a path.
    At(&'p [String]),
}

fn find_in(records: &[Value], otherwise: DataOtherwise<'_>) -> EnvelopeFinding {
    let fields = RecordFields::of(records);
    if fields.n == 0 {
        return EnvelopeFinding::NotFound(NothingFound::default());
    }
    let within_system = systems::all_of(&fields).find_map(|system| {
        let within: Vec<String> = system.within.iter().map(|step| (*step).to_owned()).collect();
        let inside = if within.is_empty() { fields.clone() } else { fields.within(&within) };
        search(&inside, Some(system), otherwise).ok().map(|parts| (within, inside, parts))
    });
    let found = match within_system {
        Some((within, inside, parts)) => Ok((within, inside, parts)),
        None => search(&fields, None, otherwise).map(|parts| (Vec::new(), fields.clone(), parts)),
    };
    match found {
        Ok((within, inside, parts)) => {
            EnvelopeFinding::Found(Box::new(parts.envelope(&fields, &inside, &within)))
        }
        Err(nothing) => EnvelopeFinding::NotFound(nothing),
    }
}

/// The parts that were found in some fields.
struct Parts {
    system: Option<System>,
    /// The type; `None` if it is the name of a member.
    event_type: Option<Candidate>,
    /// The object whose only member's name is the type.
    only_member: Option<Vec<String>>,
    stream: Candidate,
    category: Option<Vec<String>>,
    /// The data; `None` is the record itself.
    data: Option<Candidate>,
    /// The data in base64, of a system that has it beside the other.
    data_base64: Option<Candidate>,
    metadata: Option<Candidate>,
    time: Option<(Candidate, bool)>,
    id: Option<Candidate>,
    version: Option<Candidate>,
}

/// Searches the parts of an event.
fn search(
    fields: &RecordFields,
    system: Option<System>,
    otherwise: DataOtherwise<'_>,
) -> Result<Parts, NothingFound> {
    let other_type = system.and_then(|system| system.other_type);
    let event_type = search::event_type(fields, other_type).or_else(|| search::event_type(fields, None));
    let only_member = if event_type.is_none() { search::only_member(fields) } else { None };
    let type_path = event_type.as_ref().map_or(&[][..], |found| found.path.as_slice());
    let wanted: Vec<names::PartName> =
        system.map_or(&[][..], |system| system.streams).iter().chain(names::STREAM).copied().collect();
    let by_values = || {
        let found = search::stream_by_values(fields, fields.at(type_path), type_path);
        found.or_else(|| match otherwise {
            DataOtherwise::At(event) => search::stream_beside(fields, event),
            DataOtherwise::SureRecord | DataOtherwise::Record => None,
        })
    };
    let stream = search::stream(fields, &wanted, type_path).or_else(by_values);
    let lacks_type = event_type.is_none() && only_member.is_none();
    let Some(stream) = stream.filter(|_| !lacks_type) else {
        let lacks_stream = search::stream(fields, &wanted, type_path).or_else(by_values).is_none();
        return Err(NothingFound { lacks_stream, lacks_type, ..NothingFound::default() });
    };
    let data = search::data(fields, &stream.path, type_path).or_else(|| match otherwise {
        DataOtherwise::At(path) => search::at(fields, path),
        DataOtherwise::SureRecord | DataOtherwise::Record => None,
    });
    let base64 = system.and_then(|system| system.data_base64);
    let data_base64 = base64.and_then(|name| search::any_text(fields, name));
    let is_surely = |found: &Candidate| sureness(found, fields.n, system) == Sureness::Sure;
    let is_whole_sure = is_surely(&stream) && event_type.as_ref().is_some_and(is_surely);
    // An object in which all values have types is an item.
    let is_item = system.is_some_and(|system| system.typed_values.is_some());
    let may_be_whole = is_whole_sure || is_item || matches!(otherwise, DataOtherwise::Record);
    if data.is_none() && data_base64.is_none() && !may_be_whole && only_member.is_none() {
        return Err(NothingFound { lacks_data: true, ..NothingFound::default() });
    }
    let joins = system.is_none_or(|system| system.joins);
    let category = if joins { search::category(fields, &stream, type_path) } else { None };
    let data_path = data.as_ref().map_or(&[][..], |found| found.path.as_slice());
    let metadata = data.as_ref().and_then(|_| search::metadata(fields, data_path));
    let streams: Vec<Vec<String>> = category.iter().cloned().chain([stream.path.clone()]).collect();
    let names = stream_names(fields, &streams);
    Ok(Parts {
        time: search::time(fields),
        id: search::id(fields, &streams),
        version: search::version(fields, &names),
        system,
        event_type,
        only_member,
        stream,
        category,
        data,
        data_base64,
        metadata,
    })
}

/// The name of each record's stream.
fn stream_names(fields: &RecordFields, streams: &[Vec<String>]) -> Vec<Option<String>> {
    let part = |path: &Vec<String>, at: usize| {
        fields.at(path).get(at)?.as_ref().and_then(Seen::scalar).map(str::to_owned)
    };
    (0..fields.n)
        .map(|at| streams.iter().map(|path| part(path, at)).collect::<Option<Vec<_>>>())
        .map(|parts| parts.map(|parts| parts.join("-")))
        .collect()
}

/// The reason for a part.
fn why(found: &Candidate, sureness: Sureness) -> String {
    let name = found.path.last().map_or("", String::as_str);
    match (found.points, sureness) {
        (0, _) => format!("the values of {name} look like it"),
        (_, Sureness::Sure) => format!("systems call it {name}"),
        (_, Sureness::Likely | Sureness::Guessed) => format!("systems may call it {name}"),
    }
}

fn sureness(found: &Candidate, n: usize, system: Option<System>) -> Sureness {
    let is_of_system = system.is_some_and(|system| system.names(&found.path));
    // Each event has this or other data.
    let is_base64 =
        |system: System| matches!(found.path.as_slice(), [name] if system.data_base64 == Some(name));
    if system.is_some_and(is_base64) {
        return Sureness::Sure;
    }
    let is_named = is_of_system || (found.points >= SURE_POINTS && !found.is_in_content());
    if is_named && found.n * 20 >= n * 19 {
        Sureness::Sure
    } else if found.points >= LIKELY_POINTS {
        Sureness::Likely
    } else {
        Sureness::Guessed
    }
}

impl Parts {
    /// The envelope, with paths from the record on: `whole` are its fields, `inside` those within the object at `within`.
    fn envelope(self, whole: &RecordFields, inside: &RecordFields, within: &[String]) -> FoundEnvelope {
        let full = |path: &[String]| -> Vec<String> { within.iter().chain(path).cloned().collect() };
        let n = inside.n;
        let mut parts = Vec::new();
        let mut said = EnvelopePaths { data: ".".to_owned(), ..EnvelopePaths::default() };
        let mut used = Vec::new();
        let mut take = |part: &'static str, found: &Candidate, paths: &[Vec<String>]| {
            let sureness = sureness(found, n, self.system);
            let texts: Vec<String> = paths.iter().map(|path| path_text(path)).collect();
            used.extend(paths.iter().cloned());
            let why = why(found, sureness);
            parts.push(FoundPart { part, path: texts.join(", "), why, sureness, n_agreeing: found.n });
            texts
        };
        let streams: Vec<Vec<String>> =
            self.category.iter().chain([&self.stream.path]).map(|path| full(path)).collect();
        said.stream = take("stream", &self.stream, &streams);
        if let Some(found) = &self.event_type {
            let mut types = vec![full(&found.path)];
            let other = self.system.and_then(|system| system.other_type).map(|name| vec![name.to_owned()]);
            types.extend(other.filter(|other| !types.contains(other)));
            said.event_type = take("type", found, &types);
        }
        if let Some(found) = &self.data {
            said.data = take("data", found, &[full(&found.path)]).concat();
        }
        if let Some(found) = &self.data_base64 {
            let path = take("data_base64", found, &[full(&found.path)]).concat();
            // The other data is there in other events.
            if self.data.is_none() {
                "data".clone_into(&mut said.data);
            }
            said.data_base64 = Some(path);
        }
        let outer = if self.time.is_none() && !within.is_empty() { search::time(whole) } else { None };
        let own_time = self.time.as_ref().map(|(found, _)| (found, full(&found.path)));
        let time = own_time.or(outer.as_ref().map(|(found, _)| (found, found.path.clone())));
        said.time = time.map(|(found, path)| take("time", found, &[path]).concat());
        if let Some(found) = &self.id {
            said.id = Some(take("id", found, &[full(&found.path)]).concat());
        }
        if let Some(found) = &self.version {
            said.version = Some(take("version", found, &[full(&found.path)]).concat());
        }
        if let Some(found) = &self.metadata {
            said.metadata = Some(take("metadata", found, &[full(&found.path)]).concat());
        }
        used.extend(self.add_what_has_no_name(&mut said, &mut parts, within, n));
        if let Some((_, has_no_zone)) = self.time.or(outer) {
            said.time_format = TimeFormat::Any;
            if let Some(time) = parts.iter_mut().find(|part| part.part == "time").filter(|_| has_no_zone) {
                time.why.push_str(NO_ZONE);
            }
        }
        said.json_in_text = texts_on_the_way(&used, whole);
        said.typed_values = self.system.and_then(|system| system.typed_values);
        let system = self.system.map(|system| system.name);
        FoundEnvelope { system, form: None, left_beside: Vec::new(), parts, said, n_records: whole.n }
    }

    /// Adds a type that is the name of a member, and data that is the whole object. Returns the path of the latter.
    fn add_what_has_no_name(
        &self,
        said: &mut EnvelopePaths,
        parts: &mut Vec<FoundPart>,
        within: &[String],
        n: usize,
    ) -> Option<Vec<String>> {
        if let Some(object) = &self.only_member {
            let steps = within.iter().chain(object).map(String::as_str).chain(["*"]);
            said.event_type = vec![path_of(steps)];
            parts.insert(1, only_member(&said.event_type, n));
        }
        if self.data.is_some() || self.data_base64.is_some() {
            return None;
        }
        let at = parts.iter().position(|part| part.part == "type").map_or(0, |at| at + 1);
        said.data = if within.is_empty() { ".".to_owned() } else { path_text(within) };
        parts.insert(at, whole_record(&said.data, n));
        Some(within.to_vec())
    }
}

/// The text of a path as a mapping file has it.
fn path_text(path: &[String]) -> String {
    path_of(path.iter().map(String::as_str))
}

/// The texts with JSON that lead to the paths, or are at their ends; outer ones first.
fn texts_on_the_way(paths: &[Vec<String>], fields: &RecordFields) -> Vec<String> {
    let leads = |text: &&Vec<String>| paths.iter().any(|path| path.starts_with(text));
    let mut texts: Vec<&Vec<String>> = fields.texts.iter().filter(leads).collect();
    texts.sort_by_key(|text| (text.len(), text.as_slice()));
    texts.into_iter().map(|text| path_text(text)).collect()
}

#[cfg(test)]
mod tests;
