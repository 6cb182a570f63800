//! Promises of every verb: exit codes, help, visible control characters.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::desk::Desk;

#[test]
fn a_sample_of_any_size_is_the_same_for_the_same_seed() {
    let desk = Desk::new();
    let words = ["sample", "bank", "--events", "500", "--accounts", "20", "--seed", "3"];
    let sample = desk.run(&words);
    assert_eq!(sample.out.lines().count(), 500);
    assert_eq!(desk.run(&words), sample);
    assert_eq!(desk.run(&["sample", "seed"]).out.lines().count(), 2);
    assert_eq!(desk.run(&["sample", "bnk"]).code, 2);
    assert_eq!(desk.run(&["sample", "seed", "--events", "5"]).code, 2);
    assert_eq!(desk.run(&["sample", "bank", "--accounts", "0"]).code, 2);
}

#[test]
fn who_reads_only_the_beginning_ends_it_quietly() {
    let desk = Desk::new();
    let mut command = desk.command(&["sample", "bank", "--events", "1000000"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with(r#"{"stream":"acc-0001","#));
    let left = child.wait_with_output().unwrap();
    assert_eq!((left.status.code(), left.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn missing_things_and_usage_errors_have_exit_codes_of_their_own() {
    let desk = Desk::with_bank();
    for (words, code) in [
        (&["state", "nope.db", "a"][..], 6),
        (&["do", "nope.db", "deposit a 1"], 6),
        (&["events", "nope.jsonl"], 6),
        (&["query", "nope.db", "SELECT 1"], 6),
        (&["rebuild", "nope.db"], 6),
        (&["new", "bank.db"], 1),
        (&["new", "other.db", "--from", "nope.jsonl"], 1),
        (&["new", "other.db", "--map", "x.toml"], 1),
        (&["do", "bank.db", "frob"], 2),
        (&["do", "bank.db", "deposit acc-01"], 2),
        (&["state", "bank.db", "acc-01", "--at", "noon"], 2),
        (&["frob", "x", "y"], 2),
        (&["--help"], 0),
        (&["--version"], 0),
    ] {
        let left = desk.run(words);
        assert_eq!(left.code, code, "{words:?}: {left:?}");
        assert_eq!(left.err.is_empty(), code == 0, "{words:?}: {left:?}");
    }
    assert!(!desk.0.path().join("other.db").exists(), "nothing is left behind");
}

#[test]
fn help_begins_with_three_examples_that_work() {
    let desk = Desk::new();
    let help = desk.run(&["--help"]).out;
    let examples: Vec<&str> = help.lines().skip(1).take(3).collect();
    assert!(help.starts_with("Examples:\n  foldback "));
    assert!(examples[1].contains("foldback new bank.db --sample bank"));
    assert!(examples[2].contains("foldback do bank.db 'deposit acc-01 50'"));
    assert_eq!(desk.run(&["new", "bank.db", "--sample", "bank"]).code, 0);
    assert_eq!(desk.run(&["do", "bank.db", "deposit acc-01 50"]).code, 0);
}

#[test]
fn hostile_text_is_shown_in_words_and_exact_in_json() {
    let desk = Desk::new();
    let log = r#"{"stream":"a\u001b]52;c;aGk=\u0007","type":"T\u202e","data":{"x":"\u009b\ufeff"}}"#;
    let exact =
        log.replace("\\u202e", "\u{202e}").replace("\\u009b", "\u{9b}").replace("\\ufeff", "\u{feff}");
    desk.run_with(&["new", "bank.db", "--from", "-"], &exact);
    let words = desk.run(&["events", "bank.db"]).out;
    assert_eq!(words, "       1  -  a␛]52;c;aGk=␇ v1  T⟨U+202E⟩  {\"x\":\"⟨U+009B⟩⟨U+FEFF⟩\"}\n");
    let json = desk.run(&["events", "bank.db", "--json"]).out;
    assert!(json.contains("\"data\":{\"x\":\"\u{9b}\u{feff}\"}"), "{json}");
    let missing = desk.run(&["state", "bank.db", "\u{1b}[2J"]);
    assert_eq!(missing.code, 6);
    assert!(missing.err.contains("␛[2J") && !missing.err.contains('\u{1b}'), "{missing:?}");
}

#[test]
fn a_bad_store_gives_one_sentence_and_an_exit_code_and_stays_as_it_was() {
    let desk = Desk::with_bank();
    let at = |name: &str| desk.0.path().join(name);
    let bank = std::fs::read(at("bank.db")).unwrap();
    std::fs::create_dir(at("folder.db")).unwrap();
    std::fs::write(at("empty.db"), "").unwrap();
    std::fs::write(at("text.db"), "no database at all\n").unwrap();
    std::fs::write(at("cut.db"), &bank[..5_000]).unwrap();
    let mut newer = bank;
    // The place of an SQLite file's user_version.
    newer[60..64].copy_from_slice(&u32::MAX.to_be_bytes());
    std::fs::write(at("newer.db"), &newer).unwrap();
    for (name, code) in
        [("missing.db", 6), ("folder.db", 1), ("empty.db", 1), ("text.db", 1), ("cut.db", 1), ("newer.db", 1)]
    {
        let before = std::fs::read(at(name)).ok();
        for words in
            [vec!["state", name, "acc-01"], vec!["do", name, "deposit acc-01 1"], vec!["export", name]]
        {
            let left = desk.run(&words);
            assert_eq!((left.code, left.out.as_str()), (code, ""), "{words:?}: {left:?}");
            assert_eq!(left.err.lines().count(), 1, "{words:?}: {left:?}");
            assert!(left.err.starts_with("foldback: ") && left.err.contains(name), "{left:?}");
        }
        assert_eq!(std::fs::read(at(name)).ok(), before, "{name} has changed");
    }
}
