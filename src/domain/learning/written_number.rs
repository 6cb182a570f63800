//! Numbers as a log has them: exact, with the knowledge whether a floating-point sum wrote them.

use crate::domain::json::{is_number, unquoted};
use crate::domain::number::Number;

/// The most digits that a decimal fraction keeps in a double. A number with more was computed in floating point.
const EXACT_DIGITS_MAX: usize = 15;

/// The share of a figure by which floating point may miss it: 1 of this many.
const FLOAT_SHARE: i64 = 1_000_000_000;

/// A number of an event.
#[derive(Clone, Copy, Debug)]
pub(super) struct WrittenNumber {
    pub(super) value: Number,
    /// Whether it was written with so many digits that it is the result of floating-point arithmetic.
    pub(super) is_float: bool,
}

impl WrittenNumber {
    pub(super) const ZERO: Self = Self { value: Number::ZERO, is_float: false };

    /// The number of a JSON value: a number, or a text that is one in JSON's grammar.
    pub(super) fn of_json(json: &str) -> Option<Self> {
        if is_number(json) {
            return Self::parse(json);
        }
        // Most texts are no numbers, and their first character says so.
        let inside = json.strip_prefix('"')?;
        if !is_number(inside) {
            return None;
        }
        Self::parse(&unquoted(json)?)
    }

    fn parse(text: &str) -> Option<Self> {
        let value = Number::parse(text)?;
        Some(Self { value, is_float: text.len() > EXACT_DIGITS_MAX && n_digits(text) > EXACT_DIGITS_MAX })
    }
}

/// The number of significant digits as written, zeros at the end included.
fn n_digits(text: &str) -> usize {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa.bytes().filter(u8::is_ascii_digit);
    digits.skip_while(|digit| *digit == b'0').count()
}

/// The number without its sign.
pub(super) fn magnitude(number: Number) -> Number {
    if number < Number::ZERO { number.negated() } else { number }
}

/// Whether a total that was computed from another one is right: the error is zero, or less than floating point may add
/// where one of the two was written by it.
pub(super) fn is_right(error: Number, before: WrittenNumber, after: WrittenNumber) -> bool {
    if error.is_zero() {
        return true;
    }
    if !before.is_float && !after.is_float {
        return false;
    }
    let larger = magnitude(before.value).max(magnitude(after.value));
    magnitude(error).times(Number::from(FLOAT_SHARE)).is_some_and(|scaled| scaled < larger)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(json: &str) -> WrittenNumber {
        WrittenNumber::of_json(json).unwrap()
    }

    #[test]
    fn numbers_and_numeric_texts_are_numbers() {
        for (json, shown, is_float) in [
            ("-12.50", "-12.5", false),
            ("\"700.00\"", "700", false),
            ("1e3", "1000", false),
            ("209.52999999999997", "209.52999999999997", true),
            ("0.0000000000000000001", "0.0000000000000000001", false),
            ("123456789012345", "123456789012345", false),
            ("1234567890123456", "1234567890123456", true),
        ] {
            assert_eq!((written(json).value.to_string().as_str(), written(json).is_float), (shown, is_float));
        }
        for json in ["\"\"", "\"12 EUR\"", "\"007\"", "true", "null", "[1]", "{\"a\":1}", "\"1\\u0030\\n\""] {
            assert!(WrittenNumber::of_json(json).is_none(), "{json}");
        }
    }

    #[test]
    fn floating_point_is_right_within_a_billionth_and_decimals_exactly() {
        let error = |text: &str| Number::parse(text).unwrap();
        let (decimal, float) = (written("454.28"), written("209.52999999999997"));
        assert!(is_right(Number::ZERO, decimal, decimal));
        assert!(!is_right(error("0.01"), decimal, decimal));
        assert!(is_right(error("-0.00000000000003"), decimal, float));
        assert!(is_right(error("0.00000000000003"), float, decimal));
        assert!(!is_right(error("0.000001"), float, decimal));
    }
}
