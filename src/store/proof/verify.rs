//! The checks of a log through its port: the chain and the receipts.
//!
//! Its files:
//!
//! - `chain.rs`: the check of the chain, piece by piece, with the results in order

pub mod chain;

use std::fmt;
use std::ops::ControlFlow;

use anyhow::{Context, Result, bail};

use crate::cancel::{Cancel, Cancelled, OrCancelled};
use crate::domain::event::GlobalPosition;
use crate::store::in_pieces::{Work, in_pieces};
use crate::store::log::{Log, LogProof, LogReader};
use crate::store::proof::checked::CheckedStretch;
use crate::store::proof::finding::{Check, Fault, Finding, Outcome};
use crate::store::proof::receipt::{BadReceipt, LinkPlace, Receipt};
use crate::store::proof::verify::chain::CheckedChain;

/// Why a log cannot be verified.
pub const NO_CHAIN: &str = "the events of this log are not linked in a chain of hashes";

/// Events checked together: some milliseconds of work, and less than a megabyte of memory.
pub const STRETCH_EVENTS: u64 = 4_096;

/// The result of verifying a chain.
#[derive(Debug)]
pub struct VerifiedChain {
    /// The links that hold.
    pub chain: CheckedChain,
    /// The fault of the next link.
    pub fault: Option<Fault>,
}

/// Checks every link of the chain after those of `chain`, up to the present head. `progress` receives the number of
/// events checked, and of all events.
///
/// # Errors
/// Errors of the store that have nothing to do with single events.
pub fn verify_chain(
    log: &dyn Log,
    mut chain: CheckedChain,
    cancel: &Cancel,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<OrCancelled<VerifiedChain>> {
    let reader = log.reader()?;
    let Some(store) = reader.proof() else { bail!(NO_CHAIN) };
    // In this order: mappings given after the head was read are not links up to it.
    let asked = store.head().and_then(|head| Ok((head, store.mapping_rows()?)));
    let (head, mappings) = match asked {
        Ok(asked) => asked,
        Err(why) if log.is_content(&why) => {
            let fault = Some(Fault::unreadable(None, "a head and mappings that can be read", &why));
            return Ok(Ok(VerifiedChain { chain, fault }));
        }
        Err(why) => return Err(why),
    };
    let (mut fault, mut was_cancelled) = (None, false);
    fn checking(reader: &dyn LogReader) -> Result<Work<'_, CheckedStretch>> {
        let store = reader.proof().context(NO_CHAIN)?;
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
    let n_events_all = store.n_linked(GlobalPosition::START, head);
    let first = chain.place().position.number() + 1;
    in_pieces(log, first..=head.number(), STRETCH_EVENTS, checking, |stretch| {
        if let Err(found) = chain.take(&stretch, &mappings) {
            fault = Some(found);
            return Ok(ControlFlow::Break(()));
        }
        progress(chain.n_events(), n_events_all);
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

/// Checks the store against the receipt beside it, and against receipts kept elsewhere, each with its name. If the
/// chain is verified only up to `proved`, a receipt for a later place is not checked yet.
pub fn verify_receipts(
    store: &dyn LogProof,
    kept: &[(String, Result<Receipt, BadReceipt>)],
    proved: LinkPlace,
) -> Vec<ReceiptCoverage> {
    let of = |name: &str, receipt: &Receipt| {
        let fault = store.check_receipt(receipt);
        let fault =
            fault.unwrap_or_else(|why| Some(Fault::unreadable(None, "a chain that can be read", &why)));
        let fault = fault.map(|fault| Fault { expected: format!("{} by {name}", fault.expected), ..fault });
        let place = receipt.place;
        if fault.is_none() && place > proved {
            let why = format!("{name} is of {place}, and the chain holds to {proved} only");
            let finding = Finding { check: Check::Receipt, outcome: Outcome::Unknown(why) };
            return ReceiptCoverage { finding, up_to: None };
        }
        let up_to = fault.is_none().then_some(place);
        let holds = || format!("{name}: all up to {place} is there, unchanged");
        ReceiptCoverage { finding: Finding::of(Check::Receipt, fault, holds), up_to }
    };
    let bad = |expected: &str, why: &dyn fmt::Display| {
        let fault = Fault::outside(expected, format!("that {why}"));
        ReceiptCoverage {
            finding: Finding { check: Check::Receipt, outcome: Outcome::Fails(fault) },
            up_to: None,
        }
    };
    const BESIDE: &str = "the receipt beside the store";
    let beside = match store.receipt_beside() {
        Ok(Some(receipt)) => of(BESIDE, &receipt),
        Ok(None) => {
            let outcome = Outcome::Unknown("there is none beside the store".to_owned());
            ReceiptCoverage { finding: Finding { check: Check::Receipt, outcome }, up_to: None }
        }
        Err(why) => bad(BESIDE, &why.root_cause()),
    };
    let kept = kept.iter().map(|(name, receipt)| match receipt {
        Ok(receipt) => of(name, receipt),
        Err(why) => bad(&format!("a receipt in {name}"), why),
    });
    [beside].into_iter().chain(kept).collect()
}

/// The result for a receipt, and how far it covers the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptCoverage {
    /// Its outcome.
    pub finding: Finding,
    /// The last link that it covers, with all before it; `None` if it does not hold.
    pub up_to: Option<LinkPlace>,
}
