//! Screens as text files: what is opened, the size, the keys, and the picture, compared whole.
//!
//! Each file in `tests/screens` begins with lines of `name: value` (`sample`, `size`, `at`, `keys`; only `sample` is
//! required), then a line `---`, then the picture as `foldback print` gives it. To add one, write the lines and run the
//! tests once with `FOLDBACK_BLESS=1`, which writes the pictures; then look at them.

mod support;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use foldback::cli::print::{PrintedScreen, screen, size_of};
use foldback::domain::aggregates::Aggregates;
use foldback::replay::at::At;
use foldback::tui::script::keys_of;
use support::{is_blessing, sample_store};
use tempfile::TempDir;

const RULE: &str = "---\n";

/// A run of at least this many hexadecimal digits is a hash: no part of an id has more than twelve.
const HASH_DIGITS_MIN: usize = 13;

/// A picture with zeros for the digits of hashes: every store has its own id, with which its chain begins.
fn without_hashes(picture: &str) -> String {
    let mut chars: Vec<char> = picture.chars().collect();
    let is_digit = |c: &char| c.is_ascii_digit() || ('a'..='f').contains(c);
    for digits in chars.chunk_by_mut(|a, b| is_digit(a) && is_digit(b)) {
        if digits.len() >= HASH_DIGITS_MIN {
            digits.fill('0');
        }
    }
    chars.into_iter().collect()
}

fn picture(store: &Path, head: &str) -> String {
    let values: HashMap<&str, &str> = head.lines().map(|line| line.split_once(": ").unwrap()).collect();
    let known = ["sample", "size", "at", "keys"];
    assert!(values.keys().all(|name| known.contains(name)), "a name that is none of {known:?}: {head}");
    let keys = keys_of(values.get("keys").unwrap_or(&"")).unwrap();
    let wanted = PrintedScreen {
        path: store,
        map: None,
        at: values.get("at").map(|at| At::parse(at).unwrap()),
        keys: &keys,
        size: size_of(values.get("size").unwrap_or(&"120x36")).unwrap(),
        aggregates: &Aggregates::bank(),
    };
    without_hashes(&screen(&wanted).unwrap())
}

#[test]
fn every_screen_is_as_its_file_shows_it() {
    let folder = TempDir::new().unwrap();
    let mut stores: HashMap<String, PathBuf> = HashMap::new();
    let mut files: Vec<_> = fs::read_dir("tests/screens").unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let mut others = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let (head, expected) =
            text.split_once(RULE).unwrap_or_else(|| panic!("{} has no rule", file.display()));
        let sample = head.lines().find_map(|line| line.strip_prefix("sample: ")).unwrap().to_owned();
        let store = stores.entry(sample.clone()).or_insert_with(|| sample_store(folder.path(), &sample));
        let drawn = picture(store, head);
        if is_blessing() {
            fs::write(&file, format!("{head}{RULE}{drawn}")).unwrap();
        } else if drawn != expected {
            others.push(format!("{}: expected\n{expected}\nis\n{drawn}", file.display()));
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
}
