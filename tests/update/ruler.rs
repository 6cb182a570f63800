//! The ruler: zooming, idle time, clicks.

use foldback::domain::moment::{Moment, Reach};
use foldback::tui::effect::Effect;
use foldback::tui::layout::layout;
use foldback::tui::message::{Message, Mouse, MouseAction};
use foldback::tui::model::Model;
use foldback::tui::model::active_time::ActiveTime;
use foldback::tui::model::ruler::{Axis, Ruler};
use foldback::tui::questions::{Answer, LogQuestion, Question};
use foldback::tui::update::update;

use crate::walk::{at, moment, press, reach, screen, walk};

#[test]
fn a_stretch_goes_along_with_a_playhead_whose_time_comes_later_and_with_the_head() {
    let in_sight = |model: &Model| Ruler::of(model, 118).column_of(model.playhead).is_some();
    for axis in ["", "t", "tt"] {
        let mut model = screen();
        press(&mut model, axis);
        press(&mut model, "zzz");
        let span = |model: &Model| model.ruler.zoomed.map(|stretch| stretch.to - stretch.from);
        let length = span(&model);
        for keys in ["50h", "10h", "30l", "g", "40l"] {
            walk(&mut model, keys);
            assert!(in_sight(&model), "{axis} {keys}: {:?}", model.ruler);
        }
        press(&mut model, "G");
        update(&mut model, Message::HeadMoved { head: reach(400), first_clock: moment(1).clock });
        assert_eq!((in_sight(&model), span(&model)), (true, length), "{axis}");
    }
}

#[test]
fn the_zoomed_range_stays_when_other_idle_time_is_found() {
    let mut model = screen();
    let idle_of = |effects: &[Effect]| -> u64 {
        let ticket = |effect: &Effect| match effect {
            Effect::Ask(ticket, Question::Log(LogQuestion::Idle(_))) => Some(*ticket),
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
    // A long break at the beginning, outside of the visible range, and before it a few events a second apart.
    let micros = |second: i64| i128::from(moment(1).clock.unwrap().as_microsecond() + second * 1_000_000);
    let times: Vec<_> = (-1_000_009..-1_000_000).chain([0]).chain(1..100).map(micros).collect();
    let active = ActiveTime::between(&times);
    assert!(active.skipped() > 0);
    update(&mut model, Message::Answered(idle_of(&asked), Answer::Idle(active)));
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
    let head = Reach { moment: Moment { position: at(100), clock: moment(1).clock }, n_events: 100 };
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
