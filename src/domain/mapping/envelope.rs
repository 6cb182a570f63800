//! The envelope: where in a line of a log the parts of an event are.
//!
//! Its files:
//!
//! - `base64.rs`: data that is kept in base64
//! - `json_in_text.rs`: JSON that is kept as a text within JSON: the line with that JSON in the text's place
//! - `otlp.rs`: logs in OTLP, the form of OpenTelemetry: each record of an export as a plain object
//! - `parts.rs`: the parts of an event in a line: their slots, and their paths as a mapping file gives them
//! - `records.rs`: the events of a record that has several, in an array at a path
//! - `times.rs`: times in a log, in the notations that systems use
//! - `typed_values.rs`: values that are written with their types, read as plain JSON

mod base64;
mod json_in_text;
pub(super) mod otlp;
pub mod parts;
mod records;
pub mod times;
pub mod typed_values;

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::domain::event::{
    ENVELOPE_KEY, EVENT_ID_BYTES_MAX, EVENT_TYPE_BYTES_MAX, EventText, StreamName, Timestamp,
};
use crate::domain::json::{each_member, is_empty_object, is_number, is_object, shortened, unquoted};
use crate::domain::mapping::envelope::parts::{
    DATA, DATA_BASE64, EnvelopePaths, METADATA, N_OUR_PARTS, N_PARTS, PART_NAMES, SOURCE, STREAM, TIME, TYPE,
    VERSION,
};
use crate::domain::mapping::envelope::times::{TimeFormat, TimeRead};
use crate::domain::mapping::paths::{self, Paths, Slots};

/// The text between the parts of a stream's name.
const STREAM_JOINT: &str = "-";

/// How to find an event in a line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub(super) paths: Paths,
    /// Our own lines are read strictly, and their `source` may refer to a mapping that the log carries.
    pub(super) is_ours: bool,
    /// What a mapping file says of another system's lines.
    pub(super) said: EnvelopePaths,
}

/// An event found in a line. Texts are borrowed from the line where possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineEvent<'j> {
    /// Its stream, a valid [`StreamName`].
    pub stream: Cow<'j, str>,
    /// See [`NewEvent::id`](crate::domain::event::NewEvent::id).
    pub id: Option<Cow<'j, str>>,
    /// See [`RecordedEvent::event_type`](crate::domain::event::RecordedEvent::event_type).
    pub event_type: Cow<'j, str>,
    /// Its own time.
    pub time: Option<Timestamp>,
    /// Its data as raw JSON; `null` if the line has none.
    pub data: Cow<'j, str>,
    /// Its metadata as raw JSON.
    pub metadata: Option<Cow<'j, str>>,
    /// The number of its mapping among those that the log carries.
    pub source: Option<u64>,
    /// Whether it has a time that cannot be read, so that `time` is `None`; it is kept in the metadata.
    pub is_time_unread: bool,
}

impl LineEvent<'_> {
    /// The event without its stream.
    pub fn text(&self) -> EventText<'_> {
        let Self { id, event_type, time, data, metadata, .. } = self;
        EventText { id: id.as_deref(), event_type, time: *time, data, metadata: metadata.as_deref() }
    }

    /// The same event with texts of its own.
    fn into_owned(self) -> LineEvent<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let Self { stream, id, event_type, time, data, metadata, source, is_time_unread } = self;
        LineEvent {
            stream: owned(stream),
            id: id.map(owned),
            event_type: owned(event_type),
            time,
            data: owned(data),
            metadata: metadata.map(owned),
            source,
            is_time_unread,
        }
    }
}

impl Envelope {
    /// The envelope of our own lines, whose parts are top-level fields under their own names.
    pub fn ours() -> Self {
        let mut paths = Paths::default();
        for (slot, key) in PART_NAMES.into_iter().take(N_OUR_PARTS).enumerate() {
            // A plain word is always a valid path.
            let _ = paths.add(key, slot);
        }
        Self { paths, is_ours: true, said: EnvelopePaths::default() }
    }

    /// The envelope of another system's lines.
    ///
    /// # Errors
    /// The key of the part whose path is invalid, and why.
    pub fn foreign(said: EnvelopePaths) -> Result<Self, (&'static str, &'static str)> {
        let paths = said.paths()?;
        Ok(Self { paths, is_ours: false, said })
    }

    /// Whether lines have our own form.
    pub fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// What a mapping file says of it; nothing for our own lines.
    pub fn said(&self) -> &EnvelopePaths {
        &self.said
    }

