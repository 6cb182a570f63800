//! A process is killed, and its write-ahead log is damaged: SQLite silently drops damaged parts, and the receipt
//! reveals that.

use foldback::domain::aggregates::Aggregates;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

use foldback::domain::event::GlobalPosition;
use foldback::store::proof::finding::Check;
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::proof::receipt_file::path_of;
use foldback::store::{EventReader, EventStore};

use crate::support::{TempStore, child, deposit, rounds, write};
use crate::{faults, position_of, random};

/// Number of damaged write-ahead logs.
const N_DAMAGED: u32 = 20;

/// Number of them from one killed process.
const N_OF_A_KILL: u32 = 5;

/// The most commits to wait for before the process is killed: fewer than fill the write-ahead log up to where SQLite
/// moves it into the store.
const N_COMMITS_MAX: u64 = 150;

/// The child: appends until it is killed. It prints its position after each commit.
#[test]
fn child_that_appends() {
    let Some(path) = std::env::var_os("FOLDBACK_TEST_WAL") else { return };
    let mut store = SqliteStore::open(Path::new(&path), &Aggregates::bank()).unwrap();
    println!();
    for n in 0_u64.. {
        let head = store.append(&[write(&format!("acc-{}", n % 3), vec![deposit(1); 1 + (n % 3) as usize])]);
        println!("done {} .", head.unwrap().head);
    }
}

/// Makes a child append to the store, and kills it; returns the last acknowledged position.
fn killed(path: &Path) -> u64 {
    let mut child = child("wal::child_that_appends", "FOLDBACK_TEST_WAL", path);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let acknowledged = |line: &str| line.strip_prefix("done ")?.strip_suffix(" .")?.parse().ok();
    let (mut last, mut n, n_awaited) = (0, 0, 20 + random(N_COMMITS_MAX - 20));
    while n < n_awaited {
        let line = lines.next().expect("the child ended by itself").unwrap();
        if let Some(position) = acknowledged(&line) {
            (last, n) = (position, n + 1);
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    lines.map_while(Result::ok).filter_map(|line| acknowledged(&line)).last().unwrap_or(last)
}

/// Damages a write-ahead log: truncates it or flips one of its bits.
fn damage(log: &mut Vec<u8>, is_cut: bool) -> String {
    let at = usize::try_from(random(log.len() as u64)).unwrap();
    if is_cut {
        log.truncate(at);
        return format!("cut to {at} bytes");
    }
    let bit = random(8);
    log[at] ^= 1 << bit;
    format!("bit {bit} of byte {at} flipped")
}

#[test]
fn every_acknowledged_event_that_a_damaged_write_ahead_log_lost_is_found() {
    let mut n_lossy = 0;
    for round in 0..rounds(N_DAMAGED) / N_OF_A_KILL {
        let temp = TempStore::new();
        let path = temp.path();
        let folder = temp.close();
        let acknowledged = killed(&path);
        let log = folder.path().join("bank.db-wal");
        let (store, whole, receipt) =
            (fs::read(&path).unwrap(), fs::read(&log).unwrap(), fs::read(path_of(&path)).unwrap());
        for n in 0..N_OF_A_KILL {
            let mut damaged = whole.clone();
            let what = damage(&mut damaged, (round + n) % 2 == 0);
            let elsewhere = tempfile::tempdir().unwrap();
            let path = elsewhere.path().join("bank.db");
            fs::write(&path, &store).unwrap();
            fs::write(elsewhere.path().join("bank.db-wal"), damaged).unwrap();
            fs::write(path_of(&path), &receipt).unwrap();
            let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
            let head = store.head().unwrap().number();
            let found = faults(&store, &[]);
            let is_lost = position_of(&found, Check::Receipt);
            if head < acknowledged {
                n_lossy += 1;
                assert_eq!(is_lost, Some(GlobalPosition::new(head + 1)), "{what}: {found:?}");
                // A writer that goes on as if nothing had happened is stopped.
                let mut writer = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
                assert!(writer.append(&[write("acc-0", vec![deposit(1)])]).is_err(), "{what}");
            } else {
                // The last append may be recorded and lost, or committed and not recorded.
                assert!(found.iter().all(|(check, _)| *check == Check::Receipt), "{what}: {found:?}");
            }
        }
    }
    println!("{n_lossy} of {} damaged write-ahead logs had lost acknowledged events", rounds(N_DAMAGED));
    assert!(n_lossy > 0);
}
