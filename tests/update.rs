//! What the screen becomes, message by message: walks over the model, with nothing but values.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends with the first thing that is not as it says"
)]

#[path = "update/account_list.rs"]
mod account_list;
mod support;

use std::num::NonZeroU32;
use std::time::Duration;

use foldback::domain::aggregates::account::Status;
use foldback::domain::aggregates::account::command::Command;
use foldback::domain::event::{GlobalPosition, StreamName, StreamPosition};
use foldback::read_model::rows::steering::{Order, Pace, ProjectorStatus};
use foldback::read_model::rows::{
    AccountRow, AsOf, Checkpoint, FailedEvent, Failure, FlowSeries, StatementRow, Value,
};
use foldback::replay::at::At;
use foldback::replay::not_understood::NotUnderstoodOf;
use foldback::replay::search::Search;
use foldback::replay::{FoldFrom, Reconstruction, Trace};
use foldback::tui::effect::{Effect, FindQuestion, Located, Place};
use foldback::tui::layout::{account_heading_rows, layout};
use foldback::tui::message::{Key, KeyCode, Message, Mouse, MouseAction};
use foldback::tui::model::active_time::ActiveTime;
use foldback::tui::model::answers::{Accounts, EventRow, Look, Preview, Statement, Submitted};
use foldback::tui::model::console::{ConsolePart, QUESTION_BYTES_MAX};
use foldback::tui::model::hits::{FindState, HitsCame, RingPart};
use foldback::tui::model::rebuild::{RebuildEnd, RebuildPhase, RebuildProgress, RebuiltRows};
use foldback::tui::model::results::{AnswerEnd, Answered, Ending};
use foldback::tui::model::ruler::{Axis, Ruler};
use foldback::tui::model::saved::SAVED_QUESTIONS;
use foldback::tui::model::verification::{Fault, Verification, VerificationState};
use foldback::tui::model::{
    Mode, Model, Moment, OpenStore, Pane, QueryClock, QueryForm, Selection, Size, StoreKind, Tone,
};
use foldback::tui::update::{due, update};
use proptest::prelude::*;

fn at(position: u64) -> GlobalPosition {
    GlobalPosition::new(position)
}

fn name(text: &str) -> StreamName {
    StreamName::new(text).unwrap()
}

fn moment(position: u64) -> Moment {
    let clock = (position > 0).then(|| jiff::Timestamp::from_second(position.cast_signed() * 60).unwrap());
    Moment { position: at(position), clock }
}

/// A screen on a store of a hundred events, live.
fn screen() -> Model {
    let store = OpenStore { name: "bank.db".to_owned(), kind: StoreKind::Own };
    let mut model = Model::new(store, Size { width: 120, height: 36 });
    update(&mut model, Message::HeadMoved { head: moment(100), first_clock: moment(1).clock });
    model
}

fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    keys.chars().flat_map(|c| update(model, Message::Key(Key::char(c)))).collect()
}

fn key(model: &mut Model, code: KeyCode) -> Vec<Effect> {
    update(model, Message::Key(Key::plain(code)))
}

/// Opens the prompt, and enters a line.
fn enter(model: &mut Model, line: &str) -> Vec<Effect> {
    press(model, ":");
    press(model, line);
    key(model, KeyCode::Enter)
}

/// Effects without the questions that any move asks.
fn deeds(effects: Vec<Effect>) -> Vec<Effect> {
    effects.into_iter().filter(|effect| !effect.is_question()).collect()
}

fn look_ticket(effects: &[Effect]) -> u64 {
    effects.iter().find_map(|e| if let Effect::Look(ticket, _) = e { Some(*ticket) } else { None }).unwrap()
}

fn look(playhead: u64, account: &str) -> Look {
    let row = EventRow {
        position: at(playhead),
        stream: name(account),
        version: StreamPosition::new(1),
        event_type: "Deposited".to_owned(),
        time: None,
        is_late: false,
        is_understood: true,
        amount: None,
        has_amount_to_come: false,
    };
    Look {
        playhead: at(playhead),
        clock: None,
        events: vec![row],
        selected: Some(name(account)),
        state: None,
    }
}

/// The seeks among the effects.
fn seeks(effects: &[Effect]) -> Vec<(u64, Place)> {
    let seek = |effect: &Effect| match effect {
        Effect::Locate(ticket, place) => Some((*ticket, place.clone())),
        _ => None,
    };
    effects.iter().filter_map(seek).collect()
}

/// Answers the look that was asked for last.
fn answer_look(model: &mut Model, effects: &[Effect], account: &str) -> Vec<Effect> {
    let look = look(model.playhead.position.number(), account);
    update(model, Message::Looked(look_ticket(effects), Box::new(look)))
}

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
fn a_move_asks_for_what_it_shows_and_a_stale_answer_changes_nothing() {
    let mut model = screen();
    let first = press(&mut model, ",");
    let second = press(&mut model, ",");
    let stale = look(99, "acc-9");
    assert_eq!(update(&mut model, Message::Looked(look_ticket(&first), Box::new(stale))), []);
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
    let pinned = asked.iter().find_map(|e| if let Effect::Look(_, q) = e { q.pinned.clone() } else { None });
    assert_eq!(pinned, Some(name("acc-1")));
    press(&mut model, "s");
    assert_eq!(model.selection, Selection::OfPlayhead);
}

#[test]
fn escape_closes_what_is_open_and_never_drops_the_account_that_was_chosen() {
    let mut model = screen();
    let asked = press(&mut model, ",");
    answer_look(&mut model, &asked, "acc-1");
    for opened in ["s", "v", "vv", "z", "?", "/rent", ":deposit", "y", "5"] {
        press(&mut model, opened);
        for _ in 0..4 {
            key(&mut model, KeyCode::Esc);
        }
        assert_eq!(model.selection, Selection::Pinned(name("acc-1")), "{opened}");
        let is_closed = matches!(model.mode, Mode::Browse) && model.query_form == QueryForm::Accounts;
        assert!(is_closed && model.ruler.zoomed.is_none(), "{opened}");
    }
}

#[test]
fn one_key_folds_from_the_first_event_and_from_snapshots_again() {
    let mut model = screen();
    let froms = |effects: &[Effect]| -> Vec<FoldFrom> {
        let from = |effect: &Effect| match effect {
            Effect::Look(_, question) => Some(question.from),
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
    let found = Located { position: at(90), clock: None, of_time: None };
    let next = update(&mut model, Message::Located(first, place(99, -1), Some(found)));
    assert_eq!(model.playhead.position, at(90));
    let second = model.seek;
    assert_eq!(seeks(&next), [(second, place(90, -2))]);
    update(&mut model, Message::Located(second, place(90, -2), None));
    assert_eq!(model.notice.as_ref().unwrap().text, "acc-1 has no earlier event");
}

#[test]
fn a_late_look_leaves_what_was_there_marked_and_the_newest_one_corrects_it() {
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
        update(&mut model, Message::Looked(look_ticket(effects), Box::new(answer)));
        assert_eq!(model.is_exact(), position == 96);
    }
    assert_eq!(model.look.answer(), Some(&look(96, "acc-2")));
    // A seek is waited for, too, and what failed is not waited for for ever.
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
    let survey = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Survey(..)));
    assert!(survey(&next));
    let asked = press(&mut model, "20h");
    assert!(!survey(&asked));
    assert!(!survey(&answer_look(&mut model, &asked, "acc-1")));
    let asked = press(&mut model, ",");
    assert!(survey(&answer_look(&mut model, &asked, "acc-2")));
}

