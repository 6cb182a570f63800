//! Every test file is run, and the files and tests that `src/lib.rs` names exist.

use std::path::Path;

use super::sources::{check, src};

#[test]
fn every_test_file_is_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest: toml::Table = std::fs::read_to_string(root.join("Cargo.toml")).unwrap().parse().unwrap();
    let declared: Vec<String> = manifest["test"]
        .as_array()
        .unwrap()
        .iter()
        .map(|test| test["name"].as_str().unwrap().to_owned())
        .collect();
    let files = std::fs::read_dir(root.join("tests")).unwrap().map(|entry| entry.unwrap().path());
    let missing: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "support" && !declared.contains(name))
        .map(|name| format!("tests/{name}.rs never runs: add `[[test]] name = \"{name}\"` to Cargo.toml"))
        .collect();
    check("tests that are not run", &missing);
}

#[test]
fn the_files_that_the_architecture_page_names_exist() {
    let lib = std::fs::read_to_string(src().join("lib.rs")).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let is_path = |word: &&str| word.contains('/') && !word.contains(' ') || word.ends_with(".rs");
    let named: Vec<&str> = lib
        .lines()
        .filter(|line| line.starts_with("//! "))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(is_path)
        .filter(|path| !path.starts_with("foo"))
        .collect();
    assert!(named.len() >= 40, "src/lib.rs names guards, a reading order and recipes: {named:?}");
    let missing: Vec<String> = named
        .iter()
        .filter(|path| !root.join(path).exists() && !src().join(path).exists())
        .map(|path| format!("src/lib.rs names `{path}`, and there is no such file"))
        .collect();
    check("the files that the architecture page names", &missing);
}
