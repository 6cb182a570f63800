//! Where the parts of an event stand in one line of a log, and the event that a line holds.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::domain::event::{
    ENVELOPE_KEY, EVENT_ID_BYTES_MAX, EVENT_TYPE_BYTES_MAX, EventText, StreamName, Timestamp,
};
use crate::domain::json::{is_number, is_object, shortened, unquoted};
use crate::domain::mapping::paths::{self, Paths, Slots};

/// How a log writes its times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// `2024-03-14T10:22:07Z`, with any offset.
    #[default]
    Rfc3339,
    /// `2024-03-14`: the first moment of that day, UTC.
    Date,
    /// Seconds since 1970-01-01 UTC as a number, decimals allowed.
    UnixSeconds,
    /// Milliseconds since 1970-01-01 UTC as a number, decimals allowed.
    UnixMillis,
}

/// The parts of an event that a line has. Their numbers are the slots of [`Envelope::paths`].
const STREAM: usize = 0;
const TYPE: usize = 1;
const DATA: usize = 2;
const TIME: usize = 3;
const ID: usize = 4;
const METADATA: usize = 5;
const SOURCE: usize = 6;
const N_PARTS: usize = 7;

/// Where the parts of an event stand in a line: dotted paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
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

/// How an event is found in one line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    paths: Paths,
    /// Our own lines are read strictly, and their `source` may name a mapping that the log carries.
    is_ours: bool,
    data_is_whole: bool,
    stream_prefix: String,
    time_format: TimeFormat,
}

/// An event as it stands in a line: what the line says in the very words is not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineEvent<'j> {
    /// Whose history it belongs to: a text that can be a [`StreamName`].
    pub stream: Cow<'j, str>,
    /// See [`NewEvent::id`](crate::domain::event::NewEvent::id).
    pub id: Option<Cow<'j, str>>,
    /// See [`RecordedEvent::event_type`](crate::domain::event::RecordedEvent::event_type).
    pub event_type: Cow<'j, str>,
    /// When it says it happened.
    pub time: Option<Timestamp>,
    /// What happened, as raw JSON; `null` where the line has none.
    pub data: &'j str,
    /// What is known about how it came to be recorded, as raw JSON.
    pub metadata: Option<Cow<'j, str>>,
    /// The number of the mapping, among those that the log carries, that it is read with.
    pub source: Option<u64>,
}

impl LineEvent<'_> {
    /// The event, without where it belongs.
    pub fn text(&self) -> EventText<'_> {
        let Self { id, event_type, time, data, metadata, .. } = self;
        EventText { id: id.as_deref(), event_type, time: *time, data, metadata: metadata.as_deref() }
    }
}

impl Envelope {
    /// The envelope of our own lines: every part under its own name at the top.
    pub fn ours() -> Self {
        let mut paths = Paths::default();
        let keys = ["stream", "type", "data", "time", "id", "metadata", "source"];
        for (slot, key) in keys.into_iter().enumerate() {
            // A plain word is always a path.
            let _ = paths.add(key, slot);
        }
        let (stream_prefix, time_format) = (String::new(), TimeFormat::Rfc3339);
        Self { paths, is_ours: true, data_is_whole: false, stream_prefix, time_format }
    }