#[test]
fn a_stretch_goes_along_with_a_playhead_whose_time_comes_later_and_with_the_head() {
    let in_sight = |model: &Model| Ruler::of(model, 118).column_of(model.playhead).is_some();
    let arrive = |model: &mut Model, effects: &[Effect]| {
        let position = model.playhead.position.number();
        let look = Look { clock: moment(position).clock, ..look(position, "acc-1") };
        update(model, Message::Looked(look_ticket(effects), Box::new(look)));
    };
    for axis in ["", "t", "tt"] {
        let mut model = screen();
        press(&mut model, axis);
        press(&mut model, "zzz");
        let span = |model: &Model| model.ruler.zoomed.map(|stretch| stretch.to - stretch.from);
        let length = span(&model);
        for keys in ["50h", "10h", "30l", "g", "40l"] {
            let asked = press(&mut model, keys);
            arrive(&mut model, &asked);
            assert!(in_sight(&model), "{axis} {keys}: {:?}", model.ruler);
        }
        press(&mut model, "G");
        update(&mut model, Message::HeadMoved { head: moment(400), first_clock: moment(1).clock });
        assert_eq!((in_sight(&model), span(&model)), (true, length), "{axis}");
    }
}

#[test]
fn a_state_that_is_copied_says_what_the_place_of_a_time_leaves_out() {
    let mut model = screen();
    let copied = |effects: Vec<Effect>| -> String {
        effects.into_iter().find_map(|e| if let Effect::Copy(text) = e { Some(text) } else { None }).unwrap()
    };
    let late_of = |effects: &[Effect]| {
        effects.iter().find_map(|e| if let Effect::CountLate(t, _) = e { Some(*t) } else { None }).unwrap()
    };
    let asked = press(&mut model, ":goto 2024-03-14");
    let asked = [asked, key(&mut model, KeyCode::Enter)].concat();
    let (ticket, place) = seeks(&asked).pop().unwrap();
    let of_time = match place {
        Place::At(At::Time(time)) => Some(time),
        _ => None,
    };
    let located = Located { position: at(50), clock: moment(50).clock, of_time };
    let asked = update(&mut model, Message::Located(ticket, place, Some(located)));
    let state = Reconstruction {
        stream: name("acc-1"),
        trace: Trace::default(),
        changes: Vec::new(),
        meaning: None,
        from_snapshot: StreamPosition::START,
        n_folded: 0,
    };
    let look = Look { state: Some(state), ..look(50, "acc-1") };
    update(&mut model, Message::Looked(look_ticket(&asked), Box::new(look)));
    assert!(copied(press(&mut model, "ys")).contains(r#""n_late_left_out":null"#));
    update(&mut model, Message::LateCounted(late_of(&asked), 3));
    assert!(copied(press(&mut model, "ys")).contains(r#""n_late_left_out":3,"n_lines_left_out":0"#));
}

#[test]
fn what_is_zoomed_to_stays_when_other_idle_time_is_found() {
    let mut model = screen();
    let idle_of = |effects: &[Effect]| -> u64 {
        let ticket = |effect: &Effect| match effect {
            Effect::FindIdle(ticket, _) => Some(*ticket),
            _ => None,
        };
        effects.iter().find_map(ticket).unwrap()
    };
    let asked = press(&mut model, "tt");
    assert_eq!(model.ruler.axis, Axis::ActiveTime);
    press(&mut model, "zz");
    let places = |model: &Model| {
        let ruler = Ruler::of(model, 118);
        (ruler.place_of(0), ruler.place_of(117), ruler.column_of(model.playhead))
    };
    let before = places(&model);
    // A long break at the beginning, which is not in sight, and a few events a second apart before it.
    let micros = |second: i64| i128::from(moment(1).clock.unwrap().as_microsecond() + second * 1_000_000);
    let times: Vec<_> = (-1_000_009..-1_000_000).chain([0]).chain(1..100).map(micros).collect();
    let active = ActiveTime::between(&times);
    assert!(active.skipped() > 0);
    update(&mut model, Message::IdleFound(idle_of(&asked), active));
    assert_eq!(places(&model), before);
    assert!(before.2.is_some());
}

#[test]
fn zooming_ends_where_every_event_has_its_column_or_no_time_is_left() {
    let mut model = screen();
    press(&mut model, &"z".repeat(12));
    let span = |model: &Model| model.ruler.zoomed.map(|stretch| stretch.to - stretch.from);
    assert!(span(&model).is_some_and(|span| (8..16).contains(&span)), "{:?}", model.ruler);
    assert_eq!(model.notice.as_ref().unwrap().text, "every event has a column of its own already");
    // Everything happened at once: there is nothing to zoom to, and nothing falls off the ruler.
    let mut model = screen();
    let head = Moment { position: at(100), clock: moment(1).clock };
    update(&mut model, Message::HeadMoved { head, first_clock: moment(1).clock });
    press(&mut model, "tz");
    assert_eq!(
        (model.ruler.zoomed, model.notice.as_ref().unwrap().text.as_str()),
        (None, "no shorter time is shown")
    );
    let ruler = Ruler::of(&model, 118);
    assert_eq!((ruler.axis, ruler.column_of(model.playhead)), (Axis::Time, Some(117)));
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
        Message::Located(ticket, place, Some(Located { position: at(50), clock: None, of_time: None })),
    );
    assert_eq!(model.playhead.position, at(0));
}

fn rebuilding(n_done: u64) -> RebuildProgress {
    let phase = RebuildPhase::Projecting;
    RebuildProgress { phase, n_done, n_all: 100, per_second: Some(10), seconds_left: Some(5) }
}

#[test]
fn a_rebuild_is_begun_once_and_stopped_by_esc_before_anything_else_or_by_its_key() {
    let mut model = screen();
    press(&mut model, "z");
    assert_eq!(deeds(press(&mut model, "R")), [Effect::Rebuild]);
    update(&mut model, Message::RebuildReached(rebuilding(50)));
    assert_eq!(model.rebuild.as_ref().unwrap().progress, Some(rebuilding(50)));
    let zoomed = model.ruler.zoomed;
    assert_eq!(deeds(key(&mut model, KeyCode::Esc)), [Effect::StopRebuild]);
    assert_eq!(model.ruler.zoomed, zoomed);
    // Until it has stopped, it cannot be begun nor stopped again; Esc goes on to the next level.
    assert_eq!(deeds(press(&mut model, "R")), []);
    key(&mut model, KeyCode::Esc);
    assert_eq!(model.ruler.zoomed, None);
    update(&mut model, Message::RebuildEnded(RebuildEnd::Stopped));
    assert_eq!(model.rebuild, None);
    assert_eq!(model.notice.as_ref().unwrap().text, "the rebuild was stopped; the query view is as it was");
    // What was still on its way says nothing any more.
    update(&mut model, Message::RebuildReached(rebuilding(60)));
    assert_eq!(model.rebuild, None);

    press(&mut model, ":rebuild");
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), [Effect::Rebuild]);
    assert_eq!(deeds(press(&mut model, "R")), [Effect::StopRebuild]);
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
            "rebuilt 12,431 events in 3 s · other rows in accounts: acc-17 balance 990 → 1,250 · before a \
             rebuild, foldback rebuild --check lists them all",
        ),
    ] {
        let mut model = screen();
        press(&mut model, "R");
        let effects = update(&mut model, Message::RebuildEnded(done(rows)));
        assert_eq!(model.notice.as_ref().unwrap().text, said);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Accounts(..))), "{effects:?}");
    }
    // Where not all tables fit, it says how many there are beside those that do.
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
            Message::Projected {
                checkpoint: Checkpoint::default(),
                status: Box::default(),
                is_followed: false
            }
        ),
        []
    );
    let effects = update(&mut model, Message::ReadModelReplaced);
    assert!(matches!(effects[..], [Effect::CountNotUnderstood(..), Effect::Accounts(..)]), "{effects:?}");
}

