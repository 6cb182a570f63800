//! Checks: names, functions and their arguments are resolved, or the error suggests a similar name.

use regex::RegexBuilder;

use crate::domain::expression::bad_expression::BadExpression;
use crate::domain::expression::function::{
    FUNCTIONS, ListQuestion, OTHER_NAMES, SPECIAL_FORMS, ValueFunction,
};
use crate::domain::expression::history::HistoryQuestion;
use crate::domain::expression::scope::Root;
use crate::domain::expression::syntax::{Syntax, SyntaxKind};
use crate::domain::expression::term::{Pattern, Term};
use crate::domain::suggestion::suggestion;

/// How deep questions about lists (`all`, `exists`, `map`, …) may be nested: three deep over 300 items take seconds.
pub const LIST_QUESTIONS_DEPTH_MAX: usize = 2;

/// The largest compiled pattern of `matches`, in bytes.
pub const PATTERN_BYTES_MAX: usize = 256 * 1024;

/// The meaning of a name that no function or item of a list has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BareNames {
    /// A part of the event such as `data`, else a field of the state.
    #[default]
    StateFields,
    /// Always a field of a record of a log, also `data` and `type`; the whole record is `this`.
    RecordFields,
}

/// A field of the state that an expression names, and the byte at which it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMention {
    pub field: Box<str>,
    pub offset: usize,
}

/// Resolves the names of one expression.
pub struct Checker<'t> {
    text: &'t str,
    bare_names: BareNames,
    /// The names of the items of the questions around a term, the innermost last.
    items: Vec<String>,
    is_in_history: bool,
    pub mentions: Vec<FieldMention>,
    /// The conditions whose history is asked for.
    pub conditions: Vec<Term>,
}

impl<'t> Checker<'t> {
    pub fn new(text: &'t str, bare_names: BareNames) -> Self {
        Self {
            text,
            bare_names,
            items: Vec::new(),
            is_in_history: false,
            mentions: Vec::new(),
            conditions: Vec::new(),
        }
    }

    fn bad<T>(&self, offset: usize, what: impl Into<String>) -> Result<T, BadExpression> {
        Err(BadExpression::at(self.text, offset, what))
    }

    /// Resolves a node and the ones below it.
    pub fn term(&mut self, node: Syntax) -> Result<Term, BadExpression> {
        let offset = node.offset;
        Ok(match node.kind {
            SyntaxKind::Null => Term::Null,
            SyntaxKind::Bool(flag) => Term::Bool(flag),
            SyntaxKind::Number(number) => Term::Number(number),
            SyntaxKind::Text(text) => Term::Text(text.into()),
            SyntaxKind::Name(name) => self.name(&name),
            SyntaxKind::Member(operand, field) => self.member(*operand, field.into())?,
            SyntaxKind::Index(operand, index) => match index.kind {
                SyntaxKind::Text(key) => self.member(*operand, key.into())?,
                _ => Term::Index(Box::new([self.term(*operand)?, self.term(*index)?])),
            },
            SyntaxKind::Not(operand) => Term::Not(Box::new(self.term(*operand)?)),
            SyntaxKind::Negate(operand) => Term::Negate(Box::new(self.term(*operand)?)),
            SyntaxKind::Binary(operator, operands) => {
                let [a, b] = *operands;
                Term::Binary(operator, Box::new([self.term(a)?, self.term(b)?]))
            }
            SyntaxKind::Choice(parts) => {
                let [test, then, otherwise] = *parts;
                Term::Choice(Box::new([self.term(test)?, self.term(then)?, self.term(otherwise)?]))
            }
            SyntaxKind::List(items) => Term::List(self.terms(items)?),
            SyntaxKind::Map(entries) => {
                let entry = |[key, value]: [Syntax; 2]| Ok([self.term(key)?, self.term(value)?]);
                Term::Map(entries.into_iter().map(entry).collect::<Result<_, _>>()?)
            }
            SyntaxKind::Call { name, target, arguments } => {
                self.call(&name, target.map(|t| *t), arguments, offset)?
            }
        }
        .with_mention(offset, self))
    }

    fn terms(&mut self, nodes: Vec<Syntax>) -> Result<Box<[Term]>, BadExpression> {
        nodes.into_iter().map(|node| self.term(node)).collect()
    }

