//! The tables of a domain file: values by key, with the place of each mistake.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::domain::expression::bad_expression::BadExpression;
use crate::domain::expression::compiled::Expression;
use crate::domain::expression::field_path::FieldPath;
use crate::domain::suggestion::suggestion;

/// A mistake, with its bytes in the text.
pub(super) type Mistake = (Range<usize>, String);

/// A table of the file, or a part of one.
pub(super) struct FileTable<'f> {
    source: &'f str,
    /// The keys that lead to it; none for the whole file.
    keys: Vec<&'f str>,
    table: &'f DeTable<'f>,
    span: Range<usize>,
}

/// A value of the file with its place.
pub(super) struct FileValue<'f> {
    source: &'f str,
    pub(super) value: &'f DeValue<'f>,
    pub(super) span: Range<usize>,
}

impl<'f> FileTable<'f> {
    /// The whole file.
    pub(super) fn root(source: &'f str, table: &'f DeTable<'f>) -> Self {
        Self { source, keys: Vec::new(), table, span: 0..0 }
    }

    /// The last of the keys that lead to it.
    pub(super) fn key(&self) -> &'f str {
        self.keys.last().copied().unwrap_or_default()
    }

    /// A mistake of the table as a whole.
    pub(super) fn mistake(&self, why: &str) -> Mistake {
        (self.span.clone(), why.to_owned())
    }

    /// Checks that it has no other keys.
    pub(super) fn has_only(&self, known: &[&str]) -> Result<(), Mistake> {
        let unknown = self.table.keys().find(|key| !known.contains(&&**key.get_ref()));
        let Some(key) = unknown else { return Ok(()) };
        let name = key.get_ref();
        let meant = match suggestion(name, known.iter().copied()) {
            Some(like) => format!("did you mean {like}?"),
            None => format!("{} has {}", self.shown(), known.join(", ")),
        };
        Err((key.span(), format!("the key {name} is not known here; {meant}")))
    }

    fn shown(&self) -> String {
        match self.keys.is_empty() {
            true => "a domain file".to_owned(),
            false => format!("[{}]", self.keys.join(".")),
        }
    }

    /// The value of a key.
    pub(super) fn value(&self, key: &str) -> Option<FileValue<'f>> {
        let value = self.table.get(key)?;
        Some(FileValue { source: self.source, value: value.get_ref(), span: value.span() })
    }

    /// The text of a key.
    pub(super) fn text(&self, key: &str) -> Result<Option<&'f str>, Mistake> {
        self.value(key).map(|value| value.text(key)).transpose()
    }

    /// The table under a key.
    pub(super) fn table(&self, key: &str) -> Result<Option<Self>, Mistake> {
        let entry = self.table.get_key_value(key);
        entry.map(|(key, value)| self.table_of(key, value)).transpose()
    }

    /// Its values, which have to be tables, in the order of the file.
    pub(super) fn tables(&self) -> Result<Vec<Self>, Mistake> {
        self.table.iter().map(|(key, value)| self.table_of(key, value)).collect()
    }

    fn table_of(
        &self,
        key: &'f Spanned<DeString<'f>>,
        value: &'f Spanned<DeValue<'f>>,
    ) -> Result<Self, Mistake> {
        match value.get_ref() {
            DeValue::Table(table) => {
                let keys = self.keys.iter().copied().chain([&**key.get_ref()]).collect();
                Ok(Self { source: self.source, keys, table, span: key.span() })
            }
            other => {
                let what = format!("{} is a table, not {}", key.get_ref(), kind_of(other));
                Err((value.span(), what))
            }
        }
    }

    /// Its keys with their values, in the order of the file.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'f str, Range<usize>, FileValue<'f>)> {
        let source = self.source;
        self.table.iter().map(move |(key, value)| {
            let value = FileValue { source, value: value.get_ref(), span: value.span() };
            let span = key.span();
            (&**key.get_ref(), span, value)
        })
    }

    /// The path that a key is.
    pub(super) fn path(&self, key: &str, span: &Range<usize>) -> Result<FieldPath, Mistake> {
        FieldPath::parse(key).map_err(|why| mistake_in(self.source, key, span, &why))
    }
}

impl<'f> FileValue<'f> {
    /// The text of the value of a key.
    pub(super) fn text(&self, key: &str) -> Result<&'f str, Mistake> {
        match self.value {
            DeValue::String(text) => Ok(text),
            other => Err((self.span.clone(), format!("{key} is a text in quotes, not {}", kind_of(other)))),
        }
    }

    /// The items of a list.
    pub(super) fn items(&self, key: &str) -> Result<Vec<Self>, Mistake> {
        let DeValue::Array(items) = self.value else {
            let what = format!("{key} is a list of texts, not {}", kind_of(self.value));
            return Err((self.span.clone(), what));
        };
        let item = |item: &'f Spanned<DeValue<'f>>| Self {
            source: self.source,
            value: item.get_ref(),
            span: item.span(),
        };
        Ok(items.iter().map(item).collect())
    }

    /// The expression that the value of a key is.
    pub(super) fn expression(&self, key: &str) -> Result<Expression, Mistake> {
        let text = self.text(key)?;
        Expression::parse(text).map_err(|why| mistake_in(self.source, text, &self.span, &why))
    }

    /// The path that the value of a key is.
    pub(super) fn path(&self, key: &str) -> Result<FieldPath, Mistake> {
        let text = self.text(key)?;
        FieldPath::parse(text).map_err(|why| mistake_in(self.source, text, &self.span, &why))
    }
}

/// A mistake in an expression, at its character in the file. A text with escapes is marked at its beginning.
fn mistake_in(source: &str, text: &str, span: &Range<usize>, why: &BadExpression) -> Mistake {
    let written = source.get(span.clone()).unwrap_or_default();
    let at = written.find(text).map_or(span.start, |quote| span.start + quote + why.offset);
    (at..at, why.what.clone())
}

/// The kind of a value, with its article.
pub(super) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
