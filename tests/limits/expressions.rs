//! Limits of expressions.

use foldback::domain::expression::check::LIST_QUESTIONS_DEPTH_MAX;
use foldback::domain::expression::compiled::Expression;
use foldback::domain::expression::computed::{LIST_ITEMS_MAX, TEXT_BYTES_MAX};
use foldback::domain::expression::scope::EvaluationScope;
use foldback::domain::expression::syntax::{EXPRESSION_BYTES_MAX, EXPRESSION_DEPTH_MAX};
use foldback::domain::expression::work::STEPS_MAX;
use foldback::domain::number::SIGNIFICANT_DIGITS_MAX;

use crate::limit::{Limit, bytes, check, count, limit};

/// Limits of expressions.
pub(crate) fn of_expressions() -> Vec<Limit> {
    let steps = count(STEPS_MAX);
    vec![
        limit("an expression", bytes(EXPRESSION_BYTES_MAX), "an expression has at most 2048 bytes", || {
            refusal(&" ".repeat(EXPRESSION_BYTES_MAX + 1))
        }),
        limit(
            "the depth of an expression",
            EXPRESSION_DEPTH_MAX.to_string(),
            "an expression can be nested 90 deep at most",
            || refusal(&format!("{}1", "-(".repeat(EXPRESSION_DEPTH_MAX + 10))),
        ),
        limit(
            "the depth of nested `all`, `exists`, `map` and `filter`",
            LIST_QUESTIONS_DEPTH_MAX.to_string(),
            "`all`, `map` and the like can be nested at most 2 deep",
            || refusal("a.all(x, x.all(y, y.all(z, z)))"),
        ),
        limit(
            "a number in an expression",
            format!("{SIGNIFICANT_DIGITS_MAX} significant digits"),
            "a number has more than 28 digits",
            || unknown("data.n * data.n", r#"{"n":12345678901234567}"#),
        ),
        limit(
            "a list that an expression reads",
            format!("{} items", count(LIST_ITEMS_MAX)),
            "a list or string is too long",
            || unknown("data.all(x, true)", &format!("[{}1]", "1,".repeat(LIST_ITEMS_MAX))),
        ),
        limit(
            "a string that an expression creates",
            bytes(TEXT_BYTES_MAX),
            "a list or string is too long",
            || unknown("data + data", &format!("{:?}", "x".repeat(TEXT_BYTES_MAX / 2 + 1))),
        ),
        limit("the steps of an evaluation", steps, "the evaluation takes too long", || {
            unknown("data.all(x, data.all(y, x == y))", &format!("[{}1]", "1,".repeat(5_000)))
        }),
    ]
}

fn refusal(text: &str) -> String {
    Expression::parse(text).unwrap_err().to_string()
}

/// Why the value is unknown.
fn unknown(text: &str, data: &str) -> String {
    let scope = EvaluationScope { data: Some(data), ..EvaluationScope::default() };
    Expression::parse(text).unwrap().evaluate(&scope).unwrap_err().to_string()
}

#[test]
fn beyond_each_limit_of_expressions_there_is_its_message() {
    check(&of_expressions());
}
