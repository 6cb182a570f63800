//! The files of the project, and how a test says what is wrong with them.

use std::path::{Path, PathBuf};

/// A file of `src`.
pub(crate) struct Source {
    /// As in `domain/event.rs`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// The room that it belongs to: its top-level module.
    pub(crate) fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Its lines before its tests, numbered from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_tests = |line: &str| line.starts_with("#[cfg(test)]");
        self.text.lines().take_while(move |line| !is_tests(line)).enumerate().map(|(n, line)| (n + 1, line))
    }

    /// Its lines of code, without comments.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let code = |line: &'_ str| !line.trim_start().starts_with("//");
        self.lines()
            .filter(move |(_, line)| code(line))
            .map(|(n, line)| (n, line.split_once(" // ").map_or(line, |(code, _)| code)))
    }

    pub(crate) fn sentence(&self) -> Option<&str> {
        self.text.lines().next()?.strip_prefix("//! ")
    }
}

pub(crate) fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The Rust files of `src`, without those that contain only tests.
pub(crate) fn sources() -> Vec<Source> {
    sources_of(files_below(&src()))
}

/// The same with the SQL files.
pub(crate) fn sources_and_sql() -> Vec<Source> {
    sources_of([files_below(&src()), files_that_end_with("sql", &src())].concat())
}

fn sources_of(files: Vec<(PathBuf, String)>) -> Vec<Source> {
    let source = |(path, text): (PathBuf, String)| {
        let path = path.strip_prefix(src()).unwrap().to_str().unwrap().replace('\\', "/");
        Source { path, text }
    };
    files.into_iter().filter(|(path, _)| !path.ends_with("tests.rs")).map(source).collect()
}

/// The Rust files below a folder, each with its text, by path.
pub(crate) fn files_below(folder: &Path) -> Vec<(PathBuf, String)> {
    files_that_end_with("rs", folder)
}

fn files_that_end_with(extension: &str, folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Fails with all violations.
pub(crate) fn check(what: &str, wrong: &[String]) {
    assert!(wrong.is_empty(), "{what}:\n  {}\n", wrong.join("\n  "));
}

/// Whether a line contains a name, as a whole word.
pub(crate) fn names(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && (!after.is_some_and(is_part) || word.ends_with('!'))
    })
}
