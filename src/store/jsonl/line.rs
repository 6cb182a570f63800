//! One record of a log: an event or a mapping.

use std::borrow::Cow;
use std::str;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::domain::aggregates::Aggregates;
use crate::domain::counted::counted;
use crate::domain::mapping::Mapping;
use crate::domain::mapping::envelope::{Envelope, LineEvent};
use crate::domain::mapping::finding;
use crate::store::jsonl::split::RecordContent;
use crate::store::jsonl::write::{self, HEADER_KEY, MAPPING_HEADER};
use crate::store::jsonl::{CUT_OFF, DEPTH_MAX, LINE_BYTES_MAX, NOT_CLOSED, fingerprint};

/// How much deeper an event's nesting may be in our own line than in its original line: its metadata may have become
/// part of new metadata.
const DEPTH_GAINED_MAX: usize = 4;

/// How many bytes longer an event's line may be in our own format than the original: keys, a stream's prefix, a time in
/// full.
const BYTES_GAINED_MAX: usize = 16 * 1024;

/// How many characters of unexpected text a message quotes.
const SHOWN_CHARS_MAX: usize = 40;

/// A record of a log, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogRecord<'j> {
    Event(LineEvent<'j>),
    /// A mapping that the log carries.
    Mapping(CarriedMapping),
}

/// A mapping that a log carries for the events that refer to it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedMapping {
    foldback: String,
    /// The number by which events refer to it.
    pub source: u64,
    /// The name of the log that its events were first imported from.
    pub name: String,
    /// The text of the mapping file.
    pub mapping: String,
}

/// Reads the records of one log. The result depends on the record alone, so several threads can read one log.
#[derive(Clone, Debug)]
pub struct LineReader {
    mapping: Option<Arc<Mapping>>,
    /// The aggregates whose vocabulary the carried mappings use.
    aggregates: Aggregates,
    ours: Envelope,
}

impl LineReader {
    /// A reader for a log with that mapping, or without one for our own lines. A mapping that the log carries is parsed
    /// for these aggregates.
    pub fn new(mapping: Option<Arc<Mapping>>, aggregates: &Aggregates) -> Self {
        Self { mapping, aggregates: aggregates.clone(), ours: Envelope::ours() }
    }

    /// Whether a record has several events.
    pub fn has_several(&self) -> bool {
        self.mapping.as_ref().is_some_and(|mapping| mapping.envelope().has_several())
    }

    /// The events of a record that has several, the oldest first; `None` if it has no array of events.
    pub fn elements<'j>(&self, text: &'j [u8]) -> Option<Vec<Cow<'j, str>>> {
        self.mapping.as_ref()?.envelope().elements(str::from_utf8(text).ok()?)
    }

    /// The events of a record that is an array of objects, such as a batch; `None` for anything else.
    pub fn batch<'j>(&self, found: RecordContent, text: &'j [u8]) -> Option<Vec<&'j str>> {
        let RecordContent::Text { depth } = found else { return None };
        if depth > DEPTH_MAX { None } else { finding::batch(str::from_utf8(text).ok()?) }
    }

    /// Reads a record; the texts of the result borrow from the record where possible. `knows_source` says whether the
    /// log has carried the mapping of that number before.
    ///
    /// # Errors
    /// The reason why the record is neither an event nor a mapping.
    pub fn read<'j>(
        &self,
        found: RecordContent,
        text: &'j [u8],
        knows_source: impl Fn(u64) -> bool,
    ) -> Result<LogRecord<'j>, Cow<'static, str>> {
        let depth = match found {
            RecordContent::Text { depth } => depth,
            RecordContent::TooLong => return Err(too_long("").into()),
            RecordContent::CutOff => return Err(CUT_OFF.into()),
            RecordContent::NotClosed => return Err(NOT_CLOSED.into()),
            RecordContent::Misfit { n_fields, n_columns } => return Err(misfit(n_fields, n_columns)),
            RecordContent::OpenQuote { n_lines } => return Err(open_quote(n_lines)),
        };
        let text = str::from_utf8(text)
            .map_err(|why| format!("it is not UTF-8 (after {} bytes)", why.valid_up_to()))?;
        let text = text.trim_ascii_end();
        if depth > DEPTH_MAX {
            return Err(too_deep());
        }
        let envelope = self.mapping.as_ref().map_or(&self.ours, |mapping| mapping.envelope());
        let event = match envelope.read(text, knows_source) {
            Ok(event) => event,
            Err(why) if envelope.is_ours() && text.contains(HEADER_KEY) => {
                return header(text, why, &self.aggregates);
            }
            Err(why) => return Err(text_before_object(text).map_or(why, Cow::Owned)),
        };
        // JSON that was in a text did not count.
        let has_text_read = !envelope.said().json_in_text.is_empty();
        if has_text_read || depth + DEPTH_GAINED_MAX > DEPTH_MAX {
            let metadata = event.metadata.as_deref().map_or(0, fingerprint::depth);
            if fingerprint::depth(&event.data).max(metadata) >= DEPTH_MAX {
                return Err(too_deep());
            }
        }
        if text.len() + BYTES_GAINED_MAX > LINE_BYTES_MAX && write::n_bytes(&event) > LINE_BYTES_MAX {
            return Err(too_long(" together with what keeps all of it").into());
        }
        Ok(LogRecord::Event(event))
    }
}

