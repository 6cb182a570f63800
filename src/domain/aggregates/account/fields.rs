//! The fields of an account event's data, read exactly; only a text that explains may be left out.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::domain::aggregates::account::events::AccountEvent;
use crate::domain::event::StreamName;
use crate::domain::json::{is_number, is_object, shortened, unquoted};
use crate::domain::mapping::meaning::Amounts;
use crate::domain::mapping::vocabulary::{EventWord, Vocabulary};
use crate::domain::money::Currency;
use crate::domain::money::decimal::{BadAmount, Decimal, DecimalMark};

/// Which of our events an event is. Its number is its index in [`VOCABULARY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
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

/// A field of an account's event. Its number is its slot in [`Fields::slots`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum EventField {
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

impl EventField {
    /// Their names in a mapping file, by their slots.
    pub const NAMES: [&str; N_FIELDS] =
        ["owner", "currency", "amount", "limit", "to", "from", "transfer", "reason", "note"];
}

/// Number of fields.
pub const N_FIELDS: usize = 9;

/// The events of an account that a mapping can name, in the order of [`Means::ALL`].
pub static VOCABULARY: Vocabulary = {
    const OWNER: usize = EventField::Owner as usize;
    const CURRENCY: usize = EventField::Currency as usize;
    const AMOUNT: usize = EventField::Amount as usize;
    const LIMIT: usize = EventField::Limit as usize;
    const TO: usize = EventField::To as usize;
    const FROM: usize = EventField::From as usize;
    const TRANSFER: usize = EventField::Transfer as usize;
    const REASON: usize = EventField::Reason as usize;
    const NOTE: usize = EventField::Note as usize;
    const fn event(name: &'static str, needed: &'static [usize], allowed: &'static [usize]) -> EventWord {
        EventWord { name, needed, allowed }
    }
    Vocabulary {
        fields: &EventField::NAMES,
        events: &[
            event("AccountOpened", &[], &[OWNER, CURRENCY, LIMIT]),
            event("Deposited", &[AMOUNT], &[CURRENCY, NOTE]),
            event("Withdrawn", &[AMOUNT], &[CURRENCY, NOTE]),
            event("TransferSent", &[AMOUNT, TO], &[CURRENCY, TRANSFER, NOTE]),
            event("TransferReceived", &[AMOUNT, FROM], &[CURRENCY, TRANSFER, NOTE]),
            event("OverdraftLimitSet", &[LIMIT], &[CURRENCY]),
            event("AccountFrozen", &[], &[REASON]),
            event("AccountUnfrozen", &[], &[]),
            event("AccountClosed", &[], &[]),
        ],
    }
};

/// A currency as an object, which some logs have instead of its code.
#[derive(serde::Deserialize)]
struct CurrencyObject<'j> {
    #[serde(borrow)]
    code: &'j RawValue,
}

/// The notation of fields in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldNotation<'m> {
    /// Our own: amounts in minor units, texts as JSON strings.
    Ours,
    /// That of a mapping. Numbers and booleans count as texts, too.
    Mapped {
        /// The prefix of stream names.
        stream_prefix: &'m str,
        /// The notation of amounts.
        amounts: Amounts,
        /// The decimal mark of amounts given as text; JSON's own numbers have a point.
        decimal_mark: DecimalMark,
    },
}

/// The JSON values of an event's fields.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'j, 'm> {
    /// The values, indexed by [`EventField`].
    pub slots: [Option<&'j RawValue>; N_FIELDS],
    /// Their notation.
    pub writing: FieldNotation<'m>,
}

/// An event that was read, at least in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadEvent {
    pub event: AccountEvent,
    /// The event's own currency; `None` if it names none.
    pub currency: Option<Currency>,
    /// The part that was left out, and why; `None` if nothing was.
    pub left_out: Option<String>,
}

impl EventField {
    /// The word in mapping files and errors.
    pub fn word(self) -> &'static str {
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
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::AccountOpened,
        Self::Deposited,
        Self::Withdrawn,
        Self::TransferSent,
        Self::TransferReceived,
        Self::OverdraftLimitSet,
        Self::AccountFrozen,
        Self::AccountUnfrozen,
        Self::AccountClosed,
    ];

    /// The event for one of our types, including those of the seed log, `deposit` and `withdraw`.
    pub fn of_type(event_type: &str) -> Option<Self> {
        Some(match event_type {
            "AccountOpened" => Self::AccountOpened,
            "Deposited" | "deposit" => Self::Deposited,
            "Withdrawn" | "withdraw" => Self::Withdrawn,
            "TransferSent" => Self::TransferSent,
            "TransferReceived" => Self::TransferReceived,
            "OverdraftLimitSet" => Self::OverdraftLimitSet,
            "AccountFrozen" => Self::AccountFrozen,
            "AccountUnfrozen" => Self::AccountUnfrozen,
            "AccountClosed" => Self::AccountClosed,
            _ => return None,
        })
    }

    /// Whether such an event has that field.
    pub fn has(self, field: EventField) -> bool {
        VOCABULARY.events.get(self as usize).is_some_and(|event| event.has(field as usize))
    }
}

