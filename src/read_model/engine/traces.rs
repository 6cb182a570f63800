//! Traces in columns: a state of any aggregate as JSON, and its history in numbers.

use rusqlite::Row;
use rusqlite::types::Value;

use crate::domain::event::{GlobalPosition, SourceId, StreamPosition};
use crate::domain::fold::Fold;
use crate::domain::state::State;
use crate::read_model::projections::columns::unreadable;
use crate::replay::trace::Trace;
use crate::store::sql::position::SqlPosition;

/// Number of columns of a trace.
pub(in crate::read_model) const N_COLUMNS: usize = 7;

/// The columns, in the order of [`trace`] and [`values`]. `state` is an object with a member for each field, `last_set`
/// a list of the positions at which the fields were last changed; for a state whose fields came with its events, a list
/// of pairs of the field's path and that position.
pub(in crate::read_model) const COLUMNS: &str =
    "version, position, n_not_understood, n_partly_understood, newest_source, state, last_set";

/// The trace of a stream of this fold in a row's columns, from number `first`.
pub(in crate::read_model) fn trace(row: &Row<'_>, first: usize, fold: &dyn Fold) -> rusqlite::Result<Trace> {
    let count = |nth: usize| row.get(first + nth).map(|n: i64| u64::try_from(n).unwrap_or(0));
    let (initial, last_set) = with_fields(fold.initial(), row.get_ref(first + 6)?.as_str()?)
        .ok_or_else(|| unreadable(first + 6, "something that is not a list of these fields' positions"))?;
    let state = initial.restored(row.get_ref(first + 5)?.as_str()?);
    Ok(Trace {
        state: state.ok_or_else(|| unreadable(first + 5, "a state of another kind"))?,
        version: StreamPosition::from_sql(row.get(first)?),
        position: GlobalPosition::from_sql(row.get(first + 1)?),
        n_not_understood: count(2)?,
        n_partly_understood: count(3)?,
        newest_source: row.get::<_, Option<i64>>(first + 4)?.map(SourceId),
        last_set: last_set.into_iter().map(GlobalPosition::new).collect(),
    })
}

/// The initial state with the fields that it has in a row, and the positions at which they were last changed; `None` if
/// the text does not give a position for each field.
fn with_fields(initial: State, last_set: &str) -> Option<(State, Vec<u64>)> {
    match initial {
        State::Document(document) if document.is_open() => {
            let fields: Vec<(Vec<String>, u64)> = serde_json::from_str(last_set).ok()?;
            let document = document.with_fields(fields.iter().map(|(path, _)| path.as_slice()));
            let positions: Vec<u64> = fields.into_iter().map(|(_, position)| position).collect();
            let is_for_each = positions.len() == document.shape().fields.len();
            is_for_each.then_some((State::Document(document), positions))
        }
        initial => {
            let positions: Vec<u64> = serde_json::from_str(last_set).ok()?;
            (positions.len() == initial.shape().fields.len()).then_some((initial, positions))
        }
    }
}

/// The column `last_set`.
fn last_set(trace: &Trace) -> String {
    let positions = trace.state.shape().ids().map(|field| trace.last_set(field).number());
    // Serialising names and numbers cannot fail.
    match &trace.state {
        State::Document(document) if document.is_open() => {
            let fields: Vec<(Vec<&str>, u64)> = document.paths().into_iter().zip(positions).collect();
            serde_json::to_string(&fields)
        }
        _ => serde_json::to_string(&positions.collect::<Vec<_>>()),
    }
    .unwrap_or_default()
}

/// The values of a trace's columns.
pub(in crate::read_model) fn values(trace: &Trace) -> [Value; N_COLUMNS] {
    let count = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    // Serialising fields cannot fail.
    let state = serde_json::to_string(&trace.state).unwrap_or_default();
    [
        Value::Integer(trace.version.to_sql()),
        Value::Integer(trace.position.to_sql()),
        count(trace.n_not_understood),
        count(trace.n_partly_understood),
        trace.newest_source.map_or(Value::Null, |source| Value::Integer(source.0)),
        Value::Text(state),
        Value::Text(last_set(trace)),
    ]
}
