//! Left-hand paths of folds: rules 7 and 9.

use foldback::domain::expression::computed::WhyUnknown;
use foldback::domain::expression::field_path::{FieldPath, overlap};

use super::scene::scope;

/// The keys of a path at the event, joined by slashes.
fn keys(text: &str) -> Result<String, WhyUnknown> {
    let path = FieldPath::parse(text).unwrap_or_else(|bad| panic!("{text}: {bad}"));
    let keys = path.keys(&scope())?;
    let shown = keys.iter().map(|key| key.index.map_or(key.key.to_string(), |index| format!("#{index}")));
    Ok(shown.collect::<Vec<_>>().join("/"))
}

#[test]
fn a_path_leads_from_a_field_of_the_state_to_a_place_in_it() {
    for (text, expected) in [
        ("total", "total"),
        ("state.total", "total"),
        ("state[\"order-id\"]", "order-id"),
        ("state.type", "type"),
        ("state.remove", "remove"),
        ("items[data.sku]", "items/pear"),
        ("items[data.sku].qty", "items/pear/qty"),
        ("items['a b'].qty", "items/a b/qty"),
        ("lines[0]", "lines/#0"),
        ("lines[data.qty - 1].price", "lines/#1/price"),
        ("items[stream + '/' + data.sku]", "items/cart-1/pear"),
    ] {
        assert_eq!(keys(text).as_deref(), Ok(expected), "{text}");
    }
    assert_eq!(keys("items[data.nothing]"), Err(WhyUnknown::Missing));
    assert_eq!(keys("items[data.paid]"), Err(WhyUnknown::WrongKind));
}

#[test]
fn what_is_not_a_path_is_refused_at_its_character() {
    for (text, expected) in [
        ("state", "character 1: a field of the state is expected, such as state.total"),
        ("type", "character 1: type is not a field; a field of this name is written state.type"),
        ("data.sku", "character 1: data is not a field; a field of this name is written state.data"),
        ("this", "character 1: this is not a field; a field of this name is written state.this"),
        ("total + 1", "character 7: a path is a field, with keys after it: items[data.sku]"),
        ("'total'", "character 1: a path is a field, with keys after it: items[data.sku]"),
        ("size(items)", "character 5: a path is a field, with keys after it: items[data.sku]"),
        ("state[data.x]", "character 1: the first name of a path is a field of the state"),
        ("items[count(true)]", "character 12: a key cannot depend on count(), once() or since()"),
        ("items[", "character 7: the expression ends too early"),
    ] {
        assert_eq!(FieldPath::parse(text).expect_err(text).to_string(), expected, "{text}");
    }
}

#[test]
fn of_two_paths_one_contains_the_other_if_its_steps_begin_it() {
    let path = |text| FieldPath::parse(text).unwrap();
    for (outer, inner, contains) in [
        ("items", "items[data.sku]", true),
        ("total", "state.total", true),
        ("state['total']", "total", true),
        ("items[data.sku]", "items[data.sku].qty", true),
        ("items[data.sku]", "items[ data . sku ]", true),
        ("items[data.sku].qty", "items[data.sku].price", false),
        ("items[data.sku]", "items[data.code]", false),
        ("items[data.sku]", "items", false),
        ("item", "items", false),
    ] {
        assert_eq!(path(outer).contains(&path(inner)), contains, "{outer}, {inner}");
    }
}

#[test]
fn paths_that_differ_in_the_text_may_lead_to_one_place_at_an_event() {
    let overlap_at = |a, b| {
        let (a, b) = (FieldPath::parse(a).unwrap(), FieldPath::parse(b).unwrap());
        overlap(&a.keys(&scope()).unwrap(), &b.keys(&scope()).unwrap())
    };
    assert!(overlap_at("items[data.sku]", "items['pear']"));
    assert!(overlap_at("items[data.sku].qty", "items.pear"));
    assert!(overlap_at("lines[0]", "lines['0']"));
    assert!(!overlap_at("items[data.sku]", "items.apple"));
}
