//! The rules of a declared fold: which fields the events of a type set and remove.

use crate::domain::expression::compiled::Expression;
use crate::domain::expression::computed::{Computed, WhyUnknown};
use crate::domain::expression::field_path::{FieldPath, PathKey};
use crate::domain::expression::scope::EvaluationScope;
use crate::domain::expression::writing::to_json;
use crate::domain::name_pattern::NamePattern;
use crate::domain::state::document::Document;
use crate::domain::state::field_tree::Kept;
use crate::domain::value::FieldValue;

/// What the events of some types change.
#[derive(Debug)]
pub struct EventRule {
    /// The types, as recorded. A name without a star is also that of a type with a prefix: `ItemAdded` is
    /// `shop.Cart.ItemAdded`.
    pub types: Vec<NamePattern>,
    /// The fields that are set. No path contains another one.
    pub sets: Vec<FieldRule>,
    /// The fields that are removed.
    pub removes: Vec<FieldPath>,
}

/// A field, and the expression of its new value.
#[derive(Debug)]
pub struct FieldRule {
    pub path: FieldPath,
    pub value: Expression,
}

/// A change of a field, evaluated.
pub(super) struct FieldChange<'r> {
    /// The field's path as it is written in the file.
    pub(super) source: &'r str,
    pub(super) path: Vec<PathKey<'static>>,
    /// The new value; `None` removes the field.
    value: Option<FieldValue<'static>>,
}

impl EventRule {
    /// Whether the rule is for events of this type.
    pub fn takes(&self, event_type: &str) -> bool {
        let short = short_name(event_type);
        self.types.iter().any(|one| one.matches(event_type) || (one.is_name() && one.matches(short)))
    }

    pub(super) fn n_changes(&self) -> usize {
        self.sets.len() + self.removes.len()
    }

    /// The changes by an event, or the reasons why a field stays as it is.
    pub(super) fn changes<'r>(
        &'r self,
        scope: &EvaluationScope<'_>,
        state: &Document,
    ) -> impl Iterator<Item = Result<FieldChange<'r>, String>> {
        let sets = self.sets.iter().map(|rule| rule.change(scope, state));
        let removes = self.removes.iter().map(|path| {
            let keys = keys_of(path, scope)?;
            Ok(FieldChange { source: path.source(), path: keys, value: None })
        });
        sets.chain(removes)
    }

    /// The rule as versioned text: each part follows its length in bytes.
    pub(super) fn text(&self) -> String {
        let with_length = |text: &str| format!("{}:{text}", text.len());
        let mut text = "on".to_owned();
        for pattern in &self.types {
            text += &format!(" {}", with_length(pattern.as_str()));
        }
        for rule in &self.sets {
            text += &format!("\n  set{}", rule.text());
        }
        for path in &self.removes {
            text += &format!("\n  remove {}", with_length(path.source()));
        }
        text + "\n"
    }
}

impl FieldRule {
    /// The rule as versioned text: each part follows its length in bytes.
    pub(super) fn text(&self) -> String {
        let (path, value) = (self.path.source(), self.value.source());
        format!(" {}:{path} {}:{value}", path.len(), value.len())
    }

    fn change<'r>(
        &'r self,
        scope: &EvaluationScope<'_>,
        state: &Document,
    ) -> Result<FieldChange<'r>, String> {
        let source = self.path.source();
        let path = keys_of(&self.path, scope)?;
        let scope = EvaluationScope { this: state.value_at(&path).ok(), ..scope.clone() };
        let value = self.value.evaluate(&scope).and_then(|value| field_value(&value));
        match value {
            Ok(value) => Ok(FieldChange { source, path, value: Some(value) }),
            Err(why) => {
                let why = self.value.explain(&scope).unwrap_or_else(|| why.to_string());
                Err(format!("{source}: {why}"))
            }
        }
    }
}

impl FieldChange<'_> {
    /// Changes the state.
    pub(super) fn make(&self, state: &mut Document) -> Result<Kept, WhyUnknown> {
        match &self.value {
            None => {
                state.remove_at(&self.path);
                Ok(Kept::Whole)
            }
            Some(value) => state.set_value_at(&self.path, value),
        }
    }
}

/// The keys of a path, or the reason why one is unknown.
pub(super) fn keys_of(
    path: &FieldPath,
    scope: &EvaluationScope<'_>,
) -> Result<Vec<PathKey<'static>>, String> {
    let keys = path.keys(scope).map_err(|why| format!("{}: in its key, {why}", path.source()))?;
    Ok(keys.into_iter().map(PathKey::into_owned).collect())
}

/// The value as a field of a state keeps it.
fn field_value(value: &Computed<'_>) -> Result<FieldValue<'static>, WhyUnknown> {
    Ok(match value {
        Computed::Null => FieldValue::Null,
        Computed::Bool(flag) => FieldValue::Flag(*flag),
        Computed::Text(text) => FieldValue::Text(text.to_string().into()),
        Computed::Number(number) => {
            let text = number.to_string();
            match text.parse() {
                Ok(whole) => FieldValue::Integer(whole),
                Err(_) => FieldValue::Json(text.into()),
            }
        }
        value => FieldValue::Json(to_json(value)?.into()),
    })
}

/// A type without its prefix and without the name of a .NET assembly: `ItemAdded` of `shop.Cart.ItemAdded`.
pub fn short_name(event_type: &str) -> &str {
    let name = event_type.split_once(',').map_or(event_type, |(name, _)| name);
    name.rsplit(['.', ':', '/', '+', '\\']).next().unwrap_or(name)
}
