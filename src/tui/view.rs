//! The model, drawn.
//!
//! ```text
//!  foldback  bank.db                  REPLAY  8,112 of 12,431 · 2024-03-14 10:22:07  −4,319 events   header
//! ╭─ Events ────────────╮╭─ State at 8,112 ─────╮╭─ Query view at 12,431 ─────╮
//! │   8,110 10:22 With… ││ owner    Ada  @7     ││ account  owner   balance   │   event_list, state, query_view
//! │ ▶ 8,112 10:22 Depo… ││ balance  1,250.00    ││▌acc-17   Ada      990.00≠  │   (or statement in its place)
//! │   8,113 10:24 Acco… ││ ⡇⠉⠉⠉⡇ over the log   ││ Σ 1,204,221.00 EUR         │   chart: inside the state
//! ╰─────────────────────╯╰──────────────────────╯╰────────────────────────────╯   inspector, help: over the panes
//! ╭ 2023-01-02 ────── by position · ▁▅█ up to 9 events a day ────── 2024-12-31 ╮   prompt: over their bottom
//! │ ▁▁▂▁▅▂▁▁▁▃▇▂▁▁▁▂▁▁▁▁▂▃▁▁▁▁▆▂▁▁▁▂▂▁▁▁▃▃▂▁▁▁▂▁▁▅▂▁▁▁▁▂▁▅▂▁▁▁▃▇▂▁▁▁▂▁▁▁▁▂▃▁▁▁ │   density
//! │   ╷      ╷  ╻       ╷          ╷    ╷                 ╻                    │   ruler
//! │ ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●─────────────────────────┿┄┄┄┄┄┄┄┄┃ │
//! ╰ ● playhead   ┿ query view   ┄ lag   ┃ head   ╷ acc-17 ─────────────────────╯
//!  , . step   < > this account   space play   : command   / find   tab pane       hints, or a notice
//! ```
//!
//! A screen under the smallest size has one sentence: `too_small`.

use ratatui::Frame;

use crate::tui::layout::layout_in;
use crate::tui::model::{Mode, Model, Size};
use crate::tui::theme::Theme;
use crate::tui::widgets::{
    event_list, header, help, hints, inspector, prompt, query_view, ruler, state, too_small,
};

/// Draws the model. What is drawn depends on the model and on nothing else, and costs no more than its cells.
pub fn view(model: &Model, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    // The terminal may have become smaller before the model has heard of it.
    let size = Size { width: model.size.width.min(area.width), height: model.size.height.min(area.height) };
    let buf = frame.buffer_mut();
    let Some(panes) = layout_in(model, size) else {
        too_small::draw(theme, area, buf);
        return;
    };
    header::draw(model, theme, panes.header, buf);
    if let Some(area) = panes.events {
        event_list::draw(model, theme, area, buf);
    }
    if let Some(area) = panes.state {
        state::draw(model, theme, area, buf);
    }
    if let Some(area) = panes.query {
        query_view::draw(model, theme, area, buf);
    }
    ruler::draw(model, theme, &panes, buf);
    match &model.mode {
        Mode::Inspect(inspected) => inspector::draw(model, inspected, theme, &panes, buf),
        Mode::Help { scroll } => help::draw(*scroll, theme, panes.middle, buf),
        Mode::Browse | Mode::Command(_) | Mode::Find(_) | Mode::Copy => {}
    }
    let cursor = panes.prompt.and_then(|area| prompt::draw(model, theme, area, buf));
    hints::draw(model, theme, panes.hints, buf);
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}
