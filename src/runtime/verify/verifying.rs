//! The check of a whole store: log, indexes, receipts, and everything derived from the log.

use anyhow::{Context, Result};

use crate::cancel::{Cancel, Cancelled, OrCancelled};
use crate::domain::aggregates::Aggregates;
use crate::domain::counted::counted;
use crate::domain::fold::PairCheck;
use crate::domain::hash::ChainHash;
use crate::read_model::engine::catch_up;
use crate::read_model::engine::differences::GenerationComparison;
use crate::read_model::engine::location::Location;
use crate::read_model::engine::rebuild::{
    NewGeneration, Rebuild, RebuildOptions, RebuildReport, ReplacePolicy, rebuild,
};
use crate::read_model::engine::snapshots::{ComparedSnapshot, KeptSnapshots};
use crate::read_model::rows::steering::process_words;
use crate::replay::fold_loop::FoldStep;
use crate::replay::snapshots::SNAPSHOT_SPACING_EVENTS;
use crate::runtime::whole_fold::fold_each;
use crate::store::EventReader;
use crate::store::log::{Log, LogIndex, LogProof};
use crate::store::proof::finding::{Check, Fault, Finding, Outcome};
use crate::store::proof::receipt::{BadReceipt, LinkPlace, Receipt};
use crate::store::proof::verify::chain::CheckedChain;
use crate::store::proof::verify::{NO_CHAIN, ReceiptCoverage, VerifiedChain, verify_chain, verify_receipts};

/// A request to verify.
#[derive(Debug)]
pub struct VerifyRequest {
    /// Check only the chain and the receipts.
    pub only_links: bool,
    /// Receipts that were kept elsewhere, or why they are invalid, each with its name.
    pub receipts: Vec<(String, Result<Receipt, BadReceipt>)>,
    /// Stops it.
    pub cancel: Cancel,
}

#[derive(Clone, Copy, Debug)]
pub struct CheckProgress {
    pub check: Check,
    /// The part that is done.
    pub n: u64,
    /// The whole; 0 if that is not known.
    pub n_all: u64,
}

/// A report of a running verification.
#[derive(Clone, Debug)]
pub enum VerificationReport {
    Progress(CheckProgress),
    /// A finding.
    Found(Finding),
}

/// A callback for reports.
type ReportCallback<'a> = &'a mut dyn FnMut(VerificationReport);

/// How far the chain is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainExtent {
    /// The last link that holds, with all before it.
    pub place: LinkPlace,
    pub hash: ChainHash,
    /// The last link that a receipt covers; the part after it could have been rewritten.
    pub vouched: Option<LinkPlace>,
    /// Number of events that were not understood; `None` if the log was not replayed.
    pub n_not_understood: Option<u64>,
    /// Number of events understood in part, without a text of theirs; `None` as above.
    pub n_partly_understood: Option<u64>,
}

/// Verifies everything.
///
/// # Errors
/// Errors that have nothing to do with the store's content.
pub fn verify(
    log: &dyn Log,
    request: &VerifyRequest,
    report: ReportCallback<'_>,
) -> Result<OrCancelled<ChainExtent>> {
    let reader = log.reader()?;
    let store = reader.proof().context(NO_CHAIN)?;
    if !request.only_links && verify_file(store, request, report)?.is_err() {
        return Ok(Err(Cancelled));
    }
    let begun =
        if request.only_links { CheckedChain::begin(store) } else { CheckedChain::begin_with_origins(store) };
    let verified = verify_chain(log, begun?, &request.cancel, &mut |n, n_all| {
        report(VerificationReport::Progress(CheckProgress { check: Check::Chain, n, n_all }));
    })?;
    let Ok(VerifiedChain { chain, fault }) = verified else { return Ok(Err(Cancelled)) };
    let is_whole = fault.is_none();
    report(VerificationReport::Found(Finding::of(Check::Chain, fault, || chain_words(&chain))));
    if !request.only_links && verify_tables(store, &chain, is_whole, request, report)?.is_err() {
        return Ok(Err(Cancelled));
    }
    let mut vouched = None;
    for ReceiptCoverage { finding, up_to } in verify_receipts(store, &request.receipts, chain.place()) {
        report(VerificationReport::Found(finding));
        vouched = vouched.max(up_to);
    }
    let mut n_left_out = None;
    if !request.only_links {
        let Ok(n) = verify_derived(log, is_whole, request, report)? else {
            return Ok(Err(Cancelled));
        };
        n_left_out = n;
    }
    let (n_not_understood, n_partly_understood) = n_left_out.unzip();
    let (place, hash) = (chain.place(), chain.hash());
    Ok(Ok(ChainExtent { place, hash, vouched, n_not_understood, n_partly_understood }))
}

fn chain_words(chain: &CheckedChain) -> String {
    format!(
        "{} of {} and {}, each linked to the one before; no position and no version is missing",
        counted(chain.n_events(), "event"),
        counted(chain.n_streams() as u64, "stream"),
        counted(chain.place().mapping, "mapping"),
    )
}

