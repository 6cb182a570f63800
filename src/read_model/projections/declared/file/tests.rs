//! Tests of the parser of projections.

use proptest::prelude::*;

use super::*;

const CART: &str = "\
-- projection: cart_items

-- The items of each cart;
-- one row each.
CREATE TABLE cart_items (stream TEXT, sku TEXT DEFAULT ';', PRIMARY KEY (stream, sku)) STRICT;
-- on: ItemAdded, *.ItemAdded
-- A second item of a kind: it's one more.
INSERT INTO cart_items VALUES (:stream, ';-- on: x', \"a;\") -- ; not here
  ON CONFLICT DO NOTHING /* ; nor here */;
UPDATE cart_items SET sku = 'it''s;';
-- On: CartAbandoned
DELETE FROM cart_items;
";

fn statement(line: usize, sql: &str, comment: &str) -> FileStatement {
    FileStatement { line, sql: sql.to_owned(), comment: comment.to_owned() }
}

#[test]
fn a_file_is_tables_and_statements_by_type() {
    let file = parse(CART).unwrap();
    assert_eq!(file.name, "cart_items");
    let table =
        "CREATE TABLE cart_items (stream TEXT, sku TEXT DEFAULT ';', PRIMARY KEY (stream, sku)) STRICT";
    assert_eq!(file.tables, [statement(5, table, "The items of each cart;\none row each.")]);
    let types = |handler: &EventHandler| handler.types.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        file.handlers.iter().map(types).collect::<Vec<_>>(),
        [vec!["ItemAdded", "*.ItemAdded"], vec!["CartAbandoned"]]
    );
    let insert = "INSERT INTO cart_items VALUES (:stream, ';-- on: x', \"a;\") -- ; not here\n  \
                  ON CONFLICT DO NOTHING /* ; nor here */";
    assert_eq!(
        file.handlers[0].statements,
        [
            statement(8, insert, "A second item of a kind: it's one more."),
            statement(10, "UPDATE cart_items SET sku = 'it''s;'", ""),
        ]
    );
    assert_eq!(file.handlers[1].statements, [statement(12, "DELETE FROM cart_items", "")]);
}

#[test]
fn a_handler_takes_types_by_pattern_and_names_also_behind_a_prefix() {
    let handler = |types: &[&'static str]| EventHandler {
        types: types.iter().map(|text| NamePattern::new(*text)).collect(),
        statements: Vec::new(),
    };
    let added = handler(&["ItemAdded", "*.ItemRemoved", "Cart*"]);
    let taken =
        ["ItemAdded", "shop.Cart.ItemAdded", "Shop.Cart+ItemAdded, Shop", "x.ItemRemoved", "CartClosed"];
    assert!(taken.iter().all(|name| added.takes(name)));
    let others = ["ItemAdded2", "itemadded", "ItemRemoved", "shop.CartClosed"];
    assert!(!others.iter().any(|name| added.takes(name)));
}

#[test]
fn a_mistake_is_reported_with_its_line_and_the_remedy() {
    let begin = "-- projection: a\nCREATE TABLE a (b PRIMARY KEY);\n";
    for (text, expected) in [
        ("", "line 1: the file does not begin with `-- projection: NAME`"),
        ("\n\nCREATE TABLE a (b);", "line 3: the file does not begin with `-- projection: NAME`"),
        (
            "-- projection: a b\n",
            "line 1: \"a b\" is not a name: letters, digits and _, beginning with a letter",
        ),
        ("-- projection: a\n", "line 1: the projection has no table: CREATE TABLE … with a PRIMARY KEY"),
        (begin, "line 1: there is no statement after `-- on: TYPE`"),
        (
            &format!("{begin}-- projection: b\n"),
            "line 3: a file has one projection; put the second one into a file of its own",
        ),
        (
            &format!("{begin}-- on: A\n\n-- on: B\nDELETE FROM a;"),
            "line 3: there is no statement after `-- on: TYPE`",
        ),
        (
            &format!("{begin}-- on: A,\nDELETE FROM a;"),
            "line 3: a type is missing: `-- on: ItemAdded, *.ItemRemoved`",
        ),
        (
            &format!("{begin}-- on: A\n\nDELETE FROM a"),
            "line 5: the statement that begins here does not end with a semicolon",
        ),
        (
            &format!("{begin}-- on: A\nDELETE FROM a\n-- on: B\n"),
            "line 5: the statement before this line does not end with a semicolon",
        ),
        (
            &format!("{begin}-- on: A\nDELETE FROM 'a;\n"),
            "line 4: the statement that begins here does not end with a semicolon",
        ),
        (&format!("{begin}/* open"), "line 3: the comment that begins here does not end: */"),
        (
            &format!("{begin}DELETE FROM a;"),
            "line 3: only CREATE TABLE can come before the first `-- on: TYPE`",
        ),
        (
            &format!("{begin}-- on: A\nDROP TABLE a;"),
            "line 4: DROP is not possible for an event; use INSERT, UPDATE, DELETE or REPLACE",
        ),
        (
            &format!("{begin}-- on: A\nSELECT 1;"),
            "line 4: SELECT is not possible for an event; use INSERT, UPDATE, DELETE or REPLACE",
        ),
    ] {
        assert_eq!(parse(text).unwrap_err().to_string(), expected, "{text}");
    }
}

#[test]
fn a_file_has_limits() {
    let long = "x".repeat(PROJECTION_BYTES_MAX + 1);
    assert_eq!(parse(&long).unwrap_err().to_string(), "line 1: a projection has 256 KiB at most");
    let many = "DELETE FROM a;\n".repeat(N_PROJECTION_STATEMENTS_MAX);
    let text = format!("-- projection: a\nCREATE TABLE a (b PRIMARY KEY);\n-- on: A\n{many}");
    assert_eq!(parse(&text).unwrap_err().to_string(), "line 203: a projection has 200 statements at most");
}

proptest! {
    #[test]
    fn no_text_ends_the_program(text in "(-- (on|projection): [a-z]{1,2}\n|CREATE TABLE |DELETE |[;'\"`/*\\[\\]é\n -]){0,20}") {
        if let Err(bad) = parse(&text) {
            prop_assert!(bad.line >= 1 && bad.line <= text.lines().count().max(1));
        }
    }
}
