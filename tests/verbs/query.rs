//! The verb `query`: its formats, the position and the time limit of a question, and questions that must not be
//! answered.

use foldback::domain::aggregates::Aggregates;
use std::time::{Duration, Instant};

use foldback::read_model::engine::location::{Location, LockOutcome};
use foldback::store::sqlite::SqliteStore;
use serde_json::json;

use crate::desk::{Desk, Left};

impl Desk {
    fn query(&self, words: &[&str]) -> Left {
        self.run(&[&["query", "bank.db"], words].concat())
    }

    /// The answer to a question, without anything on stderr.
    fn answer(&self, words: &[&str]) -> String {
        let left = self.query(words);
        assert_eq!((left.code, left.err.as_str()), (0, ""), "{words:?}");
        left.out
    }
}

fn failed(sentence: &str) -> Left {
    Left { code: 1, out: String::new(), err: format!("foldback: {sentence}\n") }
}

#[test]
fn an_answer_is_a_table_with_numbers_on_the_right_and_text_on_the_left() {
    let desk = Desk::with_bank();
    let sql = "SELECT account, owner, balance, NULL AS none, balance / 2.0 AS half, x'0fA0' AS bytes
               FROM accounts WHERE account IN ('acc-04', 'acc-08', 'acc-09') ORDER BY account";
    let table = "\
account  owner              balance (minor)  none      half  bytes
acc-04   Edsger Dijkstra             -75982        -37991.0  0fa0
acc-08   Margaret Hamilton                0             0.0  0fa0
acc-09   Lindenhof Bakery           1034110        517055.0  0fa0
";
    assert_eq!(desk.answer(&[sql]), table);
    assert_eq!(desk.answer(&["SELECT 1 AS a WHERE 0"]), "a\n");
    assert_eq!(
        desk.answer(&["SELECT '日本' AS t, 'e\u{301}' AS u, 1 AS n"]),
        "t     u  n\n日本  e\u{301}  1\n"
    );
    let mixed = "SELECT 1 AS a, 'x' AS b UNION ALL SELECT 'long', NULL UNION ALL SELECT NULL, 'y'";
    assert_eq!(desk.answer(&[mixed]), "a     b\n1     x\nlong\n      y\n");
    let hostile = "SELECT char(27) || '[31m' || char(10) AS \"a\tb\"";
    assert_eq!(desk.answer(&[hostile]), "a␉b\n␛[31m␊\n");
}

#[test]
fn minor_units_are_said_in_a_table_and_only_there_and_money_is_aligned() {
    let desk = Desk::with_bank();
    let sql = "SELECT account, balance AS b, money(balance, currency) AS balance, balance / 1 AS whole
               FROM accounts WHERE account IN ('acc-04', 'acc-09') ORDER BY account";
    let table = "\
account  b (minor)        balance    whole
acc-04      -75982    -759.82 EUR   -75982
acc-09     1034110  10,341.10 EUR  1034110
";
    assert_eq!(desk.answer(&[sql]), table);
    assert!(
        desk.answer(&[sql, "--csv"]).starts_with("account,b,balance,whole\r\nacc-04,-75982,-759.82 EUR,")
    );
    let row = json!({"account": "acc-04", "b": -75982, "balance": "-759.82 EUR", "whole": -75982});
    assert_eq!(desk.query(&[sql, "--json"]).json_lines()[0], row);
    let joined = "SELECT balance FROM accounts UNION SELECT n_accounts FROM totals LIMIT 0";
    assert_eq!(desk.answer(&[joined]), "balance\n");
}

#[test]
fn a_table_of_any_length_is_written_to_its_end_and_in_one_width() {
    let desk = Desk::with_bank();
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
               SELECT i, iif(i = 2000, 'a longer one', 'short') AS t, 'end' AS e FROM n";
    let out = desk.answer(&[sql]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 3001);
    assert_eq!(lines[..2], ["  i  t      e", "  1  short  end"]);
    assert_eq!(lines[2000], "2000  a longer one  end", "a longer value pushes what is right of it");
    assert_eq!(lines[3000], "3000  short  end");
    let long = desk.answer(&["SELECT hex(zeroblob(1000)) AS t, 1 AS n UNION ALL SELECT 'x', 2"]);
    let widths: Vec<usize> = long.lines().map(str::len).collect();
    assert_eq!(widths, [63, 2003, 63], "nothing is cut where no terminal is");
}

