//! A fold that runs in a program of the user's: a client of the protocol that child processes speak.
//!
//! A program reads requests from stdin and writes answers to stdout, a line of JSON each. `data` is a text with the event's
//! JSON, byte for byte; a state is JSON, `null` before the first event. A request has all that its answer needs: the program
//! keeps nothing between two of them.
//!
//! ```text
//! → {"hello":1}
//! ← {"hello":1,"fold":"cart 3","types":["ItemAdded"],"commands":["checkout"]}
//! → {"fold":7,"stream":"cart-1","state":null,"each":true,"events":[{"version":1,"type":"ItemAdded","time":null,"data":"{}"}]}
//! ← {"fold":7,"states":[{"n":1}],"not_understood":[]}      or {"fold":7,"error":"…","at":1}
//! → {"decide":8,"stream":"cart-1","state":{"n":1},"version":1,"command":"checkout cart-1"}
//! ← {"decide":8,"events":[{"type":"CheckedOut","data":{}}]}   or {"decide":8,"refused":"…"}   or {"decide":8,"error":"…"}
//! ```
//!
//! No domain names a program yet: only the tests use this room. `assets/adapters` has programs that
//! speak the protocol.
//!
//! Its files:
//!
//! - `child.rs`: a child process that answers lines: its start, a line to it, a line from it, and its end
//! - `fault.rs`: the faults of a fold process, each with a sentence
//! - `limits.rs`: the limits of a fold process: its time, its windows, its output and its memory
//! - `lines.rs`: the output of a child process: lines with a limit on stdout, and the last lines of stderr, each read by a thread
//! - `protocol.rs`: the protocol of a fold process: requests as lines of JSON, and answers read from lines

pub mod child;
pub mod fault;
pub mod limits;
mod lines;
pub mod protocol;

use std::time::{Duration, Instant};

use crate::cancel::{Cancel, OrCancelled};
use crate::domain::event::RecordedEvent;
use crate::runtime::fold_process::child::{ChildProcess, FoldProgram, Received};
use crate::runtime::fold_process::fault::{BadAnswer, FaultCause, FoldFault, FoldRequest};
use crate::runtime::fold_process::limits::{ProcessLimits, WINDOW_BYTES_MAX, WINDOW_EVENTS_MAX};
use crate::runtime::fold_process::lines::OutputPart;
use crate::runtime::fold_process::protocol::{
    Decision, EventWindow, FoldedStates, Greeting, ProcessAnswer, StreamCommand, decide_line, fold_line,
    hello, read_decided, read_folded, read_greeting,
};

/// A program that folds, and its process while there is one. The first request starts it, and so does the first request after
/// it ended.
pub struct FoldProcess {
    program: FoldProgram,
    limits: ProcessLimits,
    running: Option<RunningFold>,
    /// The greeting of its first process. States of another fold must not be mixed with those of this one.
    first_greeting: Option<Greeting>,
    /// The number of the newest request.
    last_id: u64,
    failed_start: Option<FailedStart>,
}

/// A process that has been started.
struct RunningFold {
    child: ChildProcess,
    /// Its answer to the hello; empty until it has come.
    greeting: Greeting,
    /// The answer that has not come yet, to the hello or to a request that was cancelled.
    owed: Option<Owed>,
}

/// An answer that a process still has to give, and the time by which it must.
#[derive(Clone, Copy)]
struct Owed {
    request: FoldRequest,
    until: Instant,
    time: Duration,
}

/// Why the newest start failed, for a while after it.
struct FailedStart {
    at: Instant,
    fault: FoldFault,
}

impl FoldProcess {
    /// A program that is not started yet.
    pub fn new(program: FoldProgram, limits: ProcessLimits) -> Self {
        Self { program, limits, running: None, first_greeting: None, last_id: 0, failed_start: None }
    }

    /// The answer to the hello.
    ///
    /// # Errors
    /// The program cannot be started, gives no greeting, or has become another fold since its first process.
    pub fn greeting(&mut self, cancel: &Cancel) -> Result<OrCancelled<Greeting>, FoldFault> {
        let running = match self.take_ready(cancel)? {
            Ok(running) => running,
            Err(cancelled) => return Ok(Err(cancelled)),
        };
        let greeting = running.greeting.clone();
        self.running = Some(running);
        Ok(Ok(greeting))
    }

