//! The search for the parts of an event among fields: by their names, and by what their values look like.

use std::collections::BTreeMap;

use crate::domain::mapping::finding::fields::{RecordFields, Seen};
use crate::domain::mapping::finding::names::{self, PartName};
use crate::domain::mapping::finding::shapes::{self, Agreement};

/// Score lost with each step of a path after the first.
const STEP_COST: i64 = 600;

/// Score lost within an object that holds the event's own fields.
const CONTENT_COST: i64 = 2_500;

/// Score that a type loses that is the same in all records.
const CONSTANT_COST: i64 = 2_000;

/// Ends of names that identify something.
const ID_ENDS: [&str; 9] = ["id", "uuid", "guid", "key", "number", "nr", "no", "ref", "reference"];

/// Names that identify something other than what an event is about.
const OTHER_IDS: [&str; 22] = [
    "correlationid",
    "causationid",
    "traceid",
    "spanid",
    "requestid",
    "commandid",
    "tenantid",
    "userid",
    "sessionid",
    "schemaid",
    "partitionid",
    "eventid",
    "messageid",
    "parentid",
    "transactionid",
    "xid",
    "operationid",
    "deviceid",
    "sequencenumber",
    "eventnumber",
    "phonenumber",
    "processid",
];

/// A path that may be a part of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) path: Vec<String>,
    /// The points of its name; 0 for one found by its values alone.
    pub(super) points: u32,
    /// In how many records there is a value of the right form.
    pub(super) n: usize,
    score: i64,
    /// The number of different values.
    pub(super) n_different: usize,
}

impl Candidate {
    /// Whether it is within the event's own fields.
    pub(super) fn is_in_content(&self) -> bool {
        is_in_content(&self.path)
    }
}

fn is_in_content(path: &[String]) -> bool {
    path.split_last().is_some_and(|(_, before)| before.iter().any(|step| names::is_content(step)))
}

/// The best of the paths with these names; `shape` counts the values that have the right form. At least half of the
/// records must have one. Of equal ones the shortest, then the first by the alphabet.
pub(super) fn best(
    fields: &RecordFields,
    wanted: &[PartName],
    shape: impl Fn(&[String], &[Option<Seen>]) -> Agreement,
    lost: impl Fn(&[String], Agreement) -> Option<i64>,
) -> Option<Candidate> {
    let mut best: Option<Candidate> = None;
    for (path, seen) in &fields.by_path {
        let points = names::points(path, wanted);
        if points == 0 {
            continue;
        }
        let agreement = shape(path, seen);
        if agreement.n == 0 || agreement.n * 2 < fields.n {
            continue;
        }
        let Some(lost) = lost(path, agreement) else { continue };
        let share = per_mille(agreement.n, fields.n);
        let steps = i64::try_from(path.len()).unwrap_or(i64::MAX).saturating_sub(1);
        let content = if is_in_content(path) { CONTENT_COST } else { 0 };
        let score = i64::from(points) * share / 10 - steps.saturating_mul(STEP_COST) - content - lost;
        let is_better = best.as_ref().is_none_or(|best| {
            (score, std::cmp::Reverse(path.len())) > (best.score, std::cmp::Reverse(best.path.len()))
        });
        if is_better {
            let Agreement { n, n_different } = agreement;
            best = Some(Candidate { path: path.clone(), points, n, score, n_different });
        }
    }
    best
}

fn per_mille(n: usize, of: usize) -> i64 {
    i64::try_from(n.saturating_mul(1_000) / of.max(1)).unwrap_or(1_000)
}

/// The type of events by the names of fields, the one of that name in the record itself left out.
pub(super) fn event_type(fields: &RecordFields, other: Option<&str>) -> Option<Candidate> {
    let lost = |path: &[String], agreement: Agreement| {
        let is_other = matches!(path, [name] if Some(name.as_str()) == other);
        (!is_other).then_some(if agreement.n > 1 && agreement.n_different == 1 { CONSTANT_COST } else { 0 })
    };
    best(fields, names::TYPE, |_, seen| shapes::as_types(seen), lost)
}

/// The stream by the names of fields.
pub(super) fn stream(fields: &RecordFields, wanted: &[PartName], event_type: &[String]) -> Option<Candidate> {
    let lost = |path: &[String], _: Agreement| (path != event_type).then_some(0);
    best(fields, wanted, |_, seen| shapes::as_streams(seen), lost)
}