    /// The prefix for the names of this log's streams.
    pub fn stream_prefix(&self) -> &str {
        &self.said.stream_prefix
    }

    /// Reads the event in a line. `knows_source` says whether the log has carried the mapping with the number `source`.
    ///
    /// Nothing of the line is lost. Fields that the envelope does not name, and a time whose text says more than a
    /// [`Timestamp`] keeps, are put under [`ENVELOPE_KEY`] into the metadata, each under its original path. If the
    /// metadata is not an object, or has that key already, it goes there as well, under its own path, and the metadata
    /// becomes a new object.
    ///
    /// # Errors
    /// Why the line is not an event.
    pub fn read<'j>(
        &self,
        line: &'j str,
        knows_source: impl Fn(u64) -> bool,
    ) -> Result<LineEvent<'j>, Cow<'static, str>> {
        match json_in_text::with_texts_read(line, &self.said.json_in_text) {
            Some(read) => self.read_plain(&read, knows_source).map(LineEvent::into_owned),
            None => self.read_plain(line, knows_source),
        }
    }

    /// Reads a line in which no text has to be read as JSON.
    fn read_plain<'j>(
        &self,
        line: &'j str,
        knows_source: impl Fn(u64) -> bool,
    ) -> Result<LineEvent<'j>, Cow<'static, str>> {
        let mut slots: Slots<'_, N_PARTS> = [None; N_PARTS];
        let has_rest = self.paths.pick(line, &mut slots).map_err(|why| Cow::Owned(why.to_string()))?;
        let mut is_taken = [true; N_PARTS];
        let stream = self.stream(&slots, &mut is_taken)?;
        StreamName::check(&stream).map_err(|why| why.to_string())?;
        let event_type = self.event_type(line, &slots, &mut is_taken)?;
        let [_, _, data, time, id, metadata, source, version, ..] = slots;
        let id = self.text("id", id)?;
        if event_type.is_empty() || event_type.len() > EVENT_TYPE_BYTES_MAX {
            return Err(format!("a type has 1 to {EVENT_TYPE_BYTES_MAX} bytes").into());
        }
        if id.as_ref().is_some_and(|id| id.is_empty() || id.len() > EVENT_ID_BYTES_MAX) {
            return Err(format!("an id has 1 to {EVENT_ID_BYTES_MAX} bytes").into());
        }
        let data: Cow<'_, str> = match data.map(RawValue::get) {
            Some(data) => data.into(),
            None if slots[DATA_BASE64].is_some() => base64::data(slots[DATA_BASE64])?,
            None if self.said.data_is_whole() => line.trim_ascii().into(),
            None => "null".into(),
        };
        let plain = self.said.typed_values.and_then(|values| values.plain(&data));
        // The data is kept as it came, too.
        is_taken[DATA] = plain.is_none();
        let data = plain.map_or(data, Cow::Owned);
        let (time, is_time_whole) = self.time(time)?;
        let number = source.and_then(|raw| raw.get().parse().ok()).filter(|number| knows_source(*number));
        let is_source_lost = source.is_some() && number.is_none();
        (is_taken[TIME], is_taken[SOURCE]) = (is_time_whole, !is_source_lost);
        is_taken[VERSION] = version.is_none();
        let has_rest = has_rest || is_taken.contains(&false);
        // If the data is the whole line as it came, nothing has to be kept elsewhere.
        let is_line_kept = self.said.data_is_whole() && is_taken[DATA];
        let metadata = if !is_line_kept && has_rest {
            Some(self.metadata_with_rest(line, metadata, is_taken)?.into())
        } else {
            metadata.map(|raw| raw.get().into())
        };
        let is_time_unread = time.is_none() && !is_time_whole;
        Ok(LineEvent { stream, id, event_type, time, data, metadata, source: number, is_time_unread })
    }

    /// The stream's name. Several parts are joined; then each is kept in the metadata, too.
    fn stream<'j>(
        &self,
        slots: &Slots<'j, N_PARTS>,
        is_taken: &mut [bool; N_PARTS],
    ) -> Result<Cow<'j, str>, Cow<'static, str>> {
        let part = |slot: usize| self.text("stream", slots.get(slot).copied().flatten());
        let first = part(STREAM)?.ok_or("it has no stream")?;
        if self.said.stream.len() < 2 && self.said.stream_prefix.is_empty() {
            return Ok(first);
        }
        let mut name = format!("{}{first}", self.said.stream_prefix);
        for slot in self.said.streams().skip(1) {
            name.push_str(STREAM_JOINT);
            name.push_str(&part(slot)?.ok_or("it has no stream: a part of its name is missing")?);
        }
        if self.said.stream.len() > 1 {
            for slot in self.said.streams() {
                if let Some(is_taken) = is_taken.get_mut(slot) {
                    *is_taken = slots.get(slot).is_none_or(Option::is_none);
                }
            }
        }
        Ok(name.into())
    }

    /// The type, from the first of its places that has one. The others stay what they are.
    fn event_type<'j>(
        &self,
        line: &'j str,
        slots: &Slots<'j, N_PARTS>,
        is_taken: &mut [bool; N_PARTS],
    ) -> Result<Cow<'j, str>, Cow<'static, str>> {
        if self.is_ours {
            return self.text("type", slots[TYPE])?.ok_or("it has no type".into());
        }
        let mut found = None;
        for (slot, object) in self.said.types() {
            let raw = slots.get(slot).copied().flatten();
            let mut is_used = false;
            match object {
                _ if found.is_some() => {}
                Some(path) => {
                    let object = if path.is_empty() { Some(line) } else { raw.map(RawValue::get) };
                    found = object.and_then(only_member).map(Cow::Owned);
                }
                None => {
                    found = self.text("type", raw)?;
                    is_used = found.is_some();
                }
            }
            if let Some(is_taken) = is_taken.get_mut(slot) {
                *is_taken = is_used || raw.is_none();
            }
        }
        found.ok_or("it has no type".into())
    }

    /// The metadata, together with the values that no other part of the event keeps.
    fn metadata_with_rest(
        &self,
        line: &str,
        metadata: Option<&RawValue>,
        mut is_taken: [bool; N_PARTS],
    ) -> Result<String, Cow<'static, str>> {
        let own = metadata
            .map(RawValue::get)
            .filter(|text| is_object(text) && !paths::has_key(text, ENVELOPE_KEY))
            .and_then(|text| text.strip_suffix('}'));
        is_taken[METADATA] = own.is_some();
        let mut text = own.unwrap_or("{").to_owned();
        if metadata.is_some_and(|raw| own.is_some() && !is_empty_object(raw.get())) {
            text.push(',');
        }
        paths::push_text(ENVELOPE_KEY, &mut text);
        text.push(':');
        self.paths.rest(line, &is_taken, &mut text).map_err(|why| Cow::Owned(why.to_string()))?;
        text.push('}');
        Ok(text)
    }

    /// A part that is a text or, in another system's lines, a number. JSON's null counts as absent.
    fn text<'j>(
        &self,
        part: &str,
        raw: Option<&'j RawValue>,
    ) -> Result<Option<Cow<'j, str>>, Cow<'static, str>> {
        let Some(json) = raw.map(RawValue::get).filter(|json| *json != "null") else { return Ok(None) };
        match unquoted(json) {
            Some(text) => Ok(Some(text)),
            None if !self.is_ours && is_number(json) => Ok(Some(Cow::Borrowed(json))),
            None if self.is_ours => Err(format!("its {part} is not a string").into()),
            None => Err(format!("its {part} is neither a string nor a number").into()),
        }
    }

    /// The time, and whether the text says nothing more than that. Where times have any form, a value that is no time
    /// leaves the event without one.
    fn time(&self, raw: Option<&RawValue>) -> Result<(Option<Timestamp>, bool), Cow<'static, str>> {
        let Some(json) = raw.map(RawValue::get).filter(|json| *json != "null") else {
            return Ok((None, true));
        };
        match (self.said.time_format.read(json), self.said.time_format) {
            (Ok(TimeRead { time, is_whole, .. }), _) => Ok((Some(time), is_whole)),
            (Err(_), TimeFormat::Any) => Ok((None, false)),
            (Err(like), _) => Err(Cow::Owned(format!("its time {} is not like {like}", shortened(json)))),
        }
    }
}

/// The name of the only member of an object; `None` for anything else.
fn only_member(object: &str) -> Option<String> {
    let (mut name, mut n) = (None, 0);
    each_member(object, |key, _| {
        (name, n) = (key.map(str::to_owned), n + 1);
        Ok(())
    })
    .ok()?;
    name.filter(|_| n == 1)
}

#[cfg(test)]
mod tests;
