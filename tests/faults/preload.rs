//! The library that makes calls fail (fail.c): compiled here, and preloaded into a program.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errno {
    /// The disk is full: calls that need room fail.
    NoSpace,
    /// The disk fails: reading fails, too.
    Io,
}

/// Which call fails; 0 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub call: u64,
    pub errno: Errno,
    /// Whether all calls after it fail too.
    pub is_lasting: bool,
}

impl Errno {
    fn number(self) -> &'static str {
        match self {
            Self::NoSpace => "28",
            Self::Io => "5",
        }
    }
}

/// The library; `None` if it cannot be compiled, which is reported, and the test does nothing.
pub fn library() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let built = LIBRARY.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/fail.c");
        let library = folder.join(format!("fail-{}.so", std::process::id()));
        let mut compiler = Command::new("cc");
        let compiled =
            compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl").output();
        match compiled {
            Ok(output) if output.status.success() => {
                // A new file replaces the old one at once, because running programs still use that.
                let kept = folder.join("fail.so");
                std::fs::rename(&library, &kept).unwrap();
                Some(kept)
            }
            Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => None,
        }
    });
    if built.is_none() {
        println!("skipped: there is no C compiler (cc) here");
    }
    built.as_deref()
}

/// Makes calls on files below the folder fail. The file `counter` keeps the count of calls.
pub fn with_fault(command: &mut Command, library: &Path, under: &Path, counter: &Path, fault: Fault) {
    command
        .env("LD_PRELOAD", library)
        .env("FOLDBACK_FAIL_UNDER", under)
        .env("FOLDBACK_FAIL_COUNTER", counter)
        .env("FOLDBACK_FAIL_CALL", fault.call.to_string())
        .env("FOLDBACK_FAIL_ERRNO", fault.errno.number());
    if fault.is_lasting {
        command.env("FOLDBACK_FAIL_LASTING", "1");
    }
}

/// Number of counted calls.
pub fn counted(counter: &Path) -> u64 {
    std::fs::read_to_string(counter).map_or(0, |text| text.trim().parse().unwrap())
}

/// Makes the program see a clock that is that many seconds slow.
pub fn with_clock_back(command: &mut Command, library: &Path, seconds: u64) {
    command.env("LD_PRELOAD", library).env("FOLDBACK_FAIL_CLOCK", seconds.to_string());
}
