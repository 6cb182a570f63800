//! The screen of a log whose positions have gaps: the same keys lead to the same events, counts and hits as without.

use foldback::domain::aggregates::Aggregates;
use std::path::Path;

use foldback::domain::event::GlobalPosition;
use foldback::domain::state::State;
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::read_model::presentation_of;
use foldback::read_model::rows::Lag;
use foldback::runtime::position::reach;
use foldback::runtime::shell::headless::Headless;
use foldback::store::log::Log;
use foldback::store::sqlite::SqliteStore;
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::size::Size;
use foldback::tui::model::store::{OpenStore, StoreKind};
use foldback::tui::questions::look::EventRow;
use foldback::tui::questions::survey::SurveyColumn;
use foldback::tui::script::keys_of;
use tempfile::TempDir;

use crate::gapped::{GappedLog, gapped};
use crate::support::sample_store;

/// Projecting fails at this event, so that the query view is behind.
const FAILS_AT: u64 = 300;

/// What the screen shows, with the positions of the log without gaps.
#[derive(Debug, PartialEq)]
struct Seen {
    playhead: GlobalPosition,
    is_live: bool,
    n_after_playhead: Option<u64>,
    lag: Lag,
    events: Vec<EventRow>,
    state: Option<(State, u64)>,
    /// The columns of the ruler, unless it is by position.
    columns: Option<Vec<SurveyColumn>>,
    n_late: Option<String>,
    n_hits: Option<u64>,
    notice: Option<String>,
}

fn renumbered(position: GlobalPosition) -> GlobalPosition {
    gapped(position.number())
}

fn seen(model: &Model, renumber: fn(GlobalPosition) -> GlobalPosition) -> Seen {
    let look = model.look.answer().unwrap();
    let is_by_time = model.ruler.axis != foldback::tui::model::ruler::Axis::Position;
    let row = |row: &EventRow| EventRow { position: renumber(row.position), ..row.clone() };
    Seen {
        playhead: renumber(model.playhead.position),
        is_live: model.follows_head,
        n_after_playhead: model.n_after_playhead(),
        lag: model.lag(),
        events: look.events.iter().map(row).collect(),
        state: look.state.as_ref().map(|state| (state.trace.state.clone(), state.trace.version.number())),
        columns: model.survey.answer().filter(|_| is_by_time).map(|survey| survey.columns.clone()),
        n_late: model.by_time.n_late().map(|n| format!("{n:?}")),
        n_hits: model.find.hits.as_ref().map(|hits| hits.n_hits),
        notice: model.notice.as_ref().map(|notice| notice.text.clone()),
    }
}

/// What the screen shows after each of the keys.
fn walked(
    log: &dyn Log,
    fails_at: GlobalPosition,
    keys: &[&str],
    renumber: fn(GlobalPosition) -> GlobalPosition,
) -> Vec<Seen> {
    let (store, location) = (log.reader().unwrap(), Location::of(log.identity()).unwrap());
    let options = CatchUpOptions { fail_at: Some(fails_at), ..CatchUpOptions::default() };
    let CatchUp::Failed { checkpoint, .. } =
        project_to_head(&*store, &location, &options, &mut |_| {}).unwrap()
    else {
        panic!("the event that fails was projected")
    };
    let open = OpenStore { name: "bank.db".to_owned(), kind: StoreKind::ReadOnly, takes_commands: false };
    let mut model = Model::new(open, presentation_of(&Aggregates::bank()), Size { width: 120, height: 36 });
    let checkpoint = reach(&*store, checkpoint).unwrap();
    let projected = Message::Projected { checkpoint, status: Box::default(), is_followed: false };
    let mut headless = Headless::open(&mut model, log, &location, projected).unwrap();
    let mut all = vec![seen(headless.model(), renumber)];
    for keys in keys {
        for key in keys_of(keys).unwrap() {
            headless.press(key).unwrap();
        }
        all.push(seen(headless.model(), renumber));
    }
    all
}

fn bank(folder: &Path) -> SqliteStore {
    SqliteStore::open_read_only(&sample_store(folder, "bank"), &Aggregates::bank()).unwrap()
}

/// Keys that move, search, and turn the ruler; one of them goes to a time.
fn keys(goto_time: &str) -> Vec<&str> {
    vec![
        ",",
        ",,,",
        "50,",
        "7.",
        "<pgup>",
        "<pgdn>",
        "3<pgup>",
        "<",
        "5<",
        ">",
        "<up>",
        "<down>",
        ":goto 50%<enter>",
        ":goto 33.3%<enter>",
        goto_time,
        ",",
        ":goto head<enter>",
        "900,",
        ".",
        "900.",
        "g",
        "<pgdn>",
        "t",
        "H",
        "3H",
        "L",
        "zz",
        "H",
        "10L",
        "Z",
        "t",
        "H",
        "L",
        "G",
        "tZZ",
        "g",
        "40.",
        "/rent<enter>",
        "n",
        "n",
        "N",
        "<esc>",
        "/type:deposited stream:acc-01<enter>",
        "n",
        "N",
        "G",
        "N",
        "u",
        "U",
    ]
}

#[test]
fn steps_pages_counts_lag_and_search_are_the_same_with_and_without_gaps() {
    let folder = TempDir::new().unwrap();
    let store = bank(folder.path());
    let middle = store.log().reader().unwrap().clock_at(GlobalPosition::new(200)).unwrap().unwrap();
    let goto_time = format!(":goto {middle}<enter>");
    let keys = keys(&goto_time);
    let dense = walked(&store.log(), GlobalPosition::new(FAILS_AT), &keys, renumbered);
    let sparse = walked(&GappedLog::of(&store), gapped(FAILS_AT), &keys, |position| position);
    for (nth, (dense, sparse)) in dense.iter().zip(&sparse).enumerate() {
        let after = nth.checked_sub(1).map_or("nothing", |nth| keys[nth]);
        assert_eq!(sparse, dense, "after {after}");
    }
    let lag = |seen: &[Seen]| seen[0].lag.n_events;
    assert_eq!((lag(&dense), lag(&sparse)), (407 - 299, 407 - 299));
    assert_eq!(sparse[1].n_after_playhead, Some(1));
}
