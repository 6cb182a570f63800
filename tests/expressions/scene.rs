//! An event of a cart with its state, in which expressions are evaluated.

use foldback::domain::expression::compiled::Expression;
use foldback::domain::expression::computed::WhyUnknown;
use foldback::domain::expression::scope::{Availability, EvaluationScope, JsonFields};
use foldback::domain::expression::writing::to_json;

/// The state after the event.
pub(crate) const STATE: JsonFields<'static> = JsonFields(
    r#"{"status":"open","total":12.5,"balance":1000,"limit":"200","empty":null,"owner":"Ada",
        "items":{"apple":3,"pear":2},"order-id":"o-7","type":"basket","tags":["a","b"],
        "lines":[{"sku":"apple","price":1.5,"qty":3},{"sku":"pear","price":"4","qty":2}]}"#,
);

/// The state before the event.
pub(crate) const OLD: JsonFields<'static> = JsonFields(r#"{"status":"open","total":10,"limit":"200"}"#);

/// The event's data.
pub(crate) const DATA: &str = r#"{"sku":"pear","qty":2,"price":"1.25","note":null,"paid":true,
    "big":12345678901234567890123456789,"at":"2024-03-14T12:00:00Z","twice":1,"twice":2,
    "inner":"{\"a\":[1,2,{\"b\":\"x\"}]}","name":"Grüße, \"Welt\"","deep":{"list":[10,20,30]}}"#;

/// The scope of the event.
pub(crate) fn scope() -> EvaluationScope<'static> {
    EvaluationScope {
        state: Availability::Present(&STATE),
        old: Availability::Present(&OLD),
        data: Some(DATA),
        raw: Some(r#"{"_data_":{"sku":"pear"}}"#),
        metadata: Some(r#"{"user":"bob"}"#),
        stream: Some("cart-1"),
        event_type: Some("ItemAdded"),
        version: Some(3),
        position: Some(42),
        time: Some("2024-03-14T12:00:01Z".parse().unwrap()),
        ..EvaluationScope::default()
    }
}

/// The value of an expression in JSON, or why it is unknown.
pub(crate) fn value(text: &str) -> Result<String, WhyUnknown> {
    value_in(text, &scope())
}

pub(crate) fn value_in(text: &str, scope: &EvaluationScope<'_>) -> Result<String, WhyUnknown> {
    let expression = Expression::parse(text).unwrap_or_else(|bad| panic!("{text}: {bad}"));
    expression.evaluate(scope).and_then(|value| to_json(&value))
}

/// Checks the values of expressions; `?` is unknown.
pub(crate) fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, expected)| (text, expected, value(text)))
        .filter(|(_, expected, value)| value.as_deref().unwrap_or("?") != **expected)
        .map(|(text, expected, value)| format!("{text} is {value:?}, not {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
