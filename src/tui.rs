//! The screen, as values; pure.

pub mod effect;
#[cfg(test)]
pub(crate) mod fixture;
pub mod keymap;
pub mod layout;
pub mod message;
pub mod model;
pub mod script;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;
