//! The n-th write, sync, read or opening of a file fails, for n anywhere in the program's work.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use foldback::domain::event::RecordedEvent;
use uuid::Uuid;

use crate::checks::{acknowledged, done, events_of_whole, expect_acknowledged, foldback, random, said};
use crate::preload::{Errno, Fault, counted, library, with_fault};
use crate::support::{files, rounds, sample_store};

/// Number of faults per scenario.
const N_FAULTS: u32 = 12;

/// Every message contains one of these: what to do.
const WHAT_TO_DO: [&str; 10] = [
    "make room",
    "try again",
    "go back to a copy",
    "change that",
    "check its permissions",
    "check what is there",
    "goes on",
    "check the disk",
    "foldback rebuild",
    "keep the store on a local one",
];

/// A folder with the program's data, which is copied for each fault.
struct Scenario {
    folder: tempfile::TempDir,
    cache: tempfile::TempDir,
    library: &'static Path,
}

/// The result of one fault.
struct Round {
    store: PathBuf,
    cache: PathBuf,
    outputs: Vec<Output>,
    /// Removed with the round.
    folder: tempfile::TempDir,
}

impl Scenario {
    /// A folder with a store of the sample bank, `bank.db`.
    fn with_the_bank() -> Option<Self> {
        let scenario = Self::empty()?;
        sample_store(scenario.folder.path(), "bank");
        Some(scenario)
    }

    fn empty() -> Option<Self> {
        let library = library()?;
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        Some(Self { folder, cache, library })
    }

    /// Runs the verbs one after another, with `bank.db` for `STORE` and so on, while that call fails.
    fn run(&self, verbs: &[Vec<String>], fault: Fault) -> (Round, u64) {
        let folder = tempfile::tempdir().unwrap();
        let under = fs::canonicalize(folder.path()).unwrap();
        for (name, bytes) in files(self.folder.path()) {
            fs::write(under.join(name), bytes).unwrap();
        }
        let counter = self.cache.path().join("counter");
        drop(fs::remove_file(&counter));
        let outputs = verbs.iter().map(|words| {
            let words: Vec<String> =
                words.iter().map(|word| word.replace("HERE", under.to_str().unwrap())).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut command = foldback(self.cache.path(), &words);
            with_fault(&mut command, self.library, &under, &counter, fault);
            command.output().unwrap()
        });
        let outputs = outputs.collect();
        let (store, cache) = (under.join("bank.db"), self.cache.path().to_owned());
        (Round { store, cache, outputs, folder }, counted(&counter))
    }

    /// Counts the calls of the verbs, makes one after another fail, and passes the results to `check`. Returns how many
    /// of the faults made a verb fail.
    fn each_fault(&self, verbs: &[Vec<String>], check: impl Fn(&Round)) {
        let n_calls_of = [Errno::NoSpace, Errno::Io].map(|errno| {
            let (undisturbed, n_calls) = self.run(verbs, Fault { call: 0, errno, is_lasting: false });
            undisturbed.outputs.iter().for_each(|output| drop(done(output)));
            (errno, n_calls)
        });
        let mut n_failed = 0;
        for round in 0..rounds(N_FAULTS) {
            let (errno, n_calls) = n_calls_of[usize::from(round % 2 == 1)];
            let fault = Fault { call: 1 + random(n_calls), errno, is_lasting: round % 4 < 2 };
            let (faulty, _) = self.run(verbs, fault);
            println!("{fault:?} of {n_calls}");
            for output in &faulty.outputs {
                expect_good_end(output);
                n_failed += u32::from(!output.status.success());
            }
            check(&faulty);
        }
        assert!(n_failed > 0, "no fault was felt");
    }
}

impl Round {
    /// Runs a verb without faults.
    fn foldback(&self, words: &[&str]) -> String {
        let store = self.store.to_str().unwrap();
        let words: Vec<&str> =
            words.iter().map(|word| if *word == "STORE" { store } else { *word }).collect();
        done(&foldback(&self.cache, &words).output().unwrap())
    }
}

/// Checks that a verb ended by itself (a command may be refused because the previous one failed), and that a failure
/// was reported with the file and with what to do.
fn expect_good_end(output: &Output) {
    let said = said(output);
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1 | 4)), "ended with {:?}: {said}", output.status);
    assert!(!said.contains("panicked"), "{said}");
    if code == Some(1) {
        println!("{said}");
        assert!(
            said.contains("foldback: ")
                && ["bank.", "STORE", "read model", "foldback.toml"].iter().any(|file| said.contains(file)),
            "names no file: {said}"
        );
        assert!(WHAT_TO_DO.iter().any(|what| said.contains(what)), "says not what to do: {said}");
    }
}

