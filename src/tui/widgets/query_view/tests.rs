//! Tests of the query view's pictures.

use super::*;
use crate::read_model::rows::{FailedEvent, Failure};
use crate::tui::fixture::{Bank, picture};

/// The query pane of a model, in that size.
pub(in crate::tui::widgets) fn drawn(model: &Model, width: u16, height: u16) -> String {
    picture(width, height, |area, buf| draw(model, &Theme::plain(), area, buf))
}

/// The query pane after these keys, in that size.
pub(in crate::tui::widgets) fn drawn_after(bank: &Bank, keys: &str, (width, height): (u16, u16)) -> String {
    let mut model = bank.screen(120, 36);
    bank.press(&mut model, keys);
    drawn(&model, width, height)
}

#[test]
fn differences_from_the_state_are_marked() {
    let drawn = drawn_after(&Bank::little(), "hhh", (54, 9));
    let expected = r#"
╭─ Query view now, at 10 · lag 0 ────────────────────╮
│ account    owner                  balance  status  │
│ acc-1      Ada Lovelace      1,150.00 EUR≠ open    │
│ acc-2      李小龍             -250.00 EUR≠ frozen≠?│
│▌acc-3      Grace Hopper           900 JPY  open    │
│                                                    │
│                                                    │
│ Σ 900.00 EUR · 2 accounts  +1 more                 │
╰ ≠ differs at 7 ──────────────────────────── 3 of 3 ╯
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

#[test]
fn a_held_projector_lags() {
    let drawn = drawn_after(&Bank::little().projected_to(7), "", (54, 16));
    let expected = r#"
╭─ Query view now, at 7 · lag 3 events, 3h ──────────╮
│ projector here · HELD · queue ▰▱▱▱▱ 3              │
│ account    owner                  balance  status  │
│ acc-1      Ada Lovelace      1,200.00 EUR≠ open    │
│▌acc-2      李小龍             -300.00 EUR≠ open  ≠?│
│ acc-3      Grace Hopper           900 JPY  open    │
│                                                    │
│                                                    │
│                                                    │
│                                                    │
│                                                    │
│                                                    │
│ ≠ balance: state -250.00, row -300.00, -50.00 ─────│
│ Σ 900.00 EUR · 2 accounts                          │
│ Σ    900 JPY · 1 account                           │
╰ ≠ lag: not yet at 10 ────────────────────── 2 of 3 ╯
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

#[test]
fn as_of_the_playhead_it_agrees_with_the_state() {
    let drawn = drawn_after(&Bank::little(), "hhhhhha", (54, 9));
    let expected = r#"
╭─ Query view as of 4 · lag 0 ───────────────────────╮
│ account    owner                  balance  status  │
│ acc-1      Ada Lovelace      1,200.00 EUR  open    │
│▌acc-2      李小龍                0.00 EUR  open   ?│
│ acc-3      –                            0  none    │
│                                                    │
│                                                    │
│ Σ 1,200.00 EUR · 2 accounts                        │
╰ ? 1 of 2 events not understood ──────────── 2 of 3 ╯
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

#[test]
fn as_of_a_playhead_that_it_has_not_come_to_it_shows_its_checkpoint() {
    let drawn = drawn_after(&Bank::little().projected_to(4), "a", (54, 9));
    let expected = r#"
╭─ Query view as of 4 · HELD · lag 6 ────────────────╮
│ account    owner              balance EUR  status  │
│ acc-1      Ada Lovelace          1,200.00≠ open    │
│▌acc-2      李小龍                    0.00≠ open  ≠?│
│                                                    │
│                                                    │
│                                                    │
│ Σ 1,200.00 EUR · 2 accounts                        │
╰ ≠ state -250.00 row 0.00 +250.00 ────────── 2 of 2 ╯
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

#[test]
fn a_difference_at_the_same_position_is_called_a_defect() {
    let drawn = drawn_after(&Bank::little().with_wrong_balance_of("acc-1"), "a", (54, 9));
    let expected = r#"
╭─ Query view as of 10 · lag 0 ──────────────────────╮
│ account    owner                  balance  status  │
│ acc-1      Ada Lovelace      1,150.01 EUR✗ open    │
│▌acc-2      李小龍             -250.00 EUR  frozen ?│
│ acc-3      Grace Hopper           900 JPY  open    │
│                                                    │
│                                                    │
│ Σ 900.00 EUR✗ 900.01 by its rows, -0.01  +1 more   │
╰ ✗ differs at 10: a projection's defect ──── 2 of 3 ╯
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

#[test]
fn skipped_events_stay_visible_and_are_named_as_the_cause() {
    let bank = Bank::little().with_wrong_balance_of("acc-1").with_skipped(2);
    let drawn = drawn_after(&bank, "", (54, 11));
    let expected = r#"
╭─ Query view now, at 10 · lag 0 ────────────────────╮
│ projector here · idle           1 event skipped: 2 │
│ account    owner                  balance  status  │
│ acc-1      Ada Lovelace      1,150.01 EUR✗ open    │
│▌acc-2      李小龍             -250.00 EUR  frozen ?│
│ acc-3      Grace Hopper           900 JPY  open    │
│                                                    │
│                                                    │
│                                                    │
│ Σ 900.00 EUR✗ 900.01 by its rows, -0.01  +1 more   │
╰ ✗ differs at 10: events were skipped ────── 2 of 3 ╯
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

/// The query view after these keys, when an event could not be projected.
fn drawn_failed(keys: &str) -> String {
    let bank = Bank::little().projected_to(7);
    let mut model = bank.screen(120, 36);
    bank.press(&mut model, keys);
    let event =
        FailedEvent { position: 8, stream: "acc-1".to_owned(), event_type: "TransferSent".to_owned() };
    model.read_side.status.failure = Some(Failure { event: Some(event), why: "it is odd".to_owned() });
    drawn(&model, 54, 12)
}

#[test]
fn a_failed_event_is_reported_over_a_chart_too() {
    let drawn = drawn_failed("v");
    let expected = r#"
╭─ Daily flows now, at 7 · FAILED · lag 3 ───────────╮
│ 2024-03-01  in 1,200.00  out 300.00 EUR            │
│           ┊                                        │
│           ┊                                        │
│ 1,200.00 ███                                       │
│          ███                                       │
│          ███                                       │
│          ███                                       │
│     0.00 ─●──                                      │
│ TransferSent of acc-1 at 8 could not be projected: │
│ it is odd · r tries again, x skips it              │
╰─────────────────────────────────────────── +1 more ╯
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

#[test]
fn a_failure_to_project_names_the_event_and_what_to_do() {
    let drawn = drawn_failed("");
    let expected = r#"
╭─ Query view now, at 7 · lag 3 events, 3h ──────────╮
│ projector here · FAILED · queue ▰▱▱▱▱ 3            │
│ account    owner                  balance  status  │
│ acc-1      Ada Lovelace      1,200.00 EUR≠ open    │
│▌acc-2      李小龍             -300.00 EUR≠ open  ≠?│
│ acc-3      Grace Hopper           900 JPY  open    │
│                                                    │
│                                                    │
│                                                    │
│ TransferSent of acc-1 at 8 could not be projected: │
│ it is odd · r tries again, x skips it              │
╰ ≠ state -250.00 row -300.00 -50.00 ──────── 2 of 3 ╯
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}
