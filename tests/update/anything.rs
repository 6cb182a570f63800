//! For any messages in any order, the playhead stays within history.

use std::time::Duration;

use foldback::tui::key::{Key, KeyCode};
use foldback::tui::message::{Message, Mouse, MouseAction};
use foldback::tui::model::size::Size;
use foldback::tui::questions::Answer;
use foldback::tui::update::update;
use proptest::prelude::*;

use crate::walk::{arrival, look, moment, reach, screen};

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
        1 => (0_u64..1000).prop_map(|p| Message::HeadMoved { head: reach(p), first_clock: moment(1).clock }),
        1 => (0_u64..5_000).prop_map(|ms| Message::Ticked(Duration::from_millis(ms))),
        1 => ".{0,20}".prop_map(Message::Pasted),
        1 => (0_u64..9, 0_u64..100).prop_map(|(t, p)| Message::Answered(t, Answer::Arrival(arrival(p)))),
        1 => (0_u64..9, 0_u64..200).prop_map(|(t, p)| Message::Answered(t, Answer::Look(Box::new(look(p, "acc-1"))))),
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
