//! The part `[aggregates.NAME]`: the streams of an aggregate, its first state and its rules.

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use toml::de::DeValue;

use crate::domain::aggregates::Aggregate;
use crate::domain::aggregates::declared::DeclaredFold;
use crate::domain::aggregates::declared::rules::{EventRule, FieldRule};
use crate::domain::aggregates::declared::upcast::Upcasters;
use crate::domain::aggregates::words::AggregateWords;
use crate::domain::expression::field_path::FieldPath;
use crate::domain::file::table::{FileTable, FileValue, Mistake};
use crate::domain::name_pattern::NamePattern;
use crate::domain::state::document::Document;
use crate::domain::state::field_tree::Kept;
use crate::domain::state::fold_kind::FoldKind;

/// The key of a rule that lists the paths to remove.
const REMOVE: &str = "remove";

/// The aggregate that a table declares.
pub(super) fn aggregate(table: &FileTable<'_>, upcasters: &Arc<Upcasters>) -> Result<Aggregate, Mistake> {
    table.has_only(&["streams", "category", "start", "on", "recorded"])?;
    let name = table.key();
    let streams = match (table.text("streams")?, table.text("category")?) {
        (Some(_), Some(_)) => return Err(table.mistake("an aggregate has streams or a category, not both")),
        (Some(streams), None) => NamePattern::new(streams.to_owned()),
        (None, Some(category)) => NamePattern::of_prefix(&format!("{category}-")),
        (None, None) => NamePattern::ANY,
    };
    let start = match table.value("start") {
        Some(value) => start(&value)?,
        None => Document::open(FoldKind::Declared),
    };
    let rules = match table.table("on")? {
        Some(on) => on.tables()?.iter().map(rule).collect::<Result<Vec<_>, _>>()?,
        None => {
            return Err(
                table.mistake(&format!("[aggregates.{name}.on.TYPE] is missing: what its events change"))
            );
        }
    };
    let names = rules.iter().flat_map(|rule| &rule.types).filter(|pattern| pattern.is_name());
    let event_types = names.map(|name| name.as_str().to_owned().into()).collect();
    let words = AggregateWords { event_types, ..AggregateWords::of(name) };
    let recorded = match table.table("recorded")? {
        Some(recorded) => field_rules(&recorded)?,
        None => Vec::new(),
    };
    let fold = Arc::new(DeclaredFold::new(start, rules, recorded, Arc::clone(upcasters)));
    Ok(Aggregate { name: name.to_owned().into(), words, streams, fold, decider: None })
}

/// The fields of a table, each with its expression.
fn field_rules(table: &FileTable<'_>) -> Result<Vec<FieldRule>, Mistake> {
    table.entries().map(|(key, span, value)| field_rule(table, key, &span, &value)).collect()
}

/// The field that a key is, with the expression that its value is.
fn field_rule(
    table: &FileTable<'_>,
    key: &str,
    span: &Range<usize>,
    value: &FileValue<'_>,
) -> Result<FieldRule, Mistake> {
    Ok(FieldRule { path: table.path(key, span)?, value: value.expression(key)? })
}

/// The state before the first event.
fn start(value: &FileValue<'_>) -> Result<Document, Mistake> {
    let DeValue::Table(_) = value.value else {
        return Err((value.span.clone(), "start is a table: { total = 0 }".to_owned()));
    };
    let mut json = String::new();
    write_json(value.value, &mut json);
    let mut document = Document::open(FoldKind::Declared);
    match document.merge(&json) {
        Ok(Kept::Whole) => Ok(document),
        Ok(Kept::Partly) => Err((value.span.clone(), "start has too many fields".to_owned())),
        Err(why) => Err((value.span.clone(), format!("start: {why}"))),
    }
}

/// The rule that a table under `on` is. Its key names the types.
fn rule(table: &FileTable<'_>) -> Result<EventRule, Mistake> {
    let types = table.key().split(',').map(|name| NamePattern::new(name.trim().to_owned())).collect();
    let mut rule = EventRule { types, sets: Vec::new(), removes: Vec::new() };
    for (key, span, value) in table.entries() {
        if key == REMOVE {
            for item in value.items(key)? {
                let path = item.path(key)?;
                expect_apart(&rule, &path, &item.span)?;
                rule.removes.push(path);
            }
        } else {
            let set = field_rule(table, key, &span, &value)?;
            expect_apart(&rule, &set.path, &span)?;
            rule.sets.push(set);
        }
    }
    Ok(rule)
}

/// Checks that a path leads to another place than those that the rule changes already.
fn expect_apart(rule: &EventRule, path: &FieldPath, span: &Range<usize>) -> Result<(), Mistake> {
    let mut before = rule.sets.iter().map(|set| &set.path).chain(&rule.removes);
    let Some(other) = before.find(|other| other.contains(path) || path.contains(other)) else {
        return Ok(());
    };
    let why = format!("{} and {} are one place, or one within the other", other.source(), path.source());
    Err((span.clone(), why))
}

/// Writes a value of TOML as JSON. A date is a text.
fn write_json(value: &DeValue<'_>, json: &mut String) {
    // Writing to a text does not fail.
    let _ = match value {
        DeValue::String(text) => write!(json, "{}", serde_json::Value::from(&**text)),
        DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => write!(json, "{number}"),
            Err(_) => write!(json, "{number}"),
        },
        DeValue::Float(number) => write!(json, "{}", number.as_str().trim_start_matches('+')),
        DeValue::Boolean(flag) => write!(json, "{flag}"),
        DeValue::Datetime(date) => write!(json, "\"{date}\""),
        DeValue::Array(items) => {
            json.push('[');
            for (nth, item) in items.iter().enumerate() {
                json.push_str(if nth > 0 { "," } else { "" });
                write_json(item.get_ref(), json);
            }
            write!(json, "]")
        }
        DeValue::Table(members) => {
            json.push('{');
            for (nth, (key, member)) in members.iter().enumerate() {
                json.push_str(if nth > 0 { "," } else { "" });
                let _ = write!(json, "{}:", serde_json::Value::from(&**key.get_ref()));
                write_json(member.get_ref(), json);
            }
            write!(json, "}}")
        }
    };
}
