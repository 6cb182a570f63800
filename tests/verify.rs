//! Verifying: every change of a store is found, and located.

#[path = "verify/bits.rs"]
mod bits;
#[path = "verify/derived.rs"]
mod derived;
#[path = "support/documented.rs"]
mod documented;
#[path = "verify/others.rs"]
mod others;
#[path = "verify/read_model.rs"]
mod read_model;
mod support;
#[path = "verify/verb.rs"]
mod verb;
#[path = "verify/wal.rs"]
mod wal;

use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

use foldback::cancel::Cancel;
use foldback::domain::event::GlobalPosition;
use foldback::runtime::verify::verifying::{VerificationReport, VerifyRequest, verify};
use foldback::store::proof::finding::{Check, Fault, Finding};
use foldback::store::proof::receipt::Receipt;
use foldback::store::sqlite::SqliteStore;

/// The findings of verifying a store, with receipts that were kept elsewhere.
fn findings(store: &SqliteStore, receipts: &[Receipt]) -> Vec<Finding> {
    let receipts = receipts.iter().map(|receipt| ("kept".to_owned(), Ok(receipt.clone()))).collect();
    let request = VerifyRequest { only_links: false, receipts, cancel: Cancel::never() };
    let mut findings = Vec::new();
    let proved = verify(&store.log(), &request, &mut |verifying| {
        if let VerificationReport::Found(finding) = verifying {
            findings.push(finding);
        }
    });
    proved.unwrap().expect("nobody has cancelled it");
    findings
}

/// The faults among the findings.
fn faults(store: &SqliteStore, receipts: &[Receipt]) -> Vec<(Check, Fault)> {
    let found = findings(store, receipts).into_iter();
    found.filter_map(|finding| Some((finding.check, finding.fault()?.clone()))).collect()
}

/// The position at which a check fails; `None` if it does not, or its fault belongs to no event.
fn position_of(faults: &[(Check, Fault)], check: Check) -> Option<GlobalPosition> {
    faults.iter().find(|(failed, _)| *failed == check)?.1.position
}

/// A random number below a limit.
fn random(limit: u64) -> u64 {
    RandomState::new().hash_one(0) % limit
}

/// A copy of a store at rest, alone in a folder.
fn copy_alone(store: &Path) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("bank.db");
    std::fs::copy(store, &copy).unwrap();
    (folder, copy)
}
