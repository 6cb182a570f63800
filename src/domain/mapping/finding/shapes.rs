//! The looks of a field's values: names of streams, types, times, ids and versions.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::event::{EVENT_TYPE_BYTES_MAX, STREAM_NAME_BYTES_MAX, Timestamp};
use crate::domain::mapping::envelope::times::{self, TimeRead};
use crate::domain::mapping::finding::fields::Seen;

/// The years of the times that a number is taken for.
const YEARS: std::ops::Range<i16> = 1990..2100;

/// The fewest characters of an id: a shorter one is a number within something, and two events may have it.
const ID_CHARS_MIN: usize = 8;

/// The most types that a log has in its first records, however many they are.
const N_TYPES_MIN: usize = 40;

/// The number of values that are there and have the right form, and of different ones among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Agreement {
    pub(super) n: usize,
    pub(super) n_different: usize,
}

fn agreement<'s>(fitting: impl Iterator<Item = &'s str>) -> Agreement {
    let mut n = 0;
    let different: BTreeSet<&str> = fitting.inspect(|_| n += 1).collect();
    Agreement { n, n_different: different.len() }
}

/// The values that may be the name of a stream: texts and whole numbers that are no times.
pub(super) fn as_streams(seen: &[Option<Seen>]) -> Agreement {
    let fits = |seen: &&Seen| match seen {
        Seen::Text(text) => !text.trim().is_empty() && text.len() <= STREAM_NAME_BYTES_MAX && !is_dated(text),
        Seen::Number(number) => is_whole(number),
        Seen::Object { .. } | Seen::List(_) | Seen::JsonText | Seen::Other => false,
    };
    agreement(seen.iter().flatten().filter(fits).filter_map(Seen::scalar))
}

/// The values that may be types; none if there are too many different ones.
pub(super) fn as_types(seen: &[Option<Seen>]) -> Agreement {
    let fits = |text: &&str| {
        let text = text.trim();
        !text.is_empty()
            && text.len() <= EVENT_TYPE_BYTES_MAX
            && !is_dated(text)
            && !is_unique(text)
            && text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$' | '.' | '/' | '@'))
    };
    let texts = seen.iter().flatten().filter_map(|seen| match seen {
        Seen::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let agreement = agreement(texts.filter(fits));
    match agreement.n_different > N_TYPES_MIN.max(agreement.n / 3) {
        true => Agreement::default(),
        false => agreement,
    }
}

/// The values that may be ids: texts that all differ.
pub(super) fn as_ids(seen: &[Option<Seen>]) -> Agreement {
    let texts = seen.iter().flatten().filter_map(|seen| match seen {
        Seen::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let agreement = agreement(texts.filter(|text| text.chars().count() >= ID_CHARS_MIN && !is_dated(text)));
    match agreement.n_different < agreement.n {
        true => Agreement::default(),
        false => agreement,
    }
}

/// The values that are times, and whether one of them has no zone.
pub(super) fn as_times(seen: &[Option<Seen>]) -> (Agreement, bool) {
    let read: Vec<TimeRead> = seen.iter().flatten().filter_map(time).collect();
    let n_different = read.iter().map(|read| read.time).collect::<BTreeSet<Timestamp>>().len();
    (Agreement { n: read.len(), n_different }, read.iter().any(|read| read.has_no_zone))
}

fn time(seen: &Seen) -> Option<TimeRead> {
    let json = seen.time_json()?;
    let read = times::any(&json)?;
    let year = jiff::tz::Offset::UTC.to_datetime(read.time).year();
    let is_words = matches!(seen, Seen::Text(text) if text.contains(['-', ':', '/']));
    (is_words || YEARS.contains(&year)).then_some(read)
}

/// The values that count the events of their streams: whole numbers, each one more or one less than the one before in
/// its stream. None if most are not.
pub(super) fn as_versions(seen: &[Option<Seen>], streams: &[Option<String>]) -> Agreement {
    let mut last: BTreeMap<&str, i128> = BTreeMap::new();
    let (mut n, mut n_pairs, mut n_steps) = (0, 0_usize, 0_usize);
    for (seen, stream) in seen.iter().zip(streams) {
        let number = seen.as_ref().and_then(Seen::scalar).and_then(|text| text.parse::<i128>().ok());
        let (Some(number), Some(stream)) = (number, stream) else { continue };
        n += 1;
        if let Some(before) = last.insert(stream, number) {
            n_pairs += 1;
            n_steps += usize::from(number.abs_diff(before) == 1);
        }
    }
    match n_steps * 10 < n_pairs * 9 {
        true => Agreement::default(),
        false => Agreement { n, n_different: last.len() },
    }
}

/// The values that are objects, as JSON or in a text.
pub(super) fn as_objects(seen: &[Option<Seen>]) -> Agreement {
    let n = seen.iter().flatten().filter(|seen| seen.is_object()).count();
    Agreement { n, n_different: n }
}

fn is_whole(number: &str) -> bool {
    number.strip_prefix('-').unwrap_or(number).bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text is a date or a time, in words.
fn is_dated(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(['-', ':', '/']) && {
        serde_json::to_string(text).ok().and_then(|json| times::any(&json)).is_some()
    }
}

/// Whether a text is a UUID or another long number.
fn is_unique(text: &str) -> bool {
    let n_digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    text.len() >= 24 && n_digits + text.matches(['-', '{', '}']).count() == text.len()
}