    /// Folds events, however many, in windows. After a cancel the process goes on with the window that it has, and its answer
    /// is left out.
    ///
    /// # Errors
    /// The process gives no answer, or the user's code reports an error.
    pub fn fold(
        &mut self,
        all: EventWindow<'_>,
        cancel: &Cancel,
    ) -> Result<OrCancelled<FoldedStates>, FoldFault> {
        let mut folded = FoldedStates::default();
        let mut state = all.state.clone();
        let mut rest = all.events;
        while !rest.is_empty() {
            let n_states_max =
                if all.each { self.limits.line_bytes / 2 / (state.text().len() + 1) } else { rest.len() };
            let (events, later) = rest.split_at(window_len(rest).min(n_states_max).max(1));
            rest = later;
            let window = EventWindow { state: &state, events, ..all };
            let FoldedStates { mut states, not_understood } = match self.fold_window(window, cancel)? {
                Ok(folded) => folded,
                Err(cancelled) => return Ok(Err(cancelled)),
            };
            folded.not_understood.extend(not_understood);
            state = states.last().cloned().unwrap_or(state);
            if !all.each {
                folded.states.clear();
            }
            folded.states.append(&mut states);
        }
        Ok(Ok(folded))
    }

    /// Asks what a command leads to.
    ///
    /// # Errors
    /// Those of [`FoldProcess::fold`].
    pub fn decide(
        &mut self,
        command: StreamCommand<'_>,
        cancel: &Cancel,
    ) -> Result<OrCancelled<Decision>, FoldFault> {
        let id = self.next_id();
        let line = decide_line(id, command);
        self.ask(FoldRequest::Decide, line, |answer| read_decided(answer, id), cancel)
    }

    fn fold_window(
        &mut self,
        window: EventWindow<'_>,
        cancel: &Cancel,
    ) -> Result<OrCancelled<FoldedStates>, FoldFault> {
        let id = self.next_id();
        let line = fold_line(id, window);
        self.ask(FoldRequest::Fold, line, |answer| read_folded(answer, id, window), cancel)
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Sends a request to the process, and reads its answer.
    fn ask<T>(
        &mut self,
        request: FoldRequest,
        line: Vec<u8>,
        read: impl FnOnce(&[u8]) -> Result<ProcessAnswer<T>, BadAnswer>,
        cancel: &Cancel,
    ) -> Result<OrCancelled<T>, FoldFault> {
        let mut running = match self.take_ready(cancel)? {
            Ok(running) => running,
            Err(cancelled) => return Ok(Err(cancelled)),
        };
        running.child.send(line);
        let owed = Owed::from_now(request, self.limits.window_time);
        let line = match running.await_line(owed, cancel) {
            Ok(Ok(line)) => line,
            Ok(Err(cancelled)) => {
                running.owed = Some(owed);
                self.running = Some(running);
                return Ok(Err(cancelled));
            }
            Err(cause) => return Err(self.fault(&running, cause)),
        };
        match read(&line) {
            Ok(ProcessAnswer::Given(answer)) => {
                self.running = Some(running);
                Ok(Ok(answer))
            }
            Ok(ProcessAnswer::Failed { what, at }) => {
                let fault = self.fault(&running, FaultCause::Reported { what, at });
                self.running = Some(running);
                Err(fault)
            }
            Err(bad) => {
                let cause = running.bad_output(bad);
                Err(self.fault(&running, cause))
            }
        }
    }

    /// A process that has answered the hello and owes no answer. It is put back when it can be used again.
    fn take_ready(&mut self, cancel: &Cancel) -> Result<OrCancelled<RunningFold>, FoldFault> {
        let usable = self.running.take_if(|running| running.owed.is_some() || !running.child.is_over());
        // A process that has ended by itself is waited for, and replaced.
        self.running = None;
        let mut running = match usable {
            Some(running) => running,
            None => self.start()?,
        };
        while let Some(owed) = running.owed {
            match (owed.request, running.await_line(owed, cancel)) {
                (_, Ok(Err(cancelled))) => {
                    self.running = Some(running);
                    return Ok(Err(cancelled));
                }
                (FoldRequest::Hello, Ok(Ok(line))) => match self.greeted(&mut running, &line) {
                    Ok(greeting) => (running.greeting, running.owed) = (greeting, None),
                    Err(cause) => return Err(self.failed(&running, cause)),
                },
                (FoldRequest::Hello, Err(cause)) => return Err(self.failed(&running, cause)),
                // Nobody waits for this answer any more.
                (_, Ok(Ok(_))) => running.owed = None,
                (_, Err(_)) => running = self.start()?,
            }
        }
        Ok(Ok(running))
    }

    /// Reads the greeting of a process, which is that of the first one.
    fn greeted(&mut self, running: &mut RunningFold, line: &[u8]) -> Result<Greeting, FaultCause> {
        let now = read_greeting(line).map_err(|bad| running.bad_output(bad))?;
        let first = self.first_greeting.get_or_insert_with(|| now.clone());
        if *first == now {
            return Ok(now);
        }
        let _ = running.child.end();
        Err(FaultCause::OtherFold { before: first.fold.clone(), now: now.fold })
    }

    /// Starts a process, and says hello to it.
    fn start(&mut self) -> Result<RunningFold, FoldFault> {
        let pause = self.limits.restart_pause;
        if let Some(failed) = self.failed_start.as_ref().filter(|failed| failed.at.elapsed() < pause) {
            return Err(failed.fault.clone());
        }
        match ChildProcess::start(&self.program, self.limits) {
            Ok(child) => {
                child.send(hello());
                let owed = Some(Owed::from_now(FoldRequest::Hello, self.limits.start_time));
                Ok(RunningFold { child, greeting: Greeting::default(), owed })
            }
            Err(error) => {
                let (program, why) = (self.program.words(), FaultCause::NotStarted(error.to_string()));
                let fault = FoldFault { program, why, stderr: Vec::new() };
                self.failed_start = Some(FailedStart { at: Instant::now(), fault: fault.clone() });
                Err(fault)
            }
        }
    }

    /// A fault of the start, which is not tried again at once.
    fn failed(&mut self, running: &RunningFold, why: FaultCause) -> FoldFault {
        let fault = self.fault(running, why);
        self.failed_start = Some(FailedStart { at: Instant::now(), fault: fault.clone() });
        fault
    }

    fn fault(&self, running: &RunningFold, why: FaultCause) -> FoldFault {
        FoldFault { program: self.program.words(), why, stderr: running.child.stderr() }
    }
}

impl Owed {
    fn from_now(request: FoldRequest, time: Duration) -> Self {
        Self { request, until: Instant::now() + time, time }
    }
}

impl RunningFold {
    /// Waits for a line of output. On a fault the process has been ended.
    fn await_line(&mut self, owed: Owed, cancel: &Cancel) -> Result<OrCancelled<Vec<u8>>, FaultCause> {
        let Owed { request, until, time } = owed;
        let part = match self.child.receive(until, cancel) {
            Ok(Received::Part(part)) => part,
            Ok(Received::TimedOut) => {
                let _ = self.child.end();
                return Err(FaultCause::Silent { request, time });
            }
            Err(cancelled) => return Ok(Err(cancelled)),
        };
        match part {
            OutputPart::Line(line) => Ok(Ok(line)),
            OutputPart::TooLong { most } => Err(self.bad_output(BadAnswer::TooLong(most))),
            OutputPart::End { is_half_line: true } => Err(self.bad_output(BadAnswer::HalfLine)),
            OutputPart::End { is_half_line: false } => {
                let status = self.child.await_end();
                let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                Err(FaultCause::Ended { request, status })
            }
        }
    }

