//! The projection `transfers`: transfers with both legs, or with the only one.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use anyhow::Result;
use rusqlite::{Transaction, params};

use crate::domain::aggregates::account::events::AccountEvent;
use crate::domain::event::GlobalPosition;
use crate::domain::money::Currency;
use crate::domain::uuids::comparable;
use crate::read_model::projections::account::account_of;
use crate::read_model::projections::{Projection, Step, Touched};
use crate::read_model::rows::columns::ColumnMeaning;
use crate::store::sql::position::SqlPosition;

/// Joins the legs of transfers by id, each with the earliest open leg of the other direction. A leg without an id is
/// not joined.
#[derive(Debug, Default)]
pub struct Transfers {
    /// The legs that were open before this batch, once they have been read.
    kept: Option<EarlierLegs>,
    /// The open legs of this batch.
    fresh: OpenLegs,
    /// Legs from before this batch that are no longer open.
    taken: Vec<(LegName, GlobalPosition)>,
    /// The first legs in this batch, whether each was sent, and its currency; written at the end of the batch.
    begun: Vec<(GlobalPosition, bool, Option<Currency>)>,
    /// The first and the second leg of a transfer, and the second one's currency; written at the end of the batch,
    /// under the first one's position.
    completed: Vec<(GlobalPosition, GlobalPosition, Option<Currency>)>,
}

/// The transfer of a leg, and whether the leg is the one that was sent.
type LegName = (String, bool);

/// The positions of the open legs of each name, the earliest first.
type OpenLegs = BTreeMap<LegName, VecDeque<GlobalPosition>>;

/// The most open legs in memory: usually there are none, or the one at which a batch was cut.
const N_HELD_MAX: usize = 4_096;

/// The legs that were open before a batch.
#[derive(Debug)]
enum EarlierLegs {
    /// All of them.
    Held(OpenLegs),
    /// They are too many to be kept in memory: each is looked up.
    TooMany,
}

impl Projection for Transfers {
    fn name(&self) -> &str {
        "transfers"
    }

    fn version(&self) -> i64 {
        3
    }

    fn schema(&self) -> &str {
        include_str!("transfers.sql")
    }

    fn present(&self) -> Vec<&str> {
        vec!["open_transfer_legs"]
    }

    fn columns(&self) -> &'static [ColumnMeaning] {
        const {
            &[
                ColumnMeaning::other_stream("sender"),
                ColumnMeaning::other_stream("receiver"),
                ColumnMeaning::amount("amount"),
                ColumnMeaning::other_position("sent_position"),
                ColumnMeaning::other_position("received_position"),
            ]
        }
    }

    fn apply(&mut self, tx: &Transaction<'_>, step: &Step<'_>) -> Result<()> {
        let Some((transfer, is_sent)) = step.evolved.event.account().and_then(leg) else { return Ok(()) };
        let (position, currency) = (step.event.position, account_of(step.after).currency);
        if let Some(transfer) = transfer {
            if let Some(first) = self.take_open_leg(tx, &transfer, !is_sent)? {
                self.completed.push((first, position, currency));
                return Ok(());
            }
            self.fresh.entry((transfer.into_owned(), is_sent)).or_default().push_back(position);
        }
        self.begun.push((position, is_sent, currency));
        Ok(())
    }

    fn finish(&mut self, tx: &Transaction<'_>, _: &[Touched]) -> Result<()> {
        let mut insert = tx.prepare_cached("INSERT INTO transfer_history VALUES (?1, ?2, ?3)")?;
        for (position, is_sent, currency) in self.begun.drain(..) {
            insert.execute(params![position.to_sql(), is_sent, currency.as_ref().map(Currency::code)])?;
        }
        self.completed.sort_unstable_by_key(|(first, ..)| *first);
        let mut insert = tx.prepare_cached("INSERT INTO transfer_completion_history VALUES (?1, ?2, ?3)")?;
        for (first, second, currency) in self.completed.drain(..) {
            let currency = currency.as_ref().map(Currency::code);
            insert.execute(params![first.to_sql(), second.to_sql(), currency])?;
        }
        let mut delete = tx.prepare_cached(DELETE_OPEN_LEG)?;
        for ((transfer, is_sent), position) in self.taken.drain(..) {
            delete.execute(params![transfer, is_sent, position.to_sql()])?;
        }
        let mut insert = tx.prepare_cached("INSERT INTO open_transfer_legs VALUES (?1, ?2, ?3)")?;
        for ((transfer, is_sent), positions) in &self.fresh {
            for position in positions {
                insert.execute(params![transfer, is_sent, position.to_sql()])?;
            }
        }
        Ok(())
    }
}

