//! Expressions: parsed and checked once, evaluated at any event.

use std::fmt;

use crate::domain::expression::bad_expression::BadExpression;
use crate::domain::expression::check::{BareNames, Checker, FieldMention};
use crate::domain::expression::computed::{Computed, WhyUnknown};
use crate::domain::expression::evaluation::evaluate;
use crate::domain::expression::explanation::explanation;
use crate::domain::expression::history::ConditionTally;
use crate::domain::expression::lists::truth;
use crate::domain::expression::scope::EvaluationScope;
use crate::domain::expression::syntax::parse;
use crate::domain::expression::term::Term;

/// An expression that can be evaluated.
pub struct Expression {
    source: Box<str>,
    term: Term,
    mentions: Box<[FieldMention]>,
    conditions: Box<[Term]>,
}

impl Expression {
    /// Parses an expression over a state and an event.
    ///
    /// # Errors
    /// The text is not an expression; the error names the character.
    pub fn parse(text: &str) -> Result<Self, BadExpression> {
        Self::parse_with(text, BareNames::StateFields)
    }

    /// Parses an expression over a record of a log, whose fields are given as the state.
    ///
    /// # Errors
    /// The text is not an expression; the error names the character.
    pub fn parse_of_record(text: &str) -> Result<Self, BadExpression> {
        Self::parse_with(text, BareNames::RecordFields)
    }

    fn parse_with(text: &str, bare_names: BareNames) -> Result<Self, BadExpression> {
        let mut checker = Checker::new(text, bare_names);
        let term = checker.term(parse(text)?)?;
        Ok(Self {
            source: text.into(),
            term,
            mentions: checker.mentions.into(),
            conditions: checker.conditions.into(),
        })
    }

    /// The value.
    ///
    /// # Errors
    /// It is unknown.
    pub fn evaluate<'v>(&'v self, scope: &EvaluationScope<'v>) -> Result<Computed<'v>, WhyUnknown> {
        evaluate(&self.term, scope)
    }

    /// Why the value is unknown, naming the part that makes it so: `data.price is missing`. `None` if it is known.
    pub fn explain(&self, scope: &EvaluationScope<'_>) -> Option<String> {
        let why = self.evaluate(scope).err()?;
        Some(explanation(&self.term, why, scope))
    }

    /// Whether a condition is true.
    ///
    /// # Errors
    /// It is unknown, or not a condition.
    pub fn is_true(&self, scope: &EvaluationScope<'_>) -> Result<bool, WhyUnknown> {
        truth(&self.evaluate(scope)?)
    }

    /// The text from which it was parsed.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The fields of the state that it names, in the order of the text.
    pub fn mentions(&self) -> &[FieldMention] {
        &self.mentions
    }

    /// How many conditions it asks the history of with `count`, `once` and `since`: the length of
    /// [`EvaluationScope::history`].
    pub fn n_counted_conditions(&self) -> usize {
        self.conditions.len()
    }

    /// Counts the next event of a stream in the tallies of the conditions. The scope is the one after the event.
    pub fn count_event(&self, scope: &EvaluationScope<'_>, tallies: &mut [ConditionTally]) {
        for (condition, tally) in self.conditions.iter().zip(tallies) {
            let is_true = evaluate(condition, scope).and_then(|value| truth(&value));
            tally.take(is_true == Ok(true), scope.time);
        }
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.term == other.term && self.conditions == other.conditions
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expression({:?})", self.source)
    }
}