    /// Ends the process, because its output is not an answer.
    fn bad_output(&mut self, bad: BadAnswer) -> FaultCause {
        let _ = self.child.end();
        FaultCause::BadOutput(bad)
    }
}

/// Number of the events that fit into a request; 0 if the first one is too large by itself.
fn window_len(events: &[RecordedEvent]) -> usize {
    let mut n_bytes = 0;
    let fits = |event: &&RecordedEvent| {
        n_bytes += event.data.len() + event.event_type.len();
        n_bytes <= WINDOW_BYTES_MAX
    };
    events.iter().take(WINDOW_EVENTS_MAX).take_while(fits).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
    use crate::domain::hash::ChainHash;

    fn events(n: u64, n_bytes: usize) -> Vec<RecordedEvent> {
        let event = |version| RecordedEvent {
            position: GlobalPosition::new(version),
            stream: StreamName::new("a").unwrap(),
            version: StreamPosition::new(version),
            id: None,
            event_type: String::new(),
            time: None,
            clock: None,
            data: "x".repeat(n_bytes),
            metadata: None,
            source: None,
            hash: ChainHash::default(),
        };
        (1..=n).map(event).collect()
    }

    #[test]
    fn a_window_has_a_number_of_events_and_of_bytes_at_most() {
        let max = WINDOW_BYTES_MAX;
        for (n, n_bytes, expected) in [
            (0, 1, 0),
            (1, 1, 1),
            (1_000, 1, 1_000),
            (1_001, 1, 1_000),
            (5, max / 2, 2),
            (5, max / 2 + 1, 1),
            (5, max + 1, 0),
        ] {
            assert_eq!(window_len(&events(n, n_bytes)), expected, "{n} events of {n_bytes} bytes");
        }
    }
}