impl Fields<'_, '_> {
    /// Reads the event from its fields. Amounts are in the event's own currency, else in `unit`.
    ///
    /// # Errors
    /// Why the event is not understood: a required field is missing, or an amount, a limit, an account's name or a
    /// currency cannot be read.
    pub fn read(&self, means: Means, unit: Option<Currency>) -> Result<ReadEvent, Cow<'static, str>> {
        let mut left_out = None;
        let currency = match means.has(EventField::Currency) {
            true => self.currency()?,
            false => None,
        };
        let unit = currency.or(unit);
        let amount = |field| self.amount(field, unit)?.ok_or_else(|| self.missing(field));
        let account = |field| self.account(field)?.ok_or_else(|| self.missing(field));
        let mut text = |field| self.text(field, &mut left_out);
        let event = match means {
            Means::AccountOpened => AccountEvent::AccountOpened {
                owner: text(EventField::Owner),
                currency,
                overdraft_limit: self.amount(EventField::Limit, unit)?.unwrap_or(0),
            },
            Means::Deposited => {
                AccountEvent::Deposited { amount: amount(EventField::Amount)?, note: text(EventField::Note) }
            }
            Means::Withdrawn => {
                AccountEvent::Withdrawn { amount: amount(EventField::Amount)?, note: text(EventField::Note) }
            }
            Means::TransferSent => AccountEvent::TransferSent {
                to: account(EventField::To)?,
                amount: amount(EventField::Amount)?,
                transfer: text(EventField::Transfer).unwrap_or_default(),
                note: text(EventField::Note),
            },
            Means::TransferReceived => AccountEvent::TransferReceived {
                from: account(EventField::From)?,
                amount: amount(EventField::Amount)?,
                transfer: text(EventField::Transfer).unwrap_or_default(),
                note: text(EventField::Note),
            },
            Means::OverdraftLimitSet => AccountEvent::OverdraftLimitSet { limit: amount(EventField::Limit)? },
            Means::AccountFrozen => AccountEvent::AccountFrozen { reason: text(EventField::Reason) },
            Means::AccountUnfrozen => AccountEvent::AccountUnfrozen {},
            Means::AccountClosed => AccountEvent::AccountClosed {},
        };
        Ok(ReadEvent { event, currency, left_out })
    }

    fn is_ours(&self) -> bool {
        self.writing == FieldNotation::Ours
    }

    fn missing(&self, field: EventField) -> Cow<'static, str> {
        match (self.writing, field) {
            (FieldNotation::Ours, EventField::To) => "its data does not say to whom".into(),
            (FieldNotation::Ours, EventField::From) => "its data does not say from whom".into(),
            (FieldNotation::Ours, field) => format!("its data has no {}", field.word()).into(),
            (FieldNotation::Mapped { .. }, field) => {
                format!("its data has no {} where the mapping says", field.word()).into()
            }
        }
    }

    /// The JSON of a field; null counts as absent.
    fn json(&self, field: EventField) -> Option<&str> {
        let raw = self.slots.get(field as usize).copied().flatten();
        raw.map(RawValue::get).filter(|json| *json != "null")
    }

    /// The text of a value: the content of a string; in another system's log also a number or a boolean as written.
    fn plain<'v>(&self, json: &'v str) -> Option<Cow<'v, str>> {
        let is_written = !self.is_ours() && (is_number(json) || matches!(json, "true" | "false"));
        unquoted(json).or_else(|| is_written.then_some(Cow::Borrowed(json)))
    }

    /// An explanatory text, which is left out if it cannot be read.
    fn text(&self, field: EventField, left_out: &mut Option<String>) -> Option<String> {
        let json = self.json(field)?;
        let text = self.plain(json).map(Cow::into_owned);
        if text.is_none() {
            leave_out(left_out, field, json);
        }
        text
    }

    /// The name of another account.
    fn account(&self, field: EventField) -> Result<Option<StreamName>, Cow<'static, str>> {
        let Some(json) = self.json(field) else { return Ok(None) };
        let name = self
            .plain(json)
            .ok_or_else(|| format!("its {} {} is not a text", field.word(), shortened(json)))?;
        let name = match self.writing {
            FieldNotation::Ours | FieldNotation::Mapped { stream_prefix: "", .. } => StreamName::new(&name),
            FieldNotation::Mapped { stream_prefix, .. } => StreamName::new(&format!("{stream_prefix}{name}")),
        };
        name.map(Some).map_err(|why| why.to_string().into())
    }

    /// The event's currency, also from an object that names it by `code`; a blank one counts as absent. An unreadable
    /// currency is an error even in an opening: otherwise the account's money would be counted in plain units, or in
    /// the currency of other accounts.
    fn currency(&self) -> Result<Option<Currency>, Cow<'static, str>> {
        let Some(json) = self.json(EventField::Currency) else { return Ok(None) };
        // serde would read an array as the fields of such an object, in their order.
        let object = is_object(json).then(|| serde_json::from_str::<CurrencyObject<'_>>(json).ok()).flatten();
        let json_of_code = object.map_or(json, |object| object.code.get());
        let text = unquoted(json_of_code);
        let code = text.as_deref().or_else(|| is_number(json_of_code).then_some(json_of_code)).map(str::trim);
        if code == Some("") {
            return Ok(None);
        }
        let currency = code.and_then(Currency::read);
        currency
            .map(Some)
            .ok_or_else(|| format!("its currency {} is not a code of three letters", shortened(json)).into())
    }

    /// A field in minor units of the currency.
    fn amount(&self, field: EventField, unit: Option<Currency>) -> Result<Option<i64>, Cow<'static, str>> {
        let Some(json) = self.json(field) else { return Ok(None) };
        let (amounts, decimal_mark) = match self.writing {
            FieldNotation::Ours => (Amounts::MinorUnits, DecimalMark::Point),
            FieldNotation::Mapped { amounts, decimal_mark, .. } => (amounts, decimal_mark),
        };
        // Most amounts are integers written in digits.
        if amounts == Amounts::MinorUnits
            && let Ok(units) = json.parse()
        {
            return Ok(Some(units));
        }
        let (text, mark) = match unquoted(json) {
            Some(text) if self.is_ours() && has_decimals(&text) => return Err(not_whole(field, text.trim())),
            Some(text) => (text, decimal_mark),
            None if is_number(json) => (Cow::Borrowed(json), DecimalMark::Point),
            None => return Err(format!("its {} {} is not a number", field.word(), shortened(json)).into()),
        };
        let text = text.trim();
        let decimal = Decimal::parse(text, mark);
        let units = match amounts {
            Amounts::Decimal => decimal.and_then(|decimal| decimal.minor_units(unit)),
            Amounts::MinorUnits => decimal.and_then(|decimal| decimal.minor_units(None)),
        };
        units.map(Some).map_err(|why| self.bad_amount(field, text, &why))
    }

    fn bad_amount(&self, field: EventField, text: &str, why: &BadAmount) -> Cow<'static, str> {
        let is_whole = !matches!(self.writing, FieldNotation::Mapped { amounts: Amounts::Decimal, .. });
        let word = field.word();
        match why {
            BadAmount::TooManyDecimals { .. } if is_whole => not_whole(field, text),
            BadAmount::Grouping { mark: DecimalMark::Point, .. } if !self.is_ours() => {
                format!("its {word}: {why}, or decimal_mark = \",\" into the mapping").into()
            }
            _ => format!("its {word}: {why}").into(),
        }
    }
}

