//! The envelope: where in a line of a log the parts of an event are.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::domain::event::{
    ENVELOPE_KEY, EVENT_ID_BYTES_MAX, EVENT_TYPE_BYTES_MAX, EventText, StreamName, Timestamp,
};
use crate::domain::json::{is_number, is_object, shortened, unquoted};
use crate::domain::mapping::paths::{self, Paths, Slots};

/// The notation of times in a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// `2024-03-14T10:22:07Z`, with any offset.
    #[default]
    Rfc3339,
    /// `2024-03-14`: the beginning of that day, UTC.
    Date,
    /// Seconds since 1970-01-01 UTC as a number, decimals allowed.
    UnixSeconds,
    /// Milliseconds since 1970-01-01 UTC as a number, decimals allowed.
    UnixMillis,
}

/// The parts of an event in a line. Their numbers are the slots of [`Envelope::paths`].
const STREAM: usize = 0;
const TYPE: usize = 1;
const DATA: usize = 2;
const TIME: usize = 3;
const ID: usize = 4;
const METADATA: usize = 5;
const SOURCE: usize = 6;
const N_PARTS: usize = 7;

/// The names of the parts in a mapping file and in our own lines, by their slots.
pub(super) const PART_NAMES: [&str; N_PARTS] = ["stream", "type", "data", "time", "id", "metadata", "source"];

/// The locations of an event's parts in a line, as dotted paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvelopePaths {
    /// The stream's name: a text or a number.
    pub stream: String,
    /// The event type: a text or a number.
    pub event_type: String,
    /// The data: any JSON. `.` is the whole line.
    pub data: String,
    /// The event's time.
    pub time: Option<String>,
    /// The event's id: a text or a number.
    pub id: Option<String>,
    /// The metadata: any JSON.
    pub metadata: Option<String>,
}

/// How to find an event in a line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub(super) paths: Paths,
    /// Our own lines are read strictly, and their `source` may refer to a mapping that the log carries.
    pub(super) is_ours: bool,
    pub(super) data_is_whole: bool,
    pub(super) stream_prefix: String,
    pub(super) time_format: TimeFormat,
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
    pub data: &'j str,
    /// Its metadata as raw JSON.
    pub metadata: Option<Cow<'j, str>>,
    /// The number of its mapping among those that the log carries.
    pub source: Option<u64>,
}

impl LineEvent<'_> {
    /// The event without its stream.
    pub fn text(&self) -> EventText<'_> {
        let Self { id, event_type, time, data, metadata, .. } = self;
        EventText { id: id.as_deref(), event_type, time: *time, data, metadata: metadata.as_deref() }
    }
}

impl Envelope {
    /// The envelope of our own lines, whose parts are top-level fields under their own names.
    pub fn ours() -> Self {
        let mut paths = Paths::default();
        for (slot, key) in PART_NAMES.into_iter().enumerate() {
            // A plain word is always a valid path.
            let _ = paths.add(key, slot);
        }
        let (stream_prefix, time_format) = (String::new(), TimeFormat::Rfc3339);
        Self { paths, is_ours: true, data_is_whole: false, stream_prefix, time_format }
    }

    /// The envelope of another system's lines.
    ///
    /// # Errors
    /// The name of the part whose path is invalid, and why.
    pub fn foreign(
        places: &EnvelopePaths,
        stream_prefix: String,
        time_format: TimeFormat,
    ) -> Result<Self, (&'static str, &'static str)> {
        let mut paths = Paths::default();
        let data_is_whole = places.data == ".";
        let named = [
            (STREAM, "stream", Some(&places.stream)),
            (TYPE, "type", Some(&places.event_type)),
            (DATA, "data", Some(&places.data).filter(|_| !data_is_whole)),
            (TIME, "time", places.time.as_ref()),
            (ID, "id", places.id.as_ref()),
            (METADATA, "metadata", places.metadata.as_ref()),
        ];
        for (slot, part, path) in named {
            if let Some(path) = path {
                paths.add(path, slot).map_err(|why| (part, why))?;
            }
        }
        Ok(Self { paths, is_ours: false, data_is_whole, stream_prefix, time_format })
    }

    /// Whether lines have our own form.
    pub fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// The prefix for the names of this log's streams.
    pub fn stream_prefix(&self) -> &str {
        &self.stream_prefix
    }