#[test]
fn a_failure_is_told_and_the_next_key_asks_again() {
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
fn an_answer_to_a_prompt_that_was_closed_is_not_taken_for_the_next_one() {
    let mut model = screen();
    let asked = press(&mut model, ":withdraw acc-1 50");
    let ticket = asked.iter().rev().find_map(|e| if let Effect::Preview(t, _) = e { Some(*t) } else { None });
    key(&mut model, KeyCode::Esc);
    press(&mut model, ":deposit acc-1 50");
    update(&mut model, Message::Previewed(ticket.unwrap(), Preview::Refused("acc-1 has 3".to_owned())));
    let command = Command::parse("deposit acc-1 50").unwrap();
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), [Effect::Submit(command)]);
}

#[test]
fn an_older_head_takes_nothing_back() {
    let mut model = screen();
    update(
        &mut model,
        Message::Submitted(Submitted::Appended { first: at(101), head: at(101), clock: None, trouble: None }),
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
    assert_eq!(model.notice.as_ref().unwrap().text, "no place was left by going back");
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

#[test]
fn a_command_is_previewed_while_it_is_typed_and_done_on_enter() {
    let mut model = screen();
    let command = Command::parse("deposit acc-1 50").unwrap();
    let asked = press(&mut model, ":deposit acc-1 50");
    let preview = asked
        .iter()
        .rev()
        .find_map(|e| if let Effect::Preview(t, c) = e { Some((*t, c.clone())) } else { None });
    let (ticket, previewed) = preview.unwrap();
    assert_eq!(previewed, command);
    update(
        &mut model,
        Message::Previewed(
            ticket,
            Preview::Would { events: Vec::new(), left_out: NotUnderstoodOf::default() },
        ),
    );
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), [Effect::Submit(command)]);
    assert!(matches!(model.mode, Mode::Browse));
    press(&mut model, "h");
    let appended =
        Submitted::Appended { first: at(101), head: at(101), clock: moment(101).clock, trouble: None };
    update(&mut model, Message::Submitted(appended));
    assert_eq!((model.head, model.playhead.position), (moment(101), at(99)));
    let notice = model.notice.clone().unwrap();
    assert_eq!((notice.tone, notice.text.as_str()), (Tone::Done, "appended 101, on the disk · G goes there"));
}

#[test]
fn what_is_refused_or_no_command_stays_in_the_prompt_to_be_put_right() {
    let mut model = screen();
    let asked = press(&mut model, ":withdraw acc-1 50");
    let ticket = asked.iter().rev().find_map(|e| if let Effect::Preview(t, _) = e { Some(*t) } else { None });
    update(&mut model, Message::Previewed(ticket.unwrap(), Preview::Refused("acc-1 has 3".to_owned())));
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), []);
    assert_eq!(model.notice.as_ref().unwrap().text, "refused: acc-1 has 3");
    key(&mut model, KeyCode::Esc);
    press(&mut model, ":withdraw acc-1");
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), []);
    let Mode::Command(prompt) = &model.mode else { panic!("the prompt has been left") };
    assert_eq!(prompt.text(), "withdraw acc-1");
}

#[test]
fn goto_takes_every_way_to_write_a_place_and_a_bare_position() {
    for (line, place) in [
        ("goto 42", At::parse("42").unwrap()),
        ("42", At::parse("42").unwrap()),
        ("goto 42%", At::parse("42%").unwrap()),
        ("goto 2024-03-14", At::parse("2024-03-14").unwrap()),
        ("goto head", At::Head),
    ] {
        let mut model = screen();
        press(&mut model, &format!(":{line}"));
        let effects = key(&mut model, KeyCode::Enter);
        assert_eq!(seeks(&effects), [(model.seek, Place::At(place))], "{line}");
    }
}

#[test]
fn a_position_beyond_the_head_stays_in_the_prompt_and_moves_nothing() {
    for line in [":goto 2024", ":20240314", "/salary from:2024", "/to:1710411727"] {
        let mut model = screen();
        press(&mut model, line);
        let (playhead, text) = (model.playhead, line.get(1..).unwrap());
        assert_eq!(seeks(&key(&mut model, KeyCode::Enter)), [], "{line}");
        assert_eq!(model.playhead, playhead, "{line}");
        let (Mode::Command(prompt) | Mode::Find(prompt)) = &model.mode else {
            panic!("{line} has been left")
        };
        assert_eq!(prompt.text(), text);
        let told = model.notice.as_ref().map(|notice| notice.text.as_str()).unwrap();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let why = format!("there is no position {digits}: the head is 100; was a date meant? Write it like ");
        assert!(told.starts_with(&why), "{told}");
    }
}

#[test]
fn the_history_brings_back_lines_and_the_own_one() {
    let mut model = screen();
    for line in [":goto 1", ":goto 2"] {
        press(&mut model, line);
        key(&mut model, KeyCode::Enter);
    }
    press(&mut model, ":goto");
    let text = |model: &Model| match &model.mode {
        Mode::Command(prompt) => prompt.text().to_owned(),
        _ => panic!("the prompt has been left"),
    };
    for (code, line) in [
        (KeyCode::Up, "goto 2"),
        (KeyCode::Up, "goto 1"),
        (KeyCode::Up, "goto 1"),
        (KeyCode::Down, "goto 2"),
        (KeyCode::Down, "goto"),
        (KeyCode::Down, "goto"),
    ] {
        key(&mut model, code);
        assert_eq!(text(&model), line);
    }
}

#[test]
fn tab_completes_words_options_and_accounts() {
    let mut model = screen();
    press(&mut model, ":dep");
    key(&mut model, KeyCode::Tab);
    let asked = press(&mut model, "acc");
    let ticket =
        asked.iter().rev().find_map(|e| if let Effect::Names(t, _) = e { Some(*t) } else { None }).unwrap();
    update(&mut model, Message::NamesRead(ticket, vec!["acc-1".to_owned(), "acc 2".to_owned()]));
    let text = |model: &Model| match &model.mode {
        Mode::Command(prompt) => prompt.text().to_owned(),
        _ => panic!("the prompt has been left"),
    };
    for (code, line) in [
        (KeyCode::Tab, "deposit acc-1 "),
        (KeyCode::Tab, "deposit 'acc 2' "),
        (KeyCode::Tab, "deposit acc-1 "),
        (KeyCode::BackTab, "deposit 'acc 2' "),
    ] {
        key(&mut model, code);
        assert_eq!(text(&model), line);
    }
    press(&mut model, "5 --n");
    key(&mut model, KeyCode::Tab);
    assert_eq!(text(&model), "deposit 'acc 2' 5 --note ");
}

#[test]
fn a_log_takes_no_commands_and_says_how_to_make_a_store_of_it() {
    let mut model = screen();
    model.store = OpenStore { name: "bank.jsonl".to_owned(), kind: StoreKind::Log };
    press(&mut model, ":deposit acc-1 5");
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), []);
    let notice = model.notice.unwrap().text;
    assert_eq!(
        notice,
        "a log takes no commands: make a store of it with foldback new bank.db --from bank.jsonl"
    );
}