#[test]
fn csv_is_exact_and_json_keeps_the_kind_of_a_value() {
    let desk = Desk::with_bank();
    let sql = "SELECT 'a,b' AS \"x,\", 'say \"hi\"' AS q, char(13, 10, 27) AS c, NULL AS n, '' AS e, 1 AS i, 1.0 AS r, x'00ff' AS b";
    let csv = "\"x,\",q,c,n,e,i,r,b\r\n\"a,b\",\"say \"\"hi\"\"\",\"\r\n\u{1b}\",,,1,1.0,00ff\r\n";
    assert_eq!(desk.answer(&["--csv", sql]), csv);
    assert_eq!(desk.answer(&["--csv", "SELECT NULL AS n UNION ALL SELECT 1"]), "n\r\n\"\"\r\n1\r\n");
    assert_eq!(desk.answer(&["--csv", "SELECT 1 AS n WHERE 0"]), "n\r\n");
    let json = "{\"x,\":\"a,b\",\"q\":\"say \\\"hi\\\"\",\"c\":\"\\r\\n\\u001b\",\"n\":null,\"e\":\"\",\"i\":1,\"r\":1.0,\"b\":\"00ff\"}\n";
    assert_eq!(desk.answer(&["--json", sql]), json);
    assert_eq!(desk.answer(&["--json", "SELECT 1 WHERE 0"]), "");
}

#[test]
fn a_question_is_read_from_standard_input_too() {
    let desk = Desk::with_bank();
    let asked = |stdin: &str| desk.run_with(&["query", "bank.db", "-"], stdin);
    let answer = Left { code: 0, out: "n\n7\n".to_owned(), err: String::new() };
    assert_eq!(asked("-- the least\nSELECT 7 AS n;\n"), answer);
    assert_eq!(asked(".tables\n").out.lines().next(), Some("accounts"));
    assert_eq!(asked(""), failed("there is no question in this text"));
    let long = format!("SELECT '{}'", "x".repeat(1 << 20));
    assert_eq!(asked(&long), failed("the question is longer than allowed (64 KiB)"));
}

#[test]
fn the_views_are_listed_with_their_meaning() {
    let desk = Desk::with_bank();
    let schema = desk.answer(&[".schema all"]);
    let view = "CREATE VIEW accounts (account, owner, currency, balance, overdraft_limit, status, version, position, \
                n_not_understood) AS …;";
    assert!(schema.starts_with("-- The accounts. Amounts are in minor units"), "{schema}");
    assert!(schema.lines().any(|line| line == view), "{schema}");
    let views = schema.rfind("CREATE VIEW").unwrap();
    assert!(views < schema.find("CREATE TABLE transaction_history (").unwrap(), "views first");
    assert!(schema.ends_with("plain\n-- units. NULL where minor_units is NULL or not a whole number.\nmoney(minor_units, currency)\n"));
    for view in ["accounts", "transactions", "totals", "transfers", "daily_flows"] {
        let (before, _) = schema.split_once(&format!("CREATE VIEW {view} (")).unwrap();
        let comment = before.rsplit("\n\n").next().unwrap();
        assert!(comment.contains("in minor units"), "{view}: {comment}");
    }
    let names = desk.answer(&[".tables all"]);
    let mut rows = desk.query(&[".schema all", "--json"]).json_lines();
    let functions = rows.split_off(names.lines().count());
    assert_eq!(functions.iter().map(|r| &r["name"]).collect::<Vec<_>>(), ["as_of", "money"]);
    assert_eq!(names.lines().collect::<Vec<_>>(), rows.iter().map(|r| &r["name"]).collect::<Vec<_>>());
    assert_eq!((&rows[0]["name"], &rows[0]["kind"]), (&json!("accounts"), &json!("view")));
    for row in &rows {
        assert!(row["comment"].as_str().unwrap().ends_with('.'), "{row}");
        let words = format!(
            "CREATE {} {}",
            row["kind"].as_str().unwrap().to_uppercase(),
            row["name"].as_str().unwrap()
        );
        assert!(row["sql"].as_str().unwrap().starts_with(&words), "{row}");
        let all = format!("SELECT count(*) AS n FROM {}", row["name"].as_str().unwrap());
        assert_eq!(desk.query(&[&all, "--json"]).json_lines().len(), 1, "{row}");
    }
    let of_views: Vec<_> = rows.iter().filter(|row| row["kind"] == "view").map(|row| &row["name"]).collect();
    let views = desk.answer(&[".tables"]);
    assert_eq!(views.lines().collect::<Vec<_>>(), of_views, "only views, unless all are asked for");
    assert!(names.starts_with(&views), "views first");
    assert!(!desk.answer(&[".schema"]).contains("CREATE TABLE"));
    for word in [".indexes", ".tables some", ".schema accounts"] {
        assert_eq!(desk.query(&[word]).code, 2, "{word}");
    }
}

