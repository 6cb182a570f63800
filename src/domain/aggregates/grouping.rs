//! The grouping of streams into aggregates by their names, for a log that nobody explained.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::domain::uuids::uuid_of;

/// The characters that end the first part of a stream's name.
const SEPARATORS: [char; 5] = ['-', '$', '|', ':', '/'];

/// The number of different prefixes from which on they may be ids instead of kinds of things.
const N_PREFIXES_DOUBTFUL: usize = 10;

/// The group of the streams that no prefix and no type recognises.
const REST: &str = "stream";

/// The length of a UUID with hyphens.
const UUID_CHARS: usize = 36;

/// The streams of one kind, as far as their names or the types of their events show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamGroup {
    /// Its name, such as `cart`. No two groups of a log have the same.
    pub name: String,
    pub recognised_by: RecognisedBy,
}

/// How the streams of a group are recognised. A stream belongs to the first group that takes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RecognisedBy {
    /// By the beginning of their names, with its separator: `cart-`.
    Prefix(String),
    /// By the part of their events' types between `:` and `.`: `BankAccount` of `bank:BankAccount.Opened`.
    TypePart(String),
    /// The streams that no other group takes.
    Rest,
}

impl StreamGroup {
    /// The group of the streams that none of these groups takes, for a log of which only a part was sampled.
    pub fn rest_beside(groups: &[Self]) -> Self {
        let names = groups.iter().map(|group| group.name.clone()).collect();
        Self { name: free_name(REST, &names), recognised_by: RecognisedBy::Rest }
    }

    /// Whether the stream with this name, whose events have types such as this one, belongs here.
    pub fn takes(&self, stream: &str, event_type: &str) -> bool {
        match &self.recognised_by {
            RecognisedBy::Prefix(prefix) => stream.starts_with(prefix.as_str()),
            RecognisedBy::TypePart(part) => part_of_type(event_type) == Some(part),
            RecognisedBy::Rest => true,
        }
    }
}

/// The groups of a log, in the order of their first streams; the rest comes last. Each sample is the name of a stream with
/// the type of one of its events; a stream may come several times. Without a sample there is one group, the rest.
pub fn groups_of<'s>(samples: impl IntoIterator<Item = (&'s str, &'s str)>) -> Vec<StreamGroup> {
    let mut seen = HashSet::new();
    let streams: Vec<_> = samples.into_iter().filter(|(stream, _)| seen.insert(*stream)).collect();
    let prefixes: HashSet<&str> = streams.iter().filter_map(|(stream, _)| prefix_of(stream)).collect();
    // Prefixes that are nearly as many as the streams are parts of ids.
    let are_ids = prefixes.len() >= N_PREFIXES_DOUBTFUL && prefixes.len() * 10 > streams.len();
    let mut groups = IndexMap::new();
    let mut has_rest = streams.is_empty();
    for (stream, event_type) in streams {
        let by_prefix = prefix_of(stream).filter(|_| !are_ids).map(|prefix| {
            let word = prefix.strip_suffix(SEPARATORS).unwrap_or(prefix);
            (word, RecognisedBy::Prefix(prefix.to_owned()))
        });
        let by_type = || part_of_type(event_type).map(|part| (part, RecognisedBy::TypePart(part.to_owned())));
        match by_prefix.or_else(by_type) {
            Some((word, recognised_by)) => _ = groups.entry(recognised_by).or_insert_with(|| word.to_owned()),
            None => has_rest = true,
        }
    }
    if has_rest {
        groups.insert(RecognisedBy::Rest, REST.to_owned());
    }
    named_apart(&groups)
}

/// The part of a stream's name up to its first separator, which is included; `None` if that part says nothing about the
/// kind of thing: it is empty, a number, or the beginning of a UUID.
fn prefix_of(stream: &str) -> Option<&str> {
    let begins_with_uuid = stream.get(..UUID_CHARS).is_some_and(|beginning| uuid_of(beginning).is_some());
    if begins_with_uuid || uuid_of(stream).is_some() {
        return None;
    }
    let (at, separator) = stream.char_indices().find(|(_, c)| SEPARATORS.contains(c))?;
    let (word, end) = (stream.get(..at)?, at + separator.len_utf8());
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { None } else { stream.get(..end) }
}

/// The part of an event's type between the first `:` and the `.` after it; `None` if there is none, or it is empty.
fn part_of_type(event_type: &str) -> Option<&str> {
    let (part, _) = event_type.split_once(':')?.1.split_once('.')?;
    Some(part).filter(|part| !part.is_empty())
}

/// The groups with names of their own.
fn named_apart(groups: &IndexMap<RecognisedBy, String>) -> Vec<StreamGroup> {
    let mut taken = HashSet::new();
    let mut named = Vec::new();
    for (recognised_by, word) in groups {
        let name = free_name(word, &taken);
        taken.insert(name.clone());
        named.push(StreamGroup { name, recognised_by: recognised_by.clone() });
    }
    named
}

/// The word, or where it is taken, the word with `_2` after it, and so on.
fn free_name(word: &str, taken: &HashSet<String>) -> String {
    let mut name = word.to_owned();
    let mut nth = 2;
    while taken.contains(&name) {
        name = format!("{word}_{nth}");
        nth += 1;
    }
    name
}

