//! Front pages, sentences and imports: a reader finds each file, and what it uses.

use std::path::Path;

use super::sources::{Source, check, files_below, sources, src};

/// The first words of a relative clause.
const RELATIVE: [&str; 8] = ["What", "How", "Why", "When", "Whether", "Who", "Where", "Which"];

#[test]
fn every_file_says_first_what_it_is_for() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut wrong = Vec::new();
    for (path, text) in files_below(&src()).into_iter().chain(files_below(&tests)) {
        let shown = path.display();
        if !text.starts_with("//! ") {
            wrong.push(format!("{shown}: begin it with a line `//! What it is for.`"));
        }
        let first_word = text.trim_start_matches("//! ").split_whitespace().next().unwrap_or_default();
        if RELATIVE.contains(&first_word) {
            wrong.push(format!("{shown}: begin its sentence with a noun, not with `{first_word}`"));
        }
        if path.ends_with("mod.rs") {
            wrong.push(format!("{shown}: call it after its folder, beside the folder"));
        }
    }
    check("files that are not as files are here", &wrong);
}

#[test]
fn the_names_that_a_file_uses_are_in_plain_sight() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (n, line) in source.code().map(|(n, line)| (n, line.trim_start())) {
            let is_use = line.starts_with("use ") || line.starts_with("pub use ") || line.contains(") use ");
            if line.starts_with("pub use ") || line.starts_with("pub(") && line.contains(") use ") {
                wrong.push(format!(
                    "src/{}:{n}: `pub use`: let others name the thing where it is",
                    source.path
                ));
            }
            if is_use && line.contains("::*") {
                wrong.push(format!("src/{}:{n}: a glob import: name what is used", source.path));
            }
        }
    }
    check("imports that hide where things come from", &wrong);
}

/// The files that a front page lists, each with its sentence: lines such as ``//! - `event.rs`: what happened``.
fn listed(front: &Source) -> Vec<(String, &str)> {
    let folder = front.path.strip_suffix(".rs").unwrap();
    let items = front.text.lines().filter_map(|line| line.strip_prefix("//! - `")?.split_once(".rs`: "));
    items.map(|(name, sentence)| (format!("{folder}/{name}.rs"), sentence)).collect()
}

/// The sentence without what differs between a heading and a list: the case of its first letter, and the full stop.
fn plain(sentence: &str) -> String {
    let mut letters = sentence.trim().trim_end_matches('.').chars();
    let first = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

#[test]
fn the_front_page_of_each_room_lists_its_files_in_their_own_words() {
    let sources = sources();
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| source.path.contains('/')) {
        let (path, says) = (&source.path, plain(source.sentence().unwrap_or_default()));
        let (folder, name) = path.rsplit_once('/').unwrap();
        let front = format!("{folder}.rs");
        let listed = sources.iter().find(|page| page.path == front).map(listed).unwrap_or_default();
        match listed.iter().find(|(other, _)| other == path) {
            None => wrong.push(format!("src/{front}: add the line ``//! - `{name}`: {says}``")),
            Some((_, sentence)) if plain(sentence) != says => wrong
                .push(format!("src/{front}: it says of `{name}` `{sentence}`, and the file itself `{says}`")),
            Some(_) => {}
        }
    }
    for (front, path) in
        sources.iter().flat_map(|front| listed(front).into_iter().map(move |(path, _)| (front, path)))
    {
        if !sources.iter().any(|source| source.path == path) {
            wrong.push(format!("src/{}: take src/{path} out of the list: there is no such file", front.path));
        }
    }
    check("the lists of files on the front pages", &wrong);
}