/// The stream by the values of fields: of those that identify something and repeat, the one whose streams most often
/// begin with one type of event, and of those the one with the most streams.
pub(super) fn stream_by_values(
    fields: &RecordFields,
    types: &[Option<Seen>],
    type_path: &[String],
) -> Option<Candidate> {
    let of_field = |(path, seen): (&Vec<String>, &Vec<Option<Seen>>)| {
        let Agreement { n, n_different } = shapes::as_streams(seen);
        if n < 2 || n * 10 < fields.n * 8 || n_different >= n || path == type_path || !identifies(path) {
            return None;
        }
        let order = (begins_alike(seen, types) / 100, n_different, std::cmp::Reverse(path.len()));
        Some((order, Candidate { path: path.clone(), points: 0, n, score: 0, n_different }))
    };
    // Of equal ones the first: the alphabet's order is that of the paths.
    let mut found: Vec<_> = fields.by_path.iter().filter_map(of_field).collect();
    found.sort_by_key(|(order, _)| std::cmp::Reverse(*order));
    found.into_iter().next().map(|(_, candidate)| candidate)
}

/// The stream of events in arrays, beside these: the only text there, if it is not the same in all records.
pub(super) fn stream_beside(fields: &RecordFields, event: &[String]) -> Option<Candidate> {
    let mut texts = fields.by_path.iter().filter(|(path, seen)| {
        !path.starts_with(event) && seen.iter().flatten().any(|seen| matches!(seen, Seen::Text(_)))
    });
    let (path, seen) = texts.next().filter(|_| texts.next().is_none())?;
    let Agreement { n, n_different } = shapes::as_streams(seen);
    (n == fields.n && n_different > 1).then(|| Candidate {
        path: path.clone(),
        points: 0,
        n,
        score: 0,
        n_different,
    })
}

/// Whether the last step of a path is a name that ends like an id, and not one of something else.
fn identifies(path: &[String]) -> bool {
    let Some(last) = path.iter().rev().find(|step| step.len() > 1 && !step.starts_with(['$', '_'])) else {
        return false;
    };
    let name = names::plain(last);
    ID_ENDS.iter().any(|end| name.ends_with(end)) && !OTHER_IDS.contains(&name.as_str())
}

/// How many in a thousand streams begin with the most frequent first type.
fn begins_alike(streams: &[Option<Seen>], types: &[Option<Seen>]) -> i64 {
    let mut first_of: BTreeMap<&str, &str> = BTreeMap::new();
    for (stream, event_type) in streams.iter().zip(types) {
        if let (Some(stream), Some(event_type)) =
            (stream.as_ref().and_then(Seen::scalar), event_type.as_ref().and_then(Seen::scalar))
        {
            first_of.entry(stream).or_insert(event_type);
        }
    }
    let mut n_by_type: BTreeMap<&str, usize> = BTreeMap::new();
    for event_type in first_of.values() {
        *n_by_type.entry(event_type).or_default() += 1;
    }
    per_mille(n_by_type.values().copied().max().unwrap_or(0), first_of.len())
}

/// The data: an object, or anything under a name that can be nothing else. Not one that has both stream and type.
pub(super) fn data(fields: &RecordFields, stream: &[String], event_type: &[String]) -> Option<Candidate> {
    let shape = |path: &[String], seen: &[Option<Seen>]| {
        let objects = shapes::as_objects(seen);
        let is_sure = names::points(path, names::DATA) >= names::SURE_POINTS && path.len() < 3;
        let n = seen.iter().flatten().filter(|seen| **seen != Seen::Other).count();
        match is_sure && objects.n * 2 < n {
            true => Agreement { n, n_different: n },
            // An event may have no data.
            false if objects.n > 0 => Agreement { n: seen.iter().flatten().count(), n_different: objects.n },
            false => objects,
        }
    };
    let lost = |path: &[String], _: Agreement| {
        let (has_stream, has_type) = (stream.starts_with(path), event_type.starts_with(path));
        match (has_stream, has_type) {
            (true, true) => None,
            (false, false) => Some(0),
            // A type or a stream within the data: only if there is nothing better.
            _ => Some(STEP_COST),
        }
    };
    best(fields, names::DATA, shape, lost)
}

/// The field at a path.
pub(super) fn at(fields: &RecordFields, path: &[String]) -> Option<Candidate> {
    let n = fields.at(path).iter().flatten().count();
    (n > 0).then(|| Candidate {
        path: path.to_vec(),
        points: names::SURE_POINTS,
        n,
        score: 0,
        n_different: n,
    })
}

/// A field of the records themselves that is a text in any of them.
pub(super) fn any_text(fields: &RecordFields, name: &str) -> Option<Candidate> {
    let path = vec![name.to_owned()];
    let n = fields.at(&path).iter().flatten().filter(|seen| matches!(seen, Seen::Text(_))).count();
    (n > 0).then_some(Candidate { path, points: names::SURE_POINTS, n, score: 0, n_different: n })
}

