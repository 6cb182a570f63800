//! The evaluation of terms in Kleene's logic: a value, or why it is unknown.

use std::sync::Arc;

use crate::domain::expression::binary::BinaryOperator;
use crate::domain::expression::calls;
use crate::domain::expression::comparison::equal;
use crate::domain::expression::computed::{Computed, Evaluated, MapValue, WhyUnknown};
use crate::domain::expression::function::{ListQuestion, ValueFunction};
use crate::domain::expression::lists::{self, truth};
use crate::domain::expression::operators::{indexed, negated, operate};
use crate::domain::expression::scope::{Availability, EvaluationScope, Root};
use crate::domain::expression::shared_text::SharedText;
use crate::domain::expression::term::{Pattern, Term};
use crate::domain::expression::work::WorkLeft;
use crate::domain::expression::writing::key;

/// The most arguments of a function of values.
const ARGUMENTS_MAX: usize = 3;

/// Evaluates a term.
///
/// # Errors
/// The value is unknown.
pub fn evaluate<'v>(term: &'v Term, scope: &EvaluationScope<'v>) -> Evaluated<'v> {
    let work = WorkLeft::all();
    let outcome = Evaluation { scope, work: &work }.term(term, None);
    // `default` and `has` would make a value of what was not finished.
    if work.is_spent() { Err(WhyUnknown::TooMuchWork) } else { outcome }
}

/// One evaluation.
#[derive(Clone, Copy)]
struct Evaluation<'e, 'v> {
    scope: &'e EvaluationScope<'v>,
    work: &'e WorkLeft,
}

/// The item of a question about a list, within those of the questions around it.
struct CurrentItem<'i, 'v> {
    value: &'i Computed<'v>,
    outer: Option<&'i CurrentItem<'i, 'v>>,
}

