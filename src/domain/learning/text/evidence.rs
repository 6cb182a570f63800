//! The evidence for what was learned, in words: types of events, fields with their sums, and totals with their agreement.

use crate::domain::counted::counted;
use crate::domain::event::GlobalPosition;
use crate::domain::learning::learned_log::{LearnedAggregate, LearnedField, LearnedType};
use crate::domain::learning::learned_total::{LearnedTotal, TermSign, TotalTerm};
use crate::domain::learning::sign_tally::Positions;
use crate::domain::learning::text::toml_words::dotted;
use crate::domain::money::grouped;

/// The lines about a type: how many events there are and where, and its fields.
pub(super) fn of_type(of_type: &LearnedType, totals: &[LearnedTotal]) -> Vec<String> {
    let LearnedType { event_type, n_events, first, last, fields, .. } = of_type;
    let is_total = |field: &LearnedField| totals.iter().any(|total| total.keys == field.keys);
    let places = match first == last {
        true => format!("position {first}"),
        false => format!("positions {first} to {last}"),
    };
    let mut lines = vec![format!("{event_type}: {}, {places}", counted(*n_events, "event"))];
    lines.extend(fields.iter().map(|field| format!("  {}", of_field(field, *n_events, is_total(field)))));
    lines
}

/// A running total is not added up: the sum of its figures means nothing.
fn of_field(field: &LearnedField, n_events: u64, is_total: bool) -> String {
    let LearnedField { keys, kinds, n_events: n_with, sum, example } = field;
    let kinds_shown = kinds.present().map(|kind| kind.word()).collect::<Vec<_>>().join(" or ");
    let how_often = match *n_with == n_events {
        true => "in all".to_owned(),
        false => format!("in {} of {}", n(*n_with), n(n_events)),
    };
    let mut line = format!("{}: {kinds_shown}, {how_often}", dotted(keys));
    if is_total {
        line += ", a running total";
    } else if kinds.is_numeric() {
        line += &match sum {
            Some(sum) => format!(", sum {sum}"),
            None => ", whose sum has too many digits".to_owned(),
        };
    }
    if let Some(example) = example {
        line += &format!(", such as {example}");
    }
    line
}

/// The lines about the running totals of an aggregate, or the one that there is none.
pub(super) fn of_totals(aggregate: &LearnedAggregate) -> Vec<String> {
    if aggregate.totals.is_empty() {
        return vec!["No field proves to be a running total.".to_owned()];
    }
    aggregate.totals.iter().flat_map(of_total).collect()
}

fn of_total(total: &LearnedTotal) -> Vec<String> {
    let name = dotted(&total.keys);
    let mut formula = format!("{name} =");
    for term in &total.terms {
        formula += &terms_of(term);
    }
    let (n_agreeing, n_changes) = (n(total.n_agreeing()), n(total.n_changes));
    let mut lines = vec![
        formula,
        format!("  agrees with {n_agreeing} of {n_changes} changes from one {name} of a stream to the next"),
    ];
    if total.n_rounded > 0 {
        let (right, rounded) = (n(total.n_right), n(total.n_rounded));
        let zeros = "0".repeat(total.n_decimals.saturating_sub(1) as usize);
        lines.push(format!(
            "  {right} of them exactly; {rounded} differ by 0.{zeros}1 at most, as rounded figures do"
        ));
        lines.push("  the fold adds up exact amounts, so these differences stay in its sum".to_owned());
    }
    if total.contradictions.n > 0 {
        let places = places_of(&total.contradictions);
        lines.push(format!("  the log disagrees with itself at {places}"));
    }
    lines.extend(total.terms.iter().map(of_term));
    if !total.unmoved.is_empty() {
        lines.push(format!("  not moved by {}", total.unmoved.join(", ")));
    }
    for stated in &total.stated {
        let (event_type, events) = (&stated.event_type, counted(stated.n_events, "event"));
        lines.push(format!(
            "  taken as {event_type} states it, in {events}: nothing else in them explains it"
        ));
    }
    lines.push(of_start(total));
    lines
}

fn of_start(total: &LearnedTotal) -> String {
    let LearnedTotal { n_first, first_unexplained, .. } = total;
    let n_explained = n_first - first_unexplained.n;
    let streams = counted(*n_first, "stream");
    if first_unexplained.n == 0 {
        return format!("  starts at 0, which explains the first figure in {} of {streams}", n(n_explained));
    }
    let places = places_of(first_unexplained);
    match total.starts_at_zero() {
        true => format!("  starts at 0, which does not explain the first figure of a stream at {places}"),
        false => format!(
            "  starts with the first figure of each stream, because a start at 0 does not explain it at {places}"
        ),
    }
}

/// A term as part of a formula, with its sign.
fn terms_of(term: &TotalTerm) -> String {
    let amount = format!("{}.{}", term.event_type, dotted(&term.amount));
    match &term.sign {
        TermSign::Plus => format!(" + {amount}"),
        TermSign::Minus => format!(" − {amount}"),
        TermSign::ByText { keys, plus, minus, .. } => {
            let keys = dotted(keys);
            format!(" + {amount} ({keys} {}) − {amount} ({keys} {})", either(plus), either(minus))
        }
    }
}

fn of_term(term: &TotalTerm) -> String {
    let (n_agreeing, n_changes) = (n(term.n_agreeing), n(term.n_changes));
    let mut line = format!("  {}: {n_agreeing} of {n_changes}", terms_of(term).trim_start());
    if !term.same_amounts.is_empty() {
        let same: Vec<_> = term.same_amounts.iter().map(|keys| dotted(keys)).collect();
        line += &format!("; {} explains as much", same.join(", "));
    }
    if let TermSign::ByText { keys, n_unproved, .. } = &term.sign
        && *n_unproved > 0
    {
        line += &format!("; {} with another {} prove no sign", counted(*n_unproved, "change"), dotted(keys));
    }
    line
}

fn either(texts: &[String]) -> String {
    texts.join(" or ")
}

/// Positions as a list, with the number of all of them.
fn places_of(positions: &Positions) -> String {
    let first: Vec<_> = positions.first.iter().map(GlobalPosition::to_string).collect();
    let n_more = positions.n - first.len() as u64;
    let list = first.join(", ");
    match n_more {
        0 => format!("{}: {list}", counted(positions.n, "position")),
        n_more => format!("{}: {list}, and {} more", counted(positions.n, "position"), n(n_more)),
    }
}

fn n(count: u64) -> String {
    grouped(i128::from(count), None)
}
