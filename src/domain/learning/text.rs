//! The text of a domain file to start from: what was learned of a log, with the evidence as comments.
//!
//! Its files:
//!
//! - `evidence.rs`: the evidence for what was learned, in words: types of events, fields with their sums, and totals with their agreement
//! - `rules.rs`: the rules of a domain file for the events of one type: the fields that they set, each with its expression
//! - `toml_words.rs`: words of a domain file: keys and texts in TOML, and the paths and expressions within them
//! - `type_rules.rs`: the patterns of types in a domain file: each type has a rule of its own, and the order keeps them apart

pub mod evidence;
pub mod rules;
pub mod toml_words;
pub mod type_rules;

use crate::domain::aggregates::grouping::RecognisedBy;
use crate::domain::counted::counted;
use crate::domain::learning::learned_log::{LearnedAggregate, LearnedLog};
use crate::domain::learning::learned_total::LearnedTotal;
use crate::domain::learning::text::rules::rules_of;
use crate::domain::learning::text::toml_words::{data_path, key, quoted, state_path};
use crate::domain::learning::text::type_rules::{TypeRule, rules_in_order};
use crate::domain::visible::visible;

/// The domain file. `log` is the name of the log, and each of `notes` says something about the whole of it.
pub fn domain_text(learned: &LearnedLog, log: &str, notes: &[String]) -> String {
    let mut text = String::new();
    let (events, streams) = (counted(learned.n_events, "event"), counted(learned.n_streams, "stream"));
    comment(&mut text, &format!("A domain file to start from, learned from {log}: {events} in {streams}."));
    for note in notes {
        comment(&mut text, note);
    }
    for words in learned.not_learned.words() {
        comment(&mut text, &words);
    }
    comment(&mut text, "");
    for line in ABOUT {
        comment(&mut text, line);
    }
    for aggregate in &learned.aggregates {
        of_aggregate(&mut text, aggregate);
    }
    text
}

/// How to read the file.
const ABOUT: [&str; 4] = [
    "Texts, flags and lists keep their last value, as in a merged state. A number is folded where the log proves how.",
    "Where it proves nothing, the sum is all that is known of a number, and its line is a comment: it is for you to say",
    "what it means.",
    "The guide explains this: foldback guide learning, and foldback guide domain.",
];

fn of_aggregate(text: &mut String, aggregate: &LearnedAggregate) {
    let LearnedAggregate { group, n_streams, n_events, types, totals } = aggregate;
    let name = key(&group.name);
    text.push('\n');
    comment(
        text,
        &format!("{}: {} in {}", group.name, counted(*n_events, "event"), counted(*n_streams, "stream")),
    );
    for line in evidence::of_totals(aggregate) {
        comment(text, &line);
    }
    *text += &format!("[aggregates.{name}]\n");
    match &group.recognised_by {
        RecognisedBy::Prefix(prefix) => *text += &format!("streams = {}\n", quoted(&format!("{prefix}*"))),
        RecognisedBy::TypePart(part) => *text += &format!("types = {}\n", quoted(&format!("*:{part}.*"))),
        RecognisedBy::Rest => {}
    }
    if let Some(start) = start_of(totals) {
        *text += &format!("start = {start}\n");
    }
    for TypeRule { pattern, of_type } in rules_in_order(types) {
        text.push('\n');
        for line in evidence::of_type(of_type, totals) {
            comment(text, &line);
        }
        *text += &format!("#   the first one: {}\n", visible(&of_type.example));
        let Some(pattern) = pattern else {
            comment(text, "No rule here: by its name, an event of this type is one of another type as well.");
            continue;
        };
        *text += &format!("[aggregates.{name}.on.{}]\n", key(&pattern));
        for line in rules_of(aggregate, of_type) {
            *text += &line.written();
            text.push('\n');
        }
    }
    if !totals.is_empty() {
        text.push('\n');
        comment(
            text,
            "The figures that the log itself has after an event. Without the #, each is compared with the fold.",
        );
        *text += &format!("# [aggregates.{name}.recorded]\n");
    }
    for total in totals {
        *text += &format!("# {} = {}\n", key(&state_path(&total.keys)), quoted(&data_path(&total.keys)));
    }
}

/// The state before the first event: each total that starts at 0. Totals within the same field share its table.
fn start_of(totals: &[LearnedTotal]) -> Option<String> {
    let starting: Vec<&[String]> =
        totals.iter().filter(|total| total.starts_at_zero()).map(|total| total.keys.as_slice()).collect();
    (!starting.is_empty()).then(|| start_table(&starting))
}

