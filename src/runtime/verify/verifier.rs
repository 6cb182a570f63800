//! The verifier: proves the log link by link in the background, and then as it grows.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::cancel::{Cancel, OrCancelled};
use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::store::log::{Log, LogProof, LogReader};
use crate::store::proof::checked::{CheckedStretch, MappingRow};
use crate::store::proof::finding::Fault;
use crate::store::proof::verify::chain::CheckedChain;
use crate::store::proof::verify::{NO_CHAIN, STRETCH_EVENTS, verify_receipts};
use crate::tui::message::Message;
use crate::tui::model::verification::{self, Verification, VerificationState};

/// The interval between two reports: a person reads no faster, and each report redraws the screen. A shorter
/// verification is reported as a whole.
const REPORT_EVERY: Duration = Duration::from_millis(100);

/// The target duration of a step, for which the program waits at its end. With long events a step takes fewer of them.
const STEP: Duration = Duration::from_millis(5);

/// Number of events in the first step, before their length is known.
const FIRST_STEP_EVENTS: u64 = 64;

/// The thread that verifies the log.
#[derive(Debug)]
pub struct Verifier {
    wakes: SyncSender<()>,
    cancel: Cancel,
    thread: JoinHandle<()>,
}

impl Verifier {
    /// Verifies this log, on a connection of its own, and reports to the inbox.
    pub fn start(log: Arc<dyn Log>, inbox: Sender<Message>) -> Self {
        // One is enough: once awake, the thread looks up the head itself.
        let (wakes, woken) = sync_channel(1);
        let cancel = Cancel::new();
        let cancelled = cancel.clone();
        let thread = thread::spawn(move || {
            // When the program is ending, there is no receiver.
            let report = |verification| drop(inbox.send(Message::Verified(Box::new(verification))));
            run(&*log, &woken, &cancelled, &report);
        });
        Self { wakes, cancel, thread }
    }

    /// Continues with new events. A fault that was found stays.
    pub fn head_moved(&self) {
        _ = self.wakes.try_send(());
    }

    /// Ends the thread, and waits until the store is closed.
    pub fn stop_and_wait(self) {
        self.cancel.cancel();
        drop(self.wakes);
        drop(self.thread.join());
    }
}

/// Verifies, sleeps until the log has grown, and repeats that, until a fault is found or it is stopped.
fn run(log: &dyn Log, woken: &Receiver<()>, cancel: &Cancel, report: &dyn Fn(Verification)) {
    let mut proof = loop {
        match Proof::begin(log) {
            Ok(proof) => break proof,
            Err(why) if log.is_content(&why) => return report(unreadable(GlobalPosition::START, &why)),
            Err(_) if woken.recv().is_err() => return,
            Err(_) => {}
        }
    };
    let mut reported = None;
    loop {
        // Earlier announcements are covered by the next pass.
        while woken.try_recv().is_ok() {}
        let mut told_at = Instant::now();
        let end = proof.go_on_to_the_head(cancel, &mut |up_to| {
            if told_at.elapsed() >= REPORT_EVERY {
                told_at = Instant::now();
                report(Verification { up_to, state: VerificationState::Running });
                reported = None;
            }
        });
        let Ok(end) = end else { return };
        if reported.as_ref() != Some(&end) {
            report(end.clone());
        }
        if end.fault().is_some() || woken.recv().is_err() {
            return;
        }
        reported = Some(end);
    }
}

/// Verifies the whole log at once.
pub fn verified(log: &dyn Log) -> Verification {
    let proved = Proof::begin(log).map(|mut proof| proof.go_on_to_the_head(&Cancel::never(), &mut |_| {}));
    let nothing = Verification { up_to: GlobalPosition::START, state: VerificationState::Running };
    proved.map_or_else(|why| unreadable(GlobalPosition::START, &why), |proved| proved.unwrap_or(nothing))
}

/// The verified part of the chain, and its store.
struct Proof<'l> {
    log: &'l dyn Log,
    reader: Box<dyn LogReader>,
    chain: CheckedChain,
    /// All mappings at the last look: there are few, and rarely a new one.
    mappings: Vec<MappingRow>,
    /// Number of events in the next step.
    n: u64,
}

/// The result of a step.
enum ProofStep {
    On,
    AtHead { has_receipt: bool },
    Fault(verification::FirstFault),
}

impl<'l> Proof<'l> {
    fn begin(log: &'l dyn Log) -> Result<Self> {
        let reader = log.reader()?;
        let chain = CheckedChain::begin(reader.proof().context(NO_CHAIN)?)?;
        Ok(Self { log, reader, chain, mappings: Vec::new(), n: FIRST_STEP_EVENTS })
    }

