//! The canonical text of a mapping, from which its digest is computed. Mappings that read events alike have one text.
//!
//! The text is the name and version of this form, a line break, and JSON with the keys of a mapping file; a key that
//! the file leaves out has its default value. A change of the form needs a new version, after which every read model
//! and every snapshot of a log with a mapping is rebuilt.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::mapping::envelope::Envelope;
use crate::domain::mapping::envelope::parts::{EnvelopePaths, PART_NAMES};
use crate::domain::mapping::envelope::times::TimeFormat;
use crate::domain::mapping::envelope::typed_values::TypedValues;
use crate::domain::mapping::meaning::{Amounts, EventMeaning};
use crate::domain::mapping::vocabulary::Vocabulary;
use crate::domain::money::Currency;
use crate::domain::money::decimal::DecimalMark;

/// The name of the form, and its version.
const FORM: &str = "mapping 1";

/// A mapping with the keys of a mapping file.
#[derive(Serialize)]
pub(super) struct CanonicalMapping<'m> {
    envelope: CanonicalEnvelope<'m>,
    currency: Option<&'m str>,
    events: Option<BTreeMap<&'m str, CanonicalEvent>>,
}

#[derive(Serialize)]
struct CanonicalEnvelope<'m> {
    is_ours: bool,
    data_is_whole: bool,
    stream_prefix: &'m str,
    time_format: TimeFormat,
    paths: BTreeMap<&'static str, String>,
    /// The types that are names of members, which `paths` does not say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    types: Vec<&'m str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    json_in_text: &'m [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<&'m str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    fields_beside: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    typed_values: Option<TypedValues>,
}

#[derive(Serialize)]
struct CanonicalEvent {
    means: &'static str,
    amounts: Amounts,
    decimal_mark: &'static str,
    paths: BTreeMap<&'static str, String>,
}

/// The canonical text of a mapping; `None` means that events are read as our own.
pub(super) fn text(mapping: Option<&CanonicalMapping<'_>>) -> String {
    // Serialising texts, booleans and ordered maps of them cannot fail.
    let json = serde_json::to_string(&mapping).unwrap_or_default();
    format!("{FORM}\n{json}\n")
}

impl<'m> CanonicalMapping<'m> {
    pub(super) fn of(
        envelope: &'m Envelope,
        currency: Option<&'m Currency>,
        events: Option<&'m BTreeMap<String, EventMeaning>>,
        vocabulary: &Vocabulary,
    ) -> Self {
        let canonical = |(event_type, meaning): (&'m String, &EventMeaning)| {
            (event_type.as_str(), CanonicalEvent::of(meaning, vocabulary))
        };
        let events = events.map(|events| events.iter().map(canonical).collect());
        Self { envelope: envelope.into(), currency: currency.map(Currency::code), events }
    }
}

impl<'m> From<&'m Envelope> for CanonicalEnvelope<'m> {
    fn from(envelope: &'m Envelope) -> Self {
        let Envelope { paths, is_ours, said } = envelope;
        let EnvelopePaths {
            stream_prefix,
            time_format,
            event_type,
            json_in_text,
            records,
            has_fields_beside,
            typed_values,
            ..
        } = said;
        let is_member_name = |path: &&str| path.ends_with('*');
        Self {
            is_ours: *is_ours,
            data_is_whole: said.data == ".",
            stream_prefix,
            time_format: *time_format,
            paths: paths.by_name(&PART_NAMES),
            types: event_type.iter().map(String::as_str).filter(is_member_name).collect(),
            json_in_text,
            records: records.as_deref(),
            fields_beside: *has_fields_beside,
            typed_values: *typed_values,
        }
    }
}

impl CanonicalEvent {
    fn of(meaning: &EventMeaning, vocabulary: &Vocabulary) -> Self {
        let EventMeaning { event, paths, amounts, decimal_mark } = meaning;
        let means = vocabulary.events.get(*event).map_or("", |event| event.name);
        let decimal_mark = match decimal_mark {
            DecimalMark::Point => ".",
            DecimalMark::Comma => ",",
        };
        Self { means, amounts: *amounts, decimal_mark, paths: paths.by_name(vocabulary.fields) }
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::domain::aggregates::Aggregates;

    const KNOWN: &str = "[envelope]\nstream = \"account.id\"\ntype = \"kind\"\ndata = \".\"\ntime = \"at\"\n\
                         time_format = \"unix_millis\"\nstream_prefix = \"acc-\"\n\
                         [meaning]\ncurrency = \"CZK\"\namounts = \"minor_units\"\ndecimal_mark = \",\"\n\
                         [meaning.events.In]\nmeans = \"Deposited\"\namount = \"sum.value\"\nnote = \"text\"\n\
                         [meaning.events.\"Out \\\"1\\\"\"]\nmeans = \"Withdrawn\"\namount = \"sum.value\"\n";

    #[test]
    fn a_known_mapping_has_this_text_and_this_digest() {
        let text = text(Some(&Aggregates::bank().parse_mapping(KNOWN).unwrap().canonical()));
        let expected = concat!(
            "mapping 1\n",
            r#"{"envelope":{"is_ours":false,"data_is_whole":true,"stream_prefix":"acc-","time_format":"unix_millis","#,
            r#""paths":{"stream":"account.id","time":"at","type":"kind"}},"currency":"CZK","#,
            r#""events":{"In":{"means":"Deposited","amounts":"minor_units","decimal_mark":",","#,
            r#""paths":{"amount":"sum.value","note":"text"}},"#,
            r#""Out \"1\"":{"means":"Withdrawn","amounts":"minor_units","decimal_mark":",","#,
            r#""paths":{"amount":"sum.value"}}}}"#,
            "\n"
        );
        assert_eq!(text, expected);
        let digest = blake3::hash(text.as_bytes()).to_hex();
        assert_eq!(digest.as_str(), "dce9de16317e6992b5291bcc450b3aac9294aa2c559c215cbd4e4a3fe9a734f2");
    }

    #[test]
    fn the_text_of_events_that_are_read_as_ours_is_of_the_same_form() {
        assert_eq!(text(None), "mapping 1\nnull\n");
    }

    #[test]
    fn the_order_and_the_writing_of_a_mapping_file_do_not_matter_and_each_of_its_values_does() {
        let of = |file: &str| text(Some(&Aggregates::bank().parse_mapping(file).unwrap().canonical()));
        let (first, last) = KNOWN.split_at(KNOWN.find("[meaning]").unwrap());
        assert_eq!(of(&format!("# the same\n{last}{first}")), of(KNOWN));
        for (value, other) in [
            ("account.id", "account"),
            ("\"kind\"", "\"sort\""),
            ("data = \".\"", "data = \"body\""),
            ("\"at\"", "\"when\""),
            ("unix_millis", "unix_seconds"),
            ("acc-", ""),
            ("CZK", "EUR"),
            ("minor_units", "decimal"),
            ("mark = \",\"", "mark = \".\""),
            ("events.In", "events.Into"),
            ("Deposited", "Withdrawn"),
            ("\"text\"", "\"word\""),
            ("note = \"text\"\n", ""),
        ] {
            let changed = KNOWN.replace(value, other);
            assert_ne!(changed, KNOWN, "{value}");
            assert_ne!(of(&changed), of(KNOWN), "{value}");
        }
    }
}
