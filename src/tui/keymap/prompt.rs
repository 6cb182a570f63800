//! The keys of a prompt beside those that edit its line.

use crate::tui::key::{Key, KeyCode};

/// The actions of keys in a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptAction {
    /// Enters the line.
    Enter,
    /// Takes the next way to complete the line.
    Complete,
    /// Takes the one before.
    CompleteBack,
    /// The line or the row before.
    Earlier,
    /// The line or the row after.
    Later,
    Close,
}

/// Each action with its key, which may have modifiers.
const PROMPT_KEYS: [(PromptAction, KeyCode); 6] = [
    (PromptAction::Enter, KeyCode::Enter),
    (PromptAction::Complete, KeyCode::Tab),
    (PromptAction::CompleteBack, KeyCode::BackTab),
    (PromptAction::Earlier, KeyCode::Up),
    (PromptAction::Later, KeyCode::Down),
    (PromptAction::Close, KeyCode::Esc),
];

/// The action of a key in a prompt.
pub fn prompt_action_of(key: Key) -> Option<PromptAction> {
    PROMPT_KEYS.into_iter().find(|(_, code)| *code == key.code).map(|(action, _)| action)
}

/// The keys of some actions of a prompt, as hints write them: `↑ ↓`.
pub fn prompt_key_names(actions: &[PromptAction]) -> String {
    let code = |action: &PromptAction| PROMPT_KEYS.into_iter().find(|(of, _)| of == action);
    let names = actions.iter().filter_map(code).map(|(_, code)| Key::plain(code).name());
    names.collect::<Vec<_>>().join(" ")
}
