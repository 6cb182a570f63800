//! Differences between two generations, as plain values and in words.

use std::fmt;

use crate::domain::event::GlobalPosition;
use crate::domain::money::{Currency, grouped, with_code};
use crate::domain::visible::visible;
use crate::read_model::engine::generation::RebuildReason;
use crate::read_model::rows::Value;
use crate::read_model::rows::columns::{ColumnMeaning, ColumnValues};

/// The longest value in the summary of a difference: a name or a time fits.
const N_SHORT_CHARS_MAX: usize = 32;

/// A row for people: its values, each with its column's name.
pub type NamedRow = Vec<(String, Value)>;

/// The result of comparing the live generation with a new one.
#[derive(Clone, Debug, PartialEq)]
pub enum GenerationComparison {
    /// There is no live generation to compare with, for this reason.
    Nothing(RebuildReason),
    /// They were compared.
    Compared {
        /// The position of the comparison: the checkpoint of the live one.
        at: GlobalPosition,
        /// The tables and views that differ, by name; empty if all rows are equal.
        differences: Vec<TableDifference>,
    },
}

impl GenerationComparison {
    /// Whether the live generation is wrong: it has other rows, is damaged, or belongs to another log.
    pub fn is_fault(&self) -> bool {
        match self {
            Self::Nothing(reason) => reason.is_damage(),
            Self::Compared { differences, .. } => !differences.is_empty(),
        }
    }
}

/// The difference of a table or view between the live and the new generation.
#[derive(Clone, Debug, PartialEq)]
pub struct TableDifference {
    /// Its name.
    pub table: String,
    /// Number of leading columns that identify a row.
    pub n_key: usize,
    /// The meanings of columns, by name.
    pub columns: Vec<ColumnMeaning>,
    /// The rows that only the live one has.
    pub only_live: Option<UnmatchedRows>,
    /// The rows that only the new one has.
    pub only_new: Option<UnmatchedRows>,
    /// The rows that both have, with different values.
    pub other_values: Option<OtherValues>,
}

/// Rows that only one of two generations has.
#[derive(Clone, Debug, PartialEq)]
pub struct UnmatchedRows {
    /// Their number, at least 1.
    pub n_rows: u64,
    /// The first of them.
    pub first: NamedRow,
}

/// Rows that two generations have with different values.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherValues {
    /// Their number, at least 1.
    pub n_rows: u64,
    /// The first of them in the live one.
    pub live: NamedRow,
    /// The first of them in the new one.
    pub new: NamedRow,
    /// The columns whose values differ in it, at least 1.
    pub columns: Vec<String>,
}

/// Each kind of difference with its first row, on several lines.
impl fmt::Display for TableDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, columns: meanings, only_live, only_new, other_values, .. } = self;
        let mut begin = "";
        if let Some(OtherValues { n_rows, live, new, columns }) = other_values {
            let first = if *n_rows == 1 { "in" } else { "the first in" };
            let (rows, columns) = (n_rows_words(*n_rows), columns.join(", "));
            writeln!(f, "{table}: other values in {rows}, {first} {columns}")?;
            write!(f, "  live: {}\n  new:  {}", row_words(live, meanings), row_words(new, meanings))?;
            begin = "\n";
        }
        for (only, which) in [(only_live, "live"), (only_new, "new")] {
            if let Some(UnmatchedRows { n_rows, first }) = only {
                let rows = n_rows_words(*n_rows);
                writeln!(f, "{begin}{table}: {rows} only in the {which} one")?;
                write!(
                    f,
                    "  {which}: {}{}",
                    if which == "new" { " " } else { "" },
                    row_words(first, meanings)
                )?;
                begin = "\n";
            }
        }
        Ok(())
    }
}

impl TableDifference {
    /// The first row that differs, on one line: `rooms: hall target 19 → 22`.
    pub fn brief(&self) -> String {
        let key = |row: &NamedRow| {
            let values = row.iter().take(self.n_key).map(|(_, value)| short(value));
            values.collect::<Vec<_>>().join(" ")
        };
        let first = match (&self.other_values, &self.only_live, &self.only_new) {
            (Some(OtherValues { live, new, columns, .. }), ..) => {
                let column = columns.first().map_or("", String::as_str);
                let [before, after] = [live, new].map(|row| {
                    let found = row.iter().find(|(name, _)| name == column);
                    found.map_or_else(String::new, |(name, v)| {
                        money(row, &self.columns, name, v).unwrap_or_else(|| short(v))
                    })
                });
                format!("{} {column} {before} → {after}", key(live))
            }
            (None, Some(only), _) => format!("{} only in the live one", key(&only.first)),
            (None, None, Some(only)) => format!("{} only in the new one", key(&only.first)),
            (None, None, None) => String::new(),
        };
        let n_others = self.n_rows().saturating_sub(1);
        let more =
            if n_others == 0 { String::new() } else { format!(" and {} more", n_rows_words(n_others)) };
        format!("{}: {first}{more}", self.table)
    }