/// The name with the streams: `{"name": …, "streams": "cart-*"}`, or `types` in place of `streams`; neither for the rest.
impl Serialize for StreamGroup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("name", &self.name)?;
        match &self.recognised_by {
            RecognisedBy::Prefix(prefix) => members.serialize_entry("streams", &format!("{prefix}*"))?,
            RecognisedBy::TypePart(part) => members.serialize_entry("types", &format!("*:{part}.*"))?,
            RecognisedBy::Rest => {}
        }
        members.end()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TYPE: &str = "Opened";

    fn prefix(name: &str, prefix: &str) -> StreamGroup {
        StreamGroup { name: name.to_owned(), recognised_by: RecognisedBy::Prefix(prefix.to_owned()) }
    }

    fn type_part(name: &str, part: &str) -> StreamGroup {
        StreamGroup { name: name.to_owned(), recognised_by: RecognisedBy::TypePart(part.to_owned()) }
    }

    fn rest(name: &str) -> StreamGroup {
        StreamGroup { name: name.to_owned(), recognised_by: RecognisedBy::Rest }
    }

    fn groups_of_names(names: &[&str]) -> Vec<StreamGroup> {
        groups_of(names.iter().map(|name| (*name, TYPE)))
    }

    #[test]
    fn streams_are_grouped_by_the_part_before_the_first_separator_in_the_order_of_the_log() {
        let names = ["cart-7", "bank_account-1000", "cart-ACCT-8", "order$1", "user|2", "room:3", "shop/4/5"];
        let groups = [
            prefix("cart", "cart-"),
            prefix("bank_account", "bank_account-"),
            prefix("order", "order$"),
            prefix("user", "user|"),
            prefix("room", "room:"),
            prefix("shop", "shop/"),
        ];
        assert_eq!(groups_of_names(&names), groups);
    }

    #[test]
    fn uuids_numbers_and_names_without_a_word_before_a_separator_are_one_group() {
        for name in [
            "0dbfd2c9-251e-4bed-8870-96a0607271aa",
            "0dbfd2c9251e4bed887096a0607271aa",
            "{0dbfd2c9-251e-4bed-8870-96a0607271aa}",
            "urn:uuid:0dbfd2c9-251e-4bed-8870-96a0607271aa",
            "0dbfd2c9-251e-4bed-8870-96a0607271aa/orders",
            "2024-03-14",
            "4711",
            "-7",
            "ledger",
            "käse",
        ] {
            assert_eq!(groups_of_names(&[name]), [rest("stream")], "{name}");
        }
        assert_eq!(groups_of_names(&[]), [rest("stream")]);
        assert_eq!(groups_of_names(&["kä-se"]), [prefix("kä", "kä-")]);
    }

    #[test]
    fn streams_without_a_prefix_are_the_rest_which_comes_last() {
        assert_eq!(groups_of_names(&["ledger", "cart-1"]), [prefix("cart", "cart-"), rest("stream")]);
    }

    #[test]
    fn prefixes_that_are_more_than_a_tenth_of_the_streams_and_at_least_ten_are_ids() {
        let names = |n_prefixes: usize, n_streams: usize| {
            (0..n_streams).map(|nth| format!("p{}-{nth}", nth % n_prefixes)).collect::<Vec<_>>()
        };
        for (n_prefixes, n_streams, n_groups) in
            [(9, 9, 9), (10, 10, 1), (10, 99, 1), (10, 100, 10), (11, 100, 1)]
        {
            let names = names(n_prefixes, n_streams);
            let groups = groups_of(names.iter().map(|name| (name.as_str(), TYPE)));
            assert_eq!(groups.len(), n_groups, "{n_prefixes} prefixes of {n_streams} streams");
        }
    }

    #[test]
    fn without_a_prefix_the_part_of_the_type_between_the_colon_and_the_dot_counts() {
        let samples = [
            ("0dbfd2c9251e4bed887096a0607271aa", "bank:BankAccount.Opened"),
            ("0dbfd2c9251e4bed887096a0607271ab", "shop.web:Cart.ItemAdded.v2"),
            ("0dbfd2c9251e4bed887096a0607271ac", "bank:BankAccount.Opened"),
            ("0dbfd2c9251e4bed887096a0607271ad", "Opened"),
        ];
        let groups = [type_part("BankAccount", "BankAccount"), type_part("Cart", "Cart"), rest("stream")];
        assert_eq!(groups_of(samples), groups);
        for event_type in ["bank:.Opened", "bank:Opened", "shop.Cart.ItemAdded"] {
            assert_eq!(groups_of([("4711", event_type)]), [rest("stream")], "{event_type}");
        }
    }

    #[test]
    fn groups_with_the_same_word_have_different_names() {
        let groups = groups_of_names(&["cart-1", "cart:1", "stream-1", "ledger"]);
        let expected = [
            prefix("cart", "cart-"),
            prefix("cart_2", "cart:"),
            prefix("stream", "stream-"),
            rest("stream_2"),
        ];
        assert_eq!(groups, expected);
    }

    proptest! {
        #[test]
        fn each_stream_of_a_log_is_taken_by_one_of_its_groups(
            samples in prop::collection::vec(("[a-c1:/é-]{1,5}", "[a:.]{0,4}"), 0..40)
        ) {
            let samples: Vec<_> = samples.iter().map(|(stream, of)| (stream.as_str(), of.as_str())).collect();
            let groups = groups_of(samples.iter().copied());
            let names: HashSet<&str> = groups.iter().map(|group| group.name.as_str()).collect();
            prop_assert_eq!(names.len(), groups.len());
            let mut first_types = IndexMap::new();
            for (stream, event_type) in samples {
                first_types.entry(stream).or_insert(event_type);
            }
            for (stream, event_type) in first_types {
                prop_assert!(groups.iter().any(|group| group.takes(stream, event_type)), "{}", stream);
            }
        }
    }
}