fn verb(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Commands, each with an id of its own.
fn commands() -> Vec<Vec<String>> {
    let texts = [
        "deposit acc-01 1",
        "transfer acc-01 acc-03 2",
        "open acc-77 --owner Zoe --currency EUR",
        "transfer acc-01 acc-77 3",
    ];
    let command = |text| verb(&["do", "HERE/bank.db", "--json", "--id", &Uuid::now_v7().to_string(), text]);
    texts.into_iter().map(command).collect()
}

/// Number of events in the bundled bank.
const N_BANK: usize = 407;

/// Number of events from the commands.
const N_OF_COMMANDS: usize = 6;

/// Number of events in the imported log.
const N_IMPORTED: usize = 5_000;

fn data_of(events: &[RecordedEvent]) -> Vec<(String, String)> {
    events.iter().map(|event| (event.stream.to_string(), event.data.clone())).collect()
}

#[test]
fn a_fault_at_any_call_leaves_every_acknowledged_command_and_no_half_one() {
    let Some(scenario) = Scenario::with_the_bank() else { return };
    let commands = commands();
    scenario.each_fault(&commands, |round| {
        let events = events_of_whole(&round.store);
        let acknowledged: Vec<_> = round.outputs.iter().flat_map(acknowledged).collect();
        expect_acknowledged(&events, &acknowledged);
        let n_unsure = events.len() - N_BANK - acknowledged.len();
        let n_failed = round.outputs.iter().filter(|output| !output.status.success()).count();
        assert!(n_unsure <= 2 * n_failed, "{n_unsure} events that nobody asked for");
        // Without the fault, trying again with the same ids leads to each of them once.
        for words in &commands {
            let words: Vec<&str> =
                words.iter().map(|word| if word == "HERE/bank.db" { "STORE" } else { word }).collect();
            round.foldback(&words);
        }
        assert_eq!(events_of_whole(&round.store).len(), N_BANK + N_OF_COMMANDS);
    });
}

#[test]
fn a_fault_at_any_call_leaves_no_store_or_a_whole_one() {
    let Some(scenario) = Scenario::empty() else { return };
    scenario.each_fault(&[verb(&["new", "HERE/bank.db", "--sample", "bank"])], |round| {
        // If the disk fails for good, an unfinished file may have to stay; then it can be removed.
        if round.outputs[0].status.success() {
            assert_eq!(events_of_whole(&round.store).len(), N_BANK);
        } else if round.store.exists() {
            println!(
                "left: {:?}",
                files(round.folder.path()).iter().map(|(name, _)| name).collect::<Vec<_>>()
            );
            let n = events_of_whole(&round.store).len();
            assert!(n <= N_BANK);
        } else {
            round.foldback(&["new", "STORE", "--sample", "bank"]);
            assert_eq!(events_of_whole(&round.store).len(), N_BANK);
        }
    });
}

#[test]
fn a_fault_at_any_call_of_an_import_leaves_the_log_up_to_some_event_and_it_can_continue() {
    let Some(scenario) = Scenario::with_the_bank() else { return };
    let line =
        |n| format!("{{\"stream\":\"b-{}\",\"type\":\"Deposited\",\"data\":{{\"amount\":{n}}}}}\n", n % 7);
    let log: String = (0..N_IMPORTED).map(line).collect();
    let log_file = scenario.cache.path().join("log.jsonl");
    let log_file = log_file.to_str().unwrap();
    fs::write(log_file, log).unwrap();
    let import = [verb(&["import", "HERE/bank.db", log_file])];
    let (undisturbed, _) = scenario.run(&import, Fault { call: 0, errno: Errno::Io, is_lasting: false });
    let whole = data_of(&events_of_whole(&undisturbed.store));
    scenario.each_fault(&import, |round| {
        let events = data_of(&events_of_whole(&round.store));
        assert_eq!(events, whole[..events.len()]);
        if round.outputs[0].status.success() {
            assert_eq!(events.len(), whole.len());
        }
        round.foldback(&["import", "STORE", log_file]);
        assert_eq!(data_of(&events_of_whole(&round.store)), whole);
    });
}

#[test]
fn a_fault_at_any_call_of_the_read_side_leaves_the_log_and_a_read_model_that_can_be_rebuilt() {
    let Some(scenario) = Scenario::with_the_bank() else { return };
    let question = "SELECT account, balance, version FROM accounts ORDER BY account";
    let verbs = [
        verb(&["query", "HERE/bank.db", question]),
        verb(&["rebuild", "HERE/bank.db"]),
        verb(&["query", "HERE/bank.db", question]),
    ];
    let (undisturbed, _) = scenario.run(&verbs, Fault { call: 0, errno: Errno::Io, is_lasting: false });
    let answer = done(&undisturbed.outputs[0]);
    let log = fs::read(&undisturbed.store).unwrap();
    scenario.each_fault(&verbs, |round| {
        assert!(fs::read(&round.store).unwrap() == log, "the log has changed");
        for output in [&round.outputs[0], &round.outputs[2]] {
            assert!(!output.status.success() || String::from_utf8_lossy(&output.stdout) == answer);
        }
        assert_eq!(round.foldback(&["query", "STORE", question]), answer);
        round.foldback(&["rebuild", "STORE", "--check"]);
    });
}
