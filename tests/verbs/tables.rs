//! Logs that are tables: CSV, TSV and the like, each with a heading.

use crate::desk::Desk;

/// Orders of a shop as an export of a database table. A note has a line break, an address is JSON.
const ORDERS: &str = "\u{feff}order_id,event,at,qty,price,ship_to\r\n\
    1007,OrderPlaced,2024-03-01 09:00:00,2,19.90,\"{\"\"city\"\": \"\"Brno\"\", \"\"zip\"\": \"\"60200\"\"}\"\r\n\
    1008,OrderPlaced,2024-03-01 09:05:00,1,4.5,\r\n\
    1007,OrderChanged,2024-03-01 09:07:00,3,,\r\n\
    1007,OrderShipped,2024-03-02 08:00:00,,,\"{\"\"city\"\": \"\"Praha\"\"}\"\r\n";

const READ_AS: &str = "stream ← order_id (guessed), type ← event (likely), data ← the whole record, \
    time ← at (likely, without a zone: UTC is assumed); from CSV; to correct it: foldback guide events";

impl Desk {
    fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }
}

#[test]
fn a_table_opens_like_a_log_in_every_verb_and_each_says_what_was_taken_for_what() {
    let desk = Desk::new();
    desk.put("orders.csv", ORDERS);
    let said = format!("orders.csv read as: {READ_AS}\n");
    for verb in [
        &["state", "orders.csv"][..],
        &["events", "orders.csv"],
        &["export", "orders.csv"],
        &["query", "orders.csv", "SELECT 1"],
        &["verify", "orders.csv"],
        &["print", "orders.csv"],
    ] {
        let left = desk.run(verb);
        assert!(left.code == 0 && left.err.starts_with(&said), "{verb:?}: {left:?}");
    }
    let state = desk.run(&["state", "orders.csv", "1007", "--json"]);
    // A field that a row leaves empty keeps its value.
    let fields = r#""qty":3,"price":19.90,"ship_to":{"city":"Praha","zip":"60200"}}"#;
    assert!(state.out.contains(fields) && state.out.contains(r#""version":3,"#), "{state:?}");
    let events = desk.run(&["events", "orders.csv", "--stream", "1008", "--json"]);
    assert!(events.out.contains(r#""time":"2024-03-01T09:05:00Z""#), "{events:?}");
    assert!(
        events.out.contains(
            r#""data":{"order_id":1008,"event":"OrderPlaced","at":"2024-03-01 09:05:00","qty":1,"price":4.5}"#
        ),
        "{events:?}"
    );
}

#[test]
fn a_table_with_a_column_for_the_data_has_its_other_columns_as_metadata() {
    let desk = Desk::new();
    let rows = [
        ("acc-1", "AccountOpened", r#"{""currency"":""CZK"",""owner"":""Jana""}"#),
        ("acc-1", "Deposited", r#"{""amount"":12345678901234567}"#),
        ("acc-2", "AccountOpened", r#"{""currency"":""CZK""}"#),
    ];
    let row = |(n, (stream, kind, data)): (usize, (&str, &str, &str))| {
        format!("{n};{stream};{kind};2024-03-0{}T00:00:00Z;\"{data}\";teller\n", n + 1)
    };
    let rows: String = rows.into_iter().enumerate().map(row).collect();
    desk.put("bank.csv", format!("global_seq;stream;type;time;data;channel\n{rows}"));
    let state = desk.run(&["state", "bank.csv", "acc-1", "--json"]);
    let said = "bank.csv read as: stream ← stream, type ← type, data ← data, time ← time; from CSV with semicolons\n";
    assert_eq!((state.code, state.err.as_str()), (0, said), "{state:?}");
    let state: serde_json::Value = serde_json::from_str(&state.out).unwrap();
    assert_eq!(state["state"]["balance"].to_string(), "12345678901234567");
    let events = desk.run(&["events", "bank.csv", "--type", "Deposited", "--json"]).out;
    assert!(events.contains(r#""metadata":{"envelope":{"global_seq":1,"channel":"teller"}}"#), "{events}");
}

#[test]
fn rows_that_do_not_fit_are_bad_lines_with_their_numbers_and_reasons() {
    let desk = Desk::new();
    desk.put(
        "stock.tsv",
        "sku\tsku\tkind\tstream_id\nx\ty\tMoved\ts-1\nx\tMoved\ts-1\n\"two\nlines\"\ty\tMoved\ts-1\n\
         x\ty\tMoved\ts-2\tmore\nx\ty\t\ts-2\nx\ty\tMoved\ts-2\n\"open\ty\tMoved\ts-2\nx\ty\tMoved\ts-2\n",
    );
    let reasons = "stock.tsv, line 3: it has 3 fields, and the heading has 4\n\
        stock.tsv, line 6: it has 5 fields, and the heading has 4\n\
        stock.tsv, line 7: it has no type\n\
        stock.tsv, line 9: a quote in it is not closed: the 2 lines from here to the end of the log cannot be read\n";
    let said = "stock.tsv read as: stream ← stream_id, type ← kind (likely), data ← the whole record; from TSV; \
        to correct it: foldback guide events\n\
        stock.tsv: another column sku is read as sku_2\n";
    let left = desk.run(&["new", "stock.db", "--from", "stock.tsv"]);
    assert_eq!((left.code, left.err), (0, format!("{said}{reasons}")));
    assert!(left.out.contains("3 events of 2 streams added, 0 already there, 4 bad lines"), "{}", left.out);
    let state = desk.run(&["state", "stock.db", "s-1", "--json"]);
    assert!(state.out.contains(r#""sku":"two\nlines","sku_2":"y""#), "{state:?}");
    assert!(state.err.contains("4 lines of stock.tsv left out"), "{state:?}");
    let strict = desk.run(&["import", "stock.db", "stock.tsv", "--strict"]);
    assert_eq!(strict.code, 1);
    assert!(strict.err.contains("line 3: it has 3 fields, and the heading has 4"), "{strict:?}");
}

#[test]
fn a_table_in_which_no_event_is_found_says_what_was_looked_for_and_a_mapping_reads_it() {
    let desk = Desk::new();
    desk.put("sales.csv", "when;shop;what\n2024-03-01;Brno;tea\n2024-03-02;Praha;tea\n");
    let left = desk.run(&["state", "sales.csv"]);
    assert_eq!((left.code, left.out.as_str()), (1, ""));
    for part in [
        "none of its lines can be read (2 of 2)",
        "it is read as CSV with semicolons, with its first line as the names of the fields",
        "no field looks like the name of a stream",
        "the first line has the fields",
    ] {
        assert!(left.err.contains(part), "{part}: {left:?}");
    }
    desk.put("map.toml", "[envelope]\nstream = \"shop\"\ntype = \"what\"\ndata = \".\"\ntime = \"when\"\ntime_format = \"date\"\n");
    let left = desk.run(&["events", "sales.csv", "--map", "map.toml", "--json"]);
    let again = "the stored copy of the log cannot be used any more; the log is read again\n";
    assert_eq!((left.code, left.err.as_str()), (0, again), "{left:?}");
    assert!(left.out.contains(r#""time":"2024-03-02T00:00:00Z""#), "{left:?}");
}

#[test]
fn a_table_that_has_grown_adds_its_new_rows_and_one_from_a_pipe_is_the_same() {
    let desk = Desk::new();
    let (first, _) = ORDERS.split_at(ORDERS.find("1007,OrderShipped").unwrap());
    desk.put("orders.csv", first);
    assert_eq!(desk.run(&["new", "orders.db", "--from", "orders.csv"]).code, 0);
    desk.put("orders.csv", ORDERS);
    let more = desk.run(&["import", "orders.db", "orders.csv"]);
    assert!(more.out.contains("1 event of 1 stream added, 3 already there, 0 bad lines"), "{more:?}");
    let again = desk.run(&["import", "orders.db", "orders.csv"]);
    assert!(again.out.contains("0 events of 0 streams added, 4 already there, 0 bad lines"), "{again:?}");
    let states = |words: &[&str], stdin: &str| desk.run_with(words, stdin).out;
    assert_eq!(states(&["state", "-", "--json"], ORDERS), states(&["state", "orders.csv", "--json"], ""),);
}