#[test]
fn a_question_is_answered_as_of_the_place_that_is_asked_for() {
    let desk = Desk::with_bank();
    let as_of = |at: &str| {
        desk.answer(&["--at", at, "SELECT as_of() AS p"]).lines().last().unwrap().trim().to_owned()
    };
    for (at, position) in [
        ("8", "8"),
        ("50%", "204"),
        ("0%", "0"),
        ("head", "407"),
        ("2024-03-14", "153"),
        ("2030-01-01", "407"),
    ] {
        assert_eq!(as_of(at), position, "{at}");
    }
}

#[test]
fn a_read_model_that_is_behind_says_so_and_refuses_later_positions() {
    let desk = Desk::with_bank();
    let sql = "SELECT as_of() AS p";
    let none = "there is no read model yet; `foldback rebuild STORE` creates one";
    assert_eq!(desk.query(&["--stale", sql]), failed(none));
    assert_eq!(desk.query(&["--stale", "--at", "8", sql]), failed(none));
    desk.answer(&[sql]);
    desk.run(&["do", "bank.db", "deposit acc-01 1"]);
    let stale = desk.query(&["--stale", sql]);
    let err = "as of 407, 1 event behind the head (408): new events were not projected first (--stale)\n"
        .to_owned();
    assert_eq!(stale, Left { code: 0, out: "  p\n407\n".to_owned(), err });
    let why = "the read model is projected up to 407, and not yet up to 408: new events were not projected first (--stale); ask \
               without --stale, or use --at 407";
    assert_eq!(desk.query(&["--stale", "--at", "head", sql]), failed(why));
    assert_eq!(desk.answer(&["--stale", "--at", "407", sql]), "  p\n407\n");

    let store = SqliteStore::open_read_only(&desk.0.path().join("bank.db"), &Aggregates::bank()).unwrap();
    let location = Location::of(&store.log_identity()).unwrap();
    let LockOutcome::Taken(lock) = location.try_lock().unwrap() else { panic!("nobody has it") };
    let why = format!("process {} runs the projector and makes no progress", std::process::id());
    let held = desk.query(&[sql]);
    let err = format!("as of 407, 1 event behind the head (408): {why}\n");
    assert_eq!(held, Left { code: 0, out: "  p\n407\n".to_owned(), err });
    let later = format!(
        "the read model is projected up to 407, and not yet up to 408: {why}; wait for it, or quit it, or use \
         --at 407"
    );
    assert_eq!(desk.query(&["--at", "408", sql]), failed(&later));
    assert_eq!(desk.answer(&["--at", "9", sql]), "p\n9\n");
    drop(lock);
    assert_eq!(desk.answer(&[sql]), "  p\n408\n");
}

