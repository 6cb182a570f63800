//! Limits of projections that a person wrote.

use foldback::domain::aggregates::{Aggregates, ProjectionText};
use foldback::domain::file::{self, N_PROJECTION_FILES_MAX};
use foldback::read_model::projections::declared::checked::N_TABLE_COLUMNS_MAX;
use foldback::read_model::projections::declared::file::{N_PROJECTION_STATEMENTS_MAX, PROJECTION_BYTES_MAX};
use foldback::read_model::projections::list::declared_projections;

use crate::limit::{Limit, bytes, check, limit};

const TABLE: &str = "-- projection: p\nCREATE TABLE t (a PRIMARY KEY);\n-- on: A\n";

/// Limits of projections.
pub(crate) fn of_projections() -> Vec<Limit> {
    vec![
        limit(
            "the projections of a domain file",
            N_PROJECTION_FILES_MAX.to_string(),
            "line 1, character 15: a domain file has 20 projections at most",
            || {
                let names = "\"a.sql\", ".repeat(N_PROJECTION_FILES_MAX + 1);
                file::parse(&format!("projections = [{names}]\n[aggregates.a.on.A]\n"))
                    .unwrap_err()
                    .to_string()
            },
        ),
        limit(
            "the file of a projection",
            bytes(PROJECTION_BYTES_MAX),
            "line 1: a projection has 256 KiB at most",
            || refusal(&"-".repeat(PROJECTION_BYTES_MAX + 1)),
        ),
        limit(
            "the statements of a projection",
            N_PROJECTION_STATEMENTS_MAX.to_string(),
            "line 203: a projection has 200 statements at most",
            || refusal(&format!("{TABLE}{}", "DELETE FROM t;\n".repeat(N_PROJECTION_STATEMENTS_MAX))),
        ),
        limit(
            "the columns of a projection's table",
            N_TABLE_COLUMNS_MAX.to_string(),
            "line 2: a table has 100 columns at most",
            || {
                let columns: String = (1..=N_TABLE_COLUMNS_MAX).map(|n| format!(", c{n}")).collect();
                refusal(&format!("{}DELETE FROM t;\n", TABLE.replace("KEY)", &format!("KEY{columns})"))))
            },
        ),
    ]
}

fn refusal(text: &str) -> String {
    let text = ProjectionText { file: "p.sql".to_owned(), text: text.to_owned() };
    declared_projections(&Aggregates::merged().with_projections(vec![text])).unwrap_err().1.to_string()
}

#[test]
fn beyond_each_limit_of_projections_there_is_its_message() {
    check(&of_projections());
}
