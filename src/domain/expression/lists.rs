//! Questions about the items of a list, in Kleene's logic.

use std::sync::Arc;

use crate::domain::expression::computed::{Computed, Evaluated, ListValue, WhyUnknown};
use crate::domain::expression::function::ListQuestion;

/// Whether a value is true.
///
/// # Errors
/// It is not a truth value.
pub fn truth(value: &Computed<'_>) -> Result<bool, WhyUnknown> {
    match value {
        Computed::Bool(flag) => Ok(*flag),
        _ => Err(WhyUnknown::WrongKind),
    }
}

/// Answers a question; `each` gives the answer for an item.
pub fn ask<'v>(
    question: ListQuestion,
    items: &[Computed<'v>],
    mut each: impl FnMut(&Computed<'v>) -> Evaluated<'v>,
) -> Evaluated<'v> {
    match question {
        ListQuestion::All => until(items, false, |item| truth(&each(item)?)),
        ListQuestion::Exists => until(items, true, |item| truth(&each(item)?)),
        ListQuestion::ExistsOne => exactly_one(items, |item| truth(&each(item)?)),
        ListQuestion::Filter => {
            let mut kept = Vec::new();
            for item in items {
                if truth(&each(item)?)? {
                    kept.push(item.clone());
                }
            }
            Ok(made(kept))
        }
        ListQuestion::Map => Ok(made(items.iter().map(each).collect::<Result<_, _>>()?)),
    }
}

/// A list that an expression makes.
pub fn made(items: Vec<Computed<'_>>) -> Computed<'_> {
    Computed::List(ListValue::Made(Arc::from(items)))
}

/// `end` if one item is that, else unknown if one is, else the opposite.
fn until<'v>(
    items: &[Computed<'v>],
    end: bool,
    mut each: impl FnMut(&Computed<'v>) -> Result<bool, WhyUnknown>,
) -> Evaluated<'v> {
    let mut unknown = None;
    for item in items {
        match each(item) {
            Ok(answer) if answer == end => return Ok(Computed::Bool(end)),
            Ok(_) => {}
            Err(why) => unknown = unknown.or(Some(why)),
        }
    }
    unknown.map_or(Ok(Computed::Bool(!end)), Err)
}

/// Whether exactly one item is true: false from the second one on, whatever is unknown.
fn exactly_one<'v>(
    items: &[Computed<'v>],
    mut each: impl FnMut(&Computed<'v>) -> Result<bool, WhyUnknown>,
) -> Evaluated<'v> {
    let mut n_true = 0;
    let mut unknown = None;
    for item in items {
        match each(item) {
            Ok(true) if n_true == 1 => return Ok(Computed::Bool(false)),
            Ok(is_true) => n_true += u8::from(is_true),
            Err(why) => unknown = unknown.or(Some(why)),
        }
    }
    unknown.map_or(Ok(Computed::Bool(n_true == 1)), Err)
}
