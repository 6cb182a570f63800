//! The list of all projections, and the one whose table has the states of an aggregate.

use crate::domain::fold::Fold;
use crate::read_model::projections::Projection;
use crate::read_model::projections::account::accounts::{ACCOUNT_TABLE, Accounts};
use crate::read_model::projections::account::daily_flows::DailyFlows;
use crate::read_model::projections::account::totals::Totals;
use crate::read_model::projections::account::transactions::Transactions;
use crate::read_model::projections::account::transfers::Transfers;
use crate::read_model::projections::documents::{DOCUMENT_TABLE, Documents};
use crate::read_model::projections::not_understood::NotUnderstood;
use crate::read_model::projections::state_table::StateTable;

/// All projections of the read model, for one batch.
pub fn projections() -> Vec<Box<dyn Projection>> {
    vec![
        Box::new(Accounts::default()),
        Box::new(Transactions::default()),
        Box::new(NotUnderstood::default()),
        Box::new(Totals::default()),
        Box::new(Transfers::default()),
        Box::new(DailyFlows::default()),
        Box::new(Documents::default()),
    ]
}

/// All tables of states.
pub(in crate::read_model) static STATE_TABLES: [&StateTable; 2] = [&ACCOUNT_TABLE, &DOCUMENT_TABLE];

/// The table that has the states of this fold.
pub(in crate::read_model) fn state_table_of(fold: &dyn Fold) -> &'static StateTable {
    let initial = fold.initial();
    STATE_TABLES.into_iter().find(|table| (table.keeps)(&initial)).unwrap_or(&DOCUMENT_TABLE)
}