    /// Number of rows that differ.
    pub fn n_rows(&self) -> u64 {
        let only = |only: &Option<UnmatchedRows>| only.as_ref().map_or(0, |only| only.n_rows);
        let other = self.other_values.as_ref().map_or(0, |other| other.n_rows);
        other + only(&self.only_live) + only(&self.only_new)
    }
}

fn n_rows_words(n: u64) -> String {
    format!("{} row{}", grouped(i128::from(n), None), if n == 1 { "" } else { "s" })
}

fn row_words(row: &NamedRow, columns: &[ColumnMeaning]) -> String {
    let named = row.iter().map(|(name, value)| {
        let text = money(row, columns, name, value).unwrap_or_else(|| shown(value));
        format!("{name} = {text}")
    });
    named.collect::<Vec<_>>().join(" · ")
}

/// An amount of a row as money; without a currency column, as a number marked as minor units. `None` for other values.
fn money(row: &NamedRow, columns: &[ColumnMeaning], name: &str, value: &Value) -> Option<String> {
    let currency = columns.iter().find_map(|column| match column.values {
        ColumnValues::Amount { currency } if column.name == name => Some(currency),
        _ => None,
    })?;
    let minor_units = match value {
        Value::Integer(number) => i128::from(*number),
        // A total that does not fit 64 bits.
        Value::Text(digits) => digits.parse().ok()?,
        _ => return None,
    };
    let currency = row.iter().find(|(other, _)| other == currency);
    Some(match currency {
        Some((_, Value::Text(code))) => with_code(minor_units, Currency::from_code(code)),
        Some(_) => with_code(minor_units, None),
        None => format!("{} (minor units)", grouped(minor_units, None)),
    })
}

/// A value on one line.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) if text.is_empty() => "''".to_owned(),
        Value::Text(text) => visible(text).into_owned(),
        Value::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// The value with its digits in groups, or its beginning if it is long.
fn short(value: &Value) -> String {
    if let Value::Integer(number) = value {
        return grouped(i128::from(*number), None);
    }
    let shown = shown(value);
    match shown.char_indices().nth(N_SHORT_CHARS_MAX) {
        Some((end, _)) => format!("{}…", shown.get(..end).unwrap_or_default()),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_money_or_said_to_be_minor_units() {
        let text = |text: &str| Value::Text(text.to_owned());
        let words = |values: &[(&str, Value)]| {
            let row = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            let [balance, inflow, amount] = ["balance", "inflow", "amount"].map(ColumnMeaning::amount);
            let values = ColumnValues::Amount { currency: "unit" };
            row_words(&row, &[balance, inflow, amount, ColumnMeaning { name: "price", values }])
        };
        for (row, expected) in [
            (
                vec![("currency", text("EUR")), ("balance", Value::Integer(-5))],
                "currency = EUR · balance = -0.05 EUR",
            ),
            (
                vec![("currency", Value::Null), ("inflow", Value::Integer(1250))],
                "currency = NULL · inflow = 1,250",
            ),
            (vec![("currency", text("")), ("balance", Value::Integer(7))], "currency = '' · balance = 7"),
            (vec![("amount", Value::Integer(-120_000))], "amount = -120,000 (minor units)"),
            (
                vec![("currency", text("USD")), ("unit", text("EUR")), ("price", Value::Integer(99))],
                "currency = USD · unit = EUR · price = 0.99 EUR",
            ),
            (
                vec![("currency", text("USD")), ("width", Value::Integer(1250))],
                "currency = USD · width = 1250",
            ),
            (
                vec![("amount", Value::Null), ("version", Value::Integer(1000))],
                "amount = NULL · version = 1000",
            ),
            (
                vec![("currency", text("USD")), ("balance", text("-9223372036854775809"))],
                "currency = USD · balance = -92,233,720,368,547,758.09 USD",
            ),
        ] {
            assert_eq!(words(&row), expected);
        }
    }
}
