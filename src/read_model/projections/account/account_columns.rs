//! A trace of an account in columns, as its row keeps it.

use rusqlite::Row;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

use crate::domain::aggregates::account::state::{
    ACCOUNT_SHAPE, AccountState, BALANCE, CURRENCY, OVERDRAFT_LIMIT, OWNER, STATUS, Status,
};
use crate::domain::event::{GlobalPosition, SourceId, StreamPosition};
use crate::domain::money::Currency;
use crate::domain::shape::FieldId;
use crate::domain::state::State;
use crate::read_model::projections::account::account_of;
use crate::read_model::projections::columns::{currency, unreadable};
use crate::replay::trace::Trace;
use crate::store::sql::position::SqlPosition;

/// The columns, in the order of [`trace`] and [`values`].
pub(in crate::read_model) const COLUMNS: &str = "owner, currency, balance, overdraft_limit, status, version, position, n_not_understood, \
     n_partly_understood, newest_source, owner_set, status_set, currency_set, balance_set, overdraft_limit_set";

/// The trace in a row's columns, from number `first`.
pub(in crate::read_model) fn trace(row: &Row<'_>, first: usize) -> rusqlite::Result<Trace> {
    let column = |nth: usize| first + nth;
    let status = row.get_ref(column(4))?.as_str()?;
    let status =
        Status::from_word(status).ok_or_else(|| unreadable(column(4), "a status that does not exist"))?;
    let n_not_understood: i64 = row.get(column(7))?;
    let n_partly_understood: i64 = row.get(column(8))?;
    let set_at = |nth: usize| row.get(column(10) + nth).map(GlobalPosition::from_sql);
    let last_set = (0..ACCOUNT_SHAPE.fields.len()).map(set_at).collect::<rusqlite::Result<_>>()?;
    Ok(Trace {
        state: State::Account(AccountState {
            status,
            owner: row.get(first)?,
            currency: currency(row, column(1))?,
            balance: row.get(column(2))?,
            overdraft_limit: row.get(column(3))?,
        }),
        version: StreamPosition::from_sql(row.get(column(5))?),
        position: GlobalPosition::from_sql(row.get(column(6))?),
        n_not_understood: u64::try_from(n_not_understood).unwrap_or(0),
        n_partly_understood: u64::try_from(n_partly_understood).unwrap_or(0),
        newest_source: row.get::<_, Option<i64>>(column(9))?.map(SourceId),
        last_set,
    })
}

/// The values of a trace's columns.
pub(in crate::read_model) fn values(trace: &Trace) -> Vec<ToSqlOutput<'_>> {
    let Trace { state, version, position, n_not_understood, n_partly_understood, newest_source, last_set } =
        trace;
    let state = account_of(state);
    let set_at =
        |field: FieldId| ToSqlOutput::from(last_set.get(field.0).copied().unwrap_or_default().to_sql());
    vec![
        text(state.owner.as_deref()),
        text(state.currency.as_ref().map(Currency::code)),
        ToSqlOutput::from(state.balance),
        ToSqlOutput::from(state.overdraft_limit),
        text(Some(state.status.word())),
        ToSqlOutput::from(version.to_sql()),
        ToSqlOutput::from(position.to_sql()),
        ToSqlOutput::from(i64::try_from(*n_not_understood).unwrap_or(i64::MAX)),
        ToSqlOutput::from(i64::try_from(*n_partly_understood).unwrap_or(i64::MAX)),
        newest_source.map_or(ToSqlOutput::Owned(Value::Null), |source| ToSqlOutput::from(source.0)),
        set_at(OWNER),
        set_at(STATUS),
        set_at(CURRENCY),
        set_at(BALANCE),
        set_at(OVERDRAFT_LIMIT),
    ]
}

fn text(text: Option<&str>) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(text.map_or(ValueRef::Null, ValueRef::from))
}
