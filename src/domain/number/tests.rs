//! Numbers against arithmetic by hand, digit by digit.

use super::*;
use proptest::prelude::*;

/// Digits of a whole number, the last one first.
type Digits = Vec<u32>;

fn digits(text: &str) -> Digits {
    text.bytes().rev().map(|byte| u32::from(byte - b'0')).collect()
}

/// The product by hand, digit by digit.
fn product(a: &Digits, b: &Digits) -> Digits {
    let mut sum = vec![0; a.len() + b.len()];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            sum[i + j] += x * y;
        }
    }
    carried(sum)
}

/// The sum by hand.
fn sum(a: &Digits, b: &Digits) -> Digits {
    let at = |digits: &Digits, n: usize| digits.get(n).copied().unwrap_or(0);
    carried((0..=a.len().max(b.len())).map(|n| at(a, n) + at(b, n)).collect())
}

fn carried(mut digits: Digits) -> Digits {
    let mut carry = 0;
    for digit in &mut digits {
        carry += *digit;
        *digit = carry % 10;
        carry /= 10;
    }
    assert_eq!(carry, 0);
    digits
}

/// digits / 10^scale as the shortest text; `None` if it has more than 28 significant digits.
fn written(mut digits: Digits, mut scale: usize) -> Option<String> {
    while digits.last() == Some(&0) {
        digits.pop();
    }
    if digits.is_empty() {
        return Some("0".to_owned());
    }
    let n_zeros = digits.iter().take_while(|digit| **digit == 0).count();
    if digits.len() - n_zeros > 28 {
        return None;
    }
    while scale > 0 && digits.first() == Some(&0) {
        digits.remove(0);
        scale -= 1;
    }
    while digits.len() <= scale {
        digits.push(0);
    }
    let text = |part: &[u32]| part.iter().rev().map(u32::to_string).collect::<String>();
    let (fraction, whole) = digits.split_at(scale);
    Some(if scale == 0 { text(whole) } else { format!("{}.{}", text(whole), text(fraction)) })
}

/// A number as its digits without a sign, and how many of them are decimals.
fn any_decimal() -> impl Strategy<Value = (String, usize)> {
    let digits = prop_oneof![
        "[1-9][0-9]{0,27}",
        "[1-9][0-9]{0,9}0{0,18}",
        Just("0".to_owned()),
        // Powers of 2 and 5, of which two give many zeros.
        (0_u32..93).prop_map(|power| (1_u128 << power).to_string()),
        (0_u32..40).prop_map(|power| 5_u128.pow(power).to_string()),
    ];
    (digits, 0_usize..40)
}

fn number(digits: &str, scale: usize) -> Option<Number> {
    Number::parse(&format!("{digits}e-{scale}"))
}

proptest! {
    #[test]
    fn a_product_is_exact_or_has_too_many_digits(a in any_decimal(), b in any_decimal()) {
        let by_hand = written(product(&digits(&a.0), &digits(&b.0)), a.1 + b.1);
        let computed = number(&a.0, a.1).unwrap().times(number(&b.0, b.1).unwrap());
        prop_assert_eq!(computed.map(|number| number.to_string()), by_hand);
    }

    #[test]
    fn a_sum_is_exact_or_has_too_many_digits(a in any_decimal(), b in any_decimal()) {
        let scale = a.1.max(b.1);
        let aligned = |a: &(String, usize)| digits(&format!("{}{}", a.0, "0".repeat(scale - a.1)));
        let by_hand = written(sum(&aligned(&a), &aligned(&b)), scale);
        let (a, b) = (number(&a.0, a.1).unwrap(), number(&b.0, b.1).unwrap());
        prop_assert_eq!(a.plus(b).map(|number| number.to_string()), by_hand);
        prop_assert_eq!(a.plus(b), b.plus(a));
        if let Some(sum) = a.plus(b) {
            prop_assert_eq!(sum.minus(b), Some(a));
            prop_assert_eq!(sum.cmp(&a), b.cmp(&Number::ZERO));
        }
    }

    #[test]
    fn what_is_written_is_read_back(a in any_decimal(), is_negative: bool) {
        let number = number(&a.0, a.1).unwrap();
        let number = if is_negative { number.negated() } else { number };
        prop_assert_eq!(Number::parse(&number.to_string()), Some(number));
        prop_assert_eq!(number.to_string().trim_start_matches('-').to_owned(), written(digits(&a.0), a.1).unwrap());
    }

    #[test]
    fn every_double_is_a_number(double in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL) {
        let json = serde_json::to_string(&double).unwrap();
        let number = Number::parse(&json).unwrap();
        prop_assert_eq!(number.to_string().parse::<f64>().unwrap(), double);
    }

    #[test]
    fn numbers_are_ordered_as_doubles_that_differ(a in any::<f64>(), b in any::<f64>()) {
        prop_assume!(a.is_finite() && b.is_finite());
        let read = |double: f64| Number::parse(&serde_json::to_string(&double).unwrap()).unwrap();
        prop_assert_eq!(read(a).cmp(&read(b)), a.partial_cmp(&b).unwrap());
    }

    #[test]
    fn a_quotient_is_the_nearest_one_with_its_decimals(a in -1_000_000_000_000_i64..1_000_000_000_000, b in -100_000_i64..100_000, places in 0_u32..9) {
        prop_assume!(b != 0);
        // Half away from zero: the sizes are rounded half up.
        let (size_a, size_b) = (i128::from(a.abs()) * 10_i128.pow(places), i128::from(b.abs()));
        let size = (2 * size_a + size_b) / (2 * size_b);
        let by_hand = if (a < 0) == (b < 0) { size } else { -size };
        let places_i32 = i32::try_from(places).unwrap();
        let quotient = Number::from(a).divided_by(Number::from(b), places);
        prop_assert_eq!(quotient, Number::new(by_hand, places_i32));
        // The same quotient of the same numbers, written otherwise.
        let scaled = |n: i64, scale| Number::new(i128::from(n), scale).unwrap();
        for (scale_a, scale_b) in [(-3, -3), (7, 7), (50, 50)] {
            prop_assert_eq!(scaled(a, scale_a).divided_by(scaled(b, scale_b), places), quotient);
        }
    }

    #[test]
    fn the_rest_is_the_one_of_whole_numbers(a: i64, b: i64) {
        prop_assume!(b != 0);
        let rest = Number::from(a).modulo(b.into());
        prop_assert_eq!(rest, Number::new(i128::from(a) % i128::from(b), 0));
    }

    #[test]
    fn no_text_ends_the_program(text in "[-+.eE0-9 x]{0,40}") {
        let _ = Number::parse_literal(&text);
        let is_json = serde_json::from_str::<serde_json::Number>(&text).is_ok();
        if let Some(number) = Number::parse(&text) {
            prop_assert!(is_json, "{text} is {number}");
        }
    }
}

