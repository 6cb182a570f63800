//! The screen, as values; pure.

pub mod effect;
pub mod keymap;
pub mod layout;
pub mod message;
pub mod model;
pub mod script;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;
