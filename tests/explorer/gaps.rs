//! A log whose positions have gaps: what is asked of it is answered as of the same log without them.

use foldback::cancel::Cancel;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, Timestamp};
use foldback::replay::at::At;
use foldback::replay::search::Search;
use foldback::runtime::finder::{find, find_next};
use foldback::runtime::late::LateLeftOut;
use foldback::runtime::position::position_of;
use foldback::store::export::export;
use foldback::store::log::Log;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventReader, EventStore};
use foldback::tui::questions::find::{FindQuestion, NewHits, NextHitQuestion};
use tempfile::TempDir;

use crate::gapped::{GappedLog, gapped};
use crate::support::{TempStore, deposit, sample_store, write};

/// The bundled bank, and its log with gaps.
fn both() -> (TempDir, SqliteStore, GappedLog) {
    let folder = TempDir::new().unwrap();
    let store =
        SqliteStore::open_read_only(&sample_store(folder.path(), "bank"), &Aggregates::bank()).unwrap();
    let log = GappedLog::of(&store);
    (folder, store, log)
}

fn renumbered(position: GlobalPosition) -> GlobalPosition {
    gapped(position.number())
}

#[test]
fn shares_and_times_are_the_same_events() {
    let (_folder, store, log) = both();
    let reader = log.reader().unwrap();
    let times =
        (1..=407).step_by(37).filter_map(|n| store.clock_at(GlobalPosition::new(n)).unwrap()).map(At::Time);
    let places =
        [0, 1, 250_000, 333_333, 500_000, 999_999, 1_000_000].map(At::Share).into_iter().chain(times);
    for at in places.chain([At::Head]) {
        let there = position_of(&store, at).unwrap();
        assert_eq!(position_of(&*reader, at).unwrap(), renumbered(there), "{at:?}");
        let late = |log: &dyn Log, there| LateLeftOut::of(log, Some(at), there, &Cancel::never()).unwrap();
        let n_late = |late: Option<LateLeftOut>| late.map(|late| late.n_late);
        assert_eq!(n_late(late(&log, renumbered(there))), n_late(late(&store.log(), there)), "{at:?}");
    }
    let before_all = At::Time(Timestamp::MIN);
    assert_eq!(position_of(&*reader, before_all).unwrap(), GlobalPosition::START);
}

/// Everything that a search reports in the end.
fn found(log: &dyn Log, search: &Search, around: GlobalPosition) -> NewHits {
    let head = log.reader().unwrap().head().unwrap();
    let question = FindQuestion { search: search.clone(), around, after: GlobalPosition::START, head };
    let (mut marks, mut end) = (Vec::new(), NewHits::default());
    find(log, &question, &Cancel::never(), &mut |came| {
        marks.extend(came.marks.iter().copied());
        end = came;
    })
    .unwrap();
    marks.sort_by_key(|mark| mark.position);
    NewHits { marks, ..end }
}

#[test]
fn a_search_finds_the_same_events_and_counts_them() {
    let (_folder, store, log) = both();
    let lines =
        ["rent", "type:deposited", "stream:acc-01", "from:50%", "stream:acc-01 to:50%", "no such text"];
    finds_the_same(&store, &log, &lines, &[0, 1, 200, 407]);
}

#[test]
fn a_long_log_is_searched_in_pieces_that_have_the_same_events() {
    let mut temp = TempStore::new();
    let events = |stream: &str| write(stream, (0..10_000).map(deposit).collect());
    temp.store.append(&[events("a"), events("b")]).unwrap();
    let log = GappedLog::of(&temp.store);
    finds_the_same(&temp.store, &log, &["999", "999 stream:b"], &[0, 9_000, 20_000]);
}

fn finds_the_same(store: &SqliteStore, log: &GappedLog, lines: &[&str], around: &[u64]) {
    for line in lines {
        let search = Search::parse(line).unwrap();
        for nth in around.iter().copied() {
            let dense = found(&store.log(), &search, GlobalPosition::new(nth));
            let sparse = found(log, &search, gapped(nth));
            let positions: Vec<_> = dense.marks.iter().map(|mark| renumbered(mark.position)).collect();
            assert_eq!(
                sparse.marks.iter().map(|mark| mark.position).collect::<Vec<_>>(),
                positions,
                "{line}"
            );
            let n = |came: &NewHits| (came.n_hits, came.progress.n_done, came.progress.n_all);
            assert_eq!(n(&sparse), n(&dense), "{line} around {nth}");
            for is_forward in [true, false] {
                let next = |from| NextHitQuestion { search: search.clone(), from, is_forward };
                let dense = find_next(store, &next(GlobalPosition::new(nth)), &Cancel::never()).unwrap();
                let sparse =
                    find_next(&*log.reader().unwrap(), &next(gapped(nth)), &Cancel::never()).unwrap();
                assert_eq!(sparse, dense.map(|found| found.map(renumbered)), "{line} from {nth}");
            }
        }
    }
}

#[test]
fn an_export_writes_the_same_lines_and_counts_them() {
    let (_folder, store, log) = both();
    let exported = |log: &dyn Log| {
        let (mut out, mut n_all) = (Vec::new(), 0);
        let n = export(log, None, &mut out, &Cancel::never(), &mut |progress| n_all = progress.n_events_all);
        (n.unwrap(), n_all, out)
    };
    assert_eq!(exported(&log), exported(&store.log()));
}
