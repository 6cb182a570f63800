//! Comparison of values: equality and order, or why they are unknown.

use std::cmp::Ordering;

use crate::domain::expression::computed::{Computed, ListValue, MapValue, WhyUnknown};
use crate::domain::expression::times;
use crate::domain::number::Number;

/// How deep lists and maps are compared: as deep as JSON is read everywhere.
const COMPARED_DEPTH_MAX: usize = 120;

/// Whether two values are equal.
///
/// # Errors
/// They are of kinds that cannot be compared. Null can be compared with everything.
pub fn equal(a: &Computed<'_>, b: &Computed<'_>) -> Result<bool, WhyUnknown> {
    equal_within(a, b, 0)
}

/// Whether two values are equal that lie this deep within those that are compared.
fn equal_within(a: &Computed<'_>, b: &Computed<'_>, depth: usize) -> Result<bool, WhyUnknown> {
    if depth > COMPARED_DEPTH_MAX {
        return Err(WhyUnknown::TooLong);
    }
    match (a, b) {
        (Computed::Null, Computed::Null) => Ok(true),
        (Computed::Null, _) | (_, Computed::Null) => Ok(false),
        (Computed::Bool(a), Computed::Bool(b)) => Ok(a == b),
        (Computed::List(a), Computed::List(b)) => lists_equal(a, b, depth + 1),
        (Computed::Map(a), Computed::Map(b)) => maps_equal(a, b, depth + 1),
        _ => order(a, b).map(Ordering::is_eq),
    }
}

/// The order of two numbers, texts, times or durations.
///
/// # Errors
/// They are of kinds that have no order.
pub fn order(a: &Computed<'_>, b: &Computed<'_>) -> Result<Ordering, WhyUnknown> {
    match (a, b) {
        (Computed::Number(a), Computed::Number(b)) => Ok(a.cmp(b)),
        (Computed::Text(a), Computed::Text(b)) => Ok((**a).cmp(&**b)),
        (Computed::Number(a), Computed::Text(b)) => Ok(a.cmp(&numeric(b)?)),
        (Computed::Text(a), Computed::Number(b)) => Ok(numeric(a)?.cmp(b)),
        (Computed::Time(a), Computed::Time(b)) => Ok(a.cmp(b)),
        (Computed::Time(a), Computed::Text(b)) => Ok(a.cmp(&times::time(b)?)),
        (Computed::Text(a), Computed::Time(b)) => Ok(times::time(a)?.cmp(b)),
        (Computed::Duration(a), Computed::Duration(b)) => Ok(a.cmp(b)),
        _ => Err(WhyUnknown::WrongKind),
    }
}

/// A text in JSON's grammar of numbers, as a number.
///
/// # Errors
/// It has another form, or too many digits.
pub fn numeric(text: &str) -> Result<Number, WhyUnknown> {
    Number::parse(text).ok_or(WhyUnknown::WrongKind)
}

/// All pairs are equal: false if one pair is not, else unknown if that of one pair is.
fn all_equal(mut pairs: impl Iterator<Item = Result<bool, WhyUnknown>>) -> Result<bool, WhyUnknown> {
    let mut all = Ok(true);
    let is_different = pairs.any(|pair| {
        if pair.is_err() {
            all = pair;
        }
        pair == Ok(false)
    });
    if is_different { Ok(false) } else { all }
}

fn lists_equal(a: &ListValue<'_>, b: &ListValue<'_>, depth: usize) -> Result<bool, WhyUnknown> {
    let (a, b) = (a.items()?, b.items()?);
    if a.len() != b.len() {
        return Ok(false);
    }
    all_equal(a.iter().zip(b.iter()).map(|(a, b)| equal_within(a, b, depth)))
}

fn maps_equal(a: &MapValue<'_>, b: &MapValue<'_>, depth: usize) -> Result<bool, WhyUnknown> {
    let (a, b) = (a.members()?, b.members()?);
    if !a.keys().eq(b.keys()) {
        return Ok(false);
    }
    all_equal(a.values().zip(b.values()).map(|(a, b)| equal_within(&a.clone()?, &b.clone()?, depth)))
}
