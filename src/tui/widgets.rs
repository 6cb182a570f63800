//! The parts of the screen, a file a pane.

pub(crate) mod event_list;
pub(crate) mod header;
mod pane;
pub(crate) mod text;
pub(crate) mod too_small;
