//! The list of all projections.

use crate::read_model::projections::Projection;
use crate::read_model::projections::account::accounts::Accounts;
use crate::read_model::projections::account::daily_flows::DailyFlows;
use crate::read_model::projections::account::totals::Totals;
use crate::read_model::projections::account::transactions::Transactions;
use crate::read_model::projections::account::transfers::Transfers;
use crate::read_model::projections::documents::Documents;
use crate::read_model::projections::not_understood::NotUnderstood;

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
