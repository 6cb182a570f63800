//! Widgets: the parts of the screen, a file each.
//!
//! Its files:
//!
//! - `bars.rs`: sums by day, as bars above and below a line
//! - `by_how_much.rs`: the comparison of the selected row with the state, field by field
//! - `chart.rs`: the chart: a field of the selected stream's state over its events, as steps
//! - `console.rs`: the SQL console: the editor, and below it the answer or the saved questions
//! - `density.rs`: the bars above the ruler: how fast events came, or how many there are
//! - `differences.rs`: differences between query view and state: expected at another moment, otherwise a defect
//! - `event_list.rs`: the event list: the events around the playhead
//! - `header.rs`: the header: what is open, and the moment that the screen shows
//! - `hints.rs`: the bottom line: the keys that work now, or a notice
//! - `line.rs`: sums over the log, as steps, one unit below the other
//! - `names.rs`: short names of event types: the parts in which they differ
//! - `overlay.rs`: overlays of scrolling lines: the help, the guide, and the inspector
//! - `pane.rs`: panes: a frame, and lines in it
//! - `planned_change.rs`: a planned event in words: what a command would append, and what it would change
//! - `plot.rs`: step lines over the log in braille cells, with the playhead marked
//! - `projector_line.rs`: the projector's line in the query view: who projects, how fast, and what waits
//! - `prompt.rs`: the prompt, with completion and a preview of the command
//! - `query_frame.rs`: the words on the frame of the query pane: what is shown, by which clock, how far behind, and how many events are left out
//! - `query_view.rs`: the query view: the read model's rows, and where they differ from the state
//! - `ruler.rs`: the ruler: density, the selected stream's events, playhead, checkpoint and head on one axis
//! - `state.rs`: the state pane: the selected stream's fields at the playhead, the change of each, and the event that last set it
//! - `stream_table.rs`: the table of the selected stream's events, newest first
//! - `too_small.rs`: the message on a screen that is too small
//! - `totals.rs`: the totals below the list, each with its comparison

mod bars;
mod by_how_much;
mod chart;
pub(crate) mod console;
mod density;
mod differences;
pub(crate) mod event_list;
pub(crate) mod header;
pub(crate) mod hints;
mod line;
mod names;
pub(crate) mod overlay;
mod pane;
mod planned_change;
mod plot;
mod projector_line;
pub(crate) mod prompt;
mod query_frame;
pub(crate) mod query_view;
pub(crate) mod ruler;
pub(crate) mod state;
mod stream_table;
pub(crate) mod too_small;
mod totals;