/// What has come of a search on the screen's hundred events: hits at these positions, and what is left.
fn came(hits: &[u64], unsearched: Option<(u64, u64)>) -> Box<HitsCame> {
    let unsearched = unsearched.map(|(first, last)| RingPart { first: at(first), last: at(last) });
    let marks = hits.iter().map(|hit| moment(*hit)).collect();
    let n_hits = hits.len() as u64;
    Box::new(HitsCame { marks, n_hits, unsearched, untold: unsearched, ..HitsCame::default() })
}

/// A search that is entered where the playhead stands, and the question that it leads to.
fn find(model: &mut Model, line: &str) -> (u64, FindQuestion) {
    press(model, "/");
    press(model, line);
    let effects = key(model, KeyCode::Enter);
    effects.into_iter().find_map(|e| if let Effect::Find(t, q) = e { Some((t, q)) } else { None }).unwrap()
}

fn next_asked(effects: &[Effect]) -> Option<(u64, u64, bool)> {
    effects.iter().find_map(|effect| match effect {
        Effect::FindNext(ticket, question) => Some((*ticket, question.from.number(), question.is_forward)),
        _ => None,
    })
}

#[test]
fn a_search_marks_all_hits_and_goes_to_the_first_one_as_soon_as_that_is_known() {
    let mut model = screen();
    press(&mut model, "50h");
    let (ticket, question) = find(&mut model, "rent");
    let search = Search::parse("rent").unwrap();
    assert_eq!(question, FindQuestion { search, around: at(50), after: at(0), head: at(100) });
    // Behind the playhead something has been found, before it nothing yet.
    update(&mut model, Message::HitsCame(ticket, came(&[40], Some((61, 39)))));
    assert_eq!(model.playhead.position, at(50));
    update(&mut model, Message::HitsCame(ticket, came(&[70], Some((81, 39)))));
    assert_eq!(model.playhead.position, at(70));
    // The next one has not been searched yet; the one before has.
    press(&mut model, "n");
    assert_eq!(model.playhead.position, at(70));
    press(&mut model, "N");
    assert_eq!(model.playhead.position, at(40));
    press(&mut model, "Nn");
    assert_eq!(model.playhead.position, at(70), "a newer wish counts");
    press(&mut model, "n");
    update(&mut model, Message::HitsCame(ticket, Box::new(HitsCame { n_hits: 3, ..*came(&[5], None) })));
    assert_eq!(model.playhead.position, at(5));
    assert!(model.notice.unwrap().text.contains("past the head, on from the beginning"));
    assert_eq!(model.find.hits.unwrap().n_hits, 3);
}

#[test]
fn escape_stops_a_search_then_takes_the_marks_away_and_n_begins_it_again() {
    let mut model = screen();
    let (ticket, _) = find(&mut model, "rent");
    update(&mut model, Message::HitsCame(ticket, came(&[20], Some((31, 100)))));
    assert_eq!(model.playhead.position, at(20));
    assert_eq!(deeds(key(&mut model, KeyCode::Esc)), [Effect::StopFinding]);
    update(&mut model, Message::HitsCame(ticket, came(&[60], None)));
    let hits = model.find.hits.clone().unwrap();
    assert_eq!((hits.state, hits.n_hits), (FindState::Stopped, 1));
    // Beyond what was searched the store is asked for the one hit.
    let (next, from, is_forward) = next_asked(&press(&mut model, "n")).unwrap();
    assert_eq!((from, is_forward), (20, true));
    update(&mut model, Message::FoundNext(next - 1, Some(at(30))));
    assert_eq!(model.playhead.position, at(20), "stale");
    update(&mut model, Message::FoundNext(next, Some(at(60))));
    assert_eq!(model.playhead.position, at(60));
    key(&mut model, KeyCode::Esc);
    assert_eq!(model.find.hits, None);
    let again = press(&mut model, "N");
    assert!(
        again.iter().any(|effect| matches!(effect, Effect::Find(t, q) if *t > ticket && q.around == at(60)))
    );
}

#[test]
fn a_hit_that_is_waited_for_is_forgotten_when_the_playhead_moves() {
    let mut model = screen();
    press(&mut model, "50h");
    let (ticket, _) = find(&mut model, "rent");
    press(&mut model, ",");
    update(&mut model, Message::HitsCame(ticket, came(&[60], Some((71, 50)))));
    assert_eq!(model.playhead.position, at(49));
}

#[test]
fn what_is_appended_later_is_searched_too_and_nothing_found_is_said() {
    let mut model = screen();
    let (ticket, _) = find(&mut model, "type:Deposited stream:acc-1");
    update(&mut model, Message::HitsCame(ticket, came(&[], None)));
    assert_eq!(model.notice.clone().unwrap().text, "nothing found: Deposited of acc-1");
    let effects = update(&mut model, Message::HeadMoved { head: moment(120), first_clock: moment(1).clock });
    let asked =
        effects.iter().find_map(|e| if let Effect::Find(t, q) = e { Some((*t, q.clone())) } else { None });
    let (ticket, question) = asked.unwrap();
    assert_eq!((question.after, question.head), (at(100), at(120)));
    update(&mut model, Message::HitsCame(ticket, came(&[110], None)));
    press(&mut model, "n");
    assert_eq!((model.playhead.position, model.find.hits.unwrap().n_hits), (at(110), 1));
}

#[test]
fn what_is_no_search_stays_in_the_prompt_and_an_empty_one_repeats_the_last() {
    let mut model = screen();
    press(&mut model, "/owner:Ada");
    assert!(deeds(key(&mut model, KeyCode::Enter)).is_empty());
    assert!(matches!(model.mode, Mode::Find(_)));
    assert!(model.notice.clone().unwrap().text.starts_with("there is no owner: to look for"));
    key(&mut model, KeyCode::Esc);
    find(&mut model, "rent");
    let (_, question) = find(&mut model, "");
    assert_eq!(question.search, Search::parse("rent").unwrap());
}

#[test]
fn a_search_completes_fields_types_and_accounts() {
    let mut model = screen();
    let text = |model: &Model| match &model.mode {
        Mode::Find(prompt) => prompt.text().to_owned(),
        other => panic!("{other:?}"),
    };
    press(&mut model, "/rent ty");
    key(&mut model, KeyCode::Tab);
    assert_eq!(text(&model), "rent type:");
    press(&mut model, "wi");
    key(&mut model, KeyCode::Tab);
    assert_eq!(text(&model), "rent type:Withdrawn ");
    let asked = press(&mut model, "stream:acc");
    let ticket =
        asked.iter().rev().find_map(|e| if let Effect::Names(t, _) = e { Some(*t) } else { None }).unwrap();
    update(&mut model, Message::NamesRead(ticket, vec!["acc 1".to_owned(), "acc-2".to_owned()]));
    key(&mut model, KeyCode::Tab);
    assert_eq!(text(&model), "rent type:Withdrawn stream:\"acc 1\" ");
    key(&mut model, KeyCode::Tab);
    assert_eq!(text(&model), "rent type:Withdrawn stream:acc-2 ");
}

#[test]
fn one_key_holds_the_projector_and_lets_it_go() {
    let mut model = screen();
    assert_eq!(deeds(press(&mut model, "p")), [Effect::Steer(Order::Hold)]);
    let checkpoint = Checkpoint { position: at(90), clock: moment(90).clock };
    let pace = Pace { is_held: true, per_second: None };
    let status = Box::new(ProjectorStatus { pace, n_queued: 3, ..ProjectorStatus::default() });
    update(&mut model, Message::Projected { checkpoint, status, is_followed: false });
    assert_eq!((model.lag().n_events, model.read_side.status.pace), (10, pace));
    assert_eq!(deeds(press(&mut model, "p")), [Effect::Steer(Order::Release)]);
}