fn start_table(paths: &[&[String]]) -> String {
    let mut members: Vec<String> = Vec::new();
    let mut done: Vec<&String> = Vec::new();
    for first in paths.iter().filter_map(|keys| keys.first()) {
        if done.contains(&first) {
            continue;
        }
        done.push(first);
        let below: Vec<&[String]> =
            paths.iter().filter_map(|keys| keys.strip_prefix(std::slice::from_ref(first))).collect();
        let value =
            if below.iter().any(|keys| keys.is_empty()) { "0".to_owned() } else { start_table(&below) };
        members.push(format!("{} = {value}", key(first)));
    }
    format!("{{ {} }}", members.join(", "))
}

/// The widest line of a comment, in characters: as wide as an editor beside another.
const COMMENT_CHARS_MAX: usize = 118;

/// Adds a comment, in several lines if it is long. TOML has no control characters there.
fn comment(text: &mut String, words: &str) {
    let shown = visible(words);
    let indent = shown.chars().take_while(|c| *c == ' ').count();
    let mut line = format!("# {}", " ".repeat(indent));
    let n_begin = line.chars().count();
    for word in shown.split(' ').filter(|word| !word.is_empty()) {
        let n_chars = line.chars().count();
        if n_chars > n_begin && n_chars + word.chars().count() > COMMENT_CHARS_MAX {
            *text += line.trim_end();
            text.push('\n');
            line = format!("# {}", " ".repeat(indent + 2));
        }
        line += word;
        line.push(' ');
    }
    *text += line.trim_end();
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::aggregates::grouping::groups_of;
    use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition};
    use crate::domain::expression::compiled::Expression;
    use crate::domain::expression::field_path::FieldPath;
    use crate::domain::hash::ChainHash;
    use crate::domain::learning::Learner;

    /// The file of a log of streams, types and data.
    fn file_of(log: &[[String; 3]]) -> String {
        let samples = log.iter().map(|[stream, event_type, _]| (stream.as_str(), event_type.as_str()));
        let mut learner = Learner::new(groups_of(samples));
        for (nth, [stream, event_type, data]) in log.iter().enumerate() {
            learner.take(&RecordedEvent {
                position: GlobalPosition::new(nth as u64 + 1),
                stream: StreamName::new(stream).unwrap(),
                version: StreamPosition::new(1),
                id: None,
                event_type: event_type.clone(),
                time: None,
                clock: None,
                data: data.clone(),
                metadata: None,
                source: None,
                hash: ChainHash([0; 32]),
            });
        }
        domain_text(&learner.learned(), "x", &[])
    }

    proptest! {
        #[test]
        fn whatever_names_a_log_has_its_file_is_toml_with_rules_that_can_be_read(
            log in prop::collection::vec(
                ["[a-c]{1,2}[-$:/][0-9\"\\\\\n]{1,2}", "[A-C.:,*\"' é]{1,4}", "type|remove|state|in|[a-b\"\\\\\u{200b}é ]{1,3}"],
                1..20
            ),
            n in 0..9_u32,
        ) {
            let log: Vec<_> = log.into_iter().map(|[stream, event_type, key]| {
                let data = serde_json::json!({key.as_str(): n, "b": {key.as_str(): key.as_str()}, "c": [n]});
                [stream, event_type, data.to_string()]
            }).collect();
            let file = file_of(&log);
            let read: toml::Table = toml::from_str(&file).map_err(|why| TestCaseError::fail(format!("{why}{file}")))?;
            for aggregate in read["aggregates"].as_table().unwrap().values() {
                for rules in aggregate.get("on").into_iter().flat_map(|on| on.as_table().unwrap().values()) {
                    for (path, expression) in rules.as_table().unwrap() {
                        prop_assert!(FieldPath::parse(path).is_ok(), "{}", path);
                        prop_assert!(Expression::parse(expression.as_str().unwrap()).is_ok(), "{}", expression);
                    }
                }
            }
        }
    }

    #[test]
    fn totals_within_one_field_share_a_table_of_the_start() {
        let keys = |path: &str| path.split('.').map(str::to_owned).collect::<Vec<_>>();
        let paths = ["a.x", "b", "a.y.z", "odd key"].map(keys);
        let paths: Vec<&[String]> = paths.iter().map(Vec::as_slice).collect();
        assert_eq!(start_table(&paths), "{ a = { x = 0, y = { z = 0 } }, b = 0, \"odd key\" = 0 }");
    }

    #[test]
    fn long_comments_are_wrapped_and_indented() {
        let mut text = String::new();
        comment(&mut text, &format!("  {}", "1234567, ".repeat(15)));
        let [first, second] = text.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
        assert!(first.starts_with("#   1234567, ") && first.chars().count() <= COMMENT_CHARS_MAX, "{first}");
        assert!(second.starts_with("#     1234567, "), "{second}");
    }
}
