//! Short names of event types: the parts in which they differ.

use std::collections::{HashMap, HashSet};

use unicode_segmentation::UnicodeSegmentation;

use crate::tui::text::{fit, fit_end, width};

/// The most cells of a name that are compared; differences beyond are not seen.
const NAME_CELLS_MAX: usize = 120;

/// The fewest useful cells of a word with `…` on both sides.
const CUT_WORD_CELLS_MIN: usize = 4;

/// Stands for what was left out.
const LEFT_OUT: &str = "…";

/// A short form for each name of a set.
#[derive(Clone, Debug)]
pub(crate) struct ShortNames {
    cells: usize,
    texts: HashMap<String, String>,
    cut: fn(&str, usize) -> String,
}

impl ShortNames {
    /// The short form, with control characters made visible. A name outside of the set is cut.
    pub(crate) fn of(&self, name: &str) -> String {
        self.texts.get(name).cloned().unwrap_or_else(|| (self.cut)(name, self.cells))
    }
}

/// Short forms of at most `cells` cells. A name that fits stays whole. Otherwise leading words that it shares with
/// another name are left out first (`TransferReceived` is `…Received` beside `TransferSent`). Two names get the same
/// form only if the set has more names than a name has cells.
pub(crate) fn shortened<'a>(names: impl IntoIterator<Item = &'a str>, cells: usize) -> ShortNames {
    shortened_or_cut(names, cells, fit)
}

/// [`shortened`], for names whose end says more than the beginning: one that shares no word with another keeps its end.
pub(crate) fn shortened_to_ends<'a>(names: impl IntoIterator<Item = &'a str>, cells: usize) -> ShortNames {
    shortened_or_cut(names, cells, fit_end)
}

/// The short forms; `cut` gives the form of a name without shared words.
fn shortened_or_cut<'a>(
    names: impl IntoIterator<Item = &'a str>,
    cells: usize,
    cut: fn(&str, usize) -> String,
) -> ShortNames {
    let mut names: Vec<Name<'a>> = names.into_iter().map(Name::of).collect();
    names.sort_by(|a, b| a.words().cmp(b.words()).then_with(|| a.name.cmp(b.name)));
    names.dedup_by(|a, b| a.name == b.name);
    let shared: Vec<usize> = (0..names.len()).map(|nth| n_shared_words(&names, nth)).collect();
    let (whole, long): (Vec<_>, Vec<_>) =
        names.into_iter().zip(shared).partition(|(name, _)| width(&name.shown) <= cells);
    let mut taken: HashSet<String> = whole.iter().map(|(name, _)| name.shown.clone()).collect();
    let mut texts: HashMap<String, String> =
        whole.into_iter().map(|(name, _)| (name.name.to_owned(), name.shown)).collect();
    let long =
        long.into_iter().map(|(name, n_shared)| (name.name, name.forms(n_shared, cells, cut))).collect();
    for (name, text) in chosen(long, &mut taken) {
        texts.insert(name.to_owned(), text);
    }
    ShortNames { cells, texts, cut }
}

/// Chooses a form for each name: the first one that no other name has, while all names go through their forms in step,
/// so that a name's form does not depend on its place among the others; then whatever is still free.
fn chosen<'a>(mut open: Vec<(&'a str, Vec<String>)>, taken: &mut HashSet<String>) -> Vec<(&'a str, String)> {
    let mut chosen = Vec::new();
    let n_forms = open.iter().map(|(_, forms)| forms.len()).max().unwrap_or(0);
    for nth in 0..n_forms {
        let mut n_wanting: HashMap<&str, usize> = HashMap::new();
        for form in open.iter().filter_map(|(_, forms)| forms.get(nth)) {
            *n_wanting.entry(form).or_default() += 1;
        }
        let is_free = |form: &&String| n_wanting.get(form.as_str()) == Some(&1) && !taken.contains(*form);
        let settled: Vec<Option<String>> =
            open.iter().map(|(_, forms)| forms.get(nth).filter(is_free).cloned()).collect();
        taken.extend(settled.iter().flatten().cloned());
        let mut settled = settled.into_iter();
        open.retain(|(name, _)| match settled.next().flatten() {
            Some(form) => {
                chosen.push((*name, form));
                false
            }
            None => true,
        });
    }
    for (name, forms) in open {
        let free = forms.iter().find(|form| !taken.contains(*form)).or(forms.first());
        let form = free.cloned().unwrap_or_default();
        taken.insert(form.clone());
        chosen.push((name, form));
    }
    chosen
}

