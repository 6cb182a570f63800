//! Tests of reading places in history.

use super::*;

fn at_time(text: &str) -> At {
    At::Time(text.parse().unwrap())
}

#[test]
fn a_place_reads_as_a_person_writes_it() {
    for (text, at) in [
        ("8112", At::Position(GlobalPosition::new(8112))),
        (" 8,112 ", At::Position(GlobalPosition::new(8112))),
        ("99999999999999999999999", At::Position(GlobalPosition::new(u64::MAX))),
        ("head", At::Head),
        ("42%", At::Share(420_000)),
        ("99.9 %", At::Share(999_000)),
        ("2024-03-14T10:22:07Z", at_time("2024-03-14T10:22:07Z")),
        ("2024-03-14T10:22:07+02:00", at_time("2024-03-14T08:22:07Z")),
        ("2024-03-14T10:22", at_time("2024-03-14T10:22:00Z")),
        ("2024-03-14 10:22:07", at_time("2024-03-14T10:22:07Z")),
        ("2024-03-14", at_time("2024-03-14T23:59:59.999999Z")),
        ("9999-12-30", At::Time(Timestamp::MAX)),
        ("2024-03-14T10:22:07[Europe/Paris]", at_time("2024-03-14T09:22:07Z")),
        ("2024-07-14 10:22[europe/paris]", at_time("2024-07-14T08:22:00Z")),
        ("2024-03-14T10:22:07+01:00[Europe/Paris]", at_time("2024-03-14T09:22:07Z")),
        ("2024-03-14T10:22:07Z[Europe/Paris]", at_time("2024-03-14T10:22:07Z")),
        ("2024-10-27T02:30:00+01:00[Europe/Paris]", at_time("2024-10-27T01:30:00Z")),
        ("2024-03-14T10:22:07[+05:30]", at_time("2024-03-14T04:52:07Z")),
        ("2024-03-14T10:22:07.123456789-03:00[America/Argentina/ComodRivadavia]", {
            at_time("2024-03-14T13:22:07.123456789Z")
        }),
        // The day on which clocks go forward has 23 hours.
        ("2024-03-31[Europe/Paris]", at_time("2024-03-31T21:59:59.999999Z")),
    ] {
        assert_eq!(At::parse(text), Ok(at), "{text:?}");
    }
}

#[test]
fn a_stretch_begins_at_the_beginning_of_a_date() {
    assert_eq!(At::parse_beginning("2024-03-14"), Ok(at_time("2024-03-14T00:00:00Z")));
    assert_eq!(At::parse_beginning("2024-03-14T10:22:07Z"), Ok(at_time("2024-03-14T10:22:07Z")));
    assert_eq!(At::parse_beginning("42%"), Ok(At::Share(420_000)));
    assert_eq!(At::parse_beginning("2024-03-31[Europe/Paris]"), Ok(at_time("2024-03-30T23:00:00Z")));
}

#[test]
fn a_text_that_is_not_a_place_gets_the_notation() {
    for text in [
        "",
        " ",
        "-1",
        "%",
        "101%",
        "-5%",
        "nan%",
        "inf%",
        "noon",
        "2024-13-01",
        "2024-02-30",
        "1.5",
        ",",
        "81,12",
        "8_1",
        "1,2345",
        "0,125",
        "8 112",
        "1e3",
        "2024-03-14+01:00",
    ] {
        let why = At::parse(text).unwrap_err().to_string();
        assert!(why.starts_with(&format!("'{text}' is not a position or time; write a position")), "{why}");
    }
}

#[test]
fn a_time_zone_that_leaves_the_time_uncertain_is_refused_and_named() {
    for (text, why) in [
        (
            "2024-03-14T10:22:07[Europe/Pariis]",
            "'Europe/Pariis' is not a time zone; write it like Europe/Paris, or give an offset: +01:00",
        ),
        (
            "2024-03-14[Moon/Crater]",
            "'Moon/Crater' is not a time zone; write it like Europe/Paris, or give an offset: +01:00",
        ),
        (
            "2024-03-14T10:22:07+02:00[Europe/Paris]",
            "'2024-03-14T10:22:07+02:00[Europe/Paris]' contradicts itself: Europe/Paris has another offset then; leave \
                 one of them out",
        ),
        (
            "2024-10-27T02:30[Europe/Paris]",
            "'2024-10-27T02:30[Europe/Paris]' is uncertain: clocks in Europe/Paris show that time twice; give the \
                 offset as well, like +01:00",
        ),
        (
            "2024-03-31T02:30[Europe/Paris]",
            "'2024-03-31T02:30[Europe/Paris]' is uncertain: clocks in Europe/Paris never show that time; give the \
                 offset as well, like +01:00",
        ),
    ] {
        assert_eq!(At::parse(text).unwrap_err().to_string(), why);
        assert!(At::parse_beginning(text).is_err());
    }
}

#[test]
fn a_position_beyond_the_head_asks_whether_a_date_was_meant() {
    let head = GlobalPosition::new(407);
    let beyond = |text: &str| At::parse(text).unwrap().within(head).unwrap_err().to_string();
    for (number, date) in [
        ("20240314", "2024-03-14"),
        ("2024", "2024-12-31"),
        ("202403", "2024-03-01"),
        ("1710411727", "2024-03-14T10:22:07Z"),
        ("1710411727000", "2024-03-14T10:22:07Z"),
        ("408", "2024-03-14 or 2024-03-14T10:22:07Z"),
        ("99999999", "2024-03-14 or 2024-03-14T10:22:07Z"),
        ("20,240,314", "2024-03-14"),
    ] {
        let position = number.replace(',', "");
        let why = format!(
            "there is no position {position}: the head is 407; was a date meant? Write it like {date}"
        );
        assert_eq!(beyond(number), why);
    }
    let nothing = At::parse("5").unwrap().within(GlobalPosition::START).unwrap_err().to_string();
    assert!(
        nothing.starts_with("there is no position 5: there are no events yet; was a date meant?"),
        "{nothing}"
    );
    assert!(At::parse("408").unwrap().beginning_within(head).is_ok());
    assert!(At::parse("409").unwrap().beginning_within(head).is_err());
    for text in ["0", "407", "head", "42%", "2024-03-14"] {
        assert!(At::parse(text).unwrap().within(head).is_ok(), "{text}");
    }
}

#[test]
fn a_share_is_of_the_way_to_the_head() {
    assert_eq!([0, 500_000, 1_000_000].map(|share| of_share(share, 401)), [0, 201, 401]);
    assert_eq!(of_share(1_000_000, u64::MAX), u64::MAX);
}