#[test]
fn the_projector_is_steered_by_keys_and_words_and_the_pace_shows_at_once() {
    let mut model = screen();
    let speed = |n: u32| Effect::Steer(Order::Speed(NonZeroU32::new(n)));
    assert_eq!(deeds(press(&mut model, "[[[")), [speed(10_000), speed(1_000), speed(100)]);
    assert_eq!(deeds(press(&mut model, "]")), [speed(1_000)]);
    assert_eq!(model.read_side.status.pace, Pace { is_held: false, per_second: NonZeroU32::new(1_000) });
    assert_eq!(deeds(press(&mut model, "o7o")), [1, 7].map(|n| Effect::Steer(Order::Step(n))));
    assert!(model.read_side.status.pace.is_held);
    for (line, order) in [
        ("release", Order::Release),
        ("hold", Order::Hold),
        ("step 20", Order::Step(20)),
        ("step", Order::Step(1)),
        ("speed 10", Order::Speed(NonZeroU32::new(10))),
        ("speed free", Order::Speed(None)),
    ] {
        assert_eq!(deeds(enter(&mut model, line)), [Effect::Steer(order)], "{line}");
    }
    for (line, told) in [
        ("retry", "nothing has failed: the projector goes on by itself"),
        ("skip 7", "the event at 7 is not one that could not be projected"),
    ] {
        assert_eq!(deeds(enter(&mut model, line)), [], "{line}");
        assert_eq!(model.notice.as_ref().unwrap().text, told);
    }
    // What cannot be read stays in the prompt, to be put right.
    assert_eq!(deeds(enter(&mut model, "speed 0")), []);
    assert!(matches!(model.mode, Mode::Command(_)));
}

#[test]
fn an_event_that_failed_is_tried_again_by_a_key_and_skipped_by_a_line() {
    let mut model = screen();
    let event = FailedEvent { position: 91, account: "a".to_owned(), event_type: "Odd".to_owned() };
    let failure = Some(Failure { event: Some(event), why: "it is odd".to_owned() });
    let status = Box::new(ProjectorStatus { failure, ..ProjectorStatus::default() });
    let checkpoint = Checkpoint { position: at(90), clock: None };
    update(&mut model, Message::Projected { checkpoint, status, is_followed: false });
    assert_eq!(deeds(press(&mut model, "r")), [Effect::Steer(Order::Retry)]);
    assert_eq!(deeds(press(&mut model, "x")), []);
    let Mode::Command(prompt) = &model.mode else { panic!("{:?}", model.mode) };
    assert_eq!(prompt.text(), "skip 91");
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), [Effect::Steer(Order::Skip(91))]);
}

#[test]
fn the_query_view_is_asked_by_its_own_clock_or_by_the_playheads() {
    let mut model = screen();
    let asked = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| match effect {
            Effect::Accounts(_, question) => Some(question.as_of),
            _ => None,
        })
    };
    let checkpoint = Checkpoint { position: at(100), clock: None };
    update(&mut model, Message::Projected { checkpoint, status: Box::default(), is_followed: false });
    press(&mut model, "hhh");
    assert_eq!(asked(press(&mut model, "a")), Some(AsOf::Position(at(97))));
    assert_eq!(asked(press(&mut model, "h")), Some(AsOf::Position(at(96))));
    assert_eq!(asked(press(&mut model, "a")), Some(AsOf::Checkpoint));
    assert_eq!(asked(press(&mut model, "h")), None);
}

#[test]
fn a_click_on_an_account_selects_that_account() {
    let mut model = screen();
    let row = |account: &str| AccountRow {
        account: name(account),
        owner: None,
        currency: None,
        balance: 0,
        overdraft_limit: 0,
        status: Status::Open,
        version: StreamPosition::new(1),
        position: at(1),
        n_not_understood: 0,
    };
    let accounts =
        Accounts { rows: ["a", "b"].map(row).to_vec(), n_listed: 2, n_accounts: 2, ..Accounts::default() };
    let checkpoint = Checkpoint { position: at(100), clock: None };
    model.accounts.ask_again();
    let asked =
        update(&mut model, Message::Projected { checkpoint, status: Box::default(), is_followed: false });
    let ticket = asked.iter().find_map(|effect| match effect {
        Effect::Accounts(ticket, _) => Some(*ticket),
        _ => None,
    });
    update(&mut model, Message::AccountsRead(ticket.unwrap(), Box::new(accounts)));
    let pane = layout(&model).unwrap().query.unwrap();
    let first = pane.y + 1 + u16::try_from(account_heading_rows(pane)).unwrap();
    for (row, selected) in [(first - 1, None), (first, Some("a")), (first + 1, Some("b"))] {
        model.selection = Selection::OfPlayhead;
        let press = Mouse { action: MouseAction::Press, column: pane.x + 3, row };
        update(&mut model, Message::Mouse(press));
        let expected = selected.map_or(Selection::OfPlayhead, |account| Selection::Pinned(name(account)));
        assert_eq!(model.selection, expected, "row {row}");
    }
}

#[test]
fn the_ruler_is_clicked_dragged_zoomed_and_turned() {
    let mut model = screen();
    let ruler = layout(&model).unwrap().ruler_rows.line;
    let mouse = |action, column| Message::Mouse(Mouse { action, column, row: ruler.y });
    update(&mut model, mouse(MouseAction::Press, ruler.x));
    assert_eq!(model.playhead.position, at(0));
    update(&mut model, mouse(MouseAction::Drag, ruler.x + ruler.width - 1));
    assert_eq!((model.playhead.position, model.follows_head), (at(100), true));
    update(&mut model, mouse(MouseAction::Release, ruler.x));
    update(&mut model, mouse(MouseAction::Drag, ruler.x));
    assert_eq!(model.playhead.position, at(100));
    press(&mut model, "zz");
    let zoomed = model.ruler.zoomed.unwrap();
    assert_eq!(zoomed.to - zoomed.from, 25);
    press(&mut model, "ZZ");
    assert_eq!(model.ruler.zoomed, None);
    for axis in [Axis::Time, Axis::ActiveTime, Axis::Position] {
        press(&mut model, "t");
        assert_eq!(model.ruler.axis, axis);
    }
}

#[test]
fn escape_goes_one_level_up_and_never_out() {
    let mut model = screen();
    let asked = press(&mut model, ",");
    answer_look(&mut model, &asked, "acc-1");
    press(&mut model, "sz");
    model.focus = Pane::Query;
    key(&mut model, KeyCode::Enter);
    assert_eq!(model.query_form, QueryForm::Statement { line: 0 });
    press(&mut model, "?");
    let state = |model: &Model| {
        let is_help = matches!(model.mode, Mode::Help { .. });
        (is_help, model.query_form, model.ruler.zoomed.is_some(), model.selection.clone())
    };
    let (open, pinned) = (QueryForm::Statement { line: 0 }, Selection::Pinned(name("acc-1")));
    for expected in [
        (false, open, true, pinned.clone()),
        (false, QueryForm::Accounts, true, pinned.clone()),
        (false, QueryForm::Accounts, false, pinned.clone()),
        // One too many does not drop the account that was chosen to stay with.
        (false, QueryForm::Accounts, false, pinned.clone()),
        (false, QueryForm::Accounts, false, pinned),
    ] {
        assert_eq!(deeds(key(&mut model, KeyCode::Esc)), []);
        assert_eq!(state(&model), expected);
    }
}