#[test]
fn only_the_grammar_of_json_is_a_number() {
    for text in
        ["", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x1f", " 1", "1 ", "1,0", "٣", "NaN", "1.5.2"]
    {
        assert_eq!(Number::parse(text), None, "{text}");
    }
    for (text, shortest) in [
        ("0", "0"),
        ("-0", "0"),
        ("0.0", "0"),
        ("0e999999999", "0"),
        ("10", "10"),
        ("1.50", "1.5"),
        ("-0.05", "-0.05"),
        ("1.5e3", "1500"),
        ("1E+2", "100"),
        ("150e-3", "0.15"),
        ("12345678901234567890", "12345678901234567890"),
        ("1.00000000000000000000000000000000000000000000", "1"),
        ("1000000000000000000000000000000000000000000000", "1000000000000000000000000000000000000000000000"),
    ] {
        assert_eq!(Number::parse(text).unwrap().to_string(), shortest, "{text}");
    }
}

#[test]
fn a_number_has_28_digits_at_most() {
    let longest = "9".repeat(28);
    let number = Number::parse(&longest).unwrap();
    assert_eq!(number.to_string(), longest);
    assert_eq!(Number::parse(&"9".repeat(29)), None);
    assert_eq!(number.plus(Number::ONE), Number::new(1, -28));
    assert_eq!(number.plus(number), None);
    assert_eq!(Number::parse("1e401"), None);
    assert_eq!(Number::parse("1e-401"), None);
}

#[test]
fn a_division_says_what_it_cannot_do() {
    let number = |text| Number::parse(text).unwrap();
    assert_eq!(number("1").divided_by(Number::ZERO, 2), None);
    assert_eq!(number("1").divided_by(number("3"), 29), None);
    assert_eq!(number("1e28").divided_by(number("3"), 28), None);
    assert_eq!(number("1").divided_by(number("1e300"), 5), Some(Number::ZERO));
    assert_eq!(number("1e300").divided_by(number("2e300"), 5), Some(number("0.5")));
    assert_eq!(number("0.125").divided_by(Number::ONE, 2), Some(number("0.13")));
    assert_eq!(number("-0.125").divided_by(Number::ONE, 2), Some(number("-0.13")));
    assert_eq!(number("1.5").modulo(number("1")), None);
    assert_eq!(number("15.0").modulo(number("4")), Some(number("3")));
    assert_eq!(number("1").modulo(Number::ZERO), None);
}

#[test]
fn numbers_are_written_in_groups_and_shifted_without_rounding_up() {
    let number = |text: &str| Number::parse(text).unwrap();
    let grouped = |text: &str| number(text).grouped();
    assert_eq!(
        ["0", "-0.05", "999", "-1250.5", "1e3", "1234567.125", "-1e6"].map(grouped),
        ["0", "-0.05", "999", "-1,250.5", "1,000", "1,234,567.125", "-1,000,000"]
    );
    assert_eq!(["12.50", "1e3", "0.0", "7"].map(|text| number(text).n_decimals()), [1, 0, 0, 0]);
    let shifted = |text: &str, decimals| number(text).shifted(decimals);
    assert_eq!(
        (shifted("12.50", 2), shifted("-12.59", 1), shifted("1e3", 2)),
        (Some(1_250), Some(-125), Some(100_000))
    );
    assert_eq!((shifted("1e300", 0), shifted("1e300", -300), shifted("1e-300", 0)), (None, Some(1), Some(0)));
    assert_eq!((shifted("0", 400), shifted("1e-400", -400)), (Some(0), Some(0)));
}
