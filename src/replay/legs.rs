//! The legs of transfers: each that a command made belongs to another one.

use std::collections::{HashMap, VecDeque};

use crate::domain::account::events::AccountEvent;
use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName};
use crate::domain::uuids::comparable;

/// How many legs may wait for the other one at a time: imported logs may have any number that never find one. Beyond that
/// the legs of imported logs are not looked at; those of commands follow each other, so one waits.
const OPEN_LEGS_MAX: usize = 1_000_000;

/// The transfers of a log, as far as it has been gone along.
#[derive(Clone, Debug, Default)]
pub struct Legs {
    /// The legs that wait for the other one, by the transfer and whether money was sent.
    open: HashMap<(String, bool), VecDeque<Leg>>,
    n_open: usize,
    /// How many transfers have both legs.
    pub n_whole: u64,
    /// The first leg of a command that differs from the other one.
    odd: Option<OddLeg>,
}

/// One side of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Leg {
    position: GlobalPosition,
    account: StreamName,
    other: StreamName,
    amount: i64,
    /// Whether a command made it: an imported one is as it came.
    is_ours: bool,
}

/// A leg that a command made and that has no other, or not the right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddLeg {
    /// Where it stands.
    pub position: GlobalPosition,
    /// What there should be, in words.
    pub expected: String,
    /// What there is.
    pub found: String,
}

impl Legs {
    /// Takes in what an event meant for its account.
    pub fn take(&mut self, event: &RecordedEvent, happened: &AccountEvent) {
        let (transfer, is_sent, other, amount) = match happened {
            AccountEvent::TransferSent { to, amount, transfer, .. } => (transfer, true, to, *amount),
            AccountEvent::TransferReceived { from, amount, transfer, .. } => (transfer, false, from, *amount),
            _ => return,
        };
        let leg = Leg {
            position: event.position,
            account: event.stream.clone(),
            other: other.clone(),
            amount,
            is_ours: event.source.is_none(),
        };
        let mut key = (comparable(transfer).into_owned(), !is_sent);
        if let Some(waiting) = self.open.get_mut(&key)
            && let Some(first) = waiting.pop_front()
        {
            if waiting.is_empty() {
                self.open.remove(&key);
            }
            self.n_open -= 1;
            self.n_whole += 1;
            self.compare(&first, &leg);
        } else if leg.is_ours || self.n_open < OPEN_LEGS_MAX {
            key.1 = is_sent;
            self.open.entry(key).or_default().push_back(leg);
            self.n_open += 1;
        }
    }

    fn compare(&mut self, first: &Leg, second: &Leg) {
        let fits =
            first.account == second.other && first.other == second.account && first.amount == second.amount;
        if !fits && (first.is_ours || second.is_ours) && self.odd.is_none() {
            let said = |leg: &Leg| format!("{} between {} and {}", leg.amount, leg.account, leg.other);
            let expected =
                format!("the other leg of {} (in minor units), at {}", said(first), first.position);
            self.odd = Some(OddLeg { position: second.position, expected, found: said(second) });
        }
    }

    /// The first leg that a command made and that is not as it should be, now that the log has been gone along.
    pub fn odd(&self) -> Option<OddLeg> {
        let open =
            self.open.iter().flat_map(|((transfer, _), legs)| legs.iter().map(move |leg| (transfer, leg)));
        let first = open.filter(|(_, leg)| leg.is_ours).min_by_key(|(_, leg)| leg.position);
        let lonely = first.map(|(transfer, leg)| OddLeg {
            position: leg.position,
            expected: format!("the other leg of the transfer {transfer}, in {}", leg.other),
            found: "none".to_owned(),
        });
        [lonely, self.odd.clone()].into_iter().flatten().min_by_key(|odd| odd.position)
    }

    /// How many legs of imported logs have no other, as they came.
    pub fn n_single_imported(&self) -> usize {
        self.open.values().flatten().filter(|leg| !leg.is_ours).count()
    }
}
