//! Moving the playhead, and the questions that follow.

use std::time::Duration;

use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::event::StreamPosition;
use foldback::domain::moment::Moment;
use foldback::replay::at::At;
use foldback::replay::reconstruct::{FoldFrom, Reconstruction};
use foldback::replay::trace::Trace;
use foldback::tui::effect::{CommandOutcome, Effect, TerminalEffect};
use foldback::tui::message::{KeyCode, Message};
use foldback::tui::model::Selection;
use foldback::tui::questions::look::Look;
use foldback::tui::questions::place::{Destination, Place};
use foldback::tui::questions::{Answer, LogQuestion, Question};
use foldback::tui::update::{due, update};

use crate::walk::{answer_look, at, key, look, look_ticket, moment, name, press, screen, seeks};

#[test]
fn steps_move_the_playhead_and_a_count_repeats_them() {
    let mut model = screen();
    for (keys, position, is_live) in [
        (",", 99, false),
        ("5h", 94, false),
        (".", 95, false),
        ("500l", 100, true),
        ("100h", 0, false),
        ("h", 0, false),
    ] {
        press(&mut model, keys);
        assert_eq!((model.playhead.position, model.follows_head), (at(position), is_live), "after {keys}");
    }
    assert_eq!(model.count, 0);
}

#[test]
fn at_the_head_it_follows_and_in_the_past_it_stays() {
    let mut model = screen();
    update(&mut model, Message::HeadMoved { head: moment(101), first_clock: None });
    assert_eq!(model.playhead, moment(101));
    press(&mut model, "h");
    update(&mut model, Message::HeadMoved { head: moment(105), first_clock: None });
    assert_eq!((model.playhead.position, model.follows_head), (at(100), false));
    press(&mut model, "G");
    assert_eq!((model.playhead, model.follows_head), (moment(105), true));
}

#[test]
fn a_move_asks_for_its_content_and_a_stale_answer_changes_nothing() {
    let mut model = screen();
    let first = press(&mut model, ",");
    let second = press(&mut model, ",");
    let stale = look(99, "acc-9");
    assert_eq!(update(&mut model, Message::Answered(look_ticket(&first), Answer::Look(Box::new(stale)))), []);
    assert_eq!((model.look.answer(), model.is_exact()), (None, false));
    answer_look(&mut model, &second, "acc-1");
    assert_eq!((model.look.answer(), model.is_exact()), (Some(&look(98, "acc-1")), true));
    assert_eq!(model.selected(), Some(&name("acc-1")));
}

#[test]
fn the_selected_account_is_the_playheads_until_one_is_kept() {
    let mut model = screen();
    let asked = press(&mut model, ",");
    answer_look(&mut model, &asked, "acc-1");
    press(&mut model, "s");
    assert_eq!(model.selection, Selection::Pinned(name("acc-1")));
    let asked = press(&mut model, ",");
    let pinned = asked.iter().find_map(|e| {
        if let Effect::Ask(_, Question::Log(LogQuestion::Look(q))) = e { q.pinned.clone() } else { None }
    });
    assert_eq!(pinned, Some(name("acc-1")));
    press(&mut model, "s");
    assert_eq!(model.selection, Selection::OfPlayhead);
}

#[test]
fn one_key_folds_from_the_first_event_and_from_snapshots_again() {
    let mut model = screen();
    let froms = |effects: &[Effect]| -> Vec<FoldFrom> {
        let from = |effect: &Effect| match effect {
            Effect::Ask(_, Question::Log(LogQuestion::Look(question))) => Some(question.from),
            _ => None,
        };
        effects.iter().filter_map(from).collect()
    };
    assert_eq!(froms(&press(&mut model, "h")), [FoldFrom::Snapshot]);
    assert_eq!(froms(&press(&mut model, "f")), [FoldFrom::FirstEvent]);
    assert_eq!(froms(&press(&mut model, "h")), [FoldFrom::FirstEvent]);
    assert_eq!(froms(&press(&mut model, "f")), [FoldFrom::Snapshot]);
}

#[test]
fn steps_along_an_account_are_kept_while_one_is_being_looked_up() {
    let mut model = screen();
    let asked = press(&mut model, ",");
    answer_look(&mut model, &asked, "acc-1");
    let place = |from, by| Place::OfAccount { stream: name("acc-1"), from: at(from), by };
    let begun = press(&mut model, "<<<");
    let first = model.seek;
    assert_eq!(seeks(&begun), [(first, place(99, -1))]);
    let found = Destination { moment: Moment { position: at(90), clock: None }, of_time: None };
    let next = update(&mut model, Message::Answered(first, Answer::Place(place(99, -1), Some(found))));
    assert_eq!(model.playhead.position, at(90));
    let second = model.seek;
    assert_eq!(seeks(&next), [(second, place(90, -2))]);
    update(&mut model, Message::Answered(second, Answer::Place(place(90, -2), None)));
    assert_eq!(model.notice.as_ref().unwrap().text, "acc-1 has no earlier event");
}

#[test]
fn a_delayed_look_leaves_old_content_marked_and_the_newest_one_corrects_it() {
    let mut model = screen();
    let asked = press(&mut model, ",");
    answer_look(&mut model, &asked, "acc-1");
    assert!(model.is_answered());
    // Three more keys come before any answer.
    let asked: Vec<_> = (0..3).map(|_| press(&mut model, ",")).collect();
    assert_eq!((model.playhead.position, model.is_exact(), model.is_answered()), (at(96), false, false));
    assert_eq!(model.look.answer(), Some(&look(99, "acc-1")));
    for (effects, position) in asked.iter().zip([98, 97, 96]) {
        let answer = look(position, "acc-2");
        update(&mut model, Message::Answered(look_ticket(effects), Answer::Look(Box::new(answer))));
        assert_eq!(model.is_exact(), position == 96);
    }
    assert_eq!(model.look.answer(), Some(&look(96, "acc-2")));
    // A seek is awaited, too, and a failed question is not awaited forever.
    press(&mut model, "<");
    assert_eq!((model.is_exact(), model.is_answered()), (true, false));
    update(&mut model, Message::Failed("the disk is gone".to_owned()));
    assert!(model.is_answered());
}

