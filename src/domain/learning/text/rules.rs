//! The rules of a domain file for the events of one type: the fields that they set, each with its expression.

use crate::domain::expression::compiled::Expression;
use crate::domain::expression::field_path::FieldPath;
use crate::domain::learning::field::ValueKind;
use crate::domain::learning::learned_log::{LearnedAggregate, LearnedField, LearnedType};
use crate::domain::learning::learned_total::{LearnedTotal, TermSign, TotalTerm};
use crate::domain::learning::text::toml_words::{data_path, key, quoted, state_path, text_literal};

/// A field that the rule sets, or that it could set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RuleLine {
    path: String,
    expression: String,
    /// Whether it is part of the fold; otherwise it is a comment for a person to decide about.
    is_active: bool,
}

impl RuleLine {
    fn new(path: String, expression: String, is_active: bool) -> Self {
        let is_valid = FieldPath::parse(&path).is_ok() && Expression::parse(&expression).is_ok();
        Self { path, expression, is_active: is_active && is_valid }
    }

    /// The line of TOML.
    pub(super) fn written(&self) -> String {
        let comment = if self.is_active { "" } else { "# " };
        format!("{comment}{} = {}", key(&self.path), quoted(&self.expression))
    }
}

/// The rules for a type: proved totals first, then the last values of texts, flags and lists. Numbers that nothing explains
/// are comments.
pub(super) fn rules_of(aggregate: &LearnedAggregate, of_type: &LearnedType) -> Vec<RuleLine> {
    let mut lines: Vec<RuleLine> =
        aggregate.totals.iter().filter_map(|total| total_rule(total, of_type)).collect();
    let explained = |field: &&LearnedField| {
        let is_amount = |term: &TotalTerm| term.event_type == of_type.event_type && term.amount == field.keys;
        let is_explained =
            |total: &LearnedTotal| total.keys == field.keys || total.terms.iter().any(is_amount);
        !aggregate.totals.iter().any(is_explained)
    };
    for field in of_type.fields.iter().filter(explained) {
        let is_only_null = field.kinds.present().all(|kind| kind == ValueKind::Null);
        let is_active = !field.kinds.is_numeric() && !is_only_null && !has_field_within(aggregate, field);
        lines.push(RuleLine::new(state_path(&field.keys), last_value(of_type, field), is_active));
    }
    lines
}

/// Whether a field of the aggregate lies within this one: at one of its values there is an object. A fold cannot set both.
fn has_field_within(aggregate: &LearnedAggregate, field: &LearnedField) -> bool {
    let fields = aggregate.types.iter().flat_map(|of_type| &of_type.fields);
    fields.into_iter().any(|other| other.keys.len() > field.keys.len() && other.keys.starts_with(&field.keys))
}

/// The value of the newest event that has the field.
fn last_value(of_type: &LearnedType, field: &LearnedField) -> String {
    let data = data_path(&field.keys);
    match field.n_events == of_type.n_events {
        true => data,
        false => format!("has({data}) ? {data} : default(this, null)"),
    }
}

/// The rule for a total, if the events of the type move or state it.
fn total_rule(total: &LearnedTotal, of_type: &LearnedType) -> Option<RuleLine> {
    let field_of = |keys: &[String]| of_type.fields.iter().find(|field| field.keys == keys);
    let path = state_path(&total.keys);
    // With texts that prove nothing the total is as the event states it.
    let stated = data_path(&total.keys);
    let is_of_type = |term: &&TotalTerm| term.event_type == of_type.event_type;
    if let Some(term) = total.terms.iter().find(is_of_type) {
        let amount = data_path(&term.amount);
        let is_always = field_of(&term.amount)?.kinds.n_numeric() == of_type.n_events;
        let amount = if is_always { amount } else { format!("default({amount}, 0)") };
        let (added, subtracted) =
            (format!("{} + {amount}", before(total)), format!("{} - {amount}", before(total)));
        let moved = match &term.sign {
            TermSign::Plus => added,
            TermSign::Minus => subtracted,
            TermSign::ByText { keys, plus, minus, .. } => {
                let text = data_path(keys);
                let otherwise = format!("default({stated}, this)");
                let (is_plus, is_minus) = (is_one_of(&text, plus), is_one_of(&text, minus));
                format!("{is_plus} ? {added} : {is_minus} ? {subtracted} : {otherwise}")
            }
        };
        let expression = if total.starts_at_zero() { moved } else { format!("default({moved}, {stated})") };
        return Some(RuleLine::new(path, expression, true));
    }
    let is_stated = total.stated.iter().any(|stated| stated.event_type == of_type.event_type);
    let is_always = field_of(&total.keys)?.kinds.n_numeric() == of_type.n_events;
    let expression = if is_always { stated } else { format!("default({stated}, default(this, null))") };
    is_stated.then(|| RuleLine::new(path, expression, true))
}

/// The total before an event, as a rule names it.
fn before(total: &LearnedTotal) -> String {
    let path = state_path(&total.keys);
    // A name alone reads best. What lies within another field need not be there yet.
    if total.keys.len() == 1 { path } else { "this".to_owned() }
}

fn is_one_of(text: &str, texts: &[String]) -> String {
    match texts {
        [only] => format!("{text} == {}", text_literal(only)),
        texts => {
            let texts: Vec<_> = texts.iter().map(|text| text_literal(text)).collect();
            format!("{text} in [{}]", texts.join(", "))
        }
    }
}
