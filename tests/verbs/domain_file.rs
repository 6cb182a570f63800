//! A log with a domain file: its states are folded by the file's expressions, and mistakes are named with their place.

use serde_json::{Map, Value, json};

use crate::desk::Desk;

/// The domain of the carts, in twelve lines.
const DOMAIN: &str = r#"[aggregates.cart]
streams = "cart-*"
start = { status = "open", items = {}, total = 0 }
[aggregates.cart.on.ItemAdded]
"items[data.sku]" = "default(this, 0) + data.qty"
total = "total + data.price * data.qty"
[aggregates.cart.on.ItemRemoved]
remove = ["items[data.sku]"]
total = "total - data.price * items[data.sku]"
[aggregates.cart.on.CartCheckedOut]
status = "'checked out'"
"#;

/// The number of carts.
const N_CARTS: usize = 10;

/// The number of events.
const N_EVENTS: usize = 200;

fn write(desk: &Desk, name: &str, text: &str) {
    std::fs::write(desk.0.path().join(name), text).unwrap();
}

/// The answer of a verb in JSON, whatever it says beside it on how the log was read.
fn json_of(desk: &Desk, words: &[&str]) -> Value {
    let left = desk.run(words);
    assert_eq!(left.code, 0, "{left:?}");
    serde_json::from_str(&left.out).unwrap()
}

