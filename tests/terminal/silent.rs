//! A silent log: the program ends all the same, and leaves nothing over.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Command;

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::pty::Session;

/// The store files below a folder.
fn stores(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(stores(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "db") {
            found.push(entry);
        }
    }
    found
}

/// Ends the explorer on a pipe that is open for writing, and to which nothing is written.
fn ends_by(end: impl FnOnce(&mut Session)) {
    let folder = TempDir::new().unwrap();
    let (pipe, cache) = (folder.path().join("pipe"), folder.path().join("cache"));
    fs::create_dir(&cache).unwrap();
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // Opened for reading, too, so that it does not wait for a reader.
    let _writer = OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_foldback"));
    command.arg(&pipe);
    let mut session = Session::with_cache(80, 24, command, &cache);
    session.wait_for("Events");
    assert_ne!(stores(&cache), Vec::<PathBuf>::new());
    end(&mut session);
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
    assert_eq!(stores(&cache), Vec::<PathBuf>::new());
}

#[test]
fn the_explorer_of_a_silent_pipe_ends_with_its_key() {
    ends_by(|session| session.type_keys("q"));
}

#[test]
fn the_explorer_of_a_silent_pipe_ends_with_a_signal() {
    ends_by(|session| session.signal("-TERM"));
}
