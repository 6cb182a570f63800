//! A store for a terminal to show, created by the verbs.

use std::path::Path;
use std::process::Command;

pub(crate) fn foldback(arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_foldback")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

pub(crate) fn store_with_the_bank(folder: &Path) -> String {
    let store = folder.join("bank.db").to_str().unwrap().to_owned();
    foldback(&["new", &store, "--sample", "bank"]);
    store
}
