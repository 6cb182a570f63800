//! Numbers, texts, lists and functions: rules 4, 5, 6 and 10.

use super::scene::check;

#[test]
fn a_numeric_text_is_a_number_if_the_other_side_is_one() {
    check(&[
        ("'5.0' == 5", "true"),
        ("5 == '5.0'", "true"),
        ("'5.0' == '5'", "false"),
        ("'10' < 9", "false"),
        ("'10' < '9'", "true"),
        ("data.price * data.qty", "2.5"),
        ("limit + 1", "201"),
        ("1 - '0.5'", "0.5"),
        ("-limit", "-200"),
        ("'1e2' + 0", "100"),
        ("' 5' == 5", "?"),
        ("'five' == 5", "?"),
        ("'0x10' + 0", "?"),
    ]);
}

#[test]
fn two_texts_are_joined_and_text_with_a_number_is_not() {
    check(&[
        ("'a' + 'b'", "\"ab\""),
        ("'1' + '2'", "\"12\""),
        ("data.sku + ' ×' + string(data.qty)", "\"pear ×2\""),
        ("'a' + 1", "?"),
        ("'a' - 'b'", "?"),
        ("'2' * '3'", "?"),
    ]);
}

#[test]
fn arithmetic_is_exact_or_unknown() {
    check(&[
        ("0.1 + 0.2", "0.3"),
        ("0.1 + 0.2 == 0.3", "true"),
        ("1.10 * 3", "3.3"),
        ("9007199254740993 + 0", "9007199254740993"),
        ("12345678901234567890 + 1", "12345678901234567891"),
        ("1234567890123456789012345678 - 1", "1234567890123456789012345677"),
        ("9999999999999999999999999999 + 9999999999999999999999999999", "?"),
        ("1e26 + 0.1", "100000000000000000000000000.1"),
        ("1e27 + 0.1", "?"),
        ("1e300 * 1e300", "?"),
        ("total + data.price", "13.75"),
        ("2 - 3", "-1"),
        ("- 2 - -3", "1"),
        ("0x1F + 1u", "32"),
        ("007 + .5", "7.5"),
        ("7 % 3", "1"),
        ("-7 % 3", "-1"),
        ("7.5 % 2", "?"),
        ("1 + 2 * 3 - (4 - 5)", "8"),
    ]);
}

#[test]
fn a_quotient_has_the_decimals_that_are_asked_for() {
    check(&[
        ("div(10, 4, 2)", "2.5"),
        ("div(2, 3, 4)", "0.6667"),
        ("div(-2, 3, 0)", "-1"),
        ("div(0.125, 1, 2)", "0.13"),
        ("div(-0.125, 1, 2)", "-0.13"),
        ("div('10', 4, 0)", "3"),
        ("div(1, 3, 28)", "0.3333333333333333333333333333"),
        ("div(1, 3, 29)", "?"),
        ("div(1, 3, -1)", "?"),
        ("div(total, 2, 2)", "6.25"),
    ]);
}

#[test]
fn functions_take_their_kinds_and_nothing_else() {
    check(&[
        ("string(1.50)", "\"1.5\""),
        ("string(true)", "\"true\""),
        ("string([1, 'a'])", r#""[1,\"a\"]""#),
        ("number('1.50')", "1.5"),
        ("number(2)", "2"),
        ("number('x')", "?"),
        ("number(true)", "?"),
        ("json(data.inner).a[2].b", "\"x\""),
        ("json('[1, 2]')[1]", "2"),
        ("json('[1, 2')", "?"),
        ("json(1)", "?"),
        ("money('1,250.00')", "1250"),
        ("money('1.250,50', ',')", "1250.5"),
        ("money('-3.5') + 1", "-2.5"),
        ("money(12)", "12"),
        ("money('0,125')", "?"),
        ("lower('ÄBc')", "\"äbc\""),
        ("'ABC'.lower()", "\"abc\""),
        ("size('Grüße')", "5"),
        ("tags.size()", "2"),
        ("size(items)", "2"),
        ("size(data.deep.list)", "3"),
        ("size(5)", "?"),
        ("data.sku.contains('ea')", "true"),
        ("data.sku.startsWith('p')", "true"),
        ("data.sku.endsWith('p')", "false"),
        ("data.qty.contains('2')", "?"),
        ("data.sku.matches('^p.*r$')", "true"),
        ("matches(data.sku, 'x')", "false"),
        ("data.qty.matches('2')", "?"),
    ]);
}

#[test]
fn in_asks_for_an_item_or_a_key() {
    check(&[
        ("2 in [1, 2]", "true"),
        ("'2' in [1, 2]", "true"),
        ("3 in [1, 2]", "false"),
        ("3 in [1, 'a']", "?"),
        ("1 in [1, 'a']", "true"),
        ("null in [null]", "true"),
        ("data.sku in items", "true"),
        ("'plum' in items", "false"),
        ("status in ['open', 'closed']", "true"),
        ("1 in {'1': 2}", "true"),
        ("'a' in 'abc'", "?"),
        ("nothing in [1]", "?"),
    ]);
}

#[test]
fn lists_are_filtered_and_mapped() {
    check(&[
        ("lines.map(l, l.sku)", r#"["apple","pear"]"#),
        ("lines.filter(l, l.qty > 2).map(l, l.sku)", r#"["apple"]"#),
        ("lines.map(l, l.qty > 2, l.sku)", r#"["apple"]"#),
        ("lines.map(l, l.price * l.qty)", "[4.5,8]"),
        ("lines.map(l, l.nothing)", "?"),
        ("lines.filter(l, l.nothing > 1)", "?"),
        ("lines.all(l, l.qty > 1)", "true"),
        ("items.exists(sku, sku == 'pear')", "true"),
        ("items.map(sku, items[sku])", "[3,2]"),
        ("[1, 2].map(a, [10, 20].map(b, a * b))", "[[10,20],[20,40]]"),
        ("[1, 2].map(a, [a].map(a, a + 1))", "[[2],[3]]"),
        ("[1] + [2, 3]", "[1,2,3]"),
        ("tags + ['c']", r#"["a","b","c"]"#),
        ("5.map(x, x)", "?"),
    ]);
}
