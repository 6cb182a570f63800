//! Transfers with both their legs, or with the one that there is.

use std::collections::{BTreeMap, VecDeque};

use anyhow::Result;
use rusqlite::{Transaction, params};

use crate::domain::account::events::AccountEvent;
use crate::domain::event::GlobalPosition;
use crate::read_model::{Projection, Step, Touched};

/// Joins the legs of transfers: by name, each with the earliest open leg of the other direction.
#[derive(Debug, Default)]
pub struct Transfers {
    /// Whether legs were open before this batch, once that has been looked at; mostly none is, and none is looked up.
    had_open_legs: Option<bool>,
    /// The open legs that came in this batch, the earliest first.
    fresh: BTreeMap<LegName, VecDeque<GlobalPosition>>,
    /// The first legs of this batch, and whether each was sent: written at its end.
    begun: Vec<(GlobalPosition, bool)>,
    /// The first and the second leg of a transfer, written by the first one's position at the end of the batch.
    completed: Vec<(GlobalPosition, GlobalPosition)>,
}

/// Which transfer a leg is of, and whether it is the one that was sent.
type LegName = (String, bool);

impl Projection for Transfers {
    fn name(&self) -> &'static str {
        "transfers"
    }

    fn version(&self) -> i64 {
        1
    }

    fn schema(&self) -> &'static str {
        include_str!("transfers.sql")
    }

    fn apply(&mut self, tx: &Transaction<'_>, step: &Step<'_>) -> Result<()> {
        let Some((transfer, is_sent)) = step.happened.and_then(leg) else { return Ok(()) };
        let position = step.event.position;
        if let Some(first) = self.take_open_leg(tx, transfer, !is_sent)? {
            self.completed.push((first, position));
            return Ok(());
        }
        self.fresh.entry((transfer.to_owned(), is_sent)).or_default().push_back(position);
        self.begun.push((position, is_sent));
        Ok(())
    }

    fn finish(&mut self, tx: &Transaction<'_>, _: &[Touched]) -> Result<()> {
        let mut insert = tx.prepare_cached("INSERT INTO transfer_history VALUES (?1, ?2)")?;
        for (position, is_sent) in self.begun.drain(..) {
            insert.execute(params![position.to_sql(), is_sent])?;
        }
        self.completed.sort_unstable();
        let mut insert = tx.prepare_cached("INSERT INTO transfer_completion_history VALUES (?1, ?2)")?;
        for (first, second) in self.completed.drain(..) {
            insert.execute([first.to_sql(), second.to_sql()])?;
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

impl Transfers {
    /// The earliest open leg of that name, which is open no longer.
    fn take_open_leg(
        &mut self,
        tx: &Transaction<'_>,
        transfer: &str,
        is_sent: bool,
    ) -> Result<Option<GlobalPosition>> {
        if self.had_open_legs(tx)? {
            // Two statements: one with RETURNING would be prepared anew each time.
            let mut select = tx.prepare_cached(
                "SELECT min(position) FROM open_transfer_legs WHERE transfer = ?1 AND is_sent = ?2",
            )?;
            let earliest: Option<i64> = select.query_row(params![transfer, is_sent], |row| row.get(0))?;
            if let Some(position) = earliest {
                tx.prepare_cached(
                    "DELETE FROM open_transfer_legs WHERE transfer = ?1 AND is_sent = ?2 AND position = ?3",
                )?
                .execute(params![transfer, is_sent, position])?;
                return Ok(Some(GlobalPosition::from_sql(position)));
            }
        }
        let name = (transfer.to_owned(), is_sent);
        let Some(positions) = self.fresh.get_mut(&name) else { return Ok(None) };
        let taken = positions.pop_front();
        if positions.is_empty() {
            self.fresh.remove(&name);
        }
        Ok(taken)
    }

    fn had_open_legs(&mut self, tx: &Transaction<'_>) -> Result<bool> {
        if let Some(had) = self.had_open_legs {
            return Ok(had);
        }
        let had = tx.query_row("SELECT EXISTS (SELECT 1 FROM open_transfer_legs)", [], |row| row.get(0))?;
        self.had_open_legs = Some(had);
        Ok(had)
    }
}

/// The transfer that an event is a leg of, and whether it is the one that was sent.
fn leg(happened: &AccountEvent) -> Option<(&str, bool)> {
    let is_sent = matches!(happened, AccountEvent::TransferSent { .. });
    happened.transfer().map(|transfer| (transfer, is_sent))
}
