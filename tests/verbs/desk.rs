//! A folder to run verbs in, and the result of a verb.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder to work in, with a cache folder of its own.
pub(crate) struct Desk(pub(crate) TempDir);

/// The result of a verb.
#[derive(Debug, PartialEq)]
pub(crate) struct Left {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Left {
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.err, "", "{self:?}");
        serde_json::from_str(&self.out).unwrap()
    }

    pub(crate) fn json_lines(&self) -> Vec<Value> {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{self:?}");
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With a store `bank.db` of the bundled bank.
    pub(crate) fn with_bank() -> Self {
        let desk = Self::new();
        assert_eq!(desk.run(&["new", "bank.db", "--sample", "bank"]).code, 0);
        desk
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_foldback"));
        command.args(words).current_dir(self.0.path()).env("FOLDBACK_CACHE", self.0.path().join("cache"));
        command
    }

    /// The program with these arguments, called by a shell's script as `"$0" "$@"`.
    pub(crate) fn shell(&self, script: &str, words: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_foldback")]).args(words);
        command.current_dir(self.0.path()).env("FOLDBACK_CACHE", self.0.path().join("cache"));
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Left {
        self.run_with(words, "")
    }

    pub(crate) fn run_with(&self, words: &[&str], stdin: &str) -> Left {
        let mut child = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that needs no input may have ended already.
        _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Left {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn state(&self, words: &[&str]) -> Value {
        self.run(&[&["state", "bank.db", "--json"], words].concat()).json()
    }
}
