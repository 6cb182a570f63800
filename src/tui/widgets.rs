//! The parts of the screen, a file a pane.
//!
//! Its files:
//!
//! - `by_how_much.rs`: by how much the selected account's row differs from the state, field by field
//! - `chart.rs`: the selected account's balance over its events, as steps
//! - `console.rs`: the SQL console: a question in SQL, and under it its answer or the saved questions
//! - `density.rs`: the bars over the ruler: how fast events came, or how many there are
//! - `differences.rs`: where the query view has a value otherwise than the state: because it shows another moment, or by a defect
//! - `event_list.rs`: the events around the playhead
//! - `flows.rs`: daily flows: what came in and went out by day, as bars up and down from a line
//! - `header.rs`: the line at the top: what is open, and where in its history the screen stands
//! - `help.rs`: the help: what the panes are, the keys from the keymap, and the marks on the screen
//! - `hints.rs`: the line at the bottom: which keys there are now, or what there is to tell
//! - `inspector.rs`: the inspector: an event in full
//! - `json.rs`: raw JSON laid out in lines, every number, name, duplicate and escape as it came
//! - `money.rs`: money by currency: what the accounts of each hold together, over the log, as steps
//! - `names.rs`: names of event types in little room: shortened to the parts in which they differ
//! - `overlay.rs`: lines that are laid over the panes and scroll
//! - `pane.rs`: the frame around a pane, and lines put into it
//! - `plot.rs`: a line over the log that goes in steps, laid out over cells of braille, with the playhead marked
//! - `projector_line.rs`: the line in the query view that says who projects, how fast, and what waits
//! - `prompt.rs`: the line that is being typed, with completion and what the command would do
//! - `query_view.rs`: the query view: the accounts as the read model has them, and where that differs from the state
//! - `ruler.rs`: the ruler: density, the selected account's events, and playhead, checkpoint and head on one line
//! - `state.rs`: the selected account's state at the playhead: its fields, what changed, and what last set each
//! - `statement.rs`: the query view's other form: the selected account's statement, its newest line first
//! - `text.rs`: the one boundary that text from outside crosses before it is measured, cut and drawn
//! - `too_small.rs`: what is said on a screen that is too small for anything else
//! - `totals.rs`: the totals below the accounts, with what each is compared with and by how much it differs

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