    fn name(&self, name: &str) -> Term {
        if let Some(depth) = self.items.iter().rev().position(|item| item == name) {
            return Term::Item(depth);
        }
        let root = match self.bare_names {
            BareNames::StateFields => Root::named(name),
            BareNames::RecordFields => (name == "this").then_some(Root::State),
        };
        match root {
            Some(root) => Term::Read { root, path: Box::default() },
            None => Term::Read { root: Root::State, path: Box::new([name.into()]) },
        }
    }

    fn member(&mut self, operand: Syntax, key: Box<str>) -> Result<Term, BadExpression> {
        Ok(match self.term(operand)? {
            Term::Read { root, path } => {
                let mut path = Vec::from(path);
                path.push(key);
                Term::Read { root, path: path.into() }
            }
            operand => Term::Member(Box::new(operand), key),
        })
    }

    fn call(
        &mut self,
        name: &str,
        target: Option<Syntax>,
        arguments: Vec<Syntax>,
        offset: usize,
    ) -> Result<Term, BadExpression> {
        let question = match name {
            "all" => Some(ListQuestion::All),
            "exists" => Some(ListQuestion::Exists),
            "exists_one" | "existsOne" => Some(ListQuestion::ExistsOne),
            "filter" => Some(ListQuestion::Filter),
            "map" => Some(ListQuestion::Map),
            _ => None,
        };
        if let Some(question) = question {
            return match target {
                Some(list) => self.of_each(question, list, arguments, offset),
                None => self.wrong_call(name, offset),
            };
        }
        let arguments: Vec<Syntax> = target.into_iter().chain(arguments).collect();
        match name {
            "count" => self.history(HistoryQuestion::Count, name, arguments, offset),
            "once" => self.history(HistoryQuestion::Once, name, arguments, offset),
            "since" => self.history(HistoryQuestion::Since, name, arguments, offset),
            "has" | "changed" => match <[Syntax; 1]>::try_from(arguments) {
                Ok([operand]) if name == "changed" => self.changed(operand, offset),
                Ok([operand]) => self.has(operand),
                Err(_) => self.wrong_call(name, offset),
            },
            "default" | "matches" => match <[Syntax; 2]>::try_from(arguments) {
                Ok([text, pattern]) if name == "matches" => self.matches(text, &pattern),
                Ok([value, other]) => Ok(Term::Default(Box::new([self.term(value)?, self.term(other)?]))),
                Err(_) => self.wrong_call(name, offset),
            },
            _ => self.value_function(name, arguments, offset),
        }
    }

    fn value_function(
        &mut self,
        name: &str,
        arguments: Vec<Syntax>,
        offset: usize,
    ) -> Result<Term, BadExpression> {
        let Some(form) = FUNCTIONS.iter().find(|form| form.name == name) else {
            return self.unknown_function(name, offset);
        };
        if !(form.n_arguments_min..=form.n_arguments_max).contains(&arguments.len()) {
            return self.wrong_call(name, offset);
        }
        if form.function == ValueFunction::Duration
            && let Some(Syntax { offset, kind: SyntaxKind::Text(text) }) = arguments.first()
            && crate::domain::expression::times::duration(text).is_err()
        {
            return self.bad(*offset, "a duration is written '90s', '1h30m' or '7d'");
        }
        Ok(Term::Call(form.function, self.terms(arguments)?))
    }

    /// The items of a list in the state before are not known by the items of the one after it.
    fn changed(&mut self, operand: Syntax, offset: usize) -> Result<Term, BadExpression> {
        if !self.items.is_empty() {
            return self.bad(offset, "changed() cannot be asked of the items of a list");
        }
        Ok(Term::Changed(Box::new(self.term(operand)?)))
    }

    fn has(&mut self, operand: Syntax) -> Result<Term, BadExpression> {
        let offset = operand.offset;
        match self.term(operand)? {
            path @ (Term::Read { .. } | Term::Member(..) | Term::Index(_) | Term::Item(_)) => {
                Ok(Term::Has(Box::new(path)))
            }
            _ => self.bad(offset, "has() asks whether a field is there, for example has(data.price)"),
        }
    }

