//! The README stays true: its picture, its keys and its verbs are the program's, and the tests of its promises exist.

mod support;

use std::fs;

use clap::CommandFactory;
use foldback::cli::Cli;
use foldback::cli::print::{Wanted, screen};
use foldback::replay::at::At;
use foldback::tui::keymap::Group;
use foldback::tui::keymap::bindings::BINDINGS;
use foldback::tui::model::Size;
use foldback::tui::script::keys_of;
use support::{check_part, sample_store};

#[test]
fn the_picture_and_the_keys_are_the_programs() {
    let folder = tempfile::tempdir().unwrap();
    let store = sample_store(folder.path(), "bank");
    let keys = keys_of("s").unwrap();
    let (at, size) = (Some(At::Share(500_000)), Size { width: 120, height: 32 });
    let picture = screen(&Wanted { path: &store, map: None, at, keys: &keys, size }).unwrap();
    check_part("--keys s --size 120x32 -->\n```text\n", "```\n", &picture);

    let mut table = String::from("\n| keys | do |\n|---|---|\n");
    for group in Group::ALL {
        for binding in BINDINGS.iter().filter(|binding| binding.group == group) {
            let keys: Vec<String> = binding
                .key_names()
                .split(" · ")
                .map(|pair| pair.split(' ').map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" "))
                .collect();
            table += &format!("| {} | {} |\n", keys.join(" · "), binding.does);
        }
    }
    check_part("<!-- keys: from src/tui/keymap/bindings.rs -->\n", "<!-- /keys -->", &(table + "\n"));
}

#[test]
fn every_verb_stands_in_the_table() {
    let readme = fs::read_to_string("README.md").unwrap();
    for verb in Cli::command().get_subcommands().filter(|verb| !verb.is_hide_set()) {
        let name = verb.get_name();
        assert!(readme.contains(&format!("| `{name} ")), "the README has no line for {name}");
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
    let readme = fs::read_to_string("README.md").unwrap();
    let (_, section) = readme.split_once("## What it promises\n").unwrap();
    let (_, table) = section.split_once("|---|---|\n").unwrap();
    let rows: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() >= 10, "the table of promises has been lost");
    let mut wrong = Vec::new();
    for row in rows {
        let (_, tests) = row.trim_matches(['|', ' ']).rsplit_once('|').unwrap();
        let named: Vec<&str> = tests.split('`').filter(|word| word.contains("::")).collect();
        if named.is_empty() {
            wrong.push(format!("no test is named in: {row}"));
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