#[test]
fn a_long_statement_is_read_in_windows_and_begins_anew_where_it_has_become_shorter() {
    let asked = |effects: &[Effect]| {
        let question = |effect: &Effect| match effect {
            Effect::Statement(ticket, question) => Some((*ticket, question.n_newer, question.n_lines)),
            _ => None,
        };
        effects.iter().find_map(question)
    };
    let line = |version: u64| StatementRow {
        position: at(version),
        version: StreamPosition::new(version),
        time: None,
        event_type: "Deposited".to_owned(),
        amount: Some(1),
        balance: version.cast_signed(),
        counterparty: None,
        transfer: None,
        is_understood: true,
    };
    let window = |n_newer: usize, n_lines: usize| Statement {
        n_newer,
        lines: (0..n_lines).map(|nth| line((500 - n_newer - nth) as u64)).rev().collect(),
    };
    let mut model = screen();
    let looked = press(&mut model, ",");
    answer_look(&mut model, &looked, "acc-1");
    press(&mut model, "s");
    model.focus = Pane::Query;
    let (ticket, n_newer, n_lines) = asked(&key(&mut model, KeyCode::Enter)).unwrap();
    assert_eq!((n_newer, n_lines % 3), (0, 0));
    update(&mut model, Message::StatementRead(ticket, window(0, n_lines)));
    let far = n_lines - 1;
    let effects = press(&mut model, "900j");
    assert_eq!(model.query_form, QueryForm::Statement { line: far });
    let (ticket, n_newer, n_more) = asked(&effects).unwrap();
    assert_eq!((n_newer, n_more), (far - n_lines / 3, n_lines));
    update(&mut model, Message::StatementRead(ticket, window(n_newer, n_lines)));
    press(&mut model, "900j");
    assert_eq!(model.query_form, QueryForm::Statement { line: n_newer + n_lines - 1 });
    model.statement.ask_again();
    let (ticket, n_newer, _) = asked(&press(&mut model, "j")).unwrap();
    let effects =
        update(&mut model, Message::StatementRead(ticket, Statement { n_newer, lines: Vec::new() }));
    assert_eq!(model.query_form, QueryForm::Statement { line: 0 });
    assert_eq!(asked(&effects).map(|(_, n_newer, _)| n_newer), Some(0));
}

#[test]
fn one_key_goes_through_the_pictures_and_escape_back_to_the_accounts() {
    let mut model = screen();
    let forms = ["v", "v", "v", "v"].map(|keys| {
        press(&mut model, keys);
        model.query_form
    });
    let (flows, money) = (QueryForm::Flows, QueryForm::Money);
    assert_eq!(forms, [flows, money, QueryForm::Accounts, flows]);
    assert_eq!(deeds(key(&mut model, KeyCode::Esc)), []);
    assert_eq!((model.query_form, model.focus), (QueryForm::Accounts, Pane::Events));
    // Where one pane is shown at a time, it is the query view.
    update(&mut model, Message::Resized(Size { width: 60, height: 15 }));
    press(&mut model, "v");
    assert_eq!((model.query_form, model.focus), (flows, Pane::Query));
}

#[test]
fn a_picture_is_asked_for_anew_after_its_answer_however_often_the_checkpoint_moves() {
    let mut model = screen();
    let question = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::Flows(ticket, question) => Some((*ticket, question.checkpoint)),
            _ => None,
        })
    };
    assert_eq!(question(&press(&mut model, "v")), Some((1, at(0))));
    for position in 1..50 {
        let checkpoint = Checkpoint { position: at(position), clock: None };
        let moved = Message::Projected { checkpoint, status: Box::default(), is_followed: false };
        assert_eq!(question(&update(&mut model, moved)), None);
    }
    let answered = update(&mut model, Message::FlowsRead(1, FlowSeries::default()));
    assert_eq!((question(&answered), model.flows.answer().is_some()), (Some((2, at(49))), true));
}

#[test]
fn ctrl_c_ends_it_from_anywhere() {
    for keys in ["", ":deposit", "/x", "?", "y"] {
        let mut model = screen();
        press(&mut model, keys);
        let effects = update(&mut model, Message::Key(Key::ctrl('c')));
        assert_eq!(deeds(effects), [Effect::Quit], "after {keys:?}");
    }
}

fn any_message() -> impl Strategy<Value = Message> {
    let keys = prop_oneof![
        any::<char>().prop_map(Key::char),
        proptest::sample::select("hlbwHLgG -+jk:/nNuUtzZ0spvyM?q5,.<>".chars().collect::<Vec<_>>())
            .prop_map(Key::char),
        proptest::sample::select(vec![
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Tab,
            KeyCode::BackTab,
            KeyCode::Up,
            KeyCode::Down,
            KeyCode::PageUp,
            KeyCode::PageDown,
            KeyCode::Backspace,
            KeyCode::Delete,
            KeyCode::Left,
            KeyCode::Right,
        ])
        .prop_map(Key::plain),
    ];
    let actions = vec![
        MouseAction::Press,
        MouseAction::Drag,
        MouseAction::Release,
        MouseAction::WheelUp,
        MouseAction::WheelDown,
    ];
    prop_oneof![
        8 => keys.prop_map(Message::Key),
        1 => (proptest::sample::select(actions), 0_u16..130, 0_u16..40)
            .prop_map(|(action, column, row)| Message::Mouse(Mouse { action, column, row })),
        1 => (0_u16..200, 0_u16..60).prop_map(|(width, height)| Message::Resized(Size { width, height })),
        1 => (0_u64..1000).prop_map(|p| Message::HeadMoved { head: moment(p), first_clock: moment(1).clock }),
        1 => (0_u64..5_000).prop_map(|ms| Message::Ticked(Duration::from_millis(ms))),
        1 => ".{0,20}".prop_map(Message::Pasted),
        1 => (0_u64..9, 0_u64..200).prop_map(|(t, p)| Message::Looked(t, Box::new(look(p, "acc-1")))),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_the_playhead_stays_within_history(messages in prop::collection::vec(any_message(), 0..80)) {
        let mut model = screen();
        for message in messages {
            update(&mut model, message);
            prop_assert!(model.playhead.position <= model.head.position);
            prop_assert_eq!(model.follows_head && model.playhead.position != model.head.position, false);
        }
    }
}

/// The question that was asked, with its ticket.
fn asked(effects: &[Effect]) -> Option<(u64, String, AsOf)> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask(ticket, question) => Some((*ticket, question.sql.clone(), question.as_of)),
        _ => None,
    })
}

/// The beginning of an answer: a row for each number.
fn begun(as_of: u64, numbers: &[i64]) -> Answered {
    let checkpoint = Checkpoint { position: at(100), clock: None };
    let columns = vec!["n".to_owned()];
    Answered { columns, rows: rows(numbers), as_of: at(as_of), checkpoint, ..Answered::default() }
}

fn rows(numbers: &[i64]) -> Vec<Vec<Value>> {
    numbers.iter().map(|n| vec![Value::Integer(*n)]).collect()
}

fn end(how: Ending) -> AnswerEnd {
    AnswerEnd { how, took: None }
}

/// The numbers that the console shows, and how the answer ended.
fn shown(model: &Model) -> (Vec<i64>, Option<Ending>) {
    let Some(results) = model.console.answer.answer() else { return (Vec::new(), None) };
    let number = |nth| match results.row_at(nth) {
        Some([Value::Integer(n)]) => *n,
        other => panic!("{other:?}"),
    };
    ((0..results.n_rows()).map(number).collect(), results.end().map(|end| end.how.clone()))
}

