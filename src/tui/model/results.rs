//! A SQL answer so far, and the part of it in sight.

use std::cmp::{Ordering, Reverse};

use crate::domain::event::GlobalPosition;
use crate::domain::money::shown::ShownAmount;
use crate::read_model::rows::{AsOf, Value, heading};
use crate::tui::questions::sql::{AnswerEnd, SqlAnswer};

/// The column by which the rows are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting {
    pub column: usize,
    /// Whether the greatest value comes first.
    pub is_descending: bool,
}

/// The kind of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColumnKind {
    Numbers,
    /// Texts that show amounts.
    Amounts,
    Other,
}

/// The answer on the screen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    answered: SqlAnswer,
    /// The position that the question was about.
    pub asked: AsOf,
    /// The sorting; `None` leaves the rows in their original order.
    pub sorting: Option<Sorting>,
    /// The kind of each column's values, NULLs aside; `None` while there are only NULLs.
    kinds: Vec<Option<ColumnKind>>,
    /// The indexes of the rows in their sorted order; empty if they are not sorted.
    order: Vec<usize>,
    /// The chosen row, counted in the displayed order.
    pub row: usize,
    /// The chosen column.
    pub column: usize,
    /// The first visible row.
    pub top: usize,
}

impl Results {
    /// The beginning of an answer.
    pub fn begun(answered: SqlAnswer, asked: AsOf) -> Self {
        let mut results = Self { asked, kinds: vec![None; answered.columns.len()], ..Self::default() };
        results.learn_kinds(&answered.rows);
        results.answered = answered;
        results
    }

    /// An answer that ended before its first row.
    pub fn ended(end: AnswerEnd, asked: AsOf) -> Self {
        Self::begun(SqlAnswer { end: Some(end), ..SqlAnswer::default() }, asked)
    }

