//! The requests of a made-up bank's customers.

use crate::domain::aggregates::account::command::Action;
use crate::domain::aggregates::account::state::{AccountState, Status};
use crate::domain::event::StreamName;
use crate::domain::money::Currency;
use crate::domain::money::decimal::Decimal;
use crate::sample::bank::{Account, CustomerRequest, Index, PICKS_MAX, PLANNED_MAX, SHARE_UNIT, SampleBank};
use crate::sample::words;

/// One in n accounts is a shop, which takes in money all day.
const ACCOUNTS_PER_SHOP: usize = 20;

/// One in n requests of people freezes an account.
const REQUESTS_PER_FREEZE: u64 = 1500;

/// One in n requests of people closes an account.
const REQUESTS_PER_CLOSE: u64 = 3000;

impl SampleBank {
    /// Opens the account of the next rank.
    pub(super) fn opening(&mut self) -> Option<CustomerRequest> {
        let account = self.accounts.len();
        let is_shop = account < 1 + self.n_accounts as usize / ACCOUNTS_PER_SHOP;
        let width = self.n_accounts.to_string().len().max(2);
        let name = format!("acc-{:0width$}", account + 1);
        let (first, last) = if is_shop {
            (self.prng.one_of(&words::SHOP_NAMES), self.prng.one_of(&words::SHOP_KINDS))
        } else {
            (self.prng.one_of(&words::FIRST_NAMES), self.prng.one_of(&words::LAST_NAMES))
        };
        let owner = format!("{} {}", first.unwrap_or(&""), last.unwrap_or(&""));
        let code = match self.prng.below(10) {
            _ if account == 0 => "EUR",
            0..7 => "EUR",
            7..9 => "USD",
            _ => "JPY",
        };
        let salary_cents = self.prng.between(18, 52) * 10_000;
        self.accounts.push(Account {
            name: StreamName::new(&name).ok()?,
            state: AccountState::default(),
            is_shop,
            salary_cents,
            salary_month: 0,
            rent_month: 0,
        });
        self.n_shops += u64::from(is_shop);
        let share = SHARE_UNIT / (account as u64 + self.flatness);
        self.shares.push(self.shares.last().copied().unwrap_or(0) + share);
        let currency = Currency::from_code(code);
        let first_deposit = money(self.prng.between(5, 60) * 1_000, currency);
        self.plan(account, Action::Deposit { amount: first_deposit, note: note("First deposit") });
        if !is_shop && self.prng.once_in(5) {
            let limit = money(self.prng.between(1, 10) * 10_000, currency);
            self.plan(account, Action::Overdraft { limit });
        }
        let action = Action::Open { owner: Some(owner), currency: Some(code.to_owned()) };
        Some(CustomerRequest::to_one(account, action))
    }

    /// Plans a request for later, unless too many wait already.
    fn plan(&mut self, account: Index, action: Action) {
        if self.planned.len() < PLANNED_MAX {
            self.planned.push_back(CustomerRequest::to_one(account, action));
        }
    }

    /// A request of a person for their account.
    pub(super) fn person_request(&mut self, account: Index) -> Option<CustomerRequest> {
        let month = self.today.month;
        let day_of_month = self.today.day_of_month;
        let person = self.accounts.get_mut(account)?;
        if day_of_month >= 25 && person.salary_month < month {
            person.salary_month = month;
            let amount = money(person.salary_cents, person.state.currency);
            let action = Action::Deposit { amount, note: Some(format!("Salary {}", self.today.month_name)) };
            return Some(CustomerRequest::to_one(account, action));
        }
        if day_of_month <= 5 && person.rent_month < month {
            person.rent_month = month;
            let amount = money(person.salary_cents / 3, person.state.currency);
            let action = Action::Withdraw { amount, note: Some(format!("Rent {}", self.today.month_name)) };
            return Some(CustomerRequest::to_one(account, action));
        }
        if self.prng.once_in(REQUESTS_PER_FREEZE) {
            let reason = self.prng.one_of(&words::FREEZES).map(|r| (*r).to_owned());
            return Some(CustomerRequest::to_one(account, Action::Freeze { reason }));
        }
        if self.prng.once_in(REQUESTS_PER_CLOSE) && self.n_closed < self.accounts.len() / 8 {
            return self.closing(account);
        }
        let currency = self.accounts.get(account)?.state.currency;
        match self.prng.below(100) {
            0..56 => {
                let (what, low, high) = *self.prng.one_of(&words::CARD_PAYMENTS)?;
                let amount = money(self.prng.between(low, high), currency);
                Some(CustomerRequest::to_one(account, Action::Withdraw { amount, note: note(what) }))
            }
            56..70 => {
                let n_shops = self.n_shops;
                let number = self.prng.between(1000, 9999);
                let amount = money(self.prng.between(1_200, 30_000), currency);
                let shop = |bank: &mut Self| usize::try_from(bank.prng.below(n_shops)).unwrap_or(0);
                self.transfer(account, amount, format!("Invoice {number}"), shop)
            }
            70..84 => {
                let amount = money(self.prng.between(5, 300) * 100, currency);
                let what = (*self.prng.one_of(&words::GIFTS)?).to_owned();
                self.transfer(account, amount, what, Self::pick)
            }
            84..93 => {
                let amount = money(self.prng.between(1, 10) * 2_000, currency);
                Some(CustomerRequest::to_one(account, Action::Withdraw { amount, note: note("Cash") }))
            }
            _ => {
                let amount = money(self.prng.between(1, 40) * 1_000, currency);
                Some(CustomerRequest::to_one(account, Action::Deposit { amount, note: note("Cash deposit") }))
            }
        }
    }

