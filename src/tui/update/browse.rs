//! Keys while nothing is being typed: counts, and actions.

use crate::tui::effect::Effect;
use crate::tui::key::{Key, KeyCode};
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::action_of;
use crate::tui::model::Model;
use crate::tui::update::actions::act;

/// The highest count before a key: more than any log has events.
const COUNT_MAX: u64 = 1_000_000_000_000;

/// Handles a key while the panes are in use.
pub(super) fn browse(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    if let Some(digit) = count_digit(model, key) {
        model.count = (model.count * 10 + digit).min(COUNT_MAX);
        return;
    }
    let count = std::mem::take(&mut model.count);
    match action_of(key) {
        Some(KeyAction::Escape) if count > 0 => {}
        Some(action) => act(model, action, i64::try_from(count.max(1)).unwrap_or(i64::MAX), effects),
        None => {}
    }
}

fn count_digit(model: &Model, key: Key) -> Option<u64> {
    let KeyCode::Char(c) = key.code else { return None };
    let digit = c.to_digit(10).filter(|_| !key.ctrl && !key.alt)?;
    (digit > 0 || model.count > 0).then(|| u64::from(digit))
}
