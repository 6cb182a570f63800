//! The output formats of a query.

use std::collections::HashSet;
use std::io;

use crate::cli::output::Output;
use crate::read_model::rows::Value;

/// A format for answers, written row by row.
pub trait AnswerFormat {
    /// Writes the names of the columns; `in_minor_units` says which are known to be amounts in minor units. Called
    /// once, first. A heading for people names the unit; names for other programs stay unchanged.
    ///
    /// # Errors
    /// The reader has gone, or the disk is full; the same holds for the other methods.
    fn begin(&mut self, out: &mut Output, columns: &[String], in_minor_units: &[bool]) -> io::Result<()>;

    /// Writes the next row, which is as long as the columns.
    fn row(&mut self, out: &mut Output, row: Vec<Value>) -> io::Result<()>;

    /// Ends the answer.
    fn finish(&mut self, out: &mut Output) -> io::Result<()>;
}

/// Column names for other programs, each of them unique. A repeated name gets the lowest number from 2 that makes it
/// unique. `a a a_2` becomes `a a_3 a_2`.
pub fn distinct(columns: &[String]) -> Vec<String> {
    let mut taken: HashSet<String> = columns.iter().cloned().collect();
    let mut seen = HashSet::new();
    let mut name_of = |name: &String| {
        if seen.insert(name.clone()) {
            return name.clone();
        }
        // There are more numbers than columns, so one is free.
        let numbered = (2..).map(|n| format!("{name}_{n}")).find(|numbered| taken.insert(numbered.clone()));
        numbered.unwrap_or_default()
    };
    columns.iter().map(&mut name_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(columns: &[&str]) -> Vec<String> {
        distinct(&columns.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_repeated_name_gets_a_number_that_no_column_has() {
        assert_eq!(named(&["a", "b", "A"]), ["a", "b", "A"]);
        assert_eq!(named(&["a", "a", "a"]), ["a", "a_2", "a_3"]);
        assert_eq!(named(&["a", "a", "a_2"]), ["a", "a_3", "a_2"]);
        assert_eq!(named(&["a_2", "a", "a"]), ["a_2", "a", "a_3"]);
        assert_eq!(named(&["a", "a", "a_2", "a_2"]), ["a", "a_3", "a_2", "a_2_2"]);
        assert_eq!(named(&["", ""]), ["", "_2"]);
    }

    proptest! {
        #[test]
        fn no_two_columns_have_one_name_and_the_first_of_each_keeps_its_own(
            columns in proptest::collection::vec("[a]{1,2}(_[2-4]){0,2}", 0..12)
        ) {
            let names = distinct(&columns);
            prop_assert_eq!(names.len(), columns.len());
            let all: HashSet<&String> = names.iter().collect();
            prop_assert_eq!(all.len(), names.len());
            for (nth, (name, column)) in names.iter().zip(&columns).enumerate() {
                let is_first = !columns[..nth].contains(column);
                prop_assert_eq!(is_first, name == column);
            }
        }
    }
}
