//! Texts that are not expressions: the character, what is wrong, and what was meant.

use foldback::domain::expression::compiled::Expression;

/// The character and the sentence.
fn refusal(text: &str) -> String {
    Expression::parse(text).expect_err(text).to_string()
}

#[test]
fn an_error_is_at_its_character_and_says_what_to_write() {
    for (text, expected) in [
        ("", "character 1: an expression is expected"),
        ("total +", "character 8: the expression ends too early"),
        ("total = 5", "character 7: = does not compare; write =="),
        ("a & b", "character 3: write && for and"),
        ("a and b", "character 3: write && for and"),
        ("a or b", "character 3: write || for or"),
        ("'ü' + 'abc", "character 7: this text has no end, or an escape in it is not one"),
        ("a ? b", "character 6: the expression ends too early"),
        ("(total", "character 7: the expression ends too early"),
        ("total)", "character 6: ) is not expected here"),
        ("a b", "character 3: b is not expected here"),
        ("total\n  + * 2", "line 2, character 5: * is not expected here"),
        (
            "total / 3",
            "character 7: / does not say how many decimals the result has; write div(a, b, places), for example \
             div(total, 3, 2)",
        ),
        ("data.in", "character 6: in is a word of the language; write [\"in\"] instead of .in"),
        (
            "if",
            "character 1: this word is reserved by the language; a field of this name is written state[\"…\"]",
        ),
        ("1 + 12345678901234567890123456789", "character 5: a number has at most 28 significant digits"),
        ("1e401", "character 1: a number has at most 28 significant digits"),
        ("0xFFFFFFFFFFFFFFFFFF", "character 1: a number has at most 28 significant digits"),
        ("b'x'", "character 1: there are no bytes here; write a text without the b"),
        ("Item{a: 1}", "character 5: a map is written {'key': value}, without a name before it"),
        (".total", "character 2: a name does not begin with a dot"),
    ] {
        assert_eq!(refusal(text), expected, "{text}");
    }
}

#[test]
fn an_unknown_function_suggests_the_one_that_was_meant() {
    for (text, expected) in [
        ("1 + sise(items)", "character 5: there is no function sise(); is size() meant?"),
        ("items.filtr(x, x > 1)", "character 7: there is no function filtr(); is filter() meant?"),
        ("int(data.qty)", "character 1: there is no function int(); is number() meant?"),
        ("coalesce(a, 0)", "character 1: there is no function coalesce(); is default() meant?"),
        ("xyzzy(1)", "character 1: there is no function xyzzy()"),
    ] {
        assert_eq!(refusal(text), expected, "{text}");
    }
}

#[test]
fn a_function_that_is_called_in_another_way_shows_how() {
    for (text, expected) in [
        ("size()", "character 5: size() is called like this: size(items)"),
        ("div(1, 2)", "character 4: div() is called like this: div(total, 3, 2)"),
        ("default(a)", "character 8: default() is called like this: default(data.qty, 1)"),
        ("items.all(x)", "character 10: all() is called like this: items.all(x, x > 0)"),
        ("all(items, x, x)", "character 4: all() is called like this: items.all(x, x > 0)"),
        ("items.all(1, true)", "character 11: the first argument of all() is a name for the item"),
        (
            "items.filter(x, true, x)",
            "character 13: filter() is called like this: items.filter(x, x.price > 0)",
        ),
        ("has(1 + 2)", "character 7: has() asks whether a field is there, for example has(data.price)"),
        ("matches(a, b)", "character 12: the pattern of matches() is a text such as '^a'"),
        ("a.matches('(')", "character 11: this pattern is not a regular expression: unclosed group"),
        ("duration('soon')", "character 10: a duration is written '90s', '1h30m' or '7d'"),
        ("count(once(true))", "character 11: once() cannot be asked within count(), once() or since()"),
        ("tags.all(x, changed(x))", "character 20: changed() cannot be asked of the items of a list"),
        ("tags.all(x, once(x == 'a'))", "character 17: once() cannot be asked of the items of a list"),
    ] {
        assert_eq!(refusal(text), expected, "{text}");
    }
}

#[test]
fn the_fields_that_an_expression_names_are_known_with_their_places() {
    let expression =
        Expression::parse("total + state.limit + data.x + items[data.sku].n + state['order-id'] + old.y")
            .unwrap();
    let mentions: Vec<(&str, usize)> =
        expression.mentions().iter().map(|mention| (&*mention.field, mention.offset)).collect();
    assert_eq!(mentions, [("total", 0), ("limit", 13), ("items", 31), ("order-id", 56)]);
}

#[test]
fn all_names_of_a_record_are_its_fields() {
    use foldback::domain::expression::scope::{Availability, EvaluationScope, JsonFields};
    use foldback::domain::expression::writing::to_json;
    let record = JsonFields(
        r#"{"tenant":"acme","streamId":7,"event":{"type":"Opened"},"data":"{\"a\":1}","type":"x"}"#,
    );
    let scope = EvaluationScope { state: Availability::Present(&record), ..EvaluationScope::default() };
    for (text, expected) in [
        ("tenant + '/' + string(streamId)", "\"acme/7\""),
        ("event.type", "\"Opened\""),
        ("type", "\"x\""),
        ("json(data).a", "1"),
        ("this.type", "\"x\""),
    ] {
        let expression = Expression::parse_of_record(text).unwrap();
        assert_eq!(to_json(&expression.evaluate(&scope).unwrap()).unwrap(), expected, "{text}");
    }
}
