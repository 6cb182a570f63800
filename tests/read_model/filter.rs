//! The list of accounts with a text in their name or owner.

use foldback::domain::aggregates::account::state::OWNER;
use foldback::domain::caseless::{caseless, has_caseless};
use foldback::domain::event::GlobalPosition;
use foldback::read_model::questions::query::{ReadModel, ReadTransaction};
use foldback::read_model::rows::{AsOf, StreamRow, WindowPlace};
use foldback::store::EventStore;

use crate::logs::{catch_up, location_of};
use crate::support::{TempStore, event, write};

const OWNERS: [&str; 7] = ["Émile Zola", "émilie", "Ada 50%", "ΟΔΥΣΣΕΥΣ", "Ada Lovelace", "李小龍", "a_b"];

const TEXTS: [&str; 12] = ["", "ÉMIL", "é", "ada", "%", "_", "οδυσ", "小", "ACC-1", "acc-10", "'", "nobody"];

/// Accounts of these owners, two of each.
fn bank() -> TempStore {
    let mut temp = TempStore::new();
    for (nth, owner) in (0..).zip(OWNERS.iter().cycle().take(14)) {
        let data = format!(r#"{{"owner":"{owner}","currency":"EUR"}}"#);
        temp.store.append(&[write(&format!("acc-{nth}"), vec![event("AccountOpened", &data)])]).unwrap();
    }
    temp
}

fn listed(all: &[StreamRow], text: &str) -> Vec<StreamRow> {
    let text = caseless(text);
    let names = |row: &StreamRow| {
        let owner = row.columns.field(OWNER).as_text().unwrap_or_default().to_owned();
        has_caseless([row.stream.as_str(), &owner], &text)
    };
    all.iter().filter(|row| names(row)).cloned().collect()
}

fn check_windows(reading: &ReadTransaction<'_>) {
    let all = reading.streams("", 0, 100).unwrap().rows;
    assert_eq!(all.len(), 14);
    for text in TEXTS {
        let expected = listed(&all, text);
        for from in ["", "acc-1", "acc-12", "acc-5", "b"] {
            let at = expected.iter().filter(|row| row.stream.as_str() < from).count();
            for (n_before, n_after) in [(0, 0), (0, 3), (2, 2), (20, 20)] {
                let place = WindowPlace::From(from);
                let window = reading.streams_with(text, place, n_before, n_after).unwrap();
                let (first, end) = (at.saturating_sub(n_before), (at + n_after).min(expected.len()));
                assert_eq!(window.rows, expected[first..end], "{text:?} from {from:?}");
                let ends = (window.at, window.has_before, window.has_after);
                assert_eq!(ends, (at - first, first > 0, end < expected.len()), "{text:?} from {from:?}");
                assert_eq!((window.n_listed, window.n_streams), (expected.len() as u64, 14), "{text:?}");
            }
        }
        let window = reading.streams_with(text, WindowPlace::End, 3, 3).unwrap();
        assert_eq!(window.rows, expected[expected.len().saturating_sub(3)..], "the end of {text:?}");
        let ends = (window.has_before, window.has_after);
        assert_eq!(ends, (expected.len() > 3, false), "the end of {text:?}");
    }
}

#[test]
fn a_window_of_the_accounts_with_a_text_is_a_stretch_of_all_of_them() {
    let temp = bank();
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let mut read_model = ReadModel::open(&location);
    check_windows(&read_model.reading().unwrap());
    for position in [0, 3, 9, 14] {
        let as_of = AsOf::Position(GlobalPosition::new(position));
        check_windows(&read_model.reading().unwrap().as_of(as_of).unwrap());
    }
}

#[test]
fn an_owner_is_found_in_any_case_of_any_script_and_only_from_its_position_on() {
    let temp = bank();
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let mut read_model = ReadModel::open(&location);
    let mut n_listed = |text: &str, position: u64| {
        let as_of = AsOf::Position(GlobalPosition::new(position));
        let reading = read_model.reading().unwrap().as_of(as_of).unwrap();
        reading.streams_with(text, WindowPlace::From(""), 0, 9).unwrap().n_listed
    };
    let at_the_head = ["émil", "ÉMIL", "οδυσ", "%", "_", "acc-13", "Acc-1"].map(|text| n_listed(text, 14));
    assert_eq!(at_the_head, [4, 4, 2, 2, 2, 1, 5]);
    assert_eq!([0, 1, 7, 8, 9].map(|position| n_listed("ÉMIL", position)), [0, 1, 2, 3, 4]);
    assert_eq!(n_listed("acc-13", 0), 1);
}
