//! Rebuilding the read model: begun, stopped, done.

use foldback::domain::moment::Reach;
use foldback::tui::effect::{Deed, Effect};
use foldback::tui::key::KeyCode;
use foldback::tui::message::Message;
use foldback::tui::model::rebuild::{RebuildEnd, RebuildPhase, RebuildProgress, RebuiltRows};
use foldback::tui::questions::{Question, RowsQuestion};
use foldback::tui::update::update;

use crate::walk::{at, deeds, key, press, screen};

fn rebuilding(n_done: u64) -> RebuildProgress {
    let phase = RebuildPhase::Projecting;
    RebuildProgress { phase, n_done, n_all: 100, per_second: Some(10), seconds_left: Some(5) }
}

#[test]
fn a_rebuild_is_begun_once_and_stopped_by_esc_before_anything_else_or_by_its_key() {
    let mut model = screen();
    press(&mut model, "z");
    assert_eq!(deeds(press(&mut model, "R")), [Effect::Do(Deed::Rebuild)]);
    update(&mut model, Message::RebuildReached(rebuilding(50)));
    assert_eq!(model.rebuild.as_ref().unwrap().progress, Some(rebuilding(50)));
    let zoomed = model.ruler.zoomed;
    assert_eq!(deeds(key(&mut model, KeyCode::Esc)), [Effect::Do(Deed::StopRebuild)]);
    assert_eq!(model.ruler.zoomed, zoomed);
    // Until it has stopped, it can be neither begun nor stopped again; Esc acts on the next level.
    assert_eq!(deeds(press(&mut model, "R")), []);
    key(&mut model, KeyCode::Esc);
    assert_eq!(model.ruler.zoomed, None);
    update(&mut model, Message::RebuildEnded(RebuildEnd::Stopped));
    assert_eq!(model.rebuild, None);
    assert_eq!(model.notice.as_ref().unwrap().text, "the rebuild was stopped; the query view is as it was");
    // Reports that were still on their way are ignored.
    update(&mut model, Message::RebuildReached(rebuilding(60)));
    assert_eq!(model.rebuild, None);

    press(&mut model, ":rebuild");
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), [Effect::Do(Deed::Rebuild)]);
    assert_eq!(deeds(press(&mut model, "R")), [Effect::Do(Deed::StopRebuild)]);
}

#[test]
fn the_end_of_a_rebuild_says_how_the_rows_were_and_asks_for_the_new_ones() {
    let done = |rows| RebuildEnd::Done { n_events: 12_431, millis: 3_200, rows };
    for (rows, said) in [
        (RebuiltRows::Same, "rebuilt 12,431 events in 3 s · the same rows"),
        (RebuiltRows::SameUpTo(at(40)), "rebuilt 12,431 events in 3 s · the same rows up to 40"),
        (
            RebuiltRows::NothingBefore("there was no read model".to_owned()),
            "rebuilt 12,431 events in 3 s · nothing to compare with: there was no read model",
        ),
        (
            RebuiltRows::Other(vec!["accounts: acc-17 balance 990 → 1,250".to_owned()]),
            "rebuilt 12,431 events in 3 s · different rows in accounts: acc-17 balance 990 → 1,250 · before a \
             rebuild, foldback rebuild --check lists them all",
        ),
    ] {
        let mut model = screen();
        press(&mut model, "R");
        let effects = update(&mut model, Message::RebuildEnded(done(rows)));
        assert_eq!(model.notice.as_ref().unwrap().text, said);
        assert!(
            effects
                .iter()
                .any(|effect| matches!(effect, Effect::Ask(_, Question::Rows(RowsQuestion::Listing(_))))),
            "{effects:?}"
        );
    }
    // If not all tables fit, the notice gives the number of the others.
    let mut model = screen();
    press(&mut model, "R");
    let tables = (1..=9).map(|n| format!("table_{n}: acc-17 balance 990 → 1,250")).collect();
    update(&mut model, Message::RebuildEnded(done(RebuiltRows::Other(tables))));
    let text = &model.notice.as_ref().unwrap().text;
    assert!(
        text.contains("; table_5: acc-17 balance 990 → 1,250; and in 4 more · before a rebuild"),
        "{text}"
    );
}

#[test]
fn rows_that_somebody_replaced_are_asked_for_again() {
    let mut model = screen();
    assert_eq!(
        update(
            &mut model,
            Message::Projected { checkpoint: Reach::default(), status: Box::default(), is_followed: false }
        ),
        []
    );
    let effects = update(&mut model, Message::ReadModelReplaced);
    assert!(
        matches!(
            effects[..],
            [
                Effect::Ask(_, Question::Rows(RowsQuestion::NotUnderstood(_))),
                Effect::Ask(_, Question::Rows(RowsQuestion::Listing(_)))
            ]
        ),
        "{effects:?}"
    );
}