const DELETE_OPEN_LEG: &str =
    "DELETE FROM open_transfer_legs WHERE transfer = ?1 AND is_sent = ?2 AND position = ?3";

impl Transfers {
    /// Removes and returns the earliest open leg of that name.
    fn take_open_leg(
        &mut self,
        tx: &Transaction<'_>,
        transfer: &str,
        is_sent: bool,
    ) -> Result<Option<GlobalPosition>> {
        let name = (transfer.to_owned(), is_sent);
        if self.kept.is_none() {
            self.kept = Some(kept(tx)?);
        }
        let kept = match &mut self.kept {
            Some(EarlierLegs::Held(legs)) => {
                let taken = take_first(legs, &name);
                self.taken.extend(taken.map(|position| (name.clone(), position)));
                taken
            }
            Some(EarlierLegs::TooMany) => take_from_rows(tx, transfer, is_sent)?,
            None => None,
        };
        Ok(kept.or_else(|| take_first(&mut self.fresh, &name)))
    }
}

/// The open legs in the rows.
fn kept(tx: &Transaction<'_>) -> Result<EarlierLegs> {
    let mut select = tx.prepare_cached(
        "SELECT transfer, is_sent, position FROM open_transfer_legs ORDER BY transfer, is_sent, position LIMIT ?1",
    )?;
    let mut rows = select.query([i64::try_from(N_HELD_MAX + 1)?])?;
    let (mut legs, mut n_legs) = (OpenLegs::new(), 0);
    while let Some(row) = rows.next()? {
        n_legs += 1;
        if n_legs > N_HELD_MAX {
            return Ok(EarlierLegs::TooMany);
        }
        let position = GlobalPosition::from_sql(row.get(2)?);
        legs.entry((row.get(0)?, row.get(1)?)).or_default().push_back(position);
    }
    Ok(EarlierLegs::Held(legs))
}

fn take_first(legs: &mut OpenLegs, name: &LegName) -> Option<GlobalPosition> {
    let positions = legs.get_mut(name)?;
    let taken = positions.pop_front();
    if positions.is_empty() {
        legs.remove(name);
    }
    taken
}

/// [`take_first`] for legs in the rows.
fn take_from_rows(tx: &Transaction<'_>, transfer: &str, is_sent: bool) -> Result<Option<GlobalPosition>> {
    let mut select = tx.prepare_cached(
        "SELECT min(position) FROM open_transfer_legs WHERE transfer = ?1 AND is_sent = ?2",
    )?;
    let earliest: Option<i64> = select.query_row(params![transfer, is_sent], |row| row.get(0))?;
    if let Some(position) = earliest {
        tx.prepare_cached(DELETE_OPEN_LEG)?.execute(params![transfer, is_sent, position])?;
    }
    Ok(earliest.map(GlobalPosition::from_sql))
}

/// A leg: the transfer's id in the form in which ids compare, if there is one, and whether the leg is the one that was
/// sent.
fn leg(happened: &AccountEvent) -> Option<(Option<Cow<'_, str>>, bool)> {
    let is_sent = match happened {
        AccountEvent::TransferSent { .. } => true,
        AccountEvent::TransferReceived { .. } => false,
        _ => return None,
    };
    Some((happened.transfer().map(comparable), is_sent))
}