    /// Takes over sorting and choice from the answer that this one replaces, if it has the same columns.
    #[must_use]
    pub fn in_place_of(mut self, old: &Self) -> Self {
        if self.columns() == old.columns() {
            (self.sorting, self.row, self.column, self.top) = (old.sorting, old.row, old.column, old.top);
            self.sort();
            self.choose(self.row);
        }
        self
    }

    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.answered.columns
    }

    /// The heading of a column, which mentions minor units if the amounts are in these.
    pub fn heading(&self, column: usize) -> String {
        let name = self.columns().get(column).map_or("", String::as_str);
        heading(name, &self.answered.in_minor_units, column)
    }

    /// Number of rows so far.
    pub fn n_rows(&self) -> usize {
        self.answered.rows.len()
    }

    /// The `nth` row in the displayed order.
    pub fn row_at(&self, nth: usize) -> Option<&[Value]> {
        let place = if self.order.is_empty() { nth } else { *self.order.get(nth)? };
        self.answered.rows.get(place).map(Vec::as_slice)
    }

    /// The position that the answer is as of; `None` before its beginning.
    pub fn as_of(&self) -> Option<GlobalPosition> {
        (!self.columns().is_empty()).then_some(self.answered.as_of)
    }

    /// How it ended; `None` while more rows may come.
    pub fn end(&self) -> Option<&AnswerEnd> {
        self.answered.end.as_ref()
    }

    /// Whether a column holds numbers, or texts that show amounts.
    pub fn has_numbers(&self, column: usize) -> bool {
        matches!(self.kind(column), Some(ColumnKind::Numbers | ColumnKind::Amounts))
    }

    /// Whether a value of a column is a negative number or shows a negative amount.
    pub fn is_below_zero(&self, column: usize, value: &Value) -> bool {
        match value {
            Value::Integer(number) => *number < 0,
            Value::Real(number) => *number < 0.0,
            Value::Text(text) => self.kind(column) == Some(ColumnKind::Amounts) && text.starts_with('-'),
            Value::Null | Value::Blob(_) => false,
        }
    }

    fn kind(&self, column: usize) -> Option<ColumnKind> {
        self.kinds.get(column).copied().flatten()
    }

    fn learn_kinds(&mut self, rows: &[Vec<Value>]) {
        for row in rows {
            for (value, kind) in row.iter().zip(&mut self.kinds) {
                if *kind == Some(ColumnKind::Other) {
                    continue;
                }
                let its_own = match value {
                    Value::Null => continue,
                    Value::Integer(_) | Value::Real(_) => ColumnKind::Numbers,
                    Value::Text(text) if ShownAmount::read(text).is_some() => ColumnKind::Amounts,
                    Value::Text(_) | Value::Blob(_) => ColumnKind::Other,
                };
                if *kind.get_or_insert(its_own) != its_own {
                    *kind = Some(ColumnKind::Other);
                }
            }
        }
    }

    /// Adds rows.
    pub fn add(&mut self, rows: Vec<Vec<Value>>) {
        self.learn_kinds(&rows);
        self.answered.rows.extend(rows);
        self.sort();
    }

    /// Ends the answer.
    pub fn end_with(&mut self, end: AnswerEnd) {
        self.answered.end = Some(end);
    }

    /// Chooses a row, or the last one if there are fewer.
    pub fn choose(&mut self, row: usize) {
        self.row = row.min(self.n_rows().saturating_sub(1));
    }

    /// Moves the choice down by a number of rows, and scrolls until it is visible in `room` rows.
    pub fn go_down(&mut self, by: isize, room: usize) {
        self.choose(self.row.saturating_add_signed(by));
        self.top = self.top.clamp((self.row + 1).saturating_sub(room.max(1)), self.row);
    }

    /// Scrolls by a number of rows; the choice moves along if it would be outside of the `room` visible rows.
    pub fn scroll(&mut self, by: isize, room: usize) {
        let room = room.max(1);
        self.top = self.top.saturating_add_signed(by).min(self.n_rows().saturating_sub(room));
        self.choose(self.row.clamp(self.top, self.top + room - 1));
    }

    /// Moves the choice to the right by a number of columns.
    pub fn go_right(&mut self, by: isize) {
        let last = self.columns().len().saturating_sub(1);
        self.column = self.column.saturating_add_signed(by).min(last);
    }

    /// Cycles the sorting by the chosen column: ascending, descending, original order.
    pub fn turn_sorting(&mut self) {
        let column = self.column;
        self.sorting = match self.sorting {
            Some(Sorting { column: by, is_descending }) if by == column => {
                (!is_descending).then_some(Sorting { column, is_descending: true })
            }
            _ => Some(Sorting { column, is_descending: false }),
        };
        self.sort();
        (self.row, self.top) = (0, 0);
    }

    /// Only the order is computed. That needs no copy of the rows, and is undone by forgetting it.
    fn sort(&mut self) {
        self.order.clear();
        let Some(Sorting { column, is_descending }) = self.sorting else { return };
        let rows = &self.answered.rows;
        let value = |place: &usize| rows.get(*place).and_then(|row| row.get(column)).unwrap_or(&Value::Null);
        self.order.extend(0..rows.len());
        if self.kinds.get(column) == Some(&Some(ColumnKind::Amounts)) {
            let amount = |place: &usize| match value(place) {
                Value::Text(text) => ShownAmount::read(text),
                _ => None,
            };
            if is_descending {
                self.order.sort_by_cached_key(|place| Reverse(amount(place)));
            } else {
                self.order.sort_by_cached_key(amount);
            }
        } else if is_descending {
            self.order.sort_by(|a, b| compare(value(b), value(a)));
        } else {
            self.order.sort_by(|a, b| compare(value(a), value(b)));
        }
    }
}

/// The order of SQLite: NULL, then numbers, then texts, then bytes.
fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Real(a), Value::Real(b)) => a.total_cmp(b),
        (Value::Integer(a), Value::Real(b)) => compare_exactly(*a, *b),
        (Value::Real(a), Value::Integer(b)) => compare_exactly(*b, *a).reverse(),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Blob(a), Value::Blob(b)) => a.cmp(b),
        _ => kind(a).cmp(&kind(b)),
    }
}

fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Real(_) => 1,
        Value::Text(_) => 2,
        Value::Blob(_) => 3,
    }
}

