//! Tests of the check of projections: what their SQL may do, and what is said about the rest.

use super::*;

const TABLE: &str = "-- projection: p\nCREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) STRICT;\n";

fn checked(text: &str) -> Result<CheckedProjection, String> {
    CheckedProjection::of(text, &["documents".to_owned()]).map_err(|bad| bad.to_string())
}

fn with_statement(sql: &str) -> Result<CheckedProjection, String> {
    checked(&format!("{TABLE}-- on: A\n{sql};\n"))
}

fn with_table(sql: &str) -> Result<CheckedProjection, String> {
    checked(&format!("-- projection: p\n{sql};\n-- on: A\nDELETE FROM t;\n"))
}

#[test]
fn a_statement_is_checked_with_its_parameters() {
    let sql = "INSERT INTO t SELECT :position, value->>'$.sku' || :type FROM json_each(:data, '$.items') WHERE :state IS \
               NOT :position";
    let checked = with_statement(sql).unwrap();
    let statement = &checked.handlers[0].statements[0];
    assert_eq!((statement.line, statement.sql.as_str(), statement.rounds_json), (4, sql, true));
    let of_event =
        [EventParameter::Position, EventParameter::Type, EventParameter::Data, EventParameter::State];
    assert_eq!(statement.parameters, of_event);
    assert!(
        !with_statement("DELETE FROM t WHERE b = :raw->>'$.x'").unwrap().handlers[0].statements[0]
            .rounds_json
    );
}

#[test]
fn another_text_has_another_version() {
    let version = |sql: &str| with_statement(sql).unwrap().version;
    assert_eq!(version("DELETE FROM t"), version("DELETE FROM t"));
    assert_ne!(version("DELETE FROM t"), version("DELETE FROM  t"));
}

#[test]
fn the_columns_of_a_table_have_the_affinity_and_the_collation_of_their_types() {
    let checked = with_table(
        "CREATE TABLE t (a VARCHAR(9) COLLATE NOCASE, b, c DOUBLE, d DECIMAL(9, 2), e BIGINT DEFAULT -1, PRIMARY KEY (a, e))",
    );
    let columns = checked.unwrap().tables[0].columns.clone();
    let columns: Vec<_> = columns.iter().map(|c| (c.affinity, c.collation.as_str(), c.is_key)).collect();
    assert_eq!(
        columns,
        [
            ("TEXT", "NOCASE", true),
            ("BLOB", "BINARY", false),
            ("REAL", "BINARY", false),
            ("NUMERIC", "BINARY", false),
            ("INTEGER", "BINARY", true)
        ]
    );
    let any = with_table("CREATE TABLE t (a ANY PRIMARY KEY) STRICT").unwrap();
    assert_eq!(any.tables[0].columns[0].affinity, "BLOB");
}

#[test]
fn a_statement_that_may_not_be_is_refused_with_its_line() {
    let of_event = "is not a parameter of an event; there are :position :stream :version :type :time :data :raw :metadata \
                    :state";
    for (sql, expected) in [
        (
            "DELETE FROM checkpoint",
            "no such table: checkpoint; a projection reads and writes its own tables only",
        ),
        (
            "DELETE FROM main.documents",
            "no such table: main.documents; a projection reads and writes its own tables only",
        ),
        (
            "INSERT INTO t SELECT 1, name FROM sqlite_schema",
            "reading sqlite_master is not allowed in a projection",
        ),
        (
            "INSERT INTO t SELECT 1, name FROM pragma_table_list",
            "reading pragma_table_list is not allowed in a projection",
        ),
        ("UPDATE t SET b = random()", "random() is not allowed in a projection"),
        ("UPDATE t SET b = last_insert_rowid()", "last_insert_rowid() is not allowed in a projection"),
        ("UPDATE t SET b = CURRENT_TIMESTAMP", "current_timestamp() is not allowed in a projection"),
        ("UPDATE t SET b = changes()", "changes() is not allowed in a projection"),
        ("DELETE FROM t RETURNING a", "nobody reads what RETURNING gives; leave it out"),
        ("WITH x AS (SELECT 1) SELECT * FROM x", "the statement changes nothing"),
        ("UPDATE t SET b = :amount", &format!(":amount {of_event}")),
        ("UPDATE t SET b = ?", &format!("? {of_event}")),
        ("UPDATE t SET c = 1", "no such column: c"),
        ("UPDATE t SET b = 1 1", "near \"1\": syntax error"),
    ] {
        assert_eq!(with_statement(sql).unwrap_err(), format!("line 4: {expected}"), "{sql}");
    }
}

#[test]
fn a_table_that_may_not_be_is_refused_with_its_line() {
    let many = (0..=N_TABLE_COLUMNS_MAX).map(|n| {
        format!("c{n} PRIMARY KEY").replace(" PRIMARY KEY", if n == 0 { " PRIMARY KEY" } else { "" })
    });
    let many = format!("CREATE TABLE t ({})", many.collect::<Vec<_>>().join(", "));
    for (sql, expected) in [
        ("CREATE TABLE t (a)", "a table of a projection has a PRIMARY KEY"),
        (
            "CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID",
            "a table of a projection has rowids: leave out WITHOUT ROWID",
        ),
        (
            "CREATE TABLE \"a b\" (a PRIMARY KEY)",
            "the name of a table is letters, digits and _, beginning with a letter",
        ),
        (
            "CREATE TABLE documents (a PRIMARY KEY)",
            "the read model has a table or view documents of its own; choose another name",
        ),
        ("CREATE TABLE t AS SELECT 1 AS a", "CREATE TABLE … AS SELECT is not allowed in a projection"),
        ("CREATE TABLE t (a PRIMARY KEY, b DEFAULT (random()))", "random() is not allowed in a projection"),
        (
            "CREATE TABLE t (a PRIMARY KEY, b DEFAULT CURRENT_DATE)",
            "CURRENT_DATE() is not allowed in a projection",
        ),
        (
            "CREATE TABLE t (a PRIMARY KEY, b AS (a + 1))",
            "b is computed; a default is a literal, and no column is generated",
        ),
        (
            "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)",
            "a statement creates one table, without IF NOT EXISTS and without AUTOINCREMENT",
        ),
        (
            "CREATE TABLE t (a PRIMARY KEY, b CHECK (number(b, '$') > 0))",
            "number() in a table is not allowed in a projection",
        ),
        (&many, "a table has 100 columns at most"),
    ] {
        assert_eq!(with_table(sql).unwrap_err(), format!("line 2: {expected}"), "{sql}");
    }
}
