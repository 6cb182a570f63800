//! The text of a mapping file, checked key by key.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use crate::domain::mapping::envelope::Envelope;
use crate::domain::mapping::envelope_part::{EnvelopePart, FileFault};
use crate::domain::mapping::meaning::{Amounts, EventMeaning};
use crate::domain::mapping::paths::Paths;
use crate::domain::mapping::vocabulary::Vocabulary;
use crate::domain::money::Currency;
use crate::domain::money::decimal::DecimalMark;

/// The reason why a text is not a valid mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadMapping {
    /// The line, from 1.
    pub line: usize,
    /// The problem.
    pub why: String,
}

impl fmt::Display for BadMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the mapping: {}", self.line, self.why)
    }
}

impl std::error::Error for BadMapping {}

/// What a mapping file says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MappingFile {
    pub(super) envelope: Envelope,
    /// The sentence about the envelope, if foldback found it.
    pub(super) found: Option<String>,
    pub(super) currency: Option<Currency>,
    /// The meaning of each event type; `None` if the events are read as our own.
    pub(super) events: Option<EventMeanings>,
}

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    envelope: Option<EnvelopePart>,
    meaning: Option<MeaningPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeaningPart {
    currency: Option<Spanned<String>>,
    amounts: Option<Spanned<Amounts>>,
    decimal_mark: Option<Spanned<String>>,
    events: Option<BTreeMap<String, EventPart>>,
}

/// The keys of an event type: `means`, and a path for each field.
type EventPart = Spanned<BTreeMap<Spanned<String>, Spanned<String>>>;

/// The meaning of each event type.
type EventMeanings = BTreeMap<String, EventMeaning>;

/// See [`Mapping::parse`].
pub(super) fn parse(text: &str, vocabulary: &Vocabulary) -> Result<MappingFile, BadMapping> {
    let at = |(span, why): FileFault| BadMapping { line: line_of(text, span.start), why };
    let file: File =
        toml::from_str(text).map_err(|e| at((e.span().unwrap_or(0..0), e.message().to_owned())))?;
    let (envelope, found) = match file.envelope {
        Some(part) => part.envelope().map_err(at)?,
        None => (Envelope::ours(), None),
    };
    let (currency, events) = match file.meaning {
        Some(part) => part.meaning(vocabulary).map_err(at)?,
        None => (None, None),
    };
    Ok(MappingFile { envelope, found, currency, events })
}

/// The number of the line, from 1, that contains a byte.
fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|b| *b == b'\n').count() + 1
}

impl MeaningPart {
    fn meaning(
        self,
        vocabulary: &Vocabulary,
    ) -> Result<(Option<Currency>, Option<EventMeanings>), FileFault> {
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
            let (event, paths) = located(&event_type, &part, vocabulary)?;
            events.insert(event_type, EventMeaning { event, paths, amounts, decimal_mark });
        }
        Ok((currency, Some(events)))
    }
}

fn listed(code: &Spanned<String>) -> Result<Currency, FileFault> {
    let span = code.span();
    let currency = Currency::from_code(code.get_ref()).filter(Currency::is_listed);
    currency.ok_or_else(|| (span, format!("'{}' is not a currency of ISO 4217, such as EUR", code.get_ref())))
}

fn decimal_mark(mark: &Spanned<String>) -> Result<DecimalMark, FileFault> {
    let known = [DecimalMark::Point, DecimalMark::Comma];
    let found = known.into_iter().find(|known| known.char().to_string() == *mark.get_ref());
    found.ok_or_else(|| (mark.span(), "decimal_mark is \".\" (1,250.00) or \",\" (1.250,00)".to_owned()))
}

/// The event that an event type means, as an index into the vocabulary's, and where its fields are.
fn located(event_type: &str, part: &EventPart, vocabulary: &Vocabulary) -> Result<(usize, Paths), FileFault> {
    let value =
        |key: &str| part.get_ref().iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value);
    let is_known = |key: &str| key == "means" || vocabulary.fields.contains(&key);
    if let Some((key, _)) = part.get_ref().iter().find(|(key, _)| !is_known(key.get_ref())) {
        let fields = vocabulary.fields.join(", ");
        return Err((key.span(), format!("unknown field `{}`: an event has means, {fields}", key.get_ref())));
    }
    let means = value("means").ok_or_else(|| (part.span(), "missing field `means`".to_owned()))?;
    let found = vocabulary.find(means.get_ref());
    let Some((event, word)) = found.and_then(|event| Some((event, vocabulary.events.get(event)?))) else {
        let all = vocabulary.events.iter().map(|event| event.name).collect::<Vec<_>>().join(", ");
        return Err((means.span(), format!("'{}' is not one of the events {all}", means.get_ref())));
    };
    let mut paths = Paths::default();
    for (slot, field) in vocabulary.fields.iter().enumerate() {
        let Some(path) = value(field) else {
            if word.needed.contains(&slot) {
                let name = word.name;
                let why = format!("{name} needs {field} = \"…\": its path in the data of {event_type}");
                return Err((means.span(), why));
            }
            continue;
        };
        if !word.has(slot) {
            return Err((path.span(), format!("{event_type} means {}, which has no {field}", word.name)));
        }
        paths.add(path.get_ref(), slot).map_err(|why| (path.span(), format!("{field}: {why}")))?;
    }
    Ok((event, paths))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::account::fields::VOCABULARY;

    fn parse(text: &str) -> Result<MappingFile, BadMapping> {
        super::parse(text, &VOCABULARY)
    }

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
            (
                "[meaning.events.In]\nmeans = \"Paid\"\n".to_owned(),
                2,
                "'Paid' is not one of the events AccountOpened, ",
            ),
            ("\n[meaning.events.In]\namount = \"a\"\n".to_owned(), 2, "missing field `means`"),
            (format!("{event}note = 5\n"), 4, "invalid type: integer `5`, expected a string"),
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
        assert_eq!(
            mapping,
            MappingFile { envelope: Envelope::ours(), found: None, currency: None, events: None }
        );
    }
}
