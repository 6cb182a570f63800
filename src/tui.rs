//! The screen as values: model, messages, effects, update, view. Pure.
//!
//! Its files:
//!
//! - `effect.rs`: effects: what the screen wants done
//! - `fixture.rs`: a small bank for tests of the screen: a log in memory, with the answers about it
//! - `key.rs`: a key of the keyboard, with its modifiers, and how it is written
//! - `keymap.rs`: the keymap: which key means which action, and the help made from it
//! - `layout.rs`: the layout: the place of each pane
//! - `message.rs`: messages: everything that can happen to the screen
//! - `model.rs`: the model: everything that the screen knows
//! - `notice_lines.rs`: the lines of a notice, on a screen of a width
//! - `pages.rs`: the pages that open over the panes: their lines, and how far they scroll
//! - `questions.rs`: the questions of the screen, a file each: the question as a value, and its answer
//! - `script.rs`: scripts of keys, as `print` reads them
//! - `text.rs`: text for the screen: made visible, measured and cut in one place
//! - `theme.rs`: the theme: colours and glyphs
//! - `update.rs`: the update: a message changes the model and gives effects
//! - `view.rs`: the view: the model, drawn
//! - `widgets.rs`: widgets: the parts of the screen, a file each
//! - `window.rs`: the window of a list: as many of its rows as fit, around one of them
//! - `wrapped_line.rs`: a line of the SQL editor, wrapped into rows of cells

pub mod effect;
#[cfg(test)]
pub(crate) mod fixture;
pub mod key;
pub mod keymap;
pub mod layout;
pub mod message;
pub mod model;
mod notice_lines;
pub mod pages;
pub mod questions;
pub mod script;
pub(crate) mod text;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;
pub mod window;
mod wrapped_line;
