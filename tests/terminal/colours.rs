//! The colours that a terminal reports, and the codes that are sent to it.

use std::collections::BTreeSet;

use portable_pty::CommandBuilder;

use crate::pty::Session;

/// foldback in a terminal with these variables about colours and no others.
fn started(variables: &[&str], words: &[&str]) -> Session {
    let mut command = CommandBuilder::new("env");
    for unset in ["TERM", "COLORTERM", "COLORFGBG", "NO_COLOR"] {
        command.args(["-u", unset]);
    }
    command.args(variables);
    command.arg(env!("CARGO_BIN_EXE_foldback"));
    command.args(words);
    Session::of(120, 36, command)
}

/// The codes of the colours that were sent: `36`, `38;5;27`, `38;2;0;126;156`.
fn colours_sent(session: &Session) -> BTreeSet<String> {
    let sent = String::from_utf8_lossy(&session.sent).into_owned();
    let mut colours = BTreeSet::new();
    for sequence in sent.split("\x1b[").skip(1) {
        let end = sequence.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap();
        if !sequence[end..].starts_with('m') {
            continue;
        }
        let mut values = sequence[..end].split(';');
        while let Some(value) = values.next() {
            let n_more = match (value, values.clone().next()) {
                ("38" | "48", Some("5")) => 2,
                ("38" | "48", Some("2")) => 4,
                _ => 0,
            };
            let more: Vec<&str> = values.by_ref().take(n_more).collect();
            let number: u8 = value.parse().unwrap_or(0);
            if matches!(number, 30..=38 | 40..=48 | 90..=107) {
                colours.insert([&[value], more.as_slice()].concat().join(";"));
            }
        }
    }
    colours
}

#[test]
fn a_terminal_is_sent_colours_that_it_has() {
    let cases: [(&[&str], &[&str], &[&str]); 9] = [
        (&["TERM=xterm"], &[], &["32", "35", "36"]),
        (&["TERM=linux"], &[], &["32", "35", "36"]),
        (&["TERM=screen"], &["--dark"], &["32", "35", "36"]),
        (&["TERM=vt100"], &["--light"], &["34", "35"]),
        (&["TERM=xterm-256color"], &[], &["38;5;163", "38;5;27", "38;5;28"]),
        (&["TERM=xterm-256color", "COLORFGBG=0;15"], &[], &["38;5;22", "38;5;24", "38;5;90"]),
        (
            &["TERM=xterm-256color", "COLORTERM=truecolor"],
            &["--light"],
            &["38;2;0;95;0", "38;2;0;95;135", "38;2;135;0;135"],
        ),
        (
            &["TERM=xterm", "COLORTERM=24bit", "COLORFGBG=15;0"],
            &[],
            &["38;2;208;112;216", "38;2;42;181;217", "38;2;60;192;112"],
        ),
        (&["TERM=xterm-256color", "NO_COLOR=1"], &[], &[]),
    ];
    for (variables, words, expected) in cases {
        let mut session = started(variables, words);
        session.wait_for("lag 0");
        session.wait_for("✔ verified to 407");
        let sent = colours_sent(&session);
        // The first screen shows the accent, the read side and success; red marks money that went out.
        let all: BTreeSet<String> = sent.iter().filter(|colour| !is_red(colour)).cloned().collect();
        assert_eq!(
            all,
            expected.iter().map(|colour| (*colour).to_owned()).collect(),
            "{variables:?} {words:?}"
        );
        session.type_keys("q");
        assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
    }
}

fn is_red(colour: &str) -> bool {
    ["31", "38;5;203", "38;5;124", "38;5;160", "38;2;240;96;96", "38;2;175;0;0", "38;2;214;56;56"]
        .contains(&colour)
}

#[test]
fn a_terminal_without_cells_gets_the_sentence_that_a_pipe_gets() {
    for variables in [&["TERM=dumb"][..], &["TERM="], &[]] {
        let session = started(variables, &[]);
        let (code, text) = session.ends_and_gives_the_terminal_back();
        assert_eq!(code, 2, "{variables:?}");
        assert!(
            text.contains("the explorer needs a terminal; without one, `foldback print STORE`"),
            "{text}"
        );
    }
}