/// The mapping in a line that is not an event, or the reason why it is neither.
fn header(
    text: &str,
    why: Cow<'static, str>,
    aggregates: &Aggregates,
) -> Result<LogRecord<'static>, Cow<'static, str>> {
    #[derive(Deserialize)]
    struct LineKind<'a> {
        #[serde(borrow)]
        foldback: Option<Cow<'a, str>>,
    }
    let kind = serde_json::from_str::<LineKind<'_>>(text).ok().and_then(|line| line.foldback);
    if kind.as_deref() != Some(MAPPING_HEADER) {
        return Err(why);
    }
    let carried: CarriedMapping =
        serde_json::from_str(text).map_err(|why| format!("it carries no mapping: {why}"))?;
    aggregates.parse_mapping(&carried.mapping).map_err(|why| why.to_string())?;
    Ok(LogRecord::Mapping(carried))
}

/// Reports text before a whole object in the line, as in the lines of a program's log.
fn text_before_object(text: &str) -> Option<String> {
    let (before, _) = text.split_once('{')?;
    let is_object = || serde_json::from_str::<IgnoredAny>(text.get(before.len()..)?).ok();
    let has_text = !before.trim().is_empty();
    (has_text && serde_json::from_str::<IgnoredAny>(text).is_err() && is_object().is_some()).then(|| {
        let shown: String = before.trim().chars().take(SHOWN_CHARS_MAX).collect();
        format!("there is text before its object: {shown:?}")
    })
}

fn misfit(n_fields: usize, n_columns: usize) -> Cow<'static, str> {
    format!("it has {}, and the heading has {n_columns}", counted(n_fields as u64, "field")).into()
}

fn open_quote(n_lines: u64) -> Cow<'static, str> {
    let rest = match n_lines {
        1 => "it".to_owned(),
        n => format!("the {} from here to the end of the log", counted(n, "line")),
    };
    format!("a quote in it is not closed: {rest} cannot be read").into()
}

fn too_long(how: &str) -> String {
    format!("it is longer than {} MiB{how}", LINE_BYTES_MAX >> 20)
}

fn too_deep() -> Cow<'static, str> {
    format!("it is nested deeper than {DEPTH_MAX}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_knowing(known: &[u64], text: &str) -> Result<LogRecord<'static>, String> {
        let depth = fingerprint::depth(text);
        let reader = LineReader::new(None, &Aggregates::bank());
        let text = text.to_owned().leak().as_bytes();
        reader
            .read(RecordContent::Text { depth }, text, |number| known.contains(&number))
            .map_err(Cow::into_owned)
    }

    fn read(text: &[u8]) -> Result<(), String> {
        let depth = fingerprint::depth(&String::from_utf8_lossy(text));
        let read =
            LineReader::new(None, &Aggregates::bank()).read(RecordContent::Text { depth }, text, |_| false);
        read.map(|_| ()).map_err(Cow::into_owned)
    }

    fn nested(depth: usize) -> String {
        format!("{}{}", "[".repeat(depth), "]".repeat(depth))
    }

    #[test]
    fn a_line_that_is_not_text_or_too_deep_is_reported() {
        assert_eq!(read(b"{\"stream\":\"\xff\"}"), Err("it is not UTF-8 (after 11 bytes)".to_owned()));
        let event = |data: &str, more: &str| format!(r#"{{"stream":"a","type":"T","data":{data}{more}}}"#);
        assert!(read(event(&nested(127), "").as_bytes()).is_ok());
        let why = Err("it is nested deeper than 128".to_owned());
        assert_eq!(read(event(&nested(128), "").as_bytes()), why);
        // The parts of the envelope that are kept are nested deeper in the metadata, and must be readable there, too.
        assert!(read(event("{}", &format!(r#","x":{}"#, nested(125))).as_bytes()).is_ok());
        assert_eq!(read(event("{}", &format!(r#","x":{}"#, nested(126))).as_bytes()), why);
    }

    #[test]
    fn a_line_carries_a_mapping_or_names_one() {
        let event = r#"{"stream":"a","type":"T","data":{},"source":3}"#;
        let Ok(LogRecord::Event(unknown)) = read_knowing(&[], event) else { panic!("an event") };
        assert_eq!(
            (unknown.source, unknown.metadata.as_deref()),
            (None, Some(r#"{"envelope":{"source":3}}"#))
        );
        let Ok(LogRecord::Event(known)) = read_knowing(&[3], event) else { panic!("an event") };
        assert_eq!((known.source, known.metadata), (Some(3), None));
        let carried = |mapping: &str| {
            let line = format!(r#"{{"foldback":"mapping","source":3,"name":"n","mapping":"{mapping}"}}"#);
            read_knowing(&[], &line)
        };
        assert_eq!(
            carried("[x]").unwrap_err().split(", exp").next(),
            Some("line 1 of the mapping: unknown field `x`")
        );
        let Ok(LogRecord::Mapping(mapping)) = carried("") else { panic!("a mapping") };
        assert_eq!((mapping.source, mapping.name.as_str()), (3, "n"));
        let why = |text: &str| read_knowing(&[], text).unwrap_err();
        assert_eq!(
            why(r#"{"foldback":"mapping"}"#).split(" at ").next(),
            Some("it carries no mapping: missing field `source`")
        );
        assert_eq!(why(r#"{"foldback":"else"}"#), "it has no stream");
    }
}