/// Checks the file below the level of events.
fn verify_file(
    store: &dyn LogProof,
    request: &VerifyRequest,
    report: ReportCallback<'_>,
) -> Result<OrCancelled<()>> {
    report(VerificationReport::Progress(CheckProgress { check: Check::File, n: 0, n_all: 0 }));
    let Ok(fault) = store.check_file(&request.cancel)? else {
        return Ok(Err(Cancelled));
    };
    report(VerificationReport::Found(Finding::of(Check::File, fault, || {
        "SQLite finds nothing wrong with it".to_owned()
    })));
    Ok(Ok(()))
}

/// Checks the indexes, which have to match the chain; they can be compared only with an intact one.
fn verify_tables(
    store: &dyn LogProof,
    chain: &CheckedChain,
    is_whole: bool,
    request: &VerifyRequest,
    report: ReportCallback<'_>,
) -> Result<OrCancelled<()>> {
    let (sums, head) = (chain.sums(), chain.place().position);
    for (check, index, holds) in [
        (
            Check::Versions,
            LogIndex::Versions,
            format!("{} found by stream and version", counted(sums.versions.n, "event")),
        ),
        (
            Check::Ids,
            LogIndex::Ids,
            format!("{}, each of one event and found by it", counted(sums.ids.n, "id")),
        ),
        (
            Check::Origins,
            LogIndex::Origins,
            format!("{} of imported logs, with their origin", counted(sums.stretches.n, "stretch")),
        ),
    ] {
        if !is_whole {
            report(VerificationReport::Found(unknown(check, "the chain does not hold")));
            continue;
        }
        report(VerificationReport::Progress(CheckProgress { check, n: 0, n_all: 0 }));
        let Ok(fault) = store.check_index(index, sums, head, &request.cancel)? else {
            return Ok(Err(Cancelled));
        };
        report(VerificationReport::Found(Finding::of(check, fault, || holds)));
    }
    Ok(Ok(()))
}

fn unknown(check: Check, why: &str) -> Finding {
    Finding { check, outcome: Outcome::Unknown(why.to_owned()) }
}

/// Checks what is derived from the log: pairs of events, snapshots, the read model. Returns how many events were not
/// understood, if the log can be replayed.
fn verify_derived(
    log: &dyn Log,
    is_whole: bool,
    request: &VerifyRequest,
    report: ReportCallback<'_>,
) -> Result<OrCancelled<Option<(u64, u64)>>> {
    let pairs = log.identity().aggregates.pairs();
    let of_pairs: Vec<Check> = pairs.iter().map(|pairs| Check::Pairs(pairs.name())).collect();
    let of_replay = || of_pairs.iter().copied().chain([Check::Snapshots]);
    if !is_whole {
        for check in of_replay().chain([Check::ReadModel]) {
            report(VerificationReport::Found(unknown(check, "the chain does not hold")));
        }
        return Ok(Ok(None));
    }
    let store = &*log.reader()?;
    if let Err(why) = store.mappings() {
        // A mapping is unchanged, according to the chain, but is not valid.
        for check in of_replay().chain([Check::ReadModel]) {
            report(VerificationReport::Found(unknown(check, &format!("{why:#}"))));
        }
        return Ok(Ok(None));
    }
    let location = Location::of(log.identity())?;
    let mut replayed = ReplayFindings::with(pairs, KeptSnapshots::open(&location));
    let head = store.head()?;
    let mut progress = |at: &catch_up::CatchUpProgress| {
        let (n, n_all) = (at.n_events, at.n_events_all);
        let check = of_replay().next().unwrap_or(Check::Snapshots);
        report(VerificationReport::Progress(CheckProgress { check, n, n_all }));
    };
    let mut n_left_out = None;
    let mut has_wrong_snapshot = false;
    let each = |aggregates: &Aggregates, step: FoldStep<'_>| replayed.take(aggregates, &step);
    match fold_each(store, head, &request.cancel, &mut progress, each) {
        Ok(Err(Cancelled)) => return Ok(Err(Cancelled)),
        Ok(Ok(states)) => {
            n_left_out = Some((states.n_not_understood(), states.n_partly_understood()));
            for finding in replayed.pairs().into_iter().chain([replayed.snapshots()]) {
                report(VerificationReport::Found(finding));
            }
            has_wrong_snapshot = replayed.wrong.is_some();
        }
        Err(why) => {
            for check in of_replay() {
                let fault = Fault::unreadable(None, "a log that can be replayed", &why);
                report(VerificationReport::Found(Finding { check, outcome: Outcome::Fails(fault) }));
            }
        }
    }
    // Snapshots are part of the read model: if one is wrong, the whole is rebuilt.
    let replaces = if has_wrong_snapshot { ReplacePolicy::Always } else { ReplacePolicy::IfDamaged };
    let Ok(finding) = verify_read_model(store, &location, replaces, request, report)? else {
        return Ok(Err(Cancelled));
    };
    report(VerificationReport::Found(finding));
    Ok(Ok(n_left_out))
}

