//! The screen, as values; pure.
//!
//! Its files:
//!
//! - `effect.rs`: the things the screen may want done
//! - `fixture.rs`: a little bank to draw: a log in memory, and the answers that the screen would get about it
//! - `keymap.rs`: which key means which action, and the help made from it
//! - `layout.rs`: where each pane is
//! - `message.rs`: everything that can happen to the screen
//! - `model.rs`: everything the screen knows
//! - `script.rs`: keys as a script writes them
//! - `theme.rs`: colours and glyphs
//! - `update.rs`: what the model becomes, and what it wants done
//! - `view.rs`: the model, drawn
//! - `widgets.rs`: the parts of the screen, a file a pane

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