impl<'v> Evaluation<'_, 'v> {
    fn term(self, term: &'v Term, item: Option<&CurrentItem<'_, 'v>>) -> Evaluated<'v> {
        self.work.spend(1)?;
        match term {
            Term::Null => Ok(Computed::Null),
            Term::Bool(flag) => Ok(Computed::Bool(*flag)),
            Term::Number(number) => Ok(Computed::Number(*number)),
            Term::Text(text) => Ok(Computed::text(text)),
            Term::Read { root, path } => self.read(*root, path),
            Term::Item(depth) => current(item, *depth).cloned().ok_or(WhyUnknown::Missing),
            Term::Member(operand, key) => {
                let operand = self.term(operand, item)?;
                self.work.spend_on(&operand)?;
                operand.member(key)
            }
            Term::Index(parts) => {
                let [operand, index] = parts.as_ref();
                let (operand, index) = (self.term(operand, item)?, self.term(index, item)?);
                self.work.spend_on(&operand)?;
                indexed(&operand, &index)
            }
            Term::Not(operand) => Ok(Computed::Bool(!truth(&self.term(operand, item)?)?)),
            Term::Negate(operand) => negated(&self.term(operand, item)?),
            Term::Binary(operator, operands) => self.binary(*operator, operands, item),
            Term::Choice(parts) => {
                let [test, then, otherwise] = parts.as_ref();
                let is_true = truth(&self.term(test, item)?)?;
                self.term(if is_true { then } else { otherwise }, item)
            }
            Term::List(items) => {
                let items = items.iter().map(|term| self.term(term, item));
                Ok(lists::made(items.collect::<Result<_, _>>()?))
            }
            Term::Map(entries) => self.map(entries, item),
            Term::Call(function, arguments) => self.call(*function, arguments, item),
            Term::Has(path) => self.has(path, item),
            Term::Default(parts) => {
                let [value, other] = parts.as_ref();
                match self.term(value, item) {
                    Ok(Computed::Null) | Err(_) => self.term(other, item),
                    known => known,
                }
            }
            Term::Matches(text, pattern) => self.matches(text, pattern, item),
            Term::OfEach(question, parts) => self.of_each(*question, parts, item),
            Term::MapSome(parts) => self.map_some(parts, item),
            Term::Changed(term) => self.changed(term),
            Term::History(question, nth) => {
                let tally = self.scope.history.and_then(|history| history.get(*nth));
                tally.ok_or(WhyUnknown::NotAvailable)?.answer(*question)
            }
        }
    }

    fn read(self, root: Root, path: &[Box<str>]) -> Evaluated<'v> {
        self.work.spend_bytes(self.scope.n_bytes(root))?;
        self.scope.read(root, path)
    }

    #[inline]
    fn binary(
        self,
        operator: BinaryOperator,
        operands: &'v [Term; 2],
        item: Option<&CurrentItem<'_, 'v>>,
    ) -> Evaluated<'v> {
        let [a, b] = operands;
        if matches!(operator, BinaryOperator::And | BinaryOperator::Or) {
            // The value that decides whatever the other operand is.
            let decisive = operator == BinaryOperator::Or;
            let a = self.term(a, item).and_then(|a| truth(&a));
            if a == Ok(decisive) {
                return Ok(Computed::Bool(decisive));
            }
            let b = truth(&self.term(b, item)?);
            return match (a, b) {
                (_, Ok(b)) if b == decisive => Ok(Computed::Bool(decisive)),
                (Err(why), _) | (_, Err(why)) => Err(why),
                _ => Ok(Computed::Bool(!decisive)),
            };
        }
        let (a, b) = (self.term(a, item)?, self.term(b, item)?);
        if let (Computed::Number(_), Computed::Number(_)) = (&a, &b) {
            return operate(operator, &a, &b);
        }
        self.work.spend_on(&a)?;
        self.work.spend_on(&b)?;
        let result = operate(operator, &a, &b)?;
        self.work.spend_on(&result)?;
        Ok(result)
    }

    fn of_each(
        self,
        question: ListQuestion,
        parts: &'v [Term; 2],
        outer: Option<&CurrentItem<'_, 'v>>,
    ) -> Evaluated<'v> {
        let [list, each] = parts;
        let items = self.items(list, outer)?;
        lists::ask(question, &items, |value| self.term(each, Some(&CurrentItem { value, outer })))
    }

    fn map_some(self, parts: &'v [Term; 3], outer: Option<&CurrentItem<'_, 'v>>) -> Evaluated<'v> {
        let [list, condition, each] = parts;
        let items = self.items(list, outer)?;
        let of = |term, value| self.term(term, Some(&CurrentItem { value, outer }));
        let mut values = Vec::new();
        for item in items.iter() {
            if truth(&of(condition, item)?)? {
                values.push(of(each, item)?);
            }
        }
        Ok(lists::made(values))
    }

    /// A map. Of a key that appears twice the last value counts.
    fn map(self, entries: &'v [[Term; 2]], item: Option<&CurrentItem<'_, 'v>>) -> Evaluated<'v> {
        let mut members: Vec<(SharedText<'v>, Computed<'v>)> = Vec::with_capacity(entries.len());
        for [name, value] in entries {
            let (name, value) = (self.term(name, item)?, self.term(value, item)?);
            let name = match name {
                Computed::Text(text) => text,
                name => key(&name)?.into_owned().into(),
            };
            match members.iter_mut().find(|(other, _)| *other == name) {
                Some(member) => member.1 = value,
                None => members.push((name, value)),
            }
        }
        Ok(Computed::Map(MapValue::Made(Arc::from(members))))
    }

    fn call(
        self,
        function: ValueFunction,
        arguments: &'v [Term],
        item: Option<&CurrentItem<'_, 'v>>,
    ) -> Evaluated<'v> {
        let mut values = [const { Computed::Null }; ARGUMENTS_MAX];
        for (term, place) in arguments.iter().zip(&mut values) {
            let value = self.term(term, item)?;
            self.work.spend_on(&value)?;
            *place = value;
        }
        let result = calls::call(function, values.get(..arguments.len()).unwrap_or_default())?;
        self.work.spend_on(&result)?;
        Ok(result)
    }

    fn has(self, path: &'v Term, item: Option<&CurrentItem<'_, 'v>>) -> Evaluated<'v> {
        match (self.term(path, item), path) {
            (Ok(_), _) => Ok(Computed::Bool(true)),
            (Err(WhyUnknown::Missing), _) => Ok(Computed::Bool(false)),
            // A field with a number that is too long is there.
            (Err(WhyUnknown::TooManyDigits), Term::Read { .. }) => Ok(Computed::Bool(true)),
            (Err(why), _) => Err(why),
        }
    }

    fn matches(self, text: &'v Term, pattern: &Pattern, item: Option<&CurrentItem<'_, 'v>>) -> Evaluated<'v> {
        let value = self.term(text, item)?;
        self.work.spend_on(&value)?;
        match &value {
            Computed::Text(text) => Ok(Computed::Bool(pattern.is_in(text))),
            _ => Err(WhyUnknown::WrongKind),
        }
    }

    /// The items of a list, or the keys of a map.
    fn items(
        self,
        list: &'v Term,
        item: Option<&CurrentItem<'_, 'v>>,
    ) -> Result<Arc<[Computed<'v>]>, WhyUnknown> {
        let list = self.term(list, item)?;
        self.work.spend_on(&list)?;
        match list {
            Computed::List(list) => list.items(),
            Computed::Map(map) => {
                let keys = map.members()?.into_keys();
                Ok(keys.map(|key| Computed::Text(key.into())).collect())
            }
            _ => Err(WhyUnknown::WrongKind),
        }
    }

    /// Whether a term has another value than in the state before the event.
    fn changed(self, term: &'v Term) -> Evaluated<'v> {
        let now = self.term(term, None);
        if matches!(self.scope.old, Availability::Missing) {
            return match now {
                Ok(value) => Ok(Computed::Bool(!matches!(value, Computed::Null))),
                Err(WhyUnknown::Missing) => Ok(Computed::Bool(false)),
                Err(why) => Err(why),
            };
        }
        let before =
            EvaluationScope { state: self.scope.old, old: Availability::NotAvailable, ..self.scope.clone() };
        let before = Evaluation { scope: &before, work: self.work }.term(term, None);
        match (before, now) {
            (Ok(before), Ok(now)) => match equal(&before, &now) {
                // Values of two kinds are different ones.
                Err(WhyUnknown::WrongKind | WhyUnknown::NotATime) => Ok(Computed::Bool(true)),
                is_equal => Ok(Computed::Bool(!is_equal?)),
            },
            (Err(WhyUnknown::Missing), Err(WhyUnknown::Missing)) => Ok(Computed::Bool(false)),
            (Err(WhyUnknown::Missing), Ok(_)) | (Ok(_), Err(WhyUnknown::Missing)) => Ok(Computed::Bool(true)),
            (Err(why), _) | (_, Err(why)) => Err(why),
        }
    }
}

/// The item that is this many questions further out.
fn current<'i, 'v>(item: Option<&CurrentItem<'i, 'v>>, depth: usize) -> Option<&'i Computed<'v>> {
    let item = item?;
    match depth {
        0 => Some(item.value),
        _ => current(item.outer, depth - 1),
    }
}
