//! The part `[envelope]` of a mapping file: read, and written for an envelope that was found.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::domain::mapping::envelope::Envelope;
use crate::domain::mapping::envelope::parts::EnvelopePaths;
use crate::domain::mapping::envelope::times::TimeFormat;
use crate::domain::mapping::envelope::typed_values::TypedValues;

/// What is wrong in a mapping file, and the range of bytes that it is about.
pub(super) type FileFault = (Range<usize>, String);

/// The part as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EnvelopePart {
    stream: Spanned<OneOrMore>,
    #[serde(rename = "type")]
    event_type: Spanned<OneOrMore>,
    data: Spanned<String>,
    data_base64: Option<Spanned<String>>,
    time: Option<Spanned<String>>,
    time_format: Option<Spanned<TimeFormat>>,
    id: Option<Spanned<String>>,
    version: Option<Spanned<String>>,
    metadata: Option<Spanned<String>>,
    stream_prefix: Option<String>,
    json_in_text: Option<Spanned<OneOrMore>>,
    records: Option<Spanned<String>>,
    fields_beside: Option<bool>,
    typed_values: Option<TypedValues>,
    found: Option<String>,
}

/// A path, or a list of paths.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a path, or a list of paths")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn into_list(self) -> Vec<String> {
        match self {
            Self::One(path) => vec![path],
            Self::More(paths) => paths,
        }
    }
}

impl EnvelopePart {
    /// The envelope, and the sentence about it if foldback found it.
    pub(super) fn envelope(self) -> Result<(Envelope, Option<String>), FileFault> {
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
            ("data_base64", self.data_base64.as_ref().map(Spanned::span)),
            ("time", self.time.as_ref().map(Spanned::span)),
            ("id", self.id.as_ref().map(Spanned::span)),
            ("version", self.version.as_ref().map(Spanned::span)),
            ("metadata", self.metadata.as_ref().map(Spanned::span)),
            ("json_in_text", self.json_in_text.as_ref().map(Spanned::span)),
            ("records", self.records.as_ref().map(Spanned::span)),
        ];
        let said = EnvelopePaths {
            stream: self.stream.into_inner().into_list(),
            stream_prefix: self.stream_prefix.unwrap_or_default(),
            event_type: self.event_type.into_inner().into_list(),
            data: self.data.into_inner(),
            data_base64: self.data_base64.map(Spanned::into_inner),
            time: self.time.map(Spanned::into_inner),
            time_format: self.time_format.map(Spanned::into_inner).unwrap_or_default(),
            id: self.id.map(Spanned::into_inner),
            version: self.version.map(Spanned::into_inner),
            metadata: self.metadata.map(Spanned::into_inner),
            json_in_text: self.json_in_text.map_or_else(Vec::new, |list| list.into_inner().into_list()),
            records: self.records.map(Spanned::into_inner),
            has_fields_beside: self.fields_beside.unwrap_or_default(),
            typed_values: self.typed_values,
        };
        let envelope = Envelope::foreign(said).map_err(|(part, why)| {
            let span = spans.into_iter().find(|(name, _)| *name == part).and_then(|(_, span)| span);
            (span.unwrap_or(0..0), format!("{part}: {why}"))
        })?;
        Ok((envelope, self.found))
    }
}

/// The text of `[envelope]` in a mapping file that says this, and the sentence about it if foldback found it.
pub fn envelope_text(said: &EnvelopePaths, found: Option<&str>) -> String {
    let EnvelopePaths {
        stream,
        stream_prefix,
        event_type,
        data,
        data_base64,
        time,
        time_format,
        id,
        version,
        metadata,
        json_in_text,
        records,
        has_fields_beside,
        typed_values,
    } = said;
    let mut part = toml::Table::new();
    let mut put = |key: &str, value: toml::Value| drop(part.insert(key.to_owned(), value));
    let list = |paths: &[String]| match paths {
        [one] => toml::Value::from(one.as_str()),
        paths => toml::Value::from(paths.to_vec()),
    };
    put("stream", list(stream));
    put("type", list(event_type));
    put("data", data.as_str().into());
    let optional = [
        ("data_base64", data_base64),
        ("time", time),
        ("id", id),
        ("version", version),
        ("metadata", metadata),
        ("records", records),
    ];
    for (key, path) in optional.into_iter().filter_map(|(key, path)| Some((key, path.as_deref()?))) {
        put(key, path.into());
    }
    if time.is_some() && *time_format != TimeFormat::default() {
        // The name of a notation can always be written.
        toml::Value::try_from(time_format).into_iter().for_each(|name| put("time_format", name));
    }
    if *has_fields_beside {
        put("fields_beside", true.into());
    }
    if let Some(values) = typed_values {
        // Nor can the name of a way to write values fail.
        toml::Value::try_from(values).into_iter().for_each(|name| put("typed_values", name));
    }
    if !stream_prefix.is_empty() {
        put("stream_prefix", stream_prefix.as_str().into());
    }
    if !json_in_text.is_empty() {
        put("json_in_text", list(json_in_text));
    }
    if let Some(found) = found {
        put("found", found.into());
    }
    format!("[envelope]\n{part}")
}
