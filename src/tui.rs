//! The screen as values: model, messages, effects, update, view. Pure.
//!
//! Its files:
//!
//! - `effect.rs`: effects: what the screen wants done
//! - `fixture.rs`: a small bank for tests of the screen: a log in memory, with the answers about it
//! - `keymap.rs`: the keymap: which key means which action, and the help made from it
//! - `layout.rs`: the layout: the place of each pane
//! - `message.rs`: messages: everything that can happen to the screen
//! - `model.rs`: the model: everything that the screen knows
//! - `questions.rs`: the questions of the screen, a file each: the question as a value, and its answer
//! - `script.rs`: scripts of keys, as `print` reads them
//! - `theme.rs`: the theme: colours and glyphs
//! - `update.rs`: the update: a message changes the model and gives effects
//! - `view.rs`: the view: the model, drawn
//! - `widgets.rs`: widgets: the parts of the screen, a file each

pub mod effect;
#[cfg(test)]
pub(crate) mod fixture;
pub mod keymap;
pub mod layout;
pub mod message;
pub mod model;
pub mod questions;
pub mod script;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;