    /// The envelope of another system's lines.
    ///
    /// # Errors
    /// The name of the part whose path is none, and why.
    pub fn foreign(
        places: &Places,
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

    /// Whether lines are of our own shape.
    pub fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// What comes before the names of this log's streams.
    pub fn stream_prefix(&self) -> &str {
        &self.stream_prefix
    }

    fn prefixed<'j>(&self, name: Cow<'j, str>) -> Cow<'j, str> {
        match self.stream_prefix.as_str() {
            "" => name,
            prefix => format!("{prefix}{name}").into(),
        }
    }

    /// The event in a line. `knows_source` tells whether the log has said what the `source` of that number is.
    ///
    /// Nothing of the line is lost: what the envelope does not name, and a time whose text says more than a
    /// [`Timestamp`] keeps, is put under [`ENVELOPE_KEY`] into the metadata, each under the path where it stood. Where
    /// the metadata is no object, or has that key already, it goes in there as well, under its own path, and the
    /// metadata is a new object.
    ///
    /// # Errors
    /// Why the line is no event.
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
        // The whole line is kept where it is the data.
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

    /// The metadata together with what no other part of the event keeps.
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

    /// A part that is a text or, in another system's lines, a number. JSON's null is none.
    fn text<'j>(
        &self,
        part: &str,
        raw: Option<&'j RawValue>,
    ) -> Result<Option<Cow<'j, str>>, Cow<'static, str>> {
        let Some(json) = raw.map(RawValue::get).filter(|json| *json != "null") else { return Ok(None) };
        match unquoted(json) {
            Some(text) => Ok(Some(text)),
            None if !self.is_ours && is_number(json) => Ok(Some(Cow::Borrowed(json))),
            None if self.is_ours => Err(format!("its {part} is no text").into()),
            None => Err(format!("its {part} is no text and no number").into()),
        }
    }

    /// The time that stands there, and whether the text says nothing more than that.
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

