//! Expressions: any text is one or the message names the wrong character, and any JSON gives it a value or none.

use foldback::domain::expression::bad_expression::BadExpression;
use foldback::domain::expression::compiled::Expression;
use foldback::domain::expression::field_path::FieldPath;
use foldback::domain::expression::history::ConditionTally;
use foldback::domain::expression::scope::{Availability, EvaluationScope, JsonFields};
use foldback::domain::expression::writing::to_json;
use serde_json::value::RawValue;

/// The bytes up to the first NUL are the expression, and the rest is the JSON of data and state.
pub fn expression(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (text, json) = text.split_once('\0').unwrap_or((&text, "{}"));
    let is_json = serde_json::from_str::<&RawValue>(json).is_ok();
    let state = JsonFields(json);
    let scope = EvaluationScope {
        state: Availability::Present(&state),
        old: Availability::Missing,
        data: Some(json),
        stream: Some("cart-1"),
        time: "2024-03-14T12:00:00Z".parse().ok(),
        ..EvaluationScope::default()
    };
    match FieldPath::parse(text) {
        Ok(path) => {
            assert!(!path.field().contains('\0') && path.contains(&path));
            let _ = path.keys(&scope);
        }
        Err(bad) => check_place(text, &bad),
    }
    let _ = Expression::parse_of_record(text).map(|expression| expression.evaluate(&scope).is_ok());
    match Expression::parse(text) {
        Ok(expression) => {
            let mut tallies = vec![ConditionTally::default(); expression.n_counted_conditions()];
            expression.count_event(&scope, &mut tallies);
            let scope = EvaluationScope { history: Some(&tallies), ..scope };
            let value = expression.evaluate(&scope).and_then(|value| to_json(&value));
            if let (Ok(value), true) = (&value, is_json) {
                assert!(serde_json::from_str::<&RawValue>(value).is_ok(), "{text} gives {value}");
            }
            let again = Expression::parse(text).expect(text);
            assert_eq!(again, expression);
            assert_eq!(again.evaluate(&scope).and_then(|value| to_json(&value)), value);
        }
        Err(bad) => check_place(text, &bad),
    }
}

fn check_place(text: &str, bad: &BadExpression) {
    let before = text.get(..bad.offset).expect("a character of the text");
    assert_eq!(before.matches('\n').count() + 1, bad.line);
    assert_eq!(before.chars().rev().take_while(|c| *c != '\n').count() + 1, bad.column);
    assert!(!bad.what.is_empty());
}
