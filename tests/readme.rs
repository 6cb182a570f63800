//! README and guide stay true: demo, keys and verbs are the program's, the tests of the promises exist, and links lead somewhere.

#[path = "readme/cast.rs"]
mod cast;
#[path = "readme/demo.rs"]
mod demo;
mod support;
#[path = "readme/svg.rs"]
mod svg;

use foldback::domain::aggregates::Aggregates;
use std::fs;
use std::path::Path;
use std::process::Command;

use clap::CommandFactory;
use foldback::cli::Cli;
use foldback::read_model::presentation_of;
use foldback::tui::keymap::action::Group;
use foldback::tui::keymap::bindings::BINDINGS;
use foldback::tui::keymap::console::console_help;
use foldback::tui::pages::guide::PAGES;
use support::{PAGE_WIDTH, check_part, filled};

/// The longest README, in bytes: it is read in five minutes, and the guide has the rest.
const README_BYTES_MAX: usize = 9 << 10;

#[test]
fn the_readme_is_one_page() {
    let n_bytes = fs::read_to_string("README.md").unwrap().len();
    assert!(n_bytes <= README_BYTES_MAX, "the README has {n_bytes} bytes: move something into assets/guide");
}

/// Keys and what they do, as in the guide: the keys in a column of their own.
fn key_line(keys: &str, does: &str) -> String {
    filled(&format!("  {keys:<20}"), does)
}

#[test]
fn the_keys_of_the_guide_are_the_programs() {
    let mut list = String::from("```text\n");
    for group in Group::ALL {
        list += &format!("{}\n", group.heading());
        for binding in BINDINGS.iter().filter(|binding| binding.group == group) {
            list +=
                &key_line(&binding.key_names(), &presentation_of(&Aggregates::bank()).worded(binding.does));
        }
        list += "\n";
    }
    for (nth, part) in console_help().into_iter().enumerate() {
        list += if nth == 0 { "" } else { "\n" };
        list += &format!("{}\n", part.heading);
        list.extend(
            part.keys
                .iter()
                .map(|(keys, does)| key_line(keys, &presentation_of(&Aggregates::bank()).worded(does))),
        );
    }
    let begin = "<!-- keys: from src/tui/keymap/bindings.rs -->\n";
    check_part("assets/guide/keys.md", begin, "<!-- /keys -->", &(list + "```\n"));
}

#[test]
fn every_verb_is_in_the_guide() {
    let page = fs::read_to_string("assets/guide/verbs.md").unwrap();
    for verb in Cli::command().get_subcommands().filter(|verb| !verb.is_hide_set()) {
        let name = verb.get_name();
        assert!(page.contains(&format!("\n{name} ")), "the page of verbs has no line for {name}");
    }
}

/// The sources of a test binary: its file and those in the folder of its name.
fn sources_of(binary: &str) -> String {
    let folder =
        fs::read_dir(format!("tests/{binary}")).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = folder.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let texts = files.map(|path| fs::read_to_string(path).unwrap());
    texts.chain(fs::read_to_string(format!("tests/{binary}.rs"))).collect()
}

#[test]
fn every_promise_has_a_test_that_exists() {
    let page = fs::read_to_string("assets/guide/promises.md").unwrap();
    let (page, _) = page.split_once("\n## What no program").unwrap();
    let promises: Vec<&str> = page.split("\n- ").skip(1).collect();
    assert!(promises.len() >= 20, "the promises have been lost");
    let mut wrong = Vec::new();
    for promise in promises {
        let named: Vec<&str> = promise.split('`').filter(|word| word.contains("::")).collect();
        if named.is_empty() {
            wrong.push(format!("no test is named in: {promise}"));
        }
        for name in named {
            let (binary, test) = name.split_once("::").unwrap();
            let sources = sources_of(binary);
            let is_test = |at: usize| sources[..at].trim_end().ends_with("#[test]");
            let is_there = sources.match_indices(&format!("fn {test}(")).any(|(at, _)| is_test(at));
            if !is_there {
                wrong.push(format!("there is no test {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The files of the project that a Markdown text links to, relative to its folder.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets.map(|(target, _)| target).filter(|target| !target.contains("://"))
}

#[test]
fn every_link_leads_to_a_file() {
    let pages = PAGES.iter().map(|page| format!("assets/guide/{}.md", page.topic));
    for document in pages.chain(["README.md".to_owned()]) {
        let text = fs::read_to_string(&document).unwrap();
        let folder = Path::new(&document).parent().unwrap();
        for link in links(&text) {
            assert!(folder.join(link).exists(), "{document} links to {link}, and there is no such file");
        }
    }
}

#[test]
fn every_page_of_the_guide_is_built_in_and_linked_from_the_readme() {
    let readme = fs::read_to_string("README.md").unwrap();
    let files = fs::read_dir("assets/guide").unwrap().map(|entry| entry.unwrap().file_name());
    let mut files: Vec<String> = files.map(|name| name.into_string().unwrap()).collect();
    let mut pages: Vec<String> = PAGES.iter().map(|page| format!("{}.md", page.topic)).collect();
    for page in &pages {
        assert!(links(&readme).any(|link| link == format!("assets/guide/{page}")), "no link to {page}");
    }
    files.sort();
    pages.sort();
    assert_eq!(pages, files);
}

#[test]
fn the_guide_lists_its_pages_prints_them_and_suggests_the_one_that_was_meant() {
    let guide = |topics: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_foldback")).arg("guide").args(topics).output().unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.code().unwrap(), out, err)
    };
    let (code, contents, err) = guide(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    let listed: Vec<&str> = contents.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    assert_eq!(listed.len(), PAGES.len());
    for (page, line) in PAGES.iter().zip(listed) {
        assert!(line.starts_with(page.topic) && line.ends_with(page.title()), "{line}");
        assert_eq!(guide(&[page.topic]), (0, page.printed(), String::new()));
        assert!(!page.printed().contains("<!--") && !page.printed().contains(".md)"), "{}", page.topic);
    }
    let (code, out, err) = guide(&["finidng"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("similar value exists: 'finding'") && err.contains("promises, limits"), "{err}");
}

#[test]
fn every_page_of_the_guide_fits_a_terminal_of_80_columns() {
    let mut wrong = Vec::new();
    for page in PAGES {
        for line in page.printed().lines().filter(|line| line.chars().count() > PAGE_WIDTH) {
            // The name of a test cannot be wrapped.
            if line.trim_start_matches([' ', '-']).contains(' ') {
                wrong.push(format!("assets/guide/{}.md: {line}", page.topic));
            }
        }
    }
    assert!(wrong.is_empty(), "too wide:\n{}", wrong.join("\n"));
}

#[test]
fn every_source_that_is_named_exists() {
    let pages = PAGES.iter().map(|page| page.text.to_owned());
    for text in pages.chain([fs::read_to_string("README.md").unwrap()]) {
        let words = text.split(|c: char| c.is_whitespace() || "`()[],".contains(c));
        let is_source = |word: &&str| {
            ["src/", "tests/", "assets/"].iter().any(|room| word.starts_with(room)) && word.contains('.')
        };
        for path in words.map(|word| word.trim_end_matches('.')).filter(is_source) {
            assert!(Path::new(path).exists(), "there is no {path}");
        }
    }
}
