//! Traces in columns: a state of any aggregate as JSON, and its history in numbers.

use rusqlite::Row;
use rusqlite::types::Value;

use crate::domain::event::{GlobalPosition, SourceId, StreamPosition};
use crate::domain::fold::Fold;
use crate::read_model::projections::columns::unreadable;
use crate::replay::trace::Trace;
use crate::store::sql::position::SqlPosition;

/// Number of columns of a trace.
pub(in crate::read_model) const N_COLUMNS: usize = 7;

/// The columns, in the order of [`trace`] and [`values`]. `state` is an object with a member for each field, `last_set`
/// a list of the positions at which the fields were last changed.
pub(in crate::read_model) const COLUMNS: &str =
    "version, position, n_not_understood, n_partly_understood, newest_source, state, last_set";

/// The trace of a stream of this fold in a row's columns, from number `first`.
pub(in crate::read_model) fn trace(row: &Row<'_>, first: usize, fold: &dyn Fold) -> rusqlite::Result<Trace> {
    let count = |nth: usize| row.get(first + nth).map(|n: i64| u64::try_from(n).unwrap_or(0));
    let state = fold.initial().restored(row.get_ref(first + 5)?.as_str()?);
    let last_set: Result<Vec<u64>, _> = serde_json::from_str(row.get_ref(first + 6)?.as_str()?);
    let last_set =
        last_set.map_err(|_| unreadable(first + 6, "something that is not a list of positions"))?;
    if last_set.len() != fold.shape().fields.len() {
        return Err(unreadable(first + 6, "positions of other fields"));
    }
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

/// The values of a trace's columns.
pub(in crate::read_model) fn values(trace: &Trace) -> [Value; N_COLUMNS] {
    let count = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    let last_set: Vec<u64> = trace.last_set.iter().map(|position| position.number()).collect();
    // Serialising fields and numbers cannot fail.
    let state = serde_json::to_string(&trace.state).unwrap_or_default();
    let last_set = serde_json::to_string(&last_set).unwrap_or_default();
    [
        Value::Integer(trace.version.to_sql()),
        Value::Integer(trace.position.to_sql()),
        count(trace.n_not_understood),
        count(trace.n_partly_understood),
        trace.newest_source.map_or(Value::Null, |source| Value::Integer(source.0)),
        Value::Text(state),
        Value::Text(last_set),
    ]
}
