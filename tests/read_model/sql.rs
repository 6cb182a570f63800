//! Questions in SQL: the views that users rely on, and what no question can do.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use foldback::domain::event::{GlobalPosition, Timestamp};
use foldback::read_model::engine::location::Location;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::answer::{AnswerHeader, QueryFailure, RowSink};
use foldback::read_model::questions::sql::limits::Limits;
use foldback::read_model::rows::{AsOf, Table, Value};
use foldback::runtime::rows_worker::question;
use foldback::store::EventStore;
use proptest::prelude::prop_assert_eq;
use proptest::proptest;

use crate::logs::{catch_up, dump, location_in, location_of, store_of_deposits};
use crate::support::{TempStore, cases, event, files, with_time, write};

fn integer(n: i64) -> Value {
    Value::Integer(n)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn ask(location: &Location, sql: &str) -> Result<Table, QueryFailure> {
    ReadModel::open(location).table(sql, AsOf::Checkpoint, 1000, &Limits::default())
}

/// A bank of one transfer.
fn transfer() -> TempStore {
    let mut temp = TempStore::new();
    let opened = |owner: &str| event("AccountOpened", &format!(r#"{{"owner":"{owner}","currency":"EUR"}}"#));
    let deposited = with_time(1_500, event("Deposited", r#"{"amount":500}"#));
    let sent = event("TransferSent", r#"{"to":"b","amount":200,"transfer":"t-1"}"#);
    let received = event("TransferReceived", r#"{"from":"a","amount":200,"transfer":"t-1"}"#);
    let writes = [
        write("a", vec![opened("Ada"), deposited]),
        write("b", vec![opened("Bob")]),
        write("a", vec![sent]),
        write("b", vec![received, event("LoanGranted", "{}")]),
    ];
    for one in writes {
        temp.store.append(&[one]).unwrap();
    }
    temp
}

#[test]
fn the_views_have_the_columns_that_scripts_rely_on() {
    let temp = transfer();
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let accounts = ask(&location, "SELECT * FROM accounts ORDER BY account").unwrap();
    let columns = [
        "account",
        "owner",
        "currency",
        "balance",
        "overdraft_limit",
        "status",
        "version",
        "position",
        "n_not_understood",
    ];
    assert_eq!(accounts.columns, columns);
    let account = |name, owner, balance, version, position, n_not_understood| {
        let numbers = [integer(version), integer(position), integer(n_not_understood)];
        let facts = [text(name), text(owner), text("EUR"), integer(balance), integer(0), text("open")];
        facts.into_iter().chain(numbers).collect::<Vec<_>>()
    };
    assert_eq!(accounts.rows, [account("a", "Ada", 300, 3, 4, 0), account("b", "Bob", 200, 3, 6, 1)]);

    let transactions = ask(&location, "SELECT * FROM transactions ORDER BY position").unwrap();
    let columns =
        ["position", "account", "version", "time", "type", "amount", "balance", "counterparty", "transfer"];
    assert_eq!(transactions.columns, columns);
    let null = || Value::Null;
    let row = |position, name, version, time: Value, kind, amount, balance, other, transfer| {
        let first = [integer(position), text(name), integer(version), time, text(kind)];
        first.into_iter().chain([amount, integer(balance), other, transfer]).collect::<Vec<_>>()
    };
    let at = || text("1970-01-01T00:25:00.000000Z");
    let rows = [
        row(1, "a", 1, null(), "AccountOpened", null(), 0, null(), null()),
        row(2, "a", 2, at(), "Deposited", integer(500), 500, null(), null()),
        row(3, "b", 1, null(), "AccountOpened", null(), 0, null(), null()),
        row(4, "a", 3, null(), "TransferSent", integer(-200), 300, text("b"), text("t-1")),
        row(5, "b", 2, null(), "TransferReceived", integer(200), 200, text("a"), text("t-1")),
        row(6, "b", 3, null(), "LoanGranted", null(), 200, null(), null()),
    ];
    assert_eq!(transactions.rows, rows);
    let totals = ask(&location, "SELECT * FROM totals").unwrap();
    assert_eq!(totals.columns, ["currency", "balance", "n_accounts"]);
    assert_eq!(totals.rows, [[text("EUR"), integer(500), integer(2)]]);
    assert_eq!(totals.checkpoint.position.number(), 6);
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn a_time_in_a_view_is_the_events_own_to_the_microsecond(
        micros in proptest::collection::vec(-62_000_000_000_000_000_i64..250_000_000_000_000_000, 1..20)
    ) {
        let mut temp = TempStore::new();
        let times: Vec<_> = micros.iter().map(|m| Timestamp::from_microsecond(*m).unwrap()).collect();
        for time in &times {
            let mut at = event("Deposited", r#"{"amount":1}"#);
            at.time = Some(*time);
            temp.store.append(&[write("a", vec![at])]).unwrap();
        }
        let location = location_of(&temp);
        catch_up(&temp, &location);
        let told = ask(&location, "SELECT time FROM transactions ORDER BY position").unwrap();
        // There are always six digits, so that the texts sort like the times.
        let expected: Vec<_> = times.iter().map(|time| vec![text(&format!("{time:.6}"))]).collect();
        prop_assert_eq!(told.rows, expected);
    }
}

/// Statements that are not questions, and why each is refused.
const NOT_ALLOWED: [(&str, &str); 26] = [
    ("INSERT INTO account_rows SELECT * FROM account_rows", "INSERT"),
    ("DELETE FROM transaction_history", "DELETE"),
    ("UPDATE account_rows SET balance = 0", "UPDATE"),
    ("WITH x AS (SELECT 1) DELETE FROM account_rows", "DELETE"),
    ("DROP TABLE account_rows", "changing the schema"),
    ("CREATE TABLE x (y)", "changing the schema"),
    ("CREATE TEMP TABLE x AS SELECT 1", "changing the schema"),
    ("PRAGMA writable_schema = ON", "PRAGMA writable_schema"),
    ("PRAGMA query_only = OFF", "PRAGMA query_only"),
    ("PRAGMA journal_mode = DELETE", "PRAGMA journal_mode"),
    ("SELECT * FROM pragma_database_list", "PRAGMA database_list"),
    ("DETACH main", "DETACH"),
    ("VACUUM", "VACUUM"),
    ("INSERT INTO account_rows DEFAULT VALUES RETURNING *", "INSERT"),
    ("REPLACE INTO checkpoint VALUES (1, 0, 0, NULL)", "INSERT"),
    ("UPDATE checkpoint SET position = 0 RETURNING position", "UPDATE"),
    ("EXPLAIN DELETE FROM account_rows", "DELETE"),
    ("CREATE VIRTUAL TABLE x USING fts5(y)", "changing the schema"),
    ("CREATE TRIGGER x AFTER INSERT ON account_rows BEGIN SELECT 1; END", "changing the schema"),
    ("SELECT load_extension('x')", "load_extension()"),
    ("SELECT fts3_tokenizer('simple')", "fts3_tokenizer()"),
    ("BEGIN", "BEGIN, COMMIT or ROLLBACK"),
    ("COMMIT", "BEGIN, COMMIT or ROLLBACK"),
    ("ANALYZE", "changing the schema"),
    ("REINDEX", "REINDEX"),
    ("SAVEPOINT x", "BEGIN, COMMIT or ROLLBACK"),
];

/// Questions that cannot be answered, and why.
const UNANSWERABLE: [(&str, &str); 18] = [
    ("UPDATE sqlite_schema SET sql = ''", "table sqlite_master may not be modified"),
    ("", "there is no question in this text"),
    ("  ;", "there is no question in this text"),
    ("-- nothing", "there is no question in this text"),
    ("/* nothing */", "there is no question in this text"),
    ("SELECT randomblob(1000000000)", "a value would be longer than allowed (512 KiB)"),
    ("SELECT zeroblob(1000000000)", "a value would be longer than allowed (512 KiB)"),
    ("SELECT printf('%.*c', 1000000000, 'x')", "a value would be longer than allowed (512 KiB)"),
    ("SELECT printf('%1000000000d', 1)", "a value would be longer than allowed (512 KiB)"),
    (
        "SELECT replace(replace(hex(zeroblob(5000)), '0', hex(zeroblob(50))), '0', hex(zeroblob(50)))",
        "a value would be longer than allowed (512 KiB)",
    ),
    ("SELECT 1; SELECT 2", "one question at a time: there is text after the ;"),
    (
        "SELECT * FROM accounts WHERE account = ?",
        "the question has a parameter (?, :name); write the value in its place",
    ),
    ("SELECT 'a\0b'", "unrecognized token: \"'a\""),
    ("SELEC 1", "near \"SELEC\": syntax error"),
    ("SELECT * FROM nowhere", "no such table: nowhere"),
    ("SELECT readfile('/etc/passwd')", "no such function: readfile"),
    ("SELECT writefile('x', 'y')", "no such function: writefile"),
    ("SELECT edit('x', 'vi')", "no such function: edit"),
];

#[test]
fn a_hostile_question_ends_in_one_sentence_and_changes_nothing() {
    let temp = transfer();
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let (rows, beside) = (dump(&location), files(temp.folder.path()));
    let refused = |sql: &str, sentence: &str| {
        assert_eq!(ask(&location, sql).unwrap_err().to_string(), sentence, "{sql}");
    };
    let out = temp.folder.path().join("out.db").display().to_string();
    let into_files =
        [(format!("VACUUM INTO '{out}'"), "VACUUM"), (format!("ATTACH '{out}' AS other"), "ATTACH")];
    let into_files = into_files.iter().map(|(sql, what)| (sql.as_str(), *what));
    for (sql, what) in NOT_ALLOWED.into_iter().chain(into_files) {
        refused(sql, &format!("only SELECT is answered here, {what} is not allowed"));
    }
    for (sql, sentence) in UNANSWERABLE {
        refused(sql, sentence);
    }
    refused(&format!("SELECT '{}'", "x".repeat(100_000)), "the question is longer than allowed (64 KiB)");
    let nested = "the question is nested too deep";
    refused(&format!("SELECT {}1{}", "(".repeat(20_000), ")".repeat(20_000)), nested);
    refused(&format!("{}SELECT 1{}", "SELECT * FROM (".repeat(4000), ")".repeat(4000)), nested);
    refused(&format!("SELECT 1 FROM accounts{}", ", accounts".repeat(64)), "at most 64 tables in a join");
    assert_eq!(dump(&location), rows);
    assert_eq!(files(temp.folder.path()), beside);
}

#[test]
fn how_a_question_would_be_answered_is_a_question_too() {
    let temp = transfer();
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let plan = ask(&location, "EXPLAIN QUERY PLAN SELECT * FROM checkpoint").unwrap();
    assert_eq!(plan.columns, ["id", "parent", "notused", "detail"]);
    assert_eq!(plan.rows.iter().filter_map(|row| row.last()).collect::<Vec<_>>(), [&text("SCAN checkpoint")]);
    assert!(!ask(&location, "EXPLAIN SELECT 1").unwrap().rows.is_empty());
    assert_eq!(ask(&location, "SELECT 1; -- and no more").unwrap().rows, [[integer(1)]]);
}

#[test]
fn the_disk_space_of_a_question_is_bounded() {
    let temp = store_of_deposits(3);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
    let limits =
        Limits { n_temp_bytes_max: 16 << 20, deadline: Duration::from_secs(60), ..Limits::default() };
    for sql in [
        format!("{numbers} SELECT hex(zeroblob(10000)), i FROM n ORDER BY 2 DESC"),
        format!("{numbers} SELECT DISTINCT i || hex(zeroblob(10000)) FROM n ORDER BY random()"),
        format!("{numbers} SELECT sum(i) OVER (ORDER BY random()), hex(zeroblob(10000)) FROM n"),
        format!(
            "{numbers}, m AS MATERIALIZED (SELECT i, hex(zeroblob(10000)) FROM n) SELECT * FROM m a, m b"
        ),
    ] {
        let stopped = ReadModel::open(&location).table(&sql, AsOf::Checkpoint, 10, &limits).unwrap_err();
        let sentence =
            "the question took more than 16 MiB of temporary files and was stopped; sort or join less";
        assert_eq!(stopped.to_string(), sentence, "{sql}");
    }
    assert_eq!(ask(&location, "SELECT max(position) FROM transactions").unwrap().rows, [[integer(3)]]);
}

#[test]
fn the_caller_does_not_wait_for_an_instruction_that_cannot_be_interrupted() {
    let temp = store_of_deposits(3);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let limits = Limits { deadline: Duration::from_millis(50), ..Limits::default() };
    let mut nothing = Rows::default();
    // One instruction, which compares some ten thousand characters with each of half a million.
    let sql = "SELECT trim(hex(zeroblob(250000)), replace(hex(zeroblob(20000)), '0', '1') || '0')";
    let began = Instant::now();
    let stopped = question::ask(&location, sql, AsOf::Checkpoint, &limits, &mut nothing).unwrap_err();
    assert!(matches!(stopped, QueryFailure::Deadline(time) if time == limits.deadline), "{stopped}");
    let cancelled = Limits::default();
    cancelled.cancel.cancel();
    let stopped = question::ask(&location, sql, AsOf::Checkpoint, &cancelled, &mut nothing).unwrap_err();
    assert!(matches!(stopped, QueryFailure::Cancelled), "{stopped}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());

    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT 5000";
    let mut rows = Rows::default();
    question::ask(&location, sql, AsOf::Checkpoint, &Limits::default(), &mut rows).unwrap();
    assert_eq!(rows.0, (1..=5000).map(|i| vec![integer(i)]).collect::<Vec<_>>());
}

#[derive(Default)]
struct Rows(Vec<Vec<Value>>);

impl RowSink for Rows {
    fn begin(&mut self, _: AnswerHeader) {}

    fn row(&mut self, row: Vec<Value>) -> ControlFlow<()> {
        self.0.push(row);
        ControlFlow::Continue(())
    }
}

#[test]
fn a_question_that_goes_too_deep_or_too_wide_ends_in_one_line() {
    let temp = transfer();
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let deep = format!("SELECT {}1{}", "abs(".repeat(500), ")".repeat(500));
    let sum = format!("SELECT 1{}", "+1".repeat(500));
    let wide = format!("SELECT 1{}", ",1".repeat(500));
    let unions = format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(500));
    let long = format!("SELECT '{}'", "x".repeat(100_000));
    let pattern = format!("SELECT 'x' LIKE '{}'", "%a".repeat(2000));
    for sql in [deep, sum, wide, unions, long, pattern] {
        match ask(&location, &sql) {
            Err(QueryFailure::Wrong(why)) => assert!(!why.is_empty() && !why.contains('\n'), "{why}"),
            other => panic!("{:.40} gave {other:?}", sql),
        }
    }
}

#[test]
fn a_question_without_end_is_stopped_at_its_deadline() {
    let temp = store_of_deposits(2000);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let cross = "SELECT count(*) FROM transactions a, transactions b, transactions c, transactions d";
    let doubling = (0..40).map(|i| format!(", t{} AS (SELECT * FROM t{i}, t{i})", i + 1)).collect::<String>();
    let doubling = format!("WITH t0 AS (SELECT 1){doubling} SELECT count(*) FROM t40");
    let limits = Limits { deadline: Duration::from_millis(50), ..Limits::default() };
    for sql in [endless, cross] {
        let stopped = ReadModel::open(&location).table(sql, AsOf::Checkpoint, 10, &limits).unwrap_err();
        let sentence =
            "the question took longer than 50 ms and was stopped; ask for less, or allow it more time";
        assert_eq!(stopped.to_string(), sentence, "{sql}");
    }
    assert!(ReadModel::open(&location).table(&doubling, AsOf::Checkpoint, 10, &limits).is_err());
    let cancelled = Limits::default();
    cancelled.cancel.cancel();
    let stopped = ReadModel::open(&location).table(endless, AsOf::Checkpoint, 10, &cancelled).unwrap_err();
    assert_eq!(stopped.to_string(), "the question was cancelled");
}

#[test]
fn a_screen_takes_a_stretch_of_an_answer_and_a_verb_all_of_it() {
    struct Count(u64);
    impl RowSink for Count {
        fn begin(&mut self, beginning: AnswerHeader) {
            assert_eq!((beginning.columns, beginning.as_of.number()), (vec!["i".to_owned()], 3));
            assert_eq!(beginning.checkpoint.position, beginning.as_of);
        }
        fn row(&mut self, row: Vec<Value>) -> ControlFlow<()> {
            self.0 += 1;
            assert_eq!(row, [Value::Integer(self.0.cast_signed())]);
            ControlFlow::Continue(())
        }
    }
    let temp = store_of_deposits(3);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let sql =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n";
    let mut read_model = ReadModel::open(&location);
    let cut = read_model.table(sql, AsOf::Checkpoint, 10, &Limits::default()).unwrap();
    assert_eq!((cut.rows.len(), cut.is_cut), (10, true));
    let whole = read_model.table(sql, AsOf::Checkpoint, 20_000, &Limits::default()).unwrap();
    assert_eq!((whole.rows.len(), whole.is_cut), (20_000, false));
    let mut count = Count(0);
    read_model.sql(sql, AsOf::Checkpoint, &Limits::default(), &mut count).unwrap();
    assert_eq!(count.0, 20_000);
}

#[test]
fn a_question_knows_the_position_that_it_is_answered_as_of() {
    let temp = store_of_deposits(3);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    for (as_of, position, is_at_checkpoint) in [
        (AsOf::Checkpoint, 3, 1),
        (AsOf::Position(GlobalPosition::new(2)), 2, 0),
        (AsOf::Position(GlobalPosition::new(9)), 3, 1),
        (AsOf::Position(GlobalPosition::START), 0, 0),
    ] {
        let mut read_model = ReadModel::open(&location);
        let sql = "SELECT as_of(), is_at_checkpoint()";
        let table = read_model.table(sql, as_of, 10, &Limits::default()).unwrap();
        assert_eq!(table.rows, [[integer(position), integer(is_at_checkpoint)]]);
        assert_eq!(table.as_of.number().cast_signed(), position);
    }
}

#[test]
fn where_there_is_no_read_model_a_question_says_how_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    let location = location_in(&folder.path().join("none"));
    let sentence = "there is no read model yet; `foldback rebuild STORE` creates one";
    assert_eq!(ask(&location, "SELECT 1").unwrap_err().to_string(), sentence);
    assert!(!location.folder().exists());
}