#[test]
fn where_the_playhead_moves_only_the_place_to_begin_with_differs_and_no_survey_is_asked() {
    let mut model = screen();
    let asked = press(&mut model, ",");
    let next = answer_look(&mut model, &asked, "acc-1");
    let survey = |effects: &[Effect]| {
        effects.iter().any(|effect| matches!(effect, Effect::Ask(_, Question::Log(LogQuestion::Survey(_)))))
    };
    assert!(survey(&next));
    let asked = press(&mut model, "20h");
    assert!(!survey(&asked));
    assert!(!survey(&answer_look(&mut model, &asked, "acc-1")));
    let asked = press(&mut model, ",");
    assert!(survey(&answer_look(&mut model, &asked, "acc-2")));
}

#[test]
fn a_copied_state_says_what_an_answer_by_time_leaves_out() {
    let mut model = screen();
    let copied = |effects: Vec<Effect>| -> String {
        effects
            .into_iter()
            .find_map(
                |e| if let Effect::Terminal(TerminalEffect::Copy(text)) = e { Some(text) } else { None },
            )
            .unwrap()
    };
    let late_of = |effects: &[Effect]| {
        effects
            .iter()
            .find_map(|e| {
                if let Effect::Ask(t, Question::Log(LogQuestion::Late(_))) = e { Some(*t) } else { None }
            })
            .unwrap()
    };
    let asked = press(&mut model, ":goto 2024-03-14");
    let asked = [asked, key(&mut model, KeyCode::Enter)].concat();
    let (ticket, place) = seeks(&asked).pop().unwrap();
    let of_time = match place {
        Place::At(At::Time(time)) => Some(time),
        _ => None,
    };
    let located = Destination { moment: moment(50), of_time };
    let asked = update(&mut model, Message::Answered(ticket, Answer::Place(place, Some(located))));
    let state = Reconstruction {
        stream: name("acc-1"),
        trace: Trace::before_the_first_event(&AccountFold::default()),
        changes: Vec::new(),
        meaning: None,
        from_snapshot: StreamPosition::START,
        n_folded: 0,
    };
    let look = Look { state: Some(state), ..look(50, "acc-1") };
    update(&mut model, Message::Answered(look_ticket(&asked), Answer::Look(Box::new(look))));
    assert!(copied(press(&mut model, "ys")).contains(r#""n_late_left_out":null"#));
    update(&mut model, Message::Answered(late_of(&asked), Answer::Late(3)));
    assert!(copied(press(&mut model, "ys")).contains(r#""n_late_left_out":3,"n_lines_left_out":0"#));
}

#[test]
fn a_seek_that_was_overtaken_moves_nothing() {
    let mut model = screen();
    press(&mut model, ":goto 2024-03-14");
    let effects = key(&mut model, KeyCode::Enter);
    let (ticket, place) = seeks(&effects).remove(0);
    press(&mut model, "g");
    update(
        &mut model,
        Message::Answered(
            ticket,
            Answer::Place(
                place,
                Some(Destination { moment: Moment { position: at(50), clock: None }, of_time: None }),
            ),
        ),
    );
    assert_eq!(model.playhead.position, at(0));
}

#[test]
fn a_failure_is_reported_and_the_next_key_asks_again() {
    let mut model = screen();
    let asked = press(&mut model, ",");
    answer_look(&mut model, &asked, "acc-1");
    press(&mut model, "<");
    update(&mut model, Message::Failed("the disk is gone".to_owned()));
    assert_eq!(model.notice.as_ref().unwrap().text, "the disk is gone");
    let again = press(&mut model, "<");
    assert_eq!(seeks(&again).len(), 1);
    assert!(look_ticket(&again) > look_ticket(&asked));
}

#[test]
fn an_older_head_takes_nothing_back() {
    let mut model = screen();
    update(
        &mut model,
        Message::Submitted(CommandOutcome::Appended {
            first: at(101),
            head: at(101),
            clock: None,
            trouble: None,
        }),
    );
    update(&mut model, Message::HeadMoved { head: moment(100), first_clock: None });
    assert_eq!((model.head.position, model.playhead.position), (at(101), at(101)));
}

#[test]
fn a_far_move_can_be_taken_back() {
    let mut model = screen();
    press(&mut model, "g");
    press(&mut model, "7l");
    press(&mut model, "G");
    press(&mut model, "u");
    assert_eq!(model.playhead.position, at(7));
    press(&mut model, "u");
    assert_eq!(model.playhead.position, at(100));
    press(&mut model, "UUU");
    assert_eq!(model.playhead.position, at(100));
    assert_eq!(model.notice.as_ref().unwrap().text, "nothing to go forward to");
}

#[test]
fn playing_moves_by_the_clock_and_stops_at_the_head() {
    let mut model = screen();
    press(&mut model, "10h ");
    assert!(model.playback.is_playing && due(&model).is_some());
    let rate = u64::from(model.playback.events_per_second());
    update(&mut model, Message::Ticked(Duration::from_secs(1)));
    assert_eq!(model.playhead.position, at(90 + rate));
    update(&mut model, Message::Ticked(Duration::from_secs(100)));
    assert_eq!((model.playhead.position, model.follows_head, due(&model)), (at(100), true, None));
    press(&mut model, " ");
    assert_eq!((model.playhead.position, model.playback.is_playing), (at(0), true));
}
