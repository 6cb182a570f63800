//! Declared projections: a person's own tables, as of any position, and like the built-in ones in all else.

use std::sync::Arc;
use std::time::Duration;

use foldback::domain::aggregates::{Aggregates, ProjectionText};
use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::differences::{GenerationComparison, TableDifference};
use foldback::read_model::engine::generation::RebuildReason;
use foldback::read_model::engine::location::Location;
use foldback::read_model::engine::projector::{OpenedProjector, Projector};
use foldback::read_model::engine::rebuild::{NewGeneration, Rebuild, RebuildOptions, ReplacePolicy, rebuild};
use foldback::read_model::projections::list::declared_projections;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::limits::Limits;
use foldback::read_model::rows::{AsOf, Value};
use foldback::store::EventStore;
use foldback::store::log::LogIdentity;
use proptest::prelude::{Strategy, prop_assert_eq, prop_oneof};
use proptest::proptest;
use proptest::sample;

use crate::support::{TempStore, cases, event, with_time, write};

/// Every way in which rows come, change, change their keys, and go.
const CART: &str = "\
-- projection: carts
-- The items of each cart.
CREATE TABLE cart_items (
    stream TEXT, sku TEXT COLLATE NOCASE, qty INTEGER NOT NULL CHECK (qty < 1000), note ANY, PRIMARY KEY (stream, sku)
) STRICT;
-- One row for all.
CREATE TABLE counts (id INTEGER PRIMARY KEY, n INTEGER, day UNIQUE);
-- on: ItemAdded
INSERT INTO cart_items VALUES (:stream, :data->>'$.sku', :data->>'$.qty', :position)
  ON CONFLICT DO UPDATE SET qty = qty + excluded.qty;
INSERT INTO counts (id, n) VALUES (1, 1) ON CONFLICT DO UPDATE SET n = n + 1;
-- on: *.ItemReplaced
INSERT OR REPLACE INTO cart_items VALUES (:stream, :data->>'$.sku', :data->>'$.qty', 'replaced');
UPDATE cart_items SET note = :version WHERE stream = :stream;
-- on: ItemOffered
INSERT OR IGNORE INTO cart_items VALUES (:stream, :data->>'$.sku', 0, NULL);
INSERT OR IGNORE INTO cart_items VALUES (:stream, :data->>'$.sku', 1, NULL);
UPDATE OR IGNORE cart_items SET qty = qty * 2, note = date(:time) WHERE sku = :data->>'$.sku';
-- on: CartMoved
UPDATE OR REPLACE cart_items SET stream = :data->>'$.to' WHERE stream = :stream;
INSERT OR REPLACE INTO counts VALUES (:version, 7, :data->>'$.to');
-- on: CartCheckedOut, CartAbandoned
DELETE FROM cart_items WHERE stream = :stream;
DELETE FROM counts WHERE id > 1;
";

/// The bank with these projections.
fn bank_with(texts: &[&str]) -> Aggregates {
    let projection = |text: &&str| ProjectionText { file: "own.sql".to_owned(), text: (*text).to_owned() };
    Aggregates::bank().with_projections(texts.iter().map(projection).collect())
}

fn location(temp: &TempStore, text: &str) -> Location {
    Location::of(&LogIdentity { aggregates: bank_with(&[text]), ..temp.store.log_identity() }).unwrap()
}

fn caught_up(temp: &TempStore, location: &Location) -> CatchUp {
    project_to_head(&temp.store, location, &CatchUpOptions::default(), &mut |_| {}).unwrap()
}

fn rows(location: &Location, sql: &str, as_of: AsOf) -> Vec<Vec<Value>> {
    ReadModel::open(location).table(sql, as_of, usize::MAX, &Limits::default()).unwrap().rows
}

fn at(position: usize) -> AsOf {
    AsOf::Position(GlobalPosition::new(u64::try_from(position).unwrap()))
}

/// All rows of both tables, and some that are looked up by key.
fn all_rows(location: &Location, as_of: AsOf) -> Vec<Vec<Vec<Value>>> {
    [
        "SELECT * FROM cart_items ORDER BY stream, sku, qty",
        "SELECT * FROM counts ORDER BY id",
        "SELECT sku, qty, note FROM cart_items WHERE stream = 'cart-1' AND sku = 'B'",
        "SELECT count(*), sum(qty) FROM cart_items WHERE qty > '1'",
        "SELECT c.day, i.qty FROM counts AS c LEFT JOIN cart_items AS i ON i.stream = c.day ORDER BY 1, 2",
    ]
    .map(|sql| rows(location, sql, as_of))
    .into()
}

