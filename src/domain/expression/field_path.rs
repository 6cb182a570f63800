//! Left-hand paths of folds: the place in the state that an expression sets.

use crate::domain::expression::bad_expression::BadExpression;
use crate::domain::expression::check::{BareNames, Checker};
use crate::domain::expression::computed::{Computed, WhyUnknown};
use crate::domain::expression::evaluation::evaluate;
use crate::domain::expression::scope::{EvaluationScope, Root};
use crate::domain::expression::shared_text::SharedText;
use crate::domain::expression::syntax::{Syntax, SyntaxKind, parse};
use crate::domain::expression::term::Term;
use crate::domain::expression::writing::to_text;

/// A place in a state: `total`, `items[data.sku]`, `state["order-id"]`.
#[derive(Debug)]
pub struct FieldPath {
    /// At least one; the first is a name.
    segments: Vec<PathSegment>,
    source: Box<str>,
}

/// One step of a path.
#[derive(Debug, PartialEq)]
pub enum PathSegment {
    Name(Box<str>),
    /// A key or index that depends on the event and the state before it.
    Computed(Term),
}

/// One step of a path, evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathKey<'v> {
    /// The key in a map.
    pub key: SharedText<'v>,
    /// The index in a list; `None` for a text.
    pub index: Option<usize>,
}

impl PathKey<'_> {
    /// The same key, which borrows nothing.
    pub fn into_owned(self) -> PathKey<'static> {
        PathKey { key: self.key.to_string().into(), index: self.index }
    }
}

impl AsRef<str> for PathKey<'_> {
    fn as_ref(&self) -> &str {
        &self.key
    }
}

impl FieldPath {
    /// Parses a path.
    ///
    /// # Errors
    /// The text is not a path below the state.
    pub fn parse(text: &str) -> Result<Self, BadExpression> {
        let mut segments = Vec::new();
        add_segments(text, parse(text)?, &mut segments)?;
        match segments.as_slice() {
            [PathSegment::Name(_), ..] => Ok(Self { segments, source: text.into() }),
            [] => Err(BadExpression::at(text, 0, "a field of the state is expected, such as state.total")),
            [PathSegment::Computed(_), ..] => {
                Err(BadExpression::at(text, 0, "the first name of a path is a field of the state"))
            }
        }
    }

    /// The steps.
    pub fn segments(&self) -> &[PathSegment] {
        &self.segments
    }

    /// The name of the state's field.
    pub fn field(&self) -> &str {
        match self.segments.first() {
            Some(PathSegment::Name(name)) => name,
            _ => "",
        }
    }

    /// The text from which it was parsed.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it leads to the place of the other path, or to one around it, whatever the event is. Of two such paths
    /// of one event's fold, one is refused.
    pub fn contains(&self, other: &Self) -> bool {
        other.segments.starts_with(&self.segments)
    }

    /// The steps with their keys evaluated.
    ///
    /// # Errors
    /// A key is unknown, or neither a text nor a number.
    pub fn keys<'v>(&'v self, scope: &EvaluationScope<'v>) -> Result<Vec<PathKey<'v>>, WhyUnknown> {
        let key = |segment: &'v PathSegment| match segment {
            PathSegment::Name(name) => Ok(PathKey { key: SharedText::Borrowed(name), index: None }),
            PathSegment::Computed(term) => {
                let value = evaluate(term, scope)?;
                match &value {
                    Computed::Number(number) => Ok(PathKey { key: to_text(&value)?, index: number.index() }),
                    Computed::Text(text) => Ok(PathKey { key: text.clone(), index: None }),
                    _ => Err(WhyUnknown::WrongKind),
                }
            }
        };
        self.segments.iter().map(key).collect()
    }
}

/// Adds the steps of a node to those before it.
fn add_segments(text: &str, node: Syntax, segments: &mut Vec<PathSegment>) -> Result<(), BadExpression> {
    let Syntax { offset, kind } = node;
    match kind {
        SyntaxKind::Name(name) if name == "state" => {}
        SyntaxKind::Name(name) if Root::named(&name).is_some() => {
            let what = format!("{name} is not a field; a field of this name is written state.{name}");
            return Err(BadExpression::at(text, offset, what));
        }
        SyntaxKind::Name(name) => segments.push(PathSegment::Name(name.into())),
        SyntaxKind::Member(operand, field) => {
            add_segments(text, *operand, segments)?;
            segments.push(PathSegment::Name(field.into()));
        }
        SyntaxKind::Index(operand, index) => {
            add_segments(text, *operand, segments)?;
            segments.push(match index.kind {
                SyntaxKind::Text(key) => PathSegment::Name(key.into()),
                _ => PathSegment::Computed(key_term(text, *index)?),
            });
        }
        _ => {
            let what = "a path is a field, with keys after it: items[data.sku]";
            return Err(BadExpression::at(text, offset, what));
        }
    }
    Ok(())
}

/// The key within brackets.
fn key_term(text: &str, index: Syntax) -> Result<Term, BadExpression> {
    let offset = index.offset;
    let mut checker = Checker::new(text, BareNames::StateFields);
    let term = checker.term(index)?;
    match checker.conditions.as_slice() {
        [] => Ok(term),
        _ => Err(BadExpression::at(text, offset, "a key cannot depend on count(), once() or since()")),
    }
}

/// Whether one of two evaluated paths leads to the place of the other, or to one around it.
pub fn overlap(a: &[PathKey<'_>], b: &[PathKey<'_>]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.key == b.key)
}
