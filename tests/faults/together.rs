//! Two explorers and four writers on one store at the same time, some of them with the same ids.

use std::path::Path;

use uuid::Uuid;

use crate::checks::{acknowledged, done, events_of_whole, expect_acknowledged, foldback, said};
use crate::pty::Session;
use crate::support::{rounds, sample_store};

/// Number of commands per writer.
fn n_commands() -> u32 {
    rounds(12)
}

/// Number of events in the bundled bank.
const N_BANK: usize = 407;

/// A command with its id.
type Wish = (Uuid, String);

/// The acknowledgements to a writer, and the versions that it expected.
#[derive(Default)]
struct Acknowledgements {
    events: Vec<(u64, String)>,
    expected: Vec<(u64, u64)>,
}

/// Runs the commands one after another.
fn write_each(store: &str, cache: &Path, wishes: &[Wish]) -> Acknowledgements {
    let mut told = Acknowledgements::default();
    for (id, text) in wishes {
        let output =
            foldback(cache, &["do", store, "--json", "--id", &id.to_string(), text]).output().unwrap();
        done(&output);
        told.events.extend(acknowledged(&output));
    }
    told
}

/// Runs as many deposits, each of which expects the version that it has just seen.
fn write_expecting(store: &str, cache: &Path, account: &str) -> Acknowledgements {
    let mut told = Acknowledgements::default();
    let mut n_left = n_commands();
    while n_left > 0 {
        let seen = done(&foldback(cache, &["state", store, account, "--json"]).output().unwrap());
        let seen: serde_json::Value = serde_json::from_str(&seen).unwrap();
        let version = seen["version"].as_u64().unwrap();
        let words =
            ["do", store, "--json", "--expect", &version.to_string(), &format!("deposit {account} 1")];
        let output = foldback(cache, &words).output().unwrap();
        match output.status.code() {
            Some(0) => {
                let events = acknowledged(&output);
                told.expected.push((version, events[0].0));
                told.events.extend(events);
                n_left -= 1;
            }
            Some(5) => {}
            code => panic!("{code:?}: {}", said(&output)),
        }
    }
    told
}

#[test]
fn two_explorers_and_four_writers_on_one_store() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (path, cache) = (sample_store(folder.path(), "bank"), cache.path());
    let store = path.to_str().unwrap();
    let mut explorers = [(); 2].map(|()| Session::start(120, 36, &[store]));
    for explorer in &mut explorers {
        explorer.wait_for("407 · lag 0");
    }
    // Two writers have the very same commands, with the same ids; two others expect versions of one account.
    let wishes: Vec<Wish> = (0..n_commands())
        .map(|n| {
            let text = if n % 2 == 0 { "deposit acc-01 3" } else { "transfer acc-01 acc-03 2" };
            (Uuid::now_v7(), text.to_owned())
        })
        .collect();
    let told: Vec<Acknowledgements> = std::thread::scope(|scope| {
        let same = [(); 2].map(|()| scope.spawn(|| write_each(store, cache, &wishes)));
        let expecting = [(); 2].map(|()| scope.spawn(|| write_expecting(store, cache, "acc-05")));
        // The explorers write, too.
        explorers[0].type_keys(":deposit acc-01 1\r");
        explorers[0].wait_for("appended");
        same.into_iter().chain(expecting).map(|writer| writer.join().unwrap()).collect()
    });
    let events = events_of_whole(&path);
    for told in &told {
        expect_acknowledged(&events, &told.events);
        for (expected, position) in &told.expected {
            let event = &events[usize::try_from(position - 1).unwrap()];
            assert_eq!(event.version.number(), expected + 1, "another version was expected");
        }
    }
    // Events acknowledged twice are there once.
    assert_eq!(told[0].events, told[1].events);
    let n = usize::try_from(n_commands()).unwrap();
    assert_eq!(events.len(), N_BANK + 1 + (n + n / 2) + 2 * n);
    let head = format!("{} · lag 0", events.len());
    for mut explorer in explorers {
        explorer.wait_for(&head);
        explorer.type_keys("q");
        assert_eq!(explorer.ends_and_gives_the_terminal_back().0, 0);
    }
    let checked = done(&foldback(cache, &["rebuild", store, "--check"]).output().unwrap());
    assert!(checked.contains("the same rows"), "{checked}");
}

#[test]
fn the_same_command_from_two_processes_at_once_is_one_effect() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = sample_store(folder.path(), "bank");
    let store = path.to_str().unwrap();
    for n in 0..rounds(8) {
        let before = events_of_whole(&path).len();
        let id = Uuid::now_v7().to_string();
        let text = if n % 2 == 0 { "transfer acc-01 acc-03 1" } else { "withdraw acc-02 1" };
        let spawn = || {
            let mut command = foldback(cache.path(), &["do", store, "--json", "--id", &id, text]);
            command.stdout(std::process::Stdio::piped()).spawn().unwrap()
        };
        let children = [(); 3].map(|()| spawn());
        let told = children.map(|child| acknowledged(&child.wait_with_output().unwrap()));
        assert!(told.iter().all(|other| *other == told[0] && !other.is_empty()), "{told:?}");
        let events = events_of_whole(&path);
        expect_acknowledged(&events, &told[0]);
        assert_eq!(events.len(), before + if n % 2 == 0 { 2 } else { 1 });
    }
}
