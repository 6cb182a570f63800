//! The fuzz targets: one function for each way in which bytes come in from outside.
//!
//! Each takes any bytes, and panics if something does not hold. `tests/fuzz.rs` calls them with the saved inputs and
//! with inputs derived from those; the crate in this folder calls them for as long as one likes.

#[path = "targets/at.rs"]
pub mod at;
#[path = "targets/banks.rs"]
mod banks;
#[path = "targets/command_line.rs"]
pub mod command_line;
#[path = "targets/expression.rs"]
pub mod expression;
#[path = "targets/fold_answer.rs"]
pub mod fold_answer;
#[path = "targets/log_reader.rs"]
pub mod log_reader;
#[path = "targets/mapping_file.rs"]
pub mod mapping_file;
#[path = "targets/screen.rs"]
pub mod screen;
#[path = "targets/sqlite_opener.rs"]
pub mod sqlite_opener;

/// A target takes any bytes.
pub type Target = fn(&[u8]);

/// All targets, by name.
pub const TARGETS: [(&str, Target); 8] = [
    ("at", at::at),
    ("command_line", command_line::command_line),
    ("expression", expression::expression),
    ("fold_answer", fold_answer::fold_answer),
    ("log_reader", log_reader::log_reader),
    ("mapping_file", mapping_file::mapping_file),
    ("screen", screen::screen),
    ("sqlite_opener", sqlite_opener::sqlite_opener),
];