/// The time that an RFC 3339 text gives, to the microsecond, and whether our own way to write that time says as much.
fn rfc3339(text: &str) -> Option<(Timestamp, bool)> {
    let exact: Timestamp = text.parse().ok()?;
    let micros = i64::try_from(exact.as_nanosecond().div_euclid(1000)).ok()?;
    let time = Timestamp::from_microsecond(micros).ok()?;
    if is_plain(text.as_bytes()) {
        return Some((time, true));
    }
    // Most times are written the very way we do, or with `+00:00`, or with zeros behind the seconds.
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

/// Whether a text that is a time has the form `2024-03-14T10:22:07Z`, with up to six digits behind a point: such a one
/// says nothing but its time. A leap second, of which the time keeps less, does.
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

/// The first moment of a day. It says no more than that.
fn date(text: &str) -> Option<(Timestamp, bool)> {
    let date: jiff::civil::Date = text.parse().ok()?;
    // A date parser also takes a date with a time behind it, which would be lost.
    let start = (date.to_string() == text).then(|| format!("{text}T00:00:00Z"))?;
    Some((start.parse().ok()?, true))
}

/// The time that many units since 1970, of which one is 10^`exponent` microseconds; and whether that is all of it.
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
mod tests {
    use super::*;

    fn read(line: &str) -> Result<LineEvent<'_>, String> {
        Envelope::ours().read(line, |number| number == 1).map_err(Cow::into_owned)
    }

    fn metadata(line: &str) -> Option<String> {
        read(line).unwrap().metadata.map(Cow::into_owned)
    }

    /// A line of ours with more behind it.
    fn line(more: &str) -> String {
        format!(r#"{{"stream":"a","type":"T","data":{{ "x" : 1 }}{more}}}"#)
    }

    #[test]
    fn a_line_of_ours_is_the_event_that_it_says() {
        let more = r#","time":"2024-03-14T10:22:07.5Z","id":"i","metadata":{ "by":"me" },"source":1"#;
        let event = LineEvent {
            stream: "a".into(),
            id: Some("i".into()),
            event_type: "T".into(),
            time: Some("2024-03-14T10:22:07.5Z".parse().unwrap()),
            data: r#"{ "x" : 1 }"#,
            metadata: Some(r#"{ "by":"me" }"#.into()),
            source: Some(1),
        };
        assert_eq!(read(&line(more)), Ok(event));
    }

    #[test]
    fn what_the_envelope_does_not_name_is_kept_in_the_metadata() {
        let kept = |more: &str| metadata(&line(more)).unwrap();
        assert_eq!(kept(r#","position":7, "x":[1, 2]"#), r#"{"envelope":{"position":7,"x":[1, 2]}}"#);
        assert_eq!(kept(r#","metadata":{},"v":1"#), r#"{"envelope":{"v":1}}"#);
        assert_eq!(kept(r#","metadata":{ "b":2 },"v":1"#), r#"{ "b":2 ,"envelope":{"v":1}}"#);
        assert_eq!(kept(r#","source":2"#), r#"{"envelope":{"source":2}}"#);
        assert_eq!(kept(r#","source":"shop""#), r#"{"envelope":{"source":"shop"}}"#);
    }

    #[test]
    fn metadata_that_has_no_room_for_the_envelope_goes_into_it() {
        let kept = |more: &str| metadata(&line(more)).unwrap();
        assert_eq!(kept(r#","metadata":[1],"v":1"#), r#"{"envelope":{"metadata":[1],"v":1}}"#);
        assert_eq!(kept(r#","metadata":null,"v":1"#), r#"{"envelope":{"metadata":null,"v":1}}"#);
        let full = r#","v":1,"metadata":{"envelope":{"v":0}}"#;
        assert_eq!(kept(full), r#"{"envelope":{"v":1,"metadata":{"envelope":{"v":0}}}}"#);
    }

    #[test]
    fn metadata_is_as_it_came_when_nothing_has_to_be_added() {
        for text in [r#"{ "envelope" : {"v":0} }"#, "[1]", "null", "7"] {
            assert_eq!(metadata(&line(&format!(r#","metadata":{text}"#))).unwrap(), text);
        }
        assert_eq!(metadata(&line("")), None);
    }

    #[test]
    fn a_time_is_kept_in_its_own_words_only_where_they_say_more_than_the_time() {
        let at = |time: &str| {
            let line = line(&format!(r#","time":{time}"#));
            let event = read(&line).unwrap();
            (event.time.unwrap().to_string(), event.metadata.map(Cow::into_owned))
        };
        let kept = |time: &str| Some(format!(r#"{{"envelope":{{"time":{time}}}}}"#));
        for same in [
            "2024-03-14T10:22:07Z",
            "2024-03-14t10:22:07z",
            "2024-03-14 10:22:07+00:00",
            "2024-03-14T10:22:07.000Z",
            "2024-03-14T10:22:07.0000000Z",
        ] {
            assert_eq!(at(&format!("\"{same}\"")), ("2024-03-14T10:22:07Z".to_owned(), None), "{same}");
        }
        let micros = "2024-03-14T10:22:07.123456Z";
        assert_eq!(at(&format!("\"{micros}000\"").replace("Z000", "000Z")), (micros.to_owned(), None));
        let nanos = "\"2024-03-14T10:22:07.123456789Z\"";
        assert_eq!(at(nanos), (micros.to_owned(), kept(nanos)));
        let offset = "\"2024-03-14T11:22:07+01:00\"";
        assert_eq!(at(offset), ("2024-03-14T10:22:07Z".to_owned(), kept(offset)));
        let leap = "\"2016-12-31T23:59:60Z\"";
        assert_eq!(at(leap), ("2016-12-31T23:59:59Z".to_owned(), kept(leap)));
    }

    #[test]
    fn an_event_without_data_is_kept_with_null() {
        assert_eq!(read(r#"{"stream":"a","type":"T"}"#).unwrap().data, "null");
        assert_eq!(read(r#"{"stream":"a","type":"T","data":null}"#).unwrap().data, "null");
        let text = str::to_owned;
        let (time, id, metadata) = (None, None, None);
        let places =
            Places { stream: text("s"), event_type: text("t"), data: text("d.x"), time, id, metadata };
        let foreign = Envelope::foreign(&places, String::new(), TimeFormat::Rfc3339).unwrap();
        for line in [r#"{"s":"a","t":"T"}"#, r#"{"s":"a","t":"T","d":{}}"#, r#"{"s":"a","t":"T","d":null}"#] {
            assert_eq!(foreign.read(line, |_| false).unwrap().data, "null", "{line}");
        }
    }

    #[test]
    fn a_line_that_is_no_event_says_why() {
        let long = "x".repeat(513);
        for (line, why) in [
            ("[1]", "it is no JSON object"),
            ("7", "it is no JSON object"),
            ("{}", "it has no stream"),
            (r#"{"stream":"a","data":{}}"#, "it has no type"),
            (r#"{"stream":7,"type":"T","data":{}}"#, "its stream is no text"),
            (r#"{"stream":"","type":"T","data":{}}"#, "a stream's name cannot be empty"),
            (r#"{"stream":"a","type":["T"],"data":{}}"#, "its type is no text"),
            (r#"{"stream":"a","type":"","data":{}}"#, "a type has 1 to 512 bytes"),
            (r#"{"stream":"a","type":"T","data":{},"id":7}"#, "its id is no text"),
            (
                &format!(r#"{{"stream":"a","type":"T","data":{{}},"id":"{long}"}}"#),
                "an id has 1 to 512 bytes",
            ),
            (
                &format!(r#"{{"stream":"{long}","type":"T","data":{{}}}}"#),
                "a stream's name cannot be longer than 512 bytes",
            ),
            (
                r#"{"stream":"a","type":"T","data":{},"time":"noon"}"#,
                "its time \"noon\" is not like \"2024-03-14T10:22:07Z\"",
            ),
            (
                r#"{"stream":"a","type":"T","data":{},"time":17}"#,
                "its time 17 is not like \"2024-03-14T10:22:07Z\"",
            ),
            (r#"{"stream":"a","stream":"b","type":"T","data":{}}"#, "the key \"stream\" stands there twice"),
            (r#"{"stream":"a","type":"T","data":{},"x":1,"x":2}"#, "the key \"x\" stands there twice"),
            (r#"{"stream":"\ud800","type":"T","data":{}}"#, "its stream is no text"),
        ] {
            assert_eq!(read(line), Err(why.to_owned()), "{line}");
        }
    }

    fn foreign(data: &str, time_format: TimeFormat) -> Envelope {
        let places = Places {
            stream: "agg.id".to_owned(),
            event_type: "ev.kind".to_owned(),
            data: data.to_owned(),
            time: Some("at".to_owned()),
            id: Some("seq".to_owned()),
            metadata: Some("ev.meta".to_owned()),
        };
        Envelope::foreign(&places, "account-".to_owned(), time_format).unwrap()
    }

    #[test]
    fn another_systems_line_is_read_where_the_mapping_says() {
        let line = concat!(
            r#"{"seq":9,"agg":{"id":17,"class":"Account"},"at":1710411727.25,"#,
            r#""ev":{"kind":"In","body":{"v": 1.0},"meta":{"by":"x"}}}"#
        );
        let read = foreign("ev.body", TimeFormat::UnixSeconds).read(line, |_| true).unwrap();
        let event = LineEvent {
            stream: "account-17".into(),
            id: Some("9".into()),
            event_type: "In".into(),
            time: Some("2024-03-14T10:22:07.25Z".parse().unwrap()),
            data: r#"{"v": 1.0}"#,
            metadata: Some(r#"{"by":"x","envelope":{"agg":{"class":"Account"}}}"#.into()),
            source: None,
        };
        assert_eq!(read, event);
    }

    #[test]
    fn the_whole_line_as_data_keeps_everything_once() {
        let line = r#" {"agg":{"id":1},"ev":{"kind":"In"},"at":"2024-03-14","more":1} "#;
        let foreign = foreign(".", TimeFormat::Date);
        let event = foreign.read(line, |_| true).unwrap();
        assert_eq!((event.data, event.metadata), (line.trim(), None));
        assert_eq!(event.time, Some("2024-03-14T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn numbers_since_1970_are_exact_or_kept_as_they_were() {
        let at = |json: &str, format| {
            let raw: &RawValue = serde_json::from_str(json).unwrap();
            let read = foreign("ev.body", format).time(Some(raw));
            read.map(|(time, is_whole)| (time.unwrap().as_microsecond(), is_whole)).ok()
        };
        use TimeFormat::{UnixMillis, UnixSeconds};
        assert_eq!(at("1710411727", UnixSeconds), Some((1_710_411_727_000_000, true)));
        assert_eq!(at("\"1710411727\"", UnixSeconds), Some((1_710_411_727_000_000, true)));
        assert_eq!(at("-1.5", UnixSeconds), Some((-1_500_000, true)));
        assert_eq!(at("0.1234567", UnixSeconds), Some((123_456, false)));
        assert_eq!(at("1710411727123.4560", UnixMillis), Some((1_710_411_727_123_456, true)));
        assert_eq!(at("1e9", UnixSeconds), None);
        assert_eq!(at("99999999999999999999", UnixMillis), None);
    }
}
