//! Tests of domain files: each mistake at its place, and aggregates by the names of their streams.

use super::*;
use crate::domain::event::StreamName;

/// The mistake of a file: its line, its character, and why.
fn mistake(text: &str) -> (usize, usize, String) {
    let bad = parse(text).unwrap_err();
    (bad.line, bad.column, bad.why)
}

fn assert_named<T: AsRef<str>>(cases: &[(T, usize, usize, &str)]) {
    for (text, line, column, why) in cases {
        let text = text.as_ref();
        assert_eq!(mistake(text), (*line, *column, (*why).to_owned()), "{text}");
    }
}

const ON: &str = "[aggregates.cart.on.Opened]\nstatus = \"'open'\"\n";

#[test]
fn a_mistake_in_a_key_or_value_is_named_with_its_line_and_character() {
    let cases = [
        ("[aggregates.cart]\n", 1, 13, "[aggregates.cart.on.TYPE] is missing: what its events change"),
        ("\n[aggregats.cart]\n", 2, 2, "the key aggregats is not known here; did you mean aggregates?"),
        ("", 1, 1, "a domain file declares an aggregate at least: [aggregates.NAME]"),
        (
            &format!("[aggregates.cart]\nstrams = \"a-*\"\n{ON}"),
            2,
            1,
            "the key strams is not known here; did you mean streams?",
        ),
        (
            &format!("[aggregates.cart]\nstreams = 5\n{ON}"),
            2,
            11,
            "streams is a text in quotes, not a number",
        ),
        (
            &format!("[aggregates.cart]\nstreams = \"a-*\"\ncategory = \"a\"\n{ON}"),
            1,
            13,
            "an aggregate has streams or a category, not both",
        ),
    ];
    assert_named(&cases);
}

#[test]
fn a_mistake_in_a_rule_or_an_upcast_is_named_with_its_line_and_character() {
    let cases = [
        (&format!("{ON}total = \"data.price +\"\n"), 3, 22, "the expression ends too early"),
        (
            &format!("{ON}total = \"a / b\"\n"),
            3,
            12,
            "/ does not say how many decimals the result has; write div(a, b, places), for example div(total, 3, 2)",
        ),
        (&format!("{ON}\"total[\" = \"1\"\n"), 3, 8, "the expression ends too early"),
        (
            &format!("{ON}type = \"1\"\n"),
            3,
            1,
            "type is not a field; a field of this name is written state.type",
        ),
        (
            &format!("{ON}\"status.a\" = \"1\"\n"),
            3,
            1,
            "status and status.a are one place, or one within the other",
        ),
        (&format!("{ON}remove = \"a\"\n"), 3, 10, "remove is a list of texts, not a text"),
        (
            &format!("{ON}remove = [\"status\"]\n"),
            3,
            11,
            "status and status are one place, or one within the other",
        ),
        (&format!("{ON}[upcast.A]\n"), 3, 9, "an upcast has as = \"TYPE\", data = \"EXPRESSION\", or both"),
        (
            &format!("{ON}[upcast.A]\nas = \"B\"\n[upcast.B]\nas = \"A\"\n"),
            3,
            2,
            "A would pass through more than 16 upcasts: do they lead back to it?",
        ),
        (
            &format!("{ON}[aggregates.door.on.Opened]\na = \"1\"\n"),
            1,
            1,
            "cart and door both take every stream; only one can: streams = \"…-*\"",
        ),
        (
            &format!("[aggregates.cart]\nstart = {{ n = inf }}\n{ON}"),
            2,
            9,
            "start: it is not JSON: expected value (byte 6)",
        ),
    ];
    assert_named(&cases);
}

#[test]
fn a_stream_belongs_to_the_first_pattern_that_its_name_matches() {
    let text = format!(
        "[aggregates.rest.on.A]\nn = \"1\"\n[aggregates.vip]\nstreams = \"cart-vip-*\"\n[aggregates.vip.on.A]\n\
         n = \"1\"\n[aggregates.cart]\ncategory = \"cart\"\n{ON}[aggregates.odd]\nstreams = \"*-odd\"\n\
         [aggregates.odd.on.A]\nn = \"1\"\n"
    );
    let aggregates = parse(&text).unwrap();
    let of = |name: &str| aggregates.of(&StreamName::new(name).unwrap()).name.to_string();
    let names = ["cart-vip-1", "cart-1", "door-odd", "cart", "x"].map(of);
    assert_eq!(names, ["vip", "cart", "odd", "rest", "rest"]);
    let with_rest = parse(&text.replace("[aggregates.rest.on.A]\nn = \"1\"\n", "")).unwrap();
    assert_eq!(with_rest.of(&StreamName::new("x").unwrap()).name, "stream");
}

#[test]
fn the_digest_changes_with_each_rule_and_not_with_how_the_file_is_written() {
    let base = format!(
        "[aggregates.cart]\nstart = {{ n = 1 }}\n{ON}[upcast.Old]\nas = \"Opened\"\n\
         [aggregates.cart.recorded]\nn = \"data.n\"\n"
    );
    let digest = |text: &str| parse(text).unwrap().digest();
    let spaced = base.replace(" = ", "   =   ").replace('\n', "\n\n# a comment\n");
    assert_eq!(digest(&spaced), digest(&base));
    for (from, to) in [
        ("cart", "door"),
        ("n = 1", "n = 2"),
        ("status =", "stage ="),
        ("'open'", "'shut'"),
        ("on.Opened", "on.Shut"),
        ("Old", "Older"),
        ("\"data.n\"", "\"data.m\""),
        ("as = \"Opened\"", "as = \"Shut\""),
        ("as = \"Opened\"", "as = \"Opened\"\ndata = \"data\""),
    ] {
        assert_ne!(digest(&base.replace(from, to)), digest(&base), "{from}");
    }
}
