//! Limits of expressions: each has a sentence, and no text within them needs much stack or time.

use foldback::domain::expression::check::LIST_QUESTIONS_DEPTH_MAX;
use foldback::domain::expression::compiled::Expression;
use foldback::domain::expression::computed::{LIST_ITEMS_MAX, TEXT_BYTES_MAX, WhyUnknown};
use foldback::domain::expression::scope::EvaluationScope;
use foldback::domain::expression::syntax::{EXPRESSION_BYTES_MAX, EXPRESSION_DEPTH_MAX};

use super::scene::value_in;

fn refusal(text: &str) -> String {
    Expression::parse(text).expect_err(&text[..40]).what
}

#[test]
fn a_longer_expression_is_refused() {
    let padded = |n: usize| format!("1{}", " ".repeat(n - 1));
    assert!(Expression::parse(&padded(EXPRESSION_BYTES_MAX)).is_ok());
    assert_eq!(refusal(&padded(EXPRESSION_BYTES_MAX + 1)), "an expression has at most 2048 bytes");
}

#[test]
fn a_deeper_expression_is_refused_whatever_it_is_nested_in() {
    for (before, inside, after) in [
        ("(-", "1", ")"),
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{'a':", "1", "}"),
        ("size(", "1", ")"),
        ("a[", "1", "]"),
        ("", "a", ".a"),
        ("", "a", "[0]"),
        ("", "1", "+1"),
        ("", "a", "<a"),
        ("", "a", ".lower()"),
        ("a?1:", "1", ""),
        ("a?(", "1", "):1"),
    ] {
        let nested = |n: usize| format!("{}{inside}{}", before.repeat(n), after.repeat(n));
        let n_most = (EXPRESSION_BYTES_MAX - inside.len()) / (before.len() + after.len());
        assert_eq!(
            refusal(&nested(n_most)),
            "an expression can be nested 90 deep at most",
            "{before}{after}"
        );
        assert!(Expression::parse(&nested(EXPRESSION_DEPTH_MAX / 2)).is_ok(), "{before}{after}");
    }
}

#[test]
fn deeper_questions_about_lists_are_refused() {
    let nested = |n: usize| format!("{}x{}", "[1].map(x, ".repeat(n), ")".repeat(n));
    assert!(Expression::parse(&nested(LIST_QUESTIONS_DEPTH_MAX)).is_ok());
    let expected = "`all`, `map` and the like can be nested at most 2 deep";
    assert_eq!(Expression::parse(&nested(LIST_QUESTIONS_DEPTH_MAX + 1)).unwrap_err().what, expected);
    assert!(Expression::parse("[1].map(x, x).map(x, x).map(x, x)").is_ok());
}

#[test]
fn longer_lists_and_texts_are_unknown() {
    let list = |n: usize| format!("{{\"list\":[{}]}}", vec!["1"; n].join(","));
    let at = |data: &str, text: &str| {
        value_in(text, &EvaluationScope { data: Some(data), ..EvaluationScope::default() })
    };
    assert_eq!(at(&list(LIST_ITEMS_MAX), "data.list.all(x, x == 1)").as_deref(), Ok("true"));
    assert_eq!(at(&list(LIST_ITEMS_MAX + 1), "data.list.all(x, x == 1)"), Err(WhyUnknown::TooLong));
    assert_eq!(at(&list(LIST_ITEMS_MAX), "data.list + [1]"), Err(WhyUnknown::TooLong));
    let text = format!("{{\"text\":\"{}\"}}", "a".repeat(TEXT_BYTES_MAX - 3));
    assert_eq!(at(&text, "(data.text + 'b').size()"), Ok((TEXT_BYTES_MAX - 2).to_string()));
    assert_eq!(at(&text, "data.text + data.text"), Err(WhyUnknown::TooLong));
}

#[test]
fn an_evaluation_that_takes_too_long_is_unknown_even_with_a_default() {
    let list = format!("{{\"list\":[{}]}}", vec!["1"; LIST_ITEMS_MAX].join(","));
    let scope = EvaluationScope { data: Some(&list), ..EvaluationScope::default() };
    let pairs = "data.list.all(x, data.list.all(y, x == y))";
    assert_eq!(value_in(pairs, &scope), Err(WhyUnknown::TooMuchWork));
    assert_eq!(value_in(&format!("default({pairs}, true)"), &scope), Err(WhyUnknown::TooMuchWork));
    let texts = format!("{{\"list\":[{}],\"text\":\"{}\"}}", vec!["1"; 1000].join(","), "a".repeat(500_000));
    let scope = EvaluationScope { data: Some(&texts), ..EvaluationScope::default() };
    assert_eq!(
        value_in("[data.text].map(t, data.list.map(x, t + 'b'))", &scope),
        Err(WhyUnknown::TooMuchWork)
    );
}

#[test]
fn a_pattern_that_is_too_large_is_refused() {
    assert_eq!(refusal(r"data.a.matches('(\\w{50}){50}')             "), "this pattern is too large");
}
