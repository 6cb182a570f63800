//! Explanations: which part of an expression makes its value unknown.

use crate::domain::expression::computed::WhyUnknown;
use crate::domain::expression::scope::{EvaluationScope, Root};
use crate::domain::expression::term::Term;

/// A sentence's part about an unknown value: `data.price is missing`. The first name is given that is unknown for the
/// same reason; without one, the reason alone.
pub fn explanation(term: &Term, why: WhyUnknown, scope: &EvaluationScope<'_>) -> String {
    let Some((root, path)) = first_unknown(term, why, scope) else { return why.to_string() };
    let name = written(root, path);
    match why {
        WhyUnknown::Missing => format!("{name} is missing"),
        WhyUnknown::TooManyDigits => format!("{name} has more digits than are kept exactly"),
        WhyUnknown::NotAvailable => format!("{name} is not available here"),
        why => format!("{name}: {why}"),
    }
}

/// The first path in the order of the text whose value is unknown for this reason.
fn first_unknown<'t>(
    term: &'t Term,
    why: WhyUnknown,
    scope: &EvaluationScope<'_>,
) -> Option<(Root, &'t [Box<str>])> {
    match term {
        Term::Read { root, path } => {
            (scope.read(*root, path).err() == Some(why)).then_some((*root, path.as_ref()))
        }
        // An unknown value is replaced, so the other one is to blame.
        Term::Default(parts) => {
            let [_, other] = parts.as_ref();
            first_unknown(other, why, scope)
        }
        Term::Has(_) if why == WhyUnknown::Missing => None,
        term => term.parts().into_iter().find_map(|part| first_unknown(part, why, scope)),
    }
}

/// A path as it is written in an expression.
fn written(root: Root, path: &[Box<str>]) -> String {
    let root_name = Root::NAMED.iter().find(|(_, other)| *other == root).map_or("", |(name, _)| *name);
    let is_name = |key: &str| {
        !key.is_empty()
            && !key.starts_with(|c: char| c.is_ascii_digit())
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let is_bare = root == Root::State
        && path.first().is_some_and(|field| is_name(field) && Root::named(field).is_none());
    let mut text = if is_bare { String::new() } else { root_name.to_owned() };
    for key in path {
        match is_name(key) {
            true if text.is_empty() => text.push_str(key),
            true => text = text + "." + key,
            false => text = format!("{text}[{key:?}]"),
        }
    }
    text
}