/// A name with the offsets at which its words begin.
struct Name<'a> {
    name: &'a str,
    shown: String,
    begins: Vec<usize>,
}

impl<'a> Name<'a> {
    fn of(name: &'a str) -> Self {
        let shown = fit(name, NAME_CELLS_MAX);
        let begins = word_begins(&shown);
        Self { name, shown, begins }
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        let ends = self.begins.iter().skip(1).copied().chain([self.shown.len()]);
        let words = self.begins.iter().zip(ends).filter_map(|(begin, end)| self.shown.get(*begin..end));
        words.map(|word| word.trim_end_matches(is_sign))
    }

    /// The name without its first `n_words` words.
    fn rest(&self, n_words: usize) -> &str {
        self.begins.get(n_words).and_then(|begin| self.shown.get(*begin..)).unwrap_or("")
    }

    /// The possible forms, the best first: without the shared words, cut by `cut`, in the middle, and anywhere.
    fn forms(&self, n_shared: usize, cells: usize, cut: fn(&str, usize) -> String) -> Vec<String> {
        let Some(room) = cells.checked_sub(1) else { return vec![String::new()] };
        let mut forms = Vec::new();
        let fitting = (1..=n_shared).map(|n| self.rest(n)).filter(|rest| width(rest) <= room);
        forms.extend(fitting.map(|rest| format!("{LEFT_OUT}{rest}")));
        if n_shared > 0 && cells >= CUT_WORD_CELLS_MIN && forms.is_empty() {
            forms.push(format!("{LEFT_OUT}{}", fit(self.rest(n_shared), room)));
        }
        forms.push(cut(self.name, cells));
        // From an even split outwards.
        let middle = room / 2;
        let heads =
            (0..=room).map(|n| if n % 2 == 0 { middle + n / 2 } else { middle.saturating_sub(n / 2 + 1) });
        forms.extend(heads.filter(|head| *head <= room).map(|head| self.without_middle(head, room - head)));
        forms
    }

    /// The beginning and the end, with `head` and `tail` cells.
    fn without_middle(&self, head: usize, tail: usize) -> String {
        match (head, tail) {
            (0, _) => fit_end(&self.shown, tail + 1),
            (_, 0) => fit(&self.shown, head + 1),
            _ => {
                let head = fit(&self.shown, head + 1);
                let tail = fit_end(&self.shown, tail + 1);
                head + tail.strip_prefix(LEFT_OUT).unwrap_or(&tail)
            }
        }
    }
}

