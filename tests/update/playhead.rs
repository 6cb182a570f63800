//! Moving the playhead, and the questions that follow.

use std::time::Duration;

use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::event::StreamPosition;
use foldback::replay::at::At;
use foldback::replay::reconstruct::{FoldFrom, Reconstruction};
use foldback::replay::trace::Trace;
use foldback::tui::effect::{CommandOutcome, Deed, Effect, TerminalEffect};
use foldback::tui::key::KeyCode;
use foldback::tui::message::Message;
use foldback::tui::model::focus::Selection;
use foldback::tui::questions::look::Look;
use foldback::tui::questions::place::{Along, Anchor};
use foldback::tui::questions::{Answer, LogQuestion, Question};
use foldback::tui::update::{due, update};

use crate::walk::{
    answer_look, arrival, arrive, at, deeds, enter, headings, key, look, look_ticket, moment, name, press,
    reach, screen, steps, walk,
};

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
        walk(&mut model, keys);
        assert_eq!((model.playhead.position, model.follows_head), (at(position), is_live), "after {keys}");
    }
    assert_eq!(model.count, 0);
}

#[test]
fn at_the_head_it_follows_and_in_the_past_it_stays() {
    let mut model = screen();
    update(&mut model, Message::HeadMoved { head: reach(101), first_clock: None });
    assert_eq!(model.playhead, moment(101));
    walk(&mut model, "h");
    update(&mut model, Message::HeadMoved { head: reach(105), first_clock: None });
    assert_eq!((model.playhead.position, model.follows_head), (at(100), false));
    press(&mut model, "G");
    assert_eq!((model.playhead, model.follows_head), (moment(105), true));
}

#[test]
fn a_move_asks_for_its_content_and_a_stale_answer_changes_nothing() {
    let mut model = screen();
    let first = press(&mut model, "g");
    let second = press(&mut model, "G");
    let stale = look(99, "acc-9");
    assert_eq!(update(&mut model, Message::Answered(look_ticket(&first), Answer::Look(Box::new(stale)))), []);
    assert_eq!((model.look.answer(), model.is_exact()), (None, false));
    answer_look(&mut model, &second, "acc-1");
    assert_eq!((model.look.answer(), model.is_exact()), (Some(&look(100, "acc-1")), true));
    assert_eq!(model.selected(), Some(&name("acc-1")));
}

#[test]
fn the_selected_account_is_the_playheads_until_one_is_kept() {
    let mut model = screen();
    walk(&mut model, ",");
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
    assert_eq!(froms(&press(&mut model, "g")), [FoldFrom::Snapshot]);
    assert_eq!(froms(&press(&mut model, "f")), [FoldFrom::FirstEvent]);
    assert_eq!(froms(&press(&mut model, "G")), [FoldFrom::FirstEvent]);
    assert_eq!(froms(&press(&mut model, "f")), [FoldFrom::Snapshot]);
}

#[test]
fn ten_quick_steps_are_ten_steps() {
    for (keys, along) in [("<", Along::Stream(name("acc-1"))), (",", Along::Events)] {
        let mut model = screen();
        walk(&mut model, ",");
        let begun = press(&mut model, &keys.repeat(10));
        let [(ticket, asked)] = headings(&begun).try_into().unwrap();
        assert_eq!(asked, steps(99, along.clone(), -1));
        let next = update(&mut model, Message::Answered(ticket, Answer::Look(Box::new(look(90, "acc-1")))));
        assert_eq!((model.playhead.position, model.is_answered()), (at(90), false));
        let [(ticket, asked)] = headings(&next).try_into().unwrap();
        assert_eq!(asked, steps(90, along, -9));
        update(&mut model, Message::Answered(ticket, Answer::Look(Box::new(look(17, "acc-1")))));
        assert_eq!((model.playhead.position, model.is_answered()), (at(17), true));
    }
}

#[test]
fn the_playhead_arrives_before_a_look_that_takes_longer_and_keys_go_on_from_there() {
    let mut model = screen();
    walk(&mut model, ",");
    let begun = press(&mut model, "<<<");
    let [(ticket, _)] = headings(&begun).try_into().unwrap();
    let next = update(&mut model, Message::Answered(ticket, Answer::Arrival(arrival(90))));
    assert_eq!((model.playhead, model.is_answered()), (moment(90), false));
    let [(newer, asked)] = headings(&next).try_into().unwrap();
    assert_eq!(asked, steps(90, Along::Stream(name("acc-1")), -2));
    assert_eq!(update(&mut model, Message::Answered(ticket, Answer::Arrival(arrival(95)))), []);
    assert_eq!(model.playhead, moment(90), "that question is not the newest one");
    assert_eq!(update(&mut model, Message::Answered(newer, Answer::Arrival(arrival(70)))), []);
    assert_eq!((model.playhead, model.is_answered()), (moment(70), false));
    update(&mut model, Message::Answered(newer, Answer::Look(Box::new(look(70, "acc-1")))));
    assert_eq!((model.playhead.position, model.is_answered()), (at(70), true));
}