/// Compares an integer with a real number exactly: as reals, two different integers may be equal.
fn compare_exactly(integer: i64, real: f64) -> Ordering {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if real >= BEYOND {
        return Ordering::Less;
    }
    if real < -BEYOND || real.is_nan() {
        return Ordering::Greater;
    }
    // Within these bounds the whole part is an integer, and the cast is exact.
    integer.cmp(&(real.trunc() as i64)).then_with(|| 0.0_f64.total_cmp(&(real.fract() + 0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[Value]) -> Results {
        let rows = values.iter().zip(0..).map(|(value, nth)| vec![value.clone(), int(nth)]);
        let columns = vec!["v".to_owned(), "nth".to_owned()];
        Results::begun(SqlAnswer { columns, rows: rows.collect(), ..SqlAnswer::default() }, AsOf::Checkpoint)
    }

    fn int(n: i64) -> Value {
        Value::Integer(n)
    }

    /// The original indexes of the rows, in the displayed order.
    fn places(results: &Results) -> Vec<i64> {
        let nth = |row: &[Value]| if let [_, Value::Integer(nth)] = row { *nth } else { -1 };
        (0..results.n_rows()).map(|at| nth(results.row_at(at).unwrap())).collect()
    }

    #[test]
    fn rows_are_sorted_by_a_column_to_and_fro_and_stand_again_as_they_came() {
        let text = |text: &str| Value::Text(text.to_owned());
        let values = [text("b"), int(10), Value::Real(9.5), Value::Null, int(10), text("B"), int(-1)];
        let mut results = of(&values);
        results.go_down(3, 2);
        results.turn_sorting();
        assert_eq!((places(&results), results.row), (vec![3, 6, 2, 1, 4, 5, 0], 0));
        results.turn_sorting();
        assert_eq!(places(&results), [0, 5, 1, 4, 2, 6, 3]);
        results.add(vec![vec![text("c"), int(7)]]);
        assert_eq!(places(&results), [7, 0, 5, 1, 4, 2, 6, 3]);
        results.turn_sorting();
        assert_eq!((places(&results), results.sorting), ((0..8).collect(), None));
    }

    #[test]
    fn amounts_are_sorted_by_currency_and_number_as_long_as_the_column_holds_nothing_else() {
        let texts =
            ["9.00 EUR", "1,250.00 EUR", "-3.00 EUR", "7 JPY", "1,000"].map(|t| Value::Text(t.to_owned()));
        let mut results = of(&[&texts[..], &[Value::Null]].concat());
        results.turn_sorting();
        assert_eq!((places(&results), results.has_numbers(0)), (vec![5, 4, 2, 0, 1, 3], true));
        assert_eq!(texts.map(|text| results.is_below_zero(0, &text)), [false, false, true, false, false]);
        results.turn_sorting();
        assert_eq!(places(&results), [3, 1, 0, 2, 4, 5]);
        for other in [Value::Text("1.5 EUR".to_owned()), int(7), Value::Blob(vec![1])] {
            let mut results = results.clone();
            results.add(vec![vec![other.clone(), int(6)]]);
            results.turn_sorting();
            results.turn_sorting();
            let in_order: Vec<&Value> =
                (0..7).map(|at| results.row_at(at).unwrap().first().unwrap()).collect();
            assert!(in_order.is_sorted_by(|a, b| compare(a, b).is_le()), "{other:?}: {in_order:?}");
            assert!(!results.has_numbers(0), "{other:?}");
        }
    }

    #[test]
    fn integers_and_reals_are_compared_to_the_last_digit() {
        let big = 9_007_199_254_740_993;
        for (a, b, expected) in [
            (int(big), Value::Real(big as f64), Ordering::Greater),
            (int(3), Value::Real(3.0), Ordering::Equal),
            (int(3), Value::Real(3.5), Ordering::Less),
            (int(-3), Value::Real(-3.5), Ordering::Greater),
            (int(0), Value::Real(-0.0), Ordering::Equal),
            (int(i64::MAX), Value::Real(f64::INFINITY), Ordering::Less),
            (int(i64::MIN), Value::Real(f64::NEG_INFINITY), Ordering::Greater),
        ] {
            assert_eq!((compare(&a, &b), compare(&b, &a)), (expected, expected.reverse()), "{a:?} {b:?}");
        }
    }

    #[test]
    fn the_chosen_row_stays_in_sight() {
        let mut results = of(&vec![Value::Null; 10]);
        for (by, row, top) in [(1, 1, 0), (3, 4, 2), (-1, 3, 2), (100, 9, 7), (-100, 0, 0)] {
            results.go_down(by, 3);
            assert_eq!((results.row, results.top), (row, top), "after {by}");
        }
        results.scroll(5, 3);
        assert_eq!((results.row, results.top), (5, 5));
        results.scroll(5, 3);
        assert_eq!((results.row, results.top), (7, 7));
    }

    #[test]
    fn an_answer_that_takes_anothers_place_is_looked_at_as_it_was() {
        let mut old = of(&[int(1), int(2), int(3)]);
        old.go_right(1);
        old.turn_sorting();
        old.go_down(2, 2);
        let new = of(&[int(1), int(2)]).in_place_of(&old);
        assert_eq!((new.sorting, new.row, new.column), (old.sorting, 1, 1));
        let other = SqlAnswer { columns: vec!["v".to_owned()], ..SqlAnswer::default() };
        let other = Results::begun(other, AsOf::Checkpoint).in_place_of(&old);
        assert_eq!((other.sorting, other.row, other.column), (None, 0, 0));
    }
}
