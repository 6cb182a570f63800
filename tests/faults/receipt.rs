//! The receipt beside a store, observed from outside the program: when it reaches the disk, and what a full disk leaves
//! of it.

use std::fs;
use std::path::Path;
use std::process::Command;

use foldback::store::proof::receipt::Receipt;
use foldback::store::sqlite::proof::receipt_file::path_of;

use crate::checks::{done, foldback, said};
use crate::preload::{Errno, Fault, library, with_fault};
use crate::support::sample_store;

const NO_FAULT: Fault = Fault { call: 0, errno: Errno::NoSpace, is_lasting: false };

/// A command that runs with the library, with that fault at the calls on one file alone.
fn deposit(store: &Path, cache: &Path, library: &Path, file: &Path, fault: Fault) -> Command {
    let mut command = foldback(cache, &["do", store.to_str().unwrap(), "deposit acc-01 1"]);
    with_fault(&mut command, library, file, &cache.join("counter"), fault);
    command
}

#[test]
fn a_receipt_is_on_the_disk_when_the_store_is_closed() {
    let Some(library) = library() else { return };
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = sample_store(folder.path(), "bank").canonicalize().unwrap();
    let syncs = cache.path().join("syncs");
    let mut command = deposit(&store, cache.path(), library, &path_of(&store), NO_FAULT);
    done(&command.env("FOLDBACK_FAIL_SYNCS", &syncs).output().unwrap());
    assert_eq!(fs::read_to_string(&syncs).unwrap(), "1\n", "syncs of the receipt");
}

#[test]
fn a_half_written_first_receipt_is_ignored_and_the_next_one_is_complete() {
    let Some(library) = library() else { return };
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = sample_store(folder.path(), "bank").canonicalize().unwrap();
    let receipt = path_of(&store);
    let text = || fs::read_to_string(&receipt).unwrap();
    let mut n_torn = 0;
    for call in 1..=8 {
        fs::remove_file(&receipt).unwrap();
        let fault = Fault { call, ..NO_FAULT };
        drop(fs::remove_file(cache.path().join("counter")));
        let mut command = deposit(&store, cache.path(), library, &receipt, fault);
        let output = command.env("FOLDBACK_FAIL_TORN", "1").output().unwrap();
        // The event is committed, whatever became of the receipt.
        done(&output);
        if said(&output).contains("was not recorded in the receipt") {
            n_torn += u32::from(receipt.exists());
            assert!(!receipt.exists() || text().is_empty(), "{call}: {:?}", text());
        }
        done(&deposit(&store, cache.path(), library, &receipt, NO_FAULT).output().unwrap());
        Receipt::parse(&text()).unwrap();
    }
    assert!(n_torn > 0, "no receipt was torn");
}