/// One event of a log of carts: stream, type, data.
type CartEvent = (u8, &'static str, String);

fn any_carts(n: usize) -> impl Strategy<Value = Vec<CartEvent>> {
    let item = (0..6_u8, 0..4_u8).prop_map(|(sku, qty)| {
        format!(r#"{{"sku":"{}","qty":{qty}}}"#, ["a", "b", "c", "A", "B", "é"][usize::from(sku)])
    });
    let of_item = (sample::select(vec!["ItemAdded", "shop.ItemReplaced", "ItemOffered"]), item);
    let moved = (0..4_u8).prop_map(|to| ("CartMoved", format!(r#"{{"to":"cart-{to}"}}"#)));
    let gone = (0..3_u8)
        .prop_map(|n| (["CartCheckedOut", "CartAbandoned", "Nothing"][usize::from(n)], "{}".to_owned()));
    let what = prop_oneof![6 => of_item, 2 => moved, 1 => gone];
    proptest::collection::vec((0..4_u8, what).prop_map(|(cart, (name, data))| (cart, name, data)), 0..n)
}

fn append(temp: &mut TempStore, carts: &[CartEvent]) {
    for (nth, (cart, name, data)) in carts.iter().enumerate() {
        let event = with_time(i64::try_from(nth).unwrap() * 50_000, event(name, data));
        temp.store.append(&[write(&format!("cart-{cart}"), vec![event])]).unwrap();
    }
}

fn store_of(carts: &[CartEvent]) -> TempStore {
    let mut temp = TempStore::new();
    append(&mut temp, carts);
    temp
}

proptest! {
    #![proptest_config(cases(6))]

    #[test]
    fn rows_as_of_a_position_are_those_of_a_projection_up_to_there(carts in any_carts(20)) {
        let temp = store_of(&carts);
        let whole = location(&temp, CART);
        caught_up(&temp, &whole);
        for n in 0..=carts.len() {
            let prefix = store_of(&carts[..n]);
            let up_to_there = location(&prefix, CART);
            caught_up(&prefix, &up_to_there);
            prop_assert_eq!(all_rows(&whole, at(n)), all_rows(&up_to_there, AsOf::Checkpoint), "as of {}", n);
        }
    }

    #[test]
    fn batch_by_batch_gives_the_same_rows_and_histories_as_all_at_once(carts in any_carts(20), n in 1..8_usize) {
        let mut temp = TempStore::new();
        let incremental = location(&temp, CART);
        caught_up(&temp, &incremental);
        for some in carts.chunks(n) {
            append(&mut temp, some);
            caught_up(&temp, &incremental);
        }
        prop_assert_eq!(differences(&temp, &incremental), []);
    }
}

/// How the rows differ from those of a rebuild, which does not replace them.
fn differences(temp: &TempStore, location: &Location) -> Vec<TableDifference> {
    let options = RebuildOptions { replaces: ReplacePolicy::Never, ..RebuildOptions::default() };
    match rebuild(&temp.store, location, &options, &mut |_| {}).unwrap() {
        Rebuild::Done(NewGeneration {
            comparison: GenerationComparison::Compared { differences, .. },
            ..
        }) => differences,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_event_whose_second_statement_fails_changes_nothing_and_can_be_skipped() {
    let added = |sku: &str, qty: i64| (1, "ItemAdded", format!(r#"{{"sku":"{sku}","qty":{qty}}}"#));
    let temp = store_of(&[added("a", 1), added("a", 999), added("b", 3)]);
    let text = CART.replace(
        "INSERT INTO cart_items VALUES (:stream, :data->>'$.sku', :data->>'$.qty', :position)",
        "INSERT INTO counts (id, n) VALUES (:position + 10, 0);\n\
         INSERT INTO cart_items VALUES (:stream, :data->>'$.sku', :data->>'$.qty', :position)",
    );
    let location = location(&temp, &text);
    let CatchUp::Failed { checkpoint, failure } = caught_up(&temp, &location) else { panic!("it went on") };
    assert_eq!(checkpoint.position.number(), 1);
    assert_eq!(failure.why, "the projection carts, line 10: CHECK constraint failed: qty < 1000");
    let counts = "SELECT id FROM counts ORDER BY id";
    let ids = |ids: &[i64]| ids.iter().map(|id| vec![Value::Integer(*id)]).collect::<Vec<_>>();
    assert_eq!(rows(&location, counts, AsOf::Checkpoint), ids(&[1, 11]), "nothing of the event at 2");
    let OpenedProjector::Ready(mut projector, None) = Projector::open(&location).unwrap() else { panic!() };
    projector.skip(&failure.event.unwrap(), &failure.why).unwrap();
    drop(projector);
    assert!(matches!(caught_up(&temp, &location), CatchUp::Done { .. }));
    assert_eq!(rows(&location, counts, AsOf::Checkpoint), ids(&[1, 11, 13]));
    assert_eq!(rows(&location, "SELECT count(*) FROM skipped", AsOf::Checkpoint), ids(&[1]));
    assert_eq!(differences(&temp, &location), []);
}

#[test]
fn another_text_of_a_projection_is_projected_again() {
    let temp = store_of(&[(1, "ItemAdded", r#"{"sku":"a","qty":1}"#.to_owned())]);
    let begun = |text: &str| match caught_up(&temp, &location(&temp, text)) {
        CatchUp::Done { begun, .. } => begun,
        other => panic!("{other:?}"),
    };
    assert_eq!(begun(CART), Some(RebuildReason::Missing));
    assert_eq!(begun(CART), None);
    let other = CART.replace("qty + excluded.qty", "excluded.qty");
    assert_eq!(begun(&other), Some(RebuildReason::OtherVersion));
    assert_eq!(begun(&other), None);
    let none = Location::of(&temp.store.log_identity()).unwrap();
    assert!(matches!(
        caught_up(&temp, &none),
        CatchUp::Done { begun: Some(RebuildReason::OtherVersion), .. }
    ));
}

#[test]
fn a_row_that_somebody_changed_is_found_by_comparing() {
    let temp = store_of(&[(1, "ItemAdded", r#"{"sku":"a","qty":1}"#.to_owned())]);
    let location = location(&temp, CART);
    caught_up(&temp, &location);
    assert_eq!(differences(&temp, &location), []);
    let path = location.generation_path(location.current().unwrap().unwrap().number);
    let changed = rusqlite::Connection::open(path).unwrap();
    changed.execute_batch("UPDATE \"cart_items history\" SET qty = 2").unwrap();
    let found = differences(&temp, &location);
    assert_eq!(found.iter().map(|one| one.table.as_str()).collect::<Vec<_>>(), ["cart_items history"]);
}

#[test]
fn a_statement_that_does_not_end_is_stopped_and_its_event_fails() {
    let text = "-- projection: long\nCREATE TABLE t (a INTEGER PRIMARY KEY);\n-- on: T\nINSERT INTO t \
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n;\n";
    let temp = store_of(&[(1, "T", "1".to_owned())]);
    let checked = declared_projections(&bank_with(&[text])).unwrap().remove(0);
    let checked = Arc::unwrap_or_clone(checked).with_deadline(Duration::from_millis(20));
    let location = Location::of(&temp.store.log_identity()).unwrap().with_declared(vec![Arc::new(checked)]);
    let CatchUp::Failed { failure, .. } = caught_up(&temp, &location) else { panic!("it ended") };
    assert_eq!(failure.why, "the projection long, line 4: it took longer than 20ms");
}

#[test]
fn a_number_that_would_be_rounded_stops_the_projection_at_its_event() {
    let big = r#"{"sku":"a","qty":1,"n":[123456789012345678901]}"#.to_owned();
    let temp = store_of(&[(1, "ItemAdded", big.clone()), (1, "T", big)]);
    let failed = |sql: &str| {
        let text = format!("-- projection: p\nCREATE TABLE t (a PRIMARY KEY);\n-- on: T\n{sql};\n");
        match caught_up(&temp, &location(&temp, &text)) {
            CatchUp::Failed { failure, .. } => failure.why,
            other => panic!("{sql}: {other:?}"),
        }
    };
    let why = failed("INSERT INTO t VALUES (:data->>'$.n[0]')");
    assert!(why.contains("fits neither an integer nor a double") && why.contains("line 4"), "{why}");
    let why = failed("INSERT INTO t SELECT value FROM json_each(:data, '$.n')");
    assert!(why.contains("json_each and json_tree would round a number"), "{why}");
    let exact = "-- projection: p\nCREATE TABLE t (a PRIMARY KEY);\n-- on: T\n\
                 INSERT INTO t VALUES (number(:data, '$.n[0]'));\n";
    let location = location(&temp, exact);
    assert!(matches!(caught_up(&temp, &location), CatchUp::Done { .. }));
    let exact = Value::Text("123456789012345678901".to_owned());
    assert_eq!(rows(&location, "SELECT a FROM t", AsOf::Checkpoint), [[exact]]);
}

#[test]
fn two_files_have_names_of_their_own() {
    let other = "-- projection: other\nCREATE TABLE Counts (a PRIMARY KEY);\n-- on: T\nDELETE FROM counts;\n";
    let mistake = |files: &[&str]| {
        declared_projections(&bank_with(files)).map_err(|(nth, bad)| format!("{nth}: {bad}")).unwrap_err()
    };
    let expected = "1: line 2: the read model has a table or view Counts of its own; choose another name";
    assert_eq!(mistake(&[CART, other]), expected);
    let expected = "1: line 1: another file has a projection carts; choose another name";
    let same = other.replace("Counts", "c").replace("counts", "c").replace("other", "carts");
    assert_eq!(mistake(&[CART, &same]), expected);
    let taken = other.replace("Counts", "events").replace("counts", "events");
    assert!(mistake(&[&taken]).contains("view events of its own"));
}
