//! A made-up bank: its customers' requests, decided into events.
//!
//! Its files:
//!
//! - `requests.rs`: the requests of a made-up bank's customers

pub mod requests;

use std::collections::VecDeque;

use jiff::tz::Offset;
use uuid::Builder;

use crate::domain::aggregates::account::command::{AccountCommand, Action};
use crate::domain::aggregates::account::decider::decide;
use crate::domain::aggregates::account::state::{AccountState, Status};
use crate::domain::event::StreamName;
use crate::domain::provenance;
use crate::sample::bank_shape::{ACCOUNTS_MAX, BankShape, EVENTS_MAX};
use crate::sample::calendar::{Calendar, CalendarTime};
use crate::sample::event::SampleEvent;
use crate::sample::prng::SplitMix64;
use crate::sample::words;

/// The fewest days that a log covers: a shorter log has no shape on the ruler.
const DAYS_MIN: u64 = 28;

/// The most days that a log covers, five years. A longer log belongs to a busier bank.
const DAYS_MAX: u64 = 1826;

/// Attempts to find an account that can take part, before the busiest one is taken.
const PICKS_MAX: usize = 8;

/// The most planned commands that wait for their turn. Opening and closing an account plan some.
const PLANNED_MAX: usize = 16;

/// Number of accounts that are opened before anything else happens.
const ACCOUNTS_AT_FIRST: u64 = 8;

/// An account, as an index into [`SampleBank::accounts`].
type Index = usize;

/// The bank while its log is generated.
#[derive(Debug)]
pub struct SampleBank {
    prng: SplitMix64,
    calendar: Calendar,
    today: Today,
    n_events: u64,
    n_made: u64,
    n_accounts: u64,
    n_shops: u64,
    n_closed: usize,
    accounts: Vec<Account>,
    /// Cumulative shares: entry i is the sum of the shares of accounts 0 to i.
    shares: Vec<u64>,
    /// How flat the shares are: the account of rank r has a share of 1/(r + flatness).
    flatness: u64,
    planned: VecDeque<CustomerRequest>,
    /// The second leg of a transfer whose first leg was the last event.
    second_leg: Option<SampleEvent>,
}

#[derive(Debug)]
struct Account {
    name: StreamName,
    state: AccountState,
    is_shop: bool,
    salary_cents: i64,
    /// The last month, counted from the beginning, in which salary and rent were paid.
    salary_month: u64,
    rent_month: u64,
}

/// A customer's request: an action on one account and, for a transfer, another.
#[derive(Debug)]
struct CustomerRequest {
    account: Index,
    to: Option<Index>,
    action: Action,
}

impl CustomerRequest {
    /// A request that is about one account only.
    fn to_one(account: Index, action: Action) -> Self {
        Self { account, to: None, action }
    }
}

/// The date, cached until the next day.
#[derive(Debug, Default)]
struct Today {
    day: u64,
    /// Months since the beginning, from 1; 0 before the first event.
    month: u64,
    day_of_month: i8,
    month_name: &'static str,
}

impl Today {
    fn turn_to(&mut self, now: CalendarTime) {
        if self.month > 0 && self.day == now.day {
            return;
        }
        let date = Offset::UTC.to_datetime(now.time).date();
        let month = usize::try_from(date.month()).unwrap_or(1);
        let years = u64::try_from(date.year() - 2024).unwrap_or(0);
        self.day = now.day;
        self.month = years * 12 + month as u64;
        self.day_of_month = date.day();
        self.month_name = words::MONTHS.get(month - 1).copied().unwrap_or_default();
    }
}

impl SampleBank {
    /// A bank of that shape, before its first event.
    pub fn new(shape: &BankShape) -> Self {
        let n_events = shape.n_events.min(EVENTS_MAX);
        let n_accounts = shape.n_accounts.clamp(1, ACCOUNTS_MAX);
        // On average an account acts every other day, unless that makes the log too short or too long.
        let n_days = (n_events.saturating_mul(2) / n_accounts).clamp(DAYS_MIN, DAYS_MAX);
        Self {
            prng: SplitMix64::new(shape.seed),
            calendar: Calendar::new(n_events, n_days),
            today: Today::default(),
            n_events,
            n_made: 0,
            n_accounts,
            n_shops: 0,
            n_closed: 0,
            accounts: Vec::new(),
            shares: Vec::new(),
            flatness: flatness(n_accounts),
            planned: VecDeque::new(),
            second_leg: None,
        }
    }

    /// Picks an account at random, the first ones far more often than the last.
    fn pick(&mut self) -> Index {
        let total = self.shares.last().copied().unwrap_or(0);
        let at = self.prng.below(total);
        self.shares.partition_point(|share| *share <= at)
    }