/// A screen whose read side has come to the head, with the console open and a question asked; and its ticket.
fn console(sql: &str) -> (Model, u64) {
    let mut model = screen();
    let checkpoint = Checkpoint { position: at(100), clock: None };
    update(&mut model, Message::Projected { checkpoint, status: Box::default(), is_followed: false });
    press(&mut model, "S");
    press(&mut model, sql);
    let (ticket, text, as_of) = asked(&key(&mut model, KeyCode::Enter)).unwrap();
    assert_eq!((text.as_str(), as_of), (sql, AsOf::Checkpoint));
    (model, ticket)
}

#[test]
fn an_answer_comes_in_parts_and_can_be_stopped() {
    let (mut model, ticket) = console("SELECT n");
    assert!(model.console.is_running());
    update(&mut model, Message::Answered(ticket, Box::new(begun(100, &[3]))));
    update(&mut model, Message::RowsCame(ticket, rows(&[1, 2])));
    assert_eq!(shown(&model), (vec![3, 1, 2], None));
    assert_eq!(deeds(key(&mut model, KeyCode::Esc)), [Effect::StopAsking]);
    assert!(matches!(model.mode, Mode::Console(ConsolePart::Editor)), "it stops before it closes");
    update(&mut model, Message::RowsCame(ticket, rows(&[4])));
    update(&mut model, Message::AnswerEnded(ticket, end(Ending::Whole)));
    assert_eq!(shown(&model), (vec![3, 1, 2], Some(Ending::Stopped)));
    // What was stopped is not asked anew by itself.
    model.query_clock = QueryClock::Playhead;
    key(&mut model, KeyCode::Tab);
    assert_eq!(asked(&press(&mut model, ",")), None);
    key(&mut model, KeyCode::Esc);
    key(&mut model, KeyCode::Esc);
    assert!(matches!(model.mode, Mode::Browse));
    press(&mut model, "S");
    assert_eq!((model.console.text().as_str(), shown(&model).0), ("SELECT n", vec![3, 1, 2]));
}

#[test]
fn the_answer_to_an_older_question_is_dropped() {
    let (mut model, old) = console("SELECT n");
    press(&mut model, "2");
    let (new, ..) = asked(&key(&mut model, KeyCode::Enter)).unwrap();
    update(&mut model, Message::Answered(old, Box::new(begun(100, &[1]))));
    update(&mut model, Message::AnswerEnded(old, end(Ending::Failed("no".to_owned()))));
    assert_eq!((shown(&model), model.console.is_running()), ((vec![], None), true));
    update(&mut model, Message::AnswerEnded(new, end(Ending::Failed("no".to_owned()))));
    assert_eq!(shown(&model), (vec![], Some(Ending::Failed("no".to_owned()))));
}

#[test]
fn a_question_that_follows_the_playhead_is_asked_again_where_that_goes() {
    let (mut model, ticket) = console("SELECT n");
    let whole = |as_of, n| Box::new(Answered { end: Some(end(Ending::Whole)), ..begun(as_of, &[n]) });
    update(&mut model, Message::Answered(ticket, whole(100, 1)));
    key(&mut model, KeyCode::Tab);
    let (first, _, as_of) = asked(&press(&mut model, "a")).unwrap();
    assert_eq!(as_of, AsOf::Position(at(100)));
    let (second, _, as_of) = asked(&press(&mut model, ",")).unwrap();
    assert_eq!(as_of, AsOf::Position(at(99)));
    // What is there stays until the newest question is answered.
    update(&mut model, Message::Answered(first, whole(100, 2)));
    assert_eq!((shown(&model).0, model.console.answer.is_settled()), (vec![1], false));
    update(&mut model, Message::Answered(second, whole(99, 3)));
    assert_eq!((shown(&model).0, model.console.answer.is_settled()), (vec![3], true));
    // Closed, it follows nothing; opened again, it catches up.
    key(&mut model, KeyCode::Esc);
    key(&mut model, KeyCode::Esc);
    assert_eq!(asked(&press(&mut model, ",")), None);
    assert_eq!(asked(&press(&mut model, "S")).unwrap().2, AsOf::Position(at(98)));
}

#[test]
fn newer_events_are_told_at_the_checkpoint_and_asked_for_where_the_playhead_is_ahead_of_it() {
    let projected = |position| Message::Projected {
        checkpoint: Checkpoint { position: at(position), clock: None },
        status: Box::default(),
        is_followed: false,
    };
    let (mut model, ticket) = console("SELECT n");
    let whole = |as_of| Box::new(Answered { end: Some(end(Ending::Whole)), ..begun(as_of, &[1]) });
    update(&mut model, Message::Answered(ticket, whole(100)));
    update(&mut model, Message::HeadMoved { head: moment(101), first_clock: None });
    assert_eq!(asked(&update(&mut model, projected(101))), None);
    assert!(model.console.is_behind(model.query_position()));
    let (again, ..) = asked(&key(&mut model, KeyCode::Enter)).unwrap();
    update(&mut model, Message::Answered(again, whole(101)));
    assert!(!model.console.is_behind(model.query_position()));
    key(&mut model, KeyCode::Tab);
    press(&mut model, "a");
    let moved = update(&mut model, Message::HeadMoved { head: moment(102), first_clock: None });
    let (early, ..) = asked(&moved).unwrap();
    // Not while it is being answered, lest it never is.
    assert_eq!(asked(&update(&mut model, projected(102))), None);
    let late = asked(&update(&mut model, Message::Answered(early, whole(101)))).unwrap();
    assert_eq!(late.2, AsOf::Position(at(102)));
    assert_eq!(asked(&update(&mut model, Message::Answered(late.0, whole(101)))), None, "once a checkpoint");
}

#[test]
fn rows_are_chosen_sorted_and_copied() {
    let (mut model, ticket) = console("SELECT n");
    let cut = Answered { end: Some(end(Ending::Cut)), ..begun(100, &[3, 1, 2]) };
    update(&mut model, Message::Answered(ticket, Box::new(cut)));
    key(&mut model, KeyCode::Tab);
    press(&mut model, "o");
    assert_eq!(shown(&model).0, [1, 2, 3]);
    assert!(model.notice.as_ref().unwrap().text.starts_with("sorted are the rows that are here"));
    press(&mut model, "o");
    assert_eq!(shown(&model).0, [3, 2, 1]);
    assert_eq!(deeds(press(&mut model, "jy")), [Effect::Copy("2".to_owned())]);
    assert_eq!(deeds(press(&mut model, "jjjY")), [Effect::Copy("1".to_owned())]);
    press(&mut model, "o");
    assert_eq!(shown(&model).0, [3, 1, 2]);
    let below = layout(&model).unwrap().console.unwrap().below.unwrap();
    let click = Mouse { action: MouseAction::Press, column: below.x + 3, row: below.y + 4 };
    update(&mut model, Message::Mouse(click));
    assert_eq!(deeds(press(&mut model, "y")), [Effect::Copy("2".to_owned())]);
}

