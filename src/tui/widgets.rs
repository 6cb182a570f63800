//! The parts of the screen, a file a pane.

mod chart;
mod density;
pub(crate) mod event_list;
pub(crate) mod header;
mod pane;
pub(crate) mod ruler;
pub(crate) mod state;
pub(crate) mod text;
pub(crate) mod too_small;
