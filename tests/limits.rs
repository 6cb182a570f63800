//! Limits: beyond each there is a message, and the program goes on.

#[path = "limits/depth.rs"]
mod depth;
#[path = "limits/domain_files.rs"]
mod domain_files;
#[path = "limits/expressions.rs"]
mod expressions;
#[path = "limits/learning.rs"]
mod learning;
#[path = "limits/limit.rs"]
mod limit;
#[path = "limits/lines.rs"]
mod lines;
#[path = "limits/logs.rs"]
mod logs;
#[path = "limits/projections.rs"]
mod projections;
#[path = "limits/questions.rs"]
mod questions;
mod support;

use crate::domain_files::of_domain_files;
use crate::expressions::of_expressions;
use crate::learning::of_learning;
use crate::limit::Limit;
use crate::lines::of_lines;
use crate::logs::of_logs;
use crate::projections::of_projections;
use crate::questions::of_questions_and_screens;
use crate::support::{check_part, filled};

#[test]
fn every_limit_is_in_the_guide_as_it_is() {
    let mut list = String::from("\n");
    for Limit { what, most, beyond, .. } in [
        of_logs(),
        of_lines(),
        of_questions_and_screens(),
        of_expressions(),
        of_domain_files(),
        of_learning(),
        of_projections(),
    ]
    .iter()
    .flatten()
    {
        list += &filled("- ", &format!("**{what}**: {most}."));
        list += &filled("  ", &format!("Beyond it: {beyond}"));
    }
    check_part(
        "assets/guide/limits.md",
        "<!-- limits: from tests/limits.rs -->\n",
        "<!-- /limits -->",
        &(list + "\n"),
    );
}