    fn prefixed<'j>(&self, name: Cow<'j, str>) -> Cow<'j, str> {
        match self.stream_prefix.as_str() {
            "" => name,
            prefix => format!("{prefix}{name}").into(),
        }
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
        let mut slots: Slots<'_, N_PARTS> = [None; N_PARTS];
        let has_rest = self.paths.pick(line, &mut slots).map_err(|why| Cow::Owned(why.to_string()))?;
        let [stream, event_type, data, time, id, metadata, source] = slots;
        let stream = self.prefixed(self.text("stream", stream)?.ok_or("it has no stream")?);
        StreamName::check(&stream).map_err(|why| why.to_string())?;
        let event_type = self.text("type", event_type)?.ok_or("it has no type")?;
        let id = self.text("id", id)?;
        if event_type.is_empty() || event_type.len() > EVENT_TYPE_BYTES_MAX {
            return Err(format!("a type has 1 to {EVENT_TYPE_BYTES_MAX} bytes").into());
        }
        if id.as_ref().is_some_and(|id| id.is_empty() || id.len() > EVENT_ID_BYTES_MAX) {
            return Err(format!("an id has 1 to {EVENT_ID_BYTES_MAX} bytes").into());
        }
        let data = match data.map(RawValue::get) {
            Some(data) => data,
            None if self.data_is_whole => line.trim_ascii(),
            None => "null",
        };
        let (time, is_time_whole) = self.time(time)?;
        let number = source.and_then(|raw| raw.get().parse().ok()).filter(|number| knows_source(*number));
        let is_source_lost = source.is_some() && number.is_none();
        // If the data is the whole line, nothing has to be kept elsewhere.
        let metadata = if !self.data_is_whole && (has_rest || !is_time_whole || is_source_lost) {
            let mut is_taken = [true; N_PARTS];
            is_taken[TIME] = is_time_whole;
            is_taken[SOURCE] = !is_source_lost;
            Some(self.metadata_with_rest(line, metadata, is_taken)?.into())
        } else {
            metadata.map(|raw| raw.get().into())
        };
        Ok(LineEvent { stream, id, event_type, time, data, metadata, source: number })
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
        if metadata.is_some_and(|raw| own.is_some() && !paths::is_empty_object(raw.get())) {
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
            None if self.is_ours => Err(format!("its {part} is not a text").into()),
            None => Err(format!("its {part} is neither a text nor a number").into()),
        }
    }

    /// The time, and whether the text says nothing more than that.
    fn time(&self, raw: Option<&RawValue>) -> Result<(Option<Timestamp>, bool), Cow<'static, str>> {
        let Some(json) = raw.map(RawValue::get).filter(|json| *json != "null") else {
            return Ok((None, true));
        };
        let bad = |like: &str| Cow::Owned(format!("its time {} is not like {like}", shortened(json)));
        let text = unquoted(json);
        let read = match (self.time_format, &text) {
            (TimeFormat::Rfc3339, Some(text)) => rfc3339(text).ok_or("\"2024-03-14T10:22:07Z\""),
            (TimeFormat::Rfc3339, None) => Err("\"2024-03-14T10:22:07Z\""),
            (TimeFormat::Date, Some(text)) => date(text).ok_or("\"2024-03-14\""),
            (TimeFormat::Date, None) => Err("\"2024-03-14\""),
            (TimeFormat::UnixSeconds, _) => {
                since_1970(text.as_deref().unwrap_or(json), 6).ok_or("1710411727")
            }
            (TimeFormat::UnixMillis, _) => {
                since_1970(text.as_deref().unwrap_or(json), 3).ok_or("1710411727000")
            }
        };
        let (time, is_whole) = read.map_err(bad)?;
        Ok((Some(time), is_whole))
    }
}

/// The time of an RFC 3339 text, to the microsecond, and whether our own notation of that time says as much.
fn rfc3339(text: &str) -> Option<(Timestamp, bool)> {
    let exact: Timestamp = text.parse().ok()?;
    let micros = i64::try_from(exact.as_nanosecond().div_euclid(1000)).ok()?;
    let time = Timestamp::from_microsecond(micros).ok()?;
    if is_plain(text.as_bytes()) {
        return Some((time, true));
    }
    // Most times are written exactly as ours, or with `+00:00`, or with zeros after the seconds.
    let utc = ["Z", "z", "+00:00"].into_iter().find_map(|suffix| text.strip_suffix(suffix));
    let is_whole = utc.is_some_and(|utc| {
        let ours = time.to_string();
        let shortest = if utc.contains('.') { utc.trim_end_matches('0').trim_end_matches('.') } else { utc };
        let same =
            |(i, (a, b)): (usize, (u8, u8))| a == b || (i == 10 && a == b'T' && matches!(b, b't' | b' '));
        let ours = ours.strip_suffix('Z').unwrap_or_default();
        ours.len() == shortest.len() && ours.bytes().zip(shortest.bytes()).enumerate().all(same)
    });
    Some((time, is_whole))
}

/// Whether a valid time has the form `2024-03-14T10:22:07Z`, with at most six digits after a point. Such a text says
/// nothing but its time. A leap second says more, because the time does not keep it.
fn is_plain(text: &[u8]) -> bool {
    let Some(([_, _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', tens, _], fraction)) =
        text.split_first_chunk()
    else {
        return false;
    };
    let fraction_is_kept = match fraction {
        [b'Z'] => true,
        [b'.', digits @ .., b'Z'] => digits.len() <= 6,
        _ => false,
    };
    fraction_is_kept && *tens < b'6'
}

/// The beginning of a day; the text says no more than that.
fn date(text: &str) -> Option<(Timestamp, bool)> {
    let date: jiff::civil::Date = text.parse().ok()?;
    // The parser also accepts a date followed by a time, which would be lost.
    let start = (date.to_string() == text).then(|| format!("{text}T00:00:00Z"))?;
    Some((start.parse().ok()?, true))
}

/// The time after this many units since 1970, where a unit is 10^`exponent` microseconds; and whether that is exact.
fn since_1970(text: &str, exponent: usize) -> Option<(Timestamp, bool)> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (kept, lost) = fraction.split_at_checked(exponent).unwrap_or((fraction, ""));
    let micros: i64 = format!("{sign}{whole}{kept:0<exponent$}").parse().ok()?;
    let time = Timestamp::from_microsecond(micros).ok()?;
    Some((time, lost.bytes().all(|b| b == b'0')))
}

#[cfg(test)]
mod tests;