/// The findings of a replay of the log from its first event, on pairs of events and snapshots.
struct ReplayFindings {
    pairs: Vec<Box<dyn PairCheck>>,
    kept: KeptSnapshots,
    n_same: u64,
    n_unused: u64,
    wrong: Option<Fault>,
}

impl ReplayFindings {
    fn with(pairs: Vec<Box<dyn PairCheck>>, kept: KeptSnapshots) -> Self {
        Self { pairs, kept, n_same: 0, n_unused: 0, wrong: None }
    }

    fn take(&mut self, aggregates: &Aggregates, step: &FoldStep<'_>) {
        let FoldStep { event, trace, evolved, .. } = step;
        self.pairs.iter_mut().for_each(|pairs| pairs.take(event, evolved, &trace.state));
        if !trace.version.number().is_multiple_of(SNAPSHOT_SPACING_EVENTS) {
            return;
        }
        let fault = match self.kept.compared(aggregates, trace, event) {
            Ok(ComparedSnapshot::None) => return,
            Ok(ComparedSnapshot::Same) => return self.n_same += 1,
            Ok(ComparedSnapshot::Unused) => return self.n_unused += 1,
            Ok(ComparedSnapshot::Other(kept)) => {
                let expected = format!("the snapshot of {} with {}", event.stream, trace.state);
                Fault::at(event.position, expected, kept.state.to_string())
            }
            Err(why) => Fault::unreadable(Some(event.position), "a snapshot", &why),
        };
        self.wrong.get_or_insert(fault);
    }

    fn pairs(&self) -> Vec<Finding> {
        let of_pairs = |pairs: &dyn PairCheck| {
            let fault = pairs.odd().map(|odd| Fault::at(odd.position, odd.expected, odd.found));
            Finding::of(Check::Pairs(pairs.name()), fault, || pairs.words())
        };
        self.pairs.iter().map(|pairs| of_pairs(&**pairs)).collect()
    }

    fn snapshots(&self) -> Finding {
        Finding::of(Check::Snapshots, self.wrong.clone(), || {
            let same = format!("{} are what a replay from the first event gives", self.n_same);
            match (self.n_same, self.n_unused) {
                (0, 0) => "there are none".to_owned(),
                (_, 0) => same,
                (_, n) => format!("{same}; {n} are not used: their checksums fail"),
            }
        })
    }
}

/// Compares the read model with a fresh projection, which replaces it if the two differ.
fn verify_read_model(
    store: &dyn EventReader,
    location: &Location,
    replaces: ReplacePolicy,
    request: &VerifyRequest,
    report: ReportCallback<'_>,
) -> Result<OrCancelled<Finding>> {
    let check = Check::ReadModel;
    if location.current()?.is_none() && !location.has_pointer() {
        return Ok(Ok(unknown(check, "it does not exist yet; `query` and the explorer create it")));
    }
    let options = RebuildOptions { replaces, fail_at: None, cancel: request.cancel.clone() };
    let built = rebuild(store, location, &options, &mut |rebuilding| {
        let (n, n_all) = match rebuilding {
            RebuildReport::Projected(at) => (at.n_events, at.n_events_all),
            RebuildReport::Comparing(compared) => (compared.n_rows, compared.n_rows_all),
            RebuildReport::Compared(_) => return,
        };
        report(VerificationReport::Progress(CheckProgress { check, n, n_all }));
    });
    Ok(match built {
        Ok(Rebuild::Cancelled) => Err(Cancelled),
        Ok(Rebuild::HeldBy(process)) => {
            Ok(unknown(check, &format!("{} rebuilds it", process_words(process))))
        }
        Ok(Rebuild::Done(rebuilt)) => Ok(of_rebuilt(&rebuilt)),
        Err(why) => Ok(unknown(check, &format!("it could not be rebuilt to compare with it: {why:#}"))),
    })
}

/// The finding of that comparison.
fn of_rebuilt(rebuilt: &NewGeneration) -> Finding {
    let check = Check::ReadModel;
    let rebuilt_words = if rebuilt.is_current { "; it has been rebuilt" } else { "" };
    match &rebuilt.comparison {
        GenerationComparison::Nothing(reason) if reason.is_damage() => {
            let found = format!("that {reason}{rebuilt_words}");
            let fault = Fault::outside("a read model of this log", found);
            Finding { check, outcome: Outcome::Fails(fault) }
        }
        GenerationComparison::Nothing(why) => unknown(check, &why.to_string()),
        GenerationComparison::Compared { at, differences } => {
            let rows = format!("the rows of a fresh projection up to {at}");
            let fault = differences
                .first()
                .map(|first| Fault::outside(rows.clone(), format!("{first}{rebuilt_words}")));
            Finding::of(check, fault, || format!("it has {rows}{rebuilt_words}"))
        }
    }
}