#[test]
fn arguments_that_exclude_each_other_are_usage_errors() {
    let desk = Desk::with_bank();
    for words in [
        &["SELECT 1", "--json", "--csv"][..],
        &["SELECT 1", "--timeout", "0"],
        &["SELECT 1", "--timeout", "-1"],
        &["SELECT 1", "--timeout", "soon"],
        &["SELECT 1", "--timeout", "nan"],
        &["SELECT 1", "--timeout", "1e99"],
        &["SELECT 1", "--at", "noon"],
        &["SELECT", "1"],
        &[],
        &[".help"],
    ] {
        let left = desk.query(words);
        assert_eq!((left.code, left.out.as_str()), (2, ""), "{words:?}: {left:?}");
        assert!(!left.err.is_empty(), "{words:?}");
    }
    assert!(desk.run(&["query", "--help"]).out.contains("foldback query bank.db .schema"));
}

#[test]
fn a_question_that_never_ends_is_stopped_in_time_whatever_it_does() {
    let desk = Desk::with_bank();
    desk.answer(&["SELECT 1"]);
    let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
    let doubled =
        (0..40).map(|i| format!(", t{} AS (SELECT x + x AS x FROM t{i})", i + 1)).collect::<String>();
    let slow = "the question took longer than 200 ms and was stopped; ask for less, or allow it more time";
    let too_long = "a value would be longer than allowed (512 KiB)";
    for (sql, sentence) in [
        (format!("{numbers} SELECT count(*) FROM n"), slow),
        (format!("{numbers} SELECT * FROM n ORDER BY i DESC"), slow),
        (format!("{numbers} SELECT json_group_array(hex(zeroblob(250000))) FROM n"), slow),
        (format!("{numbers} SELECT group_concat(hex(zeroblob(20000))) FROM n"), slow),
        ("SELECT * FROM transactions a, transactions b, transactions c ORDER BY random()".to_owned(), slow),
        (
            "SELECT count(*) FROM transactions a, transactions b, transactions c, transactions d".to_owned(),
            slow,
        ),
        ("SELECT instr(zeroblob(500000), zeroblob(250000) || x'01')".to_owned(), slow),
        (
            "SELECT trim(hex(zeroblob(250000)), replace(hex(zeroblob(20000)), '0', '1') || '0')".to_owned(),
            slow,
        ),
        (format!("WITH t0 AS (SELECT 1 AS x){doubled} SELECT x FROM t40"), slow),
        ("SELECT randomblob(1e9)".to_owned(), too_long),
        ("SELECT printf('%1000000000d', 1)".to_owned(), too_long),
        (
            "PRAGMA writable_schema = ON".to_owned(),
            "only SELECT is answered here, PRAGMA writable_schema is not allowed",
        ),
        (
            "WITH x AS (SELECT 1) DELETE FROM account_rows".to_owned(),
            "only SELECT is answered here, DELETE is not allowed",
        ),
        ("ATTACH 'x.db' AS x".to_owned(), "only SELECT is answered here, ATTACH is not allowed"),
        ("VACUUM INTO 'x.db'".to_owned(), "only SELECT is answered here, VACUUM is not allowed"),
    ] {
        let began = Instant::now();
        assert_eq!(desk.query(&["--timeout", "0.2", &sql]), failed(sentence), "{sql}");
        assert!(began.elapsed() < Duration::from_secs(5), "{sql} took {:?}", began.elapsed());
    }
    assert!(!desk.0.path().join("x.db").exists());
    assert_eq!(desk.answer(&["SELECT count(*) AS n FROM accounts"]), " n\n12\n");
}

#[test]
fn a_question_that_uses_too_much_memory_is_stopped_in_time() {
    let desk = Desk::with_bank();
    let doubled =
        (0..40).map(|i| format!(", t{} AS (SELECT x + x AS x FROM t{i})", i + 1)).collect::<String>();
    let sql = format!("WITH t0 AS (SELECT 1 AS x){doubled} SELECT x FROM t40");
    let why = "the question needs more memory than there is for questions (512 MiB); ask for less";
    assert_eq!(desk.query(&["--timeout", "120", &sql]), failed(why));
}