    /// The number of accounts that should be open by now: a few at the beginning, all of them after a third of the log.
    fn n_accounts_due(&self) -> u64 {
        let third = u128::from(self.n_events / 3).max(1);
        let due = u128::from(self.n_accounts) * u128::from(self.n_made + 1) / third;
        u64::try_from(due).unwrap_or(u64::MAX).max(ACCOUNTS_AT_FIRST).min(self.n_accounts)
    }

    /// The next request, if the rules allow it.
    fn next_request(&mut self) -> Option<CustomerRequest> {
        if (self.accounts.len() as u64) < self.n_accounts_due() {
            return self.opening();
        }
        if let Some(request) = self.planned.pop_front() {
            return Some(request);
        }
        for _ in 0..PICKS_MAX {
            let account = self.pick();
            let picked = self.accounts.get(account)?;
            match picked.state.status {
                Status::Open if picked.is_shop => return self.shop_request(account),
                Status::Open => return self.person_request(account),
                Status::Frozen if self.prng.once_in(3) => {
                    return Some(CustomerRequest::to_one(account, Action::Unfreeze));
                }
                _ => {}
            }
        }
        None
    }

    /// Decides a request. Gives its first event and keeps the second one for later; `None` if the request is refused.
    fn grant(&mut self, request: CustomerRequest) -> Option<SampleEvent> {
        let is_last = self.n_made + 1 >= self.n_events;
        if request.to.is_some() && is_last {
            return None;
        }
        let acting = self.accounts.get(request.account)?;
        let command = AccountCommand { account: acting.name.clone(), action: request.action };
        let now = self.calendar.now();
        let chance = (u128::from(self.prng.next_u64()) << 64) | u128::from(self.prng.next_u64());
        let [_, _, _, _, _, _, chance @ ..] = chance.to_be_bytes();
        let millis = u64::try_from(now.time.as_millisecond()).unwrap_or(0);
        let id = Builder::from_unix_timestamp_millis(millis, &chance).into_uuid();
        let transfer = request.to.map(|_| id.to_string()).unwrap_or_default();
        let counterparty = request.to.and_then(|to| self.accounts.get(to)).map(|a| &a.state);
        let decided = decide(&command, &acting.state, counterparty, &transfer).ok()?;
        let metadata = provenance::metadata(id, &command.to_string());
        let mut first = None;
        for (n, (decided, index)) in decided.into_iter().zip([Some(request.account), request.to]).enumerate()
        {
            let state = &mut self.accounts.get_mut(index?)?.state;
            // An event decided on this very state can be applied to it.
            state.apply(&decided.event, None).ok()?;
            self.n_closed += usize::from(state.status == Status::Closed);
            self.n_made += 1;
            let event = SampleEvent {
                stream: decided.stream,
                event_type: decided.event.type_name(),
                time: now.time,
                data: decided.event.to_json(),
                id: provenance::event_id(id, n),
                metadata: metadata.clone(),
            };
            if n == 0 {
                first = Some(event);
            } else {
                self.second_leg = Some(event);
            }
        }
        first
    }
}

impl Iterator for SampleBank {
    type Item = SampleEvent;

    fn next(&mut self) -> Option<SampleEvent> {
        if let Some(event) = self.second_leg.take() {
            return Some(event);
        }
        if self.n_made >= self.n_events {
            return None;
        }
        let effort = self.prng.below(self.calendar.per_event().saturating_mul(2));
        self.calendar.advance(effort);
        self.today.turn_to(self.calendar.now());
        let request = self.next_request();
        let customer = request.as_ref().map(|w| w.account);
        if let Some(event) = request.and_then(|w| self.grant(w)) {
            return Some(event);
        }
        let help = self.help(customer);
        self.grant(help)
    }
}

/// The unit in which all shares are expressed.
const SHARE_UNIT: u64 = 1 << 40;

/// The flatness at which the busiest of `n_accounts` accounts has a twentieth of all events, or as close to that as few
/// accounts allow.
fn flatness(n_accounts: u64) -> u64 {
    let share = |flatness: u64| {
        // Beyond some thousand accounts the rest hardly adds to the sum: ten times as many add 2.3 of the same.
        let sum: u64 = (0..n_accounts.min(4096)).map(|rank| SHARE_UNIT / (rank + flatness)).sum();
        let rest = (4096..n_accounts).step_by(4096).map(|rank| SHARE_UNIT / (rank + flatness) * 4096);
        (SHARE_UNIT / flatness).saturating_mul(20) / (sum + rest.sum::<u64>()).max(1)
    };
    (1..8).find(|f| share(*f) < 1).unwrap_or(8)
}
