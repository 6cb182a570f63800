//! The verbs of the read side: `query` and `rebuild`.

use serde_json::json;

use crate::desk::{Desk, Left};

#[test]
fn a_question_in_sql_is_answered_as_of_the_head() {
    let desk = Desk::with_bank();
    let sql = "SELECT name, balance FROM account_rows WHERE status = 'frozen'";
    let rows = desk.run(&["query", "bank.db", sql, "--json"]).json_lines();
    assert_eq!(rows, [json!({"name": "acc-11", "balance": desk.state(&["acc-11"])["state"]["balance"]})]);
    desk.run(&["do", "bank.db", "freeze acc-01"]);
    assert_eq!(desk.run(&["query", "bank.db", sql, "--json"]).json_lines().len(), 2);
    let rebuilt = desk.run(&["rebuild", "bank.db"]);
    assert_eq!(rebuilt.code, 0);
    assert_eq!(desk.run(&["query", "bank.db", sql]).out.lines().next(), Some("name    balance (minor)"));
    let wrong = desk.run(&["query", "bank.db", "DELETE FROM account_rows"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (1, ""));
}

#[test]
fn a_rebuild_says_how_the_rows_were_before_it_replaces_them() {
    let desk = Desk::with_bank();
    let folder = std::fs::canonicalize(desk.0.path()).unwrap().join("bank.read");
    let rebuild = |words: &[&str]| desk.run(&[&["rebuild", "bank.db"], words].concat());
    let left = |code, out: &str, err: &str| Left {
        code,
        out: format!("{}: {out}\n", folder.display()),
        err: err.to_owned(),
    };
    let nothing = "there is nothing to compare with: there was no read model\n";
    let first = left(0, "projected up to 407, nothing to compare with", nothing);
    assert_eq!(rebuild(&[]), first);
    assert_eq!(rebuild(&["--check"]), left(0, "compared up to 407, the same rows", ""));
    assert_eq!(rebuild(&[]), left(0, "projected up to 407, the same rows", ""));

    let pointer = || std::fs::read_to_string(folder.join("current")).unwrap();
    let spoil = |sql: &str| {
        let current = pointer();
        let file = folder.join(current.split(' ').next().unwrap());
        rusqlite::Connection::open(file).unwrap().execute_batch(sql).unwrap();
    };
    spoil("UPDATE total_rows SET balance = 5, n_accounts = 9 WHERE currency = 'USD'");
    let before = pointer();
    let said = "totals: other values in 1 row, in balance, n_accounts\n  \
                live: currency = USD · balance = 0.05 USD · n_accounts = 9\n  \
                new:  currency = USD · balance = 18,016.60 USD · n_accounts = 2\n";
    // The findings of a check are its answer; the replacements of a rebuild are reported on stderr.
    let checked = rebuild(&["--check"]);
    let answer = left(3, "compared up to 407, different rows in 1 table", "");
    assert_eq!(checked, Left { out: said.to_owned() + &answer.out, ..answer });
    assert_eq!(pointer(), before);
    assert_eq!(rebuild(&[]), left(0, "projected up to 407, different rows in 1 table", said));
    assert_ne!(pointer(), before);
    assert_eq!(rebuild(&["--check"]).code, 0);

    spoil("DELETE FROM checkpoint");
    let damaged = "there is nothing to compare with: the read model was damaged (a row is missing)\n";
    assert_eq!(rebuild(&["--check"]), left(3, "compared up to 0, nothing to compare with", damaged));
    assert_eq!(rebuild(&[]), left(0, "projected up to 407, nothing to compare with", damaged));
}

#[test]
fn a_printed_screen_refuses_the_keys_that_steer_the_projector() {
    let desk = Desk::with_bank();
    for keys in ["p", "o", "[", "]]", ":hold<enter>", ":step 5<enter>"] {
        let shown = desk.run(&["print", "bank.db", "--keys", keys]).out;
        assert!(shown.contains("a printed screen changes nothing"), "{keys}\n{shown}");
        assert!(!shown.contains("HELD") && !shown.contains("/s at most"), "{keys}\n{shown}");
    }
}