#[test]
fn a_question_has_lines_a_history_and_a_limit() {
    let (mut model, _) = console("SELECT 1");
    let alt_enter = Key { alt: true, ..Key::plain(KeyCode::Enter) };
    assert_eq!(asked(&update(&mut model, Message::Key(alt_enter))), None);
    update(&mut model, Message::Pasted("+ 1\r\n+ 2\r+ 3".to_owned()));
    assert_eq!(asked(&key(&mut model, KeyCode::Enter)).unwrap().1, "SELECT 1\n+ 1\n+ 2\n+ 3");
    for _ in 0..4 {
        key(&mut model, KeyCode::Up);
    }
    assert_eq!(model.console.text(), "SELECT 1\n+ 1\n+ 2\n+ 3", "the newest of the history");
    key(&mut model, KeyCode::Up);
    assert_eq!(model.console.text(), "SELECT 1");
    key(&mut model, KeyCode::Down);
    for _ in 0..4 {
        key(&mut model, KeyCode::Down);
    }
    assert_eq!(model.console.text(), "SELECT 1\n+ 1\n+ 2\n+ 3");
    update(&mut model, Message::Pasted("é".repeat(QUESTION_BYTES_MAX)));
    assert!(
        model.console.n_bytes() <= QUESTION_BYTES_MAX && model.console.n_bytes() >= QUESTION_BYTES_MAX - 1
    );
    assert!(model.notice.as_ref().unwrap().text.contains("64 KiB"));
}

#[test]
fn a_saved_question_is_put_into_the_editor_and_asked() {
    let mut model = screen();
    press(&mut model, "S");
    key(&mut model, KeyCode::Down);
    key(&mut model, KeyCode::Down);
    let (_, sql, _) = asked(&key(&mut model, KeyCode::Enter)).unwrap();
    assert_eq!(
        (sql.as_str(), model.console.text().as_str()),
        (SAVED_QUESTIONS[1].sql, SAVED_QUESTIONS[1].sql)
    );
    update(&mut model, Message::Key(Key::ctrl('t')));
    assert_eq!(asked(&press(&mut model, "1")).unwrap().1, SAVED_QUESTIONS[0].sql);
}

proptest! {
    #![proptest_config(support::cases(32))]

    #[test]
    fn no_text_and_no_key_brings_the_editor_down(
        steps in proptest::collection::vec((any::<String>(), 0_usize..20), 0..30)
    ) {
        const CODES: [KeyCode; 9] = [
            KeyCode::Left, KeyCode::Right, KeyCode::Up, KeyCode::Down, KeyCode::Home, KeyCode::End,
            KeyCode::Backspace, KeyCode::Delete, KeyCode::Char('\u{202e}'),
        ];
        let mut model = screen();
        press(&mut model, "S");
        for (text, nth) in steps {
            update(&mut model, Message::Pasted(text));
            let code = CODES.get(nth % CODES.len()).copied().unwrap();
            update(&mut model, Message::Key(Key { alt: nth % 2 == 0, ctrl: nth % 3 == 0, ..Key::plain(code) }));
            update(&mut model, Message::Key(Key::ctrl(['w', 'u', 'k', 'h'][nth % 4])));
        }
        prop_assert!(matches!(model.mode, Mode::Console(_)));
    }
}

fn verified(up_to: u64, state: VerificationState) -> Message {
    Message::Verified(Box::new(Verification { up_to: at(up_to), state }))
}

/// What the screen says to this key.
fn said(model: &mut Model, keys: &str) -> (Tone, String) {
    press(model, keys);
    let notice = model.notice.clone().unwrap();
    (notice.tone, notice.text)
}

#[test]
fn the_log_is_proved_as_far_as_it_is_said_and_again_when_it_has_grown() {
    let mut model = screen();
    assert_eq!(said(&mut model, "!").1, "the log is being verified: nothing has been proved yet");
    update(&mut model, verified(42, VerificationState::Running));
    assert_eq!(said(&mut model, "!").1, "whole to 42; the rest is still being verified");
    update(&mut model, verified(100, VerificationState::Whole { has_receipt: true }));
    let whole = "whole to 100: every link of the chain holds, and all is there that the receipt says";
    assert_eq!(said(&mut model, "!"), (Tone::Done, whole.to_owned()));
    // What has come is proved by who has been asked to: until then nothing is said of it.
    let moved = Message::HeadMoved { head: moment(101), first_clock: moment(1).clock };
    assert!(update(&mut model, moved).contains(&Effect::Verify));
    assert_eq!(said(&mut model, "!").1, whole);
    update(&mut model, verified(101, VerificationState::Whole { has_receipt: true }));
    assert_eq!(model.verification.as_ref().unwrap().up_to, at(101));
    assert_eq!(model.playhead.position, at(101));
    update(&mut model, verified(101, VerificationState::Whole { has_receipt: false }));
    let unvouched = "the chain holds to 101, but no receipt vouches that it was not cut or made anew";
    assert_eq!(said(&mut model, "!").1, unvouched);
    // A head that is lower than it was is nothing to show, but it may be that the newest events are missing.
    let shorter = Message::HeadMoved { head: moment(99), first_clock: moment(1).clock };
    assert_eq!(deeds(update(&mut model, shorter)), [Effect::Verify]);
    assert_eq!(model.head, moment(101));
    // What was still to be said of a store is nothing that another one is told.
    assert!(!verified(1, VerificationState::Whole { has_receipt: true }).is_from_outside());
}

#[test]
fn what_is_broken_is_told_once_and_gone_to_and_said_again_by_its_key() {
    let mut model = screen();
    let hash = |digit: &str| format!("the hash {}", digit.repeat(64));
    let fault = |at, n_lost| Fault { at, n_lost, expected: hash("a"), found: hash("9") };
    let broken = |fault: &Fault| verified(56, VerificationState::Broken(fault.clone()));
    let changed = fault(Some(moment(57)), 0);
    update(&mut model, broken(&changed));
    let words = "broken at 57: expected the hash aaaaaaaa…, found the hash 99999999…";
    let told = |model: &Model| model.notice.as_ref().map(|notice| (notice.tone, notice.text.clone()));
    assert_eq!(told(&model), Some((Tone::Bad, format!("{words} · ! goes there"))));
    assert_eq!((model.playhead.position, model.fault()), (at(100), Some(&changed)));
    press(&mut model, "h");
    update(&mut model, broken(&changed));
    assert_eq!(told(&model), None);
    assert_eq!(said(&mut model, "!"), (Tone::Bad, words.to_owned()));
    assert_eq!(model.playhead.position, at(57));
    press(&mut model, "u");
    assert_eq!(model.playhead.position, at(99));
    // Under the inspector too.
    key(&mut model, KeyCode::Enter);
    press(&mut model, "!");
    assert!(matches!(model.mode, Mode::Inspect(_)));
    assert_eq!(model.playhead.position, at(57));
    // What is missing is missing behind the head; and what is no event's has no place.
    let mut model = screen();
    press(&mut model, "g");
    update(&mut model, broken(&fault(Some(moment(101)), 1)));
    assert!(said(&mut model, "!").1.starts_with("1 event lost: expected"));
    assert_eq!(model.playhead.position, at(100));
    let mut model = screen();
    update(&mut model, broken(&fault(None, 0)));
    assert!(!told(&model).unwrap().1.contains("goes there"));
    assert!(said(&mut model, "h!").1.starts_with("the log is not whole: expected"));
    assert_eq!(model.playhead.position, at(99));
}

#[test]
fn a_command_whose_receipt_could_not_be_written_is_done_and_said_so() {
    let mut model = screen();
    let trouble = Some("the disk is full".to_owned());
    let appended = Submitted::Appended { first: at(101), head: at(101), clock: None, trouble };
    update(&mut model, Message::Submitted(appended));
    let notice = model.notice.clone().unwrap();
    assert_eq!(notice.tone, Tone::Bad);
    assert_eq!(notice.text, "appended 101, on the disk · the disk is full");
}