    /// A request of a shop for its account.
    pub(super) fn shop_request(&mut self, account: Index) -> Option<CustomerRequest> {
        let AccountState { currency, balance, .. } = self.accounts.get(account)?.state;
        // A shop spends a share of its balance.
        let part = |percent: i64| cents(balance, currency) / 100 * percent;
        match self.prng.below(100) {
            0..60 => {
                let amount = money(self.prng.between(500, 60_000), currency);
                let note = self.prng.one_of(&words::TAKINGS).map(|t| (*t).to_owned());
                Some(CustomerRequest::to_one(account, Action::Deposit { amount, note }))
            }
            60..75 => {
                let amount = money(self.prng.between(500, part(10)), currency);
                let what = (*self.prng.one_of(&words::SUPPLIES)?).to_owned();
                self.transfer(account, amount, what, Self::pick)
            }
            75..88 => {
                let amount = money(self.prng.between(1_000, part(20)), currency);
                self.transfer(account, amount, format!("Wages {}", self.today.month_name), Self::pick)
            }
            _ => {
                let amount = money(self.prng.between(1_000, part(40)), currency);
                Some(CustomerRequest::to_one(account, Action::Withdraw { amount, note: note("Goods") }))
            }
        }
    }

    /// A transfer to an account that `choose` finds and that can take it.
    fn transfer(
        &mut self,
        account: Index,
        amount: Decimal,
        what: String,
        choose: impl Fn(&mut Self) -> Index,
    ) -> Option<CustomerRequest> {
        let currency = self.accounts.get(account)?.state.currency;
        for _ in 0..PICKS_MAX {
            let to = choose(self);
            let receiver = self.accounts.get(to)?;
            let takes = receiver.state.status == Status::Open && receiver.state.currency == currency;
            if to != account && takes {
                let action = Action::Transfer { to: receiver.name.clone(), amount, note: Some(what) };
                return Some(CustomerRequest { account, to: Some(to), action });
            }
        }
        None
    }

    /// Closes an account: first its balance goes out or its debt is paid, then it is closed.
    fn closing(&mut self, account: Index) -> Option<CustomerRequest> {
        let state = &self.accounts.get(account)?.state;
        let amount = Decimal::of_minor_units(state.balance.saturating_abs(), state.currency);
        let evened = match state.balance {
            0 => return Some(CustomerRequest::to_one(account, Action::Close)),
            ..0 => Action::Deposit { amount, note: note("Debt paid back") },
            _ => Action::Withdraw { amount, note: note("Paid out on closing") },
        };
        self.plan(account, Action::Close);
        Some(CustomerRequest::to_one(account, evened))
    }

    /// A deposit for an account that had too little for its request. Without an account, the deposit goes to the first
    /// one, which is always open.
    pub(super) fn help(&mut self, account: Option<Index>) -> CustomerRequest {
        let is_open = |a: &Account| a.state.status == Status::Open;
        let account = account.filter(|a| self.accounts.get(*a).is_some_and(is_open)).unwrap_or(0);
        let cents = self.prng.between(20, 90) * 1_000;
        let amount =
            self.accounts.get(account).map_or(Decimal::whole(cents), |a| money(cents, a.state.currency));
        let note = self.prng.one_of(&words::HELP).map(|h| (*h).to_owned());
        CustomerRequest::to_one(account, Action::Deposit { amount, note })
    }
}

/// An amount in cents, converted to the account's currency.
fn money(cents: i64, currency: Option<Currency>) -> Decimal {
    let minor_units = match currency {
        // An amount in yen is a round number about as large as the cents.
        Some(c) if c.decimals() == 0 => cents.saturating_mul(8) / 50 * 10,
        _ => cents,
    };
    Decimal::of_minor_units(minor_units.max(1), currency)
}

/// Minor units of the account's currency in cents: roughly the inverse of [`money`].
fn cents(minor_units: i64, currency: Option<Currency>) -> i64 {
    match currency {
        Some(c) if c.decimals() == 0 => minor_units.saturating_mul(5) / 8,
        _ => minor_units,
    }
}

fn note(text: &str) -> Option<String> {
    Some(text.to_owned())
}
