//! The text of a mapping file, checked key by key.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::domain::aggregates::account::fields::{Amounts, EventField, Means};
use crate::domain::mapping::envelope::{Envelope, EnvelopePaths, TimeFormat};
use crate::domain::mapping::meaning::EventMeaning;
use crate::domain::mapping::paths::Paths;
use crate::domain::mapping::{BadMapping, Mapping};
use crate::domain::money::Currency;
use crate::domain::money::decimal::DecimalMark;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    envelope: Option<EnvelopePart>,
    meaning: Option<MeaningPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvelopePart {
    stream: Spanned<String>,
    #[serde(rename = "type")]
    event_type: Spanned<String>,
    data: Spanned<String>,
    time: Option<Spanned<String>>,
    time_format: Option<Spanned<TimeFormat>>,
    id: Option<Spanned<String>>,
    metadata: Option<Spanned<String>>,
    stream_prefix: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeaningPart {
    currency: Option<Spanned<String>>,
    amounts: Option<Spanned<Amounts>>,
    decimal_mark: Option<Spanned<String>>,
    events: Option<BTreeMap<String, EventPart>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventPart {
    means: Spanned<Means>,
    owner: Option<Spanned<String>>,
    currency: Option<Spanned<String>>,
    amount: Option<Spanned<String>>,
    limit: Option<Spanned<String>>,
    to: Option<Spanned<String>>,
    from: Option<Spanned<String>>,
    transfer: Option<Spanned<String>>,
    reason: Option<Spanned<String>>,
    note: Option<Spanned<String>>,
}

/// The meaning of each event type.
type EventMeanings = BTreeMap<String, EventMeaning>;

/// What is wrong, and the range of bytes that it is about.
type Wrong = (Range<usize>, String);

/// See [`Mapping::parse`].
pub(super) fn parse(text: &str) -> Result<Mapping, BadMapping> {
    let at = |(span, why): Wrong| BadMapping { line: line_of(text, span.start), why };
    let file: File =
        toml::from_str(text).map_err(|e| at((e.span().unwrap_or(0..0), e.message().to_owned())))?;
    let envelope = match file.envelope {
        Some(part) => part.envelope().map_err(at)?,
        None => Envelope::ours(),
    };
    let (currency, events) = match file.meaning {
        Some(part) => part.meaning().map_err(at)?,
        None => (None, None),
    };
    Ok(Mapping { envelope, currency, events })
}

/// The number of the line, from 1, that contains a byte.
fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|b| *b == b'\n').count() + 1
}

impl EnvelopePart {
    fn envelope(self) -> Result<Envelope, Wrong> {
        if let (None, Some(format)) = (&self.time, &self.time_format) {
            return Err((
                format.span(),
                "time_format says how times are written; time must say where".to_owned(),
            ));
        }
        let spans = [
            ("stream", Some(self.stream.span())),
            ("type", Some(self.event_type.span())),
            ("data", Some(self.data.span())),
            ("time", self.time.as_ref().map(Spanned::span)),
            ("id", self.id.as_ref().map(Spanned::span)),
            ("metadata", self.metadata.as_ref().map(Spanned::span)),
        ];
        let places = EnvelopePaths {
            stream: self.stream.into_inner(),
            event_type: self.event_type.into_inner(),
            data: self.data.into_inner(),
            time: self.time.map(Spanned::into_inner),
            id: self.id.map(Spanned::into_inner),
            metadata: self.metadata.map(Spanned::into_inner),
        };
        let time_format = self.time_format.map(Spanned::into_inner).unwrap_or_default();
        Envelope::foreign(&places, self.stream_prefix.unwrap_or_default(), time_format).map_err(
            |(part, why)| {
                let span = spans.into_iter().find(|(name, _)| *name == part).and_then(|(_, span)| span);
                (span.unwrap_or(0..0), format!("{part}: {why}"))
            },
        )
    }
}

impl MeaningPart {
    fn meaning(self) -> Result<(Option<Currency>, Option<EventMeanings>), Wrong> {
        let currency = self.currency.as_ref().map(listed).transpose()?;
        let Some(parts) = self.events else {
            let spans = [
                ("amounts", self.amounts.as_ref().map(Spanned::span)),
                ("decimal_mark", self.decimal_mark.as_ref().map(Spanned::span)),
            ];
            return match spans.into_iter().find_map(|(key, span)| span.map(|span| (key, span))) {
                Some((key, span)) => Err((
                    span,
                    format!("{key} says how the events under [meaning.events] write amounts; there are none"),
                )),
                None => Ok((currency, None)),
            };
        };
        let amounts = self.amounts.map(Spanned::into_inner).unwrap_or_default();
        let decimal_mark = self.decimal_mark.map_or(Ok(DecimalMark::Point), |mark| decimal_mark(&mark))?;
        let mut events = BTreeMap::new();
        for (event_type, part) in parts {
            let meaning = part.meaning(&event_type, amounts, decimal_mark)?;
            events.insert(event_type, meaning);
        }
        Ok((currency, Some(events)))
    }
}

