//! Laws: for any expression of the grammar and any data.

use foldback::domain::expression::compiled::Expression;
use foldback::domain::expression::scope::{Availability, EvaluationScope, JsonFields};
use foldback::domain::expression::writing::to_json;
use proptest::prelude::*;

use super::support::cases;

/// Values of fields, as JSON.
fn any_value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(vec![
            "null",
            "true",
            "false",
            "0",
            "1",
            "-2.5",
            "\"1\"",
            "\"a\"",
            "\"2024-03-14\"",
            "1e27"
        ])
        .prop_map(str::to_owned),
        any::<f64>()
            .prop_filter("JSON has none", |double| double.is_finite())
            .prop_map(|double| double.to_string()),
        "[a-z]{0,3}".prop_map(|text| format!("{text:?}")),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(inner, 0..3).prop_map(|items| {
                let members: Vec<String> =
                    items.iter().zip("abc".chars()).map(|(v, k)| format!("\"{k}\":{v}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// Expressions over the fields a, b and c of the data in which more knowledge never changes an answer: without `has`,
/// `default` and the data as a whole.
fn any_expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(vec![
            "data.a",
            "data.b",
            "data.c",
            "data.a.b",
            "data.b[0]",
            "null",
            "true",
            "false"
        ])
        .prop_map(str::to_owned),
        prop::sample::select(vec!["0", "1.50", "'1'", "'a'", "1e27", "[1, data.a]", "time"])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let operators = vec!["&&", "||", "+", "-", "*", "%", "==", "!=", "<", "<=", ">", ">=", "in"];
        prop_oneof![
            4 => (inner.clone(), prop::sample::select(operators), inner.clone())
                .prop_map(|(a, operator, b)| format!("({a} {operator} {b})")),
            1 => inner.clone().prop_map(|a| format!("!({a})")),
            1 => inner.clone().prop_map(|a| format!("-({a})")),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            1 => (inner.clone(), prop::sample::select(vec!["all", "exists", "exists_one", "filter", "map"]), inner.clone())
                .prop_map(|(list, question, a)| format!("[{list}, 1].{question}(x, x == {a})")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("div({a}, {b}, 2)")),
            1 => inner.clone().prop_map(|a| format!("string({a})")),
            1 => inner.prop_map(|a| format!("size({a})")),
        ]
    })
}

/// The value in JSON; `None` if it is unknown.
fn value(text: &str, data: &str) -> Option<String> {
    let state = JsonFields("{}");
    let scope = EvaluationScope {
        state: Availability::Present(&state),
        data: Some(data),
        time: "2024-03-14T12:00:00Z".parse().ok(),
        ..EvaluationScope::default()
    };
    // A question in a question in a question is refused.
    let expression = Expression::parse(text).ok()?;
    expression.evaluate(&scope).and_then(|value| to_json(&value)).ok()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn more_knowledge_never_changes_a_known_value(
        text in any_expression(), a in any_value(), b in any_value(), c in any_value()
    ) {
        let less = value(&text, &format!("{{\"a\":{a}}}"));
        let more = value(&text, &format!("{{\"a\":{a},\"b\":{b},\"c\":{c}}}"));
        if less.is_some() {
            prop_assert_eq!(less, more, "{}", text);
        }
    }

    #[test]
    fn logic_is_the_same_in_either_order(
        a in any_expression(), b in any_expression(), x in any_value(), y in any_value()
    ) {
        let data = format!("{{\"a\":{x},\"b\":{y}}}");
        let at = |text: String| value(&text, &data);
        prop_assert_eq!(at(format!("({a}) && ({b})")), at(format!("({b}) && ({a})")));
        prop_assert_eq!(at(format!("({a}) || ({b})")), at(format!("({b}) || ({a})")));
        prop_assert_eq!(at(format!("!(({a}) && ({b}))")), at(format!("!({a}) || !({b})")));
        prop_assert_eq!(at(format!("({a}) == ({b})")), at(format!("({b}) == ({a})")));
        prop_assert_eq!(at(format!("({a}) < ({b})")), at(format!("({b}) > ({a})")));
        prop_assert_eq!(at(format!("({a}) != ({b})")), at(format!("!(({a}) == ({b}))")));
    }

    #[test]
    fn a_value_that_is_written_and_read_again_is_equal(x in any_value()) {
        let data = format!("{{\"a\":{x}}}");
        let Some(json) = value("data.a", &data) else { return Ok(()) };
        let both = format!("{{\"a\":{x},\"b\":{json}}}");
        prop_assert_eq!(value("data.a == data.b", &both), Some("true".to_owned()));
    }
}
