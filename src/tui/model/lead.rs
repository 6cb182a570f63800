//! The target of a row in a SQL answer: an event or a stream.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::rows::Value;
use crate::read_model::rows::columns::{ColumnMeaning, ColumnValues};
use crate::tui::model::results::Results;

/// The target of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lead {
    /// To the event at this position.
    Event(GlobalPosition),
    /// To this stream.
    Stream(StreamName),
}

/// The ending of the names of columns that hold positions, whatever table they come from.
const OF_POSITION: &str = "_position";

/// The target of the chosen row: the position in the chosen column, else that of the event that the row is about; else
/// the stream in the chosen column, else the one that the row is about; else any other position or stream. `meanings` are
/// those of columns, by name.
pub fn lead(results: &Results, meanings: &[ColumnMeaning]) -> Option<Lead> {
    let row = results.row_at(results.row)?;
    let columns = || results.columns().iter().map(String::as_str).zip(row).enumerate();
    let of_columns = |takes: &dyn Fn(usize, &str) -> bool, read: fn(&Value) -> Option<Lead>| {
        columns().filter(|(nth, (name, _))| takes(*nth, name)).find_map(|(_, (_, value))| read(value))
    };
    let holds = |name: &str, values: &[ColumnValues]| {
        meanings.iter().any(|meaning| meaning.name == name && values.contains(&meaning.values))
    };
    let is_position = |name: &str| {
        holds(name, &[ColumnValues::Position, ColumnValues::OtherPosition]) || name.ends_with(OF_POSITION)
    };
    let is_stream = |name: &str| holds(name, &[ColumnValues::Stream, ColumnValues::OtherStream]);
    of_columns(&|nth, name| nth == results.column && is_position(name), event)
        .or_else(|| of_columns(&|_, name| holds(name, &[ColumnValues::Position]), event))
        .or_else(|| of_columns(&|nth, name| nth == results.column && is_stream(name), stream))
        .or_else(|| of_columns(&|_, name| holds(name, &[ColumnValues::Stream]), stream))
        .or_else(|| of_columns(&|_, name| is_position(name), event))
        .or_else(|| of_columns(&|_, name| is_stream(name), stream))
}

fn event(value: &Value) -> Option<Lead> {
    let Value::Integer(position) = value else { return None };
    let position = u64::try_from(*position).ok().filter(|position| *position > 0)?;
    Some(Lead::Event(GlobalPosition::new(position)))
}

fn stream(value: &Value) -> Option<Lead> {
    let Value::Text(name) = value else { return None };
    StreamName::new(name).ok().map(Lead::Stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_model::rows::AsOf;
    use crate::tui::questions::sql::SqlAnswer;

    const MEANINGS: [ColumnMeaning; 7] = [
        ColumnMeaning::stream("account"),
        ColumnMeaning::stream("stream"),
        ColumnMeaning::position("position"),
        ColumnMeaning::other_stream("sender"),
        ColumnMeaning::other_stream("receiver"),
        ColumnMeaning::other_position("received_position"),
        ColumnMeaning::amount("balance"),
    ];

    fn lead_of(columns: &[(&str, Value)], chosen: usize) -> Option<Lead> {
        let (names, row) = columns.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).unzip();
        let answered = SqlAnswer { columns: names, rows: vec![row], ..SqlAnswer::default() };
        let mut results = Results::begun(answered, AsOf::Checkpoint);
        results.column = chosen;
        lead(&results, &MEANINGS)
    }

    fn at(position: u64) -> Option<Lead> {
        Some(Lead::Event(GlobalPosition::new(position)))
    }

    fn to(name: &str) -> Option<Lead> {
        Some(Lead::Stream(StreamName::new(name).unwrap()))
    }

    #[test]
    fn a_row_leads_to_its_position_or_else_to_its_account() {
        let text = |text: &str| Value::Text(text.to_owned());
        let row = [("account", text("acc-7")), ("position", Value::Integer(9)), ("n", Value::Integer(1))];
        assert_eq!([0, 1, 2].map(|chosen| lead_of(&row, chosen)), [at(9), at(9), at(9)]);
        let row = [("account", text("acc-7")), ("first_position", Value::Integer(3))];
        assert_eq!([0, 1].map(|chosen| lead_of(&row, chosen)), [to("acc-7"), at(3)]);
        let row = [("version", Value::Integer(3)), ("stream", text("hall"))];
        assert_eq!([0, 1].map(|chosen| lead_of(&row, chosen)), [to("hall"), to("hall")]);
        let transfer = [
            ("sender", text("acc-1")),
            ("receiver", text("acc-2")),
            ("sent_position", Value::Null),
            ("received_position", Value::Integer(8)),
        ];
        let leads = [0, 1, 2, 3].map(|chosen| lead_of(&transfer, chosen));
        assert_eq!(leads, [to("acc-1"), to("acc-2"), at(8), at(8)]);
    }

    #[test]
    fn a_value_that_is_neither_position_nor_account_leads_nowhere() {
        let text = |text: &str| Value::Text(text.to_owned());
        for (name, value) in [
            ("position", Value::Integer(0)),
            ("position", Value::Integer(-4)),
            ("position", text("9")),
            ("position", Value::Null),
            ("account", text("")),
            ("account", Value::Integer(4)),
            ("disposition", Value::Integer(4)),
            ("balance", Value::Integer(4)),
            ("balance", text("acc-7")),
            ("tenant", text("acc-7")),
        ] {
            assert_eq!(lead_of(&[(name, value.clone())], 0), None, "{name} {value:?}");
        }
        assert_eq!(lead(&Results::default(), &MEANINGS), None);
    }
}
