//! Pages over the panes: each page begins where the one before has ended.

use regex::Regex;

use crate::desk::Desk;

/// The lines in sight, from a footing such as `27–52 of 86`.
fn in_sight(desk: &Desk, size: &str, keys: &str) -> (usize, usize, usize) {
    let shown = desk.run(&["print", "bank.db", "--size", size, "--keys", keys]).out;
    let footing = Regex::new(r"(\d+)–(\d+) of (\d+)").unwrap();
    let numbers = footing.captures_iter(&shown).last().unwrap();
    let [from, to, all] = [1, 2, 3].map(|nth| numbers[nth].parse().unwrap());
    (from, to, all)
}

#[test]
fn the_next_page_of_the_help_begins_after_the_last_line_of_the_one_before() {
    let desk = Desk::with_bank();
    for size in ["120x36", "80x24", "60x15"] {
        let (_, last, all) = in_sight(&desk, size, "?");
        let (first, next_last, _) = in_sight(&desk, size, "?<pgdn>");
        assert!(last < all, "{size}");
        assert_eq!((first, next_last), (last + 1, (2 * last).min(all)), "{size}");
    }
}