    fn matches(&mut self, text: Syntax, pattern: &Syntax) -> Result<Term, BadExpression> {
        let SyntaxKind::Text(regex) = &pattern.kind else {
            return self.bad(pattern.offset, "the pattern of matches() is a text such as '^a'");
        };
        match RegexBuilder::new(regex).size_limit(PATTERN_BYTES_MAX).build() {
            Ok(regex) => Ok(Term::Matches(Box::new(self.term(text)?), Pattern::new(regex))),
            Err(regex::Error::CompiledTooBig(_)) => self.bad(pattern.offset, "this pattern is too large"),
            Err(error) => {
                let error = error.to_string();
                let why = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
                self.bad(pattern.offset, format!("this pattern is not a regular expression: {why}"))
            }
        }
    }

    fn of_each(
        &mut self,
        question: ListQuestion,
        list: Syntax,
        arguments: Vec<Syntax>,
        offset: usize,
    ) -> Result<Term, BadExpression> {
        let name = match question {
            ListQuestion::All => "all",
            ListQuestion::Exists => "exists",
            ListQuestion::ExistsOne => "exists_one",
            ListQuestion::Filter => "filter",
            ListQuestion::Map => "map",
        };
        let list = self.term(list)?;
        let mut arguments = arguments.into_iter();
        let (Some(item), Some(first)) = (arguments.next(), arguments.next()) else {
            return self.wrong_call(name, offset);
        };
        let (second, rest) = (arguments.next(), arguments.next());
        if rest.is_some() || second.is_some() && question != ListQuestion::Map {
            return self.wrong_call(name, offset);
        }
        let SyntaxKind::Name(item_name) = item.kind else {
            return self.bad(item.offset, format!("the first argument of {name}() is a name for the item"));
        };
        if self.items.len() == LIST_QUESTIONS_DEPTH_MAX {
            let what =
                format!("`all`, `map` and the like can be nested at most {LIST_QUESTIONS_DEPTH_MAX} deep");
            return self.bad(offset, what);
        }
        self.items.push(item_name);
        let first = self.term(first);
        let second = second.map(|second| self.term(second)).transpose();
        self.items.pop();
        Ok(match second? {
            None => Term::OfEach(question, Box::new([list, first?])),
            Some(value) => Term::MapSome(Box::new([list, first?, value])),
        })
    }

    fn history(
        &mut self,
        question: HistoryQuestion,
        name: &str,
        arguments: Vec<Syntax>,
        offset: usize,
    ) -> Result<Term, BadExpression> {
        let Ok([condition]) = <[Syntax; 1]>::try_from(arguments) else {
            return self.wrong_call(name, offset);
        };
        if self.is_in_history {
            return self.bad(offset, format!("{name}() cannot be asked within count(), once() or since()"));
        }
        if !self.items.is_empty() {
            return self.bad(offset, format!("{name}() cannot be asked of the items of a list"));
        }
        self.is_in_history = true;
        let condition = self.term(condition);
        self.is_in_history = false;
        self.conditions.push(condition?);
        Ok(Term::History(question, self.conditions.len() - 1))
    }

    fn wrong_call<T>(&self, name: &str, offset: usize) -> Result<T, BadExpression> {
        let form = FUNCTIONS.iter().find(|form| form.name == name).map(|form| form.example);
        let special = SPECIAL_FORMS.iter().find(|(other, _)| *other == name).map(|(_, example)| *example);
        let example = form.or(special).unwrap_or_default();
        self.bad(offset, format!("{name}() is called like this: {example}"))
    }

    fn unknown_function<T>(&self, name: &str, offset: usize) -> Result<T, BadExpression> {
        let known = FUNCTIONS.iter().map(|form| form.name).chain(SPECIAL_FORMS.iter().map(|(name, _)| *name));
        let meant = OTHER_NAMES.iter().find(|(other, _)| *other == name).map(|(_, ours)| *ours);
        // The offset of a call is the one of its bracket.
        let start = offset.saturating_sub(name.len());
        let start = if self.text.get(start..offset) == Some(name) { start } else { offset };
        match meant.or_else(|| suggestion(name, known)) {
            Some(meant) => self.bad(start, format!("there is no function {name}(); is {meant}() meant?")),
            None => self.bad(start, format!("there is no function {name}()")),
        }
    }
}

impl Term {
    /// The term, noted as a mention if it begins with a field of the state.
    fn with_mention(self, offset: usize, checker: &mut Checker<'_>) -> Self {
        if let Self::Read { root: Root::State, path } = &self
            && let [field] = path.as_ref()
        {
            checker.mentions.push(FieldMention { field: field.clone(), offset });
        }
        self
    }
}
