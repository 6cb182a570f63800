//! Programs for the tests: shell scripts in a folder of their own, and events for them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use foldback::cancel::Cancel;
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition};
use foldback::domain::hash::ChainHash;
use foldback::runtime::fold_process::FoldProcess;
use foldback::runtime::fold_process::child::FoldProgram;
use foldback::runtime::fold_process::fault::FoldFault;
use foldback::runtime::fold_process::limits::ProcessLimits;
use foldback::runtime::fold_process::protocol::{EventWindow, FoldedStates, StateJson};
use tempfile::TempDir;

/// The answer to the hello, as a command of a shell script that reads it first.
pub const GREET: &str = "read -r hello\necho '{\"hello\":1,\"fold\":\"test 1\"}'\n";

/// Limits for programs that answer: nothing waits as long.
pub const PATIENT: ProcessLimits = ProcessLimits {
    start_time: Duration::from_secs(60),
    window_time: Duration::from_secs(60),
    restart_pause: Duration::ZERO,
    line_bytes: 4 << 20,
    memory_bytes: 2 << 30,
};

/// A program in a folder that is removed with it.
pub struct Scene {
    pub process: FoldProcess,
    pub folder: TempDir,
}

impl Scene {
    /// A shell script, `fold.sh`.
    pub fn script(text: &str, limits: ProcessLimits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("fold.sh"), text).unwrap();
        Self::program("sh", &["fold.sh"], folder, limits)
    }

    pub fn program(program: &str, arguments: &[&str], folder: TempDir, limits: ProcessLimits) -> Self {
        let program = FoldProgram {
            program: program.to_owned(),
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
            folder: folder.path().to_owned(),
        };
        Self { process: FoldProcess::new(program, limits), folder }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The lines of a file in the folder.
    pub fn lines(&self, name: &str) -> Vec<String> {
        std::fs::read_to_string(self.file(name)).unwrap().lines().map(str::to_owned).collect()
    }

    /// Folds events from the first one of `cart-1` on, with the states after each.
    pub fn fold(&mut self, events: &[RecordedEvent]) -> Result<FoldedStates, FoldFault> {
        self.fold_from(&StateJson::none(), true, events)
    }

    pub fn fold_from(
        &mut self,
        state: &StateJson,
        each: bool,
        events: &[RecordedEvent],
    ) -> Result<FoldedStates, FoldFault> {
        let stream = events.first().map_or_else(cart, |event| event.stream.clone());
        let window = EventWindow { stream: &stream, state, each, events };
        self.process.fold(window, &Cancel::never()).map(|folded| folded.unwrap())
    }
}

pub fn cart() -> StreamName {
    StreamName::new("cart-1").unwrap()
}

/// An event of `cart-1`.
pub fn event(version: u64, event_type: &str, data: &str) -> RecordedEvent {
    RecordedEvent {
        position: GlobalPosition::new(version),
        stream: cart(),
        version: StreamPosition::new(version),
        id: None,
        event_type: event_type.to_owned(),
        time: None,
        clock: None,
        data: data.to_owned(),
        metadata: None,
        source: None,
        hash: ChainHash::default(),
    }
}

/// Events without data.
pub fn events(n: u64) -> Vec<RecordedEvent> {
    (1..=n).map(|version| event(version, "Noted", "{}")).collect()
}

pub fn states(states: &[&str]) -> Vec<StateJson> {
    states.iter().map(|state| StateJson::parse(state).unwrap()).collect()
}

/// Whether a process runs, as the system says; one that has ended and is waited for does not.
pub fn is_running(id: &str) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(id).join("stat"));
    stat.is_ok_and(|stat| !stat.rsplit_once(')').unwrap().1.trim_start().starts_with(['Z', 'X']))
}

/// Asks again until it holds: what it asks for happens by itself.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let until = std::time::Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(std::time::Instant::now() < until, "{what}");
        std::thread::yield_now();
    }
}
