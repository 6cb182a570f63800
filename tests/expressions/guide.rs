//! The guide's page about expressions: each of its examples is evaluated as it is written there.

use foldback::domain::expression::scope::{Availability, EvaluationScope, JsonFields};

use super::scene::value_in;

/// The text of the page.
const PAGE: &str = include_str!("../../assets/guide/expressions.md");

/// The blocks of this language, in the order of the page.
fn blocks(language: &str) -> Vec<&'static str> {
    let fenced = PAGE.split("```").skip(1).step_by(2);
    fenced
        .filter_map(|block| block.split_once('\n'))
        .filter(|(of, _)| *of == language)
        .map(|(_, text)| text)
        .collect()
}

#[test]
fn the_examples_of_the_guide_have_the_values_that_it_says() {
    let [data, state] = blocks("json")[..] else { panic!("the page shows an event and a state") };
    let old = state.replace("12.5", "10");
    let (state, old) = (JsonFields(state), JsonFields(&old));
    let scope = EvaluationScope {
        state: Availability::Present(&state),
        old: Availability::Present(&old),
        data: Some(data),
        raw: Some(data),
        metadata: Some(r#"{"user": "bob"}"#),
        stream: Some("cart-1"),
        event_type: Some("ItemAdded"),
        version: Some(3),
        time: Some("2024-03-14T12:00:01Z".parse().unwrap()),
        ..EvaluationScope::default()
    };
    let examples: Vec<(&str, &str)> =
        blocks("").into_iter().flat_map(str::lines).map(|line| line.split_once(" → ").expect(line)).collect();
    assert!(examples.len() >= 30, "the page has {} examples", examples.len());
    for (text, expected) in examples {
        let value = value_in(text, &scope).unwrap_or_else(|_| "unknown".to_owned());
        assert_eq!(value, expected, "{text}");
    }
}

#[test]
fn the_guide_names_every_function() {
    use foldback::domain::expression::function::{FUNCTIONS, SPECIAL_FORMS};
    let names = FUNCTIONS.iter().map(|form| form.name).chain(SPECIAL_FORMS.iter().map(|(name, _)| *name));
    // The other spelling of `exists_one`.
    let missing: Vec<&str> = names.filter(|name| *name != "existsOne" && !PAGE.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