/// The metadata: an object.
pub(super) fn metadata(fields: &RecordFields, data: &[String]) -> Option<Candidate> {
    let lost =
        |path: &[String], _: Agreement| (!path.starts_with(data) && !data.starts_with(path)).then_some(0);
    let shape = |_: &[String], seen: &[Option<Seen>]| {
        let objects = shapes::as_objects(seen);
        let n = seen.iter().flatten().count();
        if objects.n > 0 { Agreement { n, n_different: objects.n } } else { objects }
    };
    best(fields, names::METADATA, shape, lost)
}

/// The time, by name; if there is none, another field outside of the event's own whose values are all times. With
/// whether a value has no zone.
pub(super) fn time(fields: &RecordFields) -> Option<(Candidate, bool)> {
    let shape = |_: &[String], seen: &[Option<Seen>]| shapes::as_times(seen).0;
    let by_name = best(fields, names::TIME, shape, |_, _| Some(0));
    let by_values = || {
        let mut texts = fields.by_path.iter().filter(|(path, seen)| {
            let is_text = |seen: &Seen| matches!(seen, Seen::Text(text) if text.contains(['-', ':']));
            path.len() <= 2
                && !is_in_content(path)
                && !names::plain(path.last().map_or("", String::as_str)).starts_with("valid")
                && seen.len() == fields.n
                && seen.iter().all(|seen| seen.as_ref().is_some_and(is_text))
                && shapes::as_times(seen).0.n == fields.n
        });
        let (path, seen) = texts.next()?;
        let Agreement { n, n_different } = shapes::as_times(seen).0;
        Some(Candidate { path: path.clone(), points: 0, n, score: 0, n_different })
    };
    let found = by_name.or_else(by_values)?;
    let has_no_zone = shapes::as_times(fields.at(&found.path)).1;
    Some((found, has_no_zone))
}

/// The event's id: a text that differs in all records.
pub(super) fn id(fields: &RecordFields, streams: &[Vec<String>]) -> Option<Candidate> {
    let lost = |path: &[String], _: Agreement| {
        (!is_in_content(path) && !streams.iter().any(|stream| stream == path)).then_some(0)
    };
    best(fields, names::ID, |_, seen| shapes::as_ids(seen), lost)
}

/// The event's number in its stream.
pub(super) fn version(fields: &RecordFields, streams: &[Option<String>]) -> Option<Candidate> {
    let lost = |path: &[String], _: Agreement| (!is_in_content(path)).then_some(0);
    best(fields, names::VERSION, |_, seen| shapes::as_versions(seen, streams), lost)
}

/// The name of the aggregate beside the stream, if the streams' names do not begin with it.
pub(super) fn category(
    fields: &RecordFields,
    stream: &Candidate,
    event_type: &[String],
) -> Option<Vec<String>> {
    let (last, parent) = stream.path.split_last()?;
    // Axon calls the aggregate `type`, and the type of an event `payloadType`.
    let is_axon = names::plain(last) == "aggregateidentifier" && event_type != path_beside(parent, "type");
    let found = fields.by_path.iter().find(|(path, seen)| {
        let Some((name, before)) = path.split_last() else { return false };
        let is_named = names::points(path, names::CATEGORY) > 0 || (is_axon && names::plain(name) == "type");
        is_named && before == parent && *path != event_type && shapes::as_types(seen).n >= stream.n
    });
    let (path, categories) = found?;
    let streams = fields.at(&stream.path);
    let has_it = |(stream, category): (&Option<Seen>, &Option<Seen>)| {
        let (Some(stream), Some(category)) =
            (stream.as_ref().and_then(Seen::scalar), category.as_ref().and_then(Seen::scalar))
        else {
            return true;
        };
        stream.to_lowercase().starts_with(&category.to_lowercase())
    };
    (!streams.iter().zip(categories).all(has_it)).then(|| path.clone())
}

fn path_beside(parent: &[String], name: &str) -> Vec<String> {
    parent.iter().cloned().chain([name.to_owned()]).collect()
}

/// The object whose only member's name is the type, in each record: the data, or the record itself (empty).
pub(super) fn only_member(fields: &RecordFields) -> Option<Vec<String>> {
    let mut objects = vec![Vec::new()];
    let named = fields
        .by_path
        .keys()
        .filter(|path| path.len() <= 2 && names::points(path, names::DATA) >= names::SURE_POINTS);
    objects.extend(named.cloned());
    objects.into_iter().find(|object| {
        let below: Vec<(&Vec<String>, &Vec<Option<Seen>>)> = fields
            .by_path
            .iter()
            .filter(|(path, _)| path.len() == object.len() + 1 && path.starts_with(object))
            .collect();
        let n_objects = |at: usize| {
            let there: Vec<&Seen> = below.iter().filter_map(|(_, seen)| seen.get(at)?.as_ref()).collect();
            matches!(there.as_slice(), [Seen::Object { .. }])
        };
        fields.n > 0 && below.len() <= 40 && (0..fields.n).all(n_objects)
    })
}