/// Whether an amount given as text has decimals and no exponent. In our own events not even `"12.00"` is accepted: a
/// log with such texts uses main units, and each amount would be read as a hundredth of its value. (Some programs write
/// the integer 12 as the number `12.0`.)
fn has_decimals(text: &str) -> bool {
    text.trim()
        .rsplit_once('.')
        .is_some_and(|(_, decimals)| decimals.bytes().all(|byte| byte.is_ascii_digit()))
}

fn not_whole(field: EventField, text: &str) -> Cow<'static, str> {
    format!("its {}: '{}' is not a whole number of minor units", field.word(), shortened(text)).into()
}

fn leave_out(left_out: &mut Option<String>, field: EventField, json: &str) {
    let why = format!("its {} {} cannot be read and is left out", field.word(), shortened(json));
    *left_out = Some(match left_out.take() {
        Some(before) => format!("{before}; {why}"),
        None => why,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_has_the_events_and_the_fields_in_their_order() {
        let names: Vec<_> = VOCABULARY.events.iter().map(|event| Means::of_type(event.name)).collect();
        assert_eq!(names, Means::ALL.map(Some));
        assert_eq!(Means::ALL.map(|means| means as usize), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!((EventField::Note as usize, VOCABULARY.fields.len()), (N_FIELDS - 1, N_FIELDS));
        assert_eq!(VOCABULARY.fields[EventField::Limit as usize], EventField::Limit.word());
    }
}
