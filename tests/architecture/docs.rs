//! Doc comments say more than the name that they are about.

use std::collections::BTreeSet;

use super::sources::{check, sources};

/// Words that add nothing to a name.
const FILLERS: [&str; 14] =
    ["a", "an", "the", "its", "their", "of", "this", "that", "it", "is", "are", "number", "how", "many"];

/// The words that say something, without the `s` of a plural: those of `n_streams` and of "Number of streams." are the
/// same.
fn telling_words(text: &str) -> BTreeSet<String> {
    let mut spaced = String::new();
    for c in text.chars() {
        if c.is_uppercase() {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
    }
    let words = spaced.split_whitespace().filter(|word| !FILLERS.contains(word));
    words.map(|word| word.trim_end_matches('s').to_owned()).collect()
}

/// The name that a line defines: of a type, function, constant, variant or field.
fn defined_name(line: &str) -> Option<&str> {
    const BEFORE: [&str; 11] =
        ["pub", "const", "static", "fn", "struct", "enum", "type", "trait", "mod", "async", "mut"];
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = line.trim_start();
    loop {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if !BEFORE.contains(&word) {
            return Some(word).filter(|word| !word.is_empty());
        }
        let after = after.trim_start();
        rest = match after.strip_prefix('(') {
            Some(scope) => scope.split_once(')')?.1.trim_start(),
            None => after,
        };
    }
}

/// The lines of one sentence that only repeat a name, with their numbers from 1.
fn repetitions(text: &str) -> Vec<(usize, &str)> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_doc = |n: usize| lines.get(n).is_some_and(|line| line.starts_with("///"));
    let mut found = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let Some(doc) = line.strip_prefix("/// ") else { continue };
        if is_doc(n + 1) || n.checked_sub(1).is_some_and(is_doc) {
            continue;
        }
        let below = lines.iter().skip(n + 1).find(|line| !line.starts_with("#["));
        let Some(name) = below.and_then(|line| defined_name(line)) else { continue };
        if telling_words(doc).is_subset(&telling_words(name)) {
            found.push((n + 1, *line));
        }
    }
    found
}

#[test]
fn no_doc_comment_only_repeats_the_name() {
    let mut wrong = Vec::new();
    // The comments of the arguments are the help of the command line.
    for source in sources().iter().filter(|source| !source.path.starts_with("cli/args")) {
        for (n, line) in repetitions(&source.text) {
            wrong.push(format!("src/{}:{n}: `{line}` says no more than the name: delete it", source.path));
        }
    }
    check("doc comments that repeat a name", &wrong);
}

#[test]
fn the_check_of_doc_comments_sees_repetitions() {
    let text = "/// Number of streams.\npub fn n_streams(&self)\n/// The open store.\n#[derive(Debug)]\npub(super) struct \
                OpenStore;\n/// The open store, read only.\nstruct OpenStore;\n/// Streams.\n/// All.\nstreams: u8,\n";
    let expected = vec![(1, "/// Number of streams."), (3, "/// The open store.")];
    assert_eq!(repetitions(text), expected);
}
