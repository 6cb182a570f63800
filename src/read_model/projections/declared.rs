//! Declared projections: a person's own tables and SQL, with a history that foldback keeps for them.
//!
//! Its files:
//!
//! - `checked.rs`: the check of a projection's file in an empty database: its tables, its statements, what they may do
//! - `clock_free.rs`: SQLite's functions of dates, without the clock and the machine's time zone
//! - `deadline.rs`: the deadline of the statement that runs
//! - `file.rs`: the file of a projection, parsed into tables and the statements for each type of event
//! - `functions.rs`: the functions of projections: exact values out of JSON
//! - `history.rs`: the tables, triggers and views by which a projection's tables answer as of any position
//! - `json_path.rs`: paths into JSON as SQLite writes them: `$.items[0].sku`
//! - `permissions.rs`: the actions and functions that a projection's SQL may use
//! - `projection.rs`: a declared projection at work: each event's statements, on the tables of a generation
//! - `table.rs`: the tables of a person's own, as they are in a database

pub mod checked;
pub(in crate::read_model) mod clock_free;
pub(in crate::read_model) mod deadline;
pub mod file;
pub(in crate::read_model) mod functions;
pub(in crate::read_model) mod history;
pub(in crate::read_model) mod json_path;
pub(in crate::read_model) mod permissions;
pub(in crate::read_model) mod projection;
pub(in crate::read_model) mod table;
