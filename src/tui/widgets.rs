//! The parts of the screen, a file a pane.

mod by_how_much;
mod chart;
pub(crate) mod console;
mod density;
mod differences;
pub(crate) mod event_list;
mod flows;
pub(crate) mod header;
pub(crate) mod help;
pub(crate) mod hints;
pub(crate) mod inspector;
mod json;
mod money;
mod names;
mod overlay;
mod pane;
mod plot;
mod projector_line;
pub(crate) mod prompt;
pub(crate) mod query_view;
pub(crate) mod ruler;
pub(crate) mod state;
mod statement;
pub(crate) mod text;
pub(crate) mod too_small;
mod totals;
