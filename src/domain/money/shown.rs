//! Displayed amounts read back as numbers, so that results sort by amount.

use crate::domain::money::{Currency, with_code};

/// An amount in the form of [`with_code`]. Ordered by currency, those without one first, then by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShownAmount {
    /// The currency; `None` if there is no code after the number.
    pub currency: Option<Currency>,
    /// The number in minor units of the currency.
    pub minor_units: i128,
}

impl ShownAmount {
    /// Parses `-1,250.00 EUR` or `1,250`, exactly in the form that [`with_code`] writes; `None` for any other text.
    pub fn read(text: &str) -> Option<Self> {
        let (number, currency) = match text.split_once(' ') {
            Some((number, code)) => (number, Some(Currency::from_code(code)?)),
            None => (text, None),
        };
        // Most texts are not amounts and end here, without being copied.
        if !number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b',' | b'.')) {
            return None;
        }
        let minor_units = number.replace([',', '.'], "").parse().ok()?;
        (with_code(minor_units, currency) == text).then_some(Self { currency, minor_units })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_other_text_is_read_as_an_amount() {
        for text in [
            "",
            "-",
            "1250",
            "1,25",
            "01",
            "-0",
            "+1",
            "1.5",
            "1,250.00",
            "1.00 eur",
            "1.0 EUR",
            "1 EUR",
            "1.00  EUR",
            "1.00 EUR ",
            "1.50 JPY",
            "1 JPYS",
            "EUR",
            " EUR",
            "a",
            "1e3",
            "2024-03-14",
        ] {
            assert_eq!(ShownAmount::read(text), None, "{text:?}");
        }
    }

    fn any_currency() -> impl Strategy<Value = Option<Currency>> {
        prop::sample::select(vec!["", "EUR", "JPY", "KWD", "QQQ", "USD"]).prop_map(Currency::from_code)
    }

    fn any_number() -> impl Strategy<Value = i128> {
        prop_oneof![-2_000_i128..2_000, any::<i64>().prop_map(i128::from), any::<i128>(), Just(i128::MIN)]
    }

    proptest! {
        #[test]
        fn an_amount_is_read_back_as_it_was_written(minor_units in any_number(), currency in any_currency()) {
            let read = ShownAmount::read(&with_code(minor_units, currency));
            prop_assert_eq!(read, Some(ShownAmount { currency, minor_units }));
        }

        #[test]
        fn texts_of_one_currency_are_ordered_as_their_numbers(
            a in any_number(), b in any_number(), currency in any_currency()
        ) {
            let read = |minor_units| ShownAmount::read(&with_code(minor_units, currency)).unwrap();
            prop_assert_eq!(read(a).cmp(&read(b)), a.cmp(&b));
        }

        #[test]
        fn texts_of_two_currencies_are_ordered_by_their_codes(
            a in (any_number(), any_currency()), b in (any_number(), any_currency())
        ) {
            let read = |(number, currency)| ShownAmount::read(&with_code(number, currency)).unwrap();
            let code = |(_, currency): (i128, Option<Currency>)| currency.map_or(String::new(), |c| c.to_string());
            prop_assume!(code(a) != code(b));
            prop_assert_eq!(read(a).cmp(&read(b)), code(a).cmp(&code(b)));
        }

        #[test]
        fn a_shown_amount_is_read_only_in_its_written_form(text in "-?[0-9]{1,3}(,?[0-9]{3}){0,2}(\\.[0-9]{0,3})?( (EUR|JPY|KWD|USD))?") {
            if let Some(read) = ShownAmount::read(&text) {
                prop_assert_eq!(with_code(read.minor_units, read.currency), text);
            }
        }
    }
}
