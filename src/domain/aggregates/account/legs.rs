//! Transfer pairs: each leg that a command made has its counterpart.

use std::collections::{HashMap, VecDeque};

use crate::domain::aggregates::account::events::AccountEvent;
use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName};
use crate::domain::fold::{Evolved, PairCheck, UnmatchedEvent};
use crate::domain::money::{Currency, with_code};
use crate::domain::state::State;
use crate::domain::uuids::{comparable, is_same};

/// The most legs that may wait for their counterpart at a time; imported logs may have any number that never find one.
/// Beyond that, legs of imported logs are not compared. The two legs of a command are adjacent, so only one waits.
const OPEN_LEGS_MAX: usize = 1_000_000;

/// The transfers in the part of a log scanned so far.
#[derive(Clone, Debug, Default)]
pub struct TransferPairs {
    /// The legs without their counterpart so far, by transfer and whether money was sent.
    open: HashMap<(String, bool), VecDeque<Leg>>,
    n_open: usize,
    /// Number of transfers with two legs that fit.
    n_whole: u64,
    /// Number of transfers in imported logs whose two legs do not fit.
    n_odd_imported: u64,
    /// Number of legs in imported logs without a transfer id, which cannot be paired.
    n_unnamed_imported: u64,
    /// Number of legs in imported logs that were not compared, because [`OPEN_LEGS_MAX`] others were waiting.
    n_not_compared: u64,
    /// The first leg of a command that differs from its counterpart.
    odd: Option<UnmatchedEvent>,
}

/// One side of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Leg {
    position: GlobalPosition,
    account: StreamName,
    other: StreamName,
    amount: i64,
    /// The account's currency.
    currency: Option<Currency>,
    /// Whether a command made it, as opposed to an imported one.
    is_ours: bool,
}

/// A leg that a command made is checked for its counterpart; those of imported logs are counted.
impl PairCheck for TransferPairs {
    fn name(&self) -> &'static str {
        "transfers"
    }

    fn take(&mut self, event: &RecordedEvent, evolved: &Evolved, after: &State) {
        if let Some(happened) = evolved.event.account() {
            self.take_leg(event, happened, after.unit());
        }
    }

    fn odd(&self) -> Option<UnmatchedEvent> {
        let open =
            self.open.iter().flat_map(|((transfer, _), legs)| legs.iter().map(move |leg| (transfer, leg)));
        let first = open.filter(|(_, leg)| leg.is_ours).min_by_key(|(_, leg)| leg.position);
        let lonely = first.map(|(transfer, leg)| UnmatchedEvent {
            position: leg.position,
            expected: format!("the other leg of the transfer {transfer}, in {}", leg.other),
            found: "none".to_owned(),
        });
        [lonely, self.odd.clone()].into_iter().flatten().min_by_key(|odd| odd.position)
    }

    fn words(&self) -> String {
        let imported = [
            (self.n_odd_imported, "transfers of imported logs with legs that do not fit"),
            (self.n_unnamed_imported, "legs of imported logs without a transfer name"),
            (self.n_single_imported(), "legs of imported logs without the other leg"),
            (self.n_not_compared, "further legs of imported logs, not compared"),
        ];
        let mut words = match self.n_whole {
            1 => "1 transfer has both its legs".to_owned(),
            n => format!("{n} transfers have both their legs"),
        };
        for (n, what) in imported.into_iter().filter(|(n, _)| *n > 0) {
            words.push_str(&format!("; {what}: {n}"));
        }
        words
    }
}

impl TransferPairs {
    /// Adds an event that was read as `happened`, if it is a leg. `currency` is the account's currency after it.
    fn take_leg(&mut self, event: &RecordedEvent, happened: &AccountEvent, currency: Option<Currency>) {
        let (is_sent, other, amount) = match happened {
            AccountEvent::TransferSent { to, amount, .. } => (true, to, *amount),
            AccountEvent::TransferReceived { from, amount, .. } => (false, from, *amount),
            _ => return,
        };
        let leg = Leg {
            position: event.position,
            account: event.stream.clone(),
            other: other.clone(),
            amount,
            currency,
            is_ours: event.source.is_none(),
        };
        let Some(transfer) = happened.transfer() else { return self.take_unnamed(&leg) };
        let mut key = (comparable(transfer).into_owned(), !is_sent);
        if let Some(waiting) = self.open.get_mut(&key)
            && let Some(first) = waiting.pop_front()
        {
            if waiting.is_empty() {
                self.open.remove(&key);
            }
            self.n_open -= 1;
            self.compare(&first, &leg);
        } else if leg.is_ours || self.n_open < OPEN_LEGS_MAX {
            key.1 = is_sent;
            self.open.entry(key).or_default().push_back(leg);
            self.n_open += 1;
        } else {
            self.n_not_compared += 1;
        }
    }

    /// A command always gives its legs an id.
    fn take_unnamed(&mut self, leg: &Leg) {
        if !leg.is_ours {
            self.n_unnamed_imported += 1;
        } else if self.odd.is_none() {
            let expected = format!("a leg with a transfer name, between {} and {}", leg.account, leg.other);
            self.odd = Some(UnmatchedEvent { position: leg.position, expected, found: "no name".to_owned() });
        }
    }

    fn compare(&mut self, first: &Leg, second: &Leg) {
        let fits = is_same(first.account.as_str(), second.other.as_str())
            && is_same(first.other.as_str(), second.account.as_str())
            && (first.amount, first.currency) == (second.amount, second.currency);
        match fits {
            true => self.n_whole += 1,
            false if !first.is_ours && !second.is_ours => self.n_odd_imported += 1,
            false if self.odd.is_none() => {
                let said = |leg: &Leg| {
                    let amount = with_code(i128::from(leg.amount), leg.currency);
                    format!("{amount} between {} and {}", leg.account, leg.other)
                };
                let expected = format!("the other leg of {}, at {}", said(first), first.position);
                self.odd = Some(UnmatchedEvent { position: second.position, expected, found: said(second) });
            }
            false => {}
        }
    }

    /// Number of legs in imported logs without a counterpart.
    fn n_single_imported(&self) -> u64 {
        self.open.values().flatten().filter(|leg| !leg.is_ours).map(|_| 1).sum()
    }
}