#[test]
fn steps_to_and_fro_and_of_another_kind_are_taken_from_where_the_others_lead() {
    let mut model = screen();
    walk(&mut model, ",");
    let begun = enter(&mut model, "goto 50");
    assert_eq!(press(&mut model, ",,.<"), []);
    let [(ticket, _)] = headings(&begun).try_into().unwrap();
    let next = update(&mut model, Message::Answered(ticket, Answer::Look(Box::new(look(50, "acc-2")))));
    let way = steps(50, Along::Events, -2).further(Along::Events, 1).unwrap();
    let way = way.further(Along::Stream(name("acc-1")), -1).unwrap();
    assert_eq!(headings(&next).pop().unwrap().1, way);
}

#[test]
fn a_step_to_a_row_in_sight_needs_no_look_up() {
    let mut model = screen();
    let asked = press(&mut model, "g");
    // The log has gaps: its first events are at 3, 6 and 19.
    let rows = [3, 6, 19].map(|position| look(position, "acc-1").events.remove(0));
    let seen = Look { selected: None, events: rows.to_vec(), ..look(0, "acc-1") };
    update(&mut model, Message::Answered(look_ticket(&asked), Answer::Look(Box::new(seen))));
    for (keys, position) in [(".", 3), ("2.", 19), (",", 6), (",", 3)] {
        assert_eq!(headings(&press(&mut model, keys)), [], "{keys}");
        assert_eq!(model.playhead.position, at(position), "{keys}");
    }
    assert_eq!(headings(&press(&mut model, "3.")).pop().unwrap().1, steps(3, Along::Events, 3));
}

#[test]
fn where_the_account_has_no_further_event_that_is_said() {
    for (key, text) in [("<", "acc-1 has no earlier event"), (">", "acc-1 has no later event")] {
        let mut model = screen();
        walk(&mut model, ",");
        let asked = press(&mut model, key);
        answer_look(&mut model, &asked, "acc-1");
        assert_eq!(model.notice.as_ref().unwrap().text, text);
        assert_eq!((model.playhead.position, model.is_answered()), (at(99), true));
    }
}

#[test]
fn between_two_events_the_playhead_goes_to_the_one_before_and_nothing_is_asked_twice() {
    let mut model = screen();
    let asked = enter(&mut model, "goto 50");
    let [(ticket, _)] = headings(&asked).try_into().unwrap();
    let next = update(&mut model, Message::Answered(ticket, Answer::Look(Box::new(look(48, "acc-1")))));
    assert_eq!(model.playhead.position, at(48));
    let is_look = |effect: &Effect| matches!(effect, Effect::Ask(_, Question::Log(LogQuestion::Look(_))));
    assert!(!next.iter().any(is_look), "{next:?}");
}

#[test]
fn a_copied_event_is_the_one_that_the_keys_lead_to_and_what_is_not_there_yet_is_not_copied() {
    for keys in ["ye", "yy"] {
        let mut model = screen();
        press(&mut model, ",,");
        let place = steps(100, Along::Events, -2);
        assert_eq!(deeds(press(&mut model, keys)), [Effect::Do(Deed::ReadForCopy(place))], "{keys}");
    }
    for keys in ["ys", "yp"] {
        let mut model = screen();
        press(&mut model, ",,");
        assert_eq!(deeds(press(&mut model, keys)), [], "{keys}");
        let said = model.notice.as_ref().unwrap().text.as_str();
        assert_eq!(said, "the playhead is still on its way: nothing was copied", "{keys}");
    }
}

#[test]
fn a_delayed_look_leaves_old_content_marked_and_the_newest_one_corrects_it() {
    let mut model = screen();
    walk(&mut model, ",");
    assert!(model.is_answered());
    let shown = model.look.answer().cloned();
    // Three more keys come before any answer.
    let asked = ["g", "G", "g"].map(|keys| press(&mut model, keys));
    assert_eq!((model.playhead.position, model.is_exact(), model.is_answered()), (at(0), false, false));
    assert_eq!(model.look.answer(), shown.as_ref());
    for (effects, position, is_newest) in
        [(&asked[0], 0, false), (&asked[1], 100, false), (&asked[2], 0, true)]
    {
        let answer = look(position, "acc-2");
        update(&mut model, Message::Answered(look_ticket(effects), Answer::Look(Box::new(answer))));
        assert_eq!(model.is_exact(), is_newest);
    }
    assert_eq!(model.look.answer(), Some(&look(0, "acc-2")));
}

