//! The library that makes calls fail (fail.c): built here, and put in front of a program.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errno {
    /// There is no room: what needs room fails.
    NoSpace,
    /// The disk is broken: reading fails too.
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

/// The library, or nothing where it cannot be built: that is said, and the test does nothing.
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
                // One name for all runs: who has the old one loaded keeps it.
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

/// Has calls of the program on files below the folder fail. The count of calls goes on in the file `counter`.
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

/// How many calls were counted.
pub fn counted(counter: &Path) -> u64 {
    std::fs::read_to_string(counter).map_or(0, |text| text.trim().parse().unwrap())
}

/// Has the program see a clock of the day that is that many seconds back.
pub fn with_clock_back(command: &mut Command, library: &Path, seconds: u64) {
    command.env("LD_PRELOAD", library).env("FOLDBACK_FAIL_CLOCK", seconds.to_string());
}
