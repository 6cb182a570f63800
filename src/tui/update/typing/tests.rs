//! Tests of typing into the prompts.

use super::*;
use crate::tui::fixture::Bank;
use crate::tui::model::console::ConsolePart;

/// Every place in which no text is being typed: the keys that open it, on the small bank.
const PLACES: [&str; 14] = [
    "",
    "hh<enter>",
    "hh<enter>j",
    "?",
    "?jj",
    "<tab>",
    "<tab><tab>",
    "<tab><tab><enter>",
    "v",
    "vv",
    "S<down>",
    "S<c-t>j",
    "SSELECT * FROM accounts<enter><tab>",
    "SSELECT * FROM accounts<enter><tab>jl",
];

fn screen(keys: &str, (width, height): (u16, u16)) -> Model {
    let bank = Bank::little().projected_to(7);
    let mut model = bank.screen(width, height);
    bank.press(&mut model, keys);
    model
}

/// The part of the screen that is shown.
fn place(model: &Model) -> String {
    format!("{:?} {:?} {:?} {:?}", model.mode, model.focus, model.query_form, model.playhead)
}

#[test]
fn both_prompts_open_everywhere_and_esc_goes_back_to_where_one_was() {
    let bank = Bank::little().projected_to(7);
    for size in [(120, 36), (80, 24), (60, 15)] {
        for opened in PLACES {
            let before = screen(opened, size);
            for (prompt, closes) in [
                (":qRx", "<esc>"),
                ("/qRx", "<esc>"),
                (":q", "<bs><bs>"),
                ("/q", "<bs><bs>"),
                (":", "<enter>"),
            ] {
                let mut model = screen(opened, size);
                bank.press(&mut model, prompt);
                let (Mode::Command(typed) | Mode::Find(typed)) = &model.mode else {
                    panic!("{opened} and {prompt}: {:?}", model.mode)
                };
                assert_eq!(typed.text(), &prompt[1..], "{opened} and {prompt}");
                assert_eq!(matches!(model.mode, Mode::Command(_)), prompt.starts_with(':'));
                bank.press(&mut model, closes);
                assert_eq!(place(&model), place(&before), "{opened}, {prompt} and {closes} at {size:?}");
            }
        }
    }
}

#[test]
fn a_choice_of_what_to_copy_gives_way_to_a_prompt() {
    let bank = Bank::little();
    for (keys, is_command) in [("y:", true), ("y/", false)] {
        let mut model = screen(keys, (120, 36));
        assert_eq!(matches!(model.mode, Mode::Command(_)), is_command);
        assert!(model.mode.is_prompt(), "{keys}");
        bank.press(&mut model, "<esc>");
        assert!(matches!(model.mode, Mode::Browse), "{:?}", model.mode);
    }
}

#[test]
fn a_move_with_the_inspector_open_shows_the_new_event() {
    let bank = Bank::little();
    for keys in [":goto 2<enter>", "/deposited<enter>"] {
        let mut model = screen(&format!("<enter>jj{keys}"), (120, 36));
        let Mode::Inspect(inspector) = &model.mode else { panic!("{:?}", model.mode) };
        let inspected = inspector.event.question().map(|question| question.at);
        assert_eq!((inspector.scroll, inspected), (0, Some(model.playhead.position)));
        bank.press(&mut model, "<esc>");
        assert!(matches!(model.mode, Mode::Browse), "{:?}", model.mode);
    }
    assert!(matches!(screen("?:goto 2<enter>", (120, 36)).mode, Mode::Browse));
    assert!(matches!(screen("<enter>:help<enter>", (120, 36)).mode, Mode::Help { .. }));
    let console = screen("SSELECT * FROM accounts<enter><tab>:goto 2<enter>", (120, 36));
    assert!(matches!(console.mode, Mode::Console(ConsolePart::Results)), "{:?}", console.mode);
}

#[test]
fn in_a_question_in_sql_both_characters_are_text() {
    let model = screen("SSELECT 1/2 AS ':'", (120, 36));
    assert_eq!(model.console.editor.lines(), ["SELECT 1/2 AS ':'"]);
}
