//! Keys while the inspector or the help is open.

use crate::tui::effect::Effect;
use crate::tui::key::Key;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::action_of;
use crate::tui::layout::layout;
use crate::tui::model::Model;
use crate::tui::model::mode::{Inspector, Mode, OpenGuide};
use crate::tui::pages::{self, help, inspector};
use crate::tui::update::actions::act;
use crate::tui::update::copying::copy_event;

/// Handles a key while the inspector or the help is open: it scrolls. With the inspector open, the playhead can still
/// move; from the help, Enter opens the guide.
pub(super) fn overlay(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    let Some(action) = action_of(key) else { return };
    match (action, &mut model.mode) {
        (KeyAction::Up, _) => scroll_overlay(model, -1),
        (KeyAction::Down, _) => scroll_overlay(model, 1),
        (KeyAction::PageBack, _) => scroll_overlay(model, -page_rows(model)),
        (KeyAction::PageOn, _) => scroll_overlay(model, page_rows(model)),
        (KeyAction::Open, Mode::Help { scroll }) => {
            model.mode = Mode::Guide(OpenGuide { help_scroll: *scroll, ..OpenGuide::default() });
        }
        (KeyAction::Escape | KeyAction::Open, _) | (KeyAction::Help, Mode::Help { .. }) => {
            model.mode = Mode::Browse;
        }
        (
            KeyAction::Quit | KeyAction::Suspend | KeyAction::Help | KeyAction::Command | KeyAction::Find,
            _,
        ) => {
            act(model, action, 1, effects);
        }
        (KeyAction::Copy, Mode::Inspect(_)) => copy_event(model, effects),
        (
            KeyAction::StepBack
            | KeyAction::StepOn
            | KeyAction::StreamBack
            | KeyAction::StreamOn
            | KeyAction::Fault,
            Mode::Inspect(inspector),
        ) => {
            inspector.scroll = 0;
            act(model, action, 1, effects);
        }
        _ => {}
    }
}

/// Scrolls the inspector or the help, as far as it goes.
pub(super) fn scroll_overlay(model: &mut Model, by: i64) {
    let Some(panes) = layout(model) else { return };
    let max = match &model.mode {
        Mode::Inspect(inspector) => inspector::scroll_max(model, inspector, &panes),
        Mode::Help { .. } => help::scroll_max(model, panes.middle),
        _ => return,
    };
    if let Mode::Inspect(Inspector { scroll, .. }) | Mode::Help { scroll } = &mut model.mode {
        *scroll = scrolled(*scroll, by).min(max);
    }
}

pub(super) fn page_rows(model: &Model) -> i64 {
    layout(model).map_or(1, |panes| i64::try_from(pages::room(panes.middle).1.max(1)).unwrap_or(1))
}

pub(super) fn scrolled(scroll: u16, by: i64) -> u16 {
    u16::try_from((i64::from(scroll).saturating_add(by)).max(0)).unwrap_or(u16::MAX)
}
