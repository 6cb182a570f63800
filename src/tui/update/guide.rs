//! Keys while the guide is open.

use crate::tui::effect::Effect;
use crate::tui::key::Key;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::action_of;
use crate::tui::layout::layout;
use crate::tui::model::Model;
use crate::tui::model::mode::{Mode, OpenGuide};
use crate::tui::pages::guide::PAGES;
use crate::tui::update::actions::act;
use crate::tui::update::overlay::{page_rows, scrolled};

/// Handles a key while the guide is open: it chooses a page or scrolls one. Escape leads from the page to the list, and
/// from there to the help.
pub(super) fn guide(model: &mut Model, open: OpenGuide, key: Key, effects: &mut Vec<Effect>) {
    let Some(action) = action_of(key) else { return };
    let is_list = open.page_scroll.is_none();
    match action {
        KeyAction::Up => move_in(model, open, -1),
        KeyAction::Down => move_in(model, open, 1),
        KeyAction::PageBack => move_in(model, open, -page_rows(model)),
        KeyAction::PageOn => move_in(model, open, page_rows(model)),
        KeyAction::Beginning => move_in(model, open, i64::MIN),
        KeyAction::Head => move_in(model, open, i64::MAX),
        KeyAction::Open if is_list => {
            model.mode = Mode::Guide(OpenGuide { page_scroll: Some(0), ..open });
        }
        KeyAction::Open | KeyAction::Escape if !is_list => {
            model.mode = Mode::Guide(OpenGuide { page_scroll: None, ..open });
        }
        KeyAction::Escape | KeyAction::Help => model.mode = Mode::Help { scroll: open.help_scroll },
        KeyAction::Quit | KeyAction::Suspend | KeyAction::Command | KeyAction::Find => {
            act(model, action, 1, effects);
        }
        _ => {}
    }
}

/// Chooses the page that is `by` lines further on in the list, or scrolls the open page by so many.
pub(super) fn move_in(model: &mut Model, open: OpenGuide, by: i64) {
    let Some(panes) = layout(model) else { return };
    let moved = match (open.page_scroll, PAGES.get(open.chosen)) {
        (Some(scroll), Some(page)) => {
            let scroll = scrolled(scroll, by).min(page.scroll_max(panes.middle));
            OpenGuide { page_scroll: Some(scroll), ..open }
        }
        _ => {
            let by = isize::try_from(by).unwrap_or(if by < 0 { isize::MIN } else { isize::MAX });
            OpenGuide { chosen: open.chosen.saturating_add_signed(by).min(PAGES.len() - 1), ..open }
        }
    };
    model.mode = Mode::Guide(moved);
}
