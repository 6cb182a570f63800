//! Tests of the ruler's picture.

use super::*;
use crate::tui::fixture::{Bank, picture};
use crate::tui::key::Key;
use crate::tui::layout::layout;
use crate::tui::message::Message;
use crate::tui::update::update;
use jiff::SignedDuration;

#[test]
fn playhead_goes_before_head_and_head_before_checkpoint() {
    let drawn = |checkpoint: usize, keys: &str| {
        let bank = Bank::little().projected_to(checkpoint);
        let mut model = bank.screen(50, 12);
        bank.press(&mut model, keys);
        let panes = layout(&model).unwrap();
        let text = picture(50, 12, |_, buf| draw(&model, &Theme::plain(), &panes, buf));
        text.lines().skip(8).map(|line| format!("{line}\n")).collect::<String>()
    };
    let drawn: String =
        [(10, ""), (10, "hhhh"), (4, ""), (4, "hhh"), (4, "hhhhhh"), (4, "hhhhhhhh"), (4, "ghzz")]
            .map(|(at, keys)| drawn(at, keys))
            .concat();
    let expected = r#"
      █   █    █    █    █   █    █    █   █    █
               ╷    ╷    ╷                 ╷    ╷
 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●

      █   █    █    █    █   █    █    █   █    █
                             ╷    ╷
 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━●──────────────────┃

      █   █    █    █    █   █    █    █   █    █
               ╷    ╷    ╷                 ╷    ╷
 ━━━━━━━━━━━━━━━━━━━┿┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄●

      █   █    █    █    █   █    █    █   █    █
                             ╷    ╷
 ━━━━━━━━━━━━━━━━━━━┿┄┄┄┄┄┄┄┄┄┄┄┄┄●┄┄┄┄┄┄┄┄┄┄┄┄┄┃

      █   █    █    █    █   █    █    █   █    █
               ╷    ╷    ╷                 ╷    ╷
 ━━━━━━━━━━━━━━━━━━━●┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┃

      █   █    █    █    █   █    █    █   █    █
      ╷   ╷                            ╷
 ━━━━━━━━━●─────────┿┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┃

      █   █    █    █    █   █    █    █   █    █

 ●──────────────────┿┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┃

"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

#[test]
fn unknown_columns_are_not_drawn_as_empty_and_nothing_of_another_ruler_is_drawn() {
    let bank = Bank::little();
    let drawn = |model: &Model| {
        let panes = layout(model).unwrap();
        let text = picture(50, 12, |_, buf| draw(model, &Theme::plain(), &panes, buf));
        text.lines().skip(8).map(|line| format!("{line}\n")).collect::<String>()
    };
    let mut model = bank.screen(50, 12);
    let mut survey = model.survey.answer().unwrap().clone();
    for column in survey.columns.iter_mut().take(20) {
        (column.events, column.marks) = (None, None);
    }
    model.survey.settle(survey);
    let in_part = drawn(&model);
    // Until the survey of the other axis arrives, nothing is known of the columns.
    update(&mut model, Message::Key(Key::char('t')));
    let by_time = drawn(&model);
    let expected = r#"
 ····················    █   █    █    █   █    █
 ····················    ╷                 ╷    ╷
 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●



 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●

"#;
    assert_eq!(format!("\n{in_part}{by_time}"), expected, "\n{in_part}{by_time}");
}

#[test]
fn time_in_which_nothing_happened_is_left_out_and_marked() {
    let bank = Bank::little().with_last_later(SignedDuration::from_hours(24 * 700));
    let drawn = |keys: &str, width: u16| {
        let mut model = bank.screen(width, 30);
        bank.press(&mut model, keys);
        let panes = layout(&model).unwrap();
        let text = picture(width, 30, |_, buf| draw(&model, &Theme::plain(), &panes, buf));
        text.lines().skip(23).map(|line| format!("{line}\n")).collect::<String>()
    };
    let drawn: String =
        [("t", 100), ("tt", 100), ("tt,", 80), ("ttt", 80)].map(|(keys, width)| drawn(keys, width)).concat();
    let expected = r#"
╭ 2024-03-01 ─────────────────────── by time · events, up to 9 ──────────────────────── 2026-01-30 ╮
│█                                                                                                 │
│█                                                                                                ▅│
│╻                                                                                                ╷│
│━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●│
╰ ● playhead   ┿ checkpoint   ┄ lag   ┃ head   ╷ acc-2 ────────────────────────────────────────────╯

╭ 2024-03-01 ────────── by active time · 700 days skipped · events, up to 1 ─────────── 2026-01-30 ╮
│█           █           █          █           █           █           █           █           █⌇█│
│█           █           █          █           █           █           █           █           █⌇█│
│                        ╷          ╷           ╷                                               ╷ ╷│
│━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●│
╰ ● playhead   ┿ checkpoint   ┄ lag   ┃ head   ╷ acc-2   ⌇ idle time, skipped ─────────────────────╯

╭ 2024-03-01 ───────── by active time · 700 days skipped ────────── 2026-01-30 ╮
│█        █         █        █         █        █        █         █        █⌇█│
│█        █         █        █         █        █        █         █        █⌇█│
│                   ╷        ╷         ╷                                    ╷ ╷│
│━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●─┃│
╰ ● playhead   ┿ checkpoint   ┄ lag   ┃ head   ╷ acc-2 ────────────────────────╯

╭ 2024-03-01 ──────── by position · events a day, up to 24 ──────── 2026-01-30 ╮
│        █      █       █       █       █      █       █       █      █        │
│        █      █       █       █       █      █       █       █      █       ▁│
│                       ╷       ╷       ╷                             ╷       ╷│
│━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●│
╰ ● playhead   ┿ checkpoint   ┄ lag   ┃ head   ╷ acc-2 ────────────────────────╯

"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

#[test]
fn events_with_a_snapshot_are_marked_as_long_as_seeks_start_there() {
    let bank = Bank::little();
    let mut model = bank.screen(100, 30);
    let drawn = |model: &Model| {
        let panes = layout(model).unwrap();
        let text = picture(100, 30, |_, buf| draw(model, &Theme::plain(), &panes, buf));
        text.lines().skip(26).map(|line| format!("{line}\n")).collect::<String>()
    };
    let mut survey = model.survey.answer().unwrap().clone();
    for marks in survey.columns.iter_mut().skip(40).filter_map(|column| column.marks.as_mut()) {
        marks.has_snapshot = marks.n_events > 0;
    }
    model.survey.settle(survey);
    let with = drawn(&model);
    update(&mut model, Message::Key(Key::char('f')));
    let drawn = format!("\n{with}{}", drawn(&model));
    let expected = r#"
│                             ╷         ╷         ◇                                     ◇         ◇│
│━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●│
╰ ● playhead   ┿ checkpoint   ┄ lag   ┃ head   ╷ acc-2   ◇ snapshot ───────────────────────────────╯

│                             ╷         ╷         ╷                                     ╷         ╷│
│━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●│
╰ ● playhead   ┿ checkpoint   ┄ lag   ┃ head   ╷ acc-2 ────────────────────────────────────────────╯

"#;
    assert_eq!(drawn, expected, "\n{drawn}");
}

#[test]
fn hits_stand_over_the_accounts_events_and_are_named_below() {
    let bank = Bank::little();
    let drawn: String = [(50, 12), (60, 20), (100, 30)]
        .map(|(width, height)| {
            let mut model = bank.screen(width, height);
            bank.press(&mut model, "/deposited<enter>t");
            let panes = layout(&model).unwrap();
            let text = picture(width, height, |_, buf| draw(&model, &Theme::plain(), &panes, buf));
            text.lines().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect::<String>()
        })
        .concat();
    let expected = r#"
 █    █    █     █    █    █    █     █    █    █
 ╷    ◆                         ◆     ╷
 ━━━━━●─────────────────────────────────────────┃
╭ 2024-03-01 09:00:00 ─── by time ──── 2024-03-01 18:00:00 ╮
│█     █      █     █     █      █     █     █      █     █│
│╷     ◆                               ◆     ╷             │
│━━━━━━●──────────────────────────────────────────────────┃│
╰ ◆ deposited   ● playhead   ┿ checkpoint   ┄ lag ─────────╯
╭ 2024-03-01 09:00:00 ────────────── by time · events, up to 1 ─────────────── 2024-03-01 18:00:00 ╮
│█          █          █         █          █          █          █         █          █          █│
│█          █          █         █          █          █          █         █          █          █│
│╷          ◆                                                     ◆         ╷                      │
│━━━━━━━━━━━●─────────────────────────────────────────────────────────────────────────────────────┃│
╰ ◆ deposited   ● playhead   ┿ checkpoint   ┄ lag   ┃ head   ╷ acc-1 ──────────────────────────────╯
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

#[test]
fn a_framed_ruler_says_what_it_measures() {
    let bank = Bank::little().projected_to(8);
    let mut model = bank.screen(100, 30);
    bank.press(&mut model, "hhhhht");
    let panes = layout(&model).unwrap();
    let text = picture(100, 30, |_, buf| draw(&model, &Theme::plain(), &panes, buf));
    let drawn: String = text.lines().skip(23).map(|line| format!("{line}\n")).collect();
    let expected = r#"
╭ 2024-03-01 09:00:00 ────────────── by time · events, up to 1 ─────────────── 2024-03-01 18:00:00 ╮
│█          █          █         █          █          █          █         █          █          █│
│█          █          █         █          █          █          █         █          █          █│
│                      ╷         ╷          ╷                                          ╷          ╷│
│━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●───────────────────────────────┿┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┃│
╰ ● playhead   ┿ checkpoint   ┄ lag   ┃ head   ╷ acc-2 ────────────────────────────────────────────╯

"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

#[test]
fn a_fault_is_marked_over_everything_else_on_either_axis() {
    let bank = Bank::little();
    let drawn: String = [("", 50, 12), ("/deposited<enter>t", 60, 20), ("ghzz", 60, 20)]
        .map(|(keys, width, height)| {
            let mut model = bank.screen(width, height);
            model.verification = Some(bank.broken_at(7));
            bank.press(&mut model, keys);
            let panes = layout(&model).unwrap();
            let text = picture(width, height, |_, buf| draw(&model, &Theme::plain(), &panes, buf));
            text.lines().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect::<String>()
        })
        .concat();
    let expected = r#"
      █   █    █    █    █   █    █    █   █    █
               ╷    ╷    ╷        ✘        ╷    ╷
 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●
╭ 2024-03-01 09:00:00 ─── by time ──── 2024-03-01 18:00:00 ╮
│█     █      █     █     █      █     █     █      █     █│
│╷     ◆                               ✘     ╷             │
│━━━━━━●──────────────────────────────────────────────────┃│
╰ ✘ broken   ◆ deposited   ● playhead   ┿ checkpoint ──────╯
╭ 2024-03-01 09:00:00 ──────────────── 2024-03-01 18:00:00 ╮
│      █    █     █     █     █    █     █     █    █     █│
│                                        ✘                 │
│●────────────────────────────────────────────────────────┃│
╰ ✘ broken   ● playhead   ┿ checkpoint   ┄ lag   ┃ head ───╯
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}
