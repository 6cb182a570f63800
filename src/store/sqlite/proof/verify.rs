//! The checks of a store and their findings.
//!
//! Its files:
//!
//! - `chain.rs`: the check of the chain, piece by piece, with the results in order

pub mod chain;

use std::fmt;
use std::ops::ControlFlow;

use anyhow::Result;

use crate::cancel::{Cancel, Cancelled, OrCancelled};
use crate::domain::event::GlobalPosition;
use crate::store::EventReader;
use crate::store::in_pieces::{Work, in_pieces};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::file::error::is_content;
use crate::store::sqlite::proof::checked::CheckedStretch;
use crate::store::sqlite::proof::receipt::{BadReceipt, LinkPlace, Receipt};
use crate::store::sqlite::proof::verify::chain::CheckedChain;

/// How many events are checked together: some milliseconds of work, and less than a megabyte of what is kept of them.
pub const STRETCH_EVENTS: u64 = 4_096;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The file, by SQLite's own check.
    File,
    /// Every link: positions, versions, clock and hashes.
    Chain,
    /// The index by which events are found by their versions.
    Versions,
    /// The index by which events are found by their ids, each of which is of one event.
    Ids,
    /// The index by which imported events are known again.
    Origins,
    /// The receipt beside the store, or one that was kept elsewhere.
    Receipt,
    /// That each transfer which a command made has both its legs.
    Transfers,
    /// The read model, against a fresh projection.
    ReadModel,
    /// The snapshots, against a full replay.
    Snapshots,
}

impl Check {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Chain => "chain",
            Self::Versions => "versions",
            Self::Ids => "ids",
            Self::Origins => "origins",
            Self::Receipt => "receipt",
            Self::Transfers => "transfers",
            Self::ReadModel => "read model",
            Self::Snapshots => "snapshots",
        }
    }
}

/// Something in a store that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The position at which it shows first; `None` where it is no event's.
    pub position: Option<GlobalPosition>,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl Fault {
    /// A fault at a position.
    pub fn at(position: GlobalPosition, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { position: Some(position), expected: expected.into(), found: found.into() }
    }

    /// A fault that is no event's.
    pub fn outside(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { position: None, expected: expected.into(), found: found.into() }
    }

    /// That something cannot even be read: at a position, or outside of all.
    pub fn unreadable(
        position: Option<GlobalPosition>,
        expected: impl Into<String>,
        why: &anyhow::Error,
    ) -> Self {
        // What SQLite says stands last; in front of it is what that means for a person, who reads it here already.
        let why = why.root_cause();
        Self { position, expected: expected.into(), found: format!("what cannot be read: {why}") }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, expected, found } = self;
        if let Some(position) = position {
            write!(f, "at position {position}: ")?;
        }
        write!(f, "expected {expected}, found {found}")
    }
}

/// What came of looking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds; what that is, in words.
    Holds(String),
    /// It does not; the first thing that is otherwise.
    Fails(Fault),
    /// It was not looked at, and why.
    Unknown(String),
}

/// What was looked at, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// What came of it.
    pub outcome: Outcome,
}

impl Finding {
    /// What holds, in words, unless there is a fault.
    pub fn of(check: Check, fault: Option<Fault>, holds: impl FnOnce() -> String) -> Self {
        let outcome = fault.map_or_else(|| Outcome::Holds(holds()), Outcome::Fails);
        Self { check, outcome }
    }

    /// The fault that was found.
    pub fn fault(&self) -> Option<&Fault> {
        match &self.outcome {
            Outcome::Fails(fault) => Some(fault),
            Outcome::Holds(_) | Outcome::Unknown(_) => None,
        }
    }
}

/// The chain, gone along as far as it holds.
#[derive(Debug)]
pub struct VerifiedChain {
    /// The links that hold.
    pub chain: CheckedChain,
    /// Why the next one does not.
    pub fault: Option<Fault>,
}