    /// Continues up to the head, which may move, or to the first fault. `progress` is called after each step with the
    /// verified part.
    fn go_on_to_the_head(
        &mut self,
        cancel: &Cancel,
        progress: &mut dyn FnMut(GlobalPosition),
    ) -> OrCancelled<Verification> {
        loop {
            let step = self.step();
            let up_to = self.chain.place().position;
            match step {
                Ok(ProofStep::On) => {
                    progress(up_to);
                    cancel.check()?;
                }
                Ok(ProofStep::AtHead { has_receipt }) => {
                    return Ok(Verification { up_to, state: VerificationState::Whole { has_receipt } });
                }
                Ok(ProofStep::Fault(fault)) => {
                    return Ok(Verification { up_to, state: VerificationState::Broken(fault) });
                }
                Err(why) if self.log.is_content(&why) => return Ok(unreadable(up_to, &why)),
                // Others hold a lock, or the system failed; the next wake-up continues.
                Err(_) => return Ok(Verification { up_to, state: VerificationState::Running }),
            }
        }
    }

    fn proof(&self) -> Result<&dyn LogProof> {
        self.reader.proof().context(NO_CHAIN)
    }

    fn step(&mut self) -> Result<ProofStep> {
        let place = self.chain.place();
        // The head is read before the mappings: those given later are not links up to it.
        let head = self.reader.head()?;
        if let Some(fault) = self.unlike_before(head)? {
            return Ok(ProofStep::Fault(fault));
        }
        let n_mappings = self.reader.n_mappings()?;
        if n_mappings != self.mappings.last().map_or(0, |mapping| mapping.id) {
            self.mappings = self.proof()?.mapping_rows()?;
        }
        let mappings = &self.mappings;
        if head == place.position {
            // A mapping may have been given since.
            let none = CheckedStretch::default();
            let mut proved = self.chain.take(&none, mappings);
            if proved.is_ok() {
                proved = self.chain.end(mappings, self.reader.head()?);
            }
            return Ok(match proved.err() {
                Some(fault) => ProofStep::Fault(self.shown(fault, 0)),
                None => self.check_receipt(head)?,
            });
        }
        let (before, began) = (place.position.number(), Instant::now());
        let last = head.number().min(before + self.n);
        let stretch = self.proof()?.check_stretch(before + 1..=last, mappings)?;
        let proved = self.chain.take(&stretch, mappings);
        self.n = if began.elapsed() > STEP { (self.n / 2).max(1) } else { (self.n * 2).min(STRETCH_EVENTS) };
        Ok(proved.err().map_or(ProofStep::On, |fault| ProofStep::Fault(self.shown(fault, 0))))
    }

    /// The fault of a verified part that is missing or different now.
    fn unlike_before(&self, head: GlobalPosition) -> Result<Option<verification::FirstFault>> {
        let place = self.chain.place();
        if head < place.position {
            let (expected, found) = (format!("all up to {place}"), format!("nothing after position {head}"));
            let n_lost = self.proof()?.n_linked(head, place.position);
            return Ok(Some(self.shown(Fault::at(head.plus(1), expected, found), n_lost)));
        }
        let (expected, found) = (self.chain.hash(), self.proof()?.hash_at(place)?);
        let is_other = found != Some(expected);
        let found = found.map_or("none".to_owned(), |found| format!("the hash {found}"));
        let fault = || self.shown(Fault::at(place.position, format!("the hash {expected}"), found), 0);
        Ok(is_other.then(fault))
    }

    /// Checks the store against the receipt beside it.
    fn check_receipt(&self, head: GlobalPosition) -> Result<ProofStep> {
        let (place, log) = (self.chain.place(), self.proof()?);
        let look = || {
            let findings = verify_receipts(log, &[], place);
            findings.iter().find_map(|vouched| vouched.finding.fault()).cloned()
        };
        let receipt = log.receipt_beside().ok().flatten();
        // The receipt may cover an append that is just being made and that this connection does not see yet, so a fault
        // counts only if it is found twice.
        let Some(fault) = look().and_then(|_| look()) else {
            return Ok(ProofStep::AtHead { has_receipt: receipt.is_some() });
        };
        let n_lost = receipt
            .filter(|receipt| receipt.store == self.log.identity().id)
            .map_or(0, |receipt| log.n_linked(head, receipt.place.position));
        Ok(ProofStep::Fault(self.shown(fault, n_lost)))
    }

    /// The fault with its moment, for the screen.
    fn shown(&self, fault: Fault, n_lost: u64) -> verification::FirstFault {
        let Fault { position, expected, found } = fault;
        let at = position.map(|position| {
            // Without a time it has no place on a ruler by time.
            Moment { position, clock: self.reader.clock_at(position).unwrap_or_default() }
        });
        verification::FirstFault { at, n_lost, expected, found }
    }
}

/// The fault that the store cannot be read.
fn unreadable(up_to: GlobalPosition, why: &anyhow::Error) -> Verification {
    let Fault { expected, found, .. } = Fault::unreadable(None, "a log that can be read", why);
    let fault = verification::FirstFault { at: None, n_lost: 0, expected, found };
    Verification { up_to, state: VerificationState::Broken(fault) }
}