#[test]
fn a_way_that_fails_is_given_up_and_the_playheads_own_place_is_asked_for() {
    let mut model = screen();
    walk(&mut model, ",");
    press(&mut model, "<");
    assert!(!model.is_answered());
    let again = update(&mut model, Message::Failed("the disk is gone".to_owned()));
    assert_eq!((headings(&again), model.heading.clone()), (Vec::new(), None));
    answer_look(&mut model, &again, "acc-1");
    assert_eq!((model.is_answered(), model.playhead.position), (true, at(99)));
}

#[test]
fn where_the_playhead_moves_only_the_place_to_begin_with_differs_and_no_survey_is_asked() {
    let mut model = screen();
    let next = walk(&mut model, ",");
    let survey = |effects: &[Effect]| {
        effects.iter().any(|effect| matches!(effect, Effect::Ask(_, Question::Log(LogQuestion::Survey(_)))))
    };
    assert!(survey(&next));
    let asked = press(&mut model, "g");
    assert!(!survey(&asked));
    assert!(!survey(&answer_look(&mut model, &asked, "acc-1")));
    let asked = press(&mut model, "G");
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
    let (ticket, place) = headings(&asked).pop().unwrap();
    let Anchor::At(At::Time(time)) = place.from else { panic!("{place:?}") };
    let state = Reconstruction {
        stream: name("acc-1"),
        trace: Trace::before_the_first_event(&AccountFold::default()),
        changes: Vec::new(),
        meaning: None,
        from_snapshot: StreamPosition::START,
        n_folded: 0,
    };
    let look = Look { state: Some(state), of_time: Some(time), ..look(50, "acc-1") };
    let asked = update(&mut model, Message::Answered(ticket, Answer::Look(Box::new(look))));
    assert!(copied(press(&mut model, "ys")).contains(r#""n_late_left_out":null"#));
    update(&mut model, Message::Answered(late_of(&asked), Answer::Late(3)));
    assert!(copied(press(&mut model, "ys")).contains(r#""n_late_left_out":3,"n_lines_left_out":0"#));
}

#[test]
fn a_way_that_was_given_up_leads_nowhere() {
    let mut model = screen();
    let effects = enter(&mut model, "goto 2024-03-14");
    let (ticket, _) = headings(&effects).remove(0);
    press(&mut model, "g");
    update(&mut model, Message::Answered(ticket, Answer::Look(Box::new(look(50, "acc-1")))));
    assert_eq!((model.playhead.position, model.heading.clone()), (at(0), None));
}

#[test]
fn a_failure_is_reported_and_the_next_key_asks_again() {
    let mut model = screen();
    walk(&mut model, ",");
    let asked = press(&mut model, "<");
    update(&mut model, Message::Failed("the disk is gone".to_owned()));
    assert_eq!(model.notice.as_ref().unwrap().text, "the disk is gone");
    let again = press(&mut model, "<");
    assert_eq!(headings(&again).len(), 1);
    assert!(look_ticket(&again) > look_ticket(&asked));
}

#[test]
fn an_older_head_takes_nothing_back() {
    let mut model = screen();
    update(
        &mut model,
        Message::Submitted(CommandOutcome::Appended { first: at(101), head: reach(101), trouble: None }),
    );
    update(&mut model, Message::HeadMoved { head: reach(100), first_clock: None });
    assert_eq!((model.head.position, model.playhead.position), (at(101), at(101)));
}

#[test]
fn a_far_move_can_be_taken_back() {
    let mut model = screen();
    press(&mut model, "g");
    walk(&mut model, "7l");
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
    walk(&mut model, "10h");
    press(&mut model, " ");
    assert!(model.playback.is_playing && due(&model).is_some());
    let rate = u64::from(model.playback.events_per_second());
    let asked = update(&mut model, Message::Ticked(Duration::from_secs(1)));
    arrive(&mut model, asked);
    assert_eq!(model.playhead.position, at(90 + rate));
    let asked = update(&mut model, Message::Ticked(Duration::from_secs(100)));
    arrive(&mut model, asked);
    assert_eq!((model.playhead.position, model.follows_head, due(&model)), (at(100), true, None));
    press(&mut model, " ");
    assert_eq!((model.playhead.position, model.playback.is_playing), (at(0), true));
}