/// The number of leading words that a name shares with one of its neighbours, never all of its words. The names are
/// sorted by words, so that no other name shares more.
fn n_shared_words(names: &[Name<'_>], nth: usize) -> usize {
    let Some(name) = names.get(nth) else { return 0 };
    let neighbours = [nth.checked_sub(1), nth.checked_add(1)].into_iter().flatten();
    let shared = |other: &Name<'_>| name.words().zip(other.words()).take_while(|(a, b)| a == b).count();
    let most = neighbours.filter_map(|nth| names.get(nth)).map(shared).max().unwrap_or(0);
    most.min(name.begins.len().saturating_sub(1))
}

/// The offsets at which words begin: at a capital, and after a separator.
fn word_begins(name: &str) -> Vec<usize> {
    let mut begins = vec![0];
    let mut before: Option<&str> = None;
    let mut rest = name.grapheme_indices(true).peekable();
    while let Some((at, grapheme)) = rest.next() {
        let is_capital = |g: &str| g.chars().any(char::is_uppercase);
        let next_is_small = rest.peek().is_some_and(|(_, next)| next.chars().any(char::is_lowercase));
        let begins_here = match before {
            Some(before) if before.chars().all(is_sign) => !grapheme.chars().all(is_sign),
            // `HTTPRequest` has two words.
            Some(before) => is_capital(grapheme) && (!is_capital(before) || next_is_small),
            None => false,
        };
        if begins_here {
            begins.push(at);
        }
        before = Some(grapheme);
    }
    begins
}

fn is_sign(c: char) -> bool {
    matches!(c, '.' | '_' | '-' | '/' | ':' | ' ' | '+')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::account::events::KNOWN_TYPES;
    use proptest::prelude::*;

    fn texts(names: &[&str], cells: usize) -> Vec<String> {
        let short = shortened(names.iter().copied(), cells);
        names.iter().map(|name| short.of(name)).collect()
    }

    #[test]
    fn names_are_shortened_by_the_words_in_which_they_differ() {
        let ours = |cells| texts(&KNOWN_TYPES, cells).join(" ");
        assert_eq!(
            ours(12),
            "…Opened Deposited deposit Withdrawn withdraw TransferSent …Received OverdraftLi… …Frozen \
             …Unfrozen …Closed"
        );
        assert_eq!(
            ours(7),
            "…Opened Deposi… deposit Withdr… withdr… …Sent …Recei… Overdr… …Frozen …Unfro… …Closed"
        );
        let dotted = ["shop.order.v1.OrderPlacedEvent", "shop.order.v1.OrderShippedEvent", "shop.Started"];
        assert_eq!(texts(&dotted, 14), ["…PlacedEvent", "…ShippedEvent", "shop.Started"]);
        assert_eq!(texts(&dotted, 9), ["…PlacedE…", "…Shipped…", "…Started"]);
    }

    #[test]
    fn names_that_end_alike_keep_their_beginnings_too() {
        assert_eq!(
            texts(&["CartOpened", "CartClosed", "ShopOpened", "ShopClosed"], 8),
            ["CartOpe…", "CartClo…", "ShopOpe…", "ShopClo…"]
        );
        assert_eq!(texts(&["order_line_added", "order_line"], 8), ["…added", "…line"]);
    }

    #[test]
    fn a_name_that_shares_no_word_keeps_its_end_unless_the_ends_are_alike() {
        let ends = |names: &[&str], cells| {
            let short = shortened_to_ends(names.iter().copied(), cells);
            names.iter().map(|name| short.of(name)).collect::<Vec<_>>()
        };
        assert_eq!(ends(&["account-ACCT-0001", "account-ACCT-0012"], 10), ["…ACCT-0001", "…ACCT-0012"]);
        assert_eq!(ends(&["account-ACCT-0001", "account-ACCT-0012"], 7), ["…0001", "…0012"]);
        assert_eq!(ends(&["7c77cadb7e35", "01d74b1c9f98"], 6), ["…b7e35", "…c9f98"]);
        let alike = ["cart1summary-long", "basket2summary-long"];
        assert_eq!(ends(&alike, 9), ["cart…long", "bask…long"]);
        assert_eq!(shortened_to_ends(["other"], 6).of("7c77cadb7e35"), "…b7e35");
    }

    fn a_name() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            prop_oneof![Just("Transfer"), Just("Sent"), Just("Order"), Just("_"), Just("a"), Just("x.")],
            1..6,
        )
        .prop_map(|words| words.concat())
    }

    proptest! {
        #[test]
        fn no_name_is_wider_and_one_that_fits_is_whole(
            names in proptest::collection::vec(prop_oneof![a_name(), "\\PC{0,12}", "漢{0,8}"], 1..12), cells in 0_usize..24
        ) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            for (name, text) in names.iter().zip(texts(&names, cells)) {
                prop_assert!(width(&text) <= cells, "{name:?} is {text:?}");
                let whole = fit(name, NAME_CELLS_MAX);
                prop_assert!(width(&whole) > cells || text == whole, "{name:?} is {text:?}");
            }
        }

        #[test]
        fn names_that_differ_get_texts_that_differ_whatever_their_order(
            names in proptest::collection::hash_set(a_name(), 1..12), extra in 0_usize..6
        ) {
            let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
            let cells = names.len() + extra;
            let short = shortened(names.iter().copied(), cells);
            let distinct: HashSet<String> = names.iter().map(|name| short.of(name)).collect();
            prop_assert_eq!(distinct.len(), names.len(), "{:?} in {}: {:?}", &names, cells, distinct);
            names.reverse();
            prop_assert_eq!(shortened(names.iter().copied(), cells).texts, short.texts);
        }
    }
}
