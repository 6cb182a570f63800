//! A child process that answers lines: its start, a line to it, a line from it, and its end.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::cancel::{Cancel, OrCancelled};
use crate::runtime::fold_process::limits::ProcessLimits;
use crate::runtime::fold_process::lines::{OutputPart, Stderr, read_lines};

/// The variables of the environment that a fold's program gets: what finds programs and files, and the language of texts.
/// Others could change a state, or hold secrets.
const ENVIRONMENT: [&str; 7] = ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "USER"];

/// The variables that are the same on every machine, so that the same events give the same state: the time zone, and in
/// Python the order of sets, the encoding, and output that is not held back.
const ENVIRONMENT_SET: [(&str, &str); 4] =
    [("TZ", "UTC"), ("PYTHONHASHSEED", "0"), ("PYTHONUTF8", "1"), ("PYTHONUNBUFFERED", "1")];

/// The time between two looks at the token of a cancel, while a line is awaited.
const CANCEL_CHECK: Duration = Duration::from_millis(10);

/// A program with its arguments, and the folder in which it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldProgram {
    /// The program: a name that is looked up in `PATH`, or a path from the folder on.
    pub program: String,
    pub arguments: Vec<String>,
    /// The folder of the domain file.
    pub folder: PathBuf,
}

impl FoldProgram {
    /// The program with its arguments, for people.
    pub fn words(&self) -> String {
        let words = [&self.program].into_iter().chain(&self.arguments).map(String::as_str);
        words.collect::<Vec<_>>().join(" ")
    }

    /// The command that runs it: no shell, a short environment, and a process group of its own.
    fn command(&self) -> Command {
        let is_path = self.program.contains('/');
        let program =
            if is_path { self.folder.join(&self.program) } else { Path::new(&self.program).to_owned() };
        let mut command = Command::new(program);
        let kept = ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.args(&self.arguments).current_dir(&self.folder).env_clear().envs(kept);
        command.envs(ENVIRONMENT_SET).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// The outcome of waiting for a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Received {
    Part(OutputPart),
    TimedOut,
}

/// A running child process with its pipes. It ends with this value.
pub(super) struct ChildProcess {
    group: ProcessGroup,
    /// Lines on their way to stdin, written by a thread: a process that does not read must not stop the caller.
    to_stdin: Sender<Vec<u8>>,
    lines: Receiver<OutputPart>,
    /// Output that came before it was awaited.
    early: Option<OutputPart>,
    stderr: Stderr,
}

impl ChildProcess {
    /// Starts the program.
    pub(super) fn start(program: &FoldProgram, limits: ProcessLimits) -> io::Result<Self> {
        let mut group = ProcessGroup { child: program.command().spawn()?, has_ended: false };
        limit_memory(&group.child, limits.memory_bytes);
        let missing = || io::Error::other("a pipe is missing");
        let stdin = group.child.stdin.take().ok_or_else(missing)?;
        let stdout = group.child.stdout.take().ok_or_else(missing)?;
        let stderr = group.child.stderr.take().ok_or_else(missing)?;
        let (to_stdin, lines) = (write_lines(stdin)?, read_lines(stdout, limits.line_bytes)?);
        let stderr = Stderr::read(stderr)?;
        Ok(Self { group, to_stdin, lines, early: None, stderr })
    }

    /// Sends a line. It does not wait until the process reads it.
    pub(super) fn send(&self, line: Vec<u8>) {
        // If the thread has ended, so has the process: that is seen at its output.
        let _ = self.to_stdin.send(line);
    }

    /// Waits for the next part of its output.
    pub(super) fn receive(&mut self, until: Instant, cancel: &Cancel) -> OrCancelled<Received> {
        if let Some(part) = self.early.take() {
            return Ok(Received::Part(part));
        }
        loop {
            cancel.check()?;
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left.min(CANCEL_CHECK)) {
                Ok(part) => return Ok(Received::Part(part)),
                Err(RecvTimeoutError::Disconnected) => {
                    return Ok(Received::Part(OutputPart::End { is_half_line: false }));
                }
                Err(RecvTimeoutError::Timeout) if left.is_zero() => return Ok(Received::TimedOut),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Whether its output has ended by itself, while nothing was awaited.
    pub(super) fn is_over(&mut self) -> bool {
        if self.early.is_some() {
            return false;
        }
        match self.lines.try_recv() {
            Ok(part) => self.early = Some(part),
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => return true,
        }
        matches!(self.early, Some(OutputPart::End { .. }))
    }

    /// The last lines of its stderr so far.
    pub(super) fn stderr(&self) -> Vec<String> {
        self.stderr.last_lines()
    }

    /// Ends it, after a moment in which it may end by itself. Returns its status.
    pub(super) fn await_end(&mut self) -> io::Result<ExitStatus> {
        self.stderr.wait();
        self.end()
    }

    /// Ends it. Its stderr is whole then, unless something that it started still has it.
    pub(super) fn end(&mut self) -> io::Result<ExitStatus> {
        let status = self.group.end();
        self.stderr.wait();
        status
    }
}

/// A process with all that it starts in its process group. They end with this value.
struct ProcessGroup {
    child: Child,
    has_ended: bool,
}

impl ProcessGroup {
    /// Ends them, and waits for the end of the process, so that nothing is left of it.
    fn end(&mut self) -> io::Result<ExitStatus> {
        if !self.has_ended {
            self.has_ended = true;
            // Until it has been waited for, no other process can have its id. It may have ended already.
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        }
        self.child.wait()
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// Writes lines to a process, on a thread that ends with the process, or with the sender of the lines.
fn write_lines(mut stdin: ChildStdin) -> io::Result<Sender<Vec<u8>>> {
    let (to_stdin, lines) = channel::<Vec<u8>>();
    thread::Builder::new().spawn(move || {
        for line in lines {
            // A process that does not read any more has ended: that is seen at its output.
            if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
                break;
            }
        }
    })?;
    Ok(to_stdin)
}

/// Limits the data of a process. There is no limit on a system without such a call.
#[cfg(target_os = "linux")]
fn limit_memory(child: &Child, memory_bytes: u64) {
    use rustix::process::{Resource, Rlimit, prlimit};
    let limit = Rlimit { current: Some(memory_bytes), maximum: Some(memory_bytes) };
    let _ = prlimit(Some(Pid::from_child(child)), Resource::Data, limit);
}

#[cfg(not(target_os = "linux"))]
fn limit_memory(_: &Child, _: u64) {}
