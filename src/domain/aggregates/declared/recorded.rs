//! Figures that the log itself records, compared with the state after the event.

use crate::domain::aggregates::declared::rules::{FieldRule, keys_of};
use crate::domain::expression::comparison::equal;
use crate::domain::expression::computed::Computed;
use crate::domain::expression::scope::EvaluationScope;
use crate::domain::expression::writing::to_json;
use crate::domain::number::Number;
use crate::domain::state::document::Document;

/// The most digits that a double writes exactly. A figure with more comes from arithmetic on doubles.
const EXACT_DIGITS: u32 = 15;

/// A figure of doubles agrees if it differs by less than one part in this many.
const PARTS: u64 = 1_000_000_000;

/// How a state differs from a figure that its event records: a sentence, or nothing. An event that records none agrees.
pub(super) fn difference(rule: &FieldRule, scope: &EvaluationScope<'_>, state: &Document) -> Option<String> {
    let recorded = rule.value.evaluate(scope).ok().filter(|value| !matches!(value, Computed::Null))?;
    let path = keys_of(&rule.path, scope).ok()?;
    let (source, folded) = (rule.path.source(), state.value_at(&path));
    if folded.as_ref().is_ok_and(|folded| agrees(&recorded, folded)) {
        return None;
    }
    let written = |value: &Computed<'_>| to_json(value).unwrap_or_else(|why| why.to_string());
    let folded = folded.map_or("nothing".to_owned(), |folded| written(&folded));
    Some(format!("{source} is {folded}, and the event records {}", written(&recorded)))
}

fn agrees(recorded: &Computed<'_>, folded: &Computed<'_>) -> bool {
    if equal(recorded, folded) == Ok(true) {
        return true;
    }
    match (number(recorded), number(folded)) {
        (Some(recorded), Some(folded)) if recorded.n_digits() > EXACT_DIGITS => {
            is_close(recorded, folded).unwrap_or(false)
        }
        _ => false,
    }
}

fn number(value: &Computed<'_>) -> Option<Number> {
    match value {
        Computed::Number(number) => Some(*number),
        Computed::Text(text) => Number::parse(text),
        _ => None,
    }
}

/// Whether a figure of doubles is the exact one but for rounding.
fn is_close(recorded: Number, exact: Number) -> Option<bool> {
    let size = |number: Number| if number < Number::ZERO { number.negated() } else { number };
    let difference = recorded.minus(exact)?.times(Number::from(PARTS))?;
    Some(size(difference) < size(exact))
}
