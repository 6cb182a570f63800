//! What one event type of another system means for an account.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::domain::account::events::AccountEvent;
use crate::domain::event::StreamName;
use crate::domain::mapping::envelope::{Envelope, is_number, shortened, unquoted};
use crate::domain::mapping::paths::{Paths, Slots};
use crate::domain::money::Currency;
use crate::domain::money::decimal::Decimal;

/// The event of ours that a foreign one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
pub(super) enum Means {
    AccountOpened,
    Deposited,
    Withdrawn,
    TransferSent,
    TransferReceived,
    OverdraftLimitSet,
    AccountFrozen,
    AccountUnfrozen,
    AccountClosed,
}

/// How a log writes amounts of money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Amounts {
    /// `"34700.00"` or `34700.00`, in the currency's main unit.
    #[default]
    Decimal,
    /// Whole numbers of the currency's smallest unit.
    MinorUnits,
}

/// A field of ours. Its number is its slot in [`EventMeaning::paths`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Field {
    Owner,
    Currency,
    Amount,
    Limit,
    To,
    From,
    Transfer,
    Reason,
    Note,
}

/// How many fields there are.
pub(super) const N_FIELDS: usize = 9;

impl Field {
    /// The word that mapping files and errors use.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Currency => "currency",
            Self::Amount => "amount",
            Self::Limit => "limit",
            Self::To => "to",
            Self::From => "from",
            Self::Transfer => "transfer",
            Self::Reason => "reason",
            Self::Note => "note",
        }
    }
}

impl Means {
    /// The fields that such an event cannot be without, and those that it may have.
    pub(super) fn fields(self) -> (&'static [Field], &'static [Field]) {
        use Field::{Amount, Currency, From, Limit, Note, Owner, Reason, To, Transfer};
        match self {
            Self::AccountOpened => (&[], &[Owner, Currency, Limit]),
            Self::Deposited | Self::Withdrawn => (&[Amount], &[Note]),
            Self::TransferSent => (&[Amount, To], &[Transfer, Note]),
            Self::TransferReceived => (&[Amount, From], &[Transfer, Note]),
            Self::OverdraftLimitSet => (&[Limit], &[]),
            Self::AccountFrozen => (&[], &[Reason]),
            Self::AccountUnfrozen | Self::AccountClosed => (&[], &[]),
        }
    }
}

/// What one event type means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EventMeaning {
    pub(super) means: Means,
    /// Where the fields stand in the data; one slot a [`Field`].
    pub(super) paths: Paths,
    pub(super) amounts: Amounts,
}

/// The fields of one event, as they stand in its data.
struct Found<'j> {
    slots: Slots<'j, N_FIELDS>,
    amounts: Amounts,
}

impl EventMeaning {
    /// The event that data of this type stands for. Amounts count in `currency`, or in `default` where the account
    /// is not known to count in anything; names of other accounts are read as the envelope reads streams.
    ///
    /// # Errors
    /// Why it is not understood.
    pub(super) fn read(
        &self,
        data: &str,
        envelope: &Envelope,
        currency: Option<Currency>,
        default: Option<Currency>,
    ) -> Result<AccountEvent, Cow<'static, str>> {
        let mut slots = [None; N_FIELDS];
        self.paths
            .pick(data, &mut slots)
            .map_err(|why| Cow::Owned(format!("its data does not read: {why}")))?;
        let found = Found { slots, amounts: self.amounts };
        let unit = currency.or(default);
        let note = || found.text(Field::Note);
        let transfer = || Ok::<_, Cow<'static, str>>(found.text(Field::Transfer)?.unwrap_or_default());
        let amount = || found.amount(Field::Amount, unit)?.ok_or_else(|| missing(Field::Amount));
        let other = |field| found.stream(field, envelope)?.ok_or_else(|| missing(field));
        Ok(match self.means {
            Means::AccountOpened => {
                let currency = found.currency()?;
                let limit = found.amount(Field::Limit, currency.or(default))?;
                let owner = found.text(Field::Owner)?;
                AccountEvent::AccountOpened { owner, currency, overdraft_limit: limit.unwrap_or(0) }
            }
            Means::Deposited => AccountEvent::Deposited { amount: amount()?, note: note()? },
            Means::Withdrawn => AccountEvent::Withdrawn { amount: amount()?, note: note()? },
            Means::TransferSent => AccountEvent::TransferSent {
                to: other(Field::To)?,
                amount: amount()?,
                transfer: transfer()?,
                note: note()?,
            },
            Means::TransferReceived => AccountEvent::TransferReceived {
                from: other(Field::From)?,
                amount: amount()?,
                transfer: transfer()?,
                note: note()?,
            },
            Means::OverdraftLimitSet => {
                let limit = found.amount(Field::Limit, unit)?;
                AccountEvent::OverdraftLimitSet { limit: limit.ok_or_else(|| missing(Field::Limit))? }
            }
            Means::AccountFrozen => AccountEvent::AccountFrozen { reason: found.text(Field::Reason)? },
            Means::AccountUnfrozen => AccountEvent::AccountUnfrozen {},
            Means::AccountClosed => AccountEvent::AccountClosed {},
        })
    }
}