/// A cart as the test folds it; amounts are in hundredths.
#[derive(Clone, Default)]
struct Cart {
    version: u64,
    position: usize,
    is_checked_out: bool,
    items: Vec<(&'static str, u64)>,
    hundredths: u64,
}

impl Cart {
    fn json(&self) -> Value {
        let status = if self.is_checked_out { "checked out" } else { "open" };
        let items: Map<String, Value> =
            self.items.iter().map(|(sku, qty)| ((*sku).to_owned(), Value::from(*qty))).collect();
        // As a text, because a number of serde_json is a double.
        let total = format!("{}.{:02}", self.hundredths / 100, self.hundredths % 100);
        json!({"status": status, "items": items, "total": total})
    }
}

/// A log of carts in a form that nobody explained, and the carts after each event.
fn carts() -> (String, Vec<Vec<Cart>>) {
    const ITEMS: [(&str, u64); 3] = [("tea", 495), ("cup", 1_250), ("pot-1.5l", 3_009)];
    let (mut random, mut log) = (7_u64, String::new());
    let mut carts = vec![Cart::default(); N_CARTS];
    let mut after = Vec::new();
    for n in 1..=N_EVENTS {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = |from: u32, n: usize| usize::try_from(random >> from).unwrap() % n;
        let (nth, (sku, price)) = (pick(33, N_CARTS), ITEMS[pick(40, ITEMS.len())]);
        let cart = &mut carts[nth];
        let place = cart.items.iter().position(|(name, _)| *name == sku);
        let written = format!("{}.{:02}", price / 100, price % 100);
        let (name, data) = match (pick(50, 8), place) {
            (0, _) => {
                cart.is_checked_out = true;
                ("CartCheckedOut", json!({}).to_string())
            }
            (1..=2, Some(place)) => {
                cart.hundredths -= price * cart.items.remove(place).1;
                ("ItemRemoved", format!(r#"{{"sku":"{sku}","price":{written}}}"#))
            }
            (qty, place) => {
                let qty = u64::try_from(qty).unwrap();
                cart.hundredths += price * qty;
                match place {
                    Some(place) => cart.items[place].1 += qty,
                    None => cart.items.push((sku, qty)),
                }
                ("ItemAdded", format!(r#"{{"sku":"{sku}","qty":{qty},"price":{written}}}"#))
            }
        };
        (cart.version, cart.position) = (cart.version + 1, n);
        let version = cart.version;
        log += &format!(
            "{{\"streamId\":\"cart-{nth}\",\"type\":\"{name}\",\"data\":{data},\
             \"created\":\"2024-03-14T10:{:02}:{:02}Z\",\"version\":{version}}}\n",
            n / 60,
            n % 60
        );
        after.push(carts.clone());
    }
    (log, after)
}

/// A state with its total as a text of two decimals.
fn with_text_total(state: &str) -> Value {
    let mut state: Value = serde_json::from_str(state).unwrap();
    let (whole, hundredths) = match state["total"].to_string() {
        text if text.contains('.') => {
            text.split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap()
        }
        text => (text, String::new()),
    };
    state["total"] = format!("{whole}.{hundredths:0<2}").into();
    state
}

#[test]
fn items_and_totals_of_ten_carts_are_those_of_an_independent_program_at_two_hundred_positions() {
    let desk = Desk::new();
    let (log, after) = carts();
    write(&desk, "carts.jsonl", &log);
    write(&desk, "cart.toml", DOMAIN);
    for (nth, carts) in after.iter().enumerate() {
        let position = (nth + 1).to_string();
        let words = ["state", "carts.jsonl", "--json", "--domain", "cart.toml", "--at", &position];
        let left = desk.run(&words);
        assert_eq!(left.code, 0, "{left:?}");
        let states: Vec<(String, Value)> = left
            .out
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|line| line["stream"].is_string())
            .map(|line| {
                assert_eq!(
                    (&line["fold"], &line["n_not_understood"]),
                    (&json!("declared"), &json!(0)),
                    "{line}"
                );
                (line["stream"].as_str().unwrap().to_owned(), with_text_total(&line["state"].to_string()))
            })
            .collect();
        let expected: Vec<(String, Value)> = carts
            .iter()
            .enumerate()
            .filter(|(_, cart)| cart.version > 0)
            .map(|(nth, cart)| (format!("cart-{nth}"), cart.json()))
            .collect();
        assert_eq!(states, expected, "at {position}");
    }
}

#[test]
fn a_domain_file_beside_the_log_is_used_unless_another_domain_is_given() {
    let desk = Desk::new();
    write(&desk, "carts.jsonl", &carts().0);
    let fold = |words: &[&str]| {
        let words = [&["state", "carts.jsonl", "cart-1", "--json"], words].concat();
        json_of(&desk, &words)["fold"].as_str().unwrap().to_owned()
    };
    assert_eq!(fold(&[]), "merged");
    write(&desk, "foldback.toml", DOMAIN);
    assert_eq!(
        [fold(&[]), fold(&["--domain", "none"]), fold(&["--domain", "bank"])],
        ["declared", "merged", "typed"]
    );
    write(&desk, "foldback.toml", "[aggregates.cart\n");
    let left = desk.run(&["state", "carts.jsonl"]);
    assert_eq!((left.code, left.out.as_str()), (1, ""));
    assert!(
        left.err.starts_with("foldback: the domain file foldback.toml: line 1, character "),
        "{}",
        left.err
    );
    let left = desk.run(&["state", "carts.jsonl", "--domain", "none.toml"]);
    assert!(left.err.contains("the domain file none.toml cannot be read"), "{}", left.err);
}

#[test]
fn an_event_without_a_rule_and_a_field_whose_value_is_unknown_are_counted() {
    let desk = Desk::new();
    let event = |name: &str, data: &str| {
        format!(
            "{{\"streamId\":\"cart-1\",\"type\":\"{name}\",\"data\":{data},\"created\":\"2024-03-14T10:00:00Z\"}}\n"
        )
    };
    let log = event("ItemAdded", r#"{"sku":"tea","qty":2,"price":1}"#)
        + &event("ItemAdded", r#"{"sku":"cup","qty":2}"#)
        + &event("Viewed", "{}");
    write(&desk, "carts.jsonl", &log);
    write(&desk, "foldback.toml", DOMAIN);
    let read = json_of(&desk, &["state", "carts.jsonl", "cart-1", "--json"]);
    assert_eq!(
        [&read["n_not_understood"], &read["n_partly_understood"], &read["state"]],
        [&json!(1), &json!(1), &json!({"status": "open", "items": {"tea": 2, "cup": 2}, "total": 2})]
    );
    let why = desk.run(&["query", "carts.jsonl", "SELECT position, reason FROM not_understood", "--json"]);
    let why: Vec<Value> = why.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = [
        json!({"position": 3, "reason": "the domain file has no rule for Viewed"}),
        json!({"position": 2, "reason": "in part: total: data.price is missing"}),
    ];
    assert_eq!(why, expected);
}

#[test]
fn old_events_are_read_as_new_ones() {
    let desk = Desk::new();
    let log = "{\"streamId\":\"cart-1\",\"type\":\"shop.ItemAddedV1\",\"data\":{\"code\":\"tea\",\"price\":0.1},\
               \"created\":\"2024-03-14T10:00:00Z\"}\n";
    write(&desk, "carts.jsonl", log);
    let upcast = "[upcast.\"shop.ItemAddedV1\"]\nas = \"ItemAdded\"\n\
                  data = \"{'sku': data.code, 'qty': 3, 'price': data.price}\"\n";
    write(&desk, "foldback.toml", &(DOMAIN.to_owned() + upcast));
    let state = json_of(&desk, &["state", "carts.jsonl", "cart-1", "--json"])["state"].to_string();
    assert_eq!(state, r#"{"items":{"tea":3},"status":"open","total":0.3}"#);
}

#[test]
fn an_event_that_records_another_figure_than_the_fold_gives_is_listed() {
    let desk = Desk::new();
    let event = |data: &str| {
        format!(
            "{{\"streamId\":\"acc-1\",\"type\":\"Paid\",\"data\":{data},\"created\":\"2024-03-14T10:00:00Z\"}}\n"
        )
    };
    let log = event(r#"{"amount":0.1,"balance":"0.10"}"#)
        + &event(r#"{"amount":0.2,"balance":0.30000000000000004}"#)
        + &event(r#"{"amount":1}"#)
        + &event(r#"{"amount":1,"balance":2.31}"#);
    write(&desk, "log.jsonl", &log);
    let domain = "[aggregates.account.on.Paid]\nbalance = \"default(this, 0) + data.amount\"\n\
                  [aggregates.account.recorded]\nbalance = \"data.balance\"\n";
    write(&desk, "foldback.toml", domain);
    let rows = desk.run(&["query", "log.jsonl", "SELECT position, reason FROM not_understood", "--json"]);
    let rows: Vec<Value> = rows.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let reason = "in part: balance is 2.3, and the event records 2.31";
    assert_eq!(rows, [json!({"position": 4, "reason": reason})]);
}
