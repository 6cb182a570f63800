//! The state of an account: status, owner, currency, balance and overdraft limit.

use std::borrow::Cow;

use crate::domain::aggregates::account::events::{AccountEvent, Overflow};
use crate::domain::money::Currency;
use crate::domain::shape::{FieldId, FieldKind, FieldSpec, Shape, Weight, Word};
use crate::domain::value::FieldValue;

/// The owner's name.
pub const OWNER: FieldId = FieldId(0);
/// The account's status.
pub const STATUS: FieldId = FieldId(1);
/// The code of the currency.
pub const CURRENCY: FieldId = FieldId(2);
/// The balance.
pub const BALANCE: FieldId = FieldId(3);
/// How far below zero it may go.
pub const OVERDRAFT_LIMIT: FieldId = FieldId(4);

/// All fields, in the order of [`ACCOUNT_SHAPE`].
pub const ACCOUNT_FIELDS: [FieldId; N_FIELDS] = [OWNER, STATUS, CURRENCY, BALANCE, OVERDRAFT_LIMIT];

const N_FIELDS: usize = 5;

const fn listed(name: &'static str, kind: FieldKind) -> FieldSpec {
    FieldSpec { name: Cow::Borrowed(name), label: Cow::Borrowed(name), kind, is_listed: true }
}

const fn unlisted(name: &'static str, label: &'static str, kind: FieldKind) -> FieldSpec {
    FieldSpec { name: Cow::Borrowed(name), label: Cow::Borrowed(label), kind, is_listed: false }
}

const fn word(text: &'static str, weight: Weight) -> Word {
    Word { text: Cow::Borrowed(text), weight }
}

const STATUSES: FieldKind = FieldKind::Word(Cow::Borrowed(&[
    word("none", Weight::Faint),
    word("open", Weight::Usual),
    word("frozen", Weight::Notable),
    word("closed", Weight::Faint),
]));

const MONEY: FieldKind = FieldKind::Money { currency: CURRENCY };

/// The fields of an account; a chart draws the balance.
pub static ACCOUNT_SHAPE: Shape = Shape { fields: Cow::Borrowed(&FIELD_SPECS), measure: Some(BALANCE) };

static FIELD_SPECS: [FieldSpec; N_FIELDS] = [
    listed("owner", FieldKind::Plain),
    listed("status", STATUSES),
    unlisted("currency", "currency", FieldKind::Plain),
    listed("balance", MONEY),
    unlisted("overdraft_limit", "overdraft", MONEY),
];

/// The status of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// There is no such account (yet).
    #[default]
    None,
    /// The account allows everything.
    Open,
    /// The account allows only to be unfrozen.
    Frozen,
    /// The account allows nothing, ever again.
    Closed,
}

impl Status {
    /// The word on screens, in JSON and in the read model.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Open => "open",
            Self::Frozen => "frozen",
            Self::Closed => "closed",
        }
    }

    /// The inverse of [`Status::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::None, Self::Open, Self::Frozen, Self::Closed].into_iter().find(|s| s.word() == word)
    }
}

/// The state of an account. Amounts are in minor units of the currency, or in plain units without one.
#[derive(Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct AccountState {
    /// The account's status.
    pub status: Status,
    /// The owner's name.
    pub owner: Option<String>,
    /// The currency; `None` for plain units.
    pub currency: Option<Currency>,
    /// The balance; a negative one is a debt.
    pub balance: i64,
    /// How far below zero a withdrawal may take it; never negative.
    pub overdraft_limit: i64,
}

/// The JSON of an account.
#[derive(serde::Deserialize)]
struct AccountJson<'a> {
    #[serde(borrow)]
    status: Cow<'a, str>,
    #[serde(borrow)]
    owner: Option<Cow<'a, str>>,
    #[serde(borrow)]
    currency: Option<Cow<'a, str>>,
    balance: i64,
    overdraft_limit: i64,
}

impl Clone for AccountState {
    fn clone(&self) -> Self {
        Self { owner: self.owner.clone(), ..*self }
    }

    fn clone_from(&mut self, other: &Self) {
        let mut owner = self.owner.take();
        owner.clone_from(&other.owner);
        *self = Self { owner, ..*other };
    }
}

impl AccountState {
    /// The state before the first event.
    pub const NONE: Self =
        Self { status: Status::None, owner: None, currency: None, balance: 0, overdraft_limit: 0 };

    /// The account in JSON written by `Serialize`; `None` for other JSON.
    pub fn from_json(json: &str) -> Option<Self> {
        let AccountJson { status, owner, currency, balance, overdraft_limit } =
            serde_json::from_str(json).ok()?;
        let currency = match currency {
            Some(code) => Some(Currency::from_code(&code)?),
            None => None,
        };
        let status = Status::from_word(&status)?;
        Some(Self { status, owner: owner.map(Cow::into_owned), currency, balance, overdraft_limit })
    }

    /// The value of one of its fields.
    pub fn field(&self, field: FieldId) -> FieldValue<'_> {
        match field {
            OWNER => FieldValue::text(self.owner.as_deref()),
            STATUS => FieldValue::text(Some(self.status.word())),
            CURRENCY => FieldValue::text(self.currency.as_ref().map(Currency::code)),
            BALANCE => FieldValue::Integer(self.balance),
            OVERDRAFT_LIMIT => FieldValue::Integer(self.overdraft_limit),
            _ => FieldValue::Null,
        }
    }

    /// Whether two accounts differ in a field.
    #[inline]
    pub fn differs(&self, other: &Self, field: FieldId) -> bool {
        match field {
            OWNER => self.owner != other.owner,
            STATUS => self.status != other.status,
            CURRENCY => self.currency != other.currency,
            BALANCE => self.balance != other.balance,
            OVERDRAFT_LIMIT => self.overdraft_limit != other.overdraft_limit,
            _ => false,
        }
    }

    /// Applies an event to the state.
    ///
    /// # Errors
    /// The balance would not fit an `i64`; the state is unchanged.
    pub fn apply(
        &mut self,
        event: &AccountEvent,
        default_currency: Option<Currency>,
    ) -> Result<(), Overflow> {
        let balance = match event.balance_change() {
            Some(Ok(change)) => self.balance.checked_add(change).ok_or(Overflow)?,
            Some(Err(overflow)) => return Err(overflow),
            None => self.balance,
        };
        self.balance = balance;
        if self.status == Status::None {
            // A log may begin in the middle of an account's life: any event shows that the account exists.
            self.status = Status::Open;
            self.currency = default_currency;
        }
        match event {
            AccountEvent::AccountOpened { owner, currency, overdraft_limit } => {
                self.status = Status::Open;
                self.owner.clone_from(owner);
                self.currency = currency.or(default_currency);
                self.overdraft_limit = *overdraft_limit;
            }
            AccountEvent::OverdraftLimitSet { limit } => self.overdraft_limit = *limit,
            AccountEvent::AccountFrozen { .. } => self.status = Status::Frozen,
            AccountEvent::AccountUnfrozen {} => self.status = Status::Open,
            AccountEvent::AccountClosed {} => self.status = Status::Closed,
            AccountEvent::Deposited { .. }
            | AccountEvent::Withdrawn { .. }
            | AccountEvent::TransferSent { .. }
            | AccountEvent::TransferReceived { .. } => {}
        }
        Ok(())
    }
}