fn missing(field: Field) -> Cow<'static, str> {
    format!("its data has no {} where the mapping says", field.word()).into()
}

impl<'j> Found<'j> {
    /// The JSON of a field; null is none.
    fn json(&self, field: Field) -> Option<&'j str> {
        let raw = self.slots.get(field as usize).copied().flatten();
        raw.map(RawValue::get).filter(|json| *json != "null")
    }

    /// A field as text: what a string stands for, or a number or a truth value as it is written.
    fn plain(&self, field: Field) -> Result<Option<Cow<'j, str>>, Cow<'static, str>> {
        let Some(json) = self.json(field) else { return Ok(None) };
        let written = || (is_number(json) || matches!(json, "true" | "false")).then_some(Cow::Borrowed(json));
        let text = unquoted(json).or_else(written);
        text.map(Some).ok_or_else(|| format!("its {} {} is no text", field.word(), shortened(json)).into())
    }

    fn text(&self, field: Field) -> Result<Option<String>, Cow<'static, str>> {
        Ok(self.plain(field)?.map(Cow::into_owned))
    }

    fn stream(&self, field: Field, envelope: &Envelope) -> Result<Option<StreamName>, Cow<'static, str>> {
        self.plain(field)?.map(|name| envelope.stream(&name)).transpose()
    }

    fn currency(&self) -> Result<Option<Currency>, Cow<'static, str>> {
        let Some(code) = self.plain(Field::Currency)? else { return Ok(None) };
        let currency = Currency::from_code(&code.to_ascii_uppercase());
        currency
            .map(Some)
            .ok_or_else(|| format!("its currency '{}' has no three letters", shortened(&code)).into())
    }

    /// A field as minor units of the currency.
    fn amount(&self, field: Field, unit: Option<Currency>) -> Result<Option<i64>, Cow<'static, str>> {
        let Some(text) = self.plain(field)? else { return Ok(None) };
        let text = text.trim();
        let bad = |why: &dyn std::fmt::Display| Cow::Owned(format!("its {}: {why}", field.word()));
        match self.amounts {
            Amounts::Decimal => {
                let units = text.parse::<Decimal>().and_then(|decimal| decimal.minor_units(unit));
                units.map(Some).map_err(|why| bad(&why))
            }
            Amounts::MinorUnits => {
                let whole = || format!("'{}' is no whole number of minor units", shortened(text));
                text.parse().map(Some).map_err(|_| bad(&whole()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mapping::Mapping;

    const BANK: &str = r#"
        [envelope]
        stream = "s"
        type = "t"
        data = "d"
        stream_prefix = "acc-"
        [meaning]
        currency = "EUR"
        [meaning.events.Opened]
        means = "AccountOpened"
        owner = "holder.name"
        currency = "holder.currency"
        limit = "line"
        [meaning.events.Out]
        means = "TransferSent"
        amount = "sum"
        to = "peer"
        transfer = "ref"
        note = "ref"
        [meaning.events.In]
        means = "TransferReceived"
        amount = "sum"
        from = "peer"
        [meaning.events.Line]
        means = "OverdraftLimitSet"
        limit = "line"
        [meaning.events.Blocked]
        means = "AccountFrozen"
        reason = "why"
        [meaning.events.Free]
        means = "AccountUnfrozen"
        [meaning.events.Gone]
        means = "AccountClosed"
    "#;

    fn read(event_type: &str, data: &str) -> Result<AccountEvent, String> {
        let mapping = Mapping::parse(BANK).unwrap();
        mapping.read(event_type, data, None).map_err(Cow::into_owned)
    }

    #[test]
    fn every_event_of_ours_can_be_meant() {
        let name = |s| StreamName::new(s).unwrap();
        let kwd = Currency::from_code("KWD");
        let opened = |owner: Option<&str>, currency, overdraft_limit| {
            Ok(AccountEvent::AccountOpened { owner: owner.map(str::to_owned), currency, overdraft_limit })
        };
        let data = r#"{"holder":{"name":"A\u0064a","currency":"kwd"},"line":"1.5"}"#;
        assert_eq!(read("Opened", data), opened(Some("Ada"), kwd, 1500));
        assert_eq!(read("Opened", r#"{"holder":null,"line":1.50}"#), opened(None, None, 150));
        let (to, amount, transfer) = (name("acc-7"), 1205, "9".to_owned());
        let sent = AccountEvent::TransferSent { to, amount, transfer, note: Some("9".to_owned()) };
        assert_eq!(read("Out", r#"{"sum":12.05,"peer":7,"ref":9}"#), Ok(sent));
        let (from, transfer, note) = (name("acc-x"), String::new(), None);
        let received = AccountEvent::TransferReceived { from, amount: 1200, transfer, note };
        assert_eq!(read("In", r#"{"sum":" 12 ","peer":"x"}"#), Ok(received));
        assert_eq!(read("Line", r#"{"line":0}"#), Ok(AccountEvent::OverdraftLimitSet { limit: 0 }));
        let frozen = AccountEvent::AccountFrozen { reason: Some("true".to_owned()) };
        assert_eq!(read("Blocked", r#"{"why":true}"#), Ok(frozen));
        assert_eq!(read("Free", "{}"), Ok(AccountEvent::AccountUnfrozen {}));
        assert_eq!(read("Gone", r#"{"any":[1]}"#), Ok(AccountEvent::AccountClosed {}));
    }

    #[test]
    fn data_that_does_not_fit_says_why() {
        for (event_type, data, why) in [
            ("Line", "{}", "its data has no limit where the mapping says"),
            ("Line", r#"{"line":null}"#, "its data has no limit where the mapping says"),
            ("Line", "[1]", "its data does not read: it is no JSON object"),
            ("Line", r#"{"line":1,"line":2}"#, "its data does not read: the key \"line\" stands there twice"),
            ("Line", r#"{"line":[1]}"#, "its limit [1] is no text"),
            ("Line", r#"{"line":0.005}"#, "its limit: 3 decimals are too many: EUR has 2"),
            ("Line", r#"{"line":1e2}"#, "its limit: '1e2' is not an amount; write it like 50 or 50.00"),
            (
                "Line",
                r#"{"line":99999999999999999999}"#,
                "its limit: the amount is larger than an account can count",
            ),
            ("In", r#"{"sum":1}"#, "its data has no from where the mapping says"),
            ("In", r#"{"sum":1,"peer":{}}"#, "its from {} is no text"),
            ("Opened", r#"{"holder":{"currency":"euro"}}"#, "its currency 'euro' has no three letters"),
        ] {
            assert_eq!(read(event_type, data), Err(why.to_owned()), "{data}");
        }
    }

    #[test]
    fn minor_units_are_whole_numbers_whatever_the_currency() {
        let text = "[meaning]\ncurrency = \"KWD\"\namounts = \"minor_units\"\n\
                    [meaning.events.In]\nmeans = \"Deposited\"\namount = \"a\"";
        let mapping = Mapping::parse(text).unwrap();
        let read = |data| mapping.read("In", data, None).map_err(Cow::into_owned);
        let deposited = |amount| Ok(AccountEvent::Deposited { amount, note: None });
        assert_eq!(read(r#"{"a":-5}"#), deposited(-5));
        assert_eq!(read(r#"{"a":"9223372036854775807"}"#), deposited(i64::MAX));
        let why = "its amount: '5.0' is no whole number of minor units".to_owned();
        assert_eq!(read(r#"{"a":5.0}"#), Err(why));
    }
}
