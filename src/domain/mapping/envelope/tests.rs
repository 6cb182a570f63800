//! Tests of reading the parts of an event from a line.

use super::*;

fn read(line: &str) -> Result<LineEvent<'_>, String> {
    Envelope::ours().read(line, |number| number == 1).map_err(Cow::into_owned)
}

fn metadata(line: &str) -> Option<String> {
    read(line).unwrap().metadata.map(Cow::into_owned)
}

/// A line of our own, with `more` appended.
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
        data: r#"{ "x" : 1 }"#.into(),
        metadata: Some(r#"{ "by":"me" }"#.into()),
        source: Some(1),
        is_time_unread: false,
    };
    assert_eq!(read(&line(more)), Ok(event));
}

#[test]
fn fields_that_the_envelope_does_not_name_are_kept_in_the_metadata() {
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
    let list = |path: &str| vec![path.to_owned()];
    let (stream, event_type, data) = (list("s"), list("t"), "d.x".to_owned());
    let said = EnvelopePaths { stream, event_type, data, ..EnvelopePaths::default() };
    let foreign = Envelope::foreign(said).unwrap();
    for line in [r#"{"s":"a","t":"T"}"#, r#"{"s":"a","t":"T","d":{}}"#, r#"{"s":"a","t":"T","d":null}"#] {
        assert_eq!(foreign.read(line, |_| false).unwrap().data, "null", "{line}");
    }
}

#[test]
fn a_line_that_is_no_event_says_why() {
    let long = "x".repeat(513);
    for (line, why) in [
        ("[1]", "it is not a JSON object"),
        ("7", "it is not a JSON object"),
        ("{}", "it has no stream"),
        (r#"{"stream":"a","data":{}}"#, "it has no type"),
        (r#"{"stream":7,"type":"T","data":{}}"#, "its stream is not a string"),
        (r#"{"stream":"","type":"T","data":{}}"#, "a stream's name cannot be empty"),
        (r#"{"stream":"a","type":["T"],"data":{}}"#, "its type is not a string"),
        (r#"{"stream":"a","type":"","data":{}}"#, "a type has 1 to 512 bytes"),
        (r#"{"stream":"a","type":"T","data":{},"id":7}"#, "its id is not a string"),
        (&format!(r#"{{"stream":"a","type":"T","data":{{}},"id":"{long}"}}"#), "an id has 1 to 512 bytes"),
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
        (r#"{"stream":"a","stream":"b","type":"T","data":{}}"#, "the key \"stream\" appears twice"),
        (r#"{"stream":"a","type":"T","data":{},"x":1,"x":2}"#, "the key \"x\" appears twice"),
        (r#"{"stream":"\ud800","type":"T","data":{}}"#, "its stream is not a string"),
    ] {
        assert_eq!(read(line), Err(why.to_owned()), "{line}");
    }
}

fn foreign(data: &str, time_format: TimeFormat) -> Envelope {
    let text = str::to_owned;
    let said = EnvelopePaths {
        stream: vec![text("agg.id")],
        stream_prefix: text("account-"),
        event_type: vec![text("ev.kind")],
        data: text(data),
        time: Some(text("at")),
        time_format,
        id: Some(text("seq")),
        metadata: Some(text("ev.meta")),
        ..EnvelopePaths::default()
    };
    Envelope::foreign(said).unwrap()
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
        data: r#"{"v": 1.0}"#.into(),
        metadata: Some(r#"{"by":"x","envelope":{"agg":{"class":"Account"}}}"#.into()),
        source: None,
        is_time_unread: false,
    };
    assert_eq!(read, event);
}

#[test]
fn the_whole_line_as_data_keeps_everything_once() {
    let line = r#" {"agg":{"id":1},"ev":{"kind":"In"},"at":"2024-03-14","more":1} "#;
    let foreign = foreign(".", TimeFormat::Date);
    let event = foreign.read(line, |_| true).unwrap();
    assert_eq!((&*event.data, event.metadata), (line.trim(), None));
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
