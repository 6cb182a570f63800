//! A log with tables of a person's own: they answer, rebuild, fail and are listed like the built-in ones.

use crate::desk::Desk;

const DOMAIN: &str = "\
projections = [\"sql/cart.sql\"]
[aggregates.cart]
streams = \"cart-*\"
start = { total = 0 }
[aggregates.cart.on.ItemAdded]
total = \"total + data.qty\"
[aggregates.cart.on.CartCheckedOut]
[upcast.ItemAddedV1]
as = \"ItemAdded\"
data = \"{'sku': data.code, 'qty': 1}\"
";

const CART: &str = "\
-- projection: cart_items
-- The items of each cart.
CREATE TABLE cart_items (stream TEXT, sku TEXT, qty INTEGER CHECK (qty < 10), total INTEGER, PRIMARY KEY (stream, sku)) STRICT;
-- on: ItemAdded
INSERT INTO cart_items VALUES (:stream, :data->>'$.sku', :data->>'$.qty', :state->>'$.total')
  ON CONFLICT DO UPDATE SET qty = qty + excluded.qty, total = excluded.total;
-- on: CartCheckedOut
DELETE FROM cart_items WHERE stream = :stream;
";

const LOG: &str = r#"{"stream":"cart-1","type":"shop.ItemAdded","data":{"sku":"a","qty":2}}
{"stream":"cart-1","type":"ItemAddedV1","data":{"code":"b"}}
{"stream":"cart-1","type":"shop.ItemAdded","data":{"sku":"a","qty":3}}
{"stream":"cart-1","type":"CartCheckedOut","data":{}}
{"stream":"cart-2","type":"ItemAdded","data":{"sku":"a","qty":1}}
"#;

fn desk() -> Desk {
    let desk = Desk::new();
    let folder = desk.0.path();
    std::fs::create_dir(folder.join("sql")).unwrap();
    for (name, text) in [("foldback.toml", DOMAIN), ("sql/cart.sql", CART), ("carts.jsonl", LOG)] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    desk
}

fn rows(desk: &Desk, words: &[&str]) -> String {
    let words: Vec<_> = ["query", "carts.jsonl", "--csv"].iter().chain(words).copied().collect();
    let left = desk.run(&words);
    assert_eq!(left.code, 0, "{left:?}");
    left.out
}

#[test]
fn the_tables_of_a_domain_file_answer_as_of_any_position() {
    let desk = desk();
    let all = "SELECT stream, sku, qty, total FROM cart_items ORDER BY 1, 2";
    for (at, expected) in [
        ("0", ""),
        ("1", "cart-1,a,2,2\r\n"),
        ("2", "cart-1,a,2,2\r\ncart-1,b,1,3\r\n"),
        ("3", "cart-1,a,5,6\r\ncart-1,b,1,3\r\n"),
        ("4", ""),
        ("head", "cart-2,a,1,1\r\n"),
    ] {
        assert_eq!(
            rows(&desk, &["--at", at, all]),
            format!("stream,sku,qty,total\r\n{expected}"),
            "as of {at}"
        );
    }
    let tables = desk.run(&["query", "carts.jsonl", ".tables"]).out;
    assert_eq!(tables, "cart_items\ndocuments\nnot_understood\nevents\nskipped\n");
    let schema = desk.run(&["query", "carts.jsonl", ".schema"]).out;
    let documented = "-- The items of each cart.\nCREATE VIEW cart_items (\"stream\", \"sku\", \"qty\", \"total\") AS …;\n";
    assert!(schema.starts_with(documented), "{schema}");
}

#[test]
fn a_changed_file_gives_other_rows() {
    let desk = desk();
    let all = "SELECT qty FROM cart_items";
    assert_eq!(rows(&desk, &[all]), "qty\r\n1\r\n");
    let other = CART.replace(":data->>'$.qty'", "3");
    std::fs::write(desk.0.path().join("sql/cart.sql"), other).unwrap();
    assert_eq!(rows(&desk, &[all]), "qty\r\n3\r\n");
}

#[test]
fn an_event_that_a_statement_refuses_is_named() {
    let desk = desk();
    let log = LOG.replace("\"qty\":3", "\"qty\":30");
    std::fs::write(desk.0.path().join("carts.jsonl"), log).unwrap();
    let left = desk.run(&["query", "carts.jsonl", "SELECT count(*) AS n FROM cart_items"]);
    assert_eq!((left.code, left.out.as_str()), (0, "n\n2\n"), "{left:?}");
    let why = "the projection cart_items, line 5: CHECK constraint failed: qty < 10";
    assert!(left.err.contains(why) && left.err.contains("as of 2"), "{}", left.err);
}

#[test]
fn a_mistake_is_reported_with_its_file_and_line() {
    let desk = desk();
    let mistake = |text: &str| {
        std::fs::write(desk.0.path().join("sql/cart.sql"), text).unwrap();
        let left = desk.run(&["query", "carts.jsonl", "SELECT 1"]);
        assert_eq!(left.code, 1, "{left:?}");
        left.err
    };
    let secret = CART.replace("DELETE FROM cart_items", "DELETE FROM document_rows");
    let why = "no such table: document_rows; a projection reads and writes its own tables only";
    assert_eq!(mistake(&secret), format!("foldback: the projection sql/cart.sql: line 8: {why}\n"));
    let why = "datetime() may not take the present time";
    let now = CART.replace(":data->>'$.sku'", "datetime('now')");
    std::fs::write(desk.0.path().join("sql/cart.sql"), now).unwrap();
    let left = desk.run(&["query", "carts.jsonl", "SELECT 1 AS one"]);
    assert!(left.err.contains(why), "{left:?}");
    std::fs::remove_file(desk.0.path().join("sql/cart.sql")).unwrap();
    let left = desk.run(&["query", "carts.jsonl", "SELECT 1"]);
    assert!(left.code == 1 && left.err.contains("sql/cart.sql cannot be read"), "{left:?}");
}
