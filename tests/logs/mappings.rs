//! Logs with a mapping: another meaning, another envelope, and the mappings in an export.

use foldback::cancel::Cancel;
use foldback::store::export::export;

use crate::in_and_out::{
    FOREIGN, balance, counts, exported, facts, import_text, import_with, line, log, piped, with_mapping,
};
use crate::support::{TempStore, stream};

#[test]
fn a_mapping_that_fits_no_line_can_be_put_right() {
    let text = r#"{"acc":"x","kind":"In","body":{"sum":"1.50"}}"#;
    let mut t = TempStore::new();
    assert_eq!(counts(&import_text(&mut t.store, text)), (0, 0, 0, 1));
    let options = with_mapping(FOREIGN);
    let report = import_with(&mut t.store, piped(text.as_bytes()), &options).unwrap();
    assert_eq!((counts(&report), balance(&t.store, "x")), ((1, 1, 0, 0), 150));
}

#[test]
fn another_meaning_is_recorded_and_another_envelope_is_refused() {
    let text = r#"{"acc":"x","kind":"In","body":{"sum":"1.50","net":"1.25"},"seq":7}"#;
    let mut t = TempStore::new();
    let mut run = |mapping: &str| import_with(&mut t.store, piped(text.as_bytes()), &with_mapping(mapping));
    assert_eq!(counts(&run(FOREIGN).unwrap()), (1, 1, 0, 0));
    let net = FOREIGN.replace("\"sum\"", "\"net\"");
    assert_eq!(counts(&run(&net).unwrap()), (0, 0, 1, 0));
    let error = run(&net.replace("\"body\"", "\".\"")).unwrap_err().to_string();
    assert!(
        error.starts_with("a pipe was imported before with another [envelope] in its mapping"),
        "{error}"
    );
    let error = run("[meaningful]").unwrap_err().to_string();
    assert!(error.starts_with("line 1 of the mapping: unknown field `meaningful`"), "{error}");
    assert_eq!(balance(&t.store, "x"), 125);
    // Without a mapping a known log is read as before.
    assert_eq!(counts(&import_text(&mut t.store, text)), (0, 0, 1, 0));
    let recorded = t.store.sources().unwrap().remove(0).mapping;
    assert_eq!((recorded, balance(&t.store, "x")), (Some(net), 125));
    assert_eq!(facts(&t.store)[0].1.metadata.as_deref(), Some(r#"{"envelope":{"seq":7}}"#));
}

#[test]
fn an_export_carries_the_mappings_along() {
    let mut t = TempStore::new();
    let foreign = r#"{"acc":"x","kind":"In","body":{"sum":"1.50"}}"#;
    import_with(&mut t.store, piped(foreign.as_bytes()), &with_mapping(FOREIGN)).unwrap();
    import_text(&mut t.store, &line("y", 7));
    let minor = "[meaning]\namounts = \"minor_units\"\n[meaning.events.deposit]\nmeans = \"Withdrawn\"\namount = \"amount\"\n";
    import_with(&mut t.store, piped(line("z", 9).as_bytes()), &with_mapping(minor)).unwrap();
    let text = exported(&t.store);
    let quoted = |mapping: &str| serde_json::to_string(mapping).unwrap();
    let expected = [
        format!(r#"{{"foldback":"mapping","source":1,"name":"a pipe","mapping":{}}}"#, quoted(FOREIGN)),
        r#"{"stream":"x","type":"In","data":{"sum":"1.50"},"source":1}"#.to_owned(),
        line("y", 7).trim().to_owned(),
        format!(r#"{{"foldback":"mapping","source":2,"name":"a pipe","mapping":{}}}"#, quoted(minor)),
        r#"{"stream":"z","type":"deposit","data":{"amount":9},"source":2}"#.to_owned(),
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    let mut back = TempStore::new();
    assert_eq!(counts(&import_text(&mut back.store, &text)), (3, 3, 0, 0));
    assert_eq!(exported(&back.store), text);
    for (account, expected) in [("x", 150), ("y", 7), ("z", -9)] {
        assert_eq!(
            (balance(&t.store, account), balance(&back.store, account)),
            (expected, expected),
            "{account}"
        );
    }
    // And again into the store that has it: nothing, and no further source.
    assert_eq!(counts(&import_text(&mut back.store, &text)), (0, 0, 3, 0));
    assert_eq!(back.store.sources().unwrap().len(), 3);
}

#[test]
fn an_export_of_one_stream_has_its_events_only() {
    let mut t = TempStore::new();
    import_text(&mut t.store, &log(5));
    let mut out = Vec::new();
    let n = export(&t.store.log(), Some(&stream("b")), &mut out, &Cancel::never(), &mut |_| {}).unwrap();
    assert_eq!((n, String::from_utf8(out).unwrap()), (2, [line("b", 1), line("b", 3)].concat()));
}
