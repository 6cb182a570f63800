//! The parts of an event among the fields of records, and the envelope that they make.

use serde_json::Value;

use crate::domain::mapping::envelope::parts::EnvelopePaths;
use crate::domain::mapping::envelope::times::TimeFormat;
use crate::domain::mapping::finding::fields::{RecordFields, Seen};
use crate::domain::mapping::finding::found::{
    EnvelopeFinding, FoundEnvelope, FoundPart, NO_ZONE, NothingFound, Sureness, only_member, whole_record,
};
use crate::domain::mapping::finding::names::{self, LIKELY_POINTS, SURE_POINTS};
use crate::domain::mapping::finding::search::{self, Candidate};
use crate::domain::mapping::finding::systems::{self, System};
use crate::domain::mapping::path_text::path_of;

/// What the data of an event is if no field looks like it.
#[derive(Clone, Copy)]
pub(super) enum DataOtherwise<'p> {
    /// The record itself, if it surely has a stream and a type.
    SureRecord,
    /// The record itself.
    Record,
    /// The object at a path.
    At(&'p [String]),
}

/// Finds the parts of an event in records.
pub(super) fn find_in(records: &[Value], otherwise: DataOtherwise<'_>) -> EnvelopeFinding {
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
pub(super) fn path_text(path: &[String]) -> String {
    path_of(path.iter().map(String::as_str))
}

/// The texts with JSON that lead to the paths, or are at their ends; outer ones first.
fn texts_on_the_way(paths: &[Vec<String>], fields: &RecordFields) -> Vec<String> {
    let leads = |text: &&Vec<String>| paths.iter().any(|path| path.starts_with(text));
    let mut texts: Vec<&Vec<String>> = fields.texts.iter().filter(leads).collect();
    texts.sort_by_key(|text| (text.len(), text.as_slice()));
    texts.into_iter().map(|text| path_text(text)).collect()
}