/// Checks every link of the chain after those of `chain`, up to the head of this moment. `progress` receives how many events
/// have been checked, and of how many.
///
/// # Errors
/// The store's own, for what has nothing to do with single events.
pub fn verify_chain(
    store: &SqliteStore,
    mut chain: CheckedChain,
    cancel: &Cancel,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<OrCancelled<VerifiedChain>> {
    // In this order: those that are given later than this are no links up to here.
    let asked = store.head().and_then(|head| Ok((head, store.mapping_rows()?)));
    let (head, mappings) = match asked {
        Ok(asked) => asked,
        Err(why) if is_content(&why) => {
            let fault = Some(Fault::unreadable(None, "a head and mappings that can be read", &why));
            return Ok(Ok(VerifiedChain { chain, fault }));
        }
        Err(why) => return Err(why),
    };
    let (mut fault, mut was_cancelled) = (None, false);
    fn checking(store: &SqliteStore) -> Result<Work<'_, CheckedStretch>> {
        let mappings = store.mapping_rows()?;
        Ok(Box::new(move |positions, give| {
            let mut next = *positions.start();
            while next <= *positions.end() {
                let stretch = store.check_stretch(next..=*positions.end(), &mappings)?;
                next += stretch.rows.len() as u64;
                let is_last = stretch.fault.is_some();
                if give(stretch)?.is_break() || is_last {
                    break;
                }
            }
            Ok(())
        }))
    }
    let first = chain.place().position.number() + 1;
    in_pieces(store, first..=head.number(), STRETCH_EVENTS, checking, |stretch| {
        if let Err(found) = chain.take(&stretch, &mappings) {
            fault = Some(found);
            return Ok(ControlFlow::Break(()));
        }
        progress(chain.place().position.number(), head.number());
        was_cancelled = cancel.is_cancelled();
        Ok(if was_cancelled { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    if was_cancelled {
        return Ok(Err(Cancelled));
    }
    if fault.is_none() && head == GlobalPosition::START {
        fault = chain.take(&CheckedStretch::default(), &mappings).err();
    }
    if fault.is_none() {
        fault = chain.end(&mappings, store.head()?).err();
    }
    Ok(Ok(VerifiedChain { chain, fault }))
}

/// Whether the store has what the receipt beside it says, and what others say that were kept elsewhere, each with its name. Where
/// the chain is proved only up to `proved`, a receipt for what lies behind that says nothing yet.
pub fn verify_receipts(
    store: &SqliteStore,
    kept: &[(String, Result<Receipt, BadReceipt>)],
    proved: LinkPlace,
) -> Vec<Vouched> {
    let of = |name: &str, receipt: &Receipt| {
        let fault = store.check_receipt(receipt);
        let fault =
            fault.unwrap_or_else(|why| Some(Fault::unreadable(None, "a chain that can be read", &why)));
        let fault = fault.map(|fault| Fault { expected: format!("{} by {name}", fault.expected), ..fault });
        let place = receipt.place;
        if fault.is_none() && place > proved {
            let why = format!("{name} is of {place}, and the chain holds to {proved} only");
            let finding = Finding { check: Check::Receipt, outcome: Outcome::Unknown(why) };
            return Vouched { finding, up_to: None };
        }
        let up_to = fault.is_none().then_some(place);
        let holds = || format!("{name}: all up to {place} is there, unchanged");
        Vouched { finding: Finding::of(Check::Receipt, fault, holds), up_to }
    };
    let bad = |expected: &str, why: &dyn fmt::Display| {
        let fault = Fault::outside(expected, format!("that {why}"));
        Vouched { finding: Finding { check: Check::Receipt, outcome: Outcome::Fails(fault) }, up_to: None }
    };
    const BESIDE: &str = "the receipt beside the store";
    let beside = match store.receipt_beside() {
        Ok(Some(receipt)) => of(BESIDE, &receipt),
        Ok(None) => {
            let outcome = Outcome::Unknown("there is none beside the store".to_owned());
            Vouched { finding: Finding { check: Check::Receipt, outcome }, up_to: None }
        }
        Err(why) => bad(BESIDE, &why.root_cause()),
    };
    let kept = kept.iter().map(|(name, receipt)| match receipt {
        Ok(receipt) => of(name, receipt),
        Err(why) => bad(&format!("a receipt in {name}"), why),
    });
    [beside].into_iter().chain(kept).collect()
}

/// What came of a receipt, and up to where it vouches for the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// What came of it.
    pub finding: Finding,
    /// The last link that it vouches for, with all before it; `None` if it does not.
    pub up_to: Option<LinkPlace>,
}
