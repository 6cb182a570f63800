//! The screen of a log that nobody explained: its chart, its rows, and the keys that lead nowhere.

use std::fmt::Write;

use crate::desk::Desk;

const SIZES: [&str; 3] = ["120x36", "80x24", "60x15"];

/// Ten carts with long names, each opened and filled three times; then a running total in a text, and one that is no
/// number.
fn carts() -> String {
    let mut log = String::new();
    let mut add = |cart: usize, version: usize, event_type: &str, data: &str| {
        let created = format!("2024-03-{:02}T10:{:02}:00Z", version + 1, cart);
        let stream = format!("shopping_cart-store-{cart:04}");
        writeln!(
            log,
            r#"{{"streamId":"{stream}","type":"{event_type}","data":{data},"created":"{created}","version":{version}}}"#
        )
        .unwrap();
    };
    let owner = "Ada Lovelace, Countess of Lovelace and of a very long title";
    for cart in 1..=10 {
        add(cart, 1, "CartOpened", &format!(r#"{{"cart":"{cart:04}","owner":"{owner}","coupon":null}}"#));
    }
    for version in 2..=4 {
        for cart in 1..=10 {
            let (qty, price) = (version + cart % 3, format!("{cart}.{version}5"));
            add(
                cart,
                version,
                "ItemAdded",
                &format!(r#"{{"qty":{qty},"price":{price},"total":"{version}e1"}}"#),
            );
        }
    }
    add(10, 5, "CartPriced", r#"{"price":"on request","qty":17}"#);
    log
}

fn desk() -> Desk {
    let desk = Desk::new();
    std::fs::write(desk.0.path().join("carts.jsonl"), carts()).unwrap();
    desk
}

fn printed(desk: &Desk, size: &str, keys: &str) -> String {
    let left = desk.run(&["print", "carts.jsonl", "--size", size, "--keys", keys]);
    assert_eq!(left.code, 0, "{left:?}");
    left.out
}

#[test]
fn the_chart_draws_the_first_number_and_c_the_next_one_with_its_gaps() {
    let desk = desk();
    assert!(printed(&desk, "120x36", "").contains("qty over the log"));
    // The price is not a number at the head, so it is not chosen; the text `4e1` is one.
    let total = printed(&desk, "120x36", "c");
    assert!(total.contains("cart over the log") || total.contains("total over the log"), "{total}");
    let price = printed(&desk, "120x36", "sccc:goto 40<enter>cc");
    assert!(price.contains("price · 1 point not a number"), "{price}");
    assert!(price.contains("10.45"), "{price}");
    for size in SIZES {
        let shown = printed(&desk, size, "c");
        assert!(shown.contains("the chart draws"), "{shown}");
        let field = shown.split("the chart draws ").nth(1).unwrap().split(';').next().unwrap();
        let again = printed(&desk, size, "c<esc>");
        assert!(
            again.lines().any(|line| line.contains(&format!("│ {field} over the log"))
                || line.contains(&format!("│ {field} "))),
            "{again}"
        );
    }
}

#[test]
fn no_command_is_offered_and_the_prompt_says_in_a_sentence_why() {
    let desk = desk();
    let why = "this log takes no commands: foldback knows no rules for its events";
    for size in SIZES {
        let shown = printed(&desk, size, "");
        assert!(shown.contains(": go to") && !shown.contains("command"), "{shown}");
        let asked = printed(&desk, size, ":");
        assert!(asked.contains("┤ Go to ├") && asked.contains("this log takes no commands"), "{asked}");
        assert!(asked.contains("goto 8112") && !asked.contains("aggregate"), "{asked}");
    }
    assert!(!printed(&desk, "120x36", "?").contains("issue a command"));
    assert!(printed(&desk, "120x36", ":deposit shopping_cart-store-0001 5<enter>").contains(why));
    assert!(printed(&desk, "120x36", ":goto 3<enter>").contains(" 3 of 41"));
}

#[test]
fn a_command_on_such_a_log_is_refused_without_advice_that_leads_nowhere() {
    let desk = desk();
    let why = "this log takes no commands: foldback knows no rules for its events";
    let left = desk.run(&["do", "carts.jsonl", "deposit shopping_cart-store-0001 5"]);
    assert_eq!((left.code, left.err.as_str()), (1, format!("foldback: carts.jsonl: {why}\n").as_str()));
    assert_eq!(std::fs::read_dir(desk.0.path().join("cache/private")).unwrap().count(), 0);
    assert_eq!(desk.run(&["new", "carts.db", "--from", "carts.jsonl"]).code, 0);
    let of_store = desk.run(&["do", "carts.db", "deposit shopping_cart-store-0001 5"]);
    assert_eq!((of_store.code, of_store.err.as_str()), (2, format!("foldback: {why}\n").as_str()));
    // A store made from a bank's log does take commands.
    let bank = r#"{"stream":"a","type":"Deposited","data":{"amount":5}}"#;
    std::fs::write(desk.0.path().join("bank.jsonl"), bank).unwrap();
    let of_bank = desk.run(&["do", "bank.jsonl", "deposit a 5"]);
    assert!(
        of_bank.err.contains("create a store from it: foldback new bank.db --from bank.jsonl"),
        "{of_bank:?}"
    );
}

#[test]
fn keys_without_an_answer_in_the_query_view_say_how_to_go_on() {
    let desk = desk();
    for size in SIZES {
        let shown = printed(&desk, size, "v");
        assert!(shown.contains("there are no charts of all streams; c charts a field of"), "{shown}");
        let row = printed(&desk, size, "<tab><tab>g<enter>");
        assert!(row.contains("shopping_cart-store-0001 stays selected"), "{row}");
    }
    assert!(printed(&desk, "120x36", "<tab><tab>g<enter>").contains("-0001 · pinned"));
}

#[test]
fn rows_share_the_room_and_names_keep_the_part_in_which_they_differ() {
    let desk = desk();
    for (size, keys) in [("120x36", ""), ("80x24", ""), ("60x15", "<tab><tab>")] {
        let shown = printed(&desk, size, keys);
        let heading = shown.lines().find(|line| line.contains("stream  ")).unwrap();
        for column in ["owner", "qty", "price"] {
            assert!(heading.contains(column), "{column}: {heading}\n{shown}");
        }
        let row = shown
            .lines()
            .find(|line| line.contains("0010 ") && line.contains("▌…"))
            .unwrap_or_else(|| panic!("{shown}"));
        for value in ["Ada ", "17", "on req"] {
            assert!(row.contains(value), "{value}: {row}\n{shown}");
        }
    }
}

#[test]
fn a_long_value_is_cut_beside_the_position_that_set_it() {
    let desk = desk();
    for (size, keys) in [("120x36", ""), ("80x24", ""), ("60x15", "<tab>"), ("40x10", "<tab>")] {
        let shown = printed(&desk, size, keys);
        let line =
            shown.lines().find(|line| line.contains("owner     Ada")).unwrap_or_else(|| panic!("{shown}"));
        assert!(line.contains("Ada L") && line.contains("…  @10 │"), "{line}\n{shown}");
    }
    // Of a change that does not fit on a line, both values and the position are shown.
    let shown = printed(&desk, "80x24", "");
    let lines: Vec<&str> =
        shown.lines().filter(|line| line.contains("on request") || line.contains("10.45")).collect();
    assert!(lines.iter().any(|line| line.contains("@41")), "{shown}");
}