fn listed(code: &Spanned<String>) -> Result<Currency, Wrong> {
    let span = code.span();
    let currency = Currency::from_code(code.get_ref()).filter(Currency::is_listed);
    currency.ok_or_else(|| (span, format!("'{}' is not a currency of ISO 4217, such as EUR", code.get_ref())))
}

fn decimal_mark(mark: &Spanned<String>) -> Result<DecimalMark, Wrong> {
    let known = [DecimalMark::Point, DecimalMark::Comma];
    let found = known.into_iter().find(|known| known.char().to_string() == *mark.get_ref());
    found.ok_or_else(|| (mark.span(), "decimal_mark is \".\" (1,250.00) or \",\" (1.250,00)".to_owned()))
}

impl EventPart {
    fn meaning(
        self,
        event_type: &str,
        amounts: Amounts,
        decimal_mark: DecimalMark,
    ) -> Result<EventMeaning, Wrong> {
        let means = *self.means.get_ref();
        let (needed, _) = means.fields();
        let named = [
            (EventField::Owner, self.owner),
            (EventField::Currency, self.currency),
            (EventField::Amount, self.amount),
            (EventField::Limit, self.limit),
            (EventField::To, self.to),
            (EventField::From, self.from),
            (EventField::Transfer, self.transfer),
            (EventField::Reason, self.reason),
            (EventField::Note, self.note),
        ];
        let mut paths = Paths::default();
        for (field, path) in named {
            let word = field.word();
            let Some(path) = path else {
                if needed.contains(&field) {
                    let why = format!("{means:?} needs {word} = \"…\": its path in the data of {event_type}");
                    return Err((self.means.span(), why));
                }
                continue;
            };
            if !means.has(field) {
                return Err((path.span(), format!("{event_type} means {means:?}, which has no {word}")));
            }
            let span = path.span();
            paths.add(path.get_ref(), field as usize).map_err(|why| (span, format!("{word}: {why}")))?;
        }
        Ok(EventMeaning { means, paths, amounts, decimal_mark })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_named_with_its_line() {
        let envelope = "[envelope]\nstream = \"s\"\ntype = \"t\"\ndata = \"d\"\n";
        let event = "[meaning.events.In]\nmeans = \"Deposited\"\namount = \"a\"\n";
        for (text, line, word) in [
            ("[envelop]\n".to_owned(), 1, "unknown field `envelop`"),
            (format!("{envelope}strem_prefix = \"x\"\n"), 5, "unknown field `strem_prefix`"),
            (format!("{event}ammount = \"b\"\n"), 4, "unknown field `ammount`"),
            (format!("{event}amount = \"b\"\n"), 4, "duplicate key"),
            ("[envelope]\nstream = \"s\"\n".to_owned(), 1, "missing field `type`"),
            (format!("{envelope}id = \"a..b\"\n"), 5, "id: a path is names with dots between"),
            (format!("{envelope}time_format = \"date\"\n"), 5, "time must say where"),
            (
                format!("{envelope}time = \"at\"\ntime_format = \"stardate\"\n"),
                6,
                "unknown variant `stardate`",
            ),
            ("[meaning]\ncurrency = \"XYZ\"\n".to_owned(), 2, "'XYZ' is not a currency of ISO 4217"),
            ("[meaning]\namounts = \"decimal\"\n".to_owned(), 2, "amounts says how"),
            ("[meaning]\ndecimal_mark = \",\"\n".to_owned(), 2, "decimal_mark says how"),
            (
                format!("[meaning]\ndecimal_mark = \";\"\n{event}"),
                2,
                "decimal_mark is \".\" (1,250.00) or \",\"",
            ),
            (format!("{event}owner = \"o\"\n"), 4, "In means Deposited, which has no owner"),
            ("\n[meaning.events.In]\nmeans = \"Deposited\"\n".to_owned(), 3, "Deposited needs amount"),
            (format!("{event}owner = \"o\"\n"), 4, "In means Deposited, which has no owner"),
            ("[meaning.events.In]\nmeans = \"Paid\"\n".to_owned(), 2, "unknown variant `Paid`"),
            ("[meaning\n".to_owned(), 1, ""),
        ] {
            let bad = parse(&text).unwrap_err();
            assert_eq!(bad.line, line, "{text}{bad}");
            assert!(bad.why.contains(word), "{text}{bad}");
        }
    }

    #[test]
    fn an_empty_file_reads_everything_as_ours() {
        let mapping = parse("").unwrap();
        assert_eq!(mapping, Mapping { envelope: Envelope::ours(), currency: None, events: None });
    }
}
