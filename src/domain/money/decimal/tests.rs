//! Tests of reading amounts as people and systems write them.

use super::*;
use proptest::prelude::*;

fn units(text: &str, code: &str) -> Result<i64, BadAmount> {
    text.parse::<Decimal>()?.minor_units(Currency::from_code(code))
}

#[test]
fn an_amount_counts_in_its_currencys_own_minor_units() {
    assert_eq!(units("50", "EUR"), Ok(5000));
    assert_eq!(units("50.5", "EUR"), Ok(5050));
    assert_eq!(units("50.500", "EUR"), Ok(5050));
    assert_eq!(units("50", "JPY"), Ok(50));
    assert_eq!(units("1,000.125", "KWD"), Ok(1_000_125));
    assert_eq!(units("-0.01", "EUR"), Ok(-1));
    assert_eq!(units("100", ""), Ok(100));
}

#[test]
fn a_decimal_that_the_currency_cannot_hold_is_refused_not_rounded() {
    let many = |written, allowed, unit: &str| {
        Err(BadAmount::TooManyDecimals { written, allowed, unit: unit.to_owned() })
    };
    assert_eq!(units("50.005", "EUR"), many(3, 2, "EUR"));
    assert_eq!(units("0.30000000000000004", "EUR"), many(17, 2, "EUR"));
    assert_eq!(units("0.5", "JPY"), many(1, 0, "JPY"));
    assert_eq!(units("92233720368547758.08", "EUR"), Err(BadAmount::TooLarge));
    assert_eq!(units("92233720368547758.07", "EUR"), Ok(i64::MAX));
    assert_eq!(units(&"9".repeat(60), "EUR"), Err(BadAmount::TooLarge));
}

#[test]
fn minor_units_become_the_decimal_that_reads_as_them() {
    for (minor_units, code, text) in
        [(5000, "EUR", "50.00"), (-5, "EUR", "-0.05"), (50, "JPY", "50"), (1, "KWD", "0.001"), (7, "", "7")]
    {
        let currency = Currency::from_code(code);
        let decimal = Decimal::of_minor_units(minor_units, currency);
        assert_eq!((decimal.to_string().as_str(), decimal.minor_units(currency)), (text, Ok(minor_units)));
    }
    assert_eq!("-0.050".parse::<Decimal>().unwrap().to_string(), "-0.050");
}

#[test]
fn a_text_that_is_not_a_number_is_not_an_amount() {
    for text in [
        "", "-", ".", "5.", ".5", "five", "1.2.3", "0x10", "٣", "e5", "1e", "1e+", "1e1.5", "1e5e5", "NaN",
        "inf", "--5", "-+5", "33.52-", "(33.52)", "50 EUR", "€50", "−5.00",
    ] {
        assert_eq!(text.parse::<Decimal>(), Err(BadAmount::NotANumber(text.to_owned())), "{text:?}");
    }
}

#[test]
fn digits_are_grouped_by_threes_before_the_decimals_or_refused() {
    for (text, units_read) in [("1,250.00", 125_000), ("12,345,678", 1_234_567_800), ("-1_000.5", -100_050)] {
        assert_eq!(units(text, "EUR"), Ok(units_read), "{text}");
    }
    for text in [
        "12,50",
        "1,2,3,4",
        "1,2345",
        ",5",
        "5,",
        "1,,000",
        "1,000,",
        "1.0,0",
        "1.234,56",
        "1.000,000",
        "1_2",
        "1_000,000",
        "1,000_000",
        "0,125",
        "012,345",
        "1 234.56",
        "1'234.56",
        "1\u{a0}234",
        "1\u{202f}234",
        "12,34,567",
    ] {
        let bad = BadAmount::Grouping { written: text.to_owned(), mark: DecimalMark::Point };
        assert_eq!(text.parse::<Decimal>(), Err(bad), "{text:?}");
    }
    let why = "12,50".parse::<Decimal>().unwrap_err().to_string();
    let says =
        "'12,50' is not an amount: commas separate groups of three digits; write it like 1,250.00 or 12.50";
    assert_eq!(why, says);
}

#[test]
fn a_decimal_comma_changes_the_places_of_both_marks() {
    let eur = Currency::from_code("EUR");
    let read = |text| Decimal::parse(text, DecimalMark::Comma).and_then(|decimal| decimal.minor_units(eur));
    for (text, minor_units) in [("12,50", 1250), ("1.250,00", 125_000), ("1.250", 125_000), ("-0,5e1", -500)]
    {
        assert_eq!(read(text), Ok(minor_units), "{text}");
    }
    for text in ["12.50", "1,250.00", "1.2.3,4", "0.125", "1 250,00"] {
        let bad = BadAmount::Grouping { written: text.to_owned(), mark: DecimalMark::Comma };
        assert_eq!(read(text), Err(bad), "{text}");
    }
}

#[test]
fn an_exponent_is_read_exactly_in_either_case() {
    for (text, minor_units) in [
        ("1E+2", 10_000),
        ("5E-1", 50),
        ("1.5e1", 1500),
        ("0E-2", 0),
        ("-0.0", 0),
        ("100e-4", 1),
        ("0e999999999999999999999999", 0),
        ("0.000e-999999999", 0),
        ("0.0000000000000000000000000000000000000001e42", 10_000),
    ] {
        assert_eq!(units(text, "EUR"), Ok(minor_units), "{text}");
    }
    let many = BadAmount::TooManyDecimals { written: 3, allowed: 2, unit: "EUR".to_owned() };
    assert_eq!(units("12345e-3", "EUR"), Err(many));
}

#[test]
fn an_exponent_that_no_amount_has_is_refused_at_once() {
    for text in ["1e999999999", "1e99999999999999999999999999", "9e38", "-1e39"] {
        assert_eq!(units(text, "EUR"), Err(BadAmount::TooLarge), "{text}");
    }
    for text in ["1e-999999999", "1e-99999999999999999999999999", "1e-39"] {
        assert_eq!(text.parse::<Decimal>(), Err(BadAmount::TooSmall(text.to_owned())), "{text}");
    }
}

#[test]
fn zero_with_an_exponent_is_zero() {
    for text in ["0e-40", "0E-2", "0.00e3", "-0e99999999"] {
        assert_eq!(text.parse(), Ok(Decimal::whole(0)), "{text}");
    }
}

proptest! {
    #[test]
    fn an_exponent_moves_the_decimal_point(digits in -9_999_999_i64..9_999_999, exponent in -6_i64..6) {
        let decimal: Decimal = format!("{digits}e{exponent}").parse().unwrap();
        // In millionths both are integers.
        let power = u32::try_from(exponent + 6).unwrap();
        let millionths = i128::from(digits) * 10_i128.pow(power);
        prop_assert_eq!(decimal.digits * 10_i128.pow(6 - decimal.scale), millionths);
        prop_assert_eq!(decimal.to_string().parse(), Ok(decimal));
    }

    #[test]
    fn a_decimals_text_reads_as_it_again(text in "[-+]?[0-9]{1,20}(\\.[0-9]{1,20})?([eE][-+]?[0-9]{1,2})?") {
        if let Ok(decimal) = text.parse::<Decimal>() {
            prop_assert_eq!(decimal.to_string().parse(), Ok(decimal), "{}", text);
        }
    }
}
