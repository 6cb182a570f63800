//! Steering the projector by keys and by words.

use std::num::NonZeroU32;

use foldback::read_model::rows::steering::{Order, Pace, ProjectorStatus};
use foldback::read_model::rows::{FailedEvent, Failure};
use foldback::tui::effect::{Deed, Effect};
use foldback::tui::key::KeyCode;
use foldback::tui::message::Message;
use foldback::tui::model::mode::Mode;
use foldback::tui::update::update;

use crate::walk::{deeds, enter, key, press, reach, screen};

#[test]
fn one_key_holds_the_projector_and_lets_it_go() {
    let mut model = screen();
    assert_eq!(deeds(press(&mut model, "p")), [Effect::Do(Deed::Steer(Order::Hold))]);
    let checkpoint = reach(90);
    let pace = Pace { is_held: true, per_second: None };
    let status = Box::new(ProjectorStatus { pace, n_queued: 3, ..ProjectorStatus::default() });
    update(&mut model, Message::Projected { checkpoint, status, is_followed: false });
    assert_eq!((model.lag().n_events, model.read_side.status.pace), (10, pace));
    assert_eq!(deeds(press(&mut model, "p")), [Effect::Do(Deed::Steer(Order::Release))]);
}

#[test]
fn the_projector_is_steered_by_keys_and_words_and_the_pace_shows_at_once() {
    let mut model = screen();
    let speed = |n: u32| Effect::Do(Deed::Steer(Order::Speed(NonZeroU32::new(n))));
    assert_eq!(deeds(press(&mut model, "[[[")), [speed(10_000), speed(1_000), speed(100)]);
    assert_eq!(deeds(press(&mut model, "]")), [speed(1_000)]);
    assert_eq!(model.read_side.status.pace, Pace { is_held: false, per_second: NonZeroU32::new(1_000) });
    assert_eq!(deeds(press(&mut model, "o7o")), [1, 7].map(|n| Effect::Do(Deed::Steer(Order::Step(n)))));
    assert!(model.read_side.status.pace.is_held);
    for (line, order) in [
        ("release", Order::Release),
        ("hold", Order::Hold),
        ("step 20", Order::Step(20)),
        ("step", Order::Step(1)),
        ("speed 10", Order::Speed(NonZeroU32::new(10))),
        ("speed free", Order::Speed(None)),
    ] {
        assert_eq!(deeds(enter(&mut model, line)), [Effect::Do(Deed::Steer(order))], "{line}");
    }
    for (line, told) in [
        ("retry", "nothing has failed: the projector continues by itself"),
        ("skip 7", "the event at 7 is not one that could not be projected"),
    ] {
        assert_eq!(deeds(enter(&mut model, line)), [], "{line}");
        assert_eq!(model.notice.as_ref().unwrap().text, told);
    }
    // An invalid line stays in the prompt, to be corrected.
    assert_eq!(deeds(enter(&mut model, "speed 0")), []);
    assert!(matches!(model.mode, Mode::Command(_)));
}

#[test]
fn a_projector_that_runs_is_not_held_silently_by_the_key_that_steps() {
    let mut model = screen();
    press(&mut model, "7o");
    let held = "the projector takes 7 events and is held from then on: p releases it";
    assert_eq!(model.notice.as_ref().unwrap().text, held);
    press(&mut model, "o");
    assert_eq!(model.notice, None);
}

#[test]
fn an_event_that_failed_is_tried_again_by_a_key_and_skipped_by_a_line() {
    let mut model = screen();
    let event = FailedEvent { position: 91, stream: "a".to_owned(), event_type: "Odd".to_owned() };
    let failure = Some(Failure { event: Some(event), why: "it is odd".to_owned() });
    let status = Box::new(ProjectorStatus { failure, ..ProjectorStatus::default() });
    let checkpoint = reach(90);
    update(&mut model, Message::Projected { checkpoint, status, is_followed: false });
    assert_eq!(deeds(press(&mut model, "r")), [Effect::Do(Deed::Steer(Order::Retry))]);
    assert_eq!(deeds(press(&mut model, "x")), []);
    let Mode::Command(prompt) = &model.mode else { panic!("{:?}", model.mode) };
    assert_eq!(prompt.text(), "skip 91");
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), [Effect::Do(Deed::Steer(Order::Skip(91)))]);
}
