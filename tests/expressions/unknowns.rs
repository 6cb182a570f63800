//! Values, unknowns and null: rules 1, 2 and 3.

use foldback::domain::expression::compiled::Expression;
use foldback::domain::expression::computed::WhyUnknown;

use super::scene::{check, scope, value};

#[test]
fn a_value_is_read_from_where_its_name_says() {
    check(&[
        ("status", "\"open\""),
        ("state.status", "\"open\""),
        ("state[\"order-id\"]", "\"o-7\""),
        ("data.sku", "\"pear\""),
        ("data[\"sku\"]", "\"pear\""),
        ("data.deep.list[1]", "20"),
        ("raw._data_.sku", "\"pear\""),
        ("metadata.user", "\"bob\""),
        ("stream + ' ' + type", "\"cart-1 ItemAdded\""),
        ("state.type", "\"basket\""),
        ("version", "3"),
        ("position", "42"),
        ("old.total", "10"),
        ("items[data.sku]", "2"),
        ("lines[1].price", "\"4\""),
        ("data.name", r#""Grüße, \"Welt\"""#),
        ("data.deep", r#"{"list":[10,20,30]}"#),
        ("data.twice", "2"),
        ("data.note", "null"),
        ("lines[data.qty - 1].sku", "\"pear\""),
    ]);
}

#[test]
fn a_missing_field_a_wrong_kind_or_an_overflow_is_unknown() {
    for (text, why) in [
        ("nothing", WhyUnknown::Missing),
        ("data.nothing.deeper", WhyUnknown::Missing),
        ("data.sku.length", WhyUnknown::Missing),
        ("data.deep.list[3]", WhyUnknown::Missing),
        ("data.deep.list[-1]", WhyUnknown::Missing),
        ("data.deep.list[0.5]", WhyUnknown::Missing),
        ("data.deep.list['0']", WhyUnknown::Missing),
        ("data.note.x", WhyUnknown::Missing),
        ("data.big", WhyUnknown::TooManyDigits),
        ("data.big + 1", WhyUnknown::TooManyDigits),
        ("1e28 * 1e28 + 1", WhyUnknown::TooManyDigits),
        ("data.paid + 1", WhyUnknown::WrongKind),
        ("data.sku + 1", WhyUnknown::WrongKind),
        ("data.note + 1", WhyUnknown::WrongKind),
        ("-data.sku", WhyUnknown::WrongKind),
        ("!data.sku", WhyUnknown::WrongKind),
        ("data.sku < 1", WhyUnknown::WrongKind),
        ("data.sku == 1", WhyUnknown::WrongKind),
        ("data.deep == 1", WhyUnknown::WrongKind),
        ("5 % 0", WhyUnknown::DivisionByZero),
        ("div(1, 0, 2)", WhyUnknown::DivisionByZero),
        ("view.total", WhyUnknown::NotAvailable),
        ("this", WhyUnknown::Missing),
        ("[1, nothing]", WhyUnknown::Missing),
        ("{'a': nothing}", WhyUnknown::Missing),
        ("json(data.sku)", WhyUnknown::NotJson),
        ("timestamp(data.sku)", WhyUnknown::NotATime),
        ("count(true)", WhyUnknown::NotAvailable),
    ] {
        assert_eq!(value(text), Err(why), "{text}");
    }
}

#[test]
fn an_unknown_value_is_explained_by_the_first_part_that_makes_it_so() {
    for (text, expected) in [
        ("total + data.discount", Some("data.discount is missing")),
        ("default(data.x, 0) + nothing", Some("nothing is missing")),
        ("state['a b'].c + 1", Some("state[\"a b\"].c is missing")),
        ("data.big * 2", Some("data.big has more digits than are kept exactly")),
        ("view.total > 1", Some("view.total is not available here")),
        ("data.sku + 1", Some("a value is of another kind")),
        ("total + 1", None),
    ] {
        let explained = Expression::parse(text).unwrap().explain(&scope());
        assert_eq!(explained.as_deref(), expected, "{text}");
    }
}

/// The three truth values, each as an expression and as it is shown.
const TRUTHS: [(&str, Option<bool>); 3] =
    [("(1 == 1)", Some(true)), ("(1 == 2)", Some(false)), ("nothing", None)];

fn shown(truth: Option<bool>) -> String {
    truth.map_or_else(|| "?".to_owned(), |truth| truth.to_string())
}

#[test]
fn the_tables_of_kleene_are_complete() {
    for (a, a_truth) in TRUTHS {
        let not = a_truth.map(|truth| !truth);
        check(&[(&format!("!{a}"), &shown(not))]);
        for (b, b_truth) in TRUTHS {
            let and = match (a_truth, b_truth) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
            let or = match (a_truth, b_truth) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
            let list = format!("[[{a_list}], [{b_list}]]", a_list = item(a_truth), b_list = item(b_truth));
            check(&[
                (&format!("{a} && {b}"), &shown(and)),
                (&format!("{a} || {b}"), &shown(or)),
                (&format!("{list}.all(x, x[0])"), &shown(and)),
                (&format!("{list}.exists(x, x[0])"), &shown(or)),
            ]);
            for (c, c_truth) in TRUTHS {
                let choice = match a_truth {
                    Some(true) => b_truth,
                    Some(false) => c_truth,
                    None => None,
                };
                check(&[(&format!("{a} ? {b} : {c}"), &shown(choice))]);
            }
        }
    }
}

/// The items of a list whose first item has this truth.
fn item(truth: Option<bool>) -> String {
    truth.map_or_else(String::new, |truth| truth.to_string())
}

#[test]
fn what_is_not_a_truth_value_is_unknown_to_logic() {
    check(&[
        ("null && false", "false"),
        ("false && null", "false"),
        ("null && true", "?"),
        ("1 || true", "true"),
        ("'a' || false", "?"),
        ("null ? 1 : 2", "?"),
        ("[true, 1].all(x, x)", "?"),
        ("[false, 1].all(x, x)", "false"),
    ]);
}

#[test]
fn exactly_one_is_false_from_the_second_on_and_unknown_while_one_is() {
    check(&[
        ("[1, 2, 3].exists_one(x, x > 2)", "true"),
        ("[1, 2, 3].exists_one(x, x > 1)", "false"),
        ("[1, 2, 3].exists_one(x, x > 3)", "false"),
        ("[1, 2, 'a'].exists_one(x, x > 1)", "?"),
        ("[1, 'a', 2, 3].exists_one(x, x > 1)", "false"),
        ("[1, 2].existsOne(x, x == 1)", "true"),
    ]);
}

#[test]
fn null_is_equal_to_null_alone_and_has_no_order() {
    check(&[
        ("null == null", "true"),
        ("data.note == null", "true"),
        ("empty == data.note", "true"),
        ("null != null", "false"),
        ("null == 0", "false"),
        ("null == false", "false"),
        ("'' == null", "false"),
        ("null != 'a'", "true"),
        ("null == [null]", "false"),
        ("nothing == null", "?"),
        ("null < 1", "?"),
        ("null <= null", "?"),
        ("null + 1", "?"),
        ("string(null)", "?"),
    ]);
}

#[test]
fn has_is_false_for_what_is_missing_and_true_for_null() {
    check(&[
        ("has(data.sku)", "true"),
        ("has(data.note)", "true"),
        ("has(data.nothing)", "false"),
        ("has(data.nothing.deeper)", "false"),
        ("has(data.sku.deeper)", "false"),
        ("has(data.big)", "true"),
        ("has(items['apple'])", "true"),
        ("has(items['plum'])", "false"),
        ("has(data.deep.list[2])", "true"),
        ("has(data.deep.list[3])", "false"),
        ("has(status)", "true"),
        ("has(nothing)", "false"),
        ("has(view.total)", "?"),
        ("has(items[nothing])", "false"),
    ]);
}

#[test]
fn default_replaces_what_is_missing_unknown_or_null() {
    check(&[
        ("default(total, 0)", "12.5"),
        ("default(nothing, 0)", "0"),
        ("default(data.note, 'none')", "\"none\""),
        ("default(data.sku + 1, 7)", "7"),
        ("default(view.total, 1)", "1"),
        ("default(nothing, null)", "null"),
        ("default(nothing, nothing)", "?"),
        ("default(false, true)", "false"),
        ("default(this, 0) + data.qty", "2"),
    ]);
}

#[test]
fn lists_and_maps_are_compared_by_their_items() {
    check(&[
        ("[1, 2.0] == [1.0, 2]", "true"),
        ("[1, '2'] == [1, 2]", "true"),
        ("[1] == [1, 2]", "false"),
        ("[1, 2] != [1, 3]", "true"),
        ("[1, 'a'] == [1, 2]", "?"),
        ("[1, 'a'] == [2, 2]", "false"),
        ("data.deep.list == [10, 20, 30]", "true"),
        ("{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "true"),
        ("{'a': 1} == {'b': 1}", "false"),
        ("items == {'pear': 2, 'apple': 3}", "true"),
        ("{'a': 1, 'a': 2}", "{\"a\":2}"),
        ("{1: 'one'}", "{\"1\":\"one\"}"),
        ("data.deep == {'list': [10, 20, 30]}", "true"),
    ]);
}
